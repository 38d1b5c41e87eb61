from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookervault.model.secrets import MARKER, OPAQUE_FIELDS, SECRET_FIELDS, redact

from .values import JSON

SALT = b"salt"
SECRET = "hunter2 and more"


def walk(value: Any, field: str) -> Any:
    """The value wrapped a few levels deep, as the API would nest it."""
    return {"id": "1", "credentials": [{"type": "email", field: value}]}


@pytest.mark.parametrize("field", sorted(SECRET_FIELDS))
@pytest.mark.parametrize(
    "value", [SECRET, [SECRET], {"inner": SECRET}, 12345], ids=["text", "list", "map", "int"]
)
def test_a_secret_is_replaced_wherever_it_is(field: str, value: Any) -> None:
    text = json.dumps(redact(walk(value, field), SALT))
    assert SECRET not in text
    assert "12345" not in text
    assert MARKER in text


@pytest.mark.parametrize(
    "field",
    [
        "password_reset_url",
        "account_setup_url",
        "client_secret",
        "secret_parameters",
        "authorization_token",
        "git_password",
        "certificate",
    ],
)
def test_what_counts_as_secret(field: str) -> None:
    assert redact({field: SECRET}, SALT)[field].startswith(MARKER)


@pytest.mark.parametrize("value", [None, "", [], {}, False, True])
def test_that_there_is_no_secret_is_no_secret(value: Any) -> None:
    assert redact({"password": value}, SALT) == {"password": value}


def test_the_digest_tells_that_a_secret_changed_and_no_more() -> None:
    first, again, changed = (redact({"password": s}, SALT)["password"] for s in ("a", "a", "b"))
    assert first == again != changed
    assert redact({"password": "a"}, b"pepper")["password"] != first


@pytest.mark.parametrize("field", sorted(OPAQUE_FIELDS))
def test_what_people_write_into_visualisations_is_theirs(field: str) -> None:
    raw = {field: {"password": "shown on purpose", "secret": 1}}
    assert redact(raw, SALT) == raw


@given(JSON)
def test_without_a_secret_the_same_object_comes_back(value: Any) -> None:
    assert redact(value, SALT) is value


@given(st.dictionaries(st.sampled_from([*sorted(SECRET_FIELDS)[:4], "vis_config", "id"]), JSON, max_size=5))
def test_redacting_twice_is_redacting_once(value: Any) -> None:
    once = redact(value, SALT)
    assert redact(once, SALT) == once


def test_what_surrounds_a_secret_stays() -> None:
    raw = walk(SECRET, "password")
    clean = redact(raw, SALT)
    assert clean["id"] == "1"
    assert clean["credentials"][0]["type"] == "email"
    assert raw["credentials"][0]["password"] == SECRET


@pytest.mark.parametrize("field", ["value", "default_value"])
def test_a_hidden_value_is_replaced_though_nothing_else_there_is_secret(field: str) -> None:
    row = {"name": "token", "value_is_hidden": True, field: SECRET}
    for told in (row, [row], {"rows": [row]}):
        assert SECRET not in json.dumps(redact(told, SALT))
    shown = {**row, "value_is_hidden": False}
    assert redact(shown, SALT) is shown
