"""Who may do what in the folders of the demo company."""

from __future__ import annotations

from collections.abc import Mapping

from lookervault.sandbox.content.make import Known
from lookervault.sandbox.instance import Instance
from lookervault.sandbox.rules import access, grants
from lookervault.sandbox.rules.grants import EDIT, GRANT, VIEW, Principal

# folder: who, where `@` marks a person; from the top down, nobody below what he has with edit above
FOLDERS: Mapping[str, Mapping[str, str]] = {
    "": {"All Users": VIEW, "Analysts": EDIT},
    "Finance": {"Finance": EDIT, "Leadership": VIEW, "Analysts": EDIT},
    "Finance > Close": {"Finance": EDIT, "Analysts": EDIT, "@maya": VIEW},
    "Company > Board Pack": {"Leadership": EDIT, "Analysts": EDIT, "@aiko": VIEW},
    "Operations > Warehouse": {"All Users": VIEW, "Operations": EDIT, "Analysts": EDIT, "@tomas": EDIT},
}


def restrict(inst: Instance, known: Known) -> None:
    """Gives these folders grants of their own, by the rules: changed, taken away, added."""
    for path, wanted in FOLDERS.items():
        folder = inst.find("folder", known.folders[path])
        access.set_inherits(inst, "folder", folder, False)
        named = {_principal(inst, known, name): permission for name, permission in wanted.items()}
        for each in grants.own(inst, folder):
            permission = named.pop(grants.principal(each), None)
            if permission is None:
                inst.delete(GRANT, each["id"])
            else:
                inst.edit(GRANT, each["id"], permission_type=permission)
        for (field, key), permission in named.items():
            place = {"content_metadata_id": folder["content_metadata_id"], field: key}
            inst.create(GRANT, permission_type=permission, **place)


def _principal(inst: Instance, known: Known, name: str) -> Principal:
    if name.startswith("@"):
        return "user_id", known.people[name[1:]]
    return "group_id", inst.where("group", "name", name)[0]["id"]
