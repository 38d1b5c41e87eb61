"""Boards in canonical form: sections and items as parts, their order as links (resource notes, 4.9)."""

from __future__ import annotations

from typing import Any

from lookervault.model.context import Context
from lookervault.model.fields import BODIES
from lookervault.model.kind import Identity, Raw
from lookervault.model.links import linked_fields
from lookervault.model.normal import pick, text_id
from lookervault.model.resource import Attributes, Part
from lookervault.model.values import Link, Value

# what an item may show: attribute, which is also the kind, and field
TARGETS = {"dashboard": "dashboard_id", "look": "look_id", "lookml_dashboard": "lookml_dashboard_id"}
SECTION_FIELDS = {k: v for k, v in BODIES["board_section"]["create"].items() if k != "board_id"}
ITEM_FIELDS = {
    k: v
    for k, v in BODIES["board_item"]["create"].items()
    if k not in TARGETS.values() and k != "board_section_id"
}


def board_identity(raw: Raw, context: Context) -> Identity:
    """A board goes by its title, which others may have too."""
    return Identity(str(raw.get("title") or ""))


def board_extra(raw: Raw, context: Context) -> dict[str, Value]:
    """The order of the sections."""
    return _order("sections", "section", _sections(raw))


def board_parts(raw: Raw, context: Context) -> list[Part]:
    """Sections and then items, each as they stand on the board."""
    sections = _sections(raw)
    return [
        *(_section_part(section, context) for section in sections),
        *(_item_part(item, section, context) for section in sections for item in _items(section)),
    ]


def shown(part: Part) -> list[Value]:
    """What an item leads to; two items of one section may lead to the same."""
    return [part.attributes.get("section"), *(part.attributes.get(name) for name in (*TARGETS, "custom_url"))]


def _sections(raw: Raw) -> list[Raw]:
    return _in_order(raw.get("board_sections"), raw.get("section_order"))


def _items(section: Raw) -> list[Raw]:
    return _in_order(section.get("board_items"), section.get("item_order"))


def _in_order(items: Any, order: Any) -> list[Raw]:
    """What is live, as the order says; the order may still name what is gone, or miss something."""
    places = {text_id(id_): n for n, id_ in enumerate(order or [])}
    live = [i for i in items or [] if not i.get("deleted_at")]
    return sorted(live, key=lambda raw: places.get(text_id(raw.get("id")), len(places)))


def _order(name: str, kind: str, items: list[Raw]) -> Attributes:
    return {name: [Link("", f"{kind}:{text_id(i.get('id'))}") for i in items]} if items else {}


def _section_part(raw: Raw, context: Context) -> Part:
    id_ = text_id(raw.get("id"))
    attributes = linked_fields(pick(raw, SECTION_FIELDS), ("description",), context)
    attributes |= _order("items", "item", _items(raw))
    return Part("section", id_, id_, str(raw.get("title") or "untitled"), attributes)


def _item_part(raw: Raw, section: Raw, context: Context) -> Part:
    """An item without what Looker takes from the content it shows."""
    id_ = text_id(raw.get("id"))
    attributes: Attributes = {"section": Link("", f"section:{text_id(section.get('id'))}")}
    attributes |= linked_fields(pick(raw, ITEM_FIELDS), ("custom_url", "custom_description"), context)
    for kind, field in TARGETS.items():
        if raw.get(field):
            attributes[kind] = Link(context.address_of(kind, raw[field]))
    label = raw.get("title") or raw.get("custom_title") or raw.get("custom_url") or "untitled"
    return Part("item", id_, id_, str(label), attributes)
