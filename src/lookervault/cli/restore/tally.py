"""What a restore of many objects has come to, kind by kind, while it runs and at its end."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from lookervault.report.safe import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lookervault.run.events import Event, Listener
    from lookervault.run.record import Outcome

_ENDED = {"create": "created", "update": "updated", "delete": "deleted"}
COLUMNS = ("created", "updated", "deleted", "failed", "skipped", "stale")


class Tally:
    """Counts the changes of each kind; `say` gets a line when a kind begins and when it is through."""

    def __init__(
        self, changes: Iterable[str], titles: dict[str, str], say: Callable[[str], None] | None
    ) -> None:
        self.totals = Counter(address.partition(":")[0] for address in changes)
        self.counts: dict[str, Counter[str]] = {}
        self._titles = titles
        self._say = say
        self._began: dict[str, float] = {}

    def hear(self, event: Event) -> None:
        """Takes an event; those that are not about a change are of no interest."""
        from lookervault.run import events

        match event:
            case events.ChangeStarted(address):
                self._of(address)
            case events.ChangeDone(address, action):
                self._count(address, _ENDED[action])
            case events.ChangeFailed(address):
                self._count(address, "failed")
            case events.ChangeSkipped(address):
                self._count(address, "skipped")
            case events.ChangeStale(address):
                self._count(address, "stale")

    def rows(self) -> list[dict[str, Any]]:
        """One row per kind, in the order in which they began."""
        return [{"kind": kind, **{c: found[c] for c in COLUMNS}} for kind, found in self.counts.items()]

    def _of(self, address: str) -> str:
        kind = address.partition(":")[0]
        if kind not in self.counts:
            self.counts[kind] = Counter()
            self._began[kind] = time.monotonic()
            self._tell(f"{self._head(kind)} ...")
        return kind

    def _count(self, address: str, what: str) -> None:
        kind = self._of(address)
        found = self.counts[kind]
        found[what] += 1
        if found.total() == self.totals[kind]:
            told = ", ".join(f"{found[c]} {c}" for c in COLUMNS if found[c])
            self._tell(f"{self._head(kind)}: {told} in {time.monotonic() - self._began[kind]:.1f}s")

    def _head(self, kind: str) -> str:
        number = list(self.counts).index(kind) + 1
        return f"[{number}/{len(self.totals)}] {self._titles.get(kind, kind)}"

    def _tell(self, line: str) -> None:
        if self._say:
            self._say(line)


def both(tally: Tally, listener: Listener) -> Listener:
    """A listener that counts and passes on."""

    def hear(event: Event) -> None:
        tally.hear(event)
        listener(event)

    return hear


def table(rows: list[dict[str, Any]]) -> list[str]:
    """The rows as aligned lines, without columns that hold nothing."""
    columns = [c for c in COLUMNS if c in ("created", "updated") or any(row[c] for row in rows)]
    cells = [("kind", *columns), *((row["kind"], *(str(row[c]) for c in columns)) for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns) + 1)]
    return [
        "  " + "  ".join([f"{row[0]:<{widths[0]}}", *(f"{x:>{w}}" for x, w in _pairs(row[1:], widths[1:]))])
        for row in cells
    ]


def _pairs(row: tuple[str, ...], widths: list[int]) -> list[tuple[str, int]]:
    return list(zip(row, widths, strict=True))


def failure_lines(failures: Iterable[Any]) -> list[str]:
    """Each failure with its cause."""
    return [f"  {visible(f.address)}: {visible(f.message)}" for f in failures]


def told(outcome: Outcome, tally: Tally, instance: str, as_json: bool) -> str:
    """The closing report, with what to type next."""
    following = next_command(outcome, instance)
    if as_json:
        return json.dumps({**as_data(outcome, tally), "next": following})
    return summary(outcome, tally) + (f"\nNext: {following}" if following else "")


def next_command(outcome: Outcome, instance: str) -> str:
    """What to type after this; nothing where all is done."""
    where = f" --instance {instance}" if instance else ""
    return "" if outcome.complete else f"lookervault restore resume {outcome.session}{where}"


def as_data(outcome: Outcome, tally: Tally) -> dict[str, Any]:
    """What was done as plain JSON values."""
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(outcome)
    return {"event": "restored", **told, "kinds": tally.rows(), "per_second": _rate(outcome)}


def summary(outcome: Outcome, tally: Tally) -> str:
    """What was done, kind by kind, and how fast."""
    head = "Restored" if outcome.complete else "Restored in part"
    lost = [*outcome.failed, *outcome.stale, *outcome.skipped]
    left = {
        "stale": len(outcome.stale),
        "begun": len(outcome.begun),
        "not started": len(outcome.not_started),
    }
    more = "".join(f", {count} {name}" for name, count in left.items() if count)
    return "\n".join(
        [
            *table(tally.rows()),
            *failure_lines(lost),
            f"{head}: {outcome.created} created, {outcome.updated} updated, {len(outcome.failed)} failed,"
            f" {len(outcome.skipped)} skipped{more} in {outcome.seconds:.1f}s"
            f" ({_rate(outcome):.0f} a second); session {outcome.session}.",
        ]
    )


def _rate(outcome: Outcome) -> float:
    return round(outcome.applied / outcome.seconds, 1) if outcome.seconds else 0.0
