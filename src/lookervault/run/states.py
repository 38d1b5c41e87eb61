"""States of both sides: of an instance by reading it, of a snapshot from the vault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import structs

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.model.catalog import KINDS
from lookervault.model.normal import text_id
from lookervault.model.resource import Completeness, State
from lookervault.model.state import build_state
from lookervault.run.events import Listener
from lookervault.run.read import read_instance
from lookervault.store.snapshots import Snapshot, items
from lookervault.store.vault import Vault


def observe(
    gateway: Gateway, kinds: Sequence[str], *, salt: bytes, workers: int, listener: Listener
) -> State:
    """The present state of an instance, with the slugs that its trash holds."""
    raws: dict[str, dict[str, Any]] = {}

    def keep(kind: str, batch: list[tuple[str, Any]]) -> None:
        raws.setdefault(kind, {}).update(batch)

    scope = read_instance(gateway, kinds, keep, salt=salt, workers=workers, listener=listener)
    state = build_state(gateway.host, raws, scope)
    slugs = _trash_slugs(gateway) if "dashboard" in scope else frozenset()
    caller = state.ids.get(("user", text_id(gateway.me().get("id"))), "")
    return structs.replace(state, trash_slugs=slugs, caller=caller)


def _trash_slugs(gateway: Gateway) -> frozenset[str]:
    """Slugs are unique over the whole instance, trash included (resource notes, section 2.8)."""
    try:
        pages = gateway.pages("/dashboards/search", deleted=True, fields="id,slug,deleted")
        return frozenset(str(raw["slug"]) for page in pages for raw in page if raw.get("slug"))
    except ApiError as error:
        if error.status in (403, 404, 422):
            return frozenset()
        raise


def snapshot_state(vault: Vault, snapshot: Snapshot) -> State:
    """The state that a snapshot holds, of the kinds that it listed."""
    scope: dict[str, Completeness] = {
        kind: listing["status"] for kind, listing in snapshot.scope.items() if kind in KINDS
    }
    raws: dict[str, dict[str, Any]] = {}
    for item in items(vault, snapshot):
        owner = item.kind.partition(".")[0]
        if scope.get(owner) in ("complete", "filtered") or KINDS[owner].role == "value":
            raws.setdefault(item.kind, {})[item.id] = item.raw
    return build_state(snapshot.host, raws, scope)
