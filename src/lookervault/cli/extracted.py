"""What `lookervault extract` says in the end, and what it says it would cost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lookervault.looker.gateway import Gateway
    from lookervault.run.extract import Extraction
    from lookervault.store.snapshots import Snapshot
    from lookervault.store.vault import Vault

_HEAD = ("kind", "items", "new", "changed", "deleted", "unchanged", "")
_NO_ADMIN = "the caller is no admin, and Looker keeps back what is not for him"
_BUCKETS = {"non_query": "administrative", "db_query": "query", "none": "free of charge"}


class Cost(NamedTuple):
    """What an extraction took: API calls by quota bucket, repeats among them, unreadable objects, seconds."""

    calls: dict[str, int]
    retries: int
    errors: int
    seconds: float


def report(snapshot: Snapshot, cost: Cost, path: str, full: Snapshot | None, as_json: bool) -> str:
    """What was stored, kind by kind; `full` is the last full pass that an incremental one builds upon."""
    return _as_json(snapshot, cost, path) if as_json else _summary(snapshot, cost, path, full)


def _as_json(snapshot: Snapshot, cost: Cost, path: str) -> str:
    import msgspec

    kinds = msgspec.to_builtins(dict(snapshot.kinds))
    data = {"event": "extracted", "snapshot": snapshot.number, "host": snapshot.host, "kinds": kinds}
    return json.dumps({**data, "scope": snapshot.scope, **cost._asdict(), "db": path})


def _summary(snapshot: Snapshot, cost: Cost, path: str, full: Snapshot | None) -> str:
    rows: list[tuple[str, ...]] = [_HEAD]
    for kind, change in sorted(snapshot.kinds.items()):
        if "." in kind:
            continue  # what came along with objects of the kind before the dot
        status = snapshot.scope.get(kind, {}).get("status", "complete")
        items = change.new + change.changed + change.unchanged
        numbers = (items, change.new, change.changed, change.deleted, change.unchanged)
        rows.append((kind, *map(str, numbers), "" if status == "complete" else status))
    spent = ", ".join(f"{n} {bucket}" for bucket, n in sorted(cost.calls.items()) if n)
    retries = f" ({cost.retries} of them repeats)" if cost.retries else ""
    head = f"Snapshot @{snapshot.number} of {snapshot.instance} ({snapshot.host}) in {path}:"
    lines = [
        head,
        *_table(rows),
        f"{snapshot.items} objects in {cost.seconds:.1f}s, {cost.errors} errors;"
        f" API calls: {spent}{retries}.",
    ]
    if any(told.get("status") == "visible" for told in snapshot.scope.values()):
        lines.append(f"Of kinds marked visible there may be more: {_NO_ADMIN}.")
    undated = [kind for kind, told in sorted(snapshot.scope.items()) if told.get("undated")]
    if undated:
        lines.append(
            f"Not every change of {', '.join(undated)} moved its updated_at: --incremental reads them whole."
        )
    if full is not None and full.number != snapshot.number:
        lines.append(
            f"What did not change comes from earlier; the last full pass was @{full.number}"
            f" ({full.completed_at[:10]}). Make one now and then: access lists carry no date."
        )
    return "\n".join(lines)


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    last = len(_HEAD) - 1
    widths = [max(len(row[i]) for row in rows) for i in range(last)]
    return [
        f"  {row[0]:<{widths[0]}}  {'  '.join(f'{row[i]:>{widths[i]}}' for i in range(1, last))}"
        f"  {row[last]}".rstrip()
        for row in rows
    ]


def forecast_text(gateway: Gateway, vault: Vault, wanted: Extraction, as_json: bool) -> str:
    """How many API calls an extraction would take."""
    import msgspec

    from lookervault.run.forecast import forecast

    found = forecast(gateway, vault, wanted)
    if as_json:
        return json.dumps({"event": "forecast", **msgspec.to_builtins(found)})
    width = max(map(len, found.calls))
    lines = ["This extraction would take about so many API calls:"]
    lines += [f"  {name:<{width}}  {n:>6}" for name, n in found.calls.items() if n]
    sums = ", ".join(f"{n} {_BUCKETS[bucket]}" for bucket, n in sorted(found.buckets.items()) if n)
    lines.append(f"Together: {sums}.")
    lines += [f"Not counted: {what}." for what in found.unknown]
    return "\n".join(lines)
