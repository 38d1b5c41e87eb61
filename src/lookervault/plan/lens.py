"""How values of both sides are held against each other: by what they mean, not by how they are spelt."""

from __future__ import annotations

from collections.abc import Mapping, Set

import msgspec

from lookervault.model.catalog import KINDS
from lookervault.model.colors import PALETTES
from lookervault.model.content import meaning
from lookervault.model.normal import alike, comparable, digest, in_order, same
from lookervault.model.resource import Attributes, Finding, Resource
from lookervault.model.values import Link, Value, in_texts, links, text_links, uncommon
from lookervault.plan.defaults import Echoes, without_defaults
from lookervault.plan.texts import lowered

Rename = Mapping[Link, Link]
At = tuple[str, str]  # (kind, id on the target)


class Lens(msgspec.Struct):
    """How observed values are looked at: links under their desired names, server's habits known.

    `ids` are the target's, by desired names; `findings` collects what is seen. `exact` takes null for what is
    desired, and not for no opinion. `moved` are those of `rename` that get another name, where that is
    worked out.
    """

    rename: Rename
    ids: Mapping[Link, str]
    echoes: Echoes
    findings: list[Finding]
    exact: bool = False
    moved: tuple[Set[Link], ...] | None = None

    def differences(
        self, at: At, desired: Attributes, observed: Attributes, unknown: Set[str] = frozenset()
    ) -> tuple[Attributes, Attributes]:
        """The attributes that differ, as they are and as they should be."""
        told = alike(desired, observed)
        if told is not None and self._unmoved(told):
            return {}, {}  # as most are, and then nothing more need be worked out
        unordered = KINDS[at[0]].unordered if at[0] in KINDS else frozenset[str]()
        want = in_order(comparable(meaning(desired)), unordered)
        have = in_order(comparable(meaning(observed), self.rename), unordered)
        want |= _typed(want, have)
        unlike = {k for k in {*want, *have} - unknown if not same(want.get(k), have.get(k))}
        unlike -= _cleared(at[0], want, have)
        have |= {k: without_defaults(self.echoes, k, want.get(k), have[k]) for k in unlike if k in have}
        wanted, there = (in_order(self._as_text(x, unlike), unordered) for x in (want, have))
        changed = sorted(
            k
            for k in unlike
            if not same(wanted.get(k), there.get(k)) and not self._echoed(at, k, wanted.get(k), there.get(k))
        )
        # a value that says as much as none is sent as it is all the same: 0 is not null to a server
        return {k: have[k] for k in changed if k in have}, {k: desired[k] for k in changed if k in desired}

    def means_itself(self, resource: Resource) -> bool:
        """Whether an observed resource means to the desired side what it says."""
        if not self.moved or not any(self.moved):
            return self.moved is not None
        return self._unmoved(uncommon([resource.attributes, *(p.attributes for p in resource.parts)]))

    def _unmoved(self, observed: list[Value]) -> bool:
        """Whether observed values mean to the desired side what they say."""
        if self.moved is None:
            return False
        told = [*links(observed), *text_links(observed)]
        return all(names.isdisjoint(told) for names in self.moved)

    def _as_text(self, attributes: Attributes, names: Set[str]) -> Attributes:
        """Attributes with texts as the target has them: a link that is kept as it is equals itself there."""
        told = {k: v for k, v in attributes.items() if k in names}
        return {k: in_texts(v, lambda text: lowered(text, self.ids)) for k, v in told.items()}

    def _echoed(self, at: At, field: str, want: Value, have: Value) -> bool:
        """Whether the server is known to make this very value of the desired one."""
        return echoed(self.echoes, at, field, want, have)


def _typed(want: Attributes, have: Attributes) -> Attributes:
    """Desired palettes with the type that the instance gave those of which none is told."""
    return {
        name: [{**_type(there), **palette} for palette, there in zip(want[name], have[name], strict=True)]
        for name in PALETTES
        if name in want and len(want[name]) == len(have.get(name, ()))
    }


def _type(palette: Attributes) -> Attributes:
    return {"type": palette["type"]} if "type" in palette else {}


def _cleared(kind: str, want: Attributes, have: Attributes) -> set[str]:
    """What is false, and would be sent as false to take it away (resource notes, 2.4)."""
    free = KINDS[kind].defaulted if kind in KINDS else frozenset[str]()
    return {k for k, v in have.items() if v is False and want.get(k) is None} - free


def echoed(echoes: Echoes, at: At, field: str, want: Value, have: Value) -> bool:
    """Whether a server is known to make this very value of another."""
    if not echoes:
        return False
    kind, id_ = at
    sent, got = digest(want), digest(have)
    return got in (echoes.get((kind, field, "", sent)), echoes.get((kind, field, id_, sent)))
