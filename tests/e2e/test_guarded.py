"""What is Looker's own, or somebody else's, is never written to, however much it differs (section 8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lookervault.plan.policy import Policy
from lookervault.sandbox import Instance
from lookervault.sandbox.content import infrastructure
from lookervault.sandbox.rules import folders, grants, users
from lookervault.sandbox.state import Record
from world import world

from . import guards
from .small import named, small_instance, small_target

EVERYTHING = Policy(enable_schedules=True, prune=True, allow_attachment_loss=True)


def furnish(inst: Instance, side: str) -> None:
    """Everything that the notes guard, under the same names and otherwise different on the two sides."""
    _people(inst, side)
    _rights(inst, side)
    _folders(inst, side)
    _settings(inst, side)
    _content(inst, side)
    inst.deliveries.clear()


def put(inst: Instance, kind: str, record: Record, **changes: Any) -> None:
    inst.change(kind, inst.find(kind, record["id"]), changes)


def person(inst: Instance, name: str, **fields: Any) -> Record:
    made = inst.create("user", first_name=name, last_name="Doe")
    users.create_email(inst, inst.find("user", made["id"]), {"email": f"{name}@guarded.example"})
    put(inst, "user", made, **fields)
    return made


def _people(inst: Instance, side: str) -> None:
    for name, flag in (("support", "verified_looker_employee"), ("robot", "is_service_account")):
        robot = {"service_account_name": "robot"} if name == "robot" else {}
        person(inst, name, last_name=side, **{flag: True}, **robot)


def _rights(inst: Instance, side: str) -> None:
    mine = person(inst, f"holder-{side}")["id"]
    for name in ("Admin", "Support Basic Editor"):
        put(inst, "role", (role := named(inst, "role", name=name)), _user_ids=[*role["_user_ids"], mine])
    put(
        inst, "permission_set", named(inst, "permission_set", name="Support Basic Editor"), permissions=[side]
    )
    outside = {"externally_managed": True, "external_group_id": "idp-7"}
    made = inst.create("group", name="From outside", can_add_to_content_metadata=side == "source")
    put(inst, "group", made, **outside, _user_ids=[mine])
    everybody = named(inst, "group", name="All Users")
    put(inst, "group", everybody, can_add_to_content_metadata=side == "source")


def _folders(inst: Instance, side: str) -> None:
    for flag in ("is_users_root", "is_embed_shared_root", "is_embed_users_root"):
        root = next(f for f in inst.all("folder") if f.get(flag))
        put(inst, "folder", root, name=f"{root['name']} of {side}")
        made = root
        if "embed" in flag:
            made = folders.new_folder(inst, "Inside", root["id"], is_embed=True, external_id=side)
        grants.give(inst, inst.find("folder", made["id"]), grants.VIEW, group_id=_readers(inst))
    for folder in inst.all("folder"):
        if folder.get("is_personal"):
            grants.give(inst, inst.find("folder", folder["id"]), grants.VIEW, group_id=_readers(inst))


def _readers(inst: Instance) -> str:
    return str(named(inst, "group", name="Readers")["id"])


def _settings(inst: Instance, side: str) -> None:
    put(inst, "color_collection", next(c for c in inst.all("color_collection") if c["_standard"]), label=side)
    theme = next(t for t in inst.all("theme") if t.get("_automatic"))
    put(inst, "theme", theme, settings={**theme["settings"], "title_color": f"#{len(side):06}"})
    put(inst, "user_attribute", named(inst, "user_attribute", name="timezone"), default_value=side)
    put(inst, "lookml_model", named(inst, "lookml_model", name="system__activity"), project_name=side)


def _content(inst: Instance, side: str) -> None:
    home = inst.create("board", title=f"Home of {side}")
    put(inst, "board", home, primary_homepage=True)
    once = {"crontab": "0 6 * * *", "lookml_dashboard_id": "ecommerce::store_health"}
    mail = {"type": "email", "address": "a@example.com", "format": "wysiwyg_pdf"}
    made = inst.create("scheduled_plan", name=f"Once {side}", **once, scheduled_plan_destination=[mail])
    put(inst, "scheduled_plan", made, run_once=True)


def guarded(inst: Instance) -> Iterator[tuple[str, str]]:
    """Kind and id of all of that, of folders with their grants, and of what comes from LookML."""
    closed = {kind: is_closed for kind, is_closed in guards.COLLECTIONS.values()}
    kinds = ("lookml_dashboard", "explore", "connection", "project", "datagroup", "integration")
    for kind in (*closed, *kinds):
        yield from ((kind, r["id"]) for r in inst.all(kind) if kind in kinds or closed[kind](r))
    own = {f["content_metadata_id"] for f in inst.all("folder") if not f.get("is_shared_root")}
    own -= {f["content_metadata_id"] for f in inst.all("folder") if not closed["folder"](f)}
    yield from ((grants.GRANT, g["id"]) for g in inst.all(grants.GRANT) if g["content_metadata_id"] in own)
    for kind, flag in (("user", "verified_looker_employee"), ("user", "is_service_account")):
        yield from ((kind, r["id"]) for r in inst.all(kind) if r.get(flag))
    yield from (("board", r["id"]) for r in inst.all("board") if r["primary_homepage"])
    yield from (("scheduled_plan", r["id"]) for r in inst.all("scheduled_plan") if r["run_once"])
    yield "lookml_model", "system__activity"


def portrait(inst: Instance, which: set[tuple[str, str]]) -> dict[tuple[str, str], Record | None]:
    return {(kind, id_): inst.get(kind, id_) for kind, id_ in which}


def both_furnished() -> tuple[Instance, Instance]:
    source = small_instance()
    target = small_target(source)
    for inst, side in ((source, "source"), (target, "target")):
        if inst is target:
            inst.create("group", name="Readers")
        if not inst.all("integration"):
            infrastructure.deploy(inst)
        furnish(inst, side)
    return source, target


def test_nothing_is_ever_written_to_what_is_not_ours() -> None:
    source, target = both_furnished()
    which = set(guarded(target))
    assert {kind for kind, _ in which} >= {
        *("permission_set", "model_set", "role", "group", "user", "user_attribute", "folder", "theme"),
        *("color_collection", "lookml_model", "lookml_dashboard", "explore", "board", "scheduled_plan"),
        *("integration", "connection", "project", grants.GRANT),
    }
    before, closed = portrait(target, which), guards.protected(target)
    with world(source, target) as both:
        plan = both.plan(policy=EVERYTHING)
        assert not plan.errors
        both.carry_out(plan)
        assert guards.touched(both.writes(), closed) == []
        again = both.plan(policy=EVERYTHING)
        assert (again.changes, again.errors) == ([], [])
    after = portrait(target, which)
    assert {key for key in which if before[key] != after[key]} == set()
