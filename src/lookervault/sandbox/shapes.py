"""Fields and types of requests and answers, read at run time from the SDK's own models.

Write* classes give the writable fields; where they are wrong or insufficient the tables below say so
(resource notes, section 5).
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import attr
from looker_sdk.sdk.api40 import methods, models

from lookervault.errors import ApiError
from lookervault.sandbox.problems import FieldError, field_error, invalid_fields
from lookervault.sandbox.state import Record

# writable by the description, yet views of other resources or instance-internal: never accepted
NEVER_WRITTEN: Mapping[str, frozenset[str]] = {
    "ContentMetaGroupUser": frozenset({"can", "id"}),
    "ContinuousPalette": frozenset({"id"}),
    "AlertAppliedDashboardFilter": frozenset({"filter_description"}),
    "Dashboard": frozenset({"folder", "model", "certification_metadata"}),
    "DashboardElement": frozenset({"look", "query", "result_maker_id", "certification_metadata"}),
    "DiscretePalette": frozenset({"id"}),
    "LookWithQuery": frozenset({"folder", "model", "query", "certification_metadata"}),
    "ResultMakerWithIdVisConfigAndDynamicFields": frozenset({"merge_result_id", "query", "sql_query_id"}),
    "Role": frozenset({"model_set", "permission_set"}),
    "ScheduledPlanDestination": frozenset({"id", "looker_recipient", "scheduled_plan_id"}),
    "User": frozenset({"credentials_email"}),
    "UserAttributeGroupValue": frozenset({"can", "id", "value_is_hidden"}),
}

# parts that have endpoints of their own: let through and ignored (section 4.5)
IGNORED: Mapping[str, frozenset[str]] = {
    "Dashboard": frozenset({"dashboard_elements", "dashboard_filters", "dashboard_layouts"}),
}

# typed map<string> by some versions of the description, arbitrary JSON in truth
ANY_JSON: Mapping[str, frozenset[str]] = {
    "MergeQuery": frozenset({"vis_config"}),
    "User": frozenset({"ui_state"}),
}

# a folder without a parent is "not found", not "invalid" (section 2.5): its rule says what is required
OWN_REQUIRED = frozenset({"CreateFolder"})

SCALARS: Mapping[type, type | tuple[type, ...]] = {
    str: str,
    int: int,
    bool: bool,
    float: (int, float),
    datetime: str,
}


@dataclass(frozen=True)
class Operation:
    """What the SDK says of one call: query parameters, the type of its body, and if it may come without."""

    params: frozenset[str]
    body: Any
    bodiless: bool


@cache
def operation(name: str) -> Operation:
    """The operation of this id, from the signature of the SDK's method."""
    hints = typing.get_type_hints(getattr(methods.Looker40SDK, name))
    params = hints.keys() - {"body", "transport_options", "return"}
    body = _without_none(hints.get("body"))
    return Operation(frozenset(params), body, body is not hints.get("body"))


@cache
def fields_of(model: type) -> Mapping[str, Any]:
    """The fields of a model with their types; `from_` and the like lose Python's underscore."""
    hints = typing.get_type_hints(model)
    return {field.name.rstrip("_"): hints[field.name] for field in attr.fields(model)}


@cache
def required_of(model: type) -> tuple[str, ...]:
    """The fields a model cannot be without."""
    if model.__name__ in OWN_REQUIRED:
        return ()
    return tuple(f.name for f in attr.fields(model) if f.default is attr.NOTHING)


@cache
def blank(model: type) -> Record:
    """Every field of a model as null; copy before use."""
    return dict.fromkeys(fields_of(model))


def narrow(answer: Record, model: type) -> Record:
    """Only the fields a (smaller) model has, as the headers of lists are."""
    wanted = fields_of(model)
    return {key: value for key, value in answer.items() if key in wanted}


def accepted(body: object, hint: Any, *, strict: bool, whole: bool) -> Any:
    """The body if it fits its type; otherwise 422, or without the bad fields where not strict.

    `whole` says that required fields must be there, as in a create.
    """
    if attr.has(hint) and isinstance(body, dict):
        ignored = IGNORED.get(hint.__name__.removeprefix("Write"), frozenset())
        body = {key: value for key, value in body.items() if key not in ignored}
    errors = list(_faults(body, hint, ""))
    if errors and (strict or not isinstance(body, dict)):
        raise invalid_fields(errors) if isinstance(body, dict | list) else ApiError("Bad request", status=400)
    bad = {re.split(r"[.\[]", error["field"])[0] for error in errors}
    kept = {k: v for k, v in body.items() if k not in bad} if isinstance(body, dict) else body
    if whole and attr.has(hint) and isinstance(kept, dict):
        _require(kept, required_of(hint))
    return kept


def _require(body: Record, names: Sequence[str]) -> None:
    lacking = [name for name in names if body.get(name) in (None, "")]
    if lacking:
        raise invalid_fields([field_error(n, "missing_field", "This field is required.") for n in lacking])


def _faults(value: object, hint: Any, path: str) -> Iterator[FieldError]:
    """What is wrong with a value that should be of this type."""
    hint = _without_none(hint)
    origin = typing.get_origin(hint)
    if attr.has(hint):
        yield from _object_faults(value, hint, path)
    elif origin is not None and issubclass(origin, Sequence):
        yield from _list_faults(value, typing.get_args(hint)[0], path)
    elif origin is not None and issubclass(origin, MutableMapping):
        if not isinstance(value, dict):
            yield _wrong(path, "an object")
    elif hint is not Any and not _fits(value, hint):
        yield _wrong(path, _called(hint))


def _object_faults(value: object, model: type, path: str) -> Iterator[FieldError]:
    if not isinstance(value, dict):
        yield _wrong(path, "an object")
        return
    name = model.__name__.removeprefix("Write")
    known, read = fields_of(model), fields_of(getattr(models, name, model))
    never, loose = NEVER_WRITTEN.get(name, frozenset()), ANY_JSON.get(name, frozenset())
    for key, item in value.items():
        place = f"{path}.{key}" if path else key
        if key in never or (key in read and key not in known):
            yield field_error(place, "invalid", "is read-only")
        elif key not in known:
            yield field_error(place, "invalid", "is not a known field")
        elif item is not None and key not in loose:
            yield from _faults(item, known[key], place)


def _list_faults(value: object, hint: Any, path: str) -> Iterator[FieldError]:
    if not isinstance(value, list):
        yield _wrong(path, "a list")
        return
    for number, item in enumerate(value):
        yield from _faults(item, hint, f"{path}[{number}]")


def _fits(value: object, hint: type) -> bool:
    if isinstance(value, bool) and hint is not bool:
        return False
    return isinstance(value, SCALARS.get(hint, str))


def _without_none(hint: Any) -> Any:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(arg for arg in typing.get_args(hint) if arg is not type(None))
    return hint


def _wrong(path: str, wanted: str) -> FieldError:
    return field_error(path or "body", "invalid", f"must be {wanted}")


def _called(hint: type) -> str:
    names = {str: "a string", int: "an integer", bool: "true or false", float: "a number"}
    return names.get(hint, "a string")
