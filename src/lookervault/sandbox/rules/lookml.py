"""LookML models and explores (resource notes, section 4.17)."""

from __future__ import annotations

from typing import Any

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import Kind, can, present, register
from lookervault.sandbox.problems import missing, not_found, taken
from lookervault.sandbox.router import Ask, Page, listing, operation
from lookervault.sandbox.state import Record, State


def explore_of(state: State, model: object, explore: object) -> Record | None:
    """A deployed explore of a configured model, or None."""
    configured = state.peek("lookml_model", model)
    return state.peek("explore", f"{model}::{explore}") if configured else None


def field_of(explore: Record, name: object) -> Record | None:
    """A field of an explore by its full name."""
    kinds = explore["fields"].values()
    return next((field for fields in kinds for field in fields if field["name"] == name), None)


def create(state: State, body: Record) -> Record:
    """The configuration of a model; its LookML may come later (`has_content` says)."""
    name = body.get("name")
    if not name:
        raise missing("name")
    if state.peek("lookml_model", name):
        raise taken("name", f"Model {name} already exists")
    record: Record = {
        "project_name": None,
        "allowed_db_connection_names": [],
        "unlimited_db_connections": False,
    }
    return state.add("lookml_model", {**record, **_clean(body), "id": name})


def change(state: State, found: Record, changes: Record) -> None:
    """New configuration; the name stays."""
    if changes.get("name", found["name"]) != found["name"]:
        raise taken("name", "a model keeps its name")
    state.change("lookml_model", found, _clean(changes))


def remove(state: State, found: Record) -> None:
    """Only the configuration; content that uses the model breaks."""
    state.drop("lookml_model", found)


def _clean(body: Record) -> Record:
    """Nulls become empty, connection names are kept sorted."""
    clean = dict(body)
    if "allowed_db_connection_names" in clean:
        clean["allowed_db_connection_names"] = sorted(clean["allowed_db_connection_names"] or [])
    if "unlimited_db_connections" in clean:
        clean["unlimited_db_connections"] = bool(clean["unlimited_db_connections"])
    return clean


def show(state: State, found: Record) -> Record:
    """A model with the names of its explores; it has no id but its name."""
    explores = state.where("explore", "model_name", found["name"])
    nav = ("name", "description", "label", "hidden", "group_label")
    shown = present(
        models.LookmlModel,
        found,
        explores=[{key: explore.get(key) for key in nav} for explore in explores],
        has_content=bool(explores),
        label=found.get("label") or found["name"].replace("_", " ").title(),
        can=can(found),
    )
    return {key: value for key, value in shown.items() if key != "id"}


def show_explore(state: State, explore: Record) -> Record:
    """An explore with its fields."""
    return present(models.LookmlModelExplore, explore, can=can(explore, writable=False))


MODEL = register(Kind("lookml_model", show, create, change, remove))
endpoints.serve(MODEL, key="lookml_model_name")
register(Kind("explore", show_explore))


@operation("all_lookml_models", "GET", "/lookml_models")
def _all_lookml_models(state: State, ask: Ask) -> Page:
    rows = [m for m in state.rows("lookml_model") if ask.flag("include_internal") or not m.get("_internal")]
    if ask.flag("exclude_empty"):
        rows = [m for m in rows if state.where("explore", "model_name", m["name"])]
    options = frozenset({"exclude_empty", "exclude_hidden", "include_internal", "include_self_service"})
    return listing(ask, rows, lambda m: show(state, m), skip=options)


@operation("lookml_model_explore", "GET", "/lookml_models/{lookml_model_name}/explores/{explore_name}")
def _lookml_model_explore(state: State, ask: Ask) -> Any:
    explore = explore_of(state, ask.id("lookml_model_name"), ask.id("explore_name"))
    if explore is None:
        raise not_found()
    return show_explore(state, explore)
