"""The values of user attributes: of groups, in order of precedence, and of users (section 4.13)."""

from __future__ import annotations

from looker_sdk.sdk.api40 import models

from lookervault.sandbox.kinds import Kind, present, register
from lookervault.sandbox.problems import forbidden, invalid, missing, not_found
from lookervault.sandbox.router import GONE, Ask, operation
from lookervault.sandbox.rules import membership, users
from lookervault.sandbox.rules.attributes import check_value, fetch, hidden, is_settable
from lookervault.sandbox.rules.dashboards import name_of
from lookervault.sandbox.state import Record, State, goes_with

OF_GROUP, OF_USER = "user_attribute_group_value", "user_attribute_user_value"

for owner in ("user_attribute", "group"):
    goes_with(owner, OF_GROUP, f"{owner}_id")
for owner in ("user_attribute", "user"):
    goes_with(owner, OF_USER, f"{owner}_id")


def _check(attribute: Record, body: Record) -> None:
    if not is_settable(attribute):
        raise forbidden("the values of this system attribute cannot be set")
    if body.get("value") is None:
        raise missing("value")
    check_value(attribute, body["value"])


def of_attribute(state: State, attribute_id: str) -> list[Record]:
    """The values groups have for an attribute, the one that wins first."""
    found = state.where(OF_GROUP, "user_attribute_id", attribute_id)
    return sorted(found, key=lambda value: int(value["rank"]))


def set_all(state: State, attribute: Record, items: list[Record]) -> list[Record]:
    """Replaces the values of all groups; their order is the order of the list, or all say their rank."""
    ranks = [item["rank"] for item in items if item.get("rank") is not None]
    if ranks and len(set(ranks)) != len(items):
        raise invalid("rank", "give a rank of its own to every value or to none")
    group_ids = [_group_id(state, item) for item in items]
    if len(set(group_ids)) != len(group_ids):
        raise invalid("group_id", "has more than one value")
    for item in items:
        _check(attribute, item)
    for old in of_attribute(state, attribute["id"]):
        state.drop(OF_GROUP, old)
    for number, (group_id, item) in enumerate(zip(group_ids, items, strict=True)):
        _store(state, attribute, group_id, item["value"], ranks[number] if ranks else number + 1)
    return of_attribute(state, attribute["id"])


def _group_id(state: State, item: Record) -> str:
    if not item.get("group_id"):
        raise missing("group_id")
    return str(state.find("group", item["group_id"])["id"])


def _store(state: State, attribute: Record, group_id: str, value: str, rank: int) -> Record:
    links = {"user_attribute_id": attribute["id"], "group_id": group_id}
    return state.add(OF_GROUP, {"id": None, **links, "rank": rank, "value": value})


def _of(state: State, kind: str, attribute: Record, owner: Record) -> Record | None:
    field = "group_id" if kind == OF_GROUP else "user_id"
    found = state.where(kind, field, owner["id"])
    return next((value for value in found if value["user_attribute_id"] == attribute["id"]), None)


def set_for_group(state: State, attribute: Record, group: Record, body: Record) -> Record:
    """The value of one group; a new one comes after all others."""
    _check(attribute, body)
    known = _of(state, OF_GROUP, attribute, group)
    if known is None:
        last = max((value["rank"] for value in of_attribute(state, attribute["id"])), default=0)
        return _store(state, attribute, group["id"], body["value"], last + 1)
    state.change(OF_GROUP, known, {"value": body["value"]})
    return known


def set_for_user(state: State, attribute: Record, user: Record, body: Record) -> Record:
    """A user's own value."""
    _check(attribute, body)
    known = _of(state, OF_USER, attribute, user)
    if known is None:
        links = {"user_attribute_id": attribute["id"], "user_id": user["id"]}
        return state.add(OF_USER, {"id": None, **links, "value": body["value"]})
    state.change(OF_USER, known, {"value": body["value"]})
    return known


def show_of_group(state: State, found: Record) -> Record:
    """The value of a group, null where values are hidden."""
    secret = state.find("user_attribute", found["user_attribute_id"])["value_is_hidden"]
    value = None if secret else found["value"]
    return present(models.UserAttributeGroupValue, found, value=value, value_is_hidden=secret, can={})


def _row(attribute: Record, user: Record, value: object, source: str, rank: int = 1) -> Record:
    """A user's value as listed; ranks and sources of all but groups are as recorded."""
    own = source == "User Setting"
    shown = None if attribute["value_is_hidden"] and source != "Default" else value
    copied = ("name", "label", "user_can_edit", "value_is_hidden", "hidden_value_domain_whitelist")
    fields: Record = {name: attribute[name] for name in copied}
    place = {"user_id": user["id"], "user_attribute_id": attribute["id"], "source": source}
    return {**fields, **place, "rank": rank, "value": shown, "can": {"show": True} if own else {}}


def _system_value(state: State, attribute: Record, user: Record) -> str:
    """What Looker itself knows of a user, empty where it knows nothing."""
    email = users.email_of(state, user)
    known = {
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "email": email["email"] if email else "",
        "name": name_of(state, user["id"]) or "",
        "id": user["id"],
    }
    return str(known.get(attribute["name"], ""))


def found_values(state: State, attribute: Record, user: Record) -> list[Record]:
    """All values a user could have, the one that holds first: own, of groups by rank, default."""
    if not is_settable(attribute):
        return [_row(attribute, user, _system_value(state, attribute, user), "System Setting")]
    own = _of(state, OF_USER, attribute, user)
    rows = [_row(attribute, user, own["value"], "User Setting", -1)] if own else []
    groups = membership.with_parents(state, membership.groups_of(state, user["id"]))
    for value in of_attribute(state, attribute["id"]):
        if value["group_id"] in groups:
            source = f"Group: {groups[value['group_id']]['name']}"
            rows.append(_row(attribute, user, value["value"], source, value["rank"]))
    default = attribute["default_value"]
    return rows + ([_row(attribute, user, hidden(attribute, default), "Default")] if default else [])


def show_of_user(state: State, found: Record) -> Record:
    """A user's own value."""
    attribute = state.find("user_attribute", found["user_attribute_id"])
    return found_values(state, attribute, state.find("user", found["user_id"]))[0]


register(
    Kind(
        OF_GROUP,
        show_of_group,
        lambda state, body: set_for_group(
            state, _attribute(state, body), state.find("group", body.get("group_id")), body
        ),
        remove=lambda state, found: state.drop(OF_GROUP, found),
    )
)
register(
    Kind(
        OF_USER,
        show_of_user,
        lambda state, body: set_for_user(
            state, _attribute(state, body), state.find("user", body.get("user_id")), body
        ),
        remove=lambda state, found: state.drop(OF_USER, found),
    )
)


def _attribute(state: State, body: Record) -> Record:
    return state.find("user_attribute", body.get("user_attribute_id"))


@operation("all_user_attribute_group_values", "GET", "/user_attributes/{user_attribute_id}/group_values")
def _all_group_values(state: State, ask: Ask) -> list[Record]:
    """Groups the caller cannot see are left out: others than admins see their own."""
    attribute = fetch(state, ask.id("user_attribute_id"))
    rows = of_attribute(state, attribute["id"])
    if not membership.is_admin(state, state.caller_id):
        mine = membership.with_parents(state, membership.groups_of(state, state.caller_id))
        rows = [row for row in rows if row["group_id"] in mine]
    return [show_of_group(state, row) for row in rows]


@operation(
    "set_user_attribute_group_values", "POST", "/user_attributes/{user_attribute_id}/group_values", admin=True
)
def _set_group_values(state: State, ask: Ask) -> list[Record]:
    attribute = fetch(state, ask.id("user_attribute_id"))
    if any(item.get("user_attribute_id") not in (None, attribute["id"]) for item in ask.body):
        raise invalid("user_attribute_id", "is another attribute than that of the path")
    return [show_of_group(state, row) for row in set_all(state, attribute, ask.body)]


GROUP_VALUE = "/groups/{group_id}/attribute_values/{user_attribute_id}"
USER_VALUE = "/users/{user_id}/attribute_values/{user_attribute_id}"


@operation("update_user_attribute_group_value", "PATCH", GROUP_VALUE, admin=True)
def _set_group_value(state: State, ask: Ask) -> Record:
    group = state.find("group", ask.id("group_id"))
    attribute = fetch(state, ask.id("user_attribute_id"))
    return show_of_group(state, set_for_group(state, attribute, group, ask.body))


@operation("delete_user_attribute_group_value", "DELETE", GROUP_VALUE, admin=True)
def _delete_group_value(state: State, ask: Ask) -> object:
    group = state.find("group", ask.id("group_id"))
    return _delete(state, OF_GROUP, fetch(state, ask.id("user_attribute_id")), group)


def _delete(state: State, kind: str, attribute: Record, owner: Record) -> object:
    found = _of(state, kind, attribute, owner)
    if found is None:
        raise not_found()
    state.drop(kind, found)
    return GONE


@operation("user_attribute_user_values", "GET", "/users/{user_id}/attribute_values")
def _user_values(state: State, ask: Ask) -> list[Record]:
    user = users.fetch(state, ask.id("user_id"))
    rows: list[Record] = []
    for attribute in _asked_for(state, ask):
        found = found_values(state, attribute, user)
        if not found and ask.flag("include_unset"):
            rows.append(_row(attribute, user, None, "No Value"))
        rows += found if ask.flag("all_values") else found[:1]
    return rows


def _asked_for(state: State, ask: Ask) -> list[Record]:
    """The attributes named by their ids; a list in quotes is ignored (recorded, section 2.3)."""
    seen = state.rows("user_attribute")
    if not membership.is_admin(state, state.caller_id):
        seen = [attribute for attribute in seen if attribute["user_can_view"]]
    wanted = ask.query.get("user_attribute_ids", "")
    if not wanted or '"' in wanted:
        return seen
    return [attribute for attribute in seen if attribute["id"] in wanted.split(",")]


def _own_or_admin(state: State, ask: Ask) -> tuple[Record, Record]:
    """Attribute and user of the path, if the caller may set this value."""
    user = users.fetch(state, ask.id("user_id"))
    attribute = fetch(state, ask.id("user_attribute_id"))
    if not attribute["user_can_edit"] and not membership.is_admin(state, state.caller_id):
        raise forbidden()
    return attribute, user


@operation("set_user_attribute_user_value", "PATCH", USER_VALUE)
def _set_user_value(state: State, ask: Ask) -> Record:
    return show_of_user(state, set_for_user(state, *_own_or_admin(state, ask), ask.body))


@operation("delete_user_attribute_user_value", "DELETE", USER_VALUE)
def _delete_user_value(state: State, ask: Ask) -> object:
    return _delete(state, OF_USER, *_own_or_admin(state, ask))
