"""What Looker would refuse, or what would not work there, said before anything is written (section 13, 2).

What is not known for sure, because it could not be listed or is not told, is no reason to say anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from lookervault.model.access import PERMISSIONS
from lookervault.model.document.node import nearest
from lookervault.model.lookml import INTERNAL
from lookervault.model.normal import exact
from lookervault.model.queries import query_slot
from lookervault.model.resource import Finding, Resource, State
from lookervault.model.values import links
from lookervault.plan.change import Action, Change
from lookervault.plan.graph import Node
from lookervault.plan.heard import Said, unheard
from lookervault.plan.order import Waits
from lookervault.plan.pair import Sides
from lookervault.plan.steps.step import Draft, Step

LARGE = 1_000_000  # bytes of one request
_ATTRIBUTE = re.compile(r"_user_attributes\[\\*[\"'](\w+)\\*[\"']\]")
_CONTENT = ("look", "dashboard")


class Known(msgspec.Struct):
    """Names that will be there on the target, by kind; None where that is not known.

    `explores` has only the models of which all explores are known.
    """

    names: dict[str, set[str] | None]
    explores: dict[str, set[str]]
    near: dict[tuple[str, str], str] = {}

    def lacks(self, kind: str, name: str) -> bool:
        """Whether something of that name is missing for sure."""
        names = self.names[kind]
        return names is not None and name not in names

    def lacking(self, kind: str, name: str, of: str = "") -> str:
        """That it is missing, and what there is of a name like it; with `of`, an explore of that model."""
        if (kind + of, name) not in self.near:
            known = self.explores[of] if of else self.names[kind]
            self.near[kind + of, name] = nearest(name, sorted(known or ()))
        return f"which the target does not have{self.near[kind + of, name]}"


def known(observed: State, changes: Iterable[Change]) -> Known:
    """What the target has and what the changes bring."""
    kinds = ("lookml_model", "project", "datagroup", "theme", "user_attribute")
    names: dict[str, set[str] | None] = {
        kind: set() if observed.scope.get(kind) == "complete" else None for kind in kinds
    }
    explores: dict[str, set[str]] = {}
    for resource in observed.resources.values():
        found = names.get(resource.kind)
        if found is not None:
            found.add(resource.name)
        if resource.kind == "lookml_model" and "explores" not in resource.unknown:
            explores.setdefault(resource.name, set())
    for resource in observed.resources.values():
        of = observed.resources.get(resource.parent) if resource.kind == "explore" else None
        if of is not None and of.name in explores:
            explores[of.name].add(resource.name)
    for change in changes:
        found = names.get(change.kind)
        if found is not None and change.action is Action.CREATE:
            found.add(change.name)
            explores |= _empty(change, names["project"])
    return Known(names, explores)


def _empty(change: Change, projects: set[str] | None) -> dict[str, set[str]]:
    """A model that is configured has no explores where its project is missing for sure."""
    project = change.after.get("project_name") if change.kind == "lookml_model" else None
    return {change.name: set()} if project and projects is not None and project not in projects else {}


def preflight(sides: Sides, changes: Sequence[Change], nodes: Sequence[Node]) -> Iterator[Finding]:
    """All findings about what the changes need on the target and may do there."""
    there = known(sides.observed, changes)
    users, named = _users(nodes), {change.address: change for change in changes}
    for node in nodes:
        for level, text, name in _of_node(node, there):
            for address in sorted(users[node.id]):
                for at in _queries(named[address], node) or [()]:
                    yield Finding(level, address, text, (*at, name) if name else at)
    for change in changes:
        for text, at in (*_names(change, there), *unheard(change, sides), *_without_content(change, sides)):
            yield Finding("warning", change.address, text, at)
        refusal = _refusal(change, sides)
        if refusal:
            yield Finding("error", change.address, refusal)


def _users(nodes: Sequence[Node]) -> dict[str, set[str]]:
    """Node to the changes that need it, directly or through a merge query."""
    users: dict[str, set[str]] = {node.id: {node.change} - {""} for node in nodes}
    for node in reversed(nodes):
        for first in node.waits:
            if first.startswith(("query:", "merge_query:")):
                users[first] |= users[node.id]
    return users


def _queries(change: Change, node: Node) -> list[tuple[str, ...]]:
    """What leads to each query of a change that a node makes, those in merge queries too."""
    if not node.id.startswith("query:"):
        return []
    owners = [((), change.after), *(((p.slot,), p.after) for p in change.parts)]
    found = [((*at, "query"), values.get("query")) for at, values in owners]
    for at, values in owners:
        for n, source in enumerate((values.get("merge") or {}).get("sources") or []):
            found.append(((*at, "merge", "sources", str(n), "query"), source.get("query")))
    return [at for at, query in found if query and query_slot(query) == node.id]


def _of_node(node: Node, there: Known) -> Iterator[tuple[Literal["error", "warning"], str, str]]:
    """What the calls of a node ask too much of, with the name that says it, if one does.

    A query is refused where its explore is not (4.3).
    """
    if node.id.startswith("query:"):
        body = node.steps[0].body
        missing = _unexplored(body.get("model"), body.get("view"), there)
        if missing:
            name = "view" if missing.startswith("the explore") else "model"
            yield "error", f"a query needs {missing}", name
    for missing in _unexplored_sources(node, there):
        yield "error", f"an agent needs {missing}", ""
    for step in node.steps:
        text = exact(step.body) if step.body else b""
        if len(text) > LARGE:
            size = f"a call sends {len(text) // 1000} kB, which may be more than is let through"
            yield "warning", size, _part(step)
        names = set(_ATTRIBUTE.findall(text.decode())) if b"_user_attributes" in text else ()
        for name in sorted(names):
            if there.lacks("user_attribute", name):
                lacking = there.lacking("user_attribute", name)
                yield "warning", f"names the user attribute {name}, {lacking}", _part(step)


def _part(step: Step) -> str:
    """The part that a step is about, or nothing."""
    told = [*links(step.path), *(bind.link for bind in step.binds)]
    return next((link.part for link in told if link.part), "")


def _unexplored_sources(node: Node, there: Known) -> Iterator[str]:
    """What an agent is to look into and is not there; Looker refuses such a one (4.22)."""
    for step in node.steps:
        for source in step.body.get("sources") or () if step.path[0] == "agents" and step.body else ():
            missing = _unexplored(source.get("model"), source.get("explore"), there)
            if missing:
                yield missing


def _unexplored(model: object, view: object, there: Known) -> str:
    """The model or explore that is missing, told as such, or nothing."""
    if not model or str(model).startswith(INTERNAL):
        return ""
    if there.lacks("lookml_model", str(model)):
        return f"the LookML model {model}, {there.lacking('lookml_model', str(model))}"
    explores = there.explores.get(str(model))
    if view and explores is not None and str(view) not in explores:
        lacking = there.lacking("explore ", str(view), str(model))
        return f"the explore {view} of the LookML model {model}, {lacking}"
    return ""


def _names(change: Change, there: Known) -> Iterator[Said]:
    """Names that a change gives and that nothing on the target has; Looker takes them all the same."""
    after = change.after
    for model in after.get("models", []) if change.kind == "model_set" else ():
        missing = _unexplored(model, None, there)
        if missing:
            yield f"names {missing}", ("models", f"={model}")
    for field, kind, title in (("datagroup", "datagroup", "datagroup"), ("color_theme", "theme", "theme")):
        name = after.get(field) if change.kind == "scheduled_plan" else None
        if name and there.lacks(kind, str(name)):
            yield f"names the {title} {name}, {there.lacking(kind, str(name))}", (field,)
    project = after.get("project_name")
    if project and there.lacks("project", str(project)):
        text = f"its project {project} is not on the target: the model is empty until it is deployed there"
        yield text, ("project_name",)
    for part in change.parts:
        missing = _unexplored(part.after.get("model"), part.after.get("explore"), there)
        if part.kind == "filter" and missing:
            text = f'filter "{part.label}" needs {missing}'
            yield text, (part.slot, "explore" if missing.startswith("the explore") else "model")


def _without_content(change: Change, sides: Sides) -> Iterator[Said]:
    """Groups that get access and may not have any, so that Looker refuses the grant (4.15)."""
    there = {link for name in PERMISSIONS for link in change.before.get(name, [])}
    given = [(name, x) for name in PERMISSIONS for x in change.after.get(name, []) if x not in there]
    for name, link in given:
        group = sides.desired.resources.get(link.to)
        if group is None or group.guard:
            group = sides.counterpart(link.to)
        if group is None or group.kind != "group" or group.guard:
            continue
        if not group.attributes.get("can_add_to_content_metadata"):
            text = f"{link.to} may not be given access to content: can_add_to_content_metadata is off"
            yield text, (name, f"={link.to}")


def _refusal(change: Change, sides: Sides) -> str:
    """Why Looker would not let the caller make this change, as far as its `can` flags tell (2.6)."""
    if change.action is Action.CREATE:
        folder = sides.counterpart(sides.desired.resources[change.address].parent)
        return _closed(change.kind, folder) if folder is not None else ""
    other = sides.counterpart(change.address)
    changed = {*change.before, *change.after}
    # values of user attributes are no part of their definition (section 8)
    needed = "set_value" if changed == {"group_values"} else "update"
    return "the caller may not change it on the target" if other and needed in other.refused else ""


def _closed(kind: str, folder: Resource) -> str:
    """What is told of a root or a personal folder is told of itself, and not of what may be in it."""
    if folder.kind != "folder" or folder.guard:
        return ""
    needed = {"create"} if kind not in _CONTENT else {"create", "edit_content"}
    closed = needed & folder.refused and not needed & folder.granted
    return f"the caller may not add to {folder.address} on the target" if closed else ""


def models_first(changes: Sequence[Change], drafts: Mapping[str, Draft]) -> Waits:
    """Queries and model sets wait for the models that are configured in the same plan."""
    made = {c.name: c.address for c in changes if c.kind == "lookml_model" and c.action is Action.CREATE}
    waits: Waits = {}
    for draft in drafts.values() if made else ():
        for slot, value in draft.values.items():
            if str(value.get("model")) in made:
                waits[slot] = {made[str(value["model"])]}
    for change in changes if made else ():
        if change.kind == "model_set":
            waits[change.address] = {made[m] for m in change.after.get("models", []) if m in made}
    return waits
