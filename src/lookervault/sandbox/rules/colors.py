"""Color collections and their palettes (resource notes, section 4.20)."""

from __future__ import annotations

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import Kind, present, register
from lookervault.sandbox.problems import immutable, invalid, missing, not_found
from lookervault.sandbox.router import GONE, Ask, operation
from lookervault.sandbox.rules import membership
from lookervault.sandbox.rules.standard_colors import STANDARD
from lookervault.sandbox.state import Record, State

TYPES = {
    "categoricalPalettes": "Categorical",
    "sequentialPalettes": "Sequential",
    "divergingPalettes": "Diverging",
}


def lay_standard(state: State) -> None:
    """The collections every instance has under the same ids; the first is the default."""
    for number, collection in enumerate(STANDARD):
        state.add("color_collection", {**collection, "_standard": True, "_default": number == 0})


def default(state: State) -> Record:
    """The collection used where nothing else is said."""
    return state.where("color_collection", "_default", True)[0]


def _check_custom(found: Record) -> None:
    if found["_standard"]:
        raise immutable("standard color collections cannot be changed")


def _palettes(state: State, field: str, body: Record, before: Record) -> list[Record]:
    """The palettes sent, each with an id of its own; whoever used those before is left with dead ids.

    A palette keeps its id by its label only where `palettes_keep_ids` says so: what Looker does is not known.
    """
    kept = {p["label"]: p["id"] for p in before.get(field, ())} if state.palettes_keep_ids else {}
    return [_palette(state, field, sent, kept) for sent in body[field] or []]


def _palette(state: State, field: str, sent: Record, kept: dict[str, str]) -> Record:
    if sent.get("type") not in (None, TYPES[field]):
        raise invalid(f"{field}.type", f"must be {TYPES[field]}")
    if any(not 0 <= (stop.get("offset") or 0) <= 100 for stop in sent.get("stops") or ()):
        raise invalid(f"{field}.stops.offset", "must be from 0 to 100")
    key = kept.get(sent.get("label", "")) or state.take_uuid()
    return {"label": None, **sent, "id": key, "type": TYPES[field]}


def _clean(state: State, body: Record, before: Record) -> Record:
    return {k: _palettes(state, k, body, before) if k in TYPES else value for k, value in body.items()}


def create(state: State, body: Record) -> Record:
    """A custom collection; its label need not be the only one."""
    if not body.get("label"):
        raise missing("label")
    clean = _clean(state, {**dict.fromkeys(TYPES), **body}, {})
    own = {"id": state.take_uuid(), "_standard": False, "_default": False}
    return state.add("color_collection", {**clean, **own})


def change(state: State, found: Record, changes: Record) -> None:
    """Another label, or other palettes in place of all of a type."""
    _check_custom(found)
    if "label" in changes and not changes["label"]:
        raise missing("label")
    state.change("color_collection", found, _clean(state, changes, found))


def remove(state: State, found: Record) -> None:
    """For ever, whoever uses it; the default stays."""
    _check_custom(found)
    if found["_default"]:
        raise invalid("id", "the default color collection cannot be deleted")
    state.drop("color_collection", found)


def show(state: State, found: Record) -> Record:
    """A collection with its palettes; unlike other things it has no `can`."""
    return present(models.ColorCollection, found)


COLLECTION = register(Kind("color_collection", show, create, change, remove))


def _admins_only(state: State) -> None:
    """These endpoints are not there for others (section 2.5)."""
    if not membership.is_admin(state, state.caller_id):
        raise not_found()


def _fetch(state: State, key: str) -> Record:
    _admins_only(state)
    return state.find("color_collection", key)


endpoints.serve(COLLECTION, frozenset({"get", "update"}), find=_fetch, key="collection_id")


@operation("create_color_collection", "POST", "/color_collections")
def _create_color_collection(state: State, ask: Ask) -> Record:
    _admins_only(state)
    return show(state, create(state, ask.body))


@operation("delete_color_collection", "DELETE", "/color_collections/{collection_id}")
def _delete_color_collection(state: State, ask: Ask) -> object:
    remove(state, _fetch(state, ask.id("collection_id")))
    return GONE


@operation("all_color_collections", "GET", "/color_collections")
def _all_color_collections(state: State, ask: Ask) -> list[Record]:
    _admins_only(state)
    return [show(state, each) for each in state.rows("color_collection")]


@operation("color_collections_standard", "GET", "/color_collections/standard")
def _color_collections_standard(state: State, ask: Ask) -> list[Record]:
    _admins_only(state)
    return [show(state, each) for each in state.where("color_collection", "_standard", True)]


@operation("color_collections_custom", "GET", "/color_collections/custom")
def _color_collections_custom(state: State, ask: Ask) -> list[Record]:
    _admins_only(state)
    return [show(state, each) for each in state.where("color_collection", "_standard", False)]


@operation("default_color_collection", "GET", "/color_collections/default")
def _default_color_collection(state: State, ask: Ask) -> Record:
    return show(state, default(state))


@operation("set_default_color_collection", "PUT", "/color_collections/default")
def _set_default_color_collection(state: State, ask: Ask) -> Record:
    _admins_only(state)
    if not ask.query.get("collection_id"):
        raise missing("collection_id")
    chosen = state.find("color_collection", ask.query["collection_id"])
    state.change("color_collection", default(state), {"_default": False})
    state.change("color_collection", chosen, {"_default": True})
    return show(state, chosen)
