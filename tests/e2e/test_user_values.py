"""Values of user attributes that single users have: read on request, and never kept where hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lookervault.plan.change import Action
from lookervault.run.apply import Manner
from lookervault.run.extract import Extraction
from lookervault.run.extract import extract as extract_instance
from lookervault.run.tree import export_tree
from lookervault.sandbox import Instance
from lookervault.sandbox.rules import attribute_values
from lookervault.store.snapshots import Snapshot, items
from world import ALL_KINDS, World, world

from .small import dashboard, named, small_instance, small_target
from .test_tree import apply_all
from .test_tree import plan as tree_plan

SECRET = "open sesame"


def give(inst: Instance, who: str, attribute: str, value: str) -> None:
    """Gives one user a value of his own."""
    at = inst.find("user_attribute", named(inst, "user_attribute", name=attribute)["id"])
    person = inst.find("user", named(inst, "user", first_name=who)["id"])
    attribute_values.set_for_user(inst, at, person, {"value": value})


def values(inst: Instance) -> dict[tuple[str, str], str]:
    """What single users have: by first name and attribute."""
    return {
        (
            inst.find("user", row["user_id"])["first_name"],
            inst.find("user_attribute", row["user_attribute_id"])["name"],
        ): row["value"]
        for row in inst.all(attribute_values.OF_USER)
    }


def source_instance() -> Instance:
    inst = small_instance()
    inst.create("user_attribute", name="pin", label="Pin", type="string", value_is_hidden=True)
    give(inst, "Ann", "team", "red")
    give(inst, "Ann", "landing_page", f"/dashboards/{dashboard(inst)}")
    give(inst, "Ben", "team", "blue")
    give(inst, "Ben", "pin", SECRET)
    return inst


def extracted(both: World, user_values: bool = True) -> Snapshot:
    wanted = Extraction("source", ALL_KINDS, user_values=user_values)
    return extract_instance(both.source_gateway, both.vault, wanted, both.events.append)


def test_values_come_with_their_users_and_stay_as_they_are() -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        target = both.target.instance
        both.carry_out(both.plan(extracted(both)))
        page = f"/dashboards/{dashboard(target)}"
        assert page != f"/dashboards/{dashboard(source)}"
        assert values(target) == {
            ("Ann", "team"): "red",
            ("Ann", "landing_page"): page,
            ("Ben", "team"): "blue",
        }
        assert both.plan(extracted(both)).changes == []
        give(source, "Ann", "team", "green")
        source.delete(
            attribute_values.OF_USER,
            next(r["id"] for r in source.all(attribute_values.OF_USER) if r["value"] == "blue"),
        )
        sent = len(both.writes())
        plan = both.plan(extracted(both))
        assert {c.address for c in plan.changes} == {"user:ann@example.com", "user:ben@example.com"}
        both.carry_out(plan)
        assert sorted(c.method for c in both.writes()[sent:]) == ["DELETE", "PATCH"]
        assert values(target) == {("Ann", "team"): "green", ("Ann", "landing_page"): page}


def test_without_the_switch_nothing_is_read_of_them_and_nothing_written() -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        give(both.target.instance, "Avery", "locale", "de")
        extracted(both)
        snapshot = extracted(both, user_values=False)
        asked = len(both.source.calls)
        plan = both.plan(snapshot)
        both.carry_out(plan)
        assert values(both.target.instance) == {("Avery", "locale"): "de"}
        calls = [*both.source.calls[asked:], *both.target.calls]
        assert not [c for c in calls if c.path.endswith("/attribute_values")]


def test_a_value_that_moved_since_the_plan_is_left_alone() -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        target = both.target.instance
        both.carry_out(both.plan(extracted(both)))
        give(source, "Ann", "team", "green")
        plan = both.plan(extracted(both))
        give(target, "Ann", "team", "yellow")
        outcome = both.apply(plan)
        assert [f.address for f in outcome.stale] == ["user:ann@example.com"]
        assert values(target)["Ann", "team"] == "yellow"
        assert both.apply(plan, manner=Manner(on_drift="overwrite")).applied == 1
        assert values(target)["Ann", "team"] == "green"


def test_hidden_values_are_nowhere_in_the_vault(monkeypatch: Any) -> None:
    source = source_instance()
    with world(source) as both:
        real = both.source_gateway.get

        def talkative(path: Any, /, **query: Any) -> Any:
            found = real(path, **query)
            rows = found if list(path)[-1:] == ["attribute_values"] else []
            for row in rows:
                row["value"] = SECRET if row["value_is_hidden"] else row["value"]
            return found

        monkeypatch.setattr(both.source_gateway, "get", talkative)
        snapshot = extracted(both)
        stored = list(items(both.vault, snapshot, "user.attribute_values"))
        assert any(row["value_is_hidden"] for each in stored for row in each.raw)
        assert SECRET not in str([each.raw for each in stored])
        assert both.plan(snapshot).counts()[Action.UPDATE] == 0


def test_a_tree_tells_the_values_that_a_snapshot_has(tmp_path: Path) -> None:
    source = source_instance()
    with world(source) as both:
        export_tree(both.vault, extracted(both), tmp_path / "whole")
        user = tmp_path / "whole" / "users" / "ann@example.com.yaml"
        assert "value: red" in user.read_text()
        assert tree_plan(both, tmp_path / "whole", of_source=True).changes == []
        user.write_text(user.read_text().replace("value: red", "value: pink"))
        apply_all(both, tree_plan(both, tmp_path / "whole", of_source=True))
        assert values(source)["Ann", "team"] == "pink"
        export_tree(both.vault, extracted(both, user_values=False), tmp_path / "part")
        assert "attribute_values" not in (tmp_path / "part" / "users" / "ann@example.com.yaml").read_text()
        assert tree_plan(both, tmp_path / "part", of_source=True).changes == []
