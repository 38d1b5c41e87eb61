"""Judges a migration from outside: what two Looker instances hold, in terms free of ids, over plain HTTP.

Nothing of lookervault is used here, so that an error in its own idea of equality cannot hide itself.
What Looker means by its fields is taken from the resource notes (sections 2, 4.1 to 4.12, 5 and 6).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

Raw = dict[str, Any]
# section -> name -> every object of that name
Described = dict[str, dict[str, list[Any]]]

ROOTS = {
    "is_shared_root": "Shared",
    "is_users_root": "Users",
    "is_embed_shared_root": "Embed Groups",
    "is_embed_users_root": "Embed Users",
}
GONE = "(a look that is gone)"
_PAGE = 200
LEFT_OVERS = "accounts without e-mail"
NOBODY = "(an account without e-mail)"

# ids, links, counters, stamps and what is computed from other objects: true of one instance only
_NOISE = {
    *("id", "can", "url", "slug", "edit_uri", "user_id", "folder_id", "folder", "model", "readonly"),
    *("user_name", "created_at", "updated_at", "last_accessed_at", "last_viewed_at", "deleted", "deleted_at"),
    *("deleter_id", "last_updater_id", "last_updater_name", "content_metadata_id", "content_favorite_id"),
    *("view_count", "favorite_count", "usage_count", "is_owner_disabled", "refresh_interval_to_i"),
    *("x_internal", "lookml_link_url", "certification_metadata"),
}
_NOISE_OF = {
    "dashboard": {"dashboard_elements", "dashboard_filters", "dashboard_layouts"},
    "dashboard_filter": {"dashboard_id", "field"},
    "dashboard_layout": {
        *("dashboard_id", "dashboard_title", "dashboard_layout_components", "lookml_link_id", "order"),
    },
    "dashboard_element": {
        *("dashboard_id", "dashboard_layout_id", "query", "query_id", "look", "look_id", "merge_result"),
        *("merge_result_id", "result_maker", "result_maker_id", "filter_id", "alert_count", "lookml_link_id"),
        *("title_text_as_html", "subtitle_text_as_html", "body_text_as_html", "note_text_as_html"),
    },
    "look": {
        *("query", "query_id", "embed_url", "excel_file_url", "google_spreadsheet_formula", "short_url"),
        *("image_embed_url", "public_url", "public_slug"),
    },
    # what a query or merge query may not be asked to have: names of the instance's own, and the
    # undocumented fields that no description of the API lets anybody write
    "query": {
        *("client_id", "filter_config", "share_url", "expanded_share_url", "has_table_calculations"),
        *("runtime", "quick_calcs", "analysis_config"),
    },
    "merge_query": {"source_queries", "result_maker_id"},
}
_MEANINGFUL = {"dashboard": {"slug"}, "query": {"model"}, "dashboard_filter": {"model"}}
_JSON_TEXTS = {"dynamic_fields", "rich_content_json"}
# null or false, it is off
_OFF = {
    *("total", "hidden", "title_hidden", "public", "required", "allow_multiple_values", "is_disabled"),
    *("can_manage_api3_creds", "chat_enabled", "crossfilter_enabled", "filters_bar_collapsed"),
    *("alert_sync_with_dashboard_filter_enabled",),
}
_PLACE = (
    *("row", "column", "width", "height"),
    *("granular_row", "granular_column", "granular_width", "granular_height"),
)
# what the server puts in place of null
_SERVER_DEFAULTS = {
    "preferred_viewer": "dashboards-next",
    "load_configuration": "prefetch_cache_run",
    "filters_location_top": True,
    "enable_viz_full_screen": True,
    "is_run_on_load": True,
}


class Reader:
    """GET calls to one instance with a login of its own."""

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
        self._login = urlencode({"client_id": client_id, "client_secret": client_secret})
        self._token = ""

    def get(self, path: str, **query: Any) -> Any:
        """The decoded answer; AssertionError where Looker does not give one."""
        where = f"/api/4.0{path}?{urlencode(query)}" if query else f"/api/4.0{path}"
        status, answer = self._call("GET", where, {"Authorization": f"token {self._token}"})
        if status == 401:
            self._log_in()
            status, answer = self._call("GET", where, {"Authorization": f"token {self._token}"})
        assert status == 200, f"GET {path} answered {status}: {answer}"
        return answer

    def pages(self, path: str, **query: Any) -> Iterator[Raw]:
        """All objects of a paged list."""
        for offset in count(0, _PAGE):
            page = self.get(path, limit=_PAGE, offset=offset, **query)
            yield from page
            if len(page) < _PAGE:
                return

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def _log_in(self) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, answer = self._call("POST", "/api/4.0/login", headers, self._login)
        assert status == 200, f"the login answered {status}"
        self._token = answer["access_token"]

    def _call(self, method: str, where: str, headers: Mapping[str, str], body: str = "") -> tuple[int, Any]:
        self._connection.request(method, where, body or None, dict(headers))
        answer = self._connection.getresponse()
        data = answer.read()
        return answer.status, json.loads(data) if data else None


def describe(url: str, client_id: str, client_secret: str) -> Described:
    """All that the instance holds, as an admin sees it."""
    reader = Reader(url, client_id, client_secret)
    try:
        return _Scribe(reader).describe()
    finally:
        reader.close()


class _Scribe:
    """Turns answers into descriptions; knows the names behind the ids of one instance."""

    def __init__(self, reader: Reader) -> None:
        self.get, self.pages = reader.get, reader.pages
        self.users = {u["id"]: u for u in self.pages("/users", sorts="id")}
        self.folders = {f["id"]: f for f in self.get("/folders")}
        self.owners = {u["personal_folder_id"]: u["email"] for u in self.users.values()}
        self.groups = {g["id"]: g for g in self.pages("/groups", sorts="id")}
        self.looks = {h["id"]: self.get(f"/looks/{h['id']}") for h in self.get("/looks")}

    def describe(self) -> Described:
        return {
            "folders": _with_owner((self.path(key), {}) for key in self.folders),
            "users": _named((u["email"], self.user(u)) for u in self.users.values() if u["email"]),
            LEFT_OVERS: _named((_full_name(u), {}) for u in self.users.values() if not u["email"]),
            "groups": _named((g["name"], self.group(g)) for g in self.groups.values() if _is_ours(g)),
            "permission sets": self.sets("/permission_sets", "permissions"),
            "model sets": self.sets("/model_sets", "models"),
            "roles": _named((r["name"], self.role(r)) for r in self.get("/roles") if _is_ours_role(r)),
            "looks": _with_owner((self.place(x), self.look(x)) for x in self.looks.values()),
            "dashboards": _with_owner(self.dashboards()),
        }

    def path(self, folder_id: str) -> str:
        """A folder by its path from a typed root; a personal one by its owner."""
        folder = self.folders.get(folder_id)
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

    def email(self, user_id: str | None) -> str | None:
        """A user by e-mail; None for one who has none."""
        user = self.users.get(str(user_id))
        return str(user["email"]).lower() if user and user["email"] else None

    def emails(self, users: list[Raw]) -> list[str]:
        return sorted(filter(None, (self.email(u["id"]) for u in users)))

    def user(self, raw: Raw) -> Raw:
        profile = ("first_name", "last_name", "is_disabled", "locale", "can_manage_api3_creds")
        login = raw.get("credentials_email") or {}
        return {
            **_said({k: raw.get(k) for k in profile}),
            "e-mail login": login.get("email"),
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
        return {**_settings(raw, "look"), "owner": self.email(raw["user_id"]), "query": _query(raw["query"])}

    def dashboards(self) -> Iterator[tuple[str, Raw]]:
        for head in self.get("/dashboards"):
            if "::" not in head["id"]:
                raw = self.get(f"/dashboards/{head['id']}")
                yield self.place(raw), self.dashboard(raw)

    def dashboard(self, raw: Raw) -> Raw:
        layouts = [x for x in raw["dashboard_layouts"] if not x.get("deleted")]
        names = _layout_names(layouts)
        places: dict[str, Raw] = defaultdict(dict)
        for layout in layouts:
            for component in layout["dashboard_layout_components"]:
                if not component["deleted"]:
                    place = _said({k: component.get(k) for k in _PLACE})
                    places[component["dashboard_element_id"]][names[layout["id"]]] = place
        filters = {f["id"]: f["name"] for f in raw["dashboard_filters"]}
        elements = [x for x in raw["dashboard_elements"] if not x.get("deleted")]
        return {
            **_settings(raw, "dashboard"),
            "owner": self.email(raw["user_id"]),
            "filters": _named(
                (f["name"], _settings(f, "dashboard_filter")) for f in raw["dashboard_filters"]
            ),
            "layouts": _named((names[x["id"]], _settings(x, "dashboard_layout")) for x in layouts),
            "tabs in order": [
                name for _, name in sorted((x.get("order") or 0, names[x["id"]]) for x in layouts)
            ],
            "elements": [self.element(x, filters) | {"places": places.get(x["id"])} for x in elements],
        }

    def element(self, raw: Raw, filters: Mapping[str, str]) -> Raw:
        """An element with exactly what it shows and what it listens to."""
        told: Raw = _settings(raw, "dashboard_element")
        if raw.get("look_id"):
            look = self.looks.get(raw["look_id"])
            told["look"] = self.place(look) if look else GONE
        elif raw.get("merge_result_id"):
            told["merge query"] = self.merge(self.get(f"/merge_queries/{raw['merge_result_id']}"))
        elif raw.get("query_id"):
            told["query"] = _query(raw["query"])
        if raw.get("filter_id"):
            told["filter"] = filters.get(raw["filter_id"])
        wired = (raw.get("result_maker") or {}).get("filterables") or []
        told["listens"] = sorted((_filterable(f) for f in wired if f.get("listen")), key=_text)
        return told

    def merge(self, raw: Raw) -> Raw:
        sources = [
            {
                "name": source["name"],
                "query": _query(self.get(f"/queries/{source.get('query_id') or source['query_slug']}")),
                "merge_fields": source.get("merge_fields") or [],
            }
            for source in raw["source_queries"]
        ]
        return {**_settings(raw, "merge_query"), "sources": sources}


def _named(pairs: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, told in pairs:
        found.setdefault(name, []).append(told)
    return found


def _with_owner(pairs: Any) -> dict[str, list[Any]]:
    return _named((place, told) for place, told in pairs if _has_owner(place))


def _has_owner(path: str) -> bool:
    """Whether this is not below the personal folder of an account that no other instance can know."""
    return not path.startswith(f"@{NOBODY}")


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
    return _said({k: raw.get(k) for k in ("model", "view", "name")}) | {"listen": sorted(heard, key=_text)}


def _query(raw: Raw | None) -> Raw | None:
    return None if raw is None else _settings(raw, "query")


def _settings(raw: Raw, kind: str) -> Raw:
    """Every field that is no noise: one that Looker adds tomorrow is compared until it is known."""
    noise = (_NOISE | _NOISE_OF[kind]) - _MEANINGFUL.get(kind, set())
    return _said({k: v for k, v in raw.items() if k not in noise})


def _said(fields: Raw) -> Raw:
    """Fields that say something: null, absent and empty are one, and so is off where null means off."""
    told = {k: _parsed(v) if k in _JSON_TEXTS else v for k, v in fields.items()}
    return {k: v for k, v in told.items() if not _is_nothing(v) and not (k in _OFF and v is False)}


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _parsed(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def differences(source: Described, target: Described) -> list[str]:
    """What of the source is not on the target just so, and what is there twice or left over."""
    found: list[str] = []
    for section, objects in source.items():
        if section != LEFT_OVERS:
            found += _named_differences(section, objects, target[section])
    for name, accounts in target[LEFT_OVERS].items():
        if len(accounts) > len(source[LEFT_OVERS].get(name, [])):
            found.append(f"users: {name} was left behind without an e-mail")
    return found


def _named_differences(
    path: str, wanted: Mapping[str, list[Any]], there: Mapping[str, list[Any]]
) -> list[str]:
    found: list[str] = []
    for name, objects in wanted.items():
        others = there.get(name, [])
        if len(objects) != len(others):
            found.append(f"{path}: {name} is there {len(others)} times, not {len(objects)}")
        for one, other in zip(objects, others, strict=False):
            found += _compare(f"{path}: {name}", one, other)
    return found


def _compare(path: str, wanted: Any, there: Any) -> Iterator[str]:
    if isinstance(wanted, dict) and isinstance(there, dict):
        for key in sorted({*wanted, *there}):
            yield from _compare_field(f"{path} / {key}", key, wanted.get(key), there.get(key))
    elif isinstance(wanted, list) and isinstance(there, list) and len(wanted) == len(there):
        for number, (one, other) in enumerate(zip(wanted, there, strict=True)):
            yield from _compare(f"{path}[{number}]", one, other)
    elif _text(wanted) != _text(there):
        yield f"{path}: {_text(wanted)[:200]} became {_text(there)[:200]}"


def _compare_field(path: str, key: str, wanted: Any, there: Any) -> Iterator[str]:
    if wanted is None and there is not None and (key == "owner" or _SERVER_DEFAULTS.get(key) == there):
        return
    if key == "elements":
        yield from _compare_elements(path, wanted, there)
    elif key in ("filters", "layouts") and wanted != there and _is_named(wanted) and _is_named(there):
        yield from _named_differences(path, wanted, there)
        yield from (f"{path}: {name} is extra" for name in there if name not in wanted)
    else:
        yield from _compare(path, wanted, there)


def _is_named(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(x, list) for x in value.values())


def _compare_elements(path: str, wanted: list[Raw], there: list[Raw]) -> Iterator[str]:
    """The same elements, however ordered; those that differ are told next to what is most like them.

    A tile whose look is gone cannot be made: it may be missing, or still be what it was made as.
    """
    more, less = Counter(map(_text, there)), Counter(map(_text, wanted))
    extra = [json.loads(text) for text in (more - less).elements()]
    open_ = [json.loads(text) for text in (less - more).elements()]
    for element in sorted(open_, key=lambda e: e.get("look") == GONE):
        broken = element.get("look") == GONE
        like = max(extra, key=lambda other: _likeness(element, other), default=None)
        if like is not None:
            extra.remove(like)
        if broken:
            continue
        if like is None:
            yield f"{path}: {_label(element)} is missing"
        else:
            yield from _compare(f"{path}: {_label(element)}", element, like)
    yield from (f"{path}: {_label(element)} is extra" for element in extra)


def _likeness(one: Raw, other: Raw) -> int:
    return sum(_text(value) == _text(other.get(key)) for key, value in one.items())


def _label(element: Raw) -> str:
    return repr(element.get("title") or element.get("title_text") or element.get("look") or "untitled")


def _text(value: Any) -> str:
    """A value as canonical JSON; 1 and 1.0 are one number, 1 and true are not."""
    return json.dumps(_whole(value), sort_keys=True, ensure_ascii=False)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _whole(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_whole(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
