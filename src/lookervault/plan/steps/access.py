"""Steps of the access list of a folder or board (resource notes, section 4.15)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lookervault.model.access import PERMISSIONS, PRINCIPALS
from lookervault.model.catalog import KINDS
from lookervault.model.values import Link, Value
from lookervault.plan.change import Action, Change
from lookervault.plan.steps.plain import METADATA
from lookervault.plan.steps.step import Bind, Draft, Probe, Step, segments

_GRANTS = "content_metadata_access"


def access_steps(change: Change, known: Callable[[Link], bool]) -> Draft:
    """The switch first, then grants: what is there is asked for, since inheriting leaves a copy behind."""
    draft, me = Draft(), Link(change.address)
    metadata = me
    if change.action is Action.CREATE:
        of = KINDS[change.kind].of
        content = change.after[of]
        metadata = Link(content.to, METADATA)
        if known(content):
            bind = Bind(metadata, ["content_metadata_id"])
            draft.main.append(Step("GET", segments(KINDS[of].path, content), binds=[bind]))
    if "inherits" in change.after:
        body = {"inherits": change.after["inherits"]}
        draft.main.append(Step("PATCH", ["content_metadata", metadata], body, [Bind(me, ["id"])]))
    if not change.after.get("inherits"):
        draft.main += _grants(change, metadata)
    return draft


def _grants(change: Change, metadata: Link) -> Iterator[Step]:
    wanted = dict(_wanted(change))
    stay = {x for name in PERMISSIONS for x in change.after.get(name, [])}
    there = {x for name in PERMISSIONS for x in change.before.get(name, [])}
    gone = sorted({*there, *change.also.get("copied", [])} - stay)
    if not (wanted or gone):
        return
    binds = [Bind(_slot(change, x), [{_field(x): x}, "id"], optional=True) for x in (*wanted, *gone)]
    yield Step("GET", [_GRANTS], binds=binds, query={"content_metadata_id": metadata})
    for who, permission in wanted.items():
        yield from _grant(change, metadata, who, permission)
    for who in gone:
        yield Step("DELETE", [_GRANTS, _slot(change, who)], optional=True)


def _wanted(change: Change) -> Iterator[tuple[Link, str]]:
    """Who is to have what he has not, in an order that does not depend on who has it now."""
    for name, permission in PERMISSIONS.items():
        have = change.before.get(name, [])
        yield from ((x, permission) for x in change.after.get(name, []) if x not in have)


def _grant(change: Change, metadata: Link, who: Link, permission: str) -> Iterator[Step]:
    """A grant that is there is changed, one that is not is made."""
    slot, field = _slot(change, who), _field(who)
    body: dict[str, Value] = {"content_metadata_id": metadata, field: who, "permission_type": permission}
    yield Step("PUT", [_GRANTS, slot], body, optional=True)
    yield Step(
        "POST",
        [_GRANTS],
        body,
        [Bind(slot, ["id"], optional=True)],
        repeatable=False,
        probe=Probe([_GRANTS], [field], {"content_metadata_id": metadata}),
        unless=slot,
        accepted="already has access",
    )


def _slot(change: Change, who: Link) -> Link:
    return Link(change.address, f"grant:{who.to}")


def _field(who: Link) -> str:
    return PRINCIPALS[who.to.partition(":")[0]]
