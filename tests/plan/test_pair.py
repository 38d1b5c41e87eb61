from __future__ import annotations

import pytest

from lookervault.errors import AmbiguousPair
from lookervault.model.resource import State
from lookervault.plan.pair import IdMap, pair
from model.raws import (
    OTHER,
    Object,
    dashboard,
    folder,
    group,
    look,
    lookml_model,
    shared,
    state,
    user,
    users_root,
)


def here(*objects: Object) -> State:
    return state(shared(), *objects)


def there(*objects: Object, root: str = "1001") -> State:
    """The other instance; ids differ, the root has one of its own."""
    return state(shared(root), *objects, host=OTHER)


def pairs(desired: State, observed: State, mapping: IdMap | None = None) -> dict[str, tuple[str, str]]:
    """Desired address to observed address and how, without the roots."""
    found = pair(desired, observed, mapping or {}).pairing
    assert {o: d for d, o in found.observed.items()} == found.desired
    return {d: (o, found.how[d]) for d, o in found.observed.items() if d != "folder:Shared"}


def test_names_pair_below_paired_parents() -> None:
    desired = here(folder("2", "Sales"), dashboard("5", "KPIs", "2"))
    observed = there(folder("92", "Sales", "1001"), dashboard("95", "KPIs", "92"))
    assert pairs(desired, observed) == {
        "folder:Shared/Sales": ("folder:Shared/Sales", "name"),
        "dashboard:Shared/Sales/KPIs": ("dashboard:Shared/Sales/KPIs", "name"),
    }


def test_ids_mean_nothing_on_another_instance() -> None:
    assert pairs(here(dashboard("5", "A")), there(dashboard("5", "B", "1001"))) == {}


def test_on_one_instance_the_id_is_stronger_than_the_name() -> None:
    desired = here(dashboard("5", "A"), dashboard("6", "B"))
    observed = here(dashboard("5", "B"), dashboard("6", "A"))
    assert pairs(desired, observed) == {
        "dashboard:Shared/A": ("dashboard:Shared/B", "id"),
        "dashboard:Shared/B": ("dashboard:Shared/A", "id"),
    }


def test_a_stored_mapping_is_stronger_than_slug_and_name() -> None:
    desired = here(dashboard("5", "A", slug="s"))
    observed = there(dashboard("95", "A", "1001", slug="s"), dashboard("96", "B", "1001"))
    assert pairs(desired, observed, {("dashboard", "5"): "96"}) == {
        "dashboard:Shared/A": ("dashboard:Shared/B", "mapping")
    }


def test_a_mapping_to_what_is_gone_is_no_mapping() -> None:
    observed = there(dashboard("95", "A", "1001"))
    assert pairs(here(dashboard("5", "A")), observed, {("dashboard", "5"): "77"}) == {
        "dashboard:Shared/A": ("dashboard:Shared/A", "name")
    }


def test_a_dashboard_that_was_moved_and_renamed_is_found_by_its_slug() -> None:
    desired = here(folder("2", "Sales"), dashboard("5", "KPIs", "2", slug="kPi"))
    observed = there(dashboard("95", "Old title", "1001", slug="kPi"))
    assert pairs(desired, observed) == {"dashboard:Shared/Sales/KPIs": ("dashboard:Shared/Old title", "slug")}


def test_a_slug_belongs_to_its_kind_and_an_empty_one_to_nobody() -> None:
    desired = here(dashboard("5", "A", slug=""), dashboard("6", "B", slug=None))
    assert pairs(desired, there(dashboard("95", "C", "1001", slug=""))) == {}


def test_below_a_renamed_folder_everything_still_pairs() -> None:
    desired = here(folder("2", "New"), folder("3", "Inner", "2"), look("5", "L", "3"))
    observed = there(folder("92", "Old", "1001"), folder("93", "Inner", "92"), look("95", "L", "93"))
    assert pairs(desired, observed, {("folder", "2"): "92"}) == {
        "folder:Shared/New": ("folder:Shared/Old", "mapping"),
        "folder:Shared/New/Inner": ("folder:Shared/Old/Inner", "name"),
        "look:Shared/New/Inner/L": ("look:Shared/Old/Inner/L", "name"),
    }


def test_a_folder_of_one_name_elsewhere_is_another_folder() -> None:
    desired = here(folder("2", "A"), folder("3", "X", "2"))
    observed = there(folder("92", "B", "1001"), folder("93", "X", "92"))
    assert pairs(desired, observed) == {}


def test_personal_folders_pair_by_their_owners() -> None:
    def side(host: str, home: str, owner: str) -> State:
        personal = folder(home, "Ann", "2", is_personal=True)
        drafts = folder(home + "1", "Drafts", home)
        ann = user(owner, "ann@example.com", personal_folder_id=home)
        return state(users_root(), personal, drafts, ann, host=host)

    found = pairs(side("a", "20", "3"), side("b", "70", "8"))
    assert found["folder:@user:ann@example.com"] == ("folder:@user:ann@example.com", "name")
    assert found["folder:@user:ann@example.com/Drafts"][1] == "name"


def test_models_pair_by_name() -> None:
    found = pairs(here(lookml_model("shop")), there(lookml_model("shop"), lookml_model("crm")))
    assert found == {"lookml_model:shop": ("lookml_model:shop", "name")}


def test_a_name_is_case_sensitive() -> None:
    assert pairs(here(dashboard("5", "kpis")), there(dashboard("95", "KPIs", "1001"))) == {}


def test_people_without_mail_are_never_taken_for_each_other() -> None:
    """Their only name is an id, and ids mean nothing on another instance."""
    assert pairs(here(user("12", None)), there(user("12", None))) == {}


def test_homes_of_people_without_mail_are_never_taken_for_each_other() -> None:
    home = folder("20", "Somebody", "2", is_personal=True)
    nobody = user("12", None, personal_folder_id="20")
    found = pairs(here(users_root(), home, nobody), there(users_root(), home, nobody))
    assert "folder:@user:#12" not in found


def test_parents_that_nobody_saw_are_never_taken_for_each_other() -> None:
    assert pairs(here(folder("3", "X", "99")), there(folder("93", "X", "99"))) == {}


def test_two_observed_objects_of_one_name_are_an_error_that_names_both() -> None:
    observed = there(dashboard("95", "A", "1001"), dashboard("96", "A", "1001"))
    with pytest.raises(AmbiguousPair) as caught:
        pair(here(dashboard("5", "A")), observed, {})
    message = caught.value.message
    assert "dashboard:Shared/A could be" in message
    assert "dashboard:Shared/A#95" in message
    assert "dashboard:Shared/A#96" in message
    assert "mapping set" in caught.value.hint


def test_a_mapping_decides_between_two_of_one_name() -> None:
    observed = there(dashboard("95", "A", "1001"), dashboard("96", "A", "1001"))
    assert pairs(here(dashboard("5", "A")), observed, {("dashboard", "5"): "96"}) == {
        "dashboard:Shared/A": ("dashboard:Shared/A#96", "mapping")
    }


def test_two_desired_objects_of_one_name_are_an_error_that_names_both() -> None:
    desired = here(dashboard("5", "A"), dashboard("6", "A"))
    with pytest.raises(AmbiguousPair) as caught:
        pair(desired, there(dashboard("95", "A", "1001")), {})
    assert "dashboard:Shared/A#5" in caught.value.message
    assert "dashboard:Shared/A#6" in caught.value.message


def test_a_slug_and_a_name_that_lead_to_different_objects_are_an_error() -> None:
    desired = here(dashboard("5", "A", slug="s"))
    observed = there(dashboard("95", "B", "1001", slug="s"), dashboard("96", "A", "1001"))
    with pytest.raises(AmbiguousPair) as caught:
        pair(desired, observed, {})
    assert "dashboard:Shared/A could be dashboard:Shared/A or dashboard:Shared/B" in caught.value.message


def test_two_mappings_to_one_object_are_an_error() -> None:
    desired = here(group("5", "A"), group("6", "B"))
    with pytest.raises(AmbiguousPair, match="group:A and group:B would both be group:C"):
        pair(desired, there(group("95", "C")), {("group", "5"): "95", ("group", "6"): "95"})


def test_a_name_that_was_given_up_may_be_taken_by_another() -> None:
    """B became A, and what was called A is C now: the ids tell."""
    desired = here(dashboard("5", "C"), dashboard("6", "A"))
    observed = here(dashboard("5", "A"), dashboard("6", "B"))
    assert pairs(desired, observed) == {
        "dashboard:Shared/C": ("dashboard:Shared/A", "id"),
        "dashboard:Shared/A": ("dashboard:Shared/B", "id"),
    }


def test_nothing_pairs_with_nothing() -> None:
    assert pair(state(), state(host=OTHER), {}).pairing.observed == {}


def colors(id_: str, label: str, *shades: str) -> Object:
    palettes = [{"id": f"{id_}-{n}", "label": f"P{n}", "colors": [s]} for n, s in enumerate(shades)]
    return "color_collection", id_, {"id": id_, "label": label, "categoricalPalettes": palettes}


def by_id(desired: State, observed: State) -> dict[str, str]:
    """Desired id to observed id of the color collections that pair."""
    found = pair(desired, observed, {}).pairing.observed.items()
    return {
        desired.resources[d].id: observed.resources[o].id
        for d, o in found
        if d.startswith("color_collection:")
    }


def test_of_several_that_may_share_a_name_the_most_alike_pair() -> None:
    desired = here(colors("1", "Brand", "#111", "#222"), colors("2", "Brand", "#333"))
    observed = there(colors("91", "Brand", "#333"), colors("92", "Brand", "#111", "#222"))
    assert by_id(desired, observed) == {"1": "92", "2": "91"}


def test_of_several_that_are_equal_the_order_of_ids_decides() -> None:
    desired = here(*(colors(i, "Brand", "#111") for i in ("1", "2")))
    observed = there(*(colors(i, "Brand", "#111") for i in ("93", "92", "91")))
    assert by_id(desired, observed) == {"1": "91", "2": "92"}


def test_what_may_share_its_name_still_needs_the_same_name() -> None:
    assert by_id(here(colors("1", "Brand", "#111")), there(colors("91", "Other", "#111"))) == {}
