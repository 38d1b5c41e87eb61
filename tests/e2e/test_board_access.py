"""Who may see and edit boards, read back through the target's API."""

from __future__ import annotations

from typing import Any

from e2e.reader import Reader
from lookervault.plan.change import Action
from lookervault.sandbox import Faults, Instance, Server
from lookervault.sandbox.rules import access, grants
from world import KEY, world

from .small import named, small_instance, small_target

LOSSES = ("429", "502", "reset_before", "reset_after")


def source_instance() -> Instance:
    """Two boards of one title, Ann's that Zone may see and Ben's that he has shared, and one of Cleo's."""
    inst = small_instance()
    for owner, title in (("Ann", "Start"), ("Ben", "Start"), ("Cleo", "Own")):
        inst.create("board", title=title, description=owner, user_id=person(inst, owner))
    share(inst, "Ann", {"Zone": "view", "Ann": "edit"})
    share(inst, "Ben", {"Ben": "edit", "Cleo": "edit", "All Users": "view"})
    return inst


def person(inst: Instance, name: str) -> str:
    return str(named(inst, "user", first_name=name)["id"])


def share(inst: Instance, board: str, wanted: dict[str, str]) -> None:
    """Lets just these see or edit the board of that owner."""
    record = inst.find("board", named(inst, "board", description=board)["id"])
    for grant in list(grants.own(inst, record)):
        inst.drop(grants.GRANT, grant)
    for name, permission in wanted.items():
        groups = [g["id"] for g in inst.all("group") if g["name"] == name]
        who: dict[str, Any] = {"group_id": groups[0]} if groups else {"user_id": person(inst, name)}
        grants.give(inst, record, permission, **who)


def lists(server: Server) -> dict[str, Any]:
    """Who may do what with each board, by the board's description."""
    reader = Reader(server.url, *KEY)
    try:
        names = {("group_id", g["id"]): g["name"] for g in reader.pages("/groups", sorts="id")}
        names |= {("user_id", u["id"]): u["first_name"] for u in reader.pages("/users", sorts="id")}
        found: dict[str, Any] = {}
        for board in reader.get("/boards"):
            metadata = board["content_metadata_id"]
            rows = reader.get("/content_metadata_access", content_metadata_id=metadata)
            told = {
                names["group_id" if r["group_id"] else "user_id", r["group_id"] or r["user_id"]]: r[
                    "permission_type"
                ]
                for r in rows
            }
            inherits = reader.get(f"/content_metadata/{metadata}")["inherits"]
            found[board["description"]] = "inherits" if inherits else told
        return found
    finally:
        reader.close()


def test_access_to_boards_comes_to_a_blank_instance_and_stays_as_it_is() -> None:
    source = source_instance()
    for workers in (1, 8):
        with world(source, small_target(source)) as both:
            plan = both.migrate(workers)
            assert lists(both.target) == lists(both.source)
            assert lists(both.source)["Ann"] == {"Ann": "edit", "Zone": "view"}
            assert len([c for c in plan.changes if c.kind == "board_access"]) == 3
            assert both.plan().changes == []
            assert not any("send_boards_notification_email" in c.query for c in both.writes())


def test_an_instance_is_what_its_snapshot_says() -> None:
    with world(source_instance()) as here:
        assert here.plan().changes == []
        asked = [c.path for c in here.source.calls if c.path.startswith("/content_metadata/")]
        # one call for each board, and one for the topmost folder
        assert len([p for p in asked if p]) == 2 * (3 + 1)


def test_grants_change_in_place_and_a_board_may_begin_to_inherit() -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        share(source, "Ben", {"Ben": "edit", "Cleo": "view", "Zone": "view"})
        record = source.find("board", named(source, "board", description="Cleo")["id"])
        access.set_inherits(source, "board", record, True)
        plan = both.migrate()
        assert {(c.action, c.kind) for c in plan.changes} == {(Action.UPDATE, "board_access")}
        assert len(plan.changes) == 2
        assert lists(both.target) == lists(both.source)
        assert lists(both.source)["Cleo"] == "inherits"
        assert both.plan().changes == []


def test_an_owner_who_may_not_edit_his_board_at_the_source_may_not_there() -> None:
    source = source_instance()
    share(source, "Ann", {"Zone": "view"})
    with world(source, small_target(source)) as both:
        both.migrate()
        assert lists(both.target) == lists(both.source)
        assert both.plan().changes == []


def test_nothing_goes_wrong_where_answers_are_lost() -> None:
    for seed in range(3):
        source = source_instance()
        with world(source, small_target(source), Faults(seed, 0.2, LOSSES)) as both:
            both.migrate()
            both.calm()
            assert lists(both.target) == lists(both.source)
            assert both.plan().changes == []
