"""Links in texts lead to the same things on another instance, however they lead to each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

import judge
from lookervault.plan.plan import Plan
from lookervault.run.planning import Request, plan_request
from lookervault.run.tree import export_tree
from lookervault.sandbox import Instance, blank_instance
from world import KEY, World, world

from .linked import ELSEWHERE, Linked
from .small import named

MANY_WORKERS = pytest.mark.parametrize("workers", [1, 8])


@MANY_WORKERS
def test_circles_of_links(workers: int) -> None:
    mine = Linked()
    with world(mine.inst, blank_instance(5000, like=mine.inst)) as both:
        plan = both.migrate(workers)
        assert plan.findings == []
        assert both.differences() == []
        assert both.plan().changes == []
        ids = theirs(both.target.instance)
        seen = written(both)
        assert not re.search(r"/(?:dashboards|looks|boards|folders)/0\b", seen)
        for text in (
            f"[two](/dashboards/{ids['Two']}?Big+One=/looks/{mine.ids['Chart']}#x) /boards/{ids['Front']}",
            f"/dashboards-next/{ids['One']} in /folders/{ids['Sales']}",
            f"I am /dashboards/{ids['One']}",
            f"see /boards/{ids['Back']}",
            f"/boards/{ids['Front']}?x=1",
            f"of /dashboards/{ids['One']}, /looks/{ids['Chart']}",
            ELSEWHERE,
            f"/dashboards/{ids['Two']}?Page=x",
            f"\n/looks/{ids['Chart']}\n",
        ):
            assert text in seen, text
        start = named(both.target.instance, "user_attribute", name="start")
        assert start["default_value"] == f"/dashboards/{ids['Two']}"
        (landing,) = both.target.instance.rows("user_attribute_group_value")
        assert landing["value"] == f"/dashboards/{ids['One']}"


def theirs(inst: Instance) -> dict[str, str]:
    """The ids of the content, by name."""
    kinds = {"dashboard": "title", "look": "title", "board": "title", "folder": "name"}
    return {r[field]: r["id"] for kind, field in kinds.items() for r in inst.all(kind)}


def written(both: World) -> str:
    """All that boards, schedules, dashboards and looks of the target say, as text."""
    with closing(judge.Reader(both.target.url, *KEY)) as reader:
        heads = [("/dashboards", reader.get("/dashboards")), ("/looks", reader.get("/looks"))]
        whole = [reader.get(f"{path}/{h['id']}") for path, rows in heads for h in rows if "::" not in h["id"]]
        return "\n".join(
            strings([whole, reader.get("/boards"), reader.get("/scheduled_plans", all_users="true")])
        )


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(inner)


def test_where_the_target_exists_the_text_goes_in_at_once() -> None:
    mine = Linked()
    with world(mine.inst, blank_instance(5000, like=mine.inst)) as both:
        both.migrate()
        first = mine.add("Two", title_text="New", body_text=mine.at("/dashboards/<One>"))
        plan = both.migrate()
        assert [node.id for node in plan.nodes] == ["dashboard:Shared/Sales/Two"]
        mine.inst.edit("dashboard_element", first, body_text=mine.at("/dashboards/<Two> now"))
        before = len(both.writes())
        both.migrate()
        (call,) = both.writes()[before:]
        assert call.body == {"body_text": f"/dashboards/{theirs(both.target.instance)['Two']} now"}
        assert both.differences() == []


def test_an_address_with_the_own_host() -> None:
    mine = Linked()
    with world(mine.inst, blank_instance(5000, like=mine.inst)) as both:
        here, there = both.source.url.partition("//")[2], both.target.url.partition("//")[2]
        mine.add(
            "One", title_text="Host", body_text=mine.at(f"http://{here}/dashboards/<Two> http://x.y/looks/1")
        )
        mine.add("One", title_text="Plain", body_text=mine.at("see https://127.0.0.1/looks/<Chart>"))
        both.migrate()
        assert both.plan().changes == []
        ids = theirs(both.target.instance)
        seen = written(both)
        assert f"http://{there}/dashboards/{ids['Two']} http://x.y/looks/1" in seen
        assert f"see https://127.0.0.1/looks/{ids['Chart']}" in seen


def test_what_cannot_be_mapped_is_kept_and_told() -> None:
    """Also where the target has something else by that very id, and where that is another board's item."""
    mine = Linked()
    with world(mine.inst, blank_instance(5000, like=mine.inst)) as both:
        both.migrate()
        foreign = theirs(both.target.instance)["One"]
        here = both.source.url.partition("//")[2]
        mine.add(
            "One", title_text="Lost", body_text=f"/dashboards/{foreign} and http://{here}/looks/{foreign}"
        )
        section = mine.inst.all("board_section")[0]["id"]
        mine.inst.create(
            "board_item", board_section_id=section, custom_url=f"/dashboards/{foreign}", custom_title="Lost"
        )
        plan = both.migrate()
        told = f"a link leads to dashboard {foreign}, which is not in the snapshot; it is kept as it is"
        one = "dashboard:Shared/Sales/One"
        assert [(f.level, f.address, f.message) for f in plan.findings] == [
            ("warning", "board:Front", f'item "Lost", custom_url: {told}'),
            ("warning", one, f'element "Lost", body_text: {told}'),
            ("warning", one, f'element "Lost", body_text: {told.replace("dashboard ", "look ", 1)}'),
        ]
        again = both.plan()
        assert again.changes == []
        assert again.findings == plan.findings
        assert f"/dashboards/{foreign} and http://{here}/looks/{foreign}" in written(both)


def test_back_to_an_earlier_snapshot_links_are_as_they_were() -> None:
    mine = Linked()
    with world(mine.inst) as here:
        mine.add("One", title_text="Lost", body_text="/dashboards/4711")
        snapshot = here.extract()
        assert (here.plan(snapshot).changes, here.plan(snapshot).findings) == ([], [])
        before = judge.describe(here.source.url, *KEY)
        mine.inst.edit("dashboard", mine.ids["One"], description="gone")
        here.apply(here.plan(snapshot))
        assert judge.describe(here.source.url, *KEY) == before
        assert "/dashboards/4711" in written(here)


def test_links_by_way_of_files() -> None:
    mine = Linked()
    with world(mine.inst, blank_instance(5000, like=mine.inst)) as both:
        root = both.folder / "tree"
        export_tree(both.vault, both.extract(), root)
        text = "\n".join(path.read_text(encoding="utf-8") for path in root.rglob("*.yaml"))
        assert "[two](/dashboards/${dashboard:Shared/Sales/Two}?Big+One=" in text

        def planned() -> Plan:
            request = Request(str(root))
            return plan_request(
                both.target_gateway,
                both.vault,
                request,
                target_name="x",
                workers=8,
                listener=both.events.append,
            )

        outcome = both.apply(planned())
        assert outcome.failed + outcome.skipped == []
        assert both.differences() == []
        assert planned().changes == []
