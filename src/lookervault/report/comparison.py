"""What differs between two states, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from lookervault.plan.change import Action, Change
from lookervault.report.data import change_data
from lookervault.report.lines import change_lines
from lookervault.report.safe import visible
from lookervault.report.text import painted


def comparison_text(before: str, after: str, changes: Sequence[Change], colour: bool = False) -> str:
    """All differences and their number; it ends with a line feed."""
    if not changes:
        return f"No differences between {visible(before)} and {visible(after)}.\n"
    blocks = [f"From {visible(before)} to {visible(after)}:"]
    blocks += ["\n".join(painted(x, colour) for x in change_lines(c, done=True)) for c in changes]
    counts = Counter(c.action for c in changes)
    blocks.append(
        f"{counts[Action.CREATE]} new, {counts[Action.UPDATE]} changed, {counts[Action.DELETE]} gone."
    )
    return "\n\n".join(blocks) + "\n"


def comparison_data(before: str, after: str, changes: Sequence[Change]) -> dict[str, Any]:
    """The same as plain JSON values."""
    return {"before": before, "after": after, "changes": [change_data(c) for c in changes]}
