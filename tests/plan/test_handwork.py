"""What no API can do is said once, of what is made anew alone."""

from __future__ import annotations

import pytest

from lookervault.plan.handwork import PASSWORD
from lookervault.report.text import render_text
from model.raws import OTHER, Object, Raw, board, item, look, lookml_model, section, shared, state, user

from .making import left_to_do, plan_of

MODEL = lookml_model("shop")


def attribute(**more: object) -> Object:
    return "user_attribute", "7", {"id": "7", "name": "region", "label": "R", "type": "string", **more}


@pytest.mark.parametrize(
    ("wanted", "done_by_hand"),
    [
        pytest.param(user("20", "a@x.com"), [PASSWORD], id="password"),
        pytest.param(
            user("20", "a@x.com", credentials_api3=[{"id": "1"}], credentials_totp={"verified": True}),
            [
                "API keys are not copied: make new ones for who needs them",
                PASSWORD,
                "the second factor is enrolled again at the next login",
            ],
            id="keys",
        ),
        pytest.param(
            attribute(value_is_hidden=True),
            ["its values are hidden, so no backup has them: enter the default and those of groups and users"],
            id="hidden",
        ),
        pytest.param(attribute(), [], id="plain"),
        pytest.param(
            look("30", "L", public=True),
            ["is public and gets another public address: tell those who use it"],
            id="public",
        ),
        pytest.param(
            board("60", "B", section("61", "S", item("62", custom_url="/browse", use_custom_image=True))),
            ["images of items cannot be read: upload 1 again"],
            id="image",
        ),
    ],
)
def test_what_a_new_object_leaves_to_people(wanted: Object, done_by_hand: list[str]) -> None:
    plan = plan_of(state(shared(), MODEL, wanted), state(shared(), MODEL, host=OTHER))
    assert [line.split(": ", 1)[1] for line in left_to_do(plan)] == done_by_hand


def test_a_login_through_an_identity_provider_comes_back_by_itself() -> None:
    raw: Raw = {"credentials_saml": {"saml_user_id": "s", "email": "a@x.com"}}
    plan = plan_of(state(shared(), user("20", "a@x.com", **raw)), state(shared(), host=OTHER))
    assert any("single sign-on" in line for line in left_to_do(plan))


def test_what_is_there_already_leaves_nothing_to_do() -> None:
    wanted = state(shared(), user("20", "a@x.com", first_name="A", credentials_api3=[{"id": "1"}]))
    plan = plan_of(wanted, state(shared(), user("120", "a@x.com", first_name="B"), host=OTHER))
    assert plan.changes
    assert left_to_do(plan) == []


def test_it_stands_at_the_end_and_only_once() -> None:
    people = [user(str(n), f"{n}@x.com") for n in range(20, 25)]
    text = render_text(plan_of(state(shared(), *people), state(shared(), host=OTHER)))
    assert text.count("send a set-up link") == 1
    assert text.index("will be created") < text.index("For you to do once it is applied:")
    assert "user:20@x.com and 4 more: is made without a password" in text
