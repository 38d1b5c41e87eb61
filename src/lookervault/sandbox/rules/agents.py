"""Agents and golden queries, where they are switched on (resource notes, section 4.22)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import Kind, can, present, register
from lookervault.sandbox.problems import invalid, missing, not_found
from lookervault.sandbox.router import GONE, Ask, Page, Rule, listing, operation
from lookervault.sandbox.rules import lookml
from lookervault.sandbox.rules.dashboards import in_or_out_of_trash, name_of
from lookervault.sandbox.state import Record, State

FEATURE = "agents"


def _switched(name: str, method: str, path: str) -> Callable[[Rule], Rule]:
    """Serves a rule only where agents are switched on: 404 elsewhere."""

    def add(rule: Rule) -> Rule:
        @wraps(rule)
        def guarded(state: State, ask: Ask) -> Any:
            if FEATURE not in state.features:
                raise not_found()
            return rule(state, ask)

        return operation(name, method, path)(guarded)

    return add


def _explored(state: State, answer: object) -> Record:
    """What an Explore URL says; 404 where its explore is not there."""
    url = urlsplit(str(answer))
    parts = url.path.strip("/").split("/")
    if len(parts) != 3 or parts[0] != "explore":
        raise invalid("answer", "must be the URL of an Explore")
    if lookml.explore_of(state, parts[1], parts[2]) is None:
        raise not_found()
    said = dict(parse_qsl(url.query))
    return {
        "model": parts[1],
        "explore": parts[2],
        "fields": said.get("fields", "").split(",") if said.get("fields") else [],
        "filters": {key[2:-1]: value for key, value in said.items() if key.startswith("f[")},
        "sorts": said.get("sorts", "").split(",") if said.get("sorts") else [],
        "limit": said.get("limit"),
    }


def create_golden(state: State, body: Record) -> Record:
    """A golden query: questions, and the Explore that answers them."""
    lacking = [name for name in ("questions", "answer") if not body.get(name)]
    if lacking:
        raise missing(*lacking)
    by = {"created_by_user_id": state.caller_id, "created_at": state.now(), "is_active": True}
    return state.add("golden_query", {**body, **_explored(state, body["answer"]), **by})


def change_golden(state: State, found: Record, changes: Record) -> None:
    """Other questions or another answer."""
    wanted = {**found, **changes}
    if not (wanted["questions"] and wanted["answer"]):
        raise missing("questions", "answer")
    stamp = {"last_updated_at": state.now(), "last_updated_by_user_id": state.caller_id}
    state.change("golden_query", found, {**changes, **_explored(state, wanted["answer"]), **stamp})


def show_golden(state: State, found: Record) -> Record:
    """A golden query; its ids are numbers (resource notes, section 2.1)."""
    numbers = ("id", "created_by_user_id", "last_updated_by_user_id")
    ids = {name: int(found[name]) for name in numbers if found.get(name)}
    return {**present(models.GoldenQuery, found, can=can(found)), **ids}


def _check(state: State, agent: Record) -> None:
    lacking = [name for name in ("name", "sources") if not agent.get(name)]
    if lacking:
        raise missing(*lacking)
    for source in agent["sources"]:
        if lookml.explore_of(state, source.get("model"), source.get("explore")) is None:
            raise not_found()
    for key in agent.get("golden_query_ids") or ():
        state.find("golden_query", key)
    state.find("user", agent["created_by_user_id"])


def create(state: State, body: Record) -> Record:
    """An agent over explores; names repeat."""
    agent: Record = {"deleted": False, "golden_query_ids": [], "code_interpreter": False, **body}
    agent["created_by_user_id"] = body.get("created_by_user_id") or state.caller_id
    agent["deleted"] = bool(agent["deleted"])
    _check(state, agent)
    agent |= {"content_metadata_id": state.take_id("content_metadata"), "created_at": state.now()}
    return state.add("agent", {**agent, "id": None, "updated_at": agent["created_at"]})


def change(state: State, found: Record, changes: Record) -> None:
    """New values, the trash and the way back included."""
    given = {key: value for key, value in changes.items() if key != "created_by_user_id" or value}
    if "deleted" in given:
        given["deleted"] = bool(given["deleted"])
    _check(state, {**found, **given})
    state.change("agent", found, {**given, "updated_at": state.now()})


def remove(state: State, found: Record) -> None:
    """For ever."""
    state.drop("agent", found)


def show(state: State, found: Record) -> Record:
    """An agent with its golden queries."""
    golden = [state.peek("golden_query", key) for key in found["golden_query_ids"] or ()]
    creator = state.peek("user", found["created_by_user_id"]) or {}
    return present(
        models.Agent,
        found,
        golden_queries=[show_golden(state, each) for each in golden if each],
        created_by_name=name_of(state, found["created_by_user_id"]),
        created_by_first_name=creator.get("first_name"),
        created_by_last_name=creator.get("last_name"),
        has_inaccessible_source=False,
        can=can(found),
    )


register(Kind("agent", show, create, change, remove))
GOLDEN = register(
    Kind(
        "golden_query",
        show_golden,
        create_golden,
        change_golden,
        lambda state, found: state.drop("golden_query", found),
    )
)


@_switched("search_agents", "GET", "/agents/search")
def _search_agents(state: State, ask: Ask) -> Page:
    rows = in_or_out_of_trash(ask, state.rows("agent"))
    skip = frozenset({"deleted", "not_owned_by", "primary_agent_id"})
    return listing(ask, rows, lambda agent: show(state, agent), skip=skip)


@_switched("get_agent", "GET", "/agents/{agent_id}")
def _get_agent(state: State, ask: Ask) -> Record:
    return show(state, state.find("agent", ask.id("agent_id")))


@_switched("create_agent", "POST", "/agents")
def _create_agent(state: State, ask: Ask) -> Record:
    return show(state, create(state, ask.body))


@_switched("update_agent", "PATCH", "/agents/{agent_id}")
def _update_agent(state: State, ask: Ask) -> Record:
    found = state.find("agent", ask.id("agent_id"))
    change(state, found, ask.body)
    return show(state, found)


@_switched("delete_agent", "DELETE", "/agents")
def _delete_agent(state: State, ask: Ask) -> object:
    remove(state, state.find("agent", ask.query.get("id")))
    return GONE


@_switched("create_golden_query", "POST", "/golden_queries")
def _create_golden(state: State, ask: Ask) -> Record:
    return show_golden(state, create_golden(state, ask.body))


@_switched("update_golden_query", "PATCH", "/golden_queries/{golden_query_id}")
def _update_golden(state: State, ask: Ask) -> Record:
    found = state.find("golden_query", ask.id("golden_query_id"))
    change_golden(state, found, ask.body)
    return show_golden(state, found)


@_switched("delete_golden_query", "DELETE", "/golden_queries/{golden_query_id}")
def _delete_golden(state: State, ask: Ask) -> object:
    endpoints.removed(GOLDEN, state, state.find("golden_query", ask.id("golden_query_id")))
    return GONE
