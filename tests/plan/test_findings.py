from __future__ import annotations

import pytest
from msgspec import structs

from lookervault.model.resource import Head
from lookervault.plan.plan import Plan
from model.raws import (
    OTHER,
    QUERY,
    Object,
    Raw,
    dashboard,
    folder,
    group,
    look,
    lookml_model,
    shared,
    stacked,
    state,
    tile,
)

from .making import plan_of, said, summary

MODEL = "a query needs the LookML model shop, which the target does not have"
MERGE: list[Object] = [
    ("query", "1", QUERY),
    ("merge_query", "m", {"id": "m", "source_queries": [{"name": "a", "query_id": "1"}]}),
]


def missing(*objects: Object, **scope: str) -> Plan:
    """A plan for an instance that has another LookML model only."""
    return plan_of(state(shared(), *objects), state(shared(), lookml_model("crm"), host=OTHER, **scope))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "user_of_it",
    [
        pytest.param([look("40", "L")], id="look"),
        pytest.param([stacked("50", "L", [tile("51")])], id="tile"),
        pytest.param([*MERGE, stacked("50", "L", [{"id": "51", "merge_result_id": "m"}])], id="merge"),
    ],
)
def test_a_model_that_the_target_lacks_is_an_error_at_what_needs_it(user_of_it: list[Object]) -> None:
    plan = missing(*user_of_it)
    (error,) = plan.errors
    assert error.message == MODEL
    assert error.address == plan.changes[0].address


def test_everything_that_needs_a_missing_model_is_named() -> None:
    plan = missing(look("40", "A"), look("41", "B"), look("42", "C", query={**QUERY, "model": "crm"}))
    assert [e.address for e in plan.errors] == ["look:Shared/A", "look:Shared/B"]


@pytest.mark.parametrize("status", ["denied", "unsupported", "filtered"])
def test_models_that_could_not_be_listed_are_not_called_missing(status: str) -> None:
    assert missing(look("40", "A"), lookml_model=status).errors == []


def test_a_model_that_nothing_new_needs_may_be_missing() -> None:
    both = (shared(), look("40", "A"))
    assert plan_of(state(*both), state(*both, lookml_model("crm"))).errors == []


def test_a_slug_that_the_trash_holds_is_not_sent_and_told() -> None:
    observed = structs.replace(state(shared(), host=OTHER), in_trash=(Head("dashboard", "9", slug="kPi"),))
    desired = state(shared(), dashboard("5", "A", slug="kPi"), dashboard("6", "B", slug="free"))
    plan = plan_of(desired, observed)
    assert said(plan) == [
        "warning dashboard:Shared/A: the trash (id 9) holds the slug kPi; this one gets another"
    ]
    bodies: dict[str, Raw] = {n.id: n.steps[0].body for n in plan.nodes}
    assert "slug" not in bodies["dashboard:Shared/A"]
    assert bodies["dashboard:Shared/B"]["slug"] == "free"


def test_a_name_that_another_object_keeps_is_an_error() -> None:
    """On one instance: 5 is to be called A, which 6 is and stays."""
    before = (shared(), dashboard("5", "Z"), dashboard("6", "A"))
    plan = plan_of(state(shared(), dashboard("5", "A")), state(*before))
    assert said(plan) == [
        "error dashboard:Shared/A: dashboard:Shared/A has this name on the target and is another object there"
    ]


def test_a_name_in_another_folder_is_no_clash() -> None:
    both = (shared(), folder("2", "X"), folder("3", "Y"))
    plan = plan_of(state(*both, look("5", "A", "3")), state(*both, look("5", "Z", "3"), look("6", "A", "2")))
    assert plan.errors == []
    assert summary(plan) == ["~ look:Shared/Y/A"]


def test_a_move_to_where_the_name_is_taken_is_an_error() -> None:
    both = (shared(), folder("2", "X"), folder("3", "Y"), look("6", "A", "3"))
    plan = plan_of(state(*both[:3], look("5", "A", "3")), state(*both, look("5", "A", "2")))
    assert [e.address for e in plan.errors] == ["look:Shared/Y/A"]


def test_names_of_different_kinds_never_clash() -> None:
    plan = plan_of(state(shared(), look("5", "A")), state(shared(), dashboard("6", "A"), group("7", "A")))
    assert [e.message for e in plan.errors if "name" in e.message] == []
    assert summary(plan) == ["+ look:Shared/A"]
