"""Dead letters: all that is needed to understand a failure, nothing secret, and gone once it succeeds."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault.errors import ApiError
from lookervault.plan.change import Action, Change
from lookervault.run.letters import add_letter
from lookervault.run.perform import Call, StepFailed
from lookervault.sandbox import Call as Asked
from lookervault.sandbox import Faults, Instance, blank_instance
from lookervault.store import deadletters
from world import World, world


def source() -> Instance:
    inst = Instance(first_id=1)
    root = next(f["id"] for f in inst.all("folder") if f.get("is_shared_root"))
    folder = inst.create("folder", name="Sales", parent_id=root)["id"]
    inst.create("dashboard", title="KPIs", folder_id=folder)
    return inst


def refusing(path: str, kind: str = "500") -> Faults:
    def script(call: Asked) -> str | None:
        return kind if call.method == "POST" and call.path == path else None

    return Faults(script=script)


def test_a_letter_tells_the_whole_story_and_leaves_when_it_succeeds() -> None:
    inst = source()
    with world(inst, blank_instance(900, like=inst)) as both:
        plan = both.plan()
        both.target.faults = refusing("/dashboards", "429")
        assert [f.address for f in both.apply(plan).failed] == ["dashboard:Shared/Sales/KPIs"]
        letter = the_letter(both)
        assert (letter.kind, letter.operation, letter.method, letter.path) == (
            "dashboard",
            "create",
            "POST",
            "/dashboards",
        )
        assert letter.source_id == str(inst.all("dashboard")[0]["id"])
        assert (letter.body["title"], letter.status, letter.attempts) == ("KPIs", 429, 9)
        assert "StepFailed" in letter.traceback
        both.apply(plan)
        assert the_letter(both).attempts == 18
        both.calm()
        both.apply(plan)
        assert deadletters.letters(both.vault) == []


def the_letter(both: World) -> deadletters.DeadLetter:
    (letter,) = deadletters.letters(both.vault)
    return letter


def test_the_servers_field_errors_are_kept() -> None:
    inst = source()
    target = blank_instance(900, like=inst)
    home = next(f["id"] for f in target.all("folder") if f.get("is_shared_root"))
    with world(inst, target) as both:
        both.migrate()
        inst.edit("folder", next(f["id"] for f in inst.all("folder") if f["name"] == "Sales"), name="New")
        plan = both.plan()
        target.create("folder", name="New", parent_id=home)
        both.apply(plan)
        letter = the_letter(both)
        assert (letter.kind, letter.status, letter.attempts) == ("folder", 422, 1)
        assert [e["field"] for e in letter.errors] == ["name"]


@pytest.mark.parametrize("field", ["secret_parameters", "password"])
def test_secrets_are_in_no_part_of_a_letter(field: str) -> None:
    inst = source()
    body: dict[str, Any] = {"name": "x", "inner": [{field: "hunter2"}], "vis_config": {"password": "blue"}}
    refusal = ApiError("no", status=422, errors=[{"field": field, "message": "hunter2 is too short"}])
    change = Change(Action.CREATE, "user", "user:a@b.c", "a", "", {}, {})
    with world(inst) as here:
        add_letter(here.vault, "s", change, StepFailed(Call("POST", ["users"], body), refusal))
        letter = the_letter(here)
    assert "hunter2" not in str(letter)
    assert letter.body["vis_config"] == {"password": "blue"}
    assert letter.errors[0]["message"] == "(secret) is too short"
