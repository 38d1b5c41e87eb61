"""Themes, and which of them is the default (resource notes, section 4.21)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import Kind, can, present, register
from lookervault.sandbox.moments import moment, written
from lookervault.sandbox.problems import (
    DOCS,
    FieldError,
    field_error,
    immutable,
    invalid,
    invalid_fields,
    missing,
    not_found,
)
from lookervault.sandbox.router import GONE, Ask, Coded, Page, listing, operation
from lookervault.sandbox.shapes import fields_of
from lookervault.sandbox.state import Record, State

AUTOMATIC = "Looker"
NEW: Record = {"name": None, "begin_at": None, "end_at": None}
TYPES = ("internal", "embed")
SETTINGS: Record = {
    **{name: True for name in fields_of(models.ThemeSettings) if name.startswith("show_")},
    "background_color": "#f6f8fa",
    "border_radius": "4px",
    "box_shadow": "none",
    "center_dashboard_title": False,
    "color_collection_id": "",
    "column_gap_size": "8px",
    "dashboard_title_font_size": "28px",
    "font_family": "Roboto, sans-serif",
    "info_button_color": "#0087e1",
    "page_margin_bottom": "20px",
    "page_margin_sides": "20px",
    "page_margin_top": "20px",
    "primary_button_color": "#1a73e8",
    "row_gap_size": "8px",
    "text_tile_background_color": "#f6f8fa",
    "text_tile_text_color": "#3a4245",
    "tile_background_color": "#ffffff",
    "tile_shadow": False,
    "tile_text_color": "#3a4245",
    "tile_title_alignment": "left",
    "tile_title_font_size": "16px",
    "title_color": "#3a4245",
    "warn_button_color": "#d93025",
}
# these may be null; any other setting falls back to that of the default theme
NULLABLE = frozenset({"base_font_size", "font_color", "font_source"})


def lay_default(state: State) -> None:
    """The theme that comes with the instance."""
    settings = {**dict.fromkeys(fields_of(models.ThemeSettings)), **SETTINGS}
    state.add("theme", {**NEW, "name": AUTOMATIC, "settings": settings, "_automatic": True})
    for kind in TYPES:
        state.add("default_theme", {"id": kind, "name": AUTOMATIC})


def active(state: State, name: str, at: datetime) -> Record | None:
    """The theme of this name at a time; of several the one that began last."""
    there = [theme for theme in state.where("theme", "name", name) if _runs(theme, at)]
    return max(there, key=lambda theme: theme["begin_at"] or "", default=None)


def _runs(theme: Record, at: datetime) -> bool:
    begin, end = moment(theme["begin_at"], "begin_at"), moment(theme["end_at"], "end_at")
    return (begin is None or begin <= at) and (end is None or at < end)


def default(state: State, kind: str, at: datetime) -> Record:
    """The default theme of a type; the automatic one where the chosen one does not run."""
    name = state.find("default_theme", kind)["name"]
    return active(state, name, at) or state.where("theme", "_automatic", True)[0]


def _settings(state: State, sent: Record | None) -> Record:
    """Whole settings: what is not said is copied from the default theme."""
    said = {key: value for key, value in (sent or {}).items() if value is not None or key in NULLABLE}
    return {**default(state, TYPES[0], _now(state))["settings"], **said}


def _now(state: State) -> datetime:
    return state.clock().astimezone(UTC)


def _wanted(state: State, body: Record, before: Record) -> Record:
    """A theme as it would be with this body."""
    times: Record = {name: written(body[name], name) for name in ("begin_at", "end_at") if name in body}
    settings = {"settings": _settings(state, body["settings"])} if "settings" in body else {}
    return {**before, **body, **times, **settings}


def _faults(state: State, wanted: Record) -> Iterator[FieldError]:
    """All that is wrong with a theme."""
    name, begin, end = wanted["name"], wanted["begin_at"], wanted["end_at"]
    if not name:
        yield field_error("name", "missing_field", "This field is required.")
    elif not re.fullmatch(r"[A-Za-z0-9_]+", name):
        yield field_error("name", "invalid", "can only contain letters, digits and underscores")
    if begin and end and begin >= end:
        yield field_error("end_at", "invalid", "must be after begin_at")
    same = [t for t in state.where("theme", "name", name) if t["begin_at"] == begin]
    if any(theme["id"] != wanted.get("id") for theme in same):
        yield field_error("name", "already_exists", f"{name} already has a theme that begins then")
    collection = wanted["settings"]["color_collection_id"]
    if collection and state.peek("color_collection", collection) is None:
        yield field_error("settings.color_collection_id", "invalid", "is not a color collection")


def _checked(state: State, wanted: Record) -> Record:
    errors = list(_faults(state, wanted))
    if errors:
        raise invalid_fields(errors)
    return wanted


def create(state: State, body: Record) -> Record:
    """A theme; settings it does not name are those of the default theme."""
    return state.add("theme", _checked(state, _wanted(state, {"settings": None, **body}, NEW)))


def _check_changeable(found: Record) -> None:
    if found.get("_automatic"):
        raise immutable("the automatic theme cannot be changed")


def change(state: State, found: Record, changes: Record) -> None:
    """New values; sent settings take the place of all."""
    _check_changeable(found)
    wanted = _checked(state, _wanted(state, changes, found))
    if (wanted["name"], wanted["end_at"]) != (found["name"], None):
        _check_no_default(state, found)
    state.change("theme", found, wanted)


def remove(state: State, found: Record) -> None:
    """For ever; a default theme stays."""
    _check_changeable(found)
    _check_no_default(state, found)
    state.drop("theme", found)


def _check_no_default(state: State, found: Record) -> None:
    """A default theme keeps its name and has no end."""
    if state.where("default_theme", "name", found["name"]) and found["end_at"] is None:
        raise invalid("name", "this is the default theme")


def show(state: State, found: Record) -> Record:
    """A theme with all its settings."""
    return present(models.Theme, found, can=can(found, writable=not found.get("_automatic")))


THEME = register(Kind("theme", show, create, change, remove))
endpoints.serve(THEME, admin=endpoints.WRITES)


def _at(state: State, ask: Ask) -> datetime:
    return moment(ask.query.get("ts"), "ts") or _now(state)


def _type(ask: Ask, *, needed: bool = False) -> str:
    """The type of theme asked for; in this instance all themes serve for both."""
    given = ask.query.get("theme_type", "")
    if needed and not given:
        raise missing("theme_type")
    if given and given not in (*TYPES, "all"):
        raise invalid("theme_type", "must be internal, embed or all")
    return TYPES[0] if given in ("", "all") else given


@operation("all_themes", "GET", "/themes")
def _all_themes(state: State, ask: Ask) -> list[Record]:
    return [show(state, theme) for theme in state.rows("theme")]


@operation("search_themes", "GET", "/themes/search")
def _search_themes(state: State, ask: Ask) -> Page:
    _type(ask)
    begin, end = (moment(ask.query.get(name), name) for name in ("begin_at", "end_at"))
    rows = [theme for theme in state.rows("theme") if _overlaps(theme, begin, end)]
    skip = frozenset({"begin_at", "end_at", "theme_type"})
    return listing(ask, rows, lambda theme: show(state, theme), skip=skip)


def _overlaps(theme: Record, begin: datetime | None, end: datetime | None) -> bool:
    starts, stops = moment(theme["begin_at"], "begin_at"), moment(theme["end_at"], "end_at")
    return not (begin and stops and stops < begin) and not (end and starts and starts > end)


@operation("active_themes", "GET", "/themes/active")
def _active_themes(state: State, ask: Ask) -> list[Record]:
    _type(ask)
    names = [ask.query["name"]] if ask.query.get("name") else _names(state)
    found = (active(state, name, _at(state, ask)) for name in names)
    return [show(state, theme) for theme in found if theme is not None]


def _names(state: State) -> list[str]:
    return list(dict.fromkeys(theme["name"] for theme in state.rows("theme")))


@operation("validate_theme", "POST", "/themes/validate", admin=True)
def _validate_theme(state: State, ask: Ask) -> object:
    errors = list(_faults(state, _wanted(state, {"settings": None, **ask.body}, NEW)))
    if not errors:
        return GONE
    # the answer to a bad theme is a good one: 200 with the list of errors
    page = f"{DOCS}/422/post/themes/validate"
    listed = [{**error, "documentation_url": page} for error in errors]
    return Coded(200, {"message": "Validation Failed", "documentation_url": page, "errors": listed})


def _set_default(state: State, ask: Ask, kinds: tuple[str, ...]) -> Record:
    """Only a theme that runs and has no end can be a default."""
    if not ask.query.get("name"):
        raise missing("name")
    found = active(state, ask.query["name"], _now(state))
    if found is None:
        raise not_found()
    if found["end_at"] is not None:
        raise invalid("name", "a theme that ends cannot be the default")
    for kind in kinds:
        state.change("default_theme", state.find("default_theme", kind), {"name": found["name"]})
    return show(state, found)


@operation("default_theme", "GET", "/themes/default")
def _default_theme(state: State, ask: Ask) -> Record:
    return show(state, default(state, TYPES[0], _at(state, ask)))


@operation("set_default_theme", "PUT", "/themes/default", admin=True)
def _set_default_theme(state: State, ask: Ask) -> Record:
    return _set_default(state, ask, TYPES)


@operation("default_theme_by_type", "GET", "/themes/default_theme")
def _default_theme_by_type(state: State, ask: Ask) -> Record:
    return show(state, default(state, _type(ask, needed=True), _at(state, ask)))


@operation("set_default_theme_by_type", "PUT", "/themes/default_theme", admin=True)
def _set_default_theme_by_type(state: State, ask: Ask) -> Record:
    kind = _type(ask, needed=True)
    return _set_default(state, ask, TYPES if ask.query["theme_type"] == "all" else (kind,))
