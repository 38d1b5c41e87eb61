"""Random extractions, compared with a model of plain dictionaries."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookervault.store.snapshots import (
    Change,
    Snapshot,
    begin,
    complete,
    count,
    fail,
    history,
    items,
    keep,
    put,
    resolve,
    snapshots,
)
from lookervault.store.vault import Vault, open_vault
from lookervault.store.verify import verify, verify_file

Key = tuple[str, str]
Objects = dict[Key, Any]

KINDS = ["look", "role.users"]
HOSTS = ["one", "two"]
IDS = ["1", "2", "3"]
STATUSES = ["complete", "complete", "filtered", "denied", "unsupported"]


class Extraction(NamedTuple):
    """What a session puts and keeps by kind, and how it ends: with the status of each kind, or in failure.

    A late one ends only after the next one has ended.
    """

    host: str
    put: dict[str, dict[str, int]]
    keep: dict[str, list[str]]
    scope: dict[str, str] | None
    late: bool


EXTRACTIONS = st.builds(
    Extraction,
    host=st.sampled_from(["one", *HOSTS]),
    put=st.dictionaries(
        st.sampled_from(KINDS), st.dictionaries(st.sampled_from(IDS), st.integers(0, 2), min_size=1)
    ),
    keep=st.dictionaries(st.sampled_from(KINDS), st.lists(st.sampled_from(IDS), max_size=3)),
    scope=st.dictionaries(st.sampled_from(KINDS), st.sampled_from(STATUSES), min_size=1)
    | st.fixed_dictionaries({kind: st.sampled_from(STATUSES) for kind in KINDS})
    | st.none(),
    late=st.booleans(),
)


class Open(NamedTuple):
    number: int
    told: Extraction
    seen: Objects


class Model:
    """The vault and the model side by side."""

    numbers = itertools.count()

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.number = next(self.numbers)
        self.state: dict[str, Objects] = defaultdict(dict)
        self.taken: list[tuple[Snapshot, Objects, dict[str, Change]]] = []

    def host(self, name: str) -> str:
        return f"{self.number}.{name}"

    def tell(self, story: list[Extraction]) -> None:
        late: Open | None = None
        for extraction in story:
            session = self.begin(extraction)
            if extraction.late and late is None:
                late = session
                continue
            self.end(session)
            if late:
                self.end(late)
                late = None

    def begin(self, told: Extraction) -> Open:
        session = Open(begin(self.vault, host=self.host(told.host)), told, {})
        for kind, objects in told.put.items():
            batch = [(id_, id_, f"{kind}:{id_}", None, {"v": v}) for id_, v in objects.items()]
            put(self.vault, session.number, kind, batch)
            session.seen.update({(kind, id_): {"v": v} for id_, v in objects.items()})
        for kind, ids in told.keep.items():
            self.keep(session, kind, ids)
        return session

    def keep(self, session: Open, kind: str, ids: list[str]) -> None:
        lacking = keep(self.vault, session.number, kind, ids)
        valid = self.state[session.told.host]
        for key in [(kind, id_) for id_ in ids]:
            if key in valid:
                session.seen.setdefault(key, valid[key])
        assert lacking == [id_ for id_ in ids if (kind, id_) not in session.seen]

    def end(self, session: Open) -> None:
        told, seen = session.told, session.seen
        if told.scope is None:
            fail(self.vault, session.number, "as the story has it")
            return
        before = self.state[told.host]
        gone = {key for key in before if told.scope.get(key[0]) == "complete" and key not in seen}
        after = {key: value for key, value in before.items() if key not in gone} | seen
        scope = {kind: {"status": status, "count": 0} for kind, status in told.scope.items()}
        snapshot = complete(self.vault, session.number, scope)
        self.state[told.host] = after
        self.taken.append((snapshot, after, tally(before, seen, gone)))


def tally(before: Objects, seen: Objects, gone: set[Key]) -> dict[str, Change]:
    return {
        kind: Change(
            new=sum(key[0] == kind and key not in before for key in seen),
            changed=sum(key[0] == kind and key in before and before[key] != seen[key] for key in seen),
            deleted=sum(key[0] == kind for key in gone),
            unchanged=sum(key[0] == kind and key in before and before[key] == seen[key] for key in seen),
        )
        for kind in KINDS
    }


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """One vault for all stories, each of which has its own hosts: making files is what takes the time."""
    with open_vault(tmp_path_factory.mktemp("model") / "v.db") as vault:
        yield vault
        assert verify_file(vault) == []


@settings(max_examples=100, deadline=None)
@given(story=st.lists(EXTRACTIONS, min_size=2, max_size=8))
def test_every_snapshot_is_what_the_model_says(shared: Vault, story: list[Extraction]) -> None:
    model = Model(shared)
    model.tell(story)
    assert [each for host in HOSTS for each in snapshots(shared, model.host(host))] == sorted(
        (snapshot for snapshot, _, _ in model.taken), key=lambda each: (each.host, each.ordinal)
    )
    for snapshot, objects, changes in model.taken:
        assert {(each.kind, each.id): each.raw for each in items(shared, snapshot)} == objects
        assert snapshot.items == count(shared, snapshot) == len(objects)
        assert {kind: snapshot.kinds.get(kind, Change()) for kind in KINDS} == changes
        assert resolve(shared, f"@{snapshot.number}", snapshot.host) == snapshot
        assert list(verify(shared, snapshot)) == []
    check_histories(model)


def check_histories(model: Model) -> None:
    """Of each object, exactly the versions that the snapshots show, with their beginnings and ends."""
    for host in map(model.host, HOSTS):
        taken = [(snapshot, objects) for snapshot, objects, _ in model.taken if snapshot.host == host]
        for key in [(kind, id_) for kind in KINDS for id_ in IDS]:
            expected: list[tuple[int, int | None]] = []
            last = None
            for snapshot, objects in taken:
                now = objects.get(key)
                if now != last:
                    if last is not None:
                        expected[-1] = (expected[-1][0], snapshot.number)
                    if now is not None:
                        expected.append((snapshot.number, None))
                last = now
            versions = history(model.vault, host, *key)
            assert [(each.from_session, each.to_session) for each in versions] == expected
