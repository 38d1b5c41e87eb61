"""What one instance holds, in terms free of ids."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from . import addresses
from .fields import GONE, NOBODY, Raw, as_json, has_owner, said, settings
from .reader import Reader
from .sharing import Sharing

# section -> name -> every object of that name
Described = dict[str, dict[str, list[Any]]]

ROOTS = {
    "is_shared_root": "Shared",
    "is_users_root": "Users",
    "is_embed_shared_root": "Embed Groups",
    "is_embed_users_root": "Embed Users",
}
_MENTIONS = ("collection_id", "palette_id", "color_collection_id")
_PALETTES = ("categoricalPalettes", "sequentialPalettes", "divergingPalettes")
BUILT_IN = "Looker"  # the theme that every instance has
CALLER = "who asks"
LEFT_OVERS = "accounts without e-mail"
_PLACE = (
    *("row", "column", "width", "height"),
    *("granular_row", "granular_column", "granular_width", "granular_height"),
)


class Scribe:
    """Turns answers into descriptions; knows the names behind the ids of one instance."""

    def __init__(self, reader: Reader) -> None:
        self.get, self.pages, self.offers, self.host = reader.get, reader.pages, reader.offers, reader.host
        self.users = {u["id"]: u for u in self.pages("/users", sorts="id")}
        self.folders = {f["id"]: f for f in self.get("/folders")}
        self.owners = {u["personal_folder_id"]: self.email(u["id"]) for u in self.users.values()}
        self.groups = {g["id"]: g for g in self.pages("/groups", sorts="id")}
        self.looks = {h["id"]: self.get(f"/looks/{h['id']}") for h in self.get("/looks")}
        self.collections = self.get("/color_collections/custom")
        self.colors = dict(_color_names(self.collections))

    def describe(self) -> Described:
        known = {at: name for at, name in self.names() if has_owner(name)}
        found: Described = addresses.told(self.described(), self.host, known)
        return found

    def names(self) -> Iterator[tuple[tuple[str, str], str]]:
        """What addresses may lead to, by kind and id."""
        yield from ((("folder", key), self.path(key)) for key in self.folders)
        yield from ((("look", key), self.place(look)) for key, look in self.looks.items())
        yield from ((("dashboard", h["id"]), self.heading(h)) for h in self.get("/dashboards"))
        yield from ((("board", board["id"]), board["title"]) for board in self.get("/boards"))

    def described(self) -> Described:
        sharing = Sharing(self)
        return {
            "boards": _named(sharing.boards()),
            "schedules": _named(sharing.schedules()),
            "alerts": _named(sharing.alerts()),
            "agents": _named((a["name"], self.agent(a)) for a in self.agents()),
            "access lists": _named(sharing.access()),
            CALLER: {str(self.email(self.get("/user")["id"])): []},
            "folders": _with_owner((self.path(key), {}) for key in self.folders),
            "users": _named((self.email(key), self.user(u)) for key, u in self.users.items() if u["email"]),
            LEFT_OVERS: _named((_full_name(u), {}) for u in self.users.values() if not u["email"]),
            "groups": _named((g["name"], self.group(g)) for g in self.groups.values() if _is_ours(g)),
            "permission sets": self.sets("/permission_sets", "permissions"),
            "model sets": self.sets("/model_sets", "models"),
            "roles": _named((r["name"], self.role(r)) for r in self.get("/roles") if _is_ours_role(r)),
            "LookML models": _named((m["name"], _model(m)) for m in self.pages("/lookml_models")),
            "looks": _with_owner((self.place(x), self.look(x)) for x in self.looks.values()),
            "dashboards": _with_owner(self.dashboards()),
            "color collections": _named((c["label"], _palettes(c)) for c in self.collections),
            "themes": _named(
                (t["name"], self.theme(t)) for t in self.get("/themes") if t["name"] != BUILT_IN
            ),
            "user attributes": _named(
                (a["name"], self.attribute(a)) for a in self.get("/user_attributes") if not a["is_system"]
            ),
        }

    def path(self, folder_id: str | None) -> str:
        """A folder by its path from a typed root; a personal one by its owner."""
        folder = self.folders.get(str(folder_id))
        if folder is None:
            return f"(no folder {folder_id})"
        root = next((name for flag, name in ROOTS.items() if folder.get(flag)), None)
        if root or folder_id == "lookml":
            return root or "LookML"
        if folder_id in self.owners:
            return f"@{self.owners[folder_id] or NOBODY}"
        return f"{self.path(folder['parent_id'])} > {folder['name']}"

    def place(self, content: Raw) -> str:
        """A look or dashboard by folder and title."""
        return f"{self.path(content['folder_id'])} > {content['title']}"

    def heading(self, head: Raw) -> str:
        """A dashboard of the list by folder and title."""
        return f"{self.path((head['folder'] or {}).get('id'))} > {head['title']}"

    def email(self, user_id: str | None) -> str | None:
        """A user by e-mail; None for one who has none."""
        user = self.users.get(str(user_id))
        return str(user["email"]).lower() if user and user["email"] else None

    def emails(self, users: list[Raw]) -> list[str]:
        return sorted(filter(None, (self.email(u["id"]) for u in users)))

    def agents(self) -> list[Raw]:
        """All agents, where the instance has any."""
        found = self.pages("/agents/search") if self.offers("/agents/search") else []
        return [agent for agent in found if not agent.get("deleted")]

    def agent(self, raw: Raw) -> Raw:
        golden = [(g["questions"], g["answer"]) for g in raw.get("golden_queries") or []]
        return {
            **said({k: raw.get(k) for k in ("description", "context", "code_interpreter", "sources")}),
            "by": self.email(raw["created_by_user_id"]),
            "golden queries": sorted(golden, key=str),
        }

    def user(self, raw: Raw) -> Raw:
        profile = ("first_name", "last_name", "is_disabled", "locale", "can_manage_api3_creds")
        login = raw.get("credentials_email") or {}
        return {
            **said({k: raw.get(k) for k in profile}),
            "e-mail login": str(login.get("email") or "").lower(),
            "home folder": self.path(raw["home_folder_id"]) if raw.get("home_folder_id") else None,
        }

    def group(self, raw: Raw) -> Raw:
        return {
            "can_add_to_content_metadata": bool(raw["can_add_to_content_metadata"]),
            "users": self.emails(list(self.pages(f"/groups/{raw['id']}/users"))),
            "groups": sorted(g["name"] for g in self.get(f"/groups/{raw['id']}/groups")),
        }

    def sets(self, path: str, field: str) -> dict[str, list[Any]]:
        ours = (s for s in self.get(path) if not s["built_in"] and not s["all_access"])
        return _named((s["name"], sorted(s[field] or [])) for s in ours)

    def role(self, raw: Raw) -> Raw:
        at = f"/roles/{raw['id']}"
        return {
            "permission set": raw["permission_set"]["name"],
            "model set": raw["model_set"]["name"],
            "users": self.emails(self.get(f"{at}/users", direct_association_only="true")),
            "groups": sorted(g["name"] for g in self.get(f"{at}/groups")),
        }

    def look(self, raw: Raw) -> Raw:
        return {
            **settings(raw, "look"),
            "owner": self.email(raw["user_id"]),
            "query": self.query(raw["query"]),
        }

    def theme(self, raw: Raw) -> Raw:
        return {**settings(raw, "theme"), "settings": said(self.colored(raw["settings"]))}

    def attribute(self, raw: Raw) -> Raw:
        """A user attribute with what it is for whom; hidden values nobody can read."""
        if raw["value_is_hidden"]:
            return {**settings(raw, "user_attribute"), "default_value": None}
        rows = sorted(self.get(f"/user_attributes/{raw['id']}/group_values"), key=lambda row: row["rank"])
        values = [[self.groups[row["group_id"]]["name"], row["value"]] for row in rows]
        return {**settings(raw, "user_attribute"), "values of groups": values}

    def colored(self, value: Any) -> Any:
        """A value with labels in place of the ids that a custom palette has on this instance alone."""
        if isinstance(value, dict):
            known = {k: self.colors[v] for k, v in value.items() if k in _MENTIONS and v in self.colors}
            return {k: self.colored(v) for k, v in value.items()} | known
        return [self.colored(v) for v in value] if isinstance(value, list) else value

    def query(self, raw: Raw | None) -> Raw | None:
        return None if raw is None else settings(self.colored(raw), "query")

    @cache  # noqa: B019  # a scribe lives for one description
    def whole_dashboards(self) -> list[Raw]:
        """Every dashboard that is not LookML, with all its parts."""
        heads = [d["id"] for d in self.get("/dashboards") if "::" not in d["id"]]
        return [self.get(f"/dashboards/{key}") for key in heads]

    def dashboards(self) -> Iterator[tuple[str, Raw]]:
        return ((self.place(raw), self.dashboard(raw)) for raw in self.whole_dashboards())

    def dashboard(self, raw: Raw) -> Raw:
        layouts = [x for x in raw["dashboard_layouts"] if not x.get("deleted")]
        names = _layout_names(layouts)
        places: dict[str, Raw] = defaultdict(dict)
        for layout in layouts:
            for component in layout["dashboard_layout_components"]:
                if not component["deleted"]:
                    place = said({k: component.get(k) for k in _PLACE})
                    places[component["dashboard_element_id"]][names[layout["id"]]] = place
        filters = {f["id"]: f["name"] for f in raw["dashboard_filters"]}
        elements = [x for x in raw["dashboard_elements"] if not x.get("deleted")]
        return {
            **settings(raw, "dashboard"),
            "owner": self.email(raw["user_id"]),
            "filters": _named((f["name"], settings(f, "dashboard_filter")) for f in raw["dashboard_filters"]),
            "layouts": _named((names[x["id"]], settings(x, "dashboard_layout")) for x in layouts),
            "tabs in order": [
                name for _, name in sorted((x.get("order") or 0, names[x["id"]]) for x in layouts)
            ],
            "elements": [self.element(x, filters) | {"places": places.get(x["id"])} for x in elements],
        }

    def element(self, raw: Raw, filters: Mapping[str, str]) -> Raw:
        """An element with exactly what it shows and what it listens to."""
        told: Raw = settings(raw, "dashboard_element")
        if raw.get("look_id"):
            look = self.looks.get(raw["look_id"])
            told["look"] = self.place(look) if look and has_owner(self.place(look)) else GONE
        elif raw.get("merge_result_id"):
            told["merge query"] = self.merge(self.get(f"/merge_queries/{raw['merge_result_id']}"))
        elif raw.get("query_id"):
            told["query"] = self.query(raw["query"])
        if raw.get("filter_id"):
            told["filter"] = filters.get(raw["filter_id"])
        wired = (raw.get("result_maker") or {}).get("filterables") or []
        told["listens"] = sorted((_filterable(f) for f in wired if f.get("listen")), key=as_json)
        return told

    def merge(self, raw: Raw) -> Raw:
        sources = [
            {
                "name": source["name"],
                "query": self.query(self.get(f"/queries/{source.get('query_id') or source['query_slug']}")),
                "merge_fields": source.get("merge_fields") or [],
            }
            for source in raw["source_queries"]
        ]
        return {**settings(self.colored(raw), "merge_query"), "sources": sources}


def _named(pairs: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, told in pairs:
        found.setdefault(name, []).append(told)
    return found


def _with_owner(pairs: Any) -> dict[str, list[Any]]:
    return _named((place, told) for place, told in pairs if has_owner(place))


def _full_name(user: Raw) -> str:
    return f"{user['first_name'] or ''} {user['last_name'] or ''}".strip()


def _is_ours(group: Raw) -> bool:
    return not (group["externally_managed"] or group["include_by_default"] or group["external_group_id"])


def _is_ours_role(role: Raw) -> bool:
    every = role["permission_set"]["all_access"] and role["model_set"]["all_access"]
    return not (role["internal"] or every)


def _layout_names(layouts: list[Raw]) -> dict[str, str]:
    """The active layout is the one everybody sees first; others go by label."""
    first = next((x for x in layouts if x["active"]), layouts[0] if layouts else {})
    names, used = {}, Counter[str]()
    for layout in layouts:
        name = "first layout" if layout is first else f"tab {layout.get('label') or ''}"
        used[name] += 1
        names[layout["id"]] = name if used[name] == 1 else f"{name} ({used[name]})"
    return names


def _filterable(raw: Raw) -> Raw:
    heard = [{"filter": x["dashboard_filter_name"], "field": x["field"]} for x in raw["listen"]]
    return said({k: raw.get(k) for k in ("model", "view", "name")}) | {"listen": sorted(heard, key=as_json)}


def _model(raw: Raw) -> Raw:
    """The configuration of a model; what is in it comes from git."""
    told = {k: raw[k] for k in ("project_name", "unlimited_db_connections")}
    return said(told | {"connections": sorted(raw["allowed_db_connection_names"] or [])})


def _palettes(collection: Raw) -> Raw:
    return {
        kind: [{k: v for k, v in palette.items() if k != "id"} for palette in collection.get(kind) or []]
        for kind in _PALETTES
    }


def _color_names(collections: list[Raw]) -> Iterator[tuple[str, str]]:
    """The ids of custom collections and their palettes, with what people call them."""
    for collection in collections:
        yield collection["id"], collection["label"]
        for kind in _PALETTES:
            for palette in collection.get(kind) or []:
                yield palette["id"], f"{kind} > {collection['label']} > {palette['label']}"
