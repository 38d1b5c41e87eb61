"""How a session becomes a snapshot: in one transaction, what it put is laid over what was valid before."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import msgspec

from lookervault.store.codec import to_json
from lookervault.store.records import Change, Snapshot
from lookervault.store.sessions import snapshot
from lookervault.store.staging import clear, host_of_running
from lookervault.store.vault import Vault

_COMPARE = """
SELECT s.kind, sum(i.row IS NULL), sum(i.row IS NOT NULL AND i.body <> s.body), sum(i.body IS s.body)
FROM staged_items s
LEFT JOIN content_items i ON i.host = :host AND i.kind = s.kind AND i.id = s.id AND i.valid_to IS NULL
WHERE s.session = :session GROUP BY s.kind
"""
_END_CHANGED = """
UPDATE content_items SET valid_to = :at WHERE row IN (
    SELECT i.row FROM staged_items s CROSS JOIN content_items i
    WHERE s.session = :session
        AND i.host = :host AND i.kind = s.kind AND i.id = s.id AND i.valid_to IS NULL
        AND (i.body <> s.body OR i.name IS NOT s.name OR i.address IS NOT s.address
            OR i.updated_at IS NOT s.updated_at))
"""
_ADD = """
INSERT INTO content_items (host, kind, id, name, address, updated_at, body, valid_from)
SELECT :host, s.kind, s.id, s.name, s.address, s.updated_at, s.body, :at FROM staged_items s
WHERE s.session = :session AND NOT EXISTS (
    SELECT 1 FROM content_items i
    WHERE i.host = :host AND i.kind = s.kind AND i.id = s.id AND i.valid_to IS NULL)
"""
_END_GONE = """
UPDATE content_items INDEXED BY content_items_valid SET valid_to = :at
WHERE host = :host AND kind = :kind AND valid_to IS NULL AND NOT EXISTS (
    SELECT 1 FROM staged_items s
    WHERE s.session = :session AND s.kind = content_items.kind AND s.id = content_items.id)
"""
_FINISH = """
UPDATE extraction_sessions SET status = 'complete', ordinal = :at, scope = :scope, kinds = :kinds,
    completed_at = :now,
    items = (
        SELECT count(*) FROM content_items INDEXED BY content_items_valid
        WHERE host = :host AND valid_to IS NULL)
WHERE number = :session
"""


def complete(vault: Vault, session: int, scope: Mapping[str, Mapping[str, Any]]) -> Snapshot:
    """Make the session a snapshot; what it did not see is gone, of kinds of which all was listed or shown.

    Objects of every other kind stay as they were, but for those that were put.
    """
    full = [kind for kind, listing in scope.items() if listing.get("status") in ("complete", "visible")]
    with vault.transaction() as connection:
        names = {
            "session": session,
            "host": host_of_running(connection, session),
            "at": connection.execute(
                "SELECT 1 + ifnull(max(ordinal), 0) FROM extraction_sessions"
            ).fetchone()[0],
        }
        changes = _lay_over(connection, names, full)
        clear(connection, session)  # what was staged is valid now, so its contents stay
        kinds = to_json({kind: msgspec.to_builtins(change) for kind, change in sorted(changes.items())})
        connection.execute(_FINISH, names | {"scope": to_json(scope), "kinds": kinds, "now": vault.now()})
    return snapshot(vault, session)


def _lay_over(connection: sqlite3.Connection, names: dict[str, Any], full: list[str]) -> dict[str, Change]:
    changes = {
        kind: Change(new=new, changed=changed, unchanged=unchanged)
        for kind, new, changed, unchanged in connection.execute(_COMPARE, names)
    }
    connection.execute(_END_CHANGED, names)
    connection.execute(_ADD, names)
    for kind in full:
        gone = connection.execute(_END_GONE, names | {"kind": kind}).rowcount
        changes[kind] = msgspec.structs.replace(changes.get(kind, Change()), deleted=gone)
    return changes
