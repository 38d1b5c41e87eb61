"""Steps of color collections, themes and user attributes (resource notes, 4.13, 4.20, 4.21)."""

from __future__ import annotations

from collections import Counter

from lookervault.model.catalog import KINDS
from lookervault.model.colors import PALETTES, palette_slot
from lookervault.model.values import Link, Value
from lookervault.plan.change import Action, Change
from lookervault.plan.steps.plain import create, update
from lookervault.plan.steps.step import Bind, Draft, Probe, Step, body_of, cleared, segments


def collection_steps(change: Change) -> Draft:
    """A color collection; its palettes get their ids from the answer, on an update too."""
    body = body_of(KINDS["color_collection"], cleared(change.before, change.after))
    if change.action is Action.CREATE:
        step = create(change, body, Probe(["color_collections", "custom"], ["label"], known=change.rivals))
    else:
        (step,) = update(change, body)
    slots: set[str] = set()
    for field in PALETTES:
        labels = Counter(str(p.get("label")) for p in change.after.get(field, []))
        for number, palette in enumerate(change.after.get(field, [])):
            slot = palette_slot(field, palette, slots)
            slots.add(slot)
            label = palette.get("label")
            which = {"label": label} if labels[str(label)] == 1 else number
            step.binds.append(Bind(Link(change.address, slot), [field, which, "id"], optional=True))
    return Draft([step])


def theme_steps(change: Change) -> Draft:
    """A theme; its settings go whole, since left out ones are copied from the default theme."""
    kind = KINDS["theme"]
    if change.action is Action.CREATE:
        probe = Probe(["themes"], ["name", "begin_at"], known=change.rivals)
        return Draft([create(change, body_of(kind, change.after), probe)])
    return Draft(update(change, body_of(kind, cleared(change.before, change.after))))


def attribute_steps(change: Change) -> Draft:
    """A user attribute, then all values of groups as one list; its order is their precedence."""
    kind, me = KINDS["user_attribute"], Link(change.address)
    if change.action is Action.CREATE:
        steps = [create(change, body_of(kind, change.after), Probe(["user_attributes"], ["name"]))]
    else:
        steps = update(change, body_of(kind, cleared(change.before, change.after)))
    have, want = change.before.get("group_values", []), change.after.get("group_values", [])
    if want:
        rows: list[Value] = [{"group_id": row["group"], "value": row.get("value", "")} for row in want]
        steps.append(Step("POST", ["user_attributes", me, "group_values"], rows))
    else:
        steps += [Step("DELETE", segments("groups", row["group"], "attribute_values", me)) for row in have]
    return Draft(steps)
