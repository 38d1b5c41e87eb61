"""What would go wrong if the plan were applied, said before anything is written."""

from __future__ import annotations

from collections.abc import Iterable

from lookervault.model.resource import Finding, State
from lookervault.plan.change import Action, Change
from lookervault.plan.graph import Node
from lookervault.plan.pair import Pairing, natural_key


def name_clashes(
    desired: State, observed: State, pairing: Pairing, changes: list[Change]
) -> tuple[list[Finding], dict[str, str]]:
    """Changes that want a name somebody else has, and per change the one that gives its name up."""
    holders = {(r.kind, r.parent, r.name): r.address for r in observed.resources.values()}
    updated = {c.address for c in changes if c.action is Action.UPDATE}
    findings, vacated = [], {}
    for change in changes:
        resource = desired.resources[change.address]
        key = natural_key(resource, pairing)
        holder = holders.get(key) if key else None
        if holder is None or holder == pairing.observed.get(change.address):
            continue
        owner = pairing.desired.get(holder)
        if owner in updated and natural_key(desired.resources[owner], pairing) != key:
            vacated[change.address] = owner
        else:
            text = f"{holder} has this name on the target and is another object there"
            findings.append(Finding("error", change.address, text))
    return findings, vacated


def slugs_in_trash(changes: Iterable[Change], observed: State) -> list[Finding]:
    """Dashboards whose slug something in the trash still holds are made without it."""
    found = []
    for change in changes:
        if change.action is Action.CREATE and change.slug in observed.trash_slugs:
            text = f"a dashboard in the trash holds the slug {change.slug}; this one gets another"
            found.append(Finding("warning", change.address, text))
            change.slug = ""
    return found


def missing_models(nodes: Iterable[Node], observed: State) -> list[Finding]:
    """Queries whose LookML model the target does not have; Looker would answer 404 (4.3)."""
    if observed.scope.get("lookml_model") != "complete":
        return []
    models = {r.name for r in observed.resources.values() if r.kind == "lookml_model"}
    users: dict[str, str] = {}
    for node in nodes:
        for first in node.waits:
            users.setdefault(first, node.change or users.get(node.id, ""))
    found = []
    for node in nodes:
        model = node.steps[0].body.get("model") if node.id.startswith("query:") else None
        if model and model not in models:
            text = f"a query needs the LookML model {model}, which the target does not have"
            found.append(Finding("error", users.get(node.id, node.id), text))
    return found
