"""One object read anew, with what belongs to it, in as few calls as it takes."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.model.catalog import KINDS
from lookervault.model.kind import Kind
from lookervault.model.normal import text_id
from lookervault.model.queries import source_keys
from lookervault.model.secrets import redact

Raws = dict[str, dict[str, Any]]


def read_one(gateway: Gateway, name: str, id_: str, salt: bytes, unknown: Container[str] = ()) -> Raws | None:
    """The object as it is now: raw JSON by kind and id; None where it is gone.

    What is only read on request is left out where it was `unknown`.
    """
    kind = KINDS[name]
    own = [*kind.path.strip("/").split("/"), id_]
    raw = _answer(gateway, own)
    if raw is None:
        return None
    found: Raws = {name: {id_: raw}}
    for facet in kind.facets:
        if facet.wanted(raw) and not (facet.on_request and facet.name in unknown):
            path, query = facet.path.strip("/").split("/"), dict(facet.query)
            call = (path, {**query, facet.by: id_}) if facet.by else ([*own, *path], query)
            told = _answer(gateway, call[0], **call[1])
            if told is not None:
                found[f"{name}.{facet.name}"] = {id_: told}
    _read_members(gateway, kind, id_, found)
    return {each: {i: redact(raw, salt) for i, raw in raws.items()} for each, raws in found.items()}


def _read_members(gateway: Gateway, kind: Kind, id_: str, found: Raws) -> None:
    own = kind.path.strip("/").split("/")
    for member in kind.members:
        path = [*own, id_, *member.path.strip("/").split("/")]
        if member.paged:
            heads = [raw for page in gateway.pages(path, page_size=500, fields="id") for raw in page]
        else:
            heads = gateway.get(path, fields="id") or []
        ids = [text_id(raw.get("id")) for raw in heads]
        found.setdefault(member.kind, {}).update({i: {"id": i, member.field: [id_]} for i in ids})
        found[kind.name][id_].setdefault(member.field, [])


def read_values(gateway: Gateway, raws: Raws, salt: bytes) -> Raws:
    """The same with the queries and merge queries that its elements only name."""
    found = {kind: dict(objects) for kind, objects in raws.items()}
    merges, queries = set[str](), set[tuple[str, bool]]()
    for raw in [raw for objects in raws.values() for raw in objects.values() if isinstance(raw, dict)]:
        for holder in (raw, *(raw.get("dashboard_elements") or [])):
            if holder.get("merge_result_id"):
                merges.add(text_id(holder["merge_result_id"]))
            elif holder.get("query_id") and not holder.get("query") and "destinations" not in holder:
                queries.add((text_id(holder["query_id"]), False))
    for id_ in sorted(merges):
        merge = _answer(gateway, ["merge_queries", id_])
        if merge is not None:
            found.setdefault("merge_query", {})[id_] = redact(merge, salt)
            for source in merge.get("source_queries") or []:
                queries.update((key, bool(source.get("query_slug"))) for key in source_keys(source)[:1])
    for id_, by_slug in sorted(queries):
        ways = [["queries", "slug", id_], ["queries", id_]] if by_slug else [["queries", id_]]
        query = next((q for q in (_answer(gateway, way) for way in ways) if q is not None), None)
        if query is not None:
            found.setdefault("query", {})[id_] = redact(query, salt)
    return found


def _answer(gateway: Gateway, path: list[str], **query: Any) -> Any:
    try:
        return gateway.get(path, **query)
    except ApiError as error:
        if error.status in (403, 404, 405):
            return None
        raise
