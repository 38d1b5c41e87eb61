"""From a live instance into the vault: raw objects as they come, then what they are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from lookervault.looker.gateway import Gateway
from lookervault.model.catalog import KINDS
from lookervault.model.state import identity_fields, name_all
from lookervault.run.caller import caller_of
from lookervault.run.events import Listener
from lookervault.run.read import read_instance
from lookervault.store.snapshots import Snapshot, begin, complete, fail, label, put
from lookervault.store.vault import Vault


class Extraction(msgspec.Struct):
    """What an extraction is asked to do."""

    instance: str
    kinds: Sequence[str]
    workers: int = 8
    batch_size: int = 100
    include_trash: bool = False


def extract(gateway: Gateway, vault: Vault, wanted: Extraction, listener: Listener) -> Snapshot:
    """A new snapshot of the instance; one that fails on the way leaves the earlier ones whole."""
    session = begin(
        vault,
        host=gateway.host,
        instance=wanted.instance,
        looker_version=str(gateway.versions().get("looker_release_version") or ""),
        caller=caller_of(gateway),
    )
    slim: dict[str, dict[str, Any]] = {}

    def store(kind: str, batch: list[tuple[str, Any]]) -> None:
        put(vault, session, kind, [(id_, None, None, _updated_at(raw), raw) for id_, raw in batch])
        if kind in KINDS:
            slim.setdefault(kind, {}).update((id_, identity_fields(raw)) for id_, raw in batch)

    try:
        scope = read_instance(
            gateway,
            wanted.kinds,
            store,
            salt=vault.salt,
            workers=wanted.workers,
            listener=listener,
            batch_size=wanted.batch_size,
            trash=(lambda kind, live, lost: lost) if wanted.include_trash else None,
        )
        _label(vault, session, slim)
    except BaseException as error:
        fail(vault, session, f"{type(error).__name__}: {error}")
        raise
    return complete(vault, session, {kind: {"status": status} for kind, status in _whole(scope).items()})


def _whole(scope: dict[str, Any]) -> dict[str, Any]:
    """The scope with what is read along: facets and values are as complete as the kinds they come with."""
    found = dict(scope)
    for name, kind in KINDS.items():
        found |= {f"{name}.{facet.name}": scope[name] for facet in kind.facets if name in scope}
    if scope.get("dashboard") == "complete" and scope.get("look") == "complete":
        found |= dict.fromkeys((name for name, kind in KINDS.items() if kind.role == "value"), "complete")
    return found


def _label(vault: Vault, session: int, slim: dict[str, dict[str, Any]]) -> None:
    """Names and addresses, which are known once all that is above an object has been read."""
    addresses = name_all(slim)
    for kind, objects in slim.items():
        label(
            vault,
            session,
            kind,
            [(id_, _name(raw), addresses.get((kind, id_))) for id_, raw in objects.items()],
        )


def _name(raw: Any) -> str | None:
    name = next((raw[f] for f in ("title", "name", "label", "email") if raw.get(f)), None)
    return None if name is None else str(name)


def _updated_at(raw: Any) -> str | None:
    stamp = raw.get("updated_at") if isinstance(raw, dict) else None
    return None if stamp is None else str(stamp)
