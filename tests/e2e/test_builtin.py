"""Built-in user attributes: of their default what the caller may set, and nothing of their definition."""

from __future__ import annotations

from lookervault.sandbox import Instance
from world import world

from .small import dashboard, named, small_instance, small_target


def landing(inst: Instance) -> dict[str, object]:
    return dict(named(inst, "user_attribute", name="landing_page"))


def test_the_landing_page_leads_to_the_same_dashboard() -> None:
    source = small_instance()
    here = f"/dashboards/{dashboard(source)}"
    source.edit("user_attribute", str(landing(source)["id"]), default_value=here)
    with world(source, small_target(source)) as both:
        plan = both.migrate()
        assert {c.address for c in plan.changes if c.kind == "user_attribute"} == {
            "user_attribute:landing_page",
            "user_attribute:team",
        }
        target = both.target.instance
        assert landing(target)["default_value"] == f"/dashboards/{dashboard(target)}" != here
        assert both.plan().changes == []
        sent = [c.body for c in both.writes() if str(landing(target)["id"]) in c.path.split("/")]
        assert {key for body in sent for key in body} == {"default_value"}
        assert both.differences() == []


def test_a_default_that_may_not_be_set_stays_and_is_told() -> None:
    source = small_instance()
    source.edit("user_attribute", str(landing(source)["id"]), default_value="/boards")
    with world(source, small_target(source)) as both:
        target = both.target.instance
        can = {"show": True, "set_value": True, "update": False}
        target.edit("user_attribute", str(landing(target)["id"]), default_value="/browse")
        target.change(
            "user_attribute", target.find("user_attribute", str(landing(target)["id"])), {"can": can}
        )
        plan = both.plan()
        assert "user_attribute:landing_page" not in {c.address for c in plan.changes}
        [told] = [f for f in plan.findings if f.address == "user_attribute:landing_page"]
        assert "its default stays '/browse'" in told.message
