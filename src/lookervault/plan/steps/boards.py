"""Steps of a board: itself, sections, items, and last the orders (resource notes, sections 4.9 and 9.2)."""

from __future__ import annotations

from collections.abc import Iterator

from lookervault.model.boards import ITEM_FIELDS, SECTION_FIELDS, TARGETS
from lookervault.model.catalog import KINDS
from lookervault.model.resource import Attributes
from lookervault.model.values import Link, Value
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.steps.parts import at, removal
from lookervault.plan.steps.plain import METADATA, create, update
from lookervault.plan.steps.step import Bind, Draft, Probe, Step, body_of, cleared


def board_steps(change: Change) -> Draft:
    """All calls that bring a board into being, or change what differs about it."""
    sections, items = ([p for p in change.parts if p.kind == kind] for kind in ("section", "item"))
    draft = Draft(_shell(change))
    for part in sections:
        draft.main += _section(change, part)
    for part in items:
        draft.main += _item(change, part)
    draft.main += [removal(change, p) for p in (*items, *sections) if p.action is Action.DELETE]
    draft.main += _orders(change, sections)
    return draft


def _shell(change: Change) -> list[Step]:
    kind = KINDS["board"]
    if change.action is not Action.CREATE:
        return update(change, body_of(kind, cleared(change.before, change.after)))
    body = body_of(kind, change.after)
    # the title is not unique; whoever makes a board without saying whose has it himself
    match = ["title", "description", *(["user_id"] if "user_id" in body else [])]
    step = create(change, body, Probe(["boards"], match, known=change.rivals))
    step.binds.append(Bind(Link(change.address, METADATA), ["content_metadata_id"], optional=True))
    return [step]


def _section(change: Change, part: PartChange) -> list[Step]:
    if part.action is Action.DELETE:
        return []
    body = {k: v for k, v in cleared(part.before, part.after).items() if k in SECTION_FIELDS}
    if part.action is Action.UPDATE:
        return [Step("PATCH", ["board_sections", at(change, part.slot)], body)] if body else []
    body = {"board_id": Link(change.address), **body}
    probe = Probe(["board_sections"], ["board_id", *SECTION_FIELDS], known=change.part_ids.get("section", []))
    return [_post(change, part, "board_sections", body, probe)]


def _item(change: Change, part: PartChange) -> list[Step]:
    if part.action is Action.DELETE:
        return []
    body = dict(_item_fields(change, cleared(part.before, part.after)))
    if part.action is Action.UPDATE:
        return [Step("PATCH", ["board_items", at(change, part.slot)], body)]
    where = {"board_section_id": body["board_section_id"]}
    match = [*TARGETS.values(), "custom_url", "custom_title"]
    probe = Probe(["board_items"], match, where, known=change.part_ids.get("item", []))
    return [_post(change, part, "board_items", body, probe)]


def _item_fields(change: Change, attributes: Attributes) -> Iterator[tuple[str, Value]]:
    """Attributes of an item as the fields of a body."""
    for name, value in attributes.items():
        if name == "section":
            yield "board_section_id", at(change, value.part)
        elif name in TARGETS:
            yield TARGETS[name], value
        elif name in ITEM_FIELDS:
            yield name, value


def _post(change: Change, part: PartChange, path: str, body: Attributes, probe: Probe) -> Step:
    return Step("POST", [path], body, [Bind(at(change, part.slot), ["id"])], repeatable=False, probe=probe)


def _orders(change: Change, sections: list[PartChange]) -> Iterator[Step]:
    """Orders name ids, so all parts exist by now (resource notes, section 9.2).

    Whether a server puts what is new into an order by itself is not known, so there one alone is named too.
    """
    if len(change.after.get("sections", [])) > (change.action is not Action.CREATE):
        body = {"section_order": _ids(change, change.after["sections"])}
        yield Step("PATCH", ["boards", Link(change.address)], body)
    for part in sections:
        if len(part.after.get("items", [])) > (part.action is not Action.CREATE):
            body = {"item_order": _ids(change, part.after["items"])}
            yield Step("PATCH", ["board_sections", at(change, part.slot)], body)


def _ids(change: Change, order: list[Link]) -> list[Value]:
    return [at(change, link.part) for link in order]
