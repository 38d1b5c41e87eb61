from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, example, given

from lookervault.model.normal import alike, comparable, digest, json_text, moment, pick, plain, text_id, typed
from lookervault.model.values import JsonText, Link, links, replace

from .values import JSON, LINKS, TRUTHLESS_VALUES, VALUES, respelt


@given(VALUES)
def test_a_different_spelling_is_the_same_value(value: Any) -> None:
    assert comparable(respelt(value)) == comparable(value)
    assert digest(respelt(value)) == digest(value)


@given(VALUES)
def test_a_comparable_form_is_its_own_comparable_form(value: Any) -> None:
    assert comparable(comparable(value)) == comparable(value)


@given(TRUTHLESS_VALUES, TRUTHLESS_VALUES)
@example([], {})
@example("1", 1)
@example(Link("folder:x"), "folder:x")
@example(JsonText('{"a": 1}'), {"a": 1.0})
def test_values_are_equal_exactly_when_their_digests_are(one: Any, other: Any) -> None:
    assert (comparable(one) == comparable(other)) == (digest(one) == digest(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (0, -0.0),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": None}, {}),
        ({"a": {"b": None}}, {"a": {}}),
        (JsonText('{"a":1}'), JsonText('{ "a" : 1.0 }')),
        (JsonText('[{"x":1,"y":null}]'), JsonText('[{"x":1}]')),
    ],
)
def test_equal_meaning(one: Any, other: Any) -> None:
    assert comparable(one) == comparable(other)
    assert digest(one) == digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2], [2, 1]),
        ([None], []),
        ("a", "A"),
        ("", None),
        ("1", 1),
        (Link("folder:x"), Link("folder:y")),
        (Link("folder:x"), Link("folder:x", "element:1")),
        (JsonText("no json"), JsonText("other text")),
    ],
)
def test_different_meaning(one: Any, other: Any) -> None:
    assert comparable(one) != comparable(other)
    assert digest(one) != digest(other)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(1e20, id="large float"),
        pytest.param(-(2**70), id="large integer"),
        pytest.param(float("inf"), id="infinity"),
        pytest.param(JsonText('"half an emoji \\ud83d"'), id="lone surrogate"),
        pytest.param(JsonText("[" * 5000), id="deep nesting"),
        pytest.param("\u2028\x00", id="control characters"),
    ],
)
def test_any_value_that_looker_may_hold_has_a_digest(value: Any) -> None:
    assert digest({"vis_config": value}) == digest({"vis_config": value})
    assert digest({"vis_config": value}) != digest({"vis_config": "something else"})


@given(VALUES, LINKS, LINKS)
def test_links_are_renamed_wherever_they_are(value: Any, old: Link, new: Link) -> None:
    assume(old != new)
    renamed = comparable(value, {old: new})
    assert old not in list(links(renamed))
    assert [new if x == old else x for x in links(comparable(value))] == list(links(renamed))


@given(JSON)
def test_replacing_nothing_changes_nothing(value: Any) -> None:
    assert replace(value, lambda link: link, lambda text: text) == value


def test_links_come_in_order_of_appearance() -> None:
    value = {"b": Link("user:b"), "a": [Link("user:a"), {"x": Link("folder:c", "element:1")}], "n": 1}
    assert [(x.to, x.part) for x in links(value)] == [
        ("user:b", ""),
        ("user:a", ""),
        ("folder:c", "element:1"),
    ]


@pytest.mark.parametrize(
    ("value", "text"), [(12, "12"), ("12", "12"), (None, ""), ("m::d", "m::d"), (0, "0")]
)
def test_an_id_is_text_whatever_the_version_sends(value: Any, text: str) -> None:
    assert text_id(value) == text


@pytest.mark.parametrize("value", ["", [], {}, None])
def test_nothing_has_one_spelling(value: Any) -> None:
    assert plain(value) is None


@pytest.mark.parametrize("value", [0, 0.0, False, " ", [None], {"a": None}])
def test_zero_false_and_blanks_are_something(value: Any) -> None:
    assert plain(value) == value
    assert type(plain(value)) is type(value)


@pytest.mark.parametrize(
    ("value", "type_name", "spelt"),
    [(500, "str", "500"), (12.5, "str", "12.5"), (True, "str", True), (5, "int", 5), (["a"], "str", ["a"])],
)
def test_a_field_is_spelt_as_its_type_says(value: Any, type_name: str, spelt: Any) -> None:
    assert typed(value, type_name) == spelt
    assert type(typed(value, type_name)) is type(spelt)


@pytest.mark.parametrize("value", [None, "", "[]", "{}", "null", '""', [], {}])
def test_empty_json_text_says_nothing(value: Any) -> None:
    assert json_text(value) is None


def test_json_text_is_kept_as_it_was_written() -> None:
    kept = json_text('[ {"b":1,\n "a":2} ]')
    assert isinstance(kept, JsonText)
    assert kept.text == '[ {"b":1,\n "a":2} ]'


def test_json_that_came_as_a_value_is_wrapped_as_text() -> None:
    assert json_text([{"a": 1}]) == JsonText('[{"a": 1}]')


def test_pick_keeps_declared_fields_that_say_something() -> None:
    raw = {"title": "T", "note": "", "limit": 500, "models": ["b", "a", "b"], "vis": None, "can": {"x": True}}
    types = {"title": "str", "note": "str", "limit": "str", "models": "list[str]", "vis": "map"}
    assert pick(raw, types, sets=frozenset({"models"})) == {
        "title": "T",
        "limit": "500",
        "models": ["a", "b"],
    }


def test_alike_is_equal_to_the_byte_and_never_more() -> None:
    assert alike({"a": 1, "b": [Link("x")]}, {"b": [Link("x")], "a": 1})
    assert not alike({"a": 1}, {"a": True})
    assert not alike({"a": Link("x")}, {"a": Link("y")})
    # what no JSON can hold is for a closer look
    assert not alike({"a": "\ud800"}, {"a": "\ud800"})


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.000Z",
        "2026-01-01 00:00:00+0000",
        "2026-01-01T01:00:00+01:00",
        "2026-01-01",
    ],
)
def test_a_time_is_the_same_however_it_is_written(text: str) -> None:
    assert moment(text) == "2026-01-01T00:00:00.000+00:00"


@pytest.mark.parametrize("value", ["soon", None, 7, ""])
def test_what_is_no_time_is_left_alone(value: object) -> None:
    assert moment(value) == value


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(3, 3), (3.0, 3), ("3", 3), ("-3.0", -3), ("2.5", 2.5), (2.5, 2.5), (str(2**60 + 1), 2**60 + 1)],
)
def test_a_number_is_one_however_it_is_spelled(value: Any, wanted: Any) -> None:
    assert typed(value, "int") == wanted
    assert type(typed(value, "float")) is type(wanted)


@pytest.mark.parametrize(("value", "wanted"), [("", None), (None, None), ("many", "many"), (True, True)])
def test_what_is_no_number_stays_what_it_is(value: Any, wanted: Any) -> None:
    assert typed(value, "int") is wanted
