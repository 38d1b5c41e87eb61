"""A plan as lines with a mark and a depth: the one model that the text and Markdown renderers share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from msgspec import structs

from lookervault.model.address import parse
from lookervault.model.catalog import KINDS
from lookervault.model.content import meaning
from lookervault.model.resource import Attributes
from lookervault.plan.change import Action, Change, Origin, PartChange
from lookervault.plan.edits import Edit, Path, readable
from lookervault.plan.origin import key
from lookervault.report.fold import NOTHING_FOLDED, Folded, Same
from lookervault.report.hunks import Line, Mark, hunks, reworded
from lookervault.report.lists import item_lines, labelled, titled
from lookervault.report.moves import called, moved, place_of
from lookervault.report.reach import used_text
from lookervault.report.safe import visible
from lookervault.report.words import path_text, plural, quoted, short

_VERBS = {
    Action.CREATE: "will be created",
    Action.UPDATE: "will be updated in place",
    Action.DELETE: "will be deleted",
}
_PAST = {Action.CREATE: "is new", Action.UPDATE: "has changed", Action.DELETE: "is gone"}
_SHOWN = 3  # addresses named where many share a change
# opaque settings: counted on a create, shown one by one where they change
_OPAQUE = {"vis_config", "ui_config", "overrides"}


def same_lines(same: Same) -> Iterator[Line]:
    """One edit that many resources share, and where."""
    where = plural(len(same.addresses), "resource")
    shared = f"{plural(same.places, same.what)} of {where}" if same.places > len(same.addresses) else where
    yield Line("#", 0, f"the same change in {shared}:")
    yield from _edited([same.edit], {key(same.edit.path): same.origin}, 0)
    shown = [visible(address) for address in same.addresses[:_SHOWN]]
    more = len(same.addresses) - len(shown)
    yield Line("#", 1, ", ".join(shown) + (f" and {more} more" if more else ""))


def change_lines(change: Change, folded: Folded = NOTHING_FOLDED, *, done: bool = False) -> Iterator[Line]:
    """One resource: what happens to it and why, then only what differs and is not told of many.

    `done` tells of what has happened already.
    """
    yield Line("#", 0, f"{visible(change.address)} {_verb(change, done)}")
    if change.restored:
        yield Line("#", 0, f"(restored from the trash with its ids, paired by {change.paired_by})")
    elif change.was:
        was = f"was {visible(change.was)}" if done else f"now {visible(change.was)}"
        yield Line("#", 0, f"({was}, paired by {change.paired_by})")
    yield from _origin_lines(change)
    yield from _attached(change)
    if change.action is Action.DELETE and not done:
        yield from _gone(change)
        return
    yield Line(_mark(change.action), 0, f"{change.kind} {quoted(_name(change))} {{")
    yield from _body(change, folded, change.labels, 1)
    if change.action is Action.CREATE:
        yield Line("+", 1, f"id = {change.source_id}" if done else "id = (known after apply)")
    yield from _awaited(change)
    yield from _hidden(change.unchanged, "attribute", 1)
    for part in change.parts:
        yield from _part_lines(part, folded, change.labels)
    for kind, count in sorted(change.unchanged_parts.items()):
        yield from _hidden(count, kind, 1)
    yield Line("", 0, "}")


def _origin_lines(change: Change) -> Iterator[Line]:
    """Who brought it about, where that was not the desired side."""
    if change.origin == "drift":
        done = "deleted" if change.action is Action.CREATE else "added"
        yield Line("#", 0, f"(drift: it was {done} in Looker since)")
    elif change.touched_at or change.touched_by:
        who = f" by {visible(change.touched_by)}" if change.touched_by else ""
        when = f" at {visible(change.touched_at)}" if change.touched_at else ""
        yield Line("#", 0, f"(last changed in Looker{who}{when})")


def _name(change: Change) -> str:
    """What a reader calls it; an access list goes by what it is the list of."""
    return parse(change.address).key[-1] if KINDS[change.kind].of else change.name


def _verb(change: Change, done: bool) -> str:
    if change.action is Action.DELETE and KINDS[change.kind].trash and not done:
        return "will be moved to the trash"
    return (_PAST if done else _VERBS)[change.action]


def _attached(change: Change) -> Iterator[Line]:
    """What hangs on content, and stays or goes; the findings tell of each that goes."""
    kept = [plural(n, kind.replace("_", " ")) for kind, n in sorted(change.attached.kept.items())]
    if kept:
        yield Line("#", 0, f"(keeps {' and '.join(kept)})")
    used = used_text(change.attached)
    if used:
        yield Line("#", 0, f"({used})")
    for why in change.attached.lost:
        yield Line("#", 0, f"({visible(why)})")


def _gone(change: Change) -> Iterator[Line]:
    """What a delete does beside; what was there goes whole and need not be told in full."""
    yield Line("-", 0, f"{change.kind} {quoted(_name(change))} (id {visible(change.id)})")
    if "folder" in change.after:
        yield Line("#", 1, f"(can be restored from {short(change.after['folder'])}, since its folder goes)")
    lost = change.also.get("trash", [])
    if lost:
        ground = short(change.also["ground"])
        yield Line("#", 1, f"({plural(len(lost), 'object')} in its trash can be restored from {ground})")


def _awaited(change: Change) -> Iterator[Line]:
    """What texts link to and what has no id yet."""
    shown = change.awaits[:_SHOWN]
    for address in shown:
        yield Line("#", 1, f"(links to {visible(address)}: id known after apply)")
    if len(change.awaits) > len(shown):
        yield Line("#", 1, f"({len(change.awaits) - len(shown)} more such links)")


def _part_lines(part: PartChange, folded: Folded, labels: Mapping[str, str]) -> Iterator[Line]:
    id_ = f" (id {visible(part.id)})" if part.id else ""
    head = f"{part.kind} {quoted(part.label)}{id_}{_remark(part.origin)}"
    body = [] if part.action is Action.DELETE else list(_body(part, folded, labels, 2))
    if not body:
        yield Line(_mark(part.action), 1, head)
        return
    yield Line(_mark(part.action), 1, f"{head} {{")
    yield from body
    yield from _hidden(part.unchanged, "attribute", 2)
    yield Line("", 1, "}")


def _mark(action: Action) -> Mark:
    marks: dict[Action, Mark] = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "-"}
    return marks[action]


def _hidden(count: int, what: str, depth: int) -> Iterator[Line]:
    if count > 0:
        yield Line("#", depth, f"({count} unchanged {what}{'' if count == 1 else 's'} hidden)")


def _body(
    owner: Change | PartChange, folded: Folded, labels: Mapping[str, str], depth: int
) -> Iterator[Line]:
    if owner.action is Action.CREATE:
        yield from _new(titled(owner.after, labels), depth)
    else:
        yield from _edited((labelled(e, labels) for e in folded.edits(owner)), owner.origins, depth)


def _remark(origin: Origin | None) -> str:
    return f"  # {origin}" if origin else ""


def _new(after: Attributes, depth: int) -> Iterator[Line]:
    told = list(_flat(after))
    for name, value in told:
        if value is not False:
            yield from _value_lines("+", name, value, depth)
    off = sum(1 for _, value in told if value is False)
    if off:
        yield Line("#", depth, f"({off} that {'is' if off == 1 else 'are'} false hidden)")


def _edited(found: Iterable[Edit], origins: Mapping[str, Origin], depth: int) -> Iterator[Line]:
    for (layout, place), group in groupby(found, lambda edit: (place_of(edit), _place(edit))):
        if layout:
            yield from _spot_lines(list(group), origins, depth)
        elif place is None:
            for edit in group:
                yield from _edit_lines(edit, _remark(origins.get(key(edit.path))), depth)
        else:
            yield Line("~", depth, f"{path_text(place)} = [{_remark(origins.get(key(place)))}")
            yield from item_lines(list(group), depth + 1)
            yield Line("", depth, "]")


def _spot_lines(found: list[Edit], origins: Mapping[str, Origin], depth: int) -> Iterator[Line]:
    """Another place on a dashboard, as one line."""
    told = moved(found)
    whose = {origins.get(key(edit.path)) for edit in found}
    if told and len(whose) == 1:
        yield Line("~", depth, told + _remark(whose.pop()))
        return
    for edit in found:
        yield from _edit_lines(edit, _remark(origins.get(key(edit.path))), depth)


def _place(edit: Edit) -> Path | None:
    """The list that an edit takes an item from or adds one to."""
    item = len(edit.path) > 1 and isinstance(edit.path[-1], int) and edit.mark != "~"
    return edit.path[:-1] if item else None


def _moved(edit: Edit) -> Any:
    return edit.after if edit.mark == "+" else edit.before


def _flat(attributes: Attributes) -> Iterator[tuple[str, Any]]:
    """The attributes of something new; a query's fields each on their own."""
    for name, value in readable(meaning(attributes)).items():
        if name == "active":
            continue  # some layout always is
        if name == "query" and isinstance(value, dict):
            yield from ((f"query.{k}", v) for k, v in value.items())
        elif name == "merge" and isinstance(value, dict):
            yield from _flat_merge(value)
        elif name == "positions":
            yield from ((path_text((name, layout)), place) for layout, place in value.items())
        else:
            yield name, value


def _flat_merge(merge: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for number, source in enumerate(merge.get("sources", [])):
        at = f"merge.sources[{number}]"
        yield f"{at}.name", source.get("name")
        yield from ((f"{at}.query.{k}", v) for k, v in (source.get("query") or {}).items())
        if source.get("merge_fields"):
            yield f"{at}.merge_fields", source["merge_fields"]
    yield from ((f"merge.{k}", v) for k, v in merge.items() if k != "sources")


def _edit_lines(edit: Edit, remark: str, depth: int) -> Iterator[Line]:
    name = path_text(edit.path)
    if edit.mark != "~":
        first, *more = _value_lines(edit.mark, name, _moved(edit), depth)
        yield structs.replace(first, text=first.text + remark)
        yield from more
        return
    told = called(edit)
    if told:
        yield Line("~", depth, told + remark)
        return
    texts = _text_lines(edit.before, edit.after, depth + 1)
    if texts is None:
        yield Line("~", depth, f"{name} = {short(edit.before)} -> {short(edit.after)}{remark}")
        return
    yield Line("~", depth, f"{name} = <<{remark}")
    yield from texts
    yield Line("", depth, ">>")


def _text_lines(before: Any, after: Any, depth: int) -> list[Line] | None:
    """Two long texts line by line, with the words marked that differ."""
    if not (isinstance(before, str) and isinstance(after, str)):
        return None
    if "\n" in before + after:
        return list(hunks(before, after, depth))
    return reworded(before, after, depth)


def _value_lines(mark: Mark, name: str, value: Any, depth: int) -> Iterator[Line]:
    if isinstance(value, str) and "\n" in value:
        yield Line(mark, depth, f"{name} = <<")
        yield from (Line(mark, depth + 1, visible(line)) for line in value.split("\n"))
        yield Line("", depth, ">>")
    elif name.rpartition(".")[2] in _OPAQUE and isinstance(value, dict):
        yield Line(mark, depth, f"{name} = {{{_summary(value)}}}")
    else:
        yield Line(mark, depth, f"{name} = {short(value)}")


def _summary(value: dict[str, Any]) -> str:
    kind = f"type {quoted(value['type'])}, " if isinstance(value.get("type"), str) else ""
    return f"{kind}{plural(len(value), 'setting')}"
