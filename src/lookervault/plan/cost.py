"""What carrying a plan out takes in API calls, told before the first of them."""

from __future__ import annotations

from collections.abc import Container

import msgspec

from lookervault.errors import Refused
from lookervault.model.catalog import KINDS
from lookervault.plan.change import Action, Change
from lookervault.plan.plan import Plan

_INSIDE = 3  # folders, dashboards and looks in a folder that is to go


class Cost(msgspec.Struct, frozen=True):
    """API calls if nothing has to be repeated: those that only read, and those that write."""

    reads: int
    writes: int

    @property
    def calls(self) -> int:
        """All of them."""
        return self.reads + self.writes


def cost(plan: Plan) -> Cost:
    """The steps of the plan, and what is looked at right before they are carried out."""
    # a step that has an `unless` stands in for an optional one: only one of the two is sent
    steps = [step for node in plan.nodes for step in node.steps if step.unless is None]
    writes = sum(step.method != "GET" for step in steps)
    there = [change for change in plan.changes if change.address in plan.bases]
    before = sum(_looks(change, plan.bases[change.address].unknown) for change in there)
    made = [change.kind for change in plan.changes if change.action is Action.CREATE]
    lists = len({kind for kind in made if KINDS[kind].names_repeat})
    return Cost(len(steps) - writes + before + lists + made.count("user"), writes)


def refuse_above(plan: Plan, limit: int) -> None:
    """Refused where the plan takes more calls than that."""
    calls = cost(plan).calls
    if calls > limit:
        raise Refused(
            f"this plan takes about {calls} API calls, and {limit} are allowed; nothing was written",
            hint=f"allow them with --max-api-calls {calls}, or plan a part with --target or --folder",
        )


def _looks(change: Change, unknown: Container[str]) -> int:
    """Calls by which an object is read anew before it is written."""
    kind = KINDS[change.kind]
    inside = _INSIDE if change.action is Action.DELETE and change.kind == "folder" else 0
    facets = sum(not f.on_request or f.name not in unknown for f in kind.facets)
    return 1 + facets + len(kind.members) + inside
