"""Themes and user attributes in canonical form (resource notes, sections 4.13 and 4.21)."""

from __future__ import annotations

from typing import Any

from lookervault.model.colors import with_links
from lookervault.model.context import Context
from lookervault.model.fields import BODIES, OBJECTS
from lookervault.model.kind import Raw
from lookervault.model.normal import known, moment, plain, text_id
from lookervault.model.resource import Attributes
from lookervault.model.values import Link, Value

DEFAULT_THEME = "Looker"


def theme_extra(raw: Raw, context: Context) -> dict[str, Value]:
    """The settings of a theme, its color collection as a link, and the times of its window."""
    told = known(raw.get("settings") or {}, OBJECTS["settings"])
    window = {name: moment(plain(raw.get(name))) for name in ("begin_at", "end_at")}
    return {"settings": with_links(told, context), **window}


def theme_guard(raw: Raw) -> str:
    """Why this theme is mapped and never written."""
    fixed = (raw.get("can") or {}).get("update") is False
    return "the default theme" if raw.get("name") == DEFAULT_THEME or fixed else ""


def attribute_guard(raw: Raw) -> str:
    """Why this user attribute is mapped and never written."""
    return "built in" if raw.get("is_system") and not settable(raw) else ""


def settable(raw: Raw) -> bool:
    """Whether groups may have values; of the built-in ones as landing_page and locale have (section 8)."""
    return not raw.get("is_system") or bool((raw.get("can") or {}).get("set_value"))


# what of a built-in attribute is anybody's to set
VALUES_ONLY = frozenset({"default_value", "group_values"})


def only_values(attributes: Attributes) -> bool:
    """Whether this is a built-in attribute, of which nothing but its values is anybody's to set."""
    return "name" not in attributes


def attribute_extra(raw: Raw, context: Context) -> dict[str, Value]:
    """Values of groups in order of precedence: the first that a user's groups have wins.

    A hidden default reads as a word that says that there is one; it must never be written back.
    """
    own = _group_values(raw, context)
    if not raw.get("is_system"):
        return own
    definition = BODIES["user_attribute"]["create"].keys() - {"default_value"}
    return {**dict.fromkeys(definition), **own}


def _group_values(raw: Raw, context: Context) -> dict[str, Value]:
    if raw.get("value_is_hidden"):
        return {"default_value": None}
    rows: list[Any] = context.raw("user_attribute.group_values", text_id(raw.get("id"))) or []
    ranked = sorted(rows, key=lambda row: row.get("rank") if row.get("rank") is not None else len(rows))
    values = [
        {"group": Link(context.address_of("group", row.get("group_id")))} | _told(row.get("value"))
        for row in ranked
    ]
    return {"group_values": values} if values else {}


def _told(value: Value) -> dict[str, Value]:
    """A value as documents have it too: an empty one is none."""
    return {} if plain(value) is None else {"value": value}


def attribute_unknown(raw: Raw, context: Context) -> tuple[str, ...]:
    """Hidden values can never be read; others may be withheld from the caller."""
    own = text_id(raw.get("id"))
    if raw.get("value_is_hidden"):
        return ("group_values", "default_value")
    return () if context.raw("user_attribute.group_values", own) is not None else ("group_values",)
