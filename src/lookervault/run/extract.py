"""From a live instance into the vault: raw objects as they come, then what they are called."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

import msgspec

from lookervault.errors import ApiError, Interrupted, Refused
from lookervault.looker.gateway import Gateway
from lookervault.model.catalog import KINDS, REQUESTED
from lookervault.model.collector import seldom_collected
from lookervault.run.bulk import PAGES
from lookervault.run.caller import as_shown, caller_of
from lookervault.run.events import Listener, SessionResumed
from lookervault.run.intake import Intake
from lookervault.run.preparer import Preparer
from lookervault.run.read import read_instance
from lookervault.store import checkpoints
from lookervault.store.lock import hold
from lookervault.store.snapshots import (
    Session,
    Snapshot,
    begin,
    complete,
    fail,
    session,
    snapshots,
    unfinished,
)
from lookervault.store.vault import Vault

_ASKED = "#asked"  # the checkpoint that holds what an extraction was asked for
_DATED = frozenset(name for name, kind in KINDS.items() if kind.listing and kind.listing.detail)
RESUME = "go on with `lookervault extract --resume`"


class Extraction(msgspec.Struct):
    """What an extraction is asked to do.

    `incremental` reads only what changed since the last snapshot; `resume` goes on with the one that was
    interrupted, if it was asked for the same; `folder` limits looks and dashboards to a subtree.
    `user_values` are those of user attributes that single users have. `every_date` holds each object against
    the last snapshot, to see whether what changes moves its date.
    """

    instance: str
    kinds: Sequence[str]
    workers: int = 8
    batch_size: int = 100
    include_trash: bool = False
    incremental: bool = False
    resume: bool = False
    folder: str = ""
    user_values: bool = False
    every_date: bool = False

    @property
    def requested(self) -> frozenset[str]:
        """What is only read because it was asked for."""
        return REQUESTED if self.user_values else frozenset()


def interrupted(vault: Vault, host: str, wanted: Extraction) -> Session | None:
    """The newest extraction of this host that has not ended, if it was asked for the same."""
    found = next(iter(unfinished(vault, host)), None)
    if found is None:
        return None
    asked = checkpoints.load(vault, found.number).get(_ASKED)
    same = asked is not None and not asked.problem and asked.position == _asked(vault, host, wanted)
    return found if same else None


def extract(gateway: Gateway, vault: Vault, wanted: Extraction, listener: Listener) -> Snapshot:
    """A new snapshot of the instance; one that is interrupted can be resumed and leaves the others whole."""
    with hold(vault, f"{gateway.host} (extraction)", f"extract of {gateway.host}"):
        number = _session(gateway, vault, wanted, listener)
        try:
            with seldom_collected(), vault.passing():
                return _run(gateway, vault, wanted, number, listener)
        except KeyboardInterrupt:
            raise Interrupted("stopped; what was read so far is kept", hint=RESUME) from None
        except (ApiError, Refused) as error:
            if session(vault, number).staged:
                error.hint = "; ".join(filter(None, (error.hint, RESUME)))
            else:
                fail(vault, number, error.message)
            raise


def _session(gateway: Gateway, vault: Vault, wanted: Extraction, listener: Listener) -> int:
    """The session to go on with, or a new one; those that nobody goes on with are closed."""
    old = interrupted(vault, gateway.host, wanted) if wanted.resume else None
    caller = caller_of(gateway)
    if old is not None and old.caller == caller:
        listener(SessionResumed(old.number, old.started_at, old.staged))
        return old.number
    for each in unfinished(vault, gateway.host):
        fail(vault, each.number, "interrupted, and not resumed")
    version = str(gateway.versions().get("looker_release_version") or "")
    asked = _asked(vault, gateway.host, wanted)
    with vault.transaction():
        number = begin(
            vault, host=gateway.host, instance=wanted.instance, looker_version=version, caller=caller
        )
        checkpoints.save(vault, number, _ASKED, asked, 0)
    return number


def _run(gateway: Gateway, vault: Vault, wanted: Extraction, number: int, listener: Listener) -> Snapshot:
    before = newest(vault, gateway.host)
    # another version may tell of more, which is no change
    same_version = before is not None and before.looker_version == session(vault, number).looker_version
    intake = Intake(
        vault,
        number,
        listener,
        before,
        incremental=wanted.incremental,
        batch_size=wanted.batch_size,
        every_date=wanted.every_date and same_version,
    )
    with Preparer(vault.salt) as preparer:
        scope = read_instance(
            gateway,
            [*wanted.kinds, *(["user_attribute"] if wanted.user_values else [])],
            intake.put,
            salt=vault.salt,
            workers=wanted.workers,
            listener=listener,
            batch_size=wanted.batch_size,
            trash=(lambda kind, live, lost: lost) if wanted.include_trash else None,
            past=intake,
            folder=wanted.folder,
            requested=wanted.requested,
            preparer=preparer,
        )
    intake.label()
    shown = as_shown(_whole(scope, wanted.requested), session(vault, number).caller["admin"])
    told = {kind: _told(kind, worth, intake, before) for kind, worth in shown.items()}
    return complete(vault, number, told)


def _told(kind: str, worth: str, intake: Intake, before: Snapshot | None) -> dict[str, Any]:
    """What a snapshot says of one kind: what its listing was worth, and how far its dates can be trusted.

    `undated` are objects of which a full pass saw that they changed without moving their date, `dated` are
    those that moved it, where every object was looked at. `since` is the snapshot that an incremental pass
    built upon, `page` is how many whole objects came in one answer.
    """
    told: dict[str, Any] = {"status": worth}
    page = intake.place(kind + PAGES).get("size") or (_page_of(before, kind) if intake.incremental else 0)
    if page:
        told["page"] = page
    if intake.every_date and not intake.incremental and kind in _DATED:
        told["dated"] = intake.dated[kind]
    undated = intake.undated[kind]
    if intake.incremental and before:
        undated = before.scope.get(kind, {}).get("undated", 0)
        told["since"] = before.number
    return {**told, "undated": undated} if undated else told


def _page_of(snapshot: Snapshot | None, kind: str) -> int:
    return int(snapshot.scope.get(kind, {}).get("page", 0)) if snapshot else 0


def _asked(vault: Vault, host: str, wanted: Extraction) -> dict[str, Any]:
    """What two passes must have in common for one to go on with the other's work."""
    base = newest(vault, host) if wanted.incremental else None
    return {
        "kinds": sorted(wanted.kinds),
        "trash": wanted.include_trash,
        "folder": wanted.folder,
        "user_values": wanted.user_values,
        "base": base.number if base else 0,
    }


def newest(vault: Vault, host: str) -> Snapshot | None:
    """The last snapshot of a host."""
    known = snapshots(vault, host)
    return known[-1] if known else None


def last_full(vault: Vault, host: str) -> Snapshot | None:
    """The last snapshot of a host that was not built upon another."""
    full = (s for s in reversed(snapshots(vault, host)) if not any("since" in x for x in s.scope.values()))
    return next(full, None)


def _whole(scope: dict[str, Any], requested: Set[str]) -> dict[str, Any]:
    """The scope with what is read along: facets and values are as complete as the kinds they come with."""
    found = dict(scope)
    for name, kind in KINDS.items():
        facets = {f"{name}.{facet.name}" for facet in kind.facets if name in scope}
        found |= dict.fromkeys(facets - (REQUESTED - requested), scope[name] if facets else None)
    if scope.get("dashboard") == "complete" and scope.get("look") == "complete":
        found |= dict.fromkeys((name for name, kind in KINDS.items() if kind.role == "value"), "complete")
    return found
