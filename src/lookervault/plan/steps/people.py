"""Steps of users, groups and roles (resource notes, sections 4.10 to 4.12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lookervault.model.address import Address
from lookervault.model.catalog import KINDS
from lookervault.model.people import HOLDERS, VALUES
from lookervault.model.values import Link, Value, links, text_links
from lookervault.plan.change import Action, Change
from lookervault.plan.steps.plain import create, update
from lookervault.plan.steps.step import Bind, Draft, Probe, Step, body_of, cleared, segments

Known = Callable[[Link], bool]


def user_steps(change: Change, known: Known) -> Draft:
    """A user without a mail being sent: the account, then its e-mail credential."""
    draft, me = Draft(), Link(change.address)
    creating = change.action is Action.CREATE
    attributes = change.after if creating else cleared(change.before, change.after)
    body = body_of(KINDS["user"], attributes)
    home = body.get("home_folder_id")
    if isinstance(home, Link) and not known(home):
        del body["home_folder_id"]
        draft.late.append(Step("PATCH", ["users", me], {"home_folder_id": home}))
    if creating:
        draft.main.append(_account(change, body))
    else:
        draft.main += update(change, body)
    if attributes.get("email"):
        draft.main.append(_credential(me, attributes["email"], new=creating or "email" not in change.before))
    for step in _values(change):
        there = all(known(link) for link in (*links(step.path), *text_links(step.body)) if link != me)
        (draft.main if there else draft.late).append(step)
    return draft


def _values(change: Change) -> Iterator[Step]:
    """His own values of user attributes, one call each; what one needs may need the user himself."""
    have, want = (
        {row["attribute"]: row["value"] for row in told.get(VALUES, [])}
        for told in (change.before, change.after)
    )
    for attribute in sorted(have.keys() | want.keys()):
        path = segments("users", Link(change.address), "attribute_values", attribute)
        if attribute not in want:
            yield Step("DELETE", path)
        elif have.get(attribute) != want[attribute]:
            yield Step("PATCH", path, {"value": want[attribute]})


def _account(change: Change, body: dict[str, Value]) -> Step:
    # nothing about an account without an e-mail is unique, so only one that nobody can use yet is ours
    probe = Probe(["users"], ["first_name", "last_name"], {}, {"email": None, "credentials_api3": []}, True)
    step = create(change, body, probe)
    personal = Link(str(Address("folder", (f"@user:{change.name}",))))
    step.binds.append(Bind(personal, ["personal_folder_id"]))
    return step


def _credential(user: Link, email: str, new: bool) -> Step:
    path: list[Value] = ["users", user, "credentials_email"]
    if not new:
        return Step("PATCH", path, {"email": email})
    return Step("POST", path, {"email": email}, repeatable=False, probe=Probe(path, ["email"]))


def group_steps(change: Change) -> Draft:
    """A group, then its members one by one; adding a member twice changes nothing."""
    kind, me = KINDS["group"], Link(change.address)
    draft = Draft()
    if change.action is Action.CREATE:
        probe = Probe(["groups"], ["name"], paged=True)
        draft.main.append(create(change, body_of(kind, change.after), probe))
    else:
        draft.main += update(change, body_of(kind, cleared(change.before, change.after)))
    for name, field in (("groups", "group_id"), ("users", "user_id")):
        have, want = change.before.get(name, []), change.after.get(name, [])
        draft.main += [Step("DELETE", segments("groups", me, name, x)) for x in have if x not in want]
        path = segments("groups", me, name)
        added = [Step("POST", path, {field: x}, accepted="already") for x in want if x not in have]
        # a nesting may have to be undone elsewhere before it can be made here
        nested = name == "groups" and change.action is Action.UPDATE
        (draft.late if nested else draft.main).extend(added)
    return draft


def role_steps(change: Change) -> Draft:
    """A role, then its holders by whole lists, groups before users."""
    kind, me = KINDS["role"], Link(change.address)
    draft = Draft()
    if change.action is Action.CREATE:
        draft.main.append(create(change, body_of(kind, change.after), Probe(["roles"], ["name"])))
    else:
        draft.main += update(change, body_of(kind, change.after))
    for name, _ in reversed(HOLDERS):
        if name in change.after or name in change.before:
            draft.main.append(Step("PUT", ["roles", me, name], change.after.get(name, [])))
    return draft
