"""Documents as YAML text: keys in the order given, long text as blocks, short lists on one line.

PyYAML writes no block where a line ends in a space, as lines of Markdown and SQL do, and cannot mix styles;
so the text is made here, and what it may look like is small: mappings, lists and scalars, no anchors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from lookervault.model.document.shapes import OneLine, OneLineMap

_WIDTH = 100
_BREAKS = re.compile("[\r\x85\u2028\u2029]")
# what YAML takes as it is (YAML 1.2, 5.1), but for the byte order mark, and for what turns the direction of
# reading round, by which a reviewer would be shown another text than there is
_TURNS = "\u202a-\u202e\u2066-\u2069"
_ODD = re.compile(f"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[{_TURNS}]")
_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`][^\n]*|-[^\s\-?:,\[\]{}#&*!|>'\"%@`][^\n]*")
_IN_FLOW = re.compile(r"[,\[\]{}?:]")
# numbers of YAML 1.2 that PyYAML, which reads 1.1, takes for text
_NUMBER = re.compile(r"[-+]?(0o[0-7]+|0x[0-9a-fA-F]+|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)")
_resolver: Any = yaml.resolver.Resolver()


def emit(document: dict[str, Any]) -> str:
    """The document as text, a blank line before what is long."""
    lines = list(_mapping(document, "", top=True))
    return "\n".join(lines) + "\n" if lines else "{}\n"


def _mapping(value: dict[str, Any], indent: str, *, top: bool = False) -> Iterator[str]:
    for number, (key, inner) in enumerate(value.items()):
        name = scalar(key, flow=False) if "\n" not in key else quoted(key)
        lines = list(_under(name, inner, indent))
        if top and number and len(lines) > 1 and isinstance(inner, dict | list):
            yield ""
        yield from _spaced(lines, inner, indent) if top else lines


def _spaced(lines: list[str], value: Any, indent: str) -> Iterator[str]:
    """Lines of a list of mappings with a blank one before each item but the first, if any item is long."""
    item = f"{indent}  - "
    starts = [n for n, line in enumerate(lines) if line.startswith(item)] if isinstance(value, list) else []
    structures = bool(value) and isinstance(value, list) and all(isinstance(v, dict) for v in value)
    wide = structures and len(lines) - 1 > 3 * len(starts)
    for number, line in enumerate(lines):
        if wide and number in starts[1:]:
            yield ""
        yield line


def _under(name: str, value: Any, indent: str) -> Iterator[str]:
    """The lines of one key and its value."""
    short = _short(value, len(indent) + len(name) + 2)
    if short is not None:
        yield f"{indent}{name}: {short}" if short else f"{indent}{name}:"
    elif isinstance(value, dict):
        yield f"{indent}{name}:"
        yield from _mapping(value, f"{indent}  ")
    elif isinstance(value, list):
        yield f"{indent}{name}:"
        yield from _items(value, f"{indent}  ")
    else:
        yield from _block(f"{indent}{name}: ", value, indent)


def _items(values: list[Any], indent: str) -> Iterator[str]:
    for value in values:
        short = _short(value, len(indent) + 2)
        if short is not None:
            yield f"{indent}- {short}"
        elif isinstance(value, str):
            yield from _block(f"{indent}- ", value, indent)
        else:
            inner = f"{indent}  "
            lines = list(_mapping(value, inner) if isinstance(value, dict) else _items(value, inner))
            yield f"{indent}- {lines[0].removeprefix(inner)}"
            yield from lines[1:]


def _short(value: Any, used: int) -> str | None:
    """The value on one line, or None where it needs more."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return None if "\n" in value else scalar(value, flow=False)
    if not isinstance(value, dict | list):
        return scalar(value, flow=False)
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, OneLine | OneLineMap):
        text = _flow(value)
        return text if text is not None and used + len(text) <= _WIDTH else None
    return None


def _flow(value: Any) -> str | None:
    """Flat lists and mappings as YAML has them on one line."""
    if isinstance(value, dict):
        parts = [(scalar(k, flow=True), _flat(v)) for k, v in value.items()]
        told = all(v is not None for _, v in parts)
        return "{" + ", ".join(f"{k}: {v}" for k, v in parts) + "}" if told else None
    items = [_flat(v) for v in value]
    return "[" + ", ".join(map(str, items)) + "]" if None not in items else None


def _flat(value: Any) -> str | None:
    if isinstance(value, dict | list):
        return None if value else ("{}" if isinstance(value, dict) else "[]")
    return None if isinstance(value, str) and "\n" in value else scalar(value, flow=True)


def scalar(value: Any, *, flow: bool) -> str:
    """A scalar on one line, plain where that reads back the same in any YAML."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if not isinstance(value, str):
        return str(value)
    return value if _is_plain(value, flow) else quoted(value)


def _float(value: float) -> str:
    """A number that YAML 1.1 and 1.2 both read as one: with a point before the exponent."""
    text = repr(value)
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _is_plain(text: str, flow: bool) -> bool:
    if not _PLAIN.fullmatch(text) or text != text.strip() or _ODD.search(text) or _BREAKS.search(text):
        return False
    if ": " in text or " #" in text or text.endswith(":") or "\t" in text or text.startswith("---"):
        return False
    if flow and _IN_FLOW.search(text):
        return False
    tag = _resolver.resolve(yaml.ScalarNode, text, (True, False))
    return tag == "tag:yaml.org,2002:str" and not _NUMBER.fullmatch(text)


def quoted(text: str) -> str:
    """A text in quotes: single where it holds double ones and nothing odd, else double."""
    if '"' in text and "\n" not in text and not (_ODD.search(text) or _BREAKS.search(text) or "\t" in text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _escape(text) + '"'


def _escape(text: str) -> str:
    """A text as double quotes hold it; JSON's escapes are YAML's too, but for pairs of surrogates."""
    plain = json.dumps(text, ensure_ascii=False)[1:-1]
    return _ODD.sub(_code, _BREAKS.sub(_code, plain))


def _code(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _block(head: str, text: str, indent: str) -> Iterator[str]:
    """A text of several lines, each on a line of its own."""
    inner = f"{indent}  "
    if _BREAKS.search(text) or _ODD.search(text):
        yield from _quoted_lines(head, text, inner)
        return
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    if ends > 1 and body:
        # to a block that keeps its last lines a blank line before the next key would belong
        yield from _quoted_lines(head, text, inner)
        return
    if not body:
        yield head + quoted(text)
        return
    lines = body.split("\n")
    first = next((line for line in lines if line), "")
    hint = "2" if first.startswith((" ", "\t")) or not lines[0] else ""
    yield f"{head}|{hint}{'' if ends else '-'}"
    yield from (inner + line if line else "" for line in lines)


def _quoted_lines(head: str, text: str, inner: str) -> Iterator[str]:
    """Text that no block can hold, in double quotes, broken where its lines end."""
    parts = text.split("\n")
    lines = [_escape(part) + "\\n" for part in parts[:-1]] + ([_escape(parts[-1])] if parts[-1] else [])
    yield head + '"\\'
    for number, line in enumerate(lines):
        start = "\\" if line.startswith((" ", "\t")) else ""
        yield inner + start + line + ("\\" if number + 1 < len(lines) else '"')
