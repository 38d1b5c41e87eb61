"""The people of the demo company: users, groups, roles and who has what."""

from __future__ import annotations

from dataclasses import dataclass

from lookervault.sandbox.instance import Instance
from lookervault.sandbox.rules import groups, roles, users


@dataclass(frozen=True)
class Person:
    """One user of the demo."""

    first: str
    last: str
    group: str
    email: bool = True
    disabled: bool = False
    locale: str = "en"


PEOPLE = {
    "maya": Person("Maya", "Lindqvist", "Leadership"),
    "tomas": Person("Tomás", "Herrera", "Sales EMEA", locale="es_ES"),
    "priya": Person("Priya", "Raman", "Sales Americas"),
    "jonas": Person("Jonas", "Weber", "Sales EMEA", locale="de_DE"),
    "chloe": Person("Chloé", "Marchand", "Marketing", locale="fr_FR"),
    "dan": Person("Dan", "O'Leary", "Marketing"),
    "aiko": Person("Aiko", "Tanaka", "Finance", locale="ja_JP"),
    "samuel": Person("Samuel", "Osei", "Finance"),
    "ingrid": Person("Ingrid", "Nørgaard", "Operations"),
    "lucas": Person("Lucas", "Ferreira", "Operations"),
    "nadia": Person("Nadia", "Haddad", "Analysts"),
    "owen": Person("Owen", "Brady", "Analysts"),
    "retired": Person("Petra", "Novak", "Sales EMEA", disabled=True),
    "screen": Person("Lobby", "Screen", "Screens", email=False),
}
# group: the group that holds it
GROUPS = {
    "Leadership": None,
    "Sales": None,
    "Sales EMEA": "Sales",
    "Sales Americas": "Sales",
    "Marketing": None,
    "Finance": None,
    "Operations": None,
    "Analysts": None,
    "Screens": None,
}
READ = ("access_data", "see_looks", "see_user_dashboards", "see_lookml_dashboards", "see_drill_overlay")
WRITE = ("explore", "save_content", "save_dashboards", "save_looks", "create_table_calculations")
SEND = ("schedule_look_emails", "create_alerts", "follow_alerts", "download_with_limit")
CODE = ("see_lookml", "develop", "deploy", "see_sql", "use_sql_runner", "manage_models")
PERMISSION_SETS = {
    "Read only": READ,
    "Read and send": READ + SEND,
    "Content editor": READ + WRITE + SEND,
    "Developer": READ + WRITE + SEND + CODE,
    "People desk": (*READ, "see_users", "manage_groups", "see_schedules"),
}
MODEL_SETS = {"Shop": ("ecommerce",), "Money": ("finance",), "Shop and money": ("ecommerce", "finance")}
# role: permission set, model set, groups, people
ROLES = {
    "Sales viewer": ("Read and send", "Shop", ("Sales",), ()),
    "Marketing editor": ("Content editor", "Shop", ("Marketing",), ("owen",)),
    "Finance editor": ("Content editor", "Money", ("Finance",), ()),
    "Executive": ("Read and send", "Shop and money", ("Leadership",), ("aiko",)),
    "Data developer": ("Developer", "Shop and money", ("Analysts",), ()),
    "Desk": ("People desk", "Shop and money", (), ("nadia", "maya")),
    "Screen": ("Read only", "Shop", ("Screens", "Operations"), ()),
}


def settle(inst: Instance) -> dict[str, str]:
    """Makes all of them; the ids of the users by their short names."""
    ids = {key: _user(inst, key, person) for key, person in PEOPLE.items()}
    group_ids = _groups(inst, ids)
    sets = {
        name: inst.create("permission_set", name=name, permissions=p)["id"]
        for name, p in PERMISSION_SETS.items()
    }
    model_sets = {name: inst.create("model_set", name=name, models=m)["id"] for name, m in MODEL_SETS.items()}
    for name, (permissions, models, holders, people) in ROLES.items():
        key = inst.create(
            "role", name=name, permission_set_id=sets[permissions], model_set_id=model_sets[models]
        )["id"]
        roles.set_groups(inst, inst.find("role", key), [group_ids[group] for group in holders])
        roles.set_users(inst, inst.find("role", key), [ids[person] for person in people])
    return ids


def _user(inst: Instance, key: str, person: Person) -> str:
    names = {"first_name": person.first, "last_name": person.last, "locale": person.locale}
    user = inst.create("user", **names, is_disabled=person.disabled)
    if person.email:
        email = users.create_email(
            inst, inst.find("user", user["id"]), {"email": f"{key}@harbourpine.example"}
        )
        inst.change("credentials_email", email, {"is_disabled": False, "logged_in_at": inst.now()})
    return str(user["id"])


def _groups(inst: Instance, people: dict[str, str]) -> dict[str, str]:
    ids: dict[str, str] = {}
    for name, parent in GROUPS.items():
        ids[name] = inst.create("group", name=name, can_add_to_content_metadata=name != "Screens")["id"]
        if parent is not None:
            groups.add_group(inst, inst.find("group", ids[parent]), ids[name])
    for key, person in PEOPLE.items():
        groups.add_user(inst, inst.find("group", ids[person.group]), people[key])
    return ids
