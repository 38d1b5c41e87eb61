"""Palettes and color collections of which one side does not tell what they are (resource notes, 4.20).

Only admins may list color collections. To anybody else the ids inside settings of visualisations and themes
may be those of custom collections, which mean nothing on another instance, or of standard ones, which are the
same everywhere. What the target knows is taken for what it is; of the rest the target keeps what it has at
that very place, or the id is left out, with a finding that says where. None is ever written blindly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import structs

from lookervault.model.colors import MENTIONED
from lookervault.model.resource import Attributes, Finding, Part, Resource, State
from lookervault.model.values import Link, Value
from lookervault.plan.pair import IdMap, Sides, pair_resource_parts
from lookervault.plan.settle import Settled

_COLORS = _KIND, _STANDARD = "color_collection", "standard_collection"
_KEPT = (
    "its caller is not shown color collections: charts and themes keep the colors that the target gives them"
)


class _Absent:
    """Stands for a field that is left out."""


_ABSENT = _Absent()


def fit_palettes(sides: Sides, mapping: IdMap) -> Settled:
    """The desired side with all ids of colors in the target's terms, where one side does not tell them."""
    worth = sides.desired.scope.get(_KIND)
    if not (_blind(sides.desired) or _blind(sides.observed) or (worth != "complete" and not sides.same_host)):
        return Settled(sides, [])
    palettes = _Palettes(sides)
    findings: list[Finding] = []
    resources = {
        address: resource
        if resource.guard or resource.kind in _COLORS
        else _fitted(resource, palettes, mapping, findings)
        for address, resource in sides.desired.resources.items()
    }
    if palettes.kept:
        findings.append(Finding("warning", palettes.silent, _KEPT))
    fitted = structs.replace(
        sides,
        desired=structs.replace(sides.desired, resources=resources),
        pairing=palettes.pairing(),
    )
    return Settled(fitted, findings)


def _blind(state: State) -> bool:
    return state.scope.get(_KIND) in ("denied", "unsupported")


class _Palettes:
    """Knows what becomes of an id or link of colors."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self.silent = "source" if _blind(sides.desired) else "target"
        self.kept = False
        self._there = _known(sides.observed)
        self._mine = {link: id_ for id_, link in _known(sides.desired).items()}
        self._used: set[str] = set()

    def of(self, value: Value, place: Value) -> Any:
        """What is written for an id or link, where the target has `place` now; `_ABSENT` for nothing."""
        if isinstance(value, Link):
            return self._link(value, place)
        if not isinstance(value, str) or not value:
            return value
        there = self._there.get(value)
        if there is not None:
            return self._use(there)
        if self.sides.same_host or (not _blind(self.sides.desired) and not self._told()):
            return value
        return self._instead(place)

    def _link(self, link: Link, place: Value) -> Any:
        """A link leads nowhere on a target that does not list what it leads to."""
        if not _blind(self.sides.observed):
            return link
        return self._mine.get(link, _ABSENT) if self.sides.same_host else self._instead(place)

    def _instead(self, place: Value) -> Any:
        if isinstance(place, Link | str):
            self.kept = True
            return self._use(place)
        return _ABSENT

    def _use(self, value: Link | str) -> Link | str:
        """An observed value under its desired name; what has none is paired with itself."""
        if not isinstance(value, Link):
            return value
        desired = self.sides.pairing.desired.get(value.to)
        if desired is None:
            self._used.add(value.to)
        return Link(desired or value.to, value.part)

    def _told(self) -> bool:
        """Whether the target lists all colors that it has."""
        return all(self.sides.observed.scope.get(kind) == "complete" for kind in (_KIND, _STANDARD))

    def pairing(self) -> Any:
        """The pairs, with what only the target tells paired with itself."""
        old = self.sides.pairing
        mine = {a: a for a in self._used if a not in old.desired and a not in old.observed}
        return structs.replace(
            old,
            observed={**old.observed, **mine},
            desired={**old.desired, **mine},
            how={**old.how, **dict.fromkeys(mine, "id")},
        )


def _known(state: State) -> dict[str, Link | str]:
    """What the ids of colors of one side are: links to its own, and themselves where they are standard."""
    found: dict[str, Link | str] = {}
    for resource in state.resources.values():
        if resource.kind == _KIND:
            found[resource.id] = Link(resource.address)
            found |= {id_: Link(resource.address, slot) for slot, id_ in resource.aliases.items()}
        elif resource.kind == _STANDARD:
            found |= {id_: id_ for id_ in (resource.id, *resource.aliases.values())}
    return found


def _fitted(resource: Resource, palettes: _Palettes, mapping: IdMap, findings: list[Finding]) -> Resource:
    if not any(_mentions(value) for value in (resource.attributes, *(p.attributes for p in resource.parts))):
        return resource
    sides = palettes.sides
    other = sides.counterpart(resource.address)
    pairs = pair_resource_parts(resource, other, sides, mapping) if other else {}

    def fit(attributes: Attributes, there: Attributes, where: str) -> Attributes:
        def lost(place: str) -> None:
            text = (
                f"{where}{place}: these colors are left out, as it cannot be told what they are on the target"
            )
            findings.append(Finding("warning", resource.address, text))

        found: Attributes = _fit(attributes, there, palettes.of, lost, "")
        return found

    def fit_part(part: Part) -> Part:
        there = pairs[part.slot].attributes if part.slot in pairs else {}
        return structs.replace(part, attributes=fit(part.attributes, there, f'{part.kind} "{part.label}", '))

    attributes = fit(resource.attributes, other.attributes if other else {}, "")
    return structs.replace(resource, attributes=attributes, parts=[fit_part(p) for p in resource.parts])


def _mentions(value: Value) -> bool:
    if isinstance(value, dict):
        return any(key in MENTIONED or _mentions(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_mentions, value))


def _fit(
    value: Any, there: Any, of: Callable[[Value, Value], Any], lost: Callable[[str], None], at: str
) -> Any:
    """The value with its colors fitted to what stands at the same place `there`."""
    if isinstance(value, list):
        near = there if isinstance(there, list) else []
        places = [*near, *[None] * (len(value) - len(near))]
        return [
            _fit(v, p, of, lost, f"{at}[{n}]") for n, (v, p) in enumerate(zip(value, places, strict=False))
        ]
    if not isinstance(value, dict):
        return value
    beside: Mapping[str, Any] = there if isinstance(there, dict) else {}
    found: dict[str, Any] = {}
    for key, item in value.items():
        place = f"{at}.{key}" if at else key
        if key in MENTIONED and isinstance(item, Link | str):
            fate = of(item, beside.get(key))
            if fate is _ABSENT:
                lost(place)
            else:
                found[key] = fate
        else:
            found[key] = _fit(item, beside.get(key), of, lost, place)
    return found
