"""Servers that answer otherwise than the sandbox does, within what the resource notes leave open.

Each variation takes an answer apart and gives it another spelling; what it means stays the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import msgspec

from lookervault.sandbox import Instance, app
from lookervault.sandbox.router import Ask

ANSWER = app.answer
Vary = Callable[[Any, Ask], Any]

ID_LISTS = ("group_ids", "role_ids", "parent_group_ids", "tab_ids", "section_order", "item_order")
# what no rule of the notes needs: the caller's rights, counters, addresses of pages, names put in for people
PALETTES = ("categoricalPalettes", "sequentialPalettes", "divergingPalettes")
# all that a create need tell
TERSE = frozenset({"id", "name", "personal_folder_id", "content_metadata_id", *PALETTES})
IDLE = frozenset(
    {
        *(
            "can",
            "edit_uri",
            "users_url",
            "looker_versions",
            "sessions",
            "ui_state",
            "avatar_url",
            "image_url",
        ),
        *(
            "public_url",
            "embed_url",
            "share_url",
            "expanded_share_url",
            "short_url",
            "privacy_link",
            "icon_url",
        ),
    }
)
IDLE_ENDS = ("_count", "_as_html", "_to_i")
ORDERED = frozenset(
    {
        *(
            "fields",
            "pivots",
            "sorts",
            "fill_fields",
            "subtotals",
            "source_queries",
            "merge_fields",
            "colors",
        ),
        *("stops", "section_order", "item_order", "listens_to_filters", "tab_ids", *PALETTES),
    }
)
# settings that the server keeps as it got them
OPAQUE = frozenset({"vis_config", "ui_config", "ui_state", "filters", "dynamic_fields", "can", "field_value"})
TIMES = ("_at", "_time")


def everywhere(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Vary:
    """A variation of every object in an answer, but not of opaque settings inside."""

    def vary(value: Any, ask: Ask) -> Any:
        if isinstance(value, list):
            return [vary(item, ask) for item in value]
        if not isinstance(value, dict):
            return value
        return change({k: v if k in OPAQUE else vary(v, ask) for k, v in value.items()})

    return vary


def numbers(record: dict[str, Any]) -> dict[str, Any]:
    """Ids as integers, as before 22.20 (resource notes, section 2.1)."""
    return {
        k: _number(v) if k == "id" or k.endswith("_id") or k in ID_LISTS else v for k, v in record.items()
    }


def _number(value: Any) -> Any:
    if isinstance(value, list):
        return [_number(item) for item in value]
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def without_nulls(record: dict[str, Any]) -> dict[str, Any]:
    """What is null is not there at all."""
    return {k: v for k, v in record.items() if v is not None}


def bare(record: dict[str, Any]) -> dict[str, Any]:
    """Without what an application has no need of."""
    return {k: v for k, v in record.items() if k not in IDLE and not k.endswith(IDLE_ENDS)}


def null_lists(record: dict[str, Any]) -> dict[str, Any]:
    """Empty lists and texts as null."""
    return {k: None if v in ([], "") else v for k, v in record.items()}


def strange(record: dict[str, Any]) -> dict[str, Any]:
    """With fields that nobody has heard of."""
    return {**record, "zz_new": {"id": 7, "list": [None]}, "aa_new": None}


def zulu(record: dict[str, Any]) -> dict[str, Any]:
    """Times in another spelling."""
    return {k: _zulu(v) if k.endswith(TIMES) and isinstance(v, str) else v for k, v in record.items()}


def _zulu(text: str) -> str:
    return text.replace(".000+00:00", "Z").replace("+00:00", "Z")


def floats(record: dict[str, Any]) -> dict[str, Any]:
    """Whole numbers with a point."""
    return {**record, **{k: float(v) for k, v in _counts(record)}}


def texts(record: dict[str, Any]) -> dict[str, Any]:
    """Numbers as text."""
    return {**record, **{k: str(v) for k, v in _counts(record)}}


def _counts(record: dict[str, Any]) -> list[tuple[str, int]]:
    """The numbers that are no ids."""
    found = [(k, v) for k, v in record.items() if isinstance(v, int) and not isinstance(v, bool)]
    return [(k, v) for k, v in found if not (k in ("id", "expires_in") or k.endswith("_id"))]


def shuffled(value: Any, ask: Ask) -> Any:
    """Lists in an order of their own, where it says nothing."""
    if isinstance(value, dict):
        return {k: v if k in ORDERED | OPAQUE else shuffled(v, ask) for k, v in value.items()}
    if not isinstance(value, list):
        return value
    mixed = [shuffled(item, ask) for item in value]
    random.Random(len(mixed)).shuffle(mixed)
    return mixed


def no_nothing(value: Any, ask: Ask) -> Any:
    """An empty list is null."""
    return None if value == [] else value


def terse(value: Any, ask: Ask) -> Any:
    """Creates and updates tell no more than the id, and what comes into being with what they make."""
    if ask.method == "GET" or not isinstance(value, dict) or ask.path == "/login":
        return value
    return {k: v for k, v in value.items() if k in TERSE}


VARIATIONS: Mapping[str, Vary] = {
    "numbers": everywhere(numbers),
    "without_nulls": everywhere(without_nulls),
    "bare": everywhere(bare),
    "null_lists": everywhere(null_lists),
    "strange": everywhere(strange),
    "zulu": everywhere(zulu),
    "floats": everywhere(floats),
    "texts": everywhere(texts),
    "shuffled": shuffled,
    "no_nothing": no_nothing,
    "terse": terse,
}


def whole(ask: Ask) -> None:
    """Takes no notice of `fields`."""
    ask.query.pop("fields", None)


def seven(ask: Ask) -> None:
    """Never gives more than seven at a time."""
    if "limit" in ask.query:
        ask.query["limit"] = str(min(7, int(ask.query["limit"])))


def endless(ask: Ask) -> None:
    """Takes no notice of `limit` and `offset`."""
    for name in ("limit", "offset"):
        ask.query.pop(name, None)


ASKED: Mapping[str, Callable[[Ask], None]] = {"whole": whole, "seven": seven, "endless": endless}
# what a search gives where `fields` names the parts of dashboards
SWITCHES: Mapping[str, str] = {"nested": "search_nested"}
EVERY = (*VARIATIONS, *ASKED, *SWITCHES)


@contextmanager
def varied(*names: str, only: Instance | None = None) -> Iterator[None]:
    """Lets every sandbox, or only one, answer in these ways."""
    answer = app.answer  # as it is at present: one may stand within another

    def other(state: Any, ask: Ask) -> app.Answer:
        if only is not None and state is not only:
            return answer(state, ask)
        for name in names:
            if name in ASKED:
                ASKED[name](ask)
            elif name in SWITCHES:
                setattr(state, SWITCHES[name], True)
        done = answer(state, ask)
        if done.status >= 300 or not done.body:
            return done
        value = msgspec.json.decode(done.body)
        for name in names:
            if name in VARIATIONS:
                value = VARIATIONS[name](value, ask)
        return app.Answer(done.status, msgspec.json.encode(value), done.headers)

    with patch.object(app, "answer", other):
        yield


@contextmanager
def plain() -> Iterator[None]:
    """The sandbox as it is, for a while."""
    with patch.object(app, "answer", ANSWER):
        yield
