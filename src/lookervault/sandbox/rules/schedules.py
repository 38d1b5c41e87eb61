"""Scheduled plans (resource notes, section 4.14)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import cron, endpoints, shapes
from lookervault.sandbox.kinds import KINDS, Kind, can, present, register
from lookervault.sandbox.problems import forbidden, invalid, missing, not_found
from lookervault.sandbox.router import Ask, operation
from lookervault.sandbox.rules import dashboards, destinations, folders, layouts, queries
from lookervault.sandbox.rules.membership import is_admin, may
from lookervault.sandbox.state import Record, State, goes_with

NEEDED_BY_LOOKS = ("require_results", "require_no_results", "require_change")
DELIVERY = ("run_as_recipient", "send_all_results", "run_once", "show_custom_url", "embed")
LOOKS_OF_IT = (
    "pdf_landscape",
    "pdf_page_breaks",
    "long_tables",
    "include_filters",
    "include_dashboard_summary",
)
FLAGS: Record = {
    **dict.fromkeys((*NEEDED_BY_LOOKS, *DELIVERY, *LOOKS_OF_IT), False),
    "enabled": True,
    "include_links": True,
}
DEFAULTS: Record = {
    **FLAGS,
    **dict.fromkeys(("name", "crontab", "datagroup", "query_id")),
    "filters_string": "",
    "tab_ids": [],
    "timezone": "UTC",
}
FILED = {"look_id": "look", "dashboard_id": "dashboard", "lookml_dashboard_id": "lookml_dashboard"}
CONTENT = (*FILED, "query_id")
PAPER = ("letter", "legal", "tabloid", "a0", "a1", "a2", "a3", "a4", "a5")

# who deletes a user deletes his schedules (Looker's documentation on deleting users)
goes_with("user", "scheduled_plan", "user_id")


def _content(state: State, field: str, key: object) -> Record:
    """What a plan is to send; 404 where it is not there, in the trash or not for the caller."""
    if field == "query_id":
        return queries.find(state, key)
    found = state.find(FILED[field], key)
    if found["deleted"] or not folders.visible(state, found["folder_id"]):
        raise not_found()
    return found


def _is_dead(state: State, plan: Record) -> bool:
    """Whether the content went away after the plan was made."""
    return any(plan.get(field) and state.peek(kind, plan[field]) is None for field, kind in FILED.items())


def _clean(body: Record) -> Record:
    """A body without its destinations and old names; nulls are what the server puts there."""
    for name in FLAGS:
        if name in body and body[name] is None:
            raise invalid(name, "must be true or false")
    own = {key: value for key, value in body.items() if key != destinations.FIELD}
    if "dashboard_filters" in own:
        own = {"filters_string": own["dashboard_filters"], **own}
        del own["dashboard_filters"]
    return dashboards.defaulted(own, DEFAULTS)


def _check(state: State, plan: Record, given: Record) -> None:
    """All that must hold for a plan; references are looked up only where they are given."""
    if not plan.get("name"):
        raise missing("name")
    content = [field for field in CONTENT if plan.get(field)]
    if len(content) != 1:
        raise invalid(content[1] if content else "look_id", f"exactly one of {', '.join(CONTENT)}")
    if given.get(content[0]):
        plan[content[0]] = given[content[0]] = _content(state, content[0], plan[content[0]])["id"]
    _check_time(state, plan, given)
    if {"tab_ids", *CONTENT} & given.keys():
        _check_tabs(state, plan)
    if plan.get("pdf_paper_size") not in (None, *PAPER):
        raise invalid("pdf_paper_size", f"must be one of {', '.join(PAPER)}")


def _check_time(state: State, plan: Record, given: Record) -> None:
    times = [field for field in ("crontab", "datagroup") if plan.get(field)]
    if len(times) == 2 or not (times or plan["run_once"]):
        raise invalid("crontab", "give either a crontab or a datagroup")
    if plan.get("crontab") and cron.closest_runs(plan["crontab"]) is None:
        raise invalid("crontab", f"{plan['crontab']} is not a crontab")
    if given.get("datagroup"):
        known = {f"{group['model_name']}::{group['name']}" for group in state.rows("datagroup")}
        if given["datagroup"] not in known:
            raise invalid("datagroup", f"there is no datagroup {given['datagroup']}")


def _check_tabs(state: State, plan: Record) -> None:
    """Tabs are layouts of the dashboard, or labels for a LookML dashboard."""
    if not plan["tab_ids"] or plan.get("lookml_dashboard_id"):
        return
    known = {layout["id"] for layout in layouts.of_dashboard(state, plan.get("dashboard_id"))}
    if not known.issuperset(plan["tab_ids"]):
        raise invalid("tab_ids", "must be layouts of the dashboard")


def _owner(state: State, user_id: Any) -> str:
    """The caller, or for admins whoever they name."""
    if user_id in (None, state.caller_id):
        return state.caller_id
    if not is_admin(state, state.caller_id):
        raise forbidden("only admins make schedules for others")
    return str(state.find("user", user_id)["id"])


def _made(state: State, body: Record) -> Record:
    """A plan by the rules, not yet stored."""
    given = _clean(body)
    plan: Record = {**DEFAULTS, **given, "user_id": _owner(state, given.get("user_id"))}
    lacking = [name for name in NEEDED_BY_LOOKS if plan.get("look_id") and name not in given]
    if lacking:
        raise missing(*lacking)
    _check(state, plan, given)
    plan |= {"id": state.take_id("scheduled_plan"), "created_at": state.now(), "last_run_at": None}
    made = destinations.made(state, plan["id"], body.get(destinations.FIELD))
    return {**plan, "updated_at": plan["created_at"], "_destinations": made}


def create(state: State, body: Record) -> Record:
    """A plan; enabled ones, as all are that do not say otherwise, send once at once (section 2.9)."""
    plan = state.add("scheduled_plan", _made(state, body))
    if plan["enabled"]:
        deliver(state, plan, "created")
    return plan


def deliver(state: State, plan: Record, why: str) -> None:
    """Notes that people were sent something, and why."""
    to = [item.get("address") or item["type"] for item in plan["_destinations"]]
    state.deliveries.append({"scheduled_plan_id": plan["id"], "name": plan["name"], "to": to, "why": why})
    plan["last_run_at"] = state.now()


def _check_mine(state: State, plan: Record) -> None:
    if plan["user_id"] != state.caller_id and not is_admin(state, state.caller_id):
        raise forbidden("this is the schedule of somebody else")


def change(state: State, found: Record, changes: Record) -> None:
    """New values; destinations are replaced as a whole, and enabling sends at once."""
    _check_mine(state, found)
    given = _clean(changes)
    if "user_id" in given:
        given["user_id"] = _owner(state, given["user_id"] or found["user_id"])
    _check(state, {**found, **given}, given)
    if destinations.FIELD in changes:
        given["_destinations"] = destinations.made(state, found["id"], changes[destinations.FIELD])
    enabling = given.get("enabled", False) and not found["enabled"]
    state.change("scheduled_plan", found, {**given, "updated_at": state.now()})
    if enabling:
        deliver(state, found, "enabled")


def remove(state: State, found: Record) -> None:
    """The plan; what was sent stays sent."""
    _check_mine(state, found)
    state.drop("scheduled_plan", found)


def show(state: State, plan: Record) -> Record:
    """A plan with its destinations; one whose content is gone is not enabled."""
    title = _title(state, plan)
    enabled = plan["enabled"] and not _is_dead(state, plan)
    return present(
        models.ScheduledPlan,
        plan,
        enabled=enabled,
        title=title,
        content_title=title,
        dashboard_filters=plan["filters_string"],
        next_run_at=_next_run(plan) if enabled else None,
        user=_owner_shown(state, plan),
        scheduled_plan_destination=[destinations.show(state, item) for item in plan["_destinations"]],
        can=can(plan, "run_now"),
    )


def _title(state: State, plan: Record) -> str | None:
    found = [state.peek(kind, plan.get(field)) for field, kind in FILED.items()]
    return next((content["title"] for content in found if content), None)


def _next_run(plan: Record) -> str | None:
    """Some time later than the last run: nothing is ever sent by the clock."""
    if not plan.get("crontab"):
        return None
    last = datetime.fromisoformat(plan["last_run_at"] or plan["created_at"])
    return (last + timedelta(days=1)).isoformat(timespec="milliseconds")


def _owner_shown(state: State, plan: Record) -> Record | None:
    owner = state.peek("user", plan["user_id"])
    if owner is None:
        return None
    return shapes.narrow(KINDS["user"].show(state, owner), models.UserPublic) | {"is_embed_user": False}


def sees_all(state: State) -> bool:
    """Whether the caller may see the schedules of others."""
    return may(state, state.caller_id, "see_schedules")


def fetch(state: State, key: str) -> Record:
    """A plan of the caller, or any for who may see schedules."""
    found = state.find("scheduled_plan", key)
    if found["user_id"] != state.caller_id and not sees_all(state):
        raise not_found()
    return found


PLAN = register(Kind("scheduled_plan", show, create, change, remove))
endpoints.serve(PLAN, find=fetch)


@operation("scheduled_plan_run_once", "POST", "/scheduled_plans/run_once")
def _run_once(state: State, ask: Ask) -> Record:
    """A plan that is sent once and not kept."""
    plan = _made(state, {**ask.body, "run_once": True})
    deliver(state, plan, "run_once")
    return show(state, plan)


@operation("scheduled_plan_run_once_by_id", "POST", "/scheduled_plans/{scheduled_plan_id}/run_once")
def _run_once_by_id(state: State, ask: Ask) -> Record:
    """A plan that is there, sent once with what the body changes; the plan itself stays as it is."""
    found = fetch(state, ask.id("scheduled_plan_id"))
    _check_mine(state, found)
    given = _clean(ask.body)
    plan = {**found, **given, "run_once": True}
    _check(state, plan, given)
    if destinations.FIELD in ask.body:
        plan["_destinations"] = destinations.made(state, found["id"], ask.body[destinations.FIELD])
    deliver(state, plan, "run_once")
    return show(state, plan)
