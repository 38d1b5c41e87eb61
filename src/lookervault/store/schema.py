"""The tables of the vault, as migrations: each takes the file one schema version further.

Times are ISO 8601 texts in UTC. A shipped migration is never edited; a change is a new one at the end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from lookervault.errors import NewerSchema

# `ordinal` counts completions, and `valid_from`/`valid_to` count in ordinals: sessions may overlap, so
# the number given at the beginning says nothing about which of two snapshots came later. They are no
# foreign keys, because giving a session its ordinal would then read all of `content_items`.
_EXTRACTION = """
CREATE TABLE extraction_sessions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    ordinal INTEGER UNIQUE,
    host TEXT NOT NULL,
    instance TEXT NOT NULL,
    looker_version TEXT NOT NULL,
    caller TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('running', 'complete', 'failed', 'dropped')),
    message TEXT NOT NULL DEFAULT '',
    scope TEXT NOT NULL DEFAULT '{}',
    kinds TEXT NOT NULL DEFAULT '{}',
    items INTEGER NOT NULL DEFAULT 0,
    started_at TEXT NOT NULL,
    completed_at TEXT
);
CREATE INDEX extraction_sessions_by_status ON extraction_sessions (status, ordinal);
CREATE INDEX extraction_sessions_by_host ON extraction_sessions (status, host, ordinal);

CREATE TABLE content_bodies (
    row INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    body BLOB NOT NULL
);

CREATE TABLE content_items (
    row INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT,
    address TEXT,
    updated_at TEXT,
    body INTEGER NOT NULL REFERENCES content_bodies (row),
    valid_from INTEGER NOT NULL,
    valid_to INTEGER
);
CREATE UNIQUE INDEX content_items_valid ON content_items (host, kind, id) WHERE valid_to IS NULL;
CREATE INDEX content_items_by_id ON content_items (host, kind, id, valid_from, valid_to);
CREATE INDEX content_items_by_address ON content_items (host, address, valid_from);
CREATE INDEX content_items_by_body ON content_items (body);
CREATE INDEX content_items_by_end ON content_items (host, valid_to) WHERE valid_to IS NOT NULL;

CREATE TABLE staged_items (
    session INTEGER NOT NULL REFERENCES extraction_sessions (number),
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT,
    address TEXT,
    updated_at TEXT,
    body INTEGER NOT NULL REFERENCES content_bodies (row),
    PRIMARY KEY (session, kind, id)
) WITHOUT ROWID;
CREATE INDEX staged_items_by_body ON staged_items (body);

CREATE TABLE sync_checkpoints (
    session INTEGER NOT NULL REFERENCES extraction_sessions (number),
    kind TEXT NOT NULL,
    position TEXT NOT NULL,
    count INTEGER NOT NULL,
    digest TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (session, kind)
) WITHOUT ROWID;
"""

_RESTORATION = """
CREATE TABLE restoration_sessions (
    row INTEGER PRIMARY KEY,
    session TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    host TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed', 'interrupted', 'partly')),
    started_at TEXT NOT NULL,
    ended_at TEXT,
    counts TEXT NOT NULL DEFAULT '{}',
    plan BLOB
);
CREATE INDEX restoration_sessions_by_plan ON restoration_sessions (fingerprint, host);
CREATE INDEX restoration_sessions_by_host ON restoration_sessions (host);

CREATE TABLE restoration_checkpoints (
    row INTEGER PRIMARY KEY,
    session TEXT NOT NULL REFERENCES restoration_sessions (session),
    node TEXT NOT NULL,
    step INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('started', 'done', 'failed')),
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    body TEXT,
    bindings TEXT NOT NULL DEFAULT '{}',
    attempts INTEGER NOT NULL DEFAULT 1,
    error TEXT NOT NULL DEFAULT '',
    started_at TEXT NOT NULL,
    ended_at TEXT,
    UNIQUE (session, node, step)
);

CREATE TABLE id_mappings (
    source_host TEXT NOT NULL,
    target_host TEXT NOT NULL,
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_id TEXT NOT NULL,
    session TEXT NOT NULL,
    learned_at TEXT NOT NULL,
    PRIMARY KEY (source_host, target_host, kind, source_id)
) WITHOUT ROWID;
CREATE INDEX id_mappings_by_target ON id_mappings (target_host);

CREATE TABLE dead_letter_queue (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    session TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    source_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    body TEXT,
    status INTEGER NOT NULL,
    message TEXT NOT NULL,
    errors TEXT NOT NULL,
    traceback TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX dead_letter_queue_by_session ON dead_letter_queue (session, kind);
CREATE INDEX dead_letter_queue_by_kind ON dead_letter_queue (kind);

CREATE TABLE learned (
    host TEXT NOT NULL,
    kind TEXT NOT NULL,
    field TEXT NOT NULL,
    object_id TEXT NOT NULL,
    sent_digest TEXT NOT NULL,
    got_digest TEXT NOT NULL,
    got TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (host, kind, field, object_id, sent_digest)
) WITHOUT ROWID;
"""

_SECRETS = """
CREATE TABLE vault_salt (
    row INTEGER PRIMARY KEY CHECK (row = 1),
    salt BLOB NOT NULL
);
INSERT INTO vault_salt VALUES (1, randomblob(32));
"""

_TARGET_OF_LETTERS = """
ALTER TABLE dead_letter_queue ADD COLUMN target_id TEXT NOT NULL DEFAULT '';
"""

# what an apply found before it first wrote to an object: raw JSON of the object and of what belongs to it
_IMAGES = """
CREATE TABLE before_images (
    session TEXT NOT NULL REFERENCES restoration_sessions (session),
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body BLOB NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (session, address)
) WITHOUT ROWID;
"""

# what a source and a target were last alike in, object by object; a plan judges whose a difference is by it
_AGREEMENTS = """
CREATE TABLE agreements (
    row INTEGER PRIMARY KEY,
    source_host TEXT NOT NULL,
    target_host TEXT NOT NULL,
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX agreements_by_address ON agreements (source_host, target_host, address);
CREATE INDEX agreements_by_id ON agreements (source_host, target_host, kind, id);

CREATE TABLE agreement_events (
    source_host TEXT NOT NULL,
    target_host TEXT NOT NULL,
    event TEXT NOT NULL,
    at TEXT NOT NULL,
    whole INTEGER NOT NULL,
    kinds TEXT NOT NULL,
    PRIMARY KEY (source_host, target_host)
) WITHOUT ROWID;
"""

# as much of a staged object as its address depends on, so that naming reads no content again
_TOLD = """
ALTER TABLE staged_items ADD COLUMN told BLOB;
"""

MIGRATIONS: tuple[str, ...] = (
    _EXTRACTION + _RESTORATION + _SECRETS,
    _TARGET_OF_LETTERS,
    _IMAGES,
    _AGREEMENTS,
    _TOLD,
)
APPLICATION_ID = 0x4C4B5654  # "LKVT": tells a vault from any other SQLite file


def is_vault(connection: sqlite3.Connection) -> bool:
    """Whether the file is a vault or still empty, and not somebody else's database."""
    connection.execute("BEGIN")  # one view of the file, though another process may be creating it
    application = _number(connection, "PRAGMA application_id")
    tables = _number(connection, "SELECT count(*) FROM sqlite_master")
    connection.execute("COMMIT")
    return application == APPLICATION_ID or (application == 0 and tables == 0)


def migrate(connection: sqlite3.Connection, migrations: Sequence[str] = MIGRATIONS) -> None:
    """Bring the file to the newest schema, all steps or none; `NewerSchema` if it is ahead of us."""
    if _version(connection) == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # read again: another process may have migrated while this one waited for the lock
        _advance(connection, _version(connection), migrations)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _advance(connection: sqlite3.Connection, version: int, migrations: Sequence[str]) -> None:
    if version > len(migrations):
        raise NewerSchema(
            f"the vault has schema version {version}; this lookervault knows up to {len(migrations)}"
        )
    for script in migrations[version:]:
        for statement in filter(str.strip, script.split(";")):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(migrations)}")


def _version(connection: sqlite3.Connection) -> int:
    return _number(connection, "PRAGMA user_version")


def _number(connection: sqlite3.Connection, sql: str) -> int:
    return int(connection.execute(sql).fetchone()[0])
