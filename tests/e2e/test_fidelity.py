"""A snapshot holds what the API says, to the last null and unknown field."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from judge import Reader
from looker.stub import Response, Stub
from lookervault.looker.gateway import Gateway, connect
from lookervault.looker.settings import Connection
from lookervault.model.catalog import KINDS
from lookervault.model.kind import Listing
from lookervault.sandbox import Instance, demo_instance
from lookervault.store.snapshots import Item, begin, complete, item, items, put
from lookervault.store.vault import Vault, open_vault
from world import KEY, QUICK, world

from .test_migrate import real_instance

# what reading itself moves
VOLATILE = {"view_count", "usage_count", "last_accessed_at", "last_viewed_at"}
SECRET = {"password_reset_url", "account_setup_url"}


class Answers:
    """What the API says of an object, asked by the path that the object was read by."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.lists: dict[str, dict[str, Any]] = {}

    def of(self, found: Item) -> Any:
        """The answer to compare with."""
        owner, _, name = found.kind.partition(".")
        kind = KINDS[owner]
        if name:
            facet = next(facet for facet in kind.facets if facet.name == name)
            if facet.by:
                return self.reader.get(facet.path, **{facet.by: found.id})
            return self.reader.get(f"{kind.path}/{found.id}{facet.path}", **dict(facet.query))
        if kind.listing and not (kind.listing.detail or kind.listing.inside or kind.listing.each):
            return self.listed(kind.name, kind.listing)[found.id]
        return self.reader.get(f"{(kind.listing and kind.listing.detail) or kind.path}/{found.id}")

    def listed(self, kind: str, listing: Listing) -> dict[str, Any]:
        """The whole list of a kind, by id."""
        if kind not in self.lists:
            query = {k: v for k, v in listing.query if v is not None}
            get = self.reader.pages if listing.paged else self.reader.get
            rows = get(listing.path, **query)
            inner = [r for row in rows for r in listing.rows(row)] if listing.within else rows
            self.lists[kind] = {listing.id_of(raw): raw for raw in inner}
        return self.lists[kind]


def text(value: Any) -> str:
    """As JSON: 1, 1.0 and true are three things."""
    return json.dumps(steady(value), sort_keys=True)


def steady(value: Any) -> Any:
    """The value without counters, and with secrets only as there or not."""
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if k not in VOLATILE}
        return {k: bool(v) if k in SECRET else steady(v) for k, v in kept.items()}
    return [steady(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize("content", [demo_instance, real_instance], ids=["demo", "real"])
def test_a_snapshot_is_what_the_api_says(content: Callable[[], Instance]) -> None:
    with world(content()) as here:
        stored = list(items(here.vault, here.extract()))
        assert len(stored) > 70
        with closing(Reader(here.source.url, *KEY)) as reader:
            answers = Answers(reader)
            for found in stored:
                assert text(found.raw) == text(answers.of(found)), (found.kind, found.id)
        raws = [found.raw for found in stored if found.kind == "dashboard"]
        assert all("x_internal" in raw and None in raw.values() for raw in raws)


def test_everything_the_instance_holds_is_there() -> None:
    inst = demo_instance()
    with world(inst) as here, closing(Reader(here.source.url, *KEY)) as reader:
        stored = {(found.kind, found.id) for found in items(here.vault, here.extract())}
        assert set(listed(reader)) - stored == set()


def listed(reader: Reader) -> Iterator[tuple[str, str]]:
    """Kind and id of all that lists tell of, and that is not in the trash."""
    for kind in ("permission_set", "model_set", "role", "user", "look", "folder", "group"):
        yield from ((kind, x["id"]) for x in reader.get(f"/{kind}s"))
    for head in reader.get("/dashboards"):
        yield "lookml_dashboard" if "::" in head["id"] else "dashboard", head["id"]


@pytest.fixture(scope="module")
def stub() -> Iterator[Stub]:
    server = Stub()
    yield server
    server.close()


@pytest.fixture(scope="module")
def gateway(stub: Stub) -> Iterator[Gateway]:
    with connect(Connection(stub.base_url, *KEY), backoff=QUICK) as opened:
        yield opened


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    with open_vault(tmp_path_factory.mktemp("fidelity") / "vault.db") as opened:
        yield opened


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(2**200), max_value=2**200),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.text(alphabet='🌱👩‍👩‍👧🇩🇪é\u0000\u2028\\"/ñ中'),
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(value=JSON, escaped=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_survives(stub: Stub, gateway: Gateway, vault: Vault, value: Any, escaped: bool) -> None:
    sent = {"id": "1", "value": value}
    stub.route = lambda _: Response(body=json.dumps(sent, ensure_ascii=escaped).encode())
    session = begin(vault, host=gateway.host)
    put(vault, session, "look", [("1", None, None, None, gateway.get("/looks/1"))])
    found = item(vault, complete(vault, session, {"look": {"status": "complete"}}), "look", "1")
    assert found is not None
    assert json.dumps(found.raw, sort_keys=True) == json.dumps(sent, sort_keys=True)
