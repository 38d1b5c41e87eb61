"""What is left to people once a plan is applied: said once, at its end (requirements row P13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lookervault.model.delivery import WITH_SECRETS, reaches
from lookervault.model.resource import Finding, State
from lookervault.plan.change import Action, Change

PASSWORD = "is made without a password: send a set-up link"


def handwork(changes: Iterable[Change], desired: State) -> Iterator[Finding]:
    """A finding for each thing that the API cannot do and somebody must."""
    for change in changes:
        for text in (*_of_new(change, desired), *_secrets(change)):
            yield Finding("todo", change.address, text)


def _of_new(change: Change, desired: State) -> Iterator[str]:
    if change.action is not Action.CREATE:
        return
    if change.kind == "user" and change.after.get("email"):
        yield PASSWORD
    resource = desired.resources.get(change.address)
    yield from resource.handwork if resource else ()


def _secrets(change: Change) -> Iterator[str]:
    """Secrets of destinations are in no answer, and sending a destination anew forgets them (4.14)."""
    for item in change.after.get("destinations", []) if change.kind == "scheduled_plan" else []:
        if str(item.get("type")) in WITH_SECRETS:
            yield f"the {item['type']} destination {reaches(item)} needs its secret entered by hand"
