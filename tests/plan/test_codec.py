from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookervault.errors import PlanFileError
from lookervault.model.resource import Finding
from lookervault.model.values import JsonText, Link
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.codec import decode_plan, encode_plan
from lookervault.plan.plan import FORMAT, Plan, Side
from model.random_states import elsewhere, instances
from model.raws import HOST, OTHER, QUERY, Object, look, lookml_model, shared, state
from model.values import VALUES

from .making import plan_of


def holding(value: Any) -> Plan:
    """A plan that holds a value wherever a plan may hold one."""
    part = PartChange(
        Action.UPDATE, "element", "element:1", "1", "🙂", {"x": value}, {"x": value}, also={"y": value}
    )
    change = Change(Action.UPDATE, "look", "look:é", "é", "1", {"x": value}, {"x": value}, [part])
    findings = [Finding("warning", "look:é", "line\nbreak")]
    ids = [("folder:A", "", "1")]
    pairs = [("look", "1", "2")]
    return Plan(Side(HOST), Side(OTHER, "prod", "26.10"), [change], [], ids, findings, pairs, "2024")


def typed(value: Any) -> Any:
    """A value with the type of each leaf, for `==` takes 1 for 1.0 and a JSON text for its spelling."""
    if isinstance(value, dict):
        return {k: typed(v) for k, v in value.items()}
    if isinstance(value, list):
        return [typed(v) for v in value]
    return type(value), value.text if isinstance(value, JsonText) else value


def again(plan: Plan) -> Plan:
    return decode_plan(encode_plan(plan))


@given(VALUES)
def test_any_value_comes_back_with_its_types(value: Any) -> None:
    plan = holding(value)
    assert again(plan) == plan
    assert typed(again(plan).changes[0].after) == typed(plan.changes[0].after)
    assert typed(again(plan).changes[0].parts[0].also) == typed(plan.changes[0].parts[0].also)


@given(instances(), instances())
def test_a_real_plan_comes_back_whole(one: list[Object], other: list[Object]) -> None:
    plan = plan_of(state(*one), state(*elsewhere(other), host=OTHER))
    copy = again(plan)
    assert copy == plan
    assert copy.fingerprint == plan.fingerprint
    assert encode_plan(copy) == encode_plan(plan)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(Link("look:a/b", "element:1"), id="link"),
        pytest.param([{"deep": {"er": [Link("x"), JsonText('{"a":1}')]}}], id="links inside"),
        pytest.param(JsonText("no json \x00 é🙂"), id="json text"),
        pytest.param("x" * 200_000, id="long text"),
        pytest.param({f"k{n}": [n, float(n), str(n), None] for n in range(3000)}, id="wide"),
        pytest.param(1e300, id="float"),
        pytest.param({"__link__": ["look:a", ""]}, id="what looks like a link"),
    ],
)
def test_values_of_every_kind(value: Any) -> None:
    assert typed(again(holding(value)).changes[0].before) == typed({"x": value})


@pytest.mark.parametrize("number", [1e20, 10**30, -(2**63) - 1, 2**64])
def test_a_plan_may_hold_any_number_that_looker_holds(number: float) -> None:
    def side(vis: Any) -> Any:
        return state(
            shared(), lookml_model("shop"), look("4", "L", query={**QUERY, "vis_config": {"max": vis}})
        )

    for plan in (plan_of(side(number), side(7)), plan_of(side(7), side(number))):
        assert len(plan.changes) == 1
        assert again(plan) == plan


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"not a plan at all",
        msgspec.msgpack.encode({"format": 1}),
        msgspec.msgpack.encode([1, 2]),
    ],
)
def test_other_bytes_are_no_plan(data: bytes) -> None:
    with pytest.raises(PlanFileError):
        decode_plan(data)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_plan_or_refused(data: bytes) -> None:
    with pytest.raises(PlanFileError):
        decode_plan(data)


BYTES = encode_plan(
    plan_of(
        state(shared(), look("4", "L", description="é")), state(shared(), lookml_model("shop"), host=OTHER)
    )
)


@given(st.integers(0, len(BYTES) - 1), st.integers(0, 255))
def test_a_damaged_plan_is_refused_or_still_a_plan_but_never_a_crash(place: int, byte: int) -> None:
    """What damage the format cannot see, the file's checksum does."""
    damaged = BYTES[:place] + bytes([byte]) + BYTES[place + 1 :]
    try:
        plan = decode_plan(damaged)
    except PlanFileError:
        return
    assert isinstance(plan, Plan)


@given(st.integers(0, len(BYTES) - 1))
def test_a_plan_cut_short_is_refused(length: int) -> None:
    with pytest.raises(PlanFileError):
        decode_plan(BYTES[:length])


def test_bytes_after_the_plan_are_refused() -> None:
    with pytest.raises(PlanFileError):
        decode_plan(BYTES + b"\x00")


def test_a_plan_of_another_format_is_refused_with_both_numbers() -> None:
    plan = msgspec.structs.replace(holding(1), format=FORMAT + 1)
    with pytest.raises(
        PlanFileError, match=f"format {FORMAT + 1}; this lookervault knows {FORMAT}"
    ) as caught:
        again(plan)
    assert "plan --out" in caught.value.hint


def test_an_extension_that_nobody_knows_is_refused() -> None:
    plan = msgspec.to_builtins(holding("x"))
    plan["changes"][0]["after"] = {"x": msgspec.msgpack.Ext(9, b"")}
    with pytest.raises(PlanFileError, match="unknown extension 9"):
        decode_plan(msgspec.msgpack.encode(plan))


def test_a_plan_holds_nothing_but_data() -> None:
    with pytest.raises(TypeError, match="a plan cannot hold object"):
        encode_plan(holding(object()))
