"""The vocabulary of live.yaml and desired.yaml, and the instance that such a file describes.

Everything is by name, and all of it may be left out; fields that are not told here go to Looker as they are.

    users: {Ann Doe: ann@example.com}           # null for one without e-mail
    groups: {Readers: {users: [Ann Doe], groups: [Zone]}}
    permission_sets: {Look: [see_looks]}
    model_sets: {Shop: [ecommerce]}
    roles: {Reader: {permission_set: Look, model_set: Shop, users: [Ann Doe], groups: [Readers]}}
    folders: {Sales: {EMEA: }}                  # below Shared
    looks: {By month: {folder: Sales, owner: Ann Doe, query: QUERY}}
    dashboards:                                 # `title` where two share one, `slug` where it is not the name
      Board:
        folder: Sales > EMEA                    # a path; "@Ann Doe" is her personal folder
        owner: Ann Doe                          # else the admin
        tabs: [Main, More]
        filters: {Date: {type: date_filter}}
        elements:                               # `tab` and `at` (row, column, width, height) on all
          - {title: Orders, query: QUERY, listen: {Date: orders.created_date}}
          - {look: By month}
          - {title: Both, merge: [{name: Web, query: QUERY, joins: {sessions.start_date: orders.id}}]}
          - {text: Read me, body_text: "*now*"}

In texts `<dashboard Board>`, `<look By month>` and `<folder Sales > EMEA>` stand for ids.

QUERY is {explore: orders, fields: [orders.count], vis: looker_line} with more fields of a query; the model is
`ecommerce` unless told. desired.yaml may also say `paired`, what an earlier apply found out about who is who:

    paired: {folder: {Revenue: Sales}}          # Revenue there is Sales here

which `kinds` are extracted, and by what `policy` the plan is made; one with errors goes no further:

    policy: {prune: true, protect: ["group:Keep*"]}

Looks and dashboards that are `trashed` lie in the trash, from the start or `later`, when all is there.
"""

from __future__ import annotations

from typing import Any

from lookervault.sandbox import Instance
from lookervault.sandbox.content import lookml
from lookervault.sandbox.rules import folders, groups, layouts, roles, users
from lookervault.sandbox.state import Record
from scenarios import more

Ids = dict[str, dict[str, str]]  # kind -> name -> id
KINDS = ("user", "group", "permission_set", "model_set", "role", "folder", "look", "dashboard")
GEOMETRY = ("row", "column", "width", "height")


def build(told: Record, first_id: int) -> tuple[Instance, Ids]:
    """The instance that a file tells of, and the ids of what is named there."""
    inst = Instance(first_id=first_id)
    lookml.deploy(inst)
    ids: Ids = {kind: {} for kind in KINDS}
    known = {"paired", "policy", "kinds", *(f"{kind}s" for kind in KINDS), *more.WORDS}
    assert known >= told.keys(), f"unknown words: {told.keys() - known}"
    for name, email in told.get("users", {}).items():
        _user(inst, ids, name, email)
    _sets_and_groups(inst, ids, told)
    for name, role in told.get("roles", {}).items():
        _role(inst, ids, name, role)
    ids["folder"][""] = folders.root(inst, "is_shared_root")["id"]
    _folders(inst, ids, told.get("folders", {}), "")
    more.before_content(inst, ids, told)
    for name, look in told.get("looks", {}).items():
        _content(inst, ids, "look", name, {**look, "query_id": _query(inst, look["query"])["id"]})
        _trash(inst, "look", ids["look"][name], look, True)
    for name, dashboard in told.get("dashboards", {}).items():
        _content(inst, ids, "dashboard", name, {"slug": _slug(name), **dashboard})
        _parts(inst, ids, ids["dashboard"][name], dashboard)
        _trash(inst, "dashboard", ids["dashboard"][name], dashboard, True)
    more.after_content(inst, ids, told)
    for kind in ("look", "dashboard"):
        for name, content in told.get(f"{kind}s", {}).items():
            _trash(inst, kind, ids[kind][name], content, "later")
    _link(inst, {f"<{kind} {name}>": id_ for kind, named in ids.items() for name, id_ in named.items()})
    return inst, ids


def _trash(inst: Instance, kind: str, key: str, told: Record, when: object) -> None:
    if told.get("trashed") == when:
        inst.edit(kind, key, deleted=True)


def _link(inst: Instance, ids: dict[str, str]) -> None:
    """Puts ids in the place of names, once everything has its id."""
    for kind in ("look", "dashboard", "dashboard_element", "dashboard_filter", "query"):
        for record in inst.rows(kind):
            inst.change(kind, record, {k: _named(v, ids) for k, v in record.items()})


def _named(value: Any, ids: dict[str, str]) -> Any:
    """A value with ids for the names in its texts."""
    if isinstance(value, dict):
        return {k: _named(v, ids) for k, v in value.items()}
    if isinstance(value, list):
        return [_named(v, ids) for v in value]
    for name, id_ in ids.items() if isinstance(value, str) else ():
        value = value.replace(name, id_)
    return value


def _slug(name: str) -> str:
    """The slug of a dashboard that tells none: the letters and digits of its name."""
    return "".join(filter(str.isalnum, name)).lower()


def _user(inst: Instance, ids: Ids, name: str, email: str | None) -> None:
    first, _, last = name.partition(" ")
    made = inst.create("user", first_name=first, last_name=last)
    if email:
        users.create_email(inst, inst.find("user", made["id"]), {"email": email})
    ids["user"][name] = made["id"]
    ids["folder"][f"@{name}"] = made["personal_folder_id"]


def _sets_and_groups(inst: Instance, ids: Ids, told: Record) -> None:
    for kind, field in (("permission_set", "permissions"), ("model_set", "models")):
        for name, items in told.get(f"{kind}s", {}).items():
            ids[kind][name] = inst.create(kind, name=name, **{field: items})["id"]
    for name in told.get("groups", {}):
        ids["group"][name] = inst.create("group", name=name)["id"]
    for name, group in told.get("groups", {}).items():
        holder = inst.find("group", ids["group"][name])
        for user in (group or {}).get("users", ()):
            groups.add_user(inst, holder, ids["user"][user])
        for other in (group or {}).get("groups", ()):
            groups.add_group(inst, holder, ids["group"][other])


def _role(inst: Instance, ids: Ids, name: str, told: Record) -> None:
    sets = {f"{kind}_id": ids[kind][told[kind]] for kind in ("permission_set", "model_set")}
    ids["role"][name] = inst.create("role", name=name, **sets)["id"]
    role = inst.find("role", ids["role"][name])
    roles.set_users(inst, role, [ids["user"][user] for user in told.get("users", ())])
    roles.set_groups(inst, role, [ids["group"][group] for group in told.get("groups", ())])


def _folders(inst: Instance, ids: Ids, told: Record, above: str) -> None:
    for name, below in told.items():
        path = f"{above} > {name}" if above else name
        ids["folder"][path] = inst.create("folder", name=name, parent_id=ids["folder"][above])["id"]
        _folders(inst, ids, below or {}, path)


def _content(inst: Instance, ids: Ids, kind: str, name: str, told: Record) -> None:
    """A look, or a dashboard without what is on it."""
    owner = ids["user"][told["owner"]] if "owner" in told else inst.caller_id
    own = _without(told, "owner folder query tabs filters elements trashed")
    with inst.acting(owner):
        folder = ids["folder"][told.get("folder", "")]
        ids[kind][name] = inst.create(kind, **{"title": name, "folder_id": folder, **own})["id"]


def _query(inst: Instance, told: Record) -> Record:
    vis = {"vis_config": {"type": told["vis"]}} if "vis" in told else {}
    own = _without(told, "explore vis")
    return inst.create("query", **{"model": "ecommerce", "view": told["explore"], **vis, **own})


def _without(told: Record, words: str) -> Record:
    """What goes to Looker as it is: all but the words of this vocabulary."""
    return {k: v for k, v in told.items() if k not in words.split()}


def _parts(inst: Instance, ids: Ids, key: str, told: Record) -> None:
    _filters(inst, key, told.get("filters", {}))
    tabs = _tabs(inst, key, told.get("tabs", []))
    for element in told.get("elements", ()):
        _element(inst, ids, element, {"dashboard_id": key, "dashboard_layout_id": tabs[element.get("tab")]})


def _tabs(inst: Instance, key: str, labels: list[str]) -> dict[str | None, str]:
    """The ids of the layouts by label; an element that tells no tab is on the first."""
    first = layouts.active(inst, key)["id"]
    tabs: dict[str | None, str] = {None: first}
    for order, label in enumerate(labels):
        if order == 0:
            inst.edit("dashboard_layout", first, label=label, order=0)
            tabs[label] = first
        else:
            made = inst.create("dashboard_layout", dashboard_id=key, label=label, order=order)
            tabs[label] = made["id"]
    return tabs


def _filters(inst: Instance, key: str, told: Record) -> None:
    """All filters before any hears another, so that they can hear each other."""
    made = {}
    for name, fields in told.items():
        model = {"model": "ecommerce"} if fields["type"] == "field_filter" else {}
        own = {"name": name, "title": name, **model, **_without(fields, "listens_to_filters")}
        made[name] = inst.create("dashboard_filter", dashboard_id=key, **own)
    for name, fields in told.items():
        if "listens_to_filters" in fields:
            inst.edit("dashboard_filter", made[name]["id"], listens_to_filters=fields["listens_to_filters"])


def _element(inst: Instance, ids: Ids, told: Record, where: Record) -> None:
    own = _without(told, "query look merge text listen tab at")
    shown, wires = _shown(inst, ids, told)
    wiring = {"result_maker": {"filterables": wires}} if wires else {}
    made = inst.create("dashboard_element", **{"type": "vis", **where, **shown, **wiring, **own})
    component = layouts.components_of_element(inst, made["id"])[0]
    place = dict(zip(GEOMETRY, told.get("at", (0, 0, 8, 6)), strict=True))
    inst.edit("dashboard_layout_component", component["id"], **place)


def _shown(inst: Instance, ids: Ids, told: Record) -> tuple[Record, list[Record]]:
    """The fields that say what an element shows, and how it hears filters."""
    listen = told.get("listen", {})
    if "query" in told:
        query = _query(inst, told["query"])
        return {"query_id": query["id"]}, [_wire(query, "", listen)]
    if "look" in told:
        look = inst.find("look", ids["look"][told["look"]])
        return {"look_id": look["id"]}, [_wire(inst.find("query", look["query_id"]), "", listen)]
    if "merge" in told:
        made = [(source, _query(inst, source["query"])) for source in told["merge"]]
        merge = inst.create("merge_query", source_queries=[_source(s, q) for s, q in made])
        return {"merge_result_id": merge["id"]}, [_wire(q, s["name"], listen) for s, q in made]
    return {"type": "text", "title_text": told["text"]}, []


def _wire(query: Record, name: str, listen: dict[str, str]) -> Record:
    heard = [{"dashboard_filter_name": key, "field": value} for key, value in listen.items()]
    return {"model": query["model"], "view": query["view"], "name": name, "listen": heard}


def _source(told: Record, query: Record) -> Record:
    joins: Any = [
        {"field_name": own, "source_field_name": first} for own, first in told.get("joins", {}).items()
    ]
    return {"name": told["name"], "query_id": query["id"], "merge_fields": joins or None}
