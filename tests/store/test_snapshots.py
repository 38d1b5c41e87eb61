from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lookervault.errors import NotFound, StoreError
from lookervault.store.codec import digest
from lookervault.store.snapshots import (
    Change,
    Counts,
    Difference,
    Item,
    Snapshot,
    begin,
    complete,
    count,
    differences,
    fail,
    find,
    heads,
    history,
    item,
    items,
    keep,
    kinds,
    known_as,
    label,
    put,
    resolve,
    restart,
    session,
    snapshot,
    snapshots,
    staged,
    unfinished,
)
from lookervault.store.vault import Vault, open_vault

from .conftest import Clock
from .extracting import HOST, contents, extract, stage

FULL = {"look": {"status": "complete", "count": 1}}


def rows(vault: Vault, table: str) -> int:
    return int(vault.read(f"SELECT count(*) FROM {table}")[0][0])


def test_a_snapshot_tells_all_of_its_session(vault: Vault, clock: Clock) -> None:
    number = begin(
        vault, host=HOST, instance="dev", looker_version="26.12", caller={"id": "1", "admin": True}
    )
    put(vault, number, "look", [(7, "Sales", "look:Shared/Sales", "2026-10-31", {"id": 7, "title": "Sales"})])
    clock.forward(minutes=1)
    scope = {"look": {"status": "complete", "count": 1}, "board": {"status": "denied", "count": 0}}
    snapshot = complete(vault, number, scope)
    assert snapshot == Snapshot(
        number=number,
        session=number,
        ordinal=1,
        host=HOST,
        instance="dev",
        looker_version="26.12",
        caller={"id": "1", "admin": True},
        scope=scope,
        kinds={"look": Change(new=1)},
        started_at="2026-11-01T12:00:00.000000Z",
        completed_at="2026-11-01T12:01:00.000000Z",
        items=1,
    )
    assert (snapshot.new, snapshot.changed, snapshot.deleted, snapshot.unchanged) == (1, 0, 0, 0)
    assert snapshots(vault) == [snapshot]
    raw = {"id": 7, "title": "Sales"}
    expected = Item("look", "7", "Sales", "look:Shared/Sales", "2026-10-31", raw, digest(raw))
    assert list(items(vault, snapshot)) == [expected] == find(vault, snapshot, "look:Shared/Sales")
    assert item(vault, snapshot, "look", 7) == expected
    assert item(vault, snapshot, "look", "8") is None
    assert item(vault, snapshot, "board", "7") is None


def test_put_counts_against_what_is_valid(vault: Vault) -> None:
    extract(vault, {"look": {"1": {"a": 1}, "2": {"a": 2}}})
    number = begin(vault, host=HOST)
    values: dict[str | int, int] = {"1": 1, "2": 3, 3: 3}
    batch = [(id_, "n", "a", None, {"a": value}) for id_, value in values.items()]
    assert put(vault, number, "look", batch) == Counts(new=1, changed=1, unchanged=1)
    again = put(vault, number, "look", [*batch, ("4", "n", "a", None, {})])
    assert again == Counts(new=1, repeated=3)
    assert again.seen == 1
    assert put(vault, number, "look", []) == Counts()
    assert staged(vault, number, "look") == 4


def test_unchanged_objects_cost_no_row(vault: Vault) -> None:
    objects = {"look": {str(number): {"a": number} for number in range(50)}}
    first = extract(vault, objects)
    for _ in range(3):
        snapshot = extract(vault, objects)
    assert rows(vault, "content_items") == rows(vault, "content_bodies") == 50
    assert rows(vault, "staged_items") == 0
    assert snapshot.kinds == {"look": Change(unchanged=50)}
    assert contents(vault, snapshot) == contents(vault, first) == objects


def test_equal_contents_are_stored_once(vault: Vault) -> None:
    extract(vault, {"look": {"1": {"a": 1}, "2": {"a": 1}}}, host="one")
    extract(vault, {"look": {"1": {"a": 1}}}, host="two")
    assert (rows(vault, "content_items"), rows(vault, "content_bodies")) == (3, 1)


def test_each_snapshot_keeps_its_state(vault: Vault) -> None:
    states: list[dict[str, dict[str, Any]]] = [
        {"look": {"1": {"a": 1}, "2": {"a": 1}}},
        {"look": {"1": {"a": 2}, "3": {"a": 1}}},
        {"look": {}},
        {"look": {"1": {"a": 1}}},
    ]
    taken = [extract(vault, state) for state in states]
    for state, each in zip(states, taken, strict=True):
        assert contents(vault, each).get("look", {}) == state["look"]
        assert each.items == len(state["look"]) == count(vault, each)
    assert [each.kinds["look"] for each in taken] == [
        Change(new=2),
        Change(new=1, changed=1, deleted=1),
        Change(deleted=2),
        Change(new=1),
    ]
    assert rows(vault, "content_bodies") == 2


@pytest.mark.parametrize("status", ["denied", "unsupported", "filtered"])
def test_only_complete_listings_delete(vault: Vault, status: str) -> None:
    extract(vault, {"look": {"1": {"a": 1}, "2": {"a": 1}}, "board": {"1": {}}})
    snapshot = extract(vault, {"look": {"2": {"a": 2}}}, status=status)
    assert contents(vault, snapshot) == {"board": {"1": {}}, "look": {"1": {"a": 1}, "2": {"a": 2}}}
    assert snapshot.kinds == {"look": Change(changed=1)}
    assert snapshot.items == 3


def test_hosts_do_not_meet(vault: Vault) -> None:
    one = extract(vault, {"look": {"1": {"a": 1}}}, host="one")
    two = extract(vault, {"look": {"2": {"a": 2}}}, host="two")
    again = extract(vault, {"look": {}}, host="one")
    assert contents(vault, one) == {"look": {"1": {"a": 1}}}
    assert contents(vault, two) == {"look": {"2": {"a": 2}}}
    assert contents(vault, again) == {}
    assert [each.number for each in snapshots(vault, "one")] == [one.number, again.number]


def test_a_session_is_invisible_until_it_completes(vault: Vault) -> None:
    before = extract(vault, {"look": {"1": {"a": 1}, "2": {"a": 2}}})
    number = stage(vault, {"look": {"1": {"a": 9}, "3": {"a": 3}}})
    assert contents(vault, before) == {"look": {"1": {"a": 1}, "2": {"a": 2}}}
    assert snapshots(vault) == [before]
    assert [(each.number, each.status, each.staged) for each in unfinished(vault)] == [(number, "running", 2)]
    after = complete(vault, number, FULL)
    assert contents(vault, after) == {"look": {"1": {"a": 9}, "3": {"a": 3}}}
    assert contents(vault, before) == {"look": {"1": {"a": 1}, "2": {"a": 2}}}
    assert unfinished(vault) == []


def test_a_failed_session_leaves_nothing(vault: Vault) -> None:
    before = extract(vault, {"look": {"1": {"a": 1}}})
    number = stage(vault, {"look": {"1": {"a": 1}, "2": {"a": 2}}, "board": {"1": {"a": 3}}})
    fail(vault, number, "the network is gone")
    assert snapshots(vault) == [before]
    assert contents(vault, before) == {"look": {"1": {"a": 1}}}
    assert rows(vault, "staged_items") == 0
    assert rows(vault, "content_bodies") == 1
    failed = session(vault, number)
    assert (failed.status, failed.message, failed.staged) == ("failed", "the network is gone", 0)
    with pytest.raises(NotFound):
        resolve(vault, f"@{number}")


def test_a_failing_session_spares_what_another_has_staged(vault: Vault) -> None:
    one = stage(vault, {"look": {"1": {"a": 1}}})
    two = stage(vault, {"look": {"1": {"a": 1}, "2": {"a": 2}}})
    fail(vault, two, "")
    assert contents(vault, complete(vault, one, FULL)) == {"look": {"1": {"a": 1}}}


@pytest.mark.parametrize("end", ["completed", "failed", "unknown"])
def test_an_ended_session_takes_no_more(vault: Vault, end: str) -> None:
    number = begin(vault, host=HOST)
    if end == "completed":
        complete(vault, number, {})
    elif end == "failed":
        fail(vault, number, "")
    else:
        number += 1
    for act in (
        lambda: put(vault, number, "look", [("1", None, None, None, {})]),
        lambda: keep(vault, number, "look", ["1"]),
        lambda: complete(vault, number, {}),
        lambda: fail(vault, number, ""),
        lambda: restart(vault, number, "look"),
    ):
        with pytest.raises(StoreError, match=f"session {number}"):
            act()


def test_sessions_that_overlap_count_by_their_end(vault: Vault) -> None:
    early = stage(vault, {"look": {"1": {"a": "early"}}})
    late = stage(vault, {"look": {"1": {"a": "late"}, "2": {"a": "late"}}})
    first, second = complete(vault, late, FULL), complete(vault, early, FULL)
    assert contents(vault, first) == {"look": {"1": {"a": "late"}, "2": {"a": "late"}}}
    assert contents(vault, second) == {"look": {"1": {"a": "early"}}}
    assert second.kinds == {"look": Change(changed=1, deleted=1)}
    assert resolve(vault, "@latest").number == early


def test_what_is_kept_equals_what_was_put_before(vault: Vault) -> None:
    before = extract(vault, {"look": {"1": {"a": 1}, "2": {"a": 2}, "3": {"a": 3}}})
    number = begin(vault, host=HOST)
    put(vault, number, "look", [("2", "n2", "look:2", None, {"a": 9})])
    assert keep(vault, number, "look", ["1", 2, "4"]) == ["4"]
    after = complete(vault, number, FULL)
    assert contents(vault, after) == {"look": {"1": {"a": 1}, "2": {"a": 9}}}
    assert after.kinds == {"look": Change(changed=1, deleted=1, unchanged=1)}
    assert item(vault, after, "look", "1") == item(vault, before, "look", "1")


def test_a_kind_can_be_started_afresh(vault: Vault) -> None:
    number = stage(vault, {"look": {"1": {"a": 1}}, "board": {"1": {"a": 2}}})
    restart(vault, number, "look")
    assert (staged(vault, number, "look"), staged(vault, number, "board")) == (0, 1)
    assert rows(vault, "content_bodies") == 1


def test_a_second_put_replaces_the_first(vault: Vault) -> None:
    number = stage(vault, {"look": {"1": {"a": 1}}})
    put(vault, number, "look", [("1", "new name", "look:new", "later", {"a": 2})])
    snapshot = complete(vault, number, FULL)
    (found,) = items(vault, snapshot)
    assert (found.raw, found.name, found.address, found.updated_at) == (
        {"a": 2},
        "new name",
        "look:new",
        "later",
    )


def test_addresses_may_come_later(vault: Vault) -> None:
    number = stage(vault, {"look": {"1": {"a": 1}, "2": {"a": 2}}})
    label(vault, number, "look", [(1, "look:Shared/Sales"), ("9", "none")])
    found = {
        each.id: (each.name, each.address, each.raw) for each in items(vault, complete(vault, number, FULL))
    }
    assert found == {"1": ("n1", "look:Shared/Sales", {"a": 1}), "2": ("n2", "look:2", {"a": 2})}
    with pytest.raises(StoreError, match="is complete"):
        label(vault, number, "look", [("1", "b")])


def test_an_address_may_change_while_the_content_does_not(vault: Vault) -> None:
    taken = []
    for address in ("look:Old/Sales", "look:New/Sales"):
        number = begin(vault, host=HOST)
        put(vault, number, "look", [("1", "Sales", address, None, {"a": 1})])
        taken.append(complete(vault, number, FULL))
    assert [each.id for each in find(vault, taken[0], "look:Old/Sales")] == ["1"]
    assert find(vault, taken[1], "look:Old/Sales") == find(vault, taken[0], "look:New/Sales") == []
    assert [each.id for each in find(vault, taken[1], "look:New/Sales")] == ["1"]
    assert taken[1].kinds == {"look": Change(unchanged=1)}
    assert known_as(vault, HOST, "look:Old/Sales") == [("look", "1")]
    assert rows(vault, "content_bodies") == 1


def test_history_tells_changed_from_deleted(vault: Vault, clock: Clock) -> None:
    states: list[dict[str, Any]] = [{"1": 0}, {"1": 0}, {"1": 1}, {}, {"1": 0}]
    numbers = []
    for state in states:
        numbers.append(extract(vault, {"look": state}).number)
        clock.forward(days=1)
    told = [
        (each.from_session, each.to_session, each.deleted, each.digest)
        for each in history(vault, HOST, "look", 1)
    ]
    assert told == [
        (numbers[0], numbers[2], False, digest(0)),
        (numbers[2], numbers[3], True, digest(1)),
        (numbers[4], None, False, digest(0)),
    ]
    first = history(vault, HOST, "look", "1")[0]
    assert (first.from_at[:10], (first.to_at or "")[:10]) == ("2026-11-01", "2026-11-03")
    assert history(vault, HOST, "look", "2") == []


def test_items_come_in_order_across_pages(vault: Vault) -> None:
    ids = [str(number) for number in range(1203)]
    snapshot = extract(vault, {"role.users": dict.fromkeys(ids), "look": dict.fromkeys(ids[:7]), "": {"": 1}})
    found = [(each.kind, each.id) for each in items(vault, snapshot)]
    assert found == [
        ("", ""),
        *(("look", i) for i in sorted(ids[:7])),
        *(("role.users", i) for i in sorted(ids)),
    ]
    assert [(each.kind, each.id) for each in heads(vault, snapshot)] == found
    assert [each.id for each in items(vault, snapshot, "role.users")] == sorted(ids)
    assert list(items(vault, snapshot, "board")) == []
    assert kinds(vault, snapshot) == {"": 1, "look": 7, "role.users": 1203}
    assert (count(vault, snapshot), count(vault, snapshot, "look"), count(vault, snapshot, "x")) == (
        1211,
        7,
        0,
    )


def test_items_may_be_read_while_others_write(vault: Vault) -> None:
    snapshot = extract(vault, {"look": {str(number): number for number in range(1200)}})
    reading = items(vault, snapshot)
    first = next(reading)
    extract(vault, {"look": {"new": 1}})
    assert len([first, *reading]) == 1200


def test_differences_between_two_snapshots(vault: Vault) -> None:
    one = extract(vault, {"look": {"1": 1, "2": 2, "3": 3}, "board": {"9": 9}})
    two = extract(vault, {"look": {"2": 2, "3": 4, "5": 5}, "board": {"9": 9}})
    left = {each.id: each for each in heads(vault, one)}
    right = {each.id: each for each in heads(vault, two)}
    assert list(differences(vault, one, two)) == [
        Difference("look", "1", left["1"], None),
        Difference("look", "3", left["3"], right["3"]),
        Difference("look", "5", None, right["5"]),
    ]
    assert list(differences(vault, one, one)) == []
    assert list(differences(vault, one, two, "board")) == []


def test_names_of_snapshots(vault: Vault, clock: Clock) -> None:
    taken: list[Snapshot] = []
    for host in ("one", "two", "one"):
        taken.append(extract(vault, {"look": {"1": len(taken)}}, host=host))
        clock.forward(hours=6)
    assert clock().isoformat() == "2026-11-02T06:00:00+00:00"
    one, two, last = taken
    for name, expected in {
        "@latest": last,
        "latest": last,
        f"@{two.number}": two,
        str(one.number): one,
        "@2026-11-01": two,
        "@2026-11-02": last,
        "@2026-11-01T12:00": one,
        "@2026-11-01T19:00:00+01:00": two,
        "@2027-01-01": last,
    }.items():
        assert resolve(vault, name) == expected, name
    assert resolve(vault, "@2026-11-01", host="one") == one
    assert resolve(vault, "@latest", host="two") == two


@pytest.mark.parametrize("name", ["@9", "@2026-10-31", "@yesterday", "@", "@-1", "@9999-12-31T", "@²"])
def test_a_name_that_fits_nothing_says_what_exists(vault: Vault, clock: Clock, name: str) -> None:
    for value in range(7):
        extract(vault, {"look": {"1": value}})
        clock.forward(days=1)
    with pytest.raises(NotFound) as caught:
        resolve(vault, name)
    assert f"no snapshot {name}; there are @3 (2026-11-03), @4" in caught.value.message
    assert caught.value.message.endswith("@7 (2026-11-07) and 2 older")


def test_the_last_day_of_the_calendar_is_a_day(vault: Vault) -> None:
    with pytest.raises(NotFound, match="the vault has no snapshot yet"):
        resolve(vault, "@latest")
    with pytest.raises(NotFound, match="of one yet"):
        resolve(vault, "@9999-12-31", "one")


def test_a_snapshot_of_another_host_is_not_found(vault: Vault) -> None:
    snapshot = extract(vault, {"look": {}}, host="one")
    with pytest.raises(NotFound, match="of two"):
        resolve(vault, f"@{snapshot.number}", host="two")


def test_content_that_was_damaged_names_its_object(vault: Vault) -> None:
    snapshot = extract(vault, {"look": {"7": {"a": 1}}})
    with vault.transaction() as connection:
        connection.execute("UPDATE content_bodies SET body = x'00'")
    with pytest.raises(StoreError, match="look 7: stored content") as caught:
        list(items(vault, snapshot))
    assert "verify" in caught.value.hint


def test_all_is_there_after_opening_again(tmp_path: Path) -> None:
    with open_vault(tmp_path / "v.db") as vault:
        snapshot = extract(vault, {"look": {"1": {"a": 2**80, "b": [None, -0.0, "é"]}}})
        number = stage(vault, {"look": {"2": {}}})
    with open_vault(tmp_path / "v.db") as vault:
        assert snapshots(vault) == [snapshot]
        assert contents(vault, snapshot) == {"look": {"1": {"a": 2**80, "b": [None, -0.0, "é"]}}}
        assert contents(vault, complete(vault, number, FULL)) == {"look": {"2": {}}}


def test_numbers_that_do_not_exist(vault: Vault) -> None:
    with pytest.raises(NotFound, match="no extraction session 7"):
        session(vault, 7)
    with pytest.raises(NotFound, match=f"no snapshot @{(number := begin(vault, host=HOST))}"):
        snapshot(vault, number)


def test_text_that_sqlite_cannot_hold_is_told(vault: Vault) -> None:
    number = begin(vault, host=HOST)
    with pytest.raises(StoreError, match="a value cannot be stored"):
        put(vault, number, "look", [("1", "\ud800", None, None, {})])
