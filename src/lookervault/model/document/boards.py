"""Sections and items of a board in its document, as they stand on it."""

from __future__ import annotations

from typing import Any

from lookervault.model.boards import ITEM_FIELDS, SECTION_FIELDS, TARGETS
from lookervault.model.content import meaning
from lookervault.model.document import rules
from lookervault.model.document.fields import fields_of
from lookervault.model.document.node import Node, Notes
from lookervault.model.document.records import Field, Items, Record
from lookervault.model.document.shapes import VALUE, To
from lookervault.model.resource import Part, Resource
from lookervault.model.values import Link

_SAID = ("custom_title", "custom_url", "custom_description")
ITEM = Record(
    (
        *(Field(kind, To((kind,))) for kind in TARGETS),
        *fields_of({**dict.fromkeys(_SAID, "str"), **ITEM_FIELDS}),
    ),
    "an item",
    rules.ITEM,
)
SECTION = Record(
    (*fields_of({"title": "str", **SECTION_FIELDS}), Field("items", Items(ITEM))),
    "a section",
)
FIELDS = (Field("sections", Items(SECTION)),)


def written(resource: Resource) -> dict[str, Any]:
    """The keys of a board's document that tell its parts."""
    parts = {Link("", part.slot): part for part in resource.parts}
    sections = [_section(parts[link], parts) for link in resource.attributes.get("sections", [])]
    return {"sections": sections} if sections else {}


def _section(part: Part, parts: dict[Link, Part]) -> dict[str, Any]:
    told = {k: v for k, v in part.attributes.items() if k != "items"}
    items = [_item(parts[link]) for link in part.attributes.get("items", [])]
    return {**SECTION.write(told), **({"items": items} if items else {})}


def _item(part: Part) -> dict[str, Any]:
    return dict(ITEM.write({k: v for k, v in meaning(part.attributes).items() if k != "section"}))


def read(node: Node, notes: Notes) -> tuple[list[Link], list[Part]]:
    """The order of the sections, and the parts: sections, then items."""
    inner = node.value.get("sections", Node(None))
    found = [] if _any_marked(inner, notes) else FIELDS[0].shape.read(inner, notes) or []
    sections, items = [], []
    for number, section in enumerate(found, 1):
        section, own = dict(section), f"section:{number}"
        held = []
        for count, attributes in enumerate(section.pop("items", None) or [], 1):
            key = f"{number}.{count}"
            held.append(Link("", f"item:{key}"))
            attributes = {"section": Link("", own), **attributes}
            items.append(Part("item", key, "", _label(attributes), attributes))
        if held:
            section["items"] = held
        label = str(section.get("title") or "untitled")
        sections.append(Part("section", str(number), "", label, section))
    return [Link("", part.slot) for part in sections], [*sections, *items]


def _any_marked(sections: Node, notes: Notes) -> bool:
    """Tells of marks in the place of sections and items, of which Looker holds none that would need one."""
    found = [sections, *_listed(sections)]
    for section in _listed(sections):
        items = section.value.get("items", Node(None)) if isinstance(section.value, dict) else Node(None)
        found += [items, *_listed(items)]
    marked = [each for each in found if isinstance(each.value, dict) and VALUE in each.value]
    for each in marked:
        notes.wrong(each.line, f"sections and items are told without {VALUE}")
    return bool(marked)


def _listed(node: Node) -> list[Node]:
    return node.value if isinstance(node.value, list) else []


def _label(attributes: dict[str, Any]) -> str:
    """What an item would be called."""
    shown = next((attributes[kind].to for kind in TARGETS if kind in attributes), "")
    name = shown.partition(":")[2].rpartition("/")[2]
    return str(attributes.get("custom_title") or name or attributes.get("custom_url") or "untitled")
