"""Where schedules send to (resource notes, section 4.14)."""

from __future__ import annotations

import re

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import shapes
from lookervault.sandbox.problems import invalid, missing
from lookervault.sandbox.state import Record, State

FIELD = "scheduled_plan_destination"
FORMATS = frozenset(
    {"txt", "csv", "inline_json", "json", "json_detail", "json_label", "xlsx", "html"}
    | {"wysiwyg_pdf", "assembled_pdf", "wysiwyg_png", "csv_zip"}
)
PLAIN_TYPES = ("email", "webhook", "s3", "sftp")
# both are seen (4.14); an integration's id follows
INTEGRATION = re.compile("(looker-)?integration://")
FLAGS = ("apply_formatting", "apply_vis", "include_filters")


def made(state: State, plan_id: str, items: object) -> list[Record]:
    """The destinations of a plan, each with a new id; none at all is an error."""
    if not items or not isinstance(items, list):
        raise missing(FIELD)
    for item in items:
        _check(state, item)
    return [_stored(state, plan_id, item) for item in items]


def _stored(state: State, plan_id: str, item: Record) -> Record:
    links = {"id": state.take_id(FIELD), "scheduled_plan_id": plan_id}
    return {**dict.fromkeys(FLAGS, False), "message": "", "parameters": "{}", **item, **links}


def _check(state: State, item: Record) -> None:
    kind = str(item.get("type") or "")
    lacking = [name for name in ("type", "format") if not item.get(name)]
    if kind in PLAIN_TYPES and not item.get("address"):
        lacking.append("address")
    if lacking:
        raise missing(*(f"{FIELD}.{name}" for name in lacking))
    for name in FLAGS:
        if name in item and item[name] is None:
            raise invalid(f"{FIELD}.{name}", "must be true or false")
    if item["format"] not in FORMATS:
        raise invalid(f"{FIELD}.format", f"must be one of {', '.join(sorted(FORMATS))}")
    if not _known_type(state, kind):
        raise invalid(f"{FIELD}.type", f"{kind} is no type of destination here")
    if kind == "email" and "@" not in item["address"]:
        raise invalid(f"{FIELD}.address", "is not an e-mail address")


def _known_type(state: State, kind: str) -> bool:
    """One of the plain types, or an integration that this instance has."""
    scheme = INTEGRATION.match(kind)
    if scheme:
        return state.peek("integration", kind[scheme.end() :]) is not None
    return kind in PLAIN_TYPES


def show(state: State, stored: Record) -> Record:
    """A destination without its secrets."""
    answer = {**shapes.blank(models.ScheduledPlanDestination), **stored}
    known = state.where("credentials_email", "email", stored.get("address"))
    answer["looker_recipient"] = stored["type"] == "email" and bool(known)
    return {key: value for key, value in answer.items() if key != "secret_parameters"}
