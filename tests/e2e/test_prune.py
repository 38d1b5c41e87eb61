"""Pruning: the target loses what the source has not, and nothing else."""

from __future__ import annotations

from lookervault.plan.change import Action
from lookervault.plan.policy import Policy
from lookervault.report.text import render_text
from lookervault.sandbox import Instance
from lookervault.sandbox.rules import groups, users
from world import World, world

from .delivering import MAIL, alert, delivering_instance, delivering_target
from .small import dashboard, folder, named, shared_root

PRUNE = Policy(prune=True)


def add_one_of_each(target: Instance) -> None:
    """Things that only the target has, one of every kind, some inside others."""
    outer = target.create("folder", name="Outer", parent_id=shared_root(target))["id"]
    inner = target.create("folder", name="Inner", parent_id=outer)["id"]
    query = target.create("query", model="ecommerce", view="orders", fields=["orders.count"])["id"]
    look = target.create("look", title="Extra", folder_id=inner, query_id=query)["id"]
    board = target.create("dashboard", title="Extra", folder_id=inner)["id"]
    target.create("dashboard_element", dashboard_id=board, type="vis", look_id=look)
    permissions = target.create("permission_set", name="Extra", permissions=["access_data"])["id"]
    models = target.create("model_set", name="Extra", models=["ecommerce"])["id"]
    target.create("role", name="Extra", permission_set_id=permissions, model_set_id=models)
    target.create("group", name="Extra")
    target.create("user_attribute", name="extra", label="Extra", type="string")
    colors = target.create("color_collection", label="Extra", categoricalPalettes=[])["id"]
    target.create("theme", name="extra", settings={"color_collection_id": colors})
    pinned = target.create("board", title="Extra")["id"]
    section = target.create("board_section", board_id=pinned, title="Extra")["id"]
    target.create("board_item", board_section_id=section, dashboard_id=board)
    target.create(
        "scheduled_plan",
        name="Extra",
        dashboard_id=dashboard(target),
        crontab="0 6 * * *",
        scheduled_plan_destination=[MAIL],
    )
    alert(target, named(target, "user", first_name="Ann")["id"], "Orders", custom_title="Extra")


def equal_again(both: World) -> None:
    """Nothing is left to do, and the instances differ in nothing, seen from either side."""
    assert both.plan(policy=PRUNE).changes == []
    assert both.differences() == []
    both.source, both.target = both.target, both.source
    told = both.differences()
    both.source, both.target = both.target, both.source
    # what is on at the source is made disabled, and the judge knows that the other way round only
    assert [line for line in told if " / on: " not in line] == []


def test_the_target_loses_what_the_source_has_not() -> None:
    source = delivering_instance()
    target = delivering_target(source)
    with world(source, target) as both:
        both.migrate()
        add_one_of_each(target)
        assert both.plan().changes == []
        plan = both.plan(policy=PRUNE)
        assert not plan.errors
        assert sorted(c.address for c in plan.changes) == [
            "alert:Shared/Sales/EMEA/Board/Extra",
            "board:Extra",
            "color_collection:Extra",
            "dashboard:Shared/Outer/Inner/Extra",
            "folder:Shared/Outer",
            "folder:Shared/Outer/Inner",
            "group:Extra",
            "look:Shared/Outer/Inner/Extra",
            "model_set:Extra",
            "permission_set:Extra",
            "role:Extra",
            "scheduled_plan:Shared/Sales/EMEA/Board/Extra",
            "theme:extra",
            "user_attribute:extra",
        ]
        outcome = both.apply(plan)
        assert not outcome.failed + outcome.skipped, outcome
        assert outcome.deleted == len(plan.changes)
        lost = [x for kind in ("dashboard", "look") for x in target.all(kind) if x["deleted"]]
        assert [(x["title"], x["folder_id"]) for x in lost] == [("Extra", shared_root(target))] * 2
        equal_again(both)


def test_content_comes_out_of_a_folder_that_goes_before_it_goes() -> None:
    source = delivering_instance()
    target = delivering_target(source)
    with world(source, target) as both:
        both.migrate()
        outer = target.create("folder", name="Outer", parent_id=shared_root(target))["id"]
        board = dashboard(target)
        target.edit("dashboard", board, folder_id=outer)
        target.edit("folder", folder(target, "Archive"), parent_id=outer)
        plan = both.plan(policy=PRUNE)
        assert [(c.action.value, c.address) for c in plan.changes] == [
            ("~", "dashboard:Shared/Sales/EMEA/Board"),
            ("~", "folder:Shared/Archive"),
            ("-", "folder:Shared/Outer"),
        ]
        outcome = both.apply(plan)
        assert not outcome.failed + outcome.skipped, outcome
        assert dashboard(target) == board
        equal_again(both)


def warned(both: World, policy: Policy = PRUNE) -> list[str]:
    plan = both.plan(policy=policy)
    assert plan.changes == []
    told = [f"{f.address}: {f.message}" for f in plan.findings]
    return [line for line in told if "--enable-schedules" not in line]


def test_what_a_caller_who_is_no_admin_cannot_see_is_not_deleted() -> None:
    source = delivering_instance()
    target = delivering_target(source)
    with world(source, target) as both:
        both.migrate()
        target.create("folder", name="Extra", parent_id=shared_root(target))
        admin = next(r for r in target.all("role") if r["name"] == "Admin")
        permissions = target.find("permission_set", admin["permission_set_id"])
        target.change("permission_set", permissions, {"all_access": False})
        plan = both.plan(policy=PRUNE)
        assert [c for c in plan.changes if c.action is Action.DELETE] == []
        told = [f.message for f in plan.findings if f.address == "--prune"]
        assert told == ["nothing is deleted: the caller is no admin, so there may be more than was listed"]


def test_nothing_goes_that_another_source_has_brought() -> None:
    source, third = delivering_instance(), Instance(first_id=9000)
    target = delivering_target(source)
    with world(source, target) as both, world(third) as other:
        both.migrate()
        third.create("group", name="Theirs")
        gateway, both.source_gateway = both.source_gateway, other.source_gateway
        both.migrate()
        both.source_gateway = gateway
        assert warned(both) == ["group:Theirs: is not desired, but another source has brought it: it stays"]


def test_users_stay_and_so_does_what_gives_the_caller_his_rights() -> None:
    source = delivering_instance()
    target = delivering_target(source)
    with world(source, target) as both:
        both.migrate()
        me = next(u["id"] for u in target.all("user"))
        stranger = target.create("user", first_name="A", last_name="B")["id"]
        users.create_email(target, target.find("user", stranger), {"email": "a@example.com"})
        inner, outer = (target.create("group", name=name)["id"] for name in ("Inner", "Outer"))
        groups.add_user(target, target.find("group", inner), me)
        groups.add_group(target, target.find("group", outer), inner)
        rights = "is not desired, but stays: the caller's own rights may come from it"
        assert warned(both) == [
            f"group:Inner: {rights}",
            f"group:Outer: {rights}",
            "user:a@example.com: is not desired, but stays: "
            "deleting a user takes his schedules and content with him; disable him instead",
        ]


def test_a_folder_with_something_in_it_that_stays_stays_too() -> None:
    source = delivering_instance()
    target = delivering_target(source)
    with world(source, target) as both:
        both.migrate()
        outer = target.create("folder", name="Outer", parent_id=shared_root(target))["id"]
        inner = target.create("folder", name="Inner", parent_id=outer)["id"]
        target.change("folder", target.find("folder", inner), {"is_embed": True})
        why = "is not desired, but stays: folder:Shared/Outer/Inner is in it"
        assert warned(both) == [f"folder:Shared/Outer: {why}"]


def test_what_lay_in_the_trash_of_a_folder_outlives_it() -> None:
    source = delivering_instance()
    target = delivering_target(source)
    with world(source, target) as both:
        both.migrate()
        outer = target.create("folder", name="Outer", parent_id=shared_root(target))["id"]
        lost = target.create("dashboard", title="Lost", folder_id=outer)["id"]
        target.edit("dashboard", lost, deleted=True)
        plan = both.plan(policy=PRUNE)
        assert "1 object in its trash can be restored from folder:Shared" in render_text(plan)
        assert both.apply(plan).deleted == 1
        assert target.find("dashboard", lost)["folder_id"] == shared_root(target)


def test_pruning_on_the_same_instance_goes_back_to_the_snapshot() -> None:
    source = delivering_instance()
    with world(source) as one:
        snapshot = one.extract()
        add_one_of_each(source)
        plan = one.plan(snapshot, policy=PRUNE)
        outcome = one.apply(plan)
        assert not outcome.failed + outcome.skipped, outcome
        assert outcome.deleted == 14
        assert one.plan(snapshot, policy=PRUNE).changes == []


def test_a_name_is_free_once_its_holder_is_deleted() -> None:
    """On one instance: the folder is to be called as another is that goes."""
    source = delivering_instance()
    with world(source) as one:
        snapshot = one.extract()
        old = folder(source, "Archive")
        source.edit("folder", old, name="Old")
        new = source.create("folder", name="Archive", parent_id=shared_root(source))["id"]
        source.edit("dashboard", dashboard(source), folder_id=new)
        assert one.plan(snapshot).errors
        plan = one.plan(snapshot, policy=PRUNE)
        assert not plan.errors
        outcome = one.apply(plan)
        assert not outcome.failed + outcome.skipped, outcome
        assert folder(source, "Archive") == old
        assert one.plan(snapshot, policy=PRUNE).changes == []


def test_an_empty_desired_state_does_not_delete_everything_unless_that_is_said() -> None:
    source = Instance(first_id=1)
    target = delivering_target(delivering_instance(3000))
    target.create("group", name="Extra")
    with world(source, target) as both:
        (error,) = both.plan(policy=PRUNE).errors
        assert error.message == "the desired state is empty, so 1 objects would go; --allow-empty agrees"
        agreed = both.plan(policy=Policy(prune=True, allow_empty=True))
        assert [c.address for c in agreed.changes] == ["group:Extra"]
        assert not agreed.errors


def test_kinds_that_the_snapshot_does_not_list_are_left_alone() -> None:
    source = delivering_instance()
    target = delivering_target(source)
    with world(source, target) as both:
        both.migrate()
        add_one_of_each(target)
        plan = both.plan(both.extract(["role"]), policy=PRUNE)
        assert sorted({c.kind for c in plan.changes}) == ["group", "model_set", "permission_set", "role"]
        inner = "folder:Shared/Outer/Inner"
        told = [f.message for f in plan.findings if f.address == inner]
        assert told == [f"is not desired, but stays: dashboard:{inner[7:]}/Extra and 1 more is in it"]


def test_a_dashboard_with_alerts_and_schedules_needs_leave_to_go() -> None:
    source = delivering_instance()
    target = delivering_target(source)
    with world(source, target) as both:
        both.migrate()
        board = dashboard(source)
        for kind in ("alert", "scheduled_plan"):
            for each in source.all(kind):
                source.delete(kind, each["id"])
        source.delete("dashboard", board)
        plan = both.plan(policy=PRUNE)
        (change,) = [c for c in plan.changes if c.kind == "dashboard"]
        assert len(change.attached.lost) == 6
        assert {f.address for f in plan.errors} == {change.address}
        agreed = both.plan(policy=Policy(prune=True, allow_attachment_loss=True))
        hanging = {(c.kind, c.name) for c in agreed.changes if c.kind in ("alert", "scheduled_plan")}
        assert hanging == {("scheduled_plan", name) for name in ("Asked", "Health", "Months")}
        outcome = both.apply(agreed)
        assert not outcome.failed + outcome.skipped, outcome
        assert both.plan(policy=PRUNE).changes == []
        assert len(target.all("alert")) == 4
        assert "(keeps" not in render_text(agreed)


def test_an_update_in_place_tells_what_it_keeps() -> None:
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        both.migrate()
        source.edit("dashboard", dashboard(source), description="new")
        plan = both.plan()
        assert plan.changes[0].attached.kept == {"alert": 4, "scheduled_plan": 2}
        assert "# (keeps 4 alerts and 2 scheduled plans)" in render_text(plan)


def test_what_is_protected_is_neither_made_nor_changed_nor_deleted() -> None:
    source = delivering_instance()
    target = delivering_target(source)
    with world(source, target) as both:
        both.migrate()
        source.edit("dashboard", dashboard(source), description="new")
        home = source.create("folder", name="New", parent_id=shared_root(source))["id"]
        source.create("dashboard", title="Inside", folder_id=home)
        target.create("group", name="Extra")
        protect = ("dashboard:*/Board", "folder:Shared/New", "group:Extra")
        policy = Policy(prune=True, protect=protect)
        assert sorted(warned(both, policy)) == [
            "dashboard:Shared/New/Inside: left out: folder:Shared/New (protected) is not on the target",
            "dashboard:Shared/Sales/EMEA/Board: differs, but is protected: it stays as it is",
            "folder:Shared/New: is protected: it is not made",
            "group:Extra: is not desired, but protected: it stays",
        ]


def test_a_plan_of_more_than_the_limit_is_stopped() -> None:
    source = delivering_instance()
    target = delivering_target(source)
    with world(source, target) as both:
        both.migrate()
        for number in range(3):
            target.create("group", name=f"Extra {number}")
        (error,) = both.plan(policy=Policy(prune=True, max_deletes="2")).errors
        remedy = "raise it in [plan], or plan a part with --target"
        assert error.message == f"3 deletes are more than max_deletes = 2; {remedy}"
        (error,) = both.plan(policy=Policy(prune=True, max_deletes="1%")).errors
        assert error.message.startswith("3 deletes are more than max_deletes = 1% of ")
        assert both.plan(policy=Policy(prune=True, max_deletes="3")).errors == []
        assert both.plan(policy=Policy(prune=True, max_deletes="50%", max_updates="0")).errors == []
