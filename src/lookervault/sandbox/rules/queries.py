"""Queries and merge queries: values that are created and read, never changed (sections 4.3 and 4.4)."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

from looker_sdk.sdk.api40 import models

from lookervault.sandbox.kinds import Kind, can, present, register
from lookervault.sandbox.problems import invalid, missing, not_found, taken
from lookervault.sandbox.router import Ask, operation
from lookervault.sandbox.rules import lookml
from lookervault.sandbox.shapes import fields_of
from lookervault.sandbox.state import Record, State

VALUE = tuple(name for name in fields_of(models.WriteQuery) if name != "client_id")


def value_of(record: Record) -> Record:
    """The body that makes a query what it is."""
    return {name: record.get(name) for name in VALUE}


def _digest(record: Record) -> str:
    known = {key: value for key, value in value_of(record).items() if value is not None}
    return json.dumps(known, sort_keys=True)


def create(state: State, body: Record) -> Record:
    """The query of this body: an equal one is found again, unless it brings another client_id."""
    if lookml.explore_of(state, body.get("model"), body.get("view")) is None:
        raise not_found()
    _check_client_id(state, body.get("client_id"))
    body = {**body, "limit": body.get("limit") or "500"}
    equal = state.where("query", "_digest", _digest(body))
    if equal and not body.get("client_id"):
        # noise seen in real data: the client_id of an unchanged query changes (section 16)
        state.change("query", equal[0], {"client_id": state.take_slug()})
        return equal[0]
    return store(state, {**body, "id": state.take_slug()})


def store(state: State, record: Record) -> Record:
    """Adds a query whose id is given."""
    value = value_of(record)
    more = {key: record[key] for key in record.keys() - value.keys() if record[key] is not None}
    record = {"slug": state.take_slug(7), "client_id": state.take_slug(), **value, **more}
    return state.add("query", {**record, "_digest": _digest(record)})


def _check_client_id(state: State, client_id: object) -> None:
    if client_id is None:
        return
    if not re.fullmatch(r"[A-Za-z0-9]{22}", str(client_id)):
        raise invalid("client_id", "must be 22 letters and digits")
    if state.where("query", "client_id", client_id):
        raise taken("client_id", f"client_id {client_id} is already in use")


def show(state: State, query: Record) -> Record:
    """A query with its addresses; `quick_calcs` and `analysis_config` are undocumented (section 16)."""
    path = f"/explore/{query['model']}/{query['view']}"
    url = f"{path}?{urlencode(_url_parts(query))}"
    computed: Record = {
        "url": url,
        "share_url": f"{state.host}/x/{query['client_id']}",
        "expanded_share_url": state.host + url,
        "has_table_calculations": "table_calculation" in (query["dynamic_fields"] or ""),
    }
    # a query never changes, so what a loaded one brings of these holds for ever
    computed |= {key: query[key] for key in computed if key in query}
    more = {"quick_calcs": None, "analysis_config": None}
    return {**more, **present(models.Query, query, **computed, can=can(query, "run", "see_lookml"))}


def _url_parts(query: Record) -> dict[str, str]:
    parts = {"fields": ",".join(query["fields"] or []), "sorts": ",".join(query["sorts"] or [])}
    parts |= {f"f[{name}]": str(value) for name, value in (query["filters"] or {}).items()}
    return {key: value for key, value in {**parts, "limit": query["limit"]}.items() if value}


def maker_id(state: State, source: str) -> str:
    """The id of the result maker of a query or merge query; tiles of one source share it (section 16)."""
    known = state.where("result_maker", "source", source)
    return str((known or [state.add("result_maker", {"id": None, "source": source})])[0]["id"])


def find(state: State, key: object) -> Record:
    """A query by id or slug; 404 where there is none."""
    by_slug = state.where("query", "slug", key)
    return by_slug[0] if by_slug else state.find("query", key)


def create_merge(state: State, body: Record) -> Record:
    """A merge query; each POST makes a new one."""
    sources = body.get("source_queries")
    if not sources:
        raise missing("source_queries")
    resolved = [_source(state, source) for source in sources]
    given: Record = {key: value for key, value in body.items() if key != "source_queries"}
    return state.add("merge_query", {**given, "id": state.take_slug(), "source_queries": resolved})


def _source(state: State, source: Record) -> Record:
    key = source.get("query_id") or source.get("query_slug")
    if not key:
        raise missing("source_queries.query_id")
    query = find(state, key)
    return {"merge_fields": None, **source, "query_id": query["id"], "query_slug": query["slug"]}


def show_merge(state: State, merge: Record) -> Record:
    """A merge query; its sources carry ids or slugs, not bodies."""
    hidden = {"query_id", "query_slug"} - set(state.merge_source_refs)
    sources: list[Any] = [
        {key: value for key, value in source.items() if key not in hidden}
        for source in merge["source_queries"]
    ]
    maker = maker_id(state, f"merge:{merge['id']}")
    return present(models.MergeQuery, merge, source_queries=sources, result_maker_id=maker, can=can(merge))


register(Kind("query", show, create))
register(Kind("merge_query", show_merge, create_merge))


@operation("query", "GET", "/queries/{query_id}")
def _query(state: State, ask: Ask) -> Record:
    return show(state, find(state, ask.id("query_id")))


@operation("query_for_slug", "GET", "/queries/slug/{slug}")
def _query_for_slug(state: State, ask: Ask) -> Record:
    return show(state, find(state, ask.id("slug")))


@operation("create_query", "POST", "/queries")
def _create_query(state: State, ask: Ask) -> Record:
    return show(state, create(state, ask.body))


@operation("merge_query", "GET", "/merge_queries/{merge_query_id}")
def _merge_query(state: State, ask: Ask) -> Record:
    return show_merge(state, state.find("merge_query", ask.id("merge_query_id")))


@operation("create_merge_query", "POST", "/merge_queries")
def _create_merge_query(state: State, ask: Ask) -> Record:
    return show_merge(state, create_merge(state, ask.body))
