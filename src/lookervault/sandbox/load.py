"""An instance that holds what another one answered: raw objects as an extraction stores them.

Ids stay what they were. What only a call of its own tells about an object comes under `kind.facet`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lookervault.errors import NotFound
from lookervault.sandbox.instance import Instance
from lookervault.sandbox.rules import attributes, colors, themes, users
from lookervault.sandbox.rules.sets import PERMISSIONS
from lookervault.sandbox.state import Record

Raws = Mapping[str, Mapping[str, Any]]

# kinds whose answer is what is stored, but for what the instance works out itself
_FLAT = (
    *("connection", "datagroup", "integration", "integration_hub", "model_set", "permission_set", "project"),
    *("user_attribute", "query", "merge_query"),
)
_NEEDED = ("folder", "group", "user", "role")
_CREDENTIALS = ("credentials_email",)


def load(raws: Raws, client_id: str = "sandbox", client_secret: str = "sandbox-secret") -> Instance:
    """The instance; an admin among its users, else a new one, has the API key. NotFound without folders."""
    missing = [kind for kind in _NEEDED if not raws.get(kind)]
    if missing:
        raise NotFound(f"there is no {', no '.join(missing)} to load", hint="extract all kinds, as an admin")
    inst = Instance(client_id=client_id, client_secret=client_secret, bare=True)
    for kind in _FLAT:
        for raw in _of(raws, kind):
            inst.insert(kind, _stored(raw))
    for step in (
        _folders,
        _people,
        _groups,
        _roles,
        _lookml,
        _looks,
        _dashboards,
        _boards,
        _deliveries,
        _agents,
        _rest,
    ):
        step(inst, raws)
    _caller(inst)
    return inst


def _of(raws: Raws, kind: str) -> Iterable[Any]:
    return raws.get(kind, {}).values()


def _stored(raw: Record, *nested: str, **more: Any) -> Record:
    """A record without views of others; ids are text in every version's answers alike."""
    kept = {k: _id(v) if k == "id" or k.endswith("_id") else v for k, v in raw.items()}
    return {**{k: v for k, v in kept.items() if k not in nested}, **more}


def _id(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _folders(inst: Instance, raws: Raws) -> None:
    for raw in _of(raws, "folder"):
        inst.insert("folder", _stored(raw, "dashboards", "looks", **_inherits(raws, "content_access", raw)))
    for kind in ("content_access", "board_access"):
        for metadata_id, grants in raws.get(f"{kind}.grants", {}).items():
            for grant in grants:
                inst.insert("content_metadata_access", _stored(grant, "can", content_metadata_id=metadata_id))


def _inherits(raws: Raws, kind: str, raw: Record) -> Record:
    """What the metadata of an object says of it, where that is known."""
    metadata = raws.get(kind, {}).get(_id(raw.get("content_metadata_id")), {})
    return {"_inherits": metadata["inherits"]} if "inherits" in metadata else {}


def _people(inst: Instance, raws: Raws) -> None:
    for raw in _of(raws, "user"):
        inst.insert("user", _stored(raw, *_CREDENTIALS, "credentials_api3", "group_ids", "role_ids"))
        email = raw.get("credentials_email")
        if email:
            blank: Record = {
                "type": "email",
                "is_disabled": False,
                "forced_password_reset_at_next_login": False,
            }
            urls: Record = dict.fromkeys(("account_setup_url", "password_reset_url", "logged_in_at"))
            about = {"id": _id(raw["id"]), "user_id": _id(raw["id"]), "created_at": raw.get("created_at")}
            inst.insert("credentials_email", {**blank, **urls, **about, **_stored(email, "can"), **about})


def _groups(inst: Instance, raws: Raws) -> None:
    members: dict[str, list[str]] = {}
    for raw in _of(raws, "user"):
        for group in raw.get("group_ids") or []:
            members.setdefault(_id(group), []).append(_id(raw["id"]))
    inner: dict[str, list[str]] = {}
    for raw in _of(raws, "group"):
        for parent in raw.get("parent_group_ids") or []:
            inner.setdefault(_id(parent), []).append(_id(raw["id"]))
    for raw in _of(raws, "group"):
        key = _id(raw["id"])
        # everybody and every group is in All Users without being told so
        told = not raw.get("include_by_default")
        lists = {
            "_user_ids": members.get(key, []) if told else [],
            "_group_ids": inner.get(key, []) if told else [],
        }
        inst.insert("group", _stored(raw, "user_count", "parent_group_ids", "role_ids", **lists))
    for attribute_id, values in raws.get("user_attribute.group_values", {}).items():
        for value in values:
            inst.insert("user_attribute_group_value", _stored(value, "can", user_attribute_id=attribute_id))
    for user_id, values in raws.get("user.attribute_values", {}).items():
        for value in (v for v in values if v.get("source") == "User Setting"):
            inst.insert("user_attribute_user_value", _stored(value, user_id=user_id))


def _roles(inst: Instance, raws: Raws) -> None:
    for key, raw in raws.get("role", {}).items():
        sets = {
            f"{name}_id": _id((raw.get(name) or {}).get("id")) for name in ("permission_set", "model_set")
        }
        held = {
            f"_{name}_ids": [_id(x["id"]) for x in raws.get(f"role.{name}s", {}).get(key, [])]
            for name in ("user", "group")
        }
        inst.insert("role", _stored(raw, "permission_set", "model_set", **sets, **held))


def _lookml(inst: Instance, raws: Raws) -> None:
    for raw in _of(raws, "lookml_model"):
        inst.insert("lookml_model", _stored(raw, "explores", id=raw["name"]))
    for key, raw in raws.get("explore", {}).items():
        fields: Record = {"dimensions": [], "measures": [], "filters": [], "parameters": []}
        inst.insert("explore", {"fields": fields, **_stored(raw), "id": key})
    for raw in _of(raws, "lookml_dashboard"):
        parts: Record = {"dashboard_elements": [], "dashboard_filters": [], "dashboard_layouts": []}
        flags = {"deleted": False, "hidden": False, "readonly": True, "view_count": 0}
        about = dict.fromkeys(("user_id", "slug", "content_metadata_id", "description", "lookml_link_id"))
        inst.insert(
            "lookml_dashboard", {**flags, **parts, **about, "folder_id": "lookml", **_stored(raw, "folder")}
        )


def _looks(inst: Instance, raws: Raws) -> None:
    for raw in _of(raws, "look"):
        _query(inst, raw.get("query"))
        inst.insert("look", _stored(raw, "query", "folder", "model"))


def _query(inst: Instance, raw: Any) -> None:
    if isinstance(raw, dict) and raw.get("id") and inst.peek("query", _id(raw["id"])) is None:
        inst.insert("query", _stored(raw))


def _dashboards(inst: Instance, raws: Raws) -> None:
    for raw in _of(raws, "dashboard"):
        key = _id(raw["id"])
        nested = ("dashboard_elements", "dashboard_filters", "dashboard_layouts", "folder", "model")
        inst.insert("dashboard", _stored(raw, *nested))
        for each in raw.get("dashboard_filters") or []:
            inst.insert("dashboard_filter", _stored(each, "field", dashboard_id=key))
        homes = _layouts(inst, raw, key)
        for each in raw.get("dashboard_elements") or []:
            _element(inst, each, key, homes)


def _layouts(inst: Instance, raw: Record, key: str) -> dict[str, str]:
    """Stores the layouts of a dashboard; gives each element's layout."""
    homes: dict[str, str] = {}
    for layout in raw.get("dashboard_layouts") or []:
        inst.insert("dashboard_layout", _stored(layout, "dashboard_layout_components", dashboard_id=key))
        for component in layout.get("dashboard_layout_components") or []:
            record = _stored(component, dashboard_layout_id=_id(layout["id"]))
            inst.insert("dashboard_layout_component", record)
            homes.setdefault(record["dashboard_element_id"], _id(layout["id"]))
    return homes


def _element(inst: Instance, raw: Record, dashboard_id: str, homes: Mapping[str, str]) -> None:
    _query(inst, raw.get("query"))
    maker = raw.get("result_maker")
    home = _id(raw.get("dashboard_layout_id")) or homes.get(_id(raw["id"]))
    record = _stored(
        raw,
        *("query", "look", "merge_result", "result_maker", "alert_count"),
        dashboard_id=dashboard_id,
        dashboard_layout_id=home,
        _result_maker={"filterables": maker.get("filterables") or []} if maker else None,
    )
    inst.insert("dashboard_element", record)
    source = f"query:{_id((maker or {}).get('query_id'))}"
    if record.get("merge_result_id"):
        source = f"merge:{record['merge_result_id']}"
    made = record.get("result_maker_id")
    if made and inst.peek("result_maker", made) is None and not inst.where("result_maker", "source", source):
        inst.insert("result_maker", {"id": made, "source": source})


def _boards(inst: Instance, raws: Raws) -> None:
    for raw in _of(raws, "board"):
        inst.insert("board", _stored(raw, "board_sections", **_inherits(raws, "board_access", raw)))
        for section in raw.get("board_sections") or []:
            inst.insert("board_section", _stored(section, "board_items", board_id=_id(raw["id"])))
            for item in section.get("board_items") or []:
                inst.insert("board_item", _stored(item, board_section_id=_id(section["id"])))


def _deliveries(inst: Instance, raws: Raws) -> None:
    for raw in _of(raws, "alert"):
        inst.insert("alert", _stored(raw))
    for raw in _of(raws, "scheduled_plan"):
        sent = [_stored(item) for item in raw.get("scheduled_plan_destination") or []]
        inst.insert("scheduled_plan", _stored(raw, "scheduled_plan_destination", "user", _destinations=sent))


def _agents(inst: Instance, raws: Raws) -> None:
    """Agents with the golden queries that they show; where there are some, they are switched on."""
    for raw in _of(raws, "agent"):
        inst.features.add("agents")
        golden = [_stored(each) for each in raw.get("golden_queries") or []]
        for each in golden:
            inst.insert("golden_query", each)
        ids = [each["id"] for each in golden]
        inst.insert("agent", _stored(raw, "golden_queries", golden_query_ids=ids))


def _rest(inst: Instance, raws: Raws) -> None:
    """Colors and themes, and what every instance has although an extraction may have left it out."""
    for raw in _of(raws, "color_collection"):
        inst.insert("color_collection", _stored(raw, _standard=False, _default=False))
    standard = _of(raws, "standard_collection")
    for number, raw in enumerate(standard):
        inst.insert("color_collection", _stored(raw, _standard=True, _default=number == 0))
    if not standard:
        colors.lay_standard(inst)
    if not raws.get("user_attribute"):
        attributes.lay(inst)
    for raw in _of(raws, "theme"):
        inst.insert("theme", _stored(raw, _automatic=raw.get("name") == themes.AUTOMATIC))
    if not inst.where("theme", "_automatic", True):
        themes.lay_default(inst)
    for kind in themes.TYPES:
        if inst.peek("default_theme", kind) is None:
            inst.insert("default_theme", {"id": kind, "name": themes.AUTOMATIC})


def _caller(inst: Instance) -> None:
    """Gives the API key to an admin who is there, else to a new one."""
    admins = [r for r in inst.rows("role") if r["name"] == "Admin"]
    held = [inst.peek("user", key) for role in admins for key in role["_user_ids"]]
    admin = next((u for u in held if u and not u.get("is_disabled")), None)
    if admin is None:
        admin = users.create(inst, {"first_name": "Sandbox", "last_name": "Admin"})
        role = admins[0] if admins else _admin_role(inst)
        inst.change("role", role, {"_user_ids": [*role["_user_ids"], admin["id"]]})
    users.add_api_key(inst, admin, inst.client_id, inst.client_secret)
    inst.caller_id = admin["id"]


def _admin_role(inst: Instance) -> Record:
    built_in = {"id": None, "built_in": True, "all_access": True}
    everything = inst.add("permission_set", {**built_in, "name": "Admin", "permissions": sorted(PERMISSIONS)})
    models = inst.add("model_set", {**built_in, "name": "All", "models": []})
    sets = {"permission_set_id": everything["id"], "model_set_id": models["id"]}
    return inst.add(
        "role", {"id": None, "name": "Admin", "internal": False, "_user_ids": [], "_group_ids": [], **sets}
    )
