"""Steps of what goes: into the trash where there is one, else for ever (resource notes, section 2.8)."""

from __future__ import annotations

from lookervault.model.catalog import KINDS
from lookervault.model.values import Link
from lookervault.plan.change import Change
from lookervault.plan.steps.step import Draft, Step, segments


def removal_steps(change: Change) -> Draft:
    """The PATCH or DELETE; what lies in the trash of a folder is taken out of that first."""
    path = segments(KINDS[change.kind].path, Link(change.address))
    if KINDS[change.kind].trash:
        folder = {"folder_id": change.after["folder"]} if "folder" in change.after else {}
        return Draft([Step("PATCH", path, {"deleted": True, **folder})])
    rescued = [
        Step("PATCH", segments(KINDS[kind].path, id_), {"folder_id": change.also["ground"]})
        for kind, id_ in change.also.get("trash", [])
    ]
    return Draft([*rescued, Step("DELETE", path)])
