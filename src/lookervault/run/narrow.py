"""Reading of a target only what a few desired objects could be, and what belongs to that.

Each kind is looked for in all the ways in which pairing finds its objects: by the mapped id or, on the same
instance, the same one, by slug, by name under the paired parent. Kinds that are not here are read in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from msgspec import structs

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.model.kind import Raw
from lookervault.model.normal import text_id
from lookervault.model.people import user_email
from lookervault.model.resource import Resource, State
from lookervault.model.state import build_state
from lookervault.plan.pair import pair
from lookervault.plan.pairing import IdMap
from lookervault.plan.settle import PERSONAL

_ABSENT = (403, 404, 405, 422)
_HEADER = "id,folder_id,slug,title,updated_at,deleted"
_LISTS = {"dashboard": "dashboards", "look": "looks"}


class Narrow:
    """What to read of one target for the sake of the desired objects; `raws` is what has been read."""

    def __init__(
        self, gateway: Gateway, desired: State, mapping: IdMap, raws: dict[str, dict[str, Any]], workers: int
    ) -> None:
        self._gateway = gateway
        self._desired = desired
        self._mapping = mapping
        self._raws = raws
        self._workers = workers
        self.refused: set[str] = set()  # collections that the caller may not see into
        self._folder_ids: dict[str, str] | None = None
        self._heads: dict[str, list[Raw]] = {}
        self._ways: dict[str, Callable[[], list[Raw] | None]] = {
            "user": self._users,
            "lookml_model": self._models,
            "lookml_dashboard": self._lookml_dashboards,
            "scheduled_plan": self._plans,
            "alert": self._alerts,
        }

    def heads(self, kind: str, deleted: bool) -> list[Raw] | None:
        """What could be one of the desired objects of a kind; None where all of the kind is to be read."""
        if kind in _LISTS:
            if kind not in self._heads:
                self._heads[kind] = self._content(kind)
            return [raw for raw in self._heads[kind] if bool(raw.get("deleted")) == deleted]
        return self._ways[kind]() if kind in self._ways else None

    def owners(self) -> list[Raw]:
        """Users whom what was read belongs to, as far as they have not been read."""
        fields = {"dashboard": "user_id", "look": "user_id", "scheduled_plan": "user_id", "alert": "owner_id"}
        ids = {text_id(r.get(f)) for k, f in fields.items() for r in self._raws.get(k, {}).values()}
        return self._each("users", ids - {""} - self._raws.get("user", {}).keys())

    def _wanted(self, kind: str) -> list[Resource]:
        return [r for r in self._desired.resources.values() if r.kind == kind]

    def _known_id(self, resource: Resource) -> str:
        """The id that the object has on the target for sure, if it is there."""
        same_host = self._desired.host == self._gateway.host
        return self._mapping.get((resource.kind, resource.id)) or (resource.id if same_host else "")

    def _known_ids(self, kind: str) -> set[str]:
        return {self._known_id(r) for r in self._wanted(kind)} - {""}

    def _users(self) -> list[Raw] | None:
        """Users by id or e-mail; no search knows the other names that users may have."""
        found = self._each("users", self._known_ids("user"))
        known = {text_id(raw.get("id")) for raw in found}
        emails = {r.name for r in self._wanted("user") if not r.local and self._known_id(r) not in known}
        homes = (r for r in self._wanted("folder") if r.name.startswith(PERSONAL) and not r.local)
        emails |= {home.name.removeprefix(PERSONAL) for home in homes}
        emails -= {user_email(raw) for raw in found}
        if any(":" in email or "@" not in email for email in emails):
            return None
        calls = [(["users", "search"], {"email": email}) for email in sorted(emails)]
        return _once([*found, *(u for page in self._asked(calls) for u in page if user_email(u) in emails)])

    def _models(self) -> list[Raw]:
        """The models that the desired queries ask; what is not there is not there."""
        names = {m for r in self._desired.resources.values() for m in _models_of(r)}
        names |= {r.name for r in self._wanted("lookml_model")}
        return self._each("lookml_models", names)

    def _lookml_dashboards(self) -> list[Raw]:
        ids = {r.id for r in self._wanted("lookml_dashboard")}
        return self._each("dashboards", ids, fields="id,title,folder")

    def _content(self, kind: str) -> list[Raw]:
        """Headers: by id, and for what no live id answers to by slug and by title in its folder."""
        fields = _HEADER if kind == "dashboard" else _HEADER.replace("slug,", "")
        found = self._each(_LISTS[kind], self._known_ids(kind), fields=fields)
        live = {text_id(raw.get("id")) for raw in found if not raw.get("deleted")}
        sought = [r for r in self._wanted(kind) if self._known_id(r) not in live]
        path, places = [_LISTS[kind], "search"], self._places() if sought else {}
        questions = {("slug", r.slug) for r in sought if r.slug}
        questions |= {("folder_id", places[r.parent]) for r in sought if r.parent in places}
        calls = [
            (path, {name: value, "fields": fields, "deleted": deleted})
            for name, value in sorted(questions)
            for deleted in (False, True)
        ]
        names, slugs = {r.name for r in sought}, {r.slug for r in sought} - {""}
        listed = (raw for page in self._asked(calls, paged=True) for raw in page)
        return _once([*found, *(x for x in listed if x.get("title") in names or x.get("slug") in slugs)])

    def _places(self) -> dict[str, str]:
        """The target's ids of the desired folders, as far as they are there."""
        if self._folder_ids is None:
            raws = {kind: self._raws.get(kind, {}) for kind in ("folder", "user")}
            there = build_state(self._gateway.host, raws, {"folder": "complete", "user": "filtered"})
            few = {a: r for a, r in self._desired.resources.items() if r.kind in raws}
            sides = pair(structs.replace(self._desired, resources=few), there, self._mapping)
            paired = sides.pairing.observed
            self._folder_ids = {a: there.resources[at].id for a, at in paired.items()}
        return self._folder_ids

    def _plans(self) -> list[Raw]:
        """Schedules of what was read, and those of the desired ids, whatever they send."""
        calls = [
            (["scheduled_plans", kind, id_], {"all_users": True})
            for kind in ("dashboard", "look", "lookml_dashboard")
            for id_ in sorted(self._raws.get(kind, {}))
        ]
        of_content = (plan for plans in self._asked(calls) for plan in plans)
        return _once([*of_content, *self._each("scheduled_plans", self._known_ids("scheduled_plan"))])

    def _alerts(self) -> list[Raw]:
        """Alerts on what was read, and those of the desired ids that have lost their element for sure."""
        pages = self._gateway.pages("/alerts/search", all_owners=True, sorts=None)
        dashboards = self._raws.get("dashboard", {}).values()
        elements = {text_id(e.get("id")) for d in dashboards for e in d.get("dashboard_elements") or []}
        lookml, known = self._raws.get("lookml_dashboard", {}), self._known_ids("alert")
        found, doubtful = [], {}
        for raw in (raw for page in pages for raw in page):
            element = text_id(raw.get("dashboard_element_id"))
            if element in elements or text_id(raw.get("lookml_dashboard_id")) in lookml:
                found.append(raw)
            elif element and text_id(raw.get("id")) in known:
                doubtful[element] = raw
        there = {text_id(e.get("id")) for e in self._each("dashboard_elements", doubtful, fields="id")}
        unseen = "dashboard_elements" in self.refused
        return [*found, *(raw for element, raw in doubtful.items() if element not in there and not unseen)]

    def _each(self, collection: str, ids: Iterable[str], **query: Any) -> list[Raw]:
        """The objects of these ids that there are."""
        calls = [([collection, id_], query) for id_ in sorted(ids)]
        return [raw for raw in self._asked(calls) if isinstance(raw, dict)]

    def _asked(self, calls: list[tuple[list[str], dict[str, Any]]], paged: bool = False) -> Iterator[Any]:
        """Answers in the order of the calls; an empty list for what is not there."""

        def ask(call: tuple[list[str], dict[str, Any]]) -> Any:
            path, query = call
            try:
                if paged:
                    return [raw for page in self._gateway.pages(path, **query) for raw in page]
                return self._gateway.get(path, **query) or []
            except ApiError as error:
                if error.status not in _ABSENT:
                    raise
                if error.status != 404:
                    self.refused.add(path[0])
                return []

        if not calls:
            return iter(())
        with ThreadPoolExecutor(self._workers, thread_name_prefix="narrow") as pool:
            return iter(list(pool.map(ask, calls)))


def _once(found: Iterable[Raw]) -> list[Raw]:
    return list({text_id(raw.get("id")): raw for raw in found}.values())


def _models_of(resource: Resource) -> Iterator[str]:
    values: list[Any] = [resource.attributes, *(part.attributes for part in resource.parts)]
    while values:
        value = values.pop()
        if isinstance(value, dict):
            if isinstance(value.get("model"), str) and "view" in value:
                yield value["model"]
            values += value.values()
        elif isinstance(value, list):
            values += value
