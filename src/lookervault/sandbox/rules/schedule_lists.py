"""The lists of scheduled plans (resource notes, section 4.14)."""

from __future__ import annotations

from lookervault.sandbox.router import Ask, Page, listing, operation
from lookervault.sandbox.rules import folders
from lookervault.sandbox.rules.schedules import FILED, sees_all, show
from lookervault.sandbox.search import Column
from lookervault.sandbox.state import Record, State


def _asked_for(state: State, ask: Ask, plans: list[Record]) -> list[Record]:
    """The caller's own plans, those of `user_id`, or everybody's with `all_users` (section 16)."""
    others = sees_all(state)
    if others and ask.flag("all_users"):
        return plans
    owner = ask.query.get("user_id") or state.caller_id
    mine = owner == state.caller_id
    return [plan for plan in plans if plan["user_id"] == owner] if mine or others else []


@operation("all_scheduled_plans", "GET", "/scheduled_plans")
def _all_plans(state: State, ask: Ask) -> list[Record]:
    return [show(state, plan) for plan in _asked_for(state, ask, state.rows("scheduled_plan"))]


def _of(state: State, field: str, key: str) -> list[Record]:
    return [plan for plan in state.rows("scheduled_plan") if plan.get(field) == key]


def _list_by(field: str, kind: str) -> None:
    """Serves the plans of one look, dashboard or LookML dashboard."""

    def plans_for(state: State, ask: Ask) -> list[Record]:
        key = state.find(kind, ask.id(field))["id"]
        return [show(state, plan) for plan in _asked_for(state, ask, _of(state, field, key))]

    operation(f"scheduled_plans_for_{kind}", "GET", f"/scheduled_plans/{kind}/{{{field}}}")(plans_for)


for content_field, content_kind in FILED.items():
    _list_by(content_field, content_kind)


@operation("scheduled_plans_for_space", "GET", "/scheduled_plans/space/{space_id}")
def _plans_for_folder(state: State, ask: Ask) -> list[Record]:
    """The caller's plans for what is in a folder."""
    key = folders.fetch(state, ask.id("space_id"))["id"]
    found = [
        plan
        for kind in ("look", "dashboard")
        for content in state.where(kind, "folder_id", key)
        for plan in _of(state, f"{kind}_id", content["id"])
    ]
    return [show(state, plan) for plan in _asked_for(state, ask, found)]


def _columns(state: State) -> dict[str, Column]:
    def of_owner(field: str) -> Column:
        return lambda plan: (state.peek("user", plan["user_id"]) or {}).get(field)

    def of_destinations(field: str) -> Column:
        return lambda plan: [item.get(field) for item in plan["_destinations"]]

    owner = {f"user_{field}": of_owner(field) for field in ("first_name", "last_name")}
    fields = {"recipient": "address", "destination_type": "type", "delivery_format": "format"}
    return {**owner, **{name: of_destinations(field) for name, field in fields.items()}}


@operation("search_scheduled_plans", "GET", "/scheduled_plans/search")
def _search_plans(state: State, ask: Ask) -> Page:
    rows = _asked_for(state, ask, state.rows("scheduled_plan"))
    skip = frozenset({"all_users", "all_states", "last_run_status"})
    return listing(ask, rows, lambda plan: show(state, plan), columns=_columns(state), skip=skip)
