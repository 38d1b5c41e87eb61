"""Mapping files: id mappings as a text that people review and git keeps.

One line a mapping, sorted, below the pair of instances it holds between. `address` is for readers only.
JSON is read too, since it is YAML as well.

    - from: https://dev.example.com
      to: https://prod.example.com
      mappings:
      - {kind: dashboard, source: '12', target: '5001', address: dashboard:Shared/Sales/KPIs}
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

import yaml

from lookervault.errors import UsageError
from lookervault.model.normal import text_id
from lookervault.store.mappings import Mapping
from lookervault.store.yamltext import dump

_HEAD = """\
# Which object of one instance is which of another. Read by `lookervault mapping import`.
# `address` tells readers what the source object was called last; it is not read back.
"""
_PAIR, _ROW = ("from", "to", "mappings"), ("kind", "source", "target", "address")
_SHOWN = 20

Address = Callable[[Mapping], str]  # what the object of a mapping is called, or nothing


class Entry(NamedTuple):
    """One mapping of a file, and the line it stands on."""

    line: int
    source_host: str
    target_host: str
    kind: str
    source_id: str
    target_id: str


def written(rows: Iterable[Mapping], address: Address, *, as_json: bool = False) -> str:
    """The text of a mapping file: the same mappings give the same text."""
    pairs = [
        _pair(*hosts, list(found), address) for hosts, found in groupby(sorted(rows, key=_place), _hosts)
    ]
    if as_json:
        return json.dumps(pairs, ensure_ascii=False, indent=1) + "\n"
    return _HEAD + "".join(_as_yaml(pair) for pair in pairs) if pairs else _HEAD + "[]\n"


def _hosts(row: Mapping) -> tuple[str, str]:
    return row.source_host, row.target_host


def _place(row: Mapping) -> tuple[Any, ...]:
    """Numeric ids in the order of numbers."""
    number = int(row.source_id) if row.source_id.isdecimal() and row.source_id.isascii() else 0
    return *_hosts(row), row.kind, number, row.source_id


def _pair(source: str, target: str, rows: list[Mapping], address: Address) -> dict[str, Any]:
    return {"from": source, "to": target, "mappings": [_row(row, address(row)) for row in rows]}


def _row(row: Mapping, address: str) -> dict[str, str]:
    named = {"address": address} if address else {}
    return {"kind": row.kind, "source": row.source_id, "target": row.target_id, **named}


def _as_yaml(pair: dict[str, Any]) -> str:
    """The hosts as they are, and each mapping on a line of its own however long."""
    head = dump([{name: pair[name] for name in _PAIR[:2]}])
    lines = (
        yaml.safe_dump(
            row,
            default_flow_style=True,
            sort_keys=False,
            # a reader takes some characters that are not printable for the end of the line
            allow_unicode="".join(row.values()).isprintable(),
            width=float("inf"),
        )
        for row in pair["mappings"]
    )
    return f"{head}  mappings:\n" + "".join(f"  - {line}" for line in lines)


def read(text: str, kinds: Collection[str], host: Callable[[str], str]) -> list[Entry]:
    """The mappings of a file's text; UsageError tells all mistakes, each with its line.

    `kinds` may be mapped; `host` gives the host of an instance that the file names.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise UsageError(f"this is no mapping file: {_told(error)}") from error
    mistakes: list[str] = []
    entries = list(_entries(root, kinds, host, mistakes))
    mistakes += _contradictions(entries)
    if mistakes:
        mistakes.sort(key=lambda m: int(m.split()[1].rstrip(":")))
        shown = "\n  ".join(mistakes[:_SHOWN])
        more = f"\n  and {len(mistakes) - _SHOWN} more" if len(mistakes) > _SHOWN else ""
        number = "a mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        raise UsageError(f"{number}, nothing was imported:\n  {shown}{more}")
    return entries


def _told(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "it cannot be read"
    return f"line {mark.line + 1}: {what}" if mark else str(what)


def _entries(
    root: yaml.Node | None, kinds: Collection[str], host: Callable[[str], str], mistakes: list[str]
) -> Iterator[Entry]:
    for pair in _listed(root, "pairs of instances", mistakes):
        fields = _fields(pair, _PAIR, mistakes)
        if fields is None:
            continue
        names = [_text(pair, fields, name, mistakes) for name in _PAIR[:2]]
        hosts = [host(name) if name else "" for name in names]
        if hosts[0] and hosts[0] == hosts[1]:
            mistakes.append(f"{_at(pair)}: from and to are one instance")
        rows = fields.get("mappings")
        if rows is None:
            mistakes.append(f"{_at(pair)}: mappings is missing")
        for row in _listed(rows, "mappings", mistakes):
            entry = _entry(row, hosts[0], hosts[1], kinds, mistakes)
            if entry:
                yield entry


def _entry(
    row: yaml.Node, source: str, target: str, kinds: Collection[str], mistakes: list[str]
) -> Entry | None:
    fields = _fields(row, _ROW, mistakes)
    if fields is None:
        return None
    kind, source_id, target_id = (_text(row, fields, name, mistakes) for name in _ROW[:3])
    if kind and kind not in kinds:
        mistakes.append(f"{_at(row)}: no kind {kind}; known: {', '.join(kinds)}")
        return None
    whole = kind and source_id and target_id
    return Entry(row.start_mark.line + 1, source, target, kind, source_id, target_id) if whole else None


def _listed(node: yaml.Node | None, what: str, mistakes: list[str]) -> list[yaml.Node]:
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        mistakes.append(f"{_at(node)}: a list of {what} was expected")
        return []
    return list(node.value)


def _fields(node: yaml.Node, known: tuple[str, ...], mistakes: list[str]) -> dict[str, yaml.Node] | None:
    """The fields of a mapping node by name; what is not known there is a mistake."""
    if not isinstance(node, yaml.MappingNode):
        mistakes.append(f"{_at(node)}: {', '.join(known)} were expected")
        return None
    fields: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name not in known:
            mistakes.append(f"{_at(key)}: unknown field {name or '?'}; known: {', '.join(known)}")
        elif name in fields:
            mistakes.append(f"{_at(key)}: {name} is there twice")
        fields[name] = value
    return fields


def _text(owner: yaml.Node, fields: dict[str, yaml.Node], name: str, mistakes: list[str]) -> str:
    """A field as it is written: `12`, `'12'` and `012` are what they look like."""
    node = fields.get(name)
    told = isinstance(node, yaml.ScalarNode) and node.tag != "tag:yaml.org,2002:null"
    value = text_id(node.value) if node and told else ""
    if not value:
        mistakes.append(f"{_at(node or owner)}: {name} is missing")
    return value


def _at(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}"


def _contradictions(entries: Iterable[Entry]) -> Iterator[str]:
    """One source object that would be two, and two that would be one."""
    sources: dict[tuple[str, ...], Entry] = {}
    targets: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        hosts = (entry.source_host, entry.target_host, entry.kind)
        first = sources.setdefault((*hosts, entry.source_id), entry)
        if first is not entry:
            yield f"line {entry.line}: {entry.kind} {entry.source_id} is mapped on line {first.line} already"
            continue
        first = targets.setdefault((*hosts, entry.target_id), entry)
        if first is not entry:
            yield (
                f"line {entry.line}: {entry.kind} {entry.target_id} of the target is"
                f" {first.source_id} of the source on line {first.line}"
            )
