"""Links in texts to what does not exist yet: made with a passing text, completed once all is there.

Such a link never orders two changes that could wait for each other. Folders come before looks, looks before
dashboards, and those before boards and all else; a link up that way, or to something of the same kind, is put
in by the change's late steps. Until then `0` stands for the id, which is the id of nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lookervault.model.resource import Attributes
from lookervault.model.values import Link, LinkedText, Value, in_texts, text_links
from lookervault.plan.change import Change
from lookervault.plan.steps.step import Draft, Step
from lookervault.plan.steps.values import use_merge, use_query

Waits = Callable[[Link], bool]

_RANKS = {"folder": 0, "look": 1, "dashboard": 2, "board": 3}
_LAST = len(_RANKS)
NO_ID = "0"


def complete_later(change: Change, draft: Draft, known: Callable[[Link], bool]) -> None:
    """Moves what waits for such links from the main steps of a draft to its late ones."""
    mine = _RANKS.get(change.kind, _LAST)

    def waits(link: Link) -> bool:
        return not known(link) and _RANKS.get(link.to.partition(":")[0], 0) >= mine

    if not any(map(waits, text_links([[s.body for s in draft.main], list(draft.values.values())]))):
        return
    steps, draft.main = draft.main, []
    made: set[Link] = set()
    for step in steps:
        draft.main += _kept(draft, step, waits, made)
        made |= {bind.link for bind in step.binds}


def _kept(draft: Draft, step: Step, waits: Waits, made: set[Link]) -> list[Step]:
    """The step without what must wait; a create is sent with passing values, a change goes without."""

    def waits_here(link: Link) -> bool:
        return waits(link) and link not in made

    later = {
        name: value
        for name, value in (step.body.items() if isinstance(step.body, dict) else ())
        # a query is made by a call of its own, which cannot know what this change has made before
        if any(map(waits, text_links(_query(draft, value)))) or any(map(waits_here, text_links(value)))
    }
    if not later:
        return [step]
    creates = step.method == "POST"
    path = [*step.path, step.binds[0].link] if creates else step.path
    draft.late.append(Step("PATCH", path, later))
    passing = {name: _passing(draft, value, waits) for name, value in later.items()} if creates else {}
    step.body = {k: v for k, v in step.body.items() if k not in later} | passing
    return [step] if step.body else []


def _query(draft: Draft, value: Value) -> Attributes | None:
    """The query or merge query that a value of a body refers to."""
    return draft.values.get(value.to) if isinstance(value, Link) else None


def _passing(draft: Draft, value: Value, waits: Waits) -> Value:
    """A value with the id of nothing in the place of every id that is not known yet."""

    def told(text: LinkedText) -> Any:
        return text.replaced(lambda link: NO_ID if waits(link) else link)

    query = _query(draft, value)
    if query is None or not isinstance(value, Link):
        return in_texts(value, told)
    use = use_merge if value.to.startswith("merge_query:") else use_query
    return use(draft, in_texts(query, told))
