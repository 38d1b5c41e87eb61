"""Every call that lookervault declares or plans is an operation of Looker's API, as the SDK knows it."""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from lookervault.model.catalog import KINDS
from lookervault.model.kind import Kind
from lookervault.model.values import Link
from lookervault.plan.steps.step import Step
from model.random_states import elsewhere, instances
from model.raws import OTHER, Object, lookml_model, shared, state

from .making import plan_of

CALL = re.compile(
    r'self\.(get|post|put|patch|delete)\(\s*(?:path=)?f?"(/[^"]*)"(.*?)transport_options=', re.DOTALL
)
PAGING = {"limit", "offset", "sorts"}

Operation = tuple[str, tuple[str, ...]]  # method, segments with `*` for an id


@functools.cache
def operations() -> Mapping[Operation, frozenset[str]]:
    """Each operation with the names of its query parameters."""
    spec = importlib.util.find_spec("looker_sdk")
    assert spec is not None and spec.origin is not None
    text = (Path(spec.origin).parent / "sdk" / "api40" / "methods.py").read_text(encoding="utf-8")
    found = {}
    for method, path, rest in CALL.findall(text):
        query = re.search(r"query_params=\{(.*?)\}", rest, re.DOTALL)
        names = re.findall(r'"(\w+)":', query.group(1)) if query else []
        found[method.upper(), shape(re.sub(r"\{[^}]*\}", "*", path))] = frozenset(names)
    return found


def shape(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))


def step_shape(path: Iterable[Any]) -> tuple[str, ...]:
    return tuple("*" if isinstance(s, Link) else str(s) for s in path)


def takes(method: str, path: tuple[str, ...], query: set[str]) -> None:
    assert (method, path) in operations()
    assert query <= operations()[method, path], path


def listed(kind: Kind) -> list[tuple[str, set[str]]]:
    """What reading a kind asks for: path, and the query parameters that go with it."""
    listing = kind.listing
    assert listing is not None
    given = dict(listing.query)
    # None leaves out what would be sent with every page
    query = {n for n in {*given, *(PAGING if listing.paged else ())} if given.get(n, "") is not None}
    found = [(re.sub(r"\{[^}]*\}", "*", listing.path), query)]
    if listing.fallback:
        found.append((listing.fallback, query))
    if listing.detail:
        found.append((f"{listing.detail}/*", set()))
    if listing.by_folder:
        found.append((f"/folders/*{listing.by_folder}", set()))
    if listing.inside:
        found += [(listing.path, {"parent_id"}), (f"{listing.path}/*", set())]
    for facet in kind.facets:
        names = {n for n, _ in facet.query}
        found.append((facet.path, {*names, facet.by}) if facet.by else (f"{kind.path}/*{facet.path}", names))
    return found


def test_the_sdk_knows_some_five_hundred_operations() -> None:
    assert len(operations()) > 400
    assert operations()["GET", ("roles", "*", "users")] >= {"direct_association_only"}
    assert ("GET", ("no", "such", "thing")) not in operations()


@pytest.mark.parametrize("kind", [k for k in KINDS.values() if k.listing], ids=lambda k: k.name)
def test_reading_a_kind_asks_for_what_there_is(kind: Kind) -> None:
    for path, query in listed(kind):
        takes("GET", shape(path), query)


@pytest.mark.parametrize("kind", [k for k in KINDS.values() if k.role == "value"], ids=lambda k: k.name)
def test_values_can_be_read_by_id_and_made(kind: Kind) -> None:
    takes("GET", (*shape(kind.path), "*"), set())
    takes("POST", shape(kind.path), set())


def check(step: Step) -> None:
    takes(step.method, step_shape(step.path), set(step.query))
    if step.probe:
        takes("GET", step_shape(step.probe.path), {*step.probe.query, *(PAGING if step.probe.paged else ())})


@given(instances(), instances())
def test_every_step_and_every_probe_is_a_call_that_there_is(one: list[Object], other: list[Object]) -> None:
    there = state(*elsewhere(other), host=OTHER)
    for plan in (
        plan_of(state(*one), there),
        plan_of(state(*one), state(shared(), lookml_model("shop"), host=OTHER)),
    ):
        for node in plan.nodes:
            for step in node.steps:
                check(step)
