"""Requests held against the official description of the API, and what the resource notes add (section 5).

It knows nothing of lookervault, and is stricter than Looker need be: what the description does not have, a
server may refuse.
"""

from __future__ import annotations

import functools
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lookervault.sandbox import Call

PLACE = Path(__file__).resolve().parents[1] / ".." / "shared" / "looker" / "Looker.4.0.oas.json.gz"
Schema = Mapping[str, Any]

# read-only as the description has it, yet the body of their calls (resource notes, section 5)
WRITTEN: Mapping[str, frozenset[str]] = {
    "ContentMetaGroupUser": frozenset({"content_metadata_id", "group_id", "user_id", "permission_type"}),
    "UserAttributeGroupValue": frozenset({"group_id", "value", "rank"}),
    "GroupIdForGroupInclusion": frozenset({"group_id"}),
    "GroupIdForGroupUserInclusion": frozenset({"user_id"}),
    "ResultMakerFilterables": frozenset({"listen"}),
}

# writable as the description has it, yet views of other resources or an instance's own (section 5)
UNWRITTEN: Mapping[str, frozenset[str]] = {
    "Dashboard": frozenset({"model", "folder", "certification_metadata"}),
    "Look": frozenset({"model", "folder", "certification_metadata"}),
    "LookWithQuery": frozenset({"model", "folder", "query", "certification_metadata"}),
    "DashboardElement": frozenset({"query", "look", "result_maker_id", "certification_metadata"}),
    "ResultMakerWithIdVisConfigAndDynamicFields": frozenset(
        {"query", "query_id", "sql_query_id", "merge_result_id", "id"}
    ),
    "Role": frozenset({"permission_set", "model_set"}),
    "User": frozenset(
        f"credentials_{kind}"
        for kind in ("email", "google", "ldap", "looker_openid", "oidc", "saml", "totp", "workforce")
    )
    | {"ui_state"},
    "ScheduledPlan": frozenset({"user", "dashboard_filters"}),
    "ScheduledPlanDestination": frozenset({"scheduled_plan_id", "id", "looker_recipient"}),
    "Query": frozenset({"client_id"}),
    "Board": frozenset({"deleted_at"}),
    "BoardSection": frozenset({"deleted_at"}),
}
# create-only, whatever the description says (section 5)
FIRST_ONLY: Mapping[str, frozenset[str]] = {
    "Alert": frozenset({"dashboard_element_id"}),
    "DashboardFilter": frozenset({"dashboard_id"}),
    "LookmlModel": frozenset({"name"}),
}
# required by the notes where the description requires nothing (section 4)
REQUIRED: Mapping[str, frozenset[str]] = {
    "create_dashboard": frozenset({"title", "folder_id"}),
    "create_look": frozenset({"title", "folder_id", "query_id", "public"}),
    "create_folder": frozenset({"name", "parent_id"}),
    "create_dashboard_element": frozenset({"dashboard_id"}),
    "create_dashboard_layout": frozenset({"dashboard_id"}),
    "create_board_section": frozenset({"board_id"}),
    "create_board_item": frozenset({"board_section_id"}),
    "create_scheduled_plan": frozenset({"name", "scheduled_plan_destination"}),
    "create_content_metadata_access": frozenset({"content_metadata_id", "permission_type"}),
    "update_content_metadata_access": frozenset({"content_metadata_id", "permission_type"}),
    "create_role": frozenset({"name", "permission_set_id", "model_set_id"}),
    "create_permission_set": frozenset({"name"}),
    "create_model_set": frozenset({"name"}),
    "create_group": frozenset({"name"}),
    "create_theme": frozenset({"name", "settings"}),
    "create_lookml_model": frozenset({"name"}),
    "create_user_credentials_email": frozenset({"email"}),
}
# typed as a map of texts, arbitrary JSON in truth
LOOSE = frozenset({("MergeQuery", "vis_config"), ("User", "ui_state"), ("AlertFieldFilter", "field_value")})


@functools.cache
def description() -> Mapping[str, Any]:
    """The whole description."""
    found: Mapping[str, Any] = json.loads(gzip.decompress(PLACE.read_bytes()))
    return found


def complaints(call: Call) -> list[str]:
    """What a strict server would have against a call, whatever the sandbox answered."""
    found = operation(call.method, call.path)
    if found is None:
        return [f"{call.method} {call.path}: there is no such call"]
    name = found["operationId"]
    return [f"{call.method} {name}: {fault}" for fault in (*_query(found, call), *_body(found, call))]


@functools.cache
def _paths() -> list[tuple[re.Pattern[str], Mapping[str, Any]]]:
    """Literal paths before those with an id; an id holds anything, since calls are noted decoded."""
    paths = description()["paths"]
    order = sorted(paths, key=lambda path: (path.count("{"), -path.count("/"), path))
    return [(re.compile(re.sub(r"\\\{\w+\\\}", "([^?]+?)", re.escape(p))), paths[p]) for p in order]


def operation(method: str, path: str) -> Mapping[str, Any] | None:
    """The operation of a call; of several the one with the fewest ids that has as many segments."""
    for pattern, methods in _paths():
        if method.lower() in methods and pattern.fullmatch(path):
            found: Mapping[str, Any] = methods[method.lower()]
            return found
    return None


def _query(found: Mapping[str, Any], call: Call) -> Iterator[str]:
    known = {p["name"]: p for p in found.get("parameters", ()) if p["in"] == "query"}
    for name, value in call.query.items():
        if name not in known:
            yield f"query parameter {name} is not declared"
        elif not _says(value, known[name]["schema"].get("type")):
            yield f"query parameter {name}={value!r} is no {known[name]['schema'].get('type')}"
    for name, parameter in known.items():
        if parameter.get("required") and name not in call.query:
            yield f"query parameter {name} is required"
    if call.query.get("fields"):
        yield from _chosen(_result(found), call.query["fields"])


def _says(text: str, kind: str | None) -> bool:
    if kind == "boolean":
        return text in ("true", "false")
    return kind != "integer" or text.isdecimal()


def _result(found: Mapping[str, Any]) -> Schema:
    content = found["responses"].get("200", {}).get("content", {})
    schema: Schema = content.get("application/json", {}).get("schema", {})
    return schema.get("items", schema)


def _chosen(schema: Schema, fields: str) -> Iterator[str]:
    """Names in `fields`; what stands in parentheses is of the field before."""
    properties = _resolved(schema)[1].get("properties", {})
    for name, inner in re.findall(r"(\w+)(?:\(([^()]*)\))?", fields):
        if name not in properties:
            yield f"fields={name}: the answer has no such field"
        elif inner:
            yield from _chosen(properties[name].get("items", properties[name]), inner)


def _resolved(schema: Schema) -> tuple[str, Schema]:
    if "$ref" not in schema:
        return "", schema
    name = schema["$ref"].rpartition("/")[2]
    return name, description()["components"]["schemas"][name]


def _body(found: Mapping[str, Any], call: Call) -> Iterator[str]:
    content = found.get("requestBody", {}).get("content", {})
    if call.path.startswith("/login"):
        return
    if not content:
        if call.body is not None:
            yield "takes no body"
        return
    if call.body is None:
        yield "lacks its body"
        return
    schema = content["application/json"]["schema"]
    create = call.method == "POST"
    yield from _value(call.body, schema, "", first=create)
    if isinstance(call.body, dict):
        required = set(REQUIRED.get(found["operationId"], ()))
        if call.method != "PATCH":
            required |= set(_resolved(schema)[1].get("required", ()))
        yield from (f"{key} is required" for key in sorted(required) if call.body.get(key) is None)


def _value(value: Any, schema: Schema, place: str, *, first: bool) -> Iterator[str]:
    name, schema = _resolved(schema)
    kind = schema.get("type")
    if "properties" in schema or (kind is None and name):
        yield from _object(value, name, schema, place, first=first)
    elif kind == "array":
        if not isinstance(value, list):
            yield f"{place} is no list"
            return
        for number, item in enumerate(value):
            yield from _value(item, schema["items"], f"{place}[{number}]", first=first)
    elif not _is(value, schema):
        yield f"{place}={value!r} is no {kind}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{place}={value!r} is none of {', '.join(schema['enum'])}"


def _object(value: Any, name: str, schema: Schema, place: str, *, first: bool) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place or 'the body'} is no object"
        return
    never = UNWRITTEN.get(name, frozenset()) | (frozenset() if first else FIRST_ONLY.get(name, frozenset()))
    for key, item in value.items():
        where = f"{place}.{key}" if place else key
        known = schema["properties"].get(key)
        if known is None:
            yield f"{where} is not declared"
        elif key in never or (known.get("readOnly") and key not in WRITTEN.get(name, ())):
            yield f"{where} is not to be written"
        elif item is None:
            if not known.get("nullable", True):
                yield f"{where} is null"
        elif (name, key) not in LOOSE:
            yield from _value(item, known, where, first=first)
    if place:
        lacking = (k for k in schema.get("required", ()) if value.get(k) is None)
        yield from (f"{place}.{key} is required" for key in lacking)


def _is(value: Any, schema: Schema) -> bool:
    kind = schema.get("type")
    if kind == "string":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "object":
        inner = schema.get("additionalProperties")
        typed = isinstance(inner, dict) and inner.get("type") == "string"
        return isinstance(value, dict) and (not typed or all(isinstance(v, str) for v in value.values()))
    return True
