"""A little instance whose texts, buttons, charts and addresses lead to each other in circles."""

from __future__ import annotations

import json
from typing import Any

from lookervault.sandbox import Instance
from lookervault.sandbox.content import lookml
from lookervault.sandbox.rules import attribute_values, folders
from lookervault.sandbox.state import Record

ELSEWHERE = "https://elsewhere.example/dashboards/1?to=/dashboards/2"


class Linked:
    """Makes the instance; `ids` are those of what it made, by name."""

    def __init__(self, first_id: int = 1) -> None:
        self.inst = Instance(first_id=first_id)
        lookml.deploy(self.inst)
        shared = folders.root(self.inst, "is_shared_root")["id"]
        self.ids = {"Sales": self.inst.create("folder", name="Sales", parent_id=shared)["id"]}
        self.ids["Chart"] = self._content("look", "Chart", query_id=self.query(html="none"))
        for name in ("One", "Two"):
            self.ids[name] = self._content("dashboard", name, slug=f"the-{name.lower()}")
        for name in ("Front", "Back"):
            self.ids[name] = self.inst.create("board", title=name)["id"]
        self._texts()
        self._charts()
        self._boards()
        self._deliveries()

    def at(self, text: str) -> str:
        """A text with ids in place of names in angle brackets."""
        for name, id_ in self.ids.items():
            text = text.replace(f"<{name}>", id_)
        return text

    def query(self, **vis: Any) -> str:
        style = {"type": "looker_grid", **vis}
        made = self.inst.create(
            "query", model="ecommerce", view="orders", fields=["orders.count"], vis_config=style
        )
        return str(made["id"])

    def _content(self, kind: str, title: str, **fields: Any) -> str:
        return str(self.inst.create(kind, title=title, folder_id=self.ids["Sales"], **fields)["id"])

    def _texts(self) -> None:
        self.inst.edit("look", self.ids["Chart"], description=self.at("of /dashboards/<One>, /looks/<Chart>"))
        self.inst.edit("dashboard", self.ids["One"], description=self.at("I am /dashboards/<One>"))
        self.add(
            "One", body_text=self.at("[two](/dashboards/<Two>?Big+One=/looks/<Chart>#x) /boards/<Front>")
        )
        self.add("One", title_text="Me", body_text=self.at("/dashboards-next/<One> in /folders/<Sales>"))
        self.add("Two", title_text=self.at("/dashboards/<One>"), note_text="", subtitle_text=ELSEWHERE)
        rich = {"text": "Back", "href": self.at("/embed/dashboards/<One>"), "newTab": False}
        self.add("Two", type="button", rich_content_json=json.dumps(rich))
        own: Record = {"dashboard_id": self.ids["Two"], "type": "string_filter"}
        self.inst.create(
            "dashboard_filter", name="Page", title="Page", default_value=self.at("/dashboards/<One>"), **own
        )
        self.inst.create("dashboard_filter", name="big", title="Big One", **own)

    def add(self, to: str, **fields: Any) -> str:
        """One more element."""
        body: Record = {"dashboard_id": self.ids[to], "type": "text", **fields}
        return str(self.inst.create("dashboard_element", **body)["id"])

    def _charts(self) -> None:
        """Two of the charts lead to each other's dashboards, one to its own, and the look to both."""
        to_two = self.at("<a href='/dashboards/<Two>?Page={{ value }}'>{{ value }}</a>")
        to_one = self.at("/dashboards/<One>")
        self.add("One", type="vis", title="To two", query_id=self.query(html=to_two))
        self.add("Two", type="vis", title="To one", query_id=self.query(drill_url=to_one))
        self.add("One", type="vis", title="To me", query_id=self.query(drill_url=to_one))
        self.inst.edit("look", self.ids["Chart"], query_id=self.query(drill_url=to_one, html=to_two))
        self.add("Two", type="vis", look_id=self.ids["Chart"])
        sources = [{"name": "Orders", "query_id": self.query(drill_url=to_one), "merge_fields": None}]
        merge = self.inst.create(
            "merge_query", source_queries=sources, vis_config={"type": "table", "html": to_one}
        )
        self.add("One", type="vis", title="Both", merge_result_id=merge["id"])

    def _boards(self) -> None:
        for name, other in (("Front", "Back"), ("Back", "Front")):
            about = self.at(f"see /boards/<{other}>")
            section = self.inst.create(
                "board_section", board_id=self.ids[name], title="Links", description=about
            )
            for to in ("/dashboards/<Two>", f"/boards/<{other}>?x=1", ELSEWHERE):
                self.inst.create(
                    "board_item", board_section_id=section["id"], custom_url=self.at(to), custom_title=to
                )

    def _deliveries(self) -> None:
        self.inst.create(
            "user_attribute", name="start", label="Start", type="relative_url",
            default_value=self.at("/dashboards/<Two>"),
        )  # fmt: skip
        team = self.inst.create("group", name="Team")["id"]
        landing = next(a for a in self.inst.rows("user_attribute") if a["name"] == "landing_page")
        attribute_values.set_all(
            self.inst, landing, [{"group_id": team, "value": self.at("/dashboards/<One>")}]
        )
        self.inst.create(
            "scheduled_plan",
            name="Mail",
            dashboard_id=self.ids["One"],
            crontab="0 6 * * *",
            enabled=False,
            custom_url_base="https://elsewhere.example",
            custom_url_params=self.at("/dashboards/<Two>?Page=x"),
            scheduled_plan_destination=[
                {
                    "type": "email",
                    "address": "a@example.com",
                    "format": "csv",
                    "message": self.at("/looks/<Chart>"),
                }
            ],
        )
        self.inst.deliveries.clear()
