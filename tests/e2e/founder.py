"""Somebody who fills an instance by seed with objects of every kind, under names that are a nuisance."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lookervault.errors import ApiError
from lookervault.sandbox import Instance
from lookervault.sandbox.content import infrastructure
from lookervault.sandbox.rules import access, attribute_values, grants, groups, layouts, roles, users
from lookervault.sandbox.state import Record

NAMES = (
    *("Sales", "sales", "Sales/EMEA", "EMEA > Sales", 'say "hello"', "it's", "C:\\orders", "100 % _"),
    *("🌱 größer", "👩‍👩‍👧 family", "  leading", "trailing  ", "two  blanks", "a\tb", "two\nlines", "한국어"),
    *("e\u0301", "é", "\u202edlrow", "zero\u200bwidth", "<b>bold</b>", "{{ _user['x'] }}", "$(id)", "-- ;"),
    *("#2", "Sales#2", "*", "[a-z]*", "?", "a:b::c", "@ann", "null", "0", "True", "x" * 120, "dashboard:x"),
)
PERMISSIONS = ("access_data", "see_looks", "see_user_dashboards", "explore", "see_lookml_dashboards")
EXPLORES: dict[str, tuple[str, ...]] = {
    "orders": ("orders.count", "orders.channel", "orders.created_date", "customers.region"),
    "web": ("sessions.count", "sessions.source", "sessions.start_date"),
    "inventory": ("stock.on_hand", "stock.warehouse"),
}
VIS = ("looker_line", "looker_column", "single_value", "table")
DIMENSIONS = {"orders": "customers.region", "web": "sessions.source", "inventory": "stock.warehouse"}
LOOKML_DASHBOARD = "ecommerce::store_health"
FLAGS = ("require_results", "require_no_results", "require_change")
MAIL = {"type": "email", "format": "wysiwyg_pdf", "apply_vis": True}
SEVERAL = (2, 4)
DEPTH = 12

# how many of each a big world gets
BIG: Mapping[str, int] = {
    "permission_set": 12,
    "model_set": 12,
    "user": 45,
    "group": 35,
    "role": 20,
    "user_attribute": 20,
    "lookml_model": 6,
    "color_collection": 14,
    "theme": 14,
    "folder": 90,
    "look": 80,
    "dashboard": 60,
    "board": 25,
    "scheduled_plan": 50,
    "alert": 40,
    "agent": 12,
    "content_access": 20,
    "board_access": 10,
}
SMALL: Mapping[str, int] = {kind: 2 for kind in BIG} | {"folder": 4, "dashboard": 3, "look": 3, "alert": 3}


@dataclass
class Founder:
    """Makes objects; what Looker refuses is made again under another name, or not at all."""

    inst: Instance
    dice: random.Random
    makers: dict[str, Callable[[], object]] = field(init=False)

    def __post_init__(self) -> None:
        self.makers = {kind: getattr(self, f"make_{kind}") for kind in BIG}

    def found(self, counts: Mapping[str, int]) -> None:
        """As many of each kind as told; kinds come in the order in which they refer to each other."""
        if not self.inst.all("integration"):
            infrastructure.deploy(self.inst)
        for kind, count in counts.items():
            before = len(self.inst.all(kind))
            for _ in range(3 * count):
                if not kind.endswith("_access") and len(self.inst.all(kind)) >= before + count:
                    break
                with suppress(ApiError, IndexError):
                    self.makers[kind]()

    # what is picked

    def name(self) -> str:
        """A name, sometimes with a number that keeps it apart."""
        told = self.dice.choice(NAMES)
        return told if self.dice.random() < 0.5 else f"{told} {self.dice.randrange(1000)}"

    def word(self) -> str:
        """A name where only letters, digits and underscores go."""
        return f"{self.dice.choice(['team', 'region', 'a_b', 'x'])}_{self.dice.randrange(1000)}"

    def coin(self, chance: float = 0.5) -> bool:
        return self.dice.random() < chance

    def pick(self, kind: str, fits: Callable[[Record], Any] = bool) -> Record:
        """A live record of a kind; IndexError where there is none."""
        return self.dice.choice([r for r in self.inst.all(kind) if not r.get("deleted") and fits(r)])

    def some(self, items: Iterable[Any], most: int = 4) -> list[Any]:
        pool = list(items)
        return self.dice.sample(pool, min(len(pool), self.dice.randrange(most + 1)))

    def folder(self) -> str:
        """A folder that content goes into: a shared one, now and then a personal one."""
        if self.coin(0.1):
            return str(self.pick("user")["personal_folder_id"])
        return str(self.pick("folder", is_shared)["id"])

    def people(self, most: int = 4) -> list[str]:
        return [u["id"] for u in self.some(self.inst.all("user"), most)]

    def own_groups(self) -> list[Record]:
        return [g for g in self.inst.all("group") if not g["externally_managed"]]

    def email(self) -> str:
        return f"{self.dice.choice(['ann', 'Ben', 'o.hara', 'x+y'])}{self.dice.randrange(9)}@example.com"

    # people and what they may do

    def make_permission_set(self) -> None:
        self.inst.create("permission_set", name=self.name(), permissions=self.some(PERMISSIONS))

    def make_model_set(self) -> None:
        models = self.some(["ecommerce", "finance", "not_there_yet"])
        self.inst.create("model_set", name=self.name(), models=models)

    def make_user(self) -> None:
        first, last = self.dice.choice(["Ann", "Ben", "Zoë", "", "O'Hara", "李"]), self.name()
        made = self.inst.create("user", first_name=first, last_name=last, is_disabled=self.coin(0.1))
        if self.coin(0.93):
            number = len(self.inst.all("user"))
            login = {"email": f"{self.dice.choice(['user', 'Big.User', 'x+y'])}{number}@example.com"}
            users.create_email(self.inst, self.inst.find("user", made["id"]), login)

    def make_group(self) -> None:
        made = self.inst.create("group", name=self.name(), can_add_to_content_metadata=self.coin(0.8))
        group = self.inst.find("group", made["id"])
        for user in self.people():
            groups.add_user(self.inst, group, user)
        for other in self.some(self.own_groups(), 3):
            with suppress(ApiError):  # a circle
                groups.add_group(self.inst, group, other["id"])

    def make_role(self) -> None:
        sets = {f"{k}_id": self.pick(k)["id"] for k in ("permission_set", "model_set")}
        made = self.inst.create("role", name=self.name(), **sets)
        role = self.inst.find("role", made["id"])
        roles.set_users(self.inst, role, self.people(3))
        roles.set_groups(self.inst, role, [g["id"] for g in self.some(self.own_groups(), 3)])

    def make_user_attribute(self) -> None:
        kind = self.dice.choice(["string", "number", "yesno", "relative_url"])
        default = {"string": self.name(), "number": "7", "yesno": "no", "relative_url": "/browse"}[kind]
        flags = {
            "user_can_view": self.coin(),
            "user_can_edit": self.coin(),
            "value_is_hidden": self.coin(0.1),
        }
        fields = {"name": self.word(), "label": self.name(), "type": kind, "default_value": default}
        made = self.inst.create("user_attribute", **fields, **flags)
        value = {"string": "EMEA, 'x'", "number": "42", "yesno": "yes", "relative_url": "/boards/1"}[kind]
        rows = [{"group_id": g["id"], "value": value} for g in self.some(self.own_groups())]
        attribute_values.set_all(self.inst, self.inst.find("user_attribute", made["id"]), rows)

    def make_lookml_model(self) -> None:
        """The configuration of a model whose LookML is still to come."""
        connections = self.some(["warehouse", "erp_replica"])
        told: Record = {"name": self.word(), "project_name": self.dice.choice(["harbour_pine", None])}
        told["unlimited_db_connections"] = self.coin(0.3)
        self.inst.create("lookml_model", allowed_db_connection_names=connections, **told)

    # how things look

    def make_color_collection(self) -> None:
        labels = self.dice.choice([("Calm", "Loud"), ("Calm", "Calm"), ("", "é")])
        palettes: Record = {
            "categoricalPalettes": [{"label": x, "colors": [self.color(), self.color()]} for x in labels],
            "sequentialPalettes": [
                {"label": "Calm", "stops": [{"color": self.color(), "offset": n} for n in (0, 100)]}
            ],
        }
        self.inst.create("color_collection", label=self.name(), **palettes)

    def color(self) -> str:
        return f"#{self.dice.randrange(16**6):06x}"

    def palette(self) -> Record:
        """How a chart refers to a palette."""
        used = self.pick("color_collection", lambda c: c.get("categoricalPalettes"))
        palette = self.dice.choice(used["categoricalPalettes"])
        return {"color_application": {"collection_id": used["id"], "palette_id": palette["id"]}}

    def make_theme(self) -> None:
        begin = self.dice.choice([None, "2026-01-01T00:00:00.000+00:00"])
        settings = {"title_color": self.color(), "color_collection_id": self.pick("color_collection")["id"]}
        self.inst.create("theme", name=self.word(), begin_at=begin, settings=settings)

    # content

    def make_folder(self) -> None:
        below = {f["id"] for f in self.inst.all("folder") if depth(self.inst, f) > DEPTH}
        above = self.pick("folder", lambda f: is_shared(f) and f["id"] not in below)
        self.inst.create("folder", name=self.name(), parent_id=above["id"])

    def make_content_access(self) -> None:
        """Grants of a folder's own, each as Looker lets it be."""
        place = self.inst.find("folder", self.pick("folder", lambda f: is_shared(f) and f["parent_id"])["id"])
        access.set_inherits(self.inst, "folder", place, False)
        who: list[Record] = [{"user_id": key} for key in self.people(2)]
        who += [{"group_id": g["id"]} for g in self.some(self.own_groups(), 3)]
        about = {"content_metadata_id": place["content_metadata_id"]}
        for each in who:
            with suppress(ApiError):
                level = self.dice.choice([grants.VIEW, grants.EDIT])
                self.inst.create(grants.GRANT, permission_type=level, **about, **each)

    def make_board_access(self) -> None:
        """Somebody more who may see a board, or edit it."""
        board = self.inst.find("board", self.pick("board")["id"])
        who = self.dice.choice([{"user_id": self.people(3)[0]}, {"group_id": self.own_groups()[0]["id"]}])
        level = self.dice.choice([grants.VIEW, grants.EDIT])
        metadata = board["content_metadata_id"]
        self.inst.create(grants.GRANT, content_metadata_id=metadata, permission_type=level, **who)

    def query(self, explore: str = "") -> Record:
        explore = explore or self.dice.choice(list(EXPLORES))
        vis: Record = {"type": self.dice.choice(VIS), "show_view_names": self.coin(), "map_zoom": 4.0}
        with suppress(IndexError):
            vis |= self.palette() if self.coin(0.4) else {}
        body: Record = {"model": "ecommerce", "view": explore, "vis_config": vis, "limit": "500"}
        fields = EXPLORES[explore][: self.dice.randrange(1, 4)]
        body |= {
            "fields": list(fields),
            "filters": {EXPLORES[explore][0]: self.dice.choice([">0", "", "1,2"])},
        }
        if self.coin(0.3):
            calculation = {"table_calculation": "x", "label": self.name(), "expression": "1 + 1"}
            body |= {"dynamic_fields": json.dumps([calculation]), "sorts": [f"{fields[0]} desc"]}
        return self.inst.create("query", **body)

    def make_look(self) -> None:
        told: Record = {
            "title": self.name(),
            "folder_id": self.folder(),
            "description": self.dice.choice(["", "x"]),
        }
        owner = self.pick("user")["id"]
        self.inst.create("look", query_id=self.query()["id"], user_id=owner, public=self.coin(0.1), **told)

    def make_dashboard(self) -> None:
        told: Record = {"title": self.name(), "folder_id": self.folder(), "user_id": self.pick("user")["id"]}
        told |= {"description": self.dice.choice(["", None, self.name()]), "crossfilter_enabled": self.coin()}
        if self.coin(0.5):
            told["slug"] = f"s{self.dice.randrange(10**6)}"
        key = str(self.inst.create("dashboard", **told)["id"])
        filters = self._filters(key)
        tabs = self._tabs(key)
        for number in range(self.dice.randrange(7)):
            with suppress(IndexError, ApiError):
                self._element(key, self.dice.choice(tabs), filters, number)

    def _filters(self, key: str) -> dict[str, str]:
        """Some filters, that may hear each other in a circle; by name with their explores."""
        found, ids = {}, {}
        for number in range(self.dice.randrange(5)):
            explore = self.dice.choice(list(DIMENSIONS))
            place = {"model": "ecommerce", "explore": explore, "dimension": DIMENSIONS[explore]}
            kind = {"type": "field_filter", **place} if self.coin() else {"type": "string_filter"}
            with suppress(ApiError):
                name = self.name()
                told: Record = {"name": name, "title": self.dice.choice([name, f"T{number}"]), "row": number}
                told |= {"default_value": self.dice.choice([None, "", "a,b"]), "required": self.coin(0.1)}
                ids[name] = self.inst.create("dashboard_filter", dashboard_id=key, **kind, **told)["id"]
                found[name] = explore
        for name, id_ in ids.items():
            others = self.some([n for n in ids if n != name], 2)
            if others:
                self.inst.edit("dashboard_filter", id_, listens_to_filters=others)
        return found

    def _tabs(self, key: str) -> list[str]:
        found = [str(layouts.active(self.inst, key)["id"])]
        if self.coin(0.4):
            self.inst.edit("dashboard_layout", found[0], label=self.name(), order=0)
            for order in range(1, self.dice.randrange(*SEVERAL)):
                told: Record = {"label": self.dice.choice([self.name(), "Same"]), "order": order}
                found.append(str(self.inst.create("dashboard_layout", dashboard_id=key, **told)["id"]))
        return found

    def _element(self, key: str, tab: str, filters: Mapping[str, str], row: int) -> None:
        kinds = (self._chart, self._chart, self._linked, self._merged, self._text, self._button)
        own = self.dice.choice(kinds)(filters)
        made = self.inst.create("dashboard_element", dashboard_id=key, dashboard_layout_id=tab, **own)
        component = layouts.components_of_element(self.inst, made["id"])[0]
        place = {
            "row": row,
            "column": self.dice.randrange(12),
            "width": 8,
            "height": self.dice.randrange(1, 9),
        }
        self.inst.edit("dashboard_layout_component", component["id"], **place)

    def _chart(self, filters: Mapping[str, str]) -> Record:
        query = self.query()
        wire = self._wire(query, "", filters)
        title = self.dice.choice([self.name(), "Same", None])
        return {
            "type": "vis",
            "title": title,
            "query_id": query["id"],
            "result_maker": {"filterables": [wire]},
        }

    def _linked(self, filters: Mapping[str, str]) -> Record:
        look = self.pick("look")
        wire = self._wire(self.inst.find("query", look["query_id"]), "", filters)
        return {"type": "vis", "look_id": look["id"], "result_maker": {"filterables": [wire]}}

    def _merged(self, filters: Mapping[str, str]) -> Record:
        queries = [self.query("orders"), self.query("web")]
        joins = [{"field_name": "sessions.start_date", "source_field_name": "orders.created_date"}]
        sources = [
            {"name": f"Q{n}", "query_id": q["id"], "merge_fields": joins if n else None}
            for n, q in enumerate(queries)
        ]
        merge = self.inst.create("merge_query", source_queries=sources, vis_config={"type": "looker_column"})
        wires = [self._wire(q, f"Q{n}", filters) for n, q in enumerate(queries)]
        maker = {"result_maker": {"filterables": wires}}
        return {"type": "vis", "title": self.name(), "merge_result_id": merge["id"], **maker}

    def _text(self, filters: Mapping[str, str]) -> Record:
        body = self.dice.choice(["", "*plain*", f"{self.name()}\n\nmore", "<script>alert(1)</script>"])
        return {"type": "text", "title_text": self.name(), "body_text": body}

    def _button(self, filters: Mapping[str, str]) -> Record:
        rich = {"text": self.name(), "href": "https://example.com/a?b=1&c=2", "newTab": False}
        return {"type": "button", "rich_content_json": json.dumps(rich)}

    def _wire(self, query: Record, name: str, filters: Mapping[str, str]) -> Record:
        heard = [
            {"dashboard_filter_name": f, "field": DIMENSIONS[explore]}
            for f, explore in filters.items()
            if explore == query["view"] and self.coin(0.8)
        ]
        return {"model": query["model"], "view": query["view"], "name": name, "listen": heard}

    # what is shown to whom

    def make_board(self) -> None:
        told = {
            "title": self.dice.choice([self.name(), "Weekly"]),
            "description": self.dice.choice([None, "x"]),
        }
        board = self.inst.create("board", user_id=self.pick("user")["id"], **told)
        for _ in range(self.dice.randrange(4)):
            title = self.dice.choice([self.name(), "Links", None, ""])
            section = self.inst.create("board_section", board_id=board["id"], title=title)
            for _ in range(self.dice.randrange(4)):
                with suppress(IndexError, ApiError):
                    self.inst.create("board_item", board_section_id=section["id"], **self._shown())
            self._shuffle("board_section", section["id"], "item_order")
        self._shuffle("board", board["id"], "section_order")

    def _shown(self) -> Record:
        kinds: list[Callable[[], Record]] = [
            lambda: {"dashboard_id": self.pick("dashboard")["id"]},
            lambda: {"look_id": self.pick("look")["id"], "custom_title": "x", "use_custom_title": True},
            lambda: {"lookml_dashboard_id": LOOKML_DASHBOARD},
            lambda: {"custom_url": "https://example.com/x?y=z", "custom_title": self.name()},
        ]
        return self.dice.choice(kinds)()

    def _shuffle(self, kind: str, key: str, field: str) -> None:
        order = list((self.inst.get(kind, key) or {})[field])
        self.dice.shuffle(order)
        self.inst.edit(kind, key, **{field: order})

    def make_scheduled_plan(self) -> None:
        kinds: list[Callable[[], Record]] = [
            self._sent_dashboard,
            self._sent_dashboard,
            lambda: {
                "look_id": self.pick("look")["id"],
                **dict.fromkeys(FLAGS, False),
                FLAGS[2]: self.coin(),
            },
            lambda: {"lookml_dashboard_id": LOOKML_DASHBOARD},
            lambda: {"query_id": self.query()["id"]},
        ]
        when = self.dice.choice([{"crontab": "0 6 * * *"}, {"datagroup": "ecommerce::nightly_load"}])
        to = [{**MAIL, "address": self.email(), "message": self.dice.choice(["", "🌱"])} for _ in range(2)]
        told = {"name": self.dice.choice([self.name(), "Daily"]), "user_id": self.pick("user")["id"]}
        told |= {"enabled": self.coin(), "scheduled_plan_destination": to[: self.dice.randrange(1, 3)]}
        self.inst.create("scheduled_plan", **when, **told, **self.dice.choice(kinds)())
        self.inst.deliveries.clear()

    def _sent_dashboard(self) -> Record:
        shown = self.pick("dashboard")["id"]
        tabs = [x["id"] for x in layouts.of_dashboard(self.inst, shown) if self.coin(0.7)]
        titles = [f["title"] for f in self.inst.all("dashboard_filter") if f["dashboard_id"] == shown]
        heard = "?" + "&".join(f"{n}=x" for n, _ in enumerate(titles)) if titles and self.coin() else ""
        return {"dashboard_id": shown, "tab_ids": tabs, "filters_string": heard}

    def make_agent(self) -> None:
        self.inst.features.add("agents")
        explore = {"model": "ecommerce", "explore": "orders"}
        answer = "/explore/ecommerce/orders?fields=orders.count"
        golden = [
            self.inst.create("golden_query", questions=[f"How many in {self.name()}?"], answer=answer)["id"]
            for _ in range(self.dice.randrange(3))
        ]
        self.inst.create(
            "agent",
            name=self.name(),
            description=self.dice.choice([None, "Sales"]),
            sources=[explore],
            context={"instructions": f"Begin with {self.name()}."},
            golden_query_ids=golden,
            created_by_user_id=self.pick("user", lambda u: u.get("credentials_email"))["id"],
        )

    def make_alert(self) -> None:
        live = {d["id"] for d in self.inst.all("dashboard") if not d["deleted"]}
        watched = self.pick(
            "dashboard_element",
            lambda e: (e.get("query_id") or e.get("look_id")) and e["dashboard_id"] in live,
        )
        to = [{"destination_type": "EMAIL", "email_address": self.email()}]
        about = {
            "investigative_content_type": "dashboard",
            "investigative_content_id": watched["dashboard_id"],
        }
        self.inst.create(
            "alert",
            dashboard_element_id=watched["id"],
            owner_id=self.pick("user")["id"],
            field={"title": "Orders Count", "name": "orders.count"},
            comparison_type=self.dice.choice(["LESS_THAN", "GREATER_THAN"]),
            threshold=self.dice.choice([0, 1, 0.5, 1e6]),
            cron=self.dice.choice(["0 6 * * *", "0 7 * * *"]),
            custom_title=self.dice.choice([None, self.name()]),
            is_disabled=self.coin(0.2),
            destinations=to,
            **(about if self.coin(0.8) else {}),
        )


def is_shared(folder: Record) -> bool:
    """Whether a folder is the shared root or below it."""
    others = ("is_personal", "is_personal_descendant", "is_embed", "is_users_root", "is_embed_shared_root")
    return folder["id"] != "lookml" and not any(folder.get(flag) for flag in (*others, "is_embed_users_root"))


def depth(inst: Instance, folder: Record) -> int:
    """How many folders are above this one."""
    above = inst.get("folder", folder["parent_id"]) if folder["parent_id"] else None
    return depth(inst, above) + 1 if above else 0


def deep_folders(inst: Instance, dice: random.Random) -> None:
    """A row of folders, each in the one before, twelve below the shared root; some share a name."""
    here = next(f for f in inst.all("folder") if f["is_shared_root"])["id"]
    for level in range(DEPTH):
        name = "Deep" if level % 3 else dice.choice(NAMES)
        here = inst.create("folder", name=name, parent_id=here)["id"]
