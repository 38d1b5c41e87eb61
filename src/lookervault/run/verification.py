"""Whether a snapshot is whole: its contents, its references, and whether the instance still agrees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from lookervault.errors import StoreError
from lookervault.looker.gateway import Gateway
from lookervault.plan.change import Action, Change
from lookervault.run.compare import compare_states
from lookervault.run.events import Listener
from lookervault.run.states import observe, snapshot_state
from lookervault.store.snapshots import Snapshot, count
from lookervault.store.vault import Vault
from lookervault.store.verify import Finding, verify, verify_file

_GONE = "is no longer on the instance"
_NEW = "is on the instance and not in the snapshot"


class Report(msgspec.Struct):
    """What verifying found: `findings` are wrong, `dangling` only leads nowhere at the source already."""

    checked: int
    findings: list[Finding]
    dangling: list[str]


def verify_snapshot(vault: Vault, snapshot: Snapshot, kind: str | None = None) -> Report:
    """What is wrong with the file and with one snapshot in it, of one kind or of all."""
    findings = [*verify_file(vault), *verify(vault, snapshot, kind)]
    dangling: list[str] = []
    if not findings:
        try:
            state = snapshot_state(vault, snapshot)
        except StoreError as error:
            findings.append(Finding("", "", "", error.message))
        else:
            dangling = sorted(state.dangling)
    return Report(count(vault, snapshot, kind), findings, dangling)


def compare_live(
    gateway: Gateway,
    vault: Vault,
    snapshot: Snapshot,
    kinds: Sequence[str],
    *,
    workers: int,
    listener: Listener,
) -> Iterator[Finding]:
    """Where the instance is by now otherwise than the snapshot has it."""
    live = observe(gateway, kinds, salt=vault.salt, workers=workers, listener=listener)
    for change in compare_states(snapshot_state(vault, snapshot), live):
        if change.kind in kinds:
            yield Finding(change.kind, change.id or change.source_id, change.address, _said(change))


def _said(change: Change) -> str:
    if change.action is Action.CREATE:
        return _NEW
    if change.action is Action.DELETE:
        return _GONE
    fields = sorted({*change.before, *change.after})
    fields += [f"{p.kind} {p.label!r} {_fields(p.before, p.after)}".rstrip() for p in change.parts]
    return f"differs in {', '.join(fields)}"


def _fields(before: dict[str, object], after: dict[str, object]) -> str:
    named = sorted({*before, *after}) if before and after else []
    return f"({', '.join(named)})" if named else ""
