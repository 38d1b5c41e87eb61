"""Secrets that pass through leave no trace: not on disk, in plans, in reports, in logs, in errors."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import msgspec
import pytest
import zstandard

from lookervault.errors import ApiError, AuthError
from lookervault.looker.gateway import connect
from lookervault.looker.settings import Connection
from lookervault.plan.codec import encode_plan
from lookervault.report.data import render_json
from lookervault.report.text import render_text
from lookervault.sandbox import Faults, Instance
from lookervault.store.planfile import read_plan, write_plan
from world import World, world

from .small import small_instance, small_target

KEY = ("Zk7CLIENTIDzk7", "Zk7SECRETofTheKEYzk7")
LINK = "https://looker.example.com/password/reset/Zk7RESETzk7"
SETUP = "https://looker.example.com/account/setup/Zk7SETUPzk7"
SECRETS = (KEY[1], "Zk7RESETzk7", "Zk7SETUPzk7")
_FRAME = b"\x28\xb5\x2f\xfd"  # how a zstd frame begins


def planted(inst: Instance) -> Instance:
    """The instance with secrets that are easy to recognise."""
    inst.add_key(inst.all("user")[0]["id"], *KEY)
    for credential in inst.rows("credentials_email"):
        inst.change("credentials_email", credential, {"password_reset_url": LINK, "account_setup_url": SETUP})
    return inst


def texts_of(both: World) -> Iterator[tuple[str, bytes]]:
    """Every byte that is on disk: files as they are, and each value of each table unpacked."""
    for path in both.folder.iterdir():
        yield path.name, path.read_bytes()
    with closing(sqlite3.connect(both.vault.path)) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            for row in connection.execute(f"SELECT * FROM {table}"):
                yield from ((table, unpacked(value)) for value in row)


def unpacked(value: object) -> bytes:
    if isinstance(value, bytes):
        return zstandard.ZstdDecompressor().decompress(value) if value.startswith(_FRAME) else value
    return str(value).encode()


def places(both: World, word: str) -> set[str]:
    """Where on disk a word stands."""
    return {place for place, text in texts_of(both) if word.encode() in text}


@pytest.fixture
def both(caplog: pytest.LogCaptureFixture) -> Iterator[World]:
    """A migration with secrets on both sides that met failures on its way, logged to the last word."""
    caplog.set_level(logging.DEBUG)
    source = planted(small_instance())
    target = planted(small_target(source))
    faults = Faults(seed=5, rate=0.2, kinds=("429", "500", "reset_before"), retry_after=0.0, login=True)
    with world(source, target, faults, key=KEY) as opened:
        opened.migrate()
        for credential in target.rows("credentials_email"):
            links = {"password_reset_url": LINK, "account_setup_url": SETUP}
            target.change("credentials_email", credential, links)
        source.edit("user", source.all("user")[1]["id"], locale="fr_FR")
        plan = opened.plan()
        assert len(plan.changes) == 1
        write_plan(opened.folder / "the.plan", encode_plan(plan))
        (opened.folder / "the.json").write_text(render_json(plan))
        (opened.folder / "the.txt").write_text(render_text(plan))
        (opened.folder / "payload").write_bytes(read_plan(opened.folder / "the.plan"))
        events = [msgspec.json.encode(event) for event in opened.events]
        (opened.folder / "events").write_bytes(b"\n".join(events))
        opened.apply(plan)
        yield opened


def test_no_secret_on_disk(both: World) -> None:
    tokens = [*both.source.instance.tokens, *both.target.instance.tokens]
    assert tokens
    for secret in (*SECRETS, *tokens):
        assert places(both, secret) == set()


def test_the_search_finds_what_is_there(both: World) -> None:
    found = places(both, "ann@example.com")
    assert {"content_bodies", "content_items", "restoration_sessions"} <= found
    assert {"the.json", "the.txt", "payload", "events"} <= found
    assert "lookervault:secret:" in b"".join(text for _, text in texts_of(both)).decode("utf-8", "replace")


def test_no_secret_in_logs(both: World, caplog: pytest.LogCaptureFixture) -> None:
    tokens = [*both.source.instance.tokens, *both.target.instance.tokens]
    told = [record.getMessage() + repr(record.args) for record in caplog.records]
    assert not [line for line in told for secret in (*SECRETS, *tokens) if secret in line]


def test_a_changed_secret_shows_that_it_changed() -> None:
    source = planted(small_instance())
    with world(source, key=KEY) as here:
        first = here.extract()
        credential = source.rows("credentials_email")[0]
        source.change("credentials_email", credential, {"password_reset_url": LINK + "x"})
        second = here.extract()
        assert (first.kinds["user"].new, second.kinds["user"].changed) == (4, 1)


def test_no_secret_in_errors() -> None:
    inst = planted(small_instance())
    with world(inst, key=KEY) as here:
        wrong = connect(Connection(here.source.url, KEY[0], "Zk7WRONGzk7"))
        with wrong, pytest.raises(AuthError) as denied:
            wrong.me()
        with pytest.raises(ApiError) as refused:
            here.source_gateway.request(
                "POST", "/users/1/credentials_email", body={"email": "ann@example.com"}
            )
        for error in (denied.value, refused.value):
            told = f"{error} {error!r} {error.hint} {error.__cause__!r} {error.__context__!r}"
            assert "Zk7SECRET" not in told
            assert "Zk7WRONG" not in told
            assert not any(token in told for token in inst.tokens)
