"""Links inside texts: what they lead to on the target, and what of them cannot be had there.

Such a link is kept as it was written, with a warning that says where it stands (resource notes, 7.3). It
never keeps anything from being made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec import structs

from lookervault.model.links import INSTANCE, continues, own_host
from lookervault.model.resource import Attributes, Finding, Resource
from lookervault.model.values import UNKNOWN, Link, LinkedText, Value, in_texts, literal
from lookervault.plan.pair import IdMap, Sides
from lookervault.plan.settle import Settled, available
from lookervault.plan.steps.late import NO_ID


def fit_texts(sides: Sides, mapping: IdMap) -> Settled:
    """The sides with only those links in texts that lead somewhere on the target; others as written."""
    findings: list[Finding] = []
    fates = _Fates(sides, mapping)
    resources = {
        address: _fitted(resource, fates, findings)
        if not resource.guard and any(map(fates.of, resource.mentions))
        else resource
        for address, resource in sides.desired.resources.items()
    }
    fitted = structs.replace(sides, desired=structs.replace(sides.desired, resources=resources))
    return Settled(fitted, findings)


def lowered(text: LinkedText, ids: Mapping[Link, str]) -> str | LinkedText:
    """A text as the target has or will have it, as far as ids are known."""
    return text.replaced(lambda link: literal(link) if link.part == UNKNOWN else ids.get(link, link))


class _Fate(NamedTuple):
    """What is written in place of a link, and what is wrong with that, if anything."""

    written: str
    wrong: str = ""


class _Fates:
    """Knows what becomes of each link."""

    def __init__(self, sides: Sides, mapping: IdMap) -> None:
        self.sides = sides
        self._mapping = mapping
        self._ids = {address: id_ for (_, id_), address in sides.desired.ids.items()}

    def of(self, link: Link) -> _Fate | None:
        """The fate of a link; None for one that leads somewhere, and stays."""
        if link.to == INSTANCE or (link.part != UNKNOWN and available(link, self.sides)):
            return None
        kind, unknown = link.to.partition(":")[0], link.part == UNKNOWN
        id_ = literal(link) if unknown else self._ids.get(link.to) or NO_ID
        mapped = self._mapping.get((kind, id_))
        if mapped or (self.sides.same_host and id_ != NO_ID):
            return _Fate(mapped or id_)
        if unknown:
            return _Fate(id_, f"leads to {kind} {id_}, which is not in the snapshot")
        return _Fate(id_, f"leads to {link.to}, which is not on the target")


def _fitted(resource: Resource, fates: _Fates, findings: list[Finding]) -> Resource:
    def fit_value(value: Value, where: str, at: tuple[str, ...]) -> Value:
        def wrong(message: str) -> None:
            findings.append(Finding("warning", resource.address, f"{where}: a link {message}", at))

        return in_texts(value, lambda text: _text(text, fates, wrong))

    def fit(attributes: Attributes, where: str, *at: str) -> Attributes:
        return {name: fit_value(value, where + name, (*at, name)) for name, value in attributes.items()}

    parts = [
        structs.replace(p, attributes=fit(p.attributes, f'{p.kind} "{p.label}", ', p.slot))
        for p in resource.parts
    ]
    return structs.replace(resource, attributes=fit(resource.attributes, ""), parts=parts)


def _text(text: LinkedText, fates: _Fates, wrong: Callable[[str], None]) -> str | LinkedText:
    pieces = list(text.pieces)
    for n, piece in enumerate(pieces):
        fate = fates.of(piece) if isinstance(piece, Link) else None
        if fate is None:
            continue
        pieces[n] = fate.written
        if fate.wrong:
            _keep_host(pieces, n, fates.sides.desired.host)
            wrong(f"{fate.wrong}; it is kept as it is")
    return LinkedText(pieces).replaced(lambda link: link)


def _keep_host(pieces: list[str | Link], n: int, host: str) -> None:
    """An address whose id is kept keeps its host too, where it names one."""
    if n > 1:
        before, between = pieces[n - 2], pieces[n - 1]
        if isinstance(before, Link) and before.to == INSTANCE and continues(between):
            pieces[n - 2] = own_host(host)[before]
