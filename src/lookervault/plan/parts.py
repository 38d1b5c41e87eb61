"""Pairing the parts of one resource, so that ids that alerts and links depend on are kept.

Parts pair by id, then by the keys that their kind declares; elements by a score over content, wiring,
title and place (resource notes, section 4.6). Never by wiping and rebuilding.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any, cast

from lookervault.model.content import meaning
from lookervault.model.kind import PartKey
from lookervault.model.normal import alike, comparable, digest, exact
from lookervault.model.resource import Attributes, Part
from lookervault.model.values import Link, Value, links, text_links

# desired slot -> observed part
PartPairs = dict[str, Part]

# what speaks for two elements being one; two of the same content and title then go by place
_CONTENT, _TITLE, _LISTEN, _PLACE, _SIZE = 40, 20, 10, 6, 2
_ENOUGH = 6
_SOURCES = ("query", "look", "merge", "filter")


def pair_parts(
    desired: list[Part],
    observed: list[Part],
    keys: Iterable[PartKey],
    mapped: Callable[[str, str], str],
    rename: Mapping[Link, Link],
) -> PartPairs:
    """Desired slot to observed part; `mapped(kind, source id)` gives a known target id or nothing."""
    pairs: PartPairs = {}
    by_id = {(p.kind, p.id): p for p in observed if p.id}  # parts in files have none
    for part in desired:
        known = by_id.get((part.kind, mapped(part.kind, part.id)))
        if known and _may_become(known, part):
            pairs[part.slot] = known
    for key in keys:
        _by_key(pairs, desired, observed, key, rename)
    _by_score(pairs, desired, observed, rename)
    return pairs


def _may_become(there: Part, wanted: Part) -> bool:
    """Whether one part can be changed into another: a text never into a chart, nor back (4.6)."""
    texts = (p.attributes.get("type") == "text" for p in (there, wanted))
    return next(texts) == next(texts)


def without(attributes: Attributes, gone: Set[Link]) -> Attributes:
    """Attributes whose lists name none of these; a list that would be empty goes."""
    found = {}
    for name, value in attributes.items():
        lost = isinstance(value, list) and any(isinstance(x, Link) and x in gone for x in value)
        kept = [x for x in value if x not in gone] if lost else value
        if kept or not lost:
            found[name] = kept
    return found


def _open(
    pairs: PartPairs, desired: Iterable[Part], observed: Iterable[Part], kind: str
) -> tuple[list[Part], list[Part]]:
    taken = {id(p) for p in pairs.values()}
    return (
        [p for p in desired if p.kind == kind and p.slot not in pairs],
        [p for p in observed if p.kind == kind and id(p) not in taken],
    )


def _by_key(
    pairs: PartPairs, desired: list[Part], observed: list[Part], key: PartKey, rename: Mapping[Link, Link]
) -> None:
    """Parts of equal keys, in order; links to parts paired so far go by their desired names."""
    wanted, free = _open(pairs, desired, observed, key.kind)
    slots = {Link("", o.slot): Link("", slot) for slot, o in pairs.items()}
    names = ChainMap(slots, cast("dict[Link, Link]", rename))
    index: dict[bytes, list[Part]] = {}
    for part in free:
        index.setdefault(_told(key.key(part), names), []).append(part)
    for part in wanted:
        found = index.get(_told(key.key(part), {}))
        if found:
            pairs[part.slot] = found.pop(0)


def _told(value: Value, rename: Mapping[Link, Link]) -> bytes:
    return exact(comparable(value, rename))


def _by_score(
    pairs: PartPairs, desired: list[Part], observed: list[Part], rename: Mapping[Link, Link]
) -> None:
    """Best scores first; what is left over of one source kind pairs in reading order."""
    wanted, free = _open(pairs, desired, observed, "element")
    if _twins(wanted, free, rename):
        # each is the best for the other, and of several alike the first for the first: so scores would say
        pairs.update({p.slot: q for p, q in zip(wanted, free, strict=True)})
        return
    left = [(p, _features(p, {})) for p in wanted]
    right = [(p, _features(p, rename)) for p in free]
    scored = [
        (_score(a, b), -i, -j)
        for i, (_, a) in enumerate(left)
        for j, (_, b) in enumerate(right)
        if a["source"] == b["source"]
    ]
    taken: set[int] = set()
    for score, i, j in sorted(scored, reverse=True):
        slot = left[-i][0].slot
        if score >= _ENOUGH and slot not in pairs and j not in taken:
            pairs[slot] = right[-j][0]
            taken.add(j)


def _twins(wanted: list[Part], free: list[Part], rename: Mapping[Link, Link]) -> bool:
    """Whether both sides have the same elements in the same order, as they mostly have."""
    return len(wanted) == len(free) and all(
        told is not None and all(rename.get(x, x) == x for x in (*links(told), *text_links(told)))
        for p, q in zip(wanted, free, strict=True)
        for told in [alike(p.attributes, q.attributes)]
    )


def _features(part: Part, rename: Mapping[Link, Link]) -> dict[str, Any]:
    attributes = comparable(meaning(part.attributes), rename)
    source = next((s for s in _SOURCES if s in attributes), "text")
    texts = {k: attributes.get(k) for k in ("body_text", "rich_content_json")}
    places = attributes.get("positions", {})
    return {
        "source": source,
        "content": digest(attributes.get(source, texts)),
        "title": [attributes[k] for k in ("title", "title_text", "subtitle_text") if k in attributes],
        "listen": attributes.get("filterables"),
        "place": [(k, p.get("row"), p.get("column")) for k, p in sorted(places.items())],
        "size": [(k, p.get("width"), p.get("height")) for k, p in sorted(places.items())],
    }


def _score(a: dict[str, Any], b: dict[str, Any]) -> int:
    weights = {
        "content": _CONTENT,
        "title": _TITLE,
        "listen": _LISTEN,
        "place": _PLACE,
        "size": _SIZE,
    }
    return sum(weight for feature, weight in weights.items() if a[feature] and a[feature] == b[feature])
