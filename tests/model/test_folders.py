from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lookervault.model.address import Address
from lookervault.model.values import Link

from .raws import Object, dashboard, folder, shared, state, user, users_root


def addresses(*objects: Object) -> dict[str, str]:
    """Address by folder id."""
    found = state(*objects).resources.values()
    return {r.id: r.address.removeprefix("folder:") for r in found if r.kind == "folder"}


@pytest.mark.parametrize(
    ("flag", "name"),
    [
        ("is_shared_root", "Shared"),
        ("is_users_root", "Users"),
        ("is_embed_shared_root", "Embed Groups"),
        ("is_embed_users_root", "Embed Users"),
    ],
)
def test_a_root_is_told_by_its_flag_not_by_name_or_id(flag: str, name: str) -> None:
    root = ("folder", "77", {"id": "77", "name": "Home", "parent_id": None, flag: True})
    assert addresses(root, folder("78", "Shared", "77")) == {"77": name, "78": f"{name}/Shared"}


def test_the_lookml_folder_is_a_root() -> None:
    assert addresses(("folder", "lookml", {"id": "lookml", "name": "LookML Dashboards"})) == {
        "lookml": "LookML"
    }


def test_roots_are_the_same_on_instances_in_other_languages() -> None:
    assert addresses(shared(name="Shared")) == addresses(shared(name="Geteilt"))


def test_a_personal_folder_is_named_for_its_owners_mail() -> None:
    objects = (
        users_root(),
        folder("20", "Ann Lee", "2", is_personal=True),
        folder("21", "Drafts", "20", is_personal_descendant=True),
        user("3", "Ann@Example.com", personal_folder_id="20"),
    )
    assert addresses(*objects) == {
        "2": "Users",
        "20": "@user:ann@example.com",
        "21": "@user:ann@example.com/Drafts",
    }


def test_people_of_one_name_have_personal_folders_of_their_own() -> None:
    objects = (
        users_root(),
        folder("20", "Ann Lee", "2", is_personal=True),
        folder("21", "Ann Lee", "2", is_personal=True),
        user("3", "ann@example.com", personal_folder_id=20),
        user("4", "lee@example.com", personal_folder_id=21),
    )
    assert addresses(*objects) == {"2": "Users", "20": "@user:ann@example.com", "21": "@user:lee@example.com"}


def test_names_may_be_null_empty_or_hold_slashes() -> None:
    objects = (
        shared(),
        folder("3", None),
        folder("4", "a/b"),
        folder("5", "b", "3"),
        folder("6", "c\\d", "4"),
    )
    assert addresses(*objects) == {
        "1": "Shared",
        "3": "Shared/",
        "4": r"Shared/a\/b",
        "5": "Shared//b",
        "6": r"Shared/a\/b/c\\d",
    }


def test_a_tree_twelve_levels_deep() -> None:
    chain = [folder(str(n), f"L{n}", str(n - 1)) for n in range(2, 14)]
    found = addresses(*reversed(chain), shared())
    assert found["13"] == "Shared/" + "/".join(f"L{n}" for n in range(2, 14))


def test_one_name_under_different_parents_is_two_folders() -> None:
    found = addresses(
        shared(), folder("2", "A"), folder("3", "B"), folder("4", "X", "2"), folder("5", "X", "3")
    )
    assert found["4"] == "Shared/A/X"
    assert found["5"] == "Shared/B/X"


def test_two_folders_of_one_path_both_show_their_id() -> None:
    found = addresses(shared(), folder("2", "X"), folder("3", "X"), folder("4", "below", "3"))
    assert found == {"1": "Shared", "2": "Shared/X#2", "3": "Shared/X#3", "4": "Shared/X/below"}


def test_a_parent_that_was_not_seen_shows_as_its_id() -> None:
    built = state(shared(), folder("3", "X", "99"))
    assert "folder:#99/X" in built.resources
    assert built.resources["folder:#99/X"].attributes["parent"] == Link("folder:#99")
    assert [(f.level, f.address) for f in built.findings] == [("warning", "folder:#99")]


@pytest.mark.parametrize("parents", [{"3": "3"}, {"3": "4", "4": "3"}])
def test_a_folder_inside_itself_still_has_an_address(parents: dict[str, str]) -> None:
    found = addresses(shared(), *(folder(i, f"F{i}", p) for i, p in parents.items()))
    assert len(set(found.values())) == len(parents) + 1


@pytest.mark.parametrize(
    ("more", "guard"),
    [
        ({"is_shared_root": True}, "a root folder"),
        ({"is_users_root": True}, "a root folder"),
        ({"is_personal": True}, "a personal folder"),
        ({"is_embed": True}, "an embed folder"),
        ({"external_id": "tenant-7"}, "an embed folder"),
        ({"is_personal_descendant": True}, ""),
        ({"is_personal": False, "external_id": None}, ""),
        ({}, ""),
    ],
)
def test_which_folders_are_only_mapped(more: dict[str, Any], guard: str) -> None:
    built = state(("folder", "9", {"id": "9", "name": "X", "parent_id": "1"} | more))
    (found,) = built.resources.values()
    assert found.guard == guard


def test_a_folder_holds_its_name_and_its_parent_and_nothing_else() -> None:
    noise: dict[str, Any] = {
        "child_count": 3,
        "creator_id": "8",
        "content_metadata_id": "12",
        "can": {},
        "created_at": "2024",
    }
    built = state(shared(), folder("3", "X", **noise)).resources["folder:Shared/X"]
    assert built.attributes == {"name": "X", "parent": Link("folder:Shared")}
    assert built.parent == "folder:Shared"


FOLDER_NAMES = st.sampled_from(["A", "B", "A#3", "#3", "/", "\\", "", "@user:a@example.com"]) | st.text(
    max_size=4
)
TREES = st.lists(st.tuples(FOLDER_NAMES, st.integers(0, 8)), max_size=8)


@given(TREES)
@example([("A", 0), ("A", 0), ("A#3", 0)])
@example([("A", 0), ("A", 0), ("A#2", 0), ("A#3", 0)])
def test_no_folder_ever_takes_the_address_of_another(tree: list[tuple[str, int]]) -> None:
    """Ids count from 2; a parent is the root or a folder that came before."""
    objects = [folder(str(n + 2), name, str(min(up, n) + 1)) for n, (name, up) in enumerate(tree)]
    assert len(state(shared(), *objects).resources) == len(tree) + 1


@given(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=6))
def test_a_folders_address_is_its_path_of_names(names: list[str]) -> None:
    chain = [folder(str(n + 2), name, str(n + 1)) for n, name in enumerate(names)]
    assert str(Address("folder", ("Shared", *names))) in state(shared(), *chain).resources


def test_content_lies_below_its_folder_also_where_only_a_nested_folder_tells() -> None:
    nested = ("dashboard", "5", {"id": "5", "title": "D", "folder": {"id": "3"}})
    built = state(shared(), folder("3", "X"), nested, dashboard("6", "E", "3"))
    assert {"dashboard:Shared/X/D", "dashboard:Shared/X/E"} <= set(built.resources)
