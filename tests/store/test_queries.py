"""Every statement that the store sends is traced and explained: none may read a whole table it need not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from lookervault.store import agreements, applies, checkpoints, deadletters, learned, mappings, snapshots
from lookervault.store.cleanup import clean
from lookervault.store.journal import Journal, rows, step
from lookervault.store.vault import Vault
from lookervault.store.verify import verify

from .extracting import HOST, extract, stage

FULL = {"look": {"status": "complete", "count": 1}}


def extraction(vault: Vault) -> None:
    first = extract(vault, {"look": {"1": 1}, "board": {"1": 1}})
    number = stage(vault, {"look": {"1": 2}, "board": {"1": 1}})
    snapshots.keep(vault, number, "look", ["1"])
    snapshots.label(vault, number, "look", [("1", "look:name")])
    snapshots.staged(vault, number, "look")
    list(snapshots.told_items(vault, number, "look"))
    list(snapshots.told_some(vault, number, "look", ["1", "2"]))
    snapshots.shared(vault, number, "look")
    list(snapshots.staged_items(vault, number, "look"))
    snapshots.differing(vault, number, "look")
    checkpoints.save(vault, number, "look", {}, 1)
    checkpoints.load(vault, number)
    snapshots.restart(vault, number, "board")
    snapshots.complete(vault, number, FULL)
    snapshots.fail(vault, stage(vault, {"look": {"1": 3}}), "")
    for kind in (None, "look"):
        list(snapshots.items(vault, first, kind))
        list(snapshots.heads(vault, first, kind))
        list(verify(vault, first, kind))
    snapshots.count(vault, first)


def looking(vault: Vault) -> None:
    snapshot = extract(vault, {"look": {"1": 1}})
    snapshots.item(vault, snapshot, "look", "1")
    snapshots.find(vault, snapshot, "look:1")
    snapshots.known_as(vault, HOST, "look:1")
    snapshots.history(vault, HOST, "look", "1")
    snapshots.content(vault, next(snapshots.heads(vault, snapshot)).digest)
    for host in (None, HOST):
        snapshots.unfinished(vault, host)
        snapshots.snapshots(vault, host)
    snapshots.session(vault, 1)
    snapshots.snapshot(vault, 1)


def applying(vault: Vault) -> None:
    session = applies.start(vault, "f", "prod", b"plan")
    journal = Journal(vault, session)
    journal._connection.set_trace_callback(TRACED.append)
    journal.started("a", 0, "POST", "/x")
    journal.done("a", 0)
    journal.started("a", 1, "POST", "/x")
    journal.failed("a", 1, "")
    journal.close()
    rows(vault, session)
    step(vault, session, "a", 0)
    applies.apply(vault, session)
    applies.applies(vault, "prod")
    applies.plan_of(vault, session)
    applies.unfinished(vault, "f", "prod")
    applies.finish(vault, session, "failed")
    applies.reopen(vault, session)


def mapping(vault: Vault) -> None:
    mappings.learn(vault, "dev", "look", "1", "prod", "2")
    mappings.lookup(vault, "dev", "prod")
    mappings.remove(vault, "dev", "look", "1", "prod")
    for hosts in ((None, "prod"), ("dev", None), ("dev", "prod")):
        mappings.mappings(vault, *hosts)
        mappings.clear(vault, *hosts)
    learned.remember(vault, "prod", "look", "title", "", "a", "b", 1)
    learned.recall(vault, "prod")
    learned.forget(vault, "prod")


def agreeing(vault: Vault) -> None:
    hosts, objects = ("dev", "prod"), [agreements.Agreed(f"look:{n}", "look", str(n), b"x") for n in (1, 2)]
    agreements.agree_on_all(vault, hosts, "export", objects, ["look"])
    agreements.agree(vault, hosts, "apply", [agreements.Agreed("look:3", "look", "2", b"y")], ["look:1"])
    assert agreements.agreed_addresses(vault, hosts) == {"look:3"}
    found = agreements.agreement(vault, hosts)
    assert found is not None
    assert (found.event, found.kinds, [(o.address, o.body) for o in found.objects]) == (
        "apply",
        {"look"},
        [("look:2", b""), ("look:3", b"y")],
    )
    assert agreements.agreement(vault, ("prod", "dev")) is None
    assert [agreements.have_met(vault, x) for x in (hosts, ("prod", "dev"))] == [True, False]


def failing(vault: Vault) -> None:
    number = deadletters.add(vault, session="s", kind="look", address="", operation="create", message="")
    deadletters.get(vault, number)
    deadletters.remove(vault, number)
    for session, kind in (("s", None), (None, "look"), ("s", "look")):
        deadletters.letters(vault, session=session, kind=kind, limit=5)
        deadletters.count(vault, session=session, kind=kind)
        deadletters.clear(vault, session=session, kind=kind)
    deadletters.letters(vault, host="prod")
    deadletters.letters(vault, host="prod", kind="look")
    deadletters.count(vault, host="prod")


TRACED: list[str] = []
WHOLE = re.compile("SCAN (?!CONSTANT ROW)")
OF_ONE_HOST = re.compile(r"SEARCH (i|content_items) .* \(host=\?\)")


def scans(vault: Vault, act: Callable[[Vault], None]) -> dict[str, list[str]]:
    """The statements that the act sent, each with the tables it reads from end to end."""
    TRACED.clear()
    vault._connection.set_trace_callback(TRACED.append)
    act(vault)
    vault._connection.set_trace_callback(None)
    statements = [sql for sql in dict.fromkeys(TRACED) if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE)", sql)]
    return {sql: whole_reads(vault, sql) for sql in statements}


def whole_reads(vault: Vault, sql: str) -> list[str]:
    plan = [row[3] for row in vault.read(f"EXPLAIN QUERY PLAN {sql}")]
    counting = "count(*)" in sql  # which has to look at all of a host
    return [line for line in plan if WHOLE.match(line) or (OF_ONE_HOST.match(line) and not counting)]


@pytest.mark.parametrize("act", [extraction, looking, applying, mapping, agreeing, failing])
def test_no_hot_query_reads_a_whole_table(vault: Vault, act: Callable[[Vault], None]) -> None:
    found = scans(vault, act)
    assert len(found) > 8
    assert {sql: reads for sql, reads in found.items() if reads} == {}


def test_a_list_of_everything_reads_its_own_table_only(vault: Vault) -> None:
    def list_all(vault: Vault) -> None:
        mappings.mappings(vault)
        applies.applies(vault)
        deadletters.letters(vault)

    reads = [read for reads in scans(vault, list_all).values() for read in reads]
    assert reads == ["SCAN id_mappings", "SCAN restoration_sessions", "SCAN dead_letter_queue"]


def test_a_cleanup_reads_the_index_of_contents_and_no_content(vault: Vault) -> None:
    def clean_all(vault: Vault) -> None:
        extract(vault, {"look": {"1": 1}})
        clean(vault, datetime(2030, 1, 1, tzinfo=UTC))

    reads = [read for reads in scans(vault, clean_all).values() for read in reads]
    assert reads == ["SCAN b USING COVERING INDEX sqlite_autoindex_content_bodies_1"]


def test_the_order_of_items_comes_from_an_index(vault: Vault) -> None:
    snapshot = extract(vault, {"look": {"1": 1}})

    def read(vault: Vault) -> None:
        for kind in (None, "look"):
            list(snapshots.items(vault, snapshot, kind))

    plans = [row[3] for sql in scans(vault, read) for row in vault.read(f"EXPLAIN QUERY PLAN {sql}")]
    assert len(plans) == 8
    assert not [line for line in plans if "TEMP B-TREE" in line]


def test_a_scan_would_be_noticed(vault: Vault) -> None:
    assert whole_reads(vault, "SELECT * FROM content_items WHERE name = 'x'") == ["SCAN content_items"]
    of_one_host = "SELECT id FROM content_items WHERE host = 'h' AND name = 'x'"
    assert whole_reads(vault, of_one_host) == [
        "SEARCH content_items USING INDEX content_items_by_address (host=?)"
    ]
