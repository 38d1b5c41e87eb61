"""What an instance shall become: the state that a snapshot or a tree of files holds."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lookervault.errors import NotFound
from lookervault.model.resource import LISTED, State
from lookervault.plan.plan import Side
from lookervault.run.part import At, part_state
from lookervault.run.states import snapshot_state
from lookervault.run.tree import tree_state
from lookervault.store.snapshots import Snapshot, resolve
from lookervault.store.tree.stored import holds_tree
from lookervault.store.vault import Vault


class Desired(msgspec.Struct):
    """A state to reach, and where it came from.

    `steers` says that people write it, so that it changes by itself; a snapshot is what an instance was.
    """

    state: State
    source: Side
    steers: bool = False

    @property
    def kinds(self) -> list[str]:
        """The kinds it has anything to say about."""
        return [kind for kind, status in self.state.scope.items() if status in LISTED]


def desired(vault: Vault, name: str, beside: str = "") -> Desired:
    """The desired state of that name: a directory's or a snapshot's. NotFound where there is none.

    `beside` is the host of the instance that is read next, to be held against it.
    """
    if Path(name).is_dir():
        state = tree_state(Path(name))
        return Desired(state, Side(state.host, name), steers=True)
    snapshot = _snapshot(vault, name)
    state = snapshot_state(vault, snapshot, beside)
    return Desired(state, _side(snapshot, state.host), steers=holds_tree(snapshot))


def _snapshot(vault: Vault, name: str) -> Snapshot:
    """The snapshot of that name; where it looks like a folder's, an error says that there is none either."""
    try:
        return resolve(vault, name)
    except NotFound as error:
        if not name.startswith("@"):
            what = "is no folder" if Path(name).exists() else "is neither a folder nor a snapshot"
            error.message = f"{name} {what}: {error.message}"
        raise


def desired_part(vault: Vault, name: str, root: At) -> Desired:
    """The part of a snapshot around one object of it."""
    snapshot = resolve(vault, name)
    state = part_state(vault, snapshot, root)
    return Desired(state, _side(snapshot, state.host))


def _side(snapshot: Snapshot, host: str) -> Side:
    label = f"{snapshot.instance or snapshot.host} @{snapshot.number}"
    return Side(host, label, snapshot.looker_version, snapshot.started_at, f"@{snapshot.number}")
