"""Steps of kinds that one POST makes and one PATCH changes: sets, folders, looks."""

from __future__ import annotations

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Attributes
from lookervault.model.values import Link, Value
from lookervault.plan.change import Action, Change
from lookervault.plan.steps.step import Bind, Draft, Probe, Step, body_of, cleared, segments
from lookervault.plan.steps.values import use_query

METADATA = "metadata:"  # the part of a folder that its grants hang on (resource notes, section 4.15)


def named_steps(change: Change) -> Draft:
    """A permission set or model set; its name is unique on the instance."""
    kind = KINDS[change.kind]
    if change.action is Action.CREATE:
        probe = Probe(segments(kind.path), ["name"])
        return Draft([create(change, body_of(kind, change.after), probe)])
    return Draft(update(change, body_of(kind, cleared(change.before, change.after))))


def folder_steps(change: Change) -> Draft:
    """A folder; its name is unique below its parent."""
    kind = KINDS["folder"]
    if change.action is Action.CREATE:
        probe = Probe(segments(kind.path, change.after["parent"], "children"), ["name"], paged=True)
        step = create(change, body_of(kind, change.after), probe)
        step.binds.append(Bind(Link(change.address, METADATA), ["content_metadata_id"], optional=True))
        return Draft([step])
    return Draft(update(change, body_of(kind, cleared(change.before, change.after))))


def look_steps(change: Change) -> Draft:
    """A look; `public` must be sent as a boolean, null answers 500 (resource notes, 4.2)."""
    kind, draft = KINDS["look"], Draft()
    attributes = change.after if change.action is Action.CREATE else cleared(change.before, change.after)
    body = body_of(kind, attributes) | _query(draft, attributes)
    if change.action is Action.CREATE:
        body.setdefault("public", False)
        probe = in_folder_probe(kind.path, change.after["folder"])
        draft.main.append(create(change, body, probe))
    else:
        draft.main += update(change, body)
    return draft


def _query(draft: Draft, attributes: Attributes) -> dict[str, Value]:
    query = attributes.get("query")
    return {"query_id": use_query(draft, query)} if query else {}


def in_folder_probe(path: str, folder: Value) -> Probe:
    """Finds content by its title among what lives in its folder."""
    return Probe(segments(path, "search"), ["title"], {"folder_id": folder}, {"deleted": False}, paged=True)


def create(change: Change, body: dict[str, Value], probe: Probe) -> Step:
    """The POST that makes a resource and tells its id."""
    bind = Bind(Link(change.address), ["id"])
    return Step("POST", segments(KINDS[change.kind].path), body, [bind], repeatable=False, probe=probe)


def update(change: Change, body: dict[str, Value]) -> list[Step]:
    """The PATCH that changes a resource's own fields, if any of them change, and takes it from the trash.

    Both go in one call: the title or folder it had may be taken or gone by now (resource notes, 2.8).
    """
    if change.restored:
        body = {"deleted": False, **body}
    path = segments(KINDS[change.kind].path, Link(change.address))
    return [Step("PATCH", path, body)] if body else []
