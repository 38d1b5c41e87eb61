"""Access lists of folders from one instance to another, judged by plain reads."""

from __future__ import annotations

from typing import Any

import pytest

import judge
from lookervault.errors import ApiError
from lookervault.plan.change import Action
from lookervault.sandbox import Faults, Instance, Server
from lookervault.sandbox.rules import access, grants, groups
from lookervault.sandbox.rules.grants import EDIT, GRANT, VIEW
from world import KEY, world

from .small import folder, named, shared_root, small_instance, small_target

Lists = dict[str, Any]

LOSSES = ("429", "502", "reset_before", "reset_after")

# from the top down; Zone holds Cleo and Readers, and Readers holds Ben
RESTRICTED = {
    "Shared": {"All Users": VIEW, "Zone": EDIT},
    "Sales": {"Zone": EDIT, "ann": VIEW},
    "EMEA": {"Zone": EDIT, "ann": EDIT, "ben": EDIT},
}


def source_instance() -> Instance:
    inst = small_instance()
    restrict(inst)
    return inst


def restrict(inst: Instance) -> None:
    """Gives the folders grants of their own."""
    groups.add_user(inst, inst.find("group", who(inst, "Zone")[1]), who(inst, "cleo")[1])
    for name, wanted in RESTRICTED.items():
        share(inst, shared_root(inst) if name == "Shared" else folder(inst, name), wanted)


def share(inst: Instance, folder_id: str, wanted: dict[str, str]) -> None:
    """Gives a folder these grants and no others."""
    record = inst.find("folder", folder_id)
    access.set_inherits(inst, "folder", record, False)
    left = {who(inst, name): permission for name, permission in wanted.items()}
    for each in grants.own(inst, record):
        permission = left.pop(grants.principal(each), None)
        if permission is None:
            inst.delete(GRANT, each["id"])
        else:
            inst.edit(GRANT, each["id"], permission_type=permission)
    for (field, key), permission in left.items():
        place = {"content_metadata_id": record["content_metadata_id"], field: key}
        inst.create(GRANT, permission_type=permission, **place)


def who(inst: Instance, name: str) -> tuple[str, Any]:
    if name.islower():
        return "user_id", named(inst, "user", first_name=name.title())["id"]
    return "group_id", named(inst, "group", name=name)["id"]


def lists(server: Server) -> Lists:
    """Folder path to who may do what there, or to `inherits`, as any client would read it."""
    reader = judge.Reader(server.url, *KEY)
    try:
        rows = {f["id"]: f for f in reader.get("/folders")}
        names = {("group_id", g["id"]): g["name"] for g in reader.pages("/groups", sorts="id")}
        names |= {("user_id", u["id"]): u["email"] for u in reader.pages("/users", sorts="id")}

        def told(row: Any) -> Any:
            metadata = row["content_metadata_id"]
            if reader.get(f"/content_metadata/{metadata}")["inherits"]:
                return "inherits"
            found = reader.get("/content_metadata_access", content_metadata_id=metadata)
            return {_name(names, grant): grant["permission_type"] for grant in found}

        shared = [r for r in rows.values() if path(rows, r).startswith("Shared")]
        return {path(rows, row): told(row) for row in shared}
    finally:
        reader.close()


def path(rows: dict[str, Any], row: Any) -> str:
    above = rows.get(row["parent_id"])
    return f"{path(rows, above)}/{row['name']}" if above else str(row["name"])


def _name(names: dict[tuple[str, str], str], grant: Any) -> str:
    field = "group_id" if grant["group_id"] else "user_id"
    return names[field, grant[field]]


def grant_ids(inst: Instance) -> set[str]:
    return {g["id"] for g in inst.all(GRANT)}


def test_the_reading_tells_what_was_shared() -> None:
    with world(source_instance()) as here:
        assert lists(here.source) == {
            "Shared": {"All Users": "view", "Zone": "edit"},
            "Shared/Sales": {"Zone": "edit", "ann@example.com": "view"},
            "Shared/Sales/EMEA": {
                "Zone": "edit",
                "ann@example.com": "edit",
                "ben@example.com": "edit",
            },
            "Shared/Archive": "inherits",
        }


def test_access_comes_to_a_blank_instance_and_stays_as_it_is() -> None:
    source = source_instance()
    for workers in (1, 8):
        with world(source, small_target(source)) as both:
            plan = both.migrate(workers)
            assert sorted(c.address for c in plan.changes if c.kind == "content_access") == [
                "content_access:Shared",
                "content_access:Shared/Sales",
                "content_access:Shared/Sales/EMEA",
            ]
            assert lists(both.target) == lists(both.source)
            assert both.plan().changes == []
            before, sent = grant_ids(both.target.instance), len(both.writes())
            assert both.apply(both.plan()).applied == 0
            assert len(both.writes()) == sent
            assert grant_ids(both.target.instance) == before


def test_an_instance_is_what_its_snapshot_says() -> None:
    with world(source_instance()) as here:
        assert here.plan().changes == []


def test_grants_change_in_place() -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        theirs = folder(both.target.instance, "EMEA")
        metadata = both.target.instance.find("folder", theirs)["content_metadata_id"]
        before = {
            (g["group_id"], g["user_id"]): g["id"]
            for g in both.target.instance.all(GRANT)
            if g["content_metadata_id"] == metadata
        }
        share(source, folder(source, "EMEA"), {"Zone": EDIT, "ben": VIEW, "cleo": EDIT})
        (change,) = both.plan().changes
        assert (change.action, change.address) == (Action.UPDATE, "content_access:Shared/Sales/EMEA")
        both.migrate()
        assert lists(both.target) == lists(both.source)
        after = {
            (g["group_id"], g["user_id"]): g["id"]
            for g in both.target.instance.all(GRANT)
            if g["content_metadata_id"] == metadata
        }
        assert all(after[each] == before[each] for each in before.keys() & after.keys())
        assert len(before.keys() & after.keys()) == 2
        assert both.plan().changes == []


def test_a_folder_begins_and_ends_to_inherit() -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        access.set_inherits(source, "folder", source.find("folder", folder(source, "EMEA")), True)
        share(source, folder(source, "Archive"), {"Zone": EDIT, "ben": VIEW})
        both.migrate()
        found = lists(both.target)
        assert found["Shared/Sales/EMEA"] == "inherits"
        assert found == lists(both.source)
        assert both.plan().changes == []


def test_back_to_an_earlier_snapshot() -> None:
    inst = source_instance()
    with world(inst) as here:
        snapshot, before = here.extract(), lists(here.source)
        access.set_inherits(inst, "folder", inst.find("folder", folder(inst, "EMEA")), True)
        share(inst, folder(inst, "Archive"), {"Zone": EDIT, "All Users": VIEW, "cleo": EDIT})
        share(inst, folder(inst, "Sales"), {"Zone": EDIT, "All Users": EDIT})
        assert lists(here.source) != before
        plan = here.plan(snapshot)
        outcome = here.apply(plan)
        assert not outcome.failed + outcome.skipped, outcome
        assert lists(here.source) == before
        assert here.plan(snapshot).changes == []


def test_who_may_edit_a_folder_may_edit_what_is_below_whatever_is_listed_there() -> None:
    """A list can lack who was let into the folder above later; Looker refuses to take him out of it."""
    source = source_instance()
    place = source.find("folder", folder(source, "Sales"))["content_metadata_id"]
    source.create(GRANT, content_metadata_id=place, user_id=who(source, "cleo")[1], permission_type=EDIT)
    with world(source, small_target(source)) as both:
        assert "cleo@example.com" not in lists(both.source)["Shared/Sales/EMEA"]
        assert both.plan(both.extract()).errors == []
        both.migrate()
        assert lists(both.target)["Shared/Sales"] == lists(both.source)["Shared/Sales"]
        assert both.plan().changes == []
    with world(source) as here:
        assert here.plan().changes == []


def test_who_loses_a_folder_keeps_by_one_plan_what_is_below() -> None:
    source = source_instance()
    share(source, folder(source, "Sales"), {"Zone": EDIT, "cleo": VIEW})
    share(source, folder(source, "EMEA"), {"Zone": EDIT, "cleo": EDIT})
    with world(source, small_target(source)) as both:
        both.migrate()
        share(source, folder(source, "Sales"), {"Zone": EDIT})
        share(source, folder(source, "EMEA"), {"Zone": EDIT, "cleo": EDIT})
        plan = both.migrate()
        assert [c.address for c in plan.changes] == [
            "content_access:Shared/Sales",
            "content_access:Shared/Sales/EMEA",
        ]
        assert lists(both.target) == lists(both.source)
        assert both.plan().changes == []


def test_who_is_copied_on_the_way_and_goes_again_keeps_what_is_below() -> None:
    """EMEA begins with a copy of what Sales gives by then; what of it goes would go below EMEA too."""
    source = source_instance()
    deep = source.create("folder", name="Deep", parent_id=folder(source, "EMEA"))["id"]
    access.set_inherits(source, "folder", source.find("folder", folder(source, "EMEA")), True)
    share(source, folder(source, "Sales"), {"Zone": EDIT})
    share(source, deep, {"Zone": EDIT, "ben": VIEW})
    with world(source, small_target(source)) as both:
        both.migrate()
        assert both.differences() == []
        share(source, folder(source, "Sales"), {"Zone": EDIT, "ben": VIEW})
        share(source, folder(source, "EMEA"), {"Zone": EDIT})
        share(source, deep, {"Zone": EDIT, "ben": VIEW})
        both.migrate()
        assert both.differences() == []
        assert both.plan().changes == []


def test_everybody_keeps_what_is_shared_where_nothing_is_said_of_him() -> None:
    source = small_instance()
    share(source, shared_root(source), {"Zone": EDIT})
    with world(source, small_target(source)) as both:
        both.migrate()
        assert lists(both.target)["Shared"] == {"All Users": "edit", "Zone": "edit"}
        assert both.plan().changes == []


def test_access_that_the_target_does_not_list_is_not_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        real = both.target_gateway.get

        def refusing(path: Any, /, **query: Any) -> Any:
            if path[0] == "content_metadata":
                raise ApiError("Forbidden", status=403)
            return real(path, **query)

        monkeypatch.setattr(both.target_gateway, "get", refusing)
        plan = both.plan()
        assert "content_access" not in {c.kind for c in plan.changes}
        said = [f.message for f in plan.findings if f.address == "content_access"]
        assert said == ["left out: the target does not list its access lists"]


def test_access_that_the_source_does_not_list_is_not_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        real = both.source_gateway.get

        def refusing(path: Any, /, **query: Any) -> Any:
            if path[0] == "content_metadata":
                raise ApiError("Not found", status=404)
            return real(path, **query)

        monkeypatch.setattr(both.source_gateway, "get", refusing)
        snapshot = both.extract()
        assert snapshot.scope["content_access"]["status"] == "unsupported"
        assert "content_access" not in {c.kind for c in both.plan(snapshot).changes}


def test_personal_and_embed_folders_are_left_alone() -> None:
    with world(source_instance()) as here:
        snapshot = here.extract(["content_access"])
        inst = here.source.instance
        asked = {c.query["parent_id"] for c in here.source.calls if "parent_id" in c.query}
        shared, sales = inst.find("folder", shared_root(inst)), inst.find("folder", folder(inst, "Sales"))
        assert asked == {shared["content_metadata_id"], sales["content_metadata_id"]}
        held = {c.query["content_metadata_id"] for c in here.source.calls if c.path == f"/{GRANT}"}
        emea = inst.find("folder", folder(inst, "EMEA"))
        assert held == {f["content_metadata_id"] for f in (shared, sales, emea)}
        assert here.plan(snapshot).changes == []


def test_nothing_goes_wrong_where_answers_are_lost() -> None:
    for seed in range(4):
        source = source_instance()
        with world(source, small_target(source), Faults(seed, 0.2, LOSSES)) as both:
            both.migrate()
            both.calm()
            assert lists(both.target) == lists(both.source)
            assert both.plan().changes == []
