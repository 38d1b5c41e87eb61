"""Who is shown what: boards, schedules, alerts and access lists, in terms free of ids."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from .fields import GONE, Raw, as_json, has_owner, said, settings

if TYPE_CHECKING:
    from .scribe import Scribe

_SHOWN = {"dashboard_id": "dashboard", "look_id": "look", "lookml_dashboard_id": "LookML dashboard"}
EVERYBODY = "(everybody)"


class Sharing:
    """Describes what a Scribe's instance shows to people, by the names that the Scribe knows."""

    def __init__(self, scribe: Scribe) -> None:
        self._scribe, self._get, self._pages = scribe, scribe.get, scribe.pages
        self._dashboards = {d["id"]: d for d in scribe.whole_dashboards()}
        self._integrations = {i["id"]: i["id"].partition("::")[2] for i in self._get("/integrations")}

    def boards(self) -> Iterator[tuple[str, Raw]]:
        """Boards by title, with their sections and items as they stand."""
        for raw in self._get("/boards"):
            if not raw["deleted_at"]:
                sections = _in_order(raw["board_sections"], raw["section_order"])
                told = settings(raw, "board") | {"owner": self._scribe.email(raw["user_id"])}
                yield raw["title"], told | {"sections": [self._section(s) for s in sections]}

    def _section(self, raw: Raw) -> Raw:
        items = _in_order(raw["board_items"], raw["item_order"])
        told = [self._item(item) for item in items]
        return settings(raw, "board_section") | {"items": [item for item in told if item]}

    def _item(self, raw: Raw) -> Raw:
        """An item; nothing where what it shows is gone, or nobody's."""
        shown = self._content(raw)
        if not shown and not raw["custom_url"]:
            return {}
        # what is computed from the content, or is the custom one once more
        own = {k: v for k, v in raw.items() if k not in ("title", "description", "location")}
        return settings(own, "board_item") | ({"shows": shown} if shown else {})

    def schedules(self) -> Iterator[tuple[str, Raw]]:
        """Schedules by name and by what they send; not those whose content is gone."""
        for raw in self._get("/scheduled_plans", all_users="true"):
            sends = self._content(raw)
            if raw["run_once"] or not raw["scheduled_plan_destination"] or sends == []:
                continue
            told = settings(raw, "scheduled_plan") | {"owner": self._scribe.email(raw["user_id"])}
            if raw["query_id"]:
                told["query"] = self._scribe.query(self._get(f"/queries/{raw['query_id']}"))
            told["on"] = raw["enabled"]
            told["tabs"] = sorted(self._tabs(raw))
            told["to"] = sorted(map(self._destination, raw["scheduled_plan_destination"]), key=as_json)
            yield f"{raw['name']} of {as_json(sends)}", told

    def _tabs(self, raw: Raw) -> list[str]:
        """Labels of the tabs that are there; for LookML dashboards the ids are the labels."""
        shown = self._dashboards.get(raw["dashboard_id"])
        if shown is None:
            return raw["tab_ids"] or []
        labels = {x["id"]: x["label"] or "" for x in shown["dashboard_layouts"]}
        return [labels[tab] for tab in raw["tab_ids"] or [] if tab in labels]

    def _destination(self, raw: Raw) -> Raw:
        told = said(
            {k: v for k, v in raw.items() if k not in ("id", "scheduled_plan_id", "looker_recipient")}
        )
        told.pop("secret_parameters", None)
        for id_, name in self._integrations.items():
            told["type"] = told["type"].replace(id_, f"<{name}>")
        return told

    def alerts(self) -> Iterator[tuple[str, Raw]]:
        """Alerts by the element they watch; not those whose element is gone, or shows nothing."""
        for raw in self._pages("/alerts/search", all_owners="true"):
            place = self._watched(raw)
            if place is not None and has_owner(place):
                told = settings(raw, "alert") | {"owner": self._scribe.email(raw["owner_id"])}
                told |= {"on": not raw["is_disabled"], "field": said(raw["field"])}
                told["filters"] = sorted(map(said, raw["applied_dashboard_filters"] or []), key=as_json)
                told["to"] = sorted((self._alerted(d) for d in raw["destinations"]), key=as_json)
                about = self._dashboards.get(raw["investigative_content_id"])
                told["investigates"] = self._scribe.place(about) if about else None
                yield place, told

    def _watched(self, raw: Raw) -> str | None:
        """The element by dashboard and title, and by what it shows if it has none."""
        if not raw["dashboard_element_id"]:
            return f"{raw['lookml_dashboard_id']} > {raw['lookml_link_id']}"
        for dashboard in self._dashboards.values():
            for element in dashboard["dashboard_elements"]:
                if element["id"] == raw["dashboard_element_id"]:
                    label = element["title"] or as_json(self._scribe.element(element, {}))
                    gone = self._scribe.element(element, {}).get("look") == GONE
                    return None if gone else f"{self._scribe.place(dashboard)} > {label}"
        return None

    def _alerted(self, raw: Raw) -> Raw:
        told = said({k: v for k, v in raw.items() if k != "id"})
        if "action_hub_integration_id" in told:
            told["action_hub_integration_id"] = self._integrations.get(told["action_hub_integration_id"])
        form = told.get("action_hub_form_params_json")
        return told | {"action_hub_form_params_json": json.loads(form)} if form else told

    def access(self) -> Iterator[tuple[str, Raw]]:
        """The access lists of shared folders; who has no e-mail is not told."""
        for folder in self._scribe.folders.values():
            if self._scribe.path(folder["id"]).split(" > ")[0] == "Shared":
                yield self._scribe.path(folder["id"]), self._access(folder["id"])

    def _access(self, folder_id: str) -> Raw:
        """Who may do what; who may edit the folder above may edit this one, listed or not."""
        if self._inherits(folder_id):
            return {"inherits": True}
        return {"grants": {who: what for who, what in self._holding(folder_id).items() if who}}

    @cache  # noqa: B019  # lives for one description
    def _inherits(self, folder_id: str) -> bool:
        metadata = self._scribe.folders[folder_id]["content_metadata_id"]
        return bool(self._get(f"/content_metadata/{metadata}")["inherits"])

    @cache  # noqa: B019
    def _holding(self, folder_id: str) -> dict[str | None, str]:
        folder = self._scribe.folders[folder_id]
        above = self._holding(folder["parent_id"]) if folder["parent_id"] else {}
        if self._inherits(folder_id):
            return above
        own = self._get("/content_metadata_access", content_metadata_id=folder["content_metadata_id"])
        told = {self._who(grant): grant["permission_type"] for grant in own}
        return told | {who: what for who, what in above.items() if what == "edit"}

    def _who(self, grant: Raw) -> str | None:
        if not grant["group_id"]:
            return self._scribe.email(grant["user_id"])
        group = self._scribe.groups[grant["group_id"]]
        return EVERYBODY if group["include_by_default"] else f"group {group['name']}"

    def _content(self, raw: Raw) -> list[str]:
        """What is shown, as kind and place: nothing where it is gone, or nobody's."""
        for field, kind in _SHOWN.items():
            if not raw.get(field):
                continue
            if field == "lookml_dashboard_id":
                return [kind, raw[field]]
            known = self._dashboards if field == "dashboard_id" else self._scribe.looks
            place = self._scribe.place(known[raw[field]]) if raw[field] in known else ""
            return [kind, place] if place and has_owner(place) else []
        return ["query"] if raw.get("query_id") else []


def _in_order(items: list[Raw], order: list[str] | None) -> list[Raw]:
    """What is not deleted, as the order says."""
    places = {key: n for n, key in enumerate(order or [])}
    live = [item for item in items or [] if not item.get("deleted_at")]
    return sorted(live, key=lambda item: places.get(item["id"], len(places)))
