"""The calls that each change of sets, folders, looks and people takes, as literal tables."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from model.raws import (
    HOST,
    OTHER,
    QUERY,
    Object,
    folder,
    group,
    holders,
    look,
    lookml_model,
    model_set,
    permission_set,
    role,
    shared,
    state,
    user,
)

from .making import calls, plan_of

ROOTS = (shared(), lookml_model("shop"))
PEOPLE = (
    user("21", "ann@example.com"),
    user("22", "bob@example.com"),
    group("31", "Team"),
    group("32", "Inner"),
    group("33", "Other"),
    permission_set("34", "Viewer", ["see_looks"]),
    permission_set("37", "Editor", ["save_content"]),
    model_set("35", "Models", ["shop"]),
)


def creation(*objects: Object, there: tuple[Object, ...] = ()) -> list[str]:
    """The calls that make these on an instance that has the rest."""
    observed = state(*ROOTS, *there, host=OTHER)
    return calls(plan_of(state(*ROOTS, *there, *objects, host=HOST), observed))


def update(before: tuple[Object, ...], after: tuple[Object, ...], *both: Object) -> list[str]:
    """The calls that turn one into the other on one instance."""
    return calls(plan_of(state(*ROOTS, *both, *after), state(*ROOTS, *both, *before)))


CREATIONS: list[tuple[str, list[Object], list[str]]] = [
    (
        "permission set",
        [permission_set("9", "P", ["b", "a"])],
        ['POST /permission_sets {"name": "P", "permissions": ["a", "b"]}'],
    ),
    ("model set", [model_set("9", "M", [])], ['POST /model_sets {"name": "M"}']),
    ("folder", [folder("9", "F")], ['POST /folders {"name": "F", "parent_id": "<folder:Shared>"}']),
    (
        "look",
        [look("9", "L", description="about", is_run_on_load=True)],
        [
            'POST /queries {"model": "shop", "view": "orders", "fields": ["orders.id", "orders.count"]}',
            'POST /looks {"title": "L", "description": "about", "is_run_on_load": true, '
            '"folder_id": "<folder:Shared>", "query_id": "<query orders>", "public": false}',
        ],
    ),
    (
        "public look",
        [look("9", "L", public=True)],
        [
            'POST /queries {"model": "shop", "view": "orders", "fields": ["orders.id", "orders.count"]}',
            'POST /looks {"title": "L", "public": true, "folder_id": "<folder:Shared>", '
            '"query_id": "<query orders>"}',
        ],
    ),
    (
        "user",
        [user("9", "ann@example.com", first_name="Ann", is_disabled=False, locale="en")],
        [
            'POST /users {"first_name": "Ann", "is_disabled": false, "locale": "en"}',
            'POST /users/<user:ann@example.com>/credentials_email {"email": "ann@example.com"}',
        ],
    ),
    ("group", [group("9", "G")], ['POST /groups {"name": "G"}']),
]


@pytest.mark.parametrize(("objects", "expected"), [c[1:] for c in CREATIONS], ids=[c[0] for c in CREATIONS])
def test_the_calls_of_a_create(objects: list[Object], expected: list[str]) -> None:
    assert creation(*objects) == expected


UPDATES: list[tuple[str, Object, dict[str, Any], list[str]]] = [
    ("set", permission_set("9", "P", ["a"]), {"permissions": ["b"]}, ['{"permissions": ["b"]}']),
    ("emptied set", model_set("9", "M", ["shop"]), {"models": []}, ['{"models": []}']),
    ("renamed set", permission_set("9", "P", ["a"]), {"name": "New"}, ['{"name": "New"}']),
    ("renamed folder", folder("9", "F"), {"name": "New"}, ['{"name": "New"}']),
    (
        "look",
        look("9", "L", public=True),
        {"public": None, "title": "New"},
        ['{"public": false, "title": "New"}'],
    ),
    ("cleared text", look("9", "L", description="x"), {"description": None}, ['{"description": null}']),
    ("user", user("9", "a@b.c", locale="en"), {"locale": "de"}, ['{"locale": "de"}']),
    (
        "disabled user",
        user("9", "a@b.c", is_disabled=False),
        {"is_disabled": True},
        ['{"is_disabled": true}'],
    ),
    ("group", group("9", "G"), {"name": "New"}, ['{"name": "New"}']),
]


@pytest.mark.parametrize(
    ("before", "fields", "bodies"), [u[1:] for u in UPDATES], ids=[u[0] for u in UPDATES]
)
def test_an_update_sends_only_what_differs(before: Object, fields: dict[str, Any], bodies: list[str]) -> None:
    kind, id_, raw = copy.deepcopy(before)
    (sent,) = update((before,), ((kind, id_, raw | fields),))
    method, path, body = sent.split(" ", 2)
    assert method == "PATCH"
    assert path.startswith(f"/{kind}s/<{kind}:")
    assert [body.split("> ")[-1]] == bodies


def test_a_moved_folder_is_one_call() -> None:
    both = (folder("8", "A"), folder("7", "B"))
    assert update((folder("9", "F", "7"),), (folder("9", "F", "8"),), *both) == [
        'PATCH /folders/<folder:Shared/A/F> {"parent_id": "<folder:Shared/A>"}'
    ]


def test_a_look_with_another_query() -> None:
    before, after = look("9", "L"), look("9", "L", query={**QUERY, "view": "users", "limit": 10})
    assert update((before,), (after,)) == [
        'POST /queries {"model": "shop", "view": "users", "fields": ["orders.id", "orders.count"], '
        '"limit": "10"}',
        'PATCH /looks/<look:Shared/L> {"query_id": "<query users>"}',
    ]


def test_a_look_whose_query_could_not_be_read_keeps_the_one_it_has() -> None:
    unread = look("9", "L", query=None, query_id="404", description="new")
    assert update((look("9", "L", description="old"),), (unread,)) == [
        'PATCH /looks/<look:Shared/L> {"description": "new"}'
    ]


def test_a_look_whose_query_could_not_be_read_is_no_change_of_its_query() -> None:
    unread = look("9", "L", query=None, query_id="404")
    assert plan_of(state(*ROOTS, unread), state(*ROOTS, look("9", "L"))).changes == []


def test_a_look_whose_query_could_not_be_read_is_not_made_without_one() -> None:
    assert creation(look("9", "L", query=None, query_id="404")) == []


def test_a_mail_that_changed_is_a_call_of_its_own() -> None:
    before = ("user", "9", {"id": "9", "email": "a@b.c", "credentials_email": {"email": "old@b.c"}})
    after = ("user", "9", {"id": "9", "email": "a@b.c", "credentials_email": {"email": "new@b.c"}})
    assert update((before,), (after,)) == ['PATCH /users/<user:a@b.c>/credentials_email {"email": "new@b.c"}']


def membership(team: list[str], inner: str = "32") -> tuple[Object, ...]:
    """Team with these users as members, `inner` as a group inside it."""
    objects = []
    for kind, id_, raw in copy.deepcopy(PEOPLE):
        if kind == "user":
            raw["group_ids"] = ["31"] if id_ in team else []
        if kind == "group" and id_ == inner:
            raw["parent_group_ids"] = ["31"]
        objects.append((kind, id_, raw))
    return tuple(objects)


def test_members_come_and_go_one_by_one() -> None:
    assert update(membership(["21"]), membership(["22"])) == [
        "DELETE /groups/<group:Team>/users/<user:ann@example.com>",
        'POST /groups/<group:Team>/users {"user_id": "<user:bob@example.com>"}',
    ]


def test_groups_leave_before_others_enter() -> None:
    assert update(membership([], inner="32"), membership([], inner="33")) == [
        "DELETE /groups/<group:Team>/groups/<group:Inner>",
        'POST /groups/<group:Team>/groups {"group_id": "<group:Other>"}',
    ]


def test_a_new_group_with_members() -> None:
    kind, id_, raw = user("21", "ann@example.com")
    ann = (kind, id_, raw | {"group_ids": ["9"]})
    inner = group("32", "Inner", parent_group_ids=["9"])
    desired = state(ann, inner, group("9", "G"))
    assert calls(
        plan_of(desired, state(user("91", "ann@example.com"), group("92", "Inner"), host=OTHER))
    ) == [
        'POST /groups {"name": "G"}',
        'POST /groups/<group:G>/groups {"group_id": "<group:Inner>"}',
        'POST /groups/<group:G>/users {"user_id": "<user:ann@example.com>"}',
    ]


def test_a_new_role_with_holders() -> None:
    assert creation(role("9", "R", "34", "35"), *holders("9", ["21"], ["31"]), there=PEOPLE) == [
        'POST /roles {"name": "R", "permission_set_id": "<permission_set:Viewer>", '
        '"model_set_id": "<model_set:Models>"}',
        'PUT /roles/<role:R>/groups ["<group:Team>"]',
        'PUT /roles/<role:R>/users ["<user:ann@example.com>"]',
    ]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (
            (role("9", "R", "37", "35"), *holders("9", ["21"], [])),
            ['PATCH /roles/<role:R> {"permission_set_id": "<permission_set:Editor>"}'],
        ),
        ((role("9", "R", "34", "35"), *holders("9", [], [])), ["PUT /roles/<role:R>/users []"]),
        (
            (role("9", "R", "34", "35"), *holders("9", ["21", "22"], ["31"])),
            [
                'PUT /roles/<role:R>/groups ["<group:Team>"]',
                'PUT /roles/<role:R>/users ["<user:ann@example.com>", "<user:bob@example.com>"]',
            ],
        ),
        (
            (role("9", "New", "34", "35"), *holders("9", ["21"], [])),
            ['PATCH /roles/<role:New> {"name": "New"}'],
        ),
    ],
    ids=["other set", "nobody", "more", "renamed"],
)
def test_a_changed_role(after: tuple[Object, ...], expected: list[str]) -> None:
    before = (role("9", "R", "34", "35"), *holders("9", ["21"], []))
    assert update(before, after, *PEOPLE) == expected


def test_what_is_harmless_twice_needs_no_probe() -> None:
    plan = plan_of(
        state(*ROOTS, *membership(["21"]), look("9", "L", description="new")),
        state(*ROOTS, *membership([]), look("9", "L", description="old")),
    )
    steps = [s for n in plan.nodes for s in n.steps]
    assert {s.method for s in steps} == {"PATCH", "POST"}
    assert all(s.repeatable and s.probe is None for s in steps)
