"""Color collections, their palettes, and the references to them inside opaque settings.

Resource notes, section 4.20: custom collections and palettes get their ids from the server; settings
of visualisations and themes refer to them by `collection_id` and `palette_id`, at any depth.
"""

from __future__ import annotations

import re
from itertools import chain, count
from typing import Any

import msgspec

from lookervault.model.context import Context
from lookervault.model.fields import OBJECTS
from lookervault.model.kind import Identity, Raw
from lookervault.model.normal import counted, known, plain, text_id
from lookervault.model.resource import Attributes
from lookervault.model.values import Link, Value

PALETTES = ("categoricalPalettes", "sequentialPalettes", "divergingPalettes")
_COLLECTION_FIELDS = ("collection_id", "color_collection_id")
MENTIONED = (*_COLLECTION_FIELDS, "palette_id")
# the ids that such fields may have in JSON, and those of other fields
_MENTION = re.compile(rb'_id":"([^"]*)"')


def collection_identity(raw: Raw, context: Context) -> Identity:
    """A collection goes by its label, which need not be unique."""
    return Identity(str(raw.get("label") or ""))


def collection_extra(raw: Raw, context: Context) -> dict[str, Value]:
    """The palettes in their order, without the server's ids."""
    found: dict[str, Value] = {}
    for field in PALETTES:
        palettes = [_palette(field, p) for p in _objects(raw.get(field))]
        if palettes:
            found[field] = palettes
    return found


def _palette(field: str, raw: Raw) -> Attributes:
    told = {k: v for k, v in (known(raw, OBJECTS[field]) or {}).items() if v == "" or plain(v) is not None}
    if "stops" in told:
        stops = [known(stop, OBJECTS["stops"]) or {} for stop in _objects(told["stops"])]
        told["stops"] = [{k: counted(v) if k == "offset" else v for k, v in stop.items()} for stop in stops]
    return told


def _objects(value: Any) -> list[Raw]:
    """Those in a list, and none where it is no list: what else stands there nobody could write back."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def palette_ids(raw: Raw) -> dict[str, str]:
    """Slot to id of each palette: by type and label, and by number where labels repeat."""
    found: dict[str, str] = {}
    for field in PALETTES:
        for palette in _objects(raw.get(field)):
            if palette.get("id") is not None:
                found[palette_slot(field, palette, found)] = text_id(palette["id"])
    return found


def palette_slot(field: str, palette: Raw, taken: Any) -> str:
    """How a link names a palette of a collection."""
    name = f"palette:{field.removesuffix('Palettes')} {palette.get('label') or ''}"
    numbered = (f"{name} #{n}" for n in count(2))
    return next(slot for slot in chain([name], numbered) if slot not in taken)


def with_links(value: Any, context: Context) -> Value:
    """Opaque settings with ids of custom collections and palettes as links; other ids stay as they are."""
    if not context.all("color_collection"):
        return value
    try:
        told = _MENTION.findall(msgspec.json.encode(value, enc_hook=repr))
    except (OverflowError, ValueError):
        return _linked(value, context)
    known = _known_ids(context)
    return _linked(value, context) if any(id_ in known or b"\\" in id_ for id_ in told) else value


def _linked(value: Any, context: Context) -> Value:
    """The same object where there is nothing to link: most settings mention no collection of one's own."""
    if isinstance(value, dict):
        changed = {}
        for key, item in value.items():
            linked = _link(key, item, context) or (
                _linked(item, context) if isinstance(item, dict | list) else item
            )
            if linked is not item:
                changed[key] = linked
        return {**value, **changed} if changed else value
    if isinstance(value, list):
        items = [_linked(v, context) if isinstance(v, dict | list) else v for v in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value


def _link(field: str, value: Any, context: Context) -> Link | None:
    if field not in MENTIONED or not isinstance(value, str):
        return None
    if field in _COLLECTION_FIELDS:
        address = context.named("color_collection", value)
        return Link(address) if address else None
    return _palettes(context).get(value)


def misled(field: str, link: Link) -> str:
    """Why a field of settings cannot hold a link: it would be written as an id and read back as a text."""
    if field not in MENTIONED:
        return f"no link belongs here: of settings only {', '.join(MENTIONED)} hold one"
    right = link.to.startswith("color_collection:") and bool(link.part) == (field == "palette_id")
    what = "a palette of a color collection" if field == "palette_id" else "a color collection"
    return "" if right else f"{field} is the address of {what}"


def _known_ids(context: Context) -> set[bytes]:
    """The ids that are not left as they are, as they stand in JSON."""
    if "color_ids" not in context.memo:
        collections = {id_ for kind, id_ in context.addresses if kind == "color_collection"}
        ids = collections | _palettes(context).keys()
        context.memo["color_ids"] = {id_.encode(errors="replace") for id_ in ids}
    found: set[bytes] = context.memo["color_ids"]
    return found


def _palettes(context: Context) -> dict[str, Link]:
    """Palette id to link, of all custom collections."""
    collections = context.all("color_collection")
    if "palettes" not in context.memo:
        context.memo["palettes"] = {
            id_: Link(context.address_of("color_collection", owner), slot)
            for owner, raw in collections.items()
            for slot, id_ in palette_ids(raw).items()
        }
    found: dict[str, Link] = context.memo["palettes"]
    return found
