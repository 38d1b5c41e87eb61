"""What the target has and the desired state lacks, as deletes; only where that is asked for (row P10).

Nothing goes that is guarded, that one of the sides may not have been shown, or that is outside of what the
desired state speaks of. Dashboards and looks go to the trash with what hangs on them; a folder goes only when
nothing is left in it, since deleting one destroys all below it (resource notes, section 4.1).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Attributes, Finding, Resource, State
from lookervault.model.values import Link, links, replace
from lookervault.plan.change import Action, Change
from lookervault.plan.pair import Sides
from lookervault.plan.policy import Policy
from lookervault.plan.protect import fits

OPTION = "--prune"
# what must not go while something of these kinds is in it or uses it: folders take all that is in them along
# (4.1), Looker refuses to delete sets that a role has (16), and charts would lose the colors of a collection
_USERS = {
    "folder": ("dashboard", "look", "folder"),
    "permission_set": ("role",),
    "model_set": ("role",),
    "color_collection": ("dashboard", "look", "theme"),
}


class Spared(msgspec.Struct, frozen=True):
    """What stays whatever is desired.

    `owned` are kind and target id of what other sources have brought to the target, `excluded` addresses or
    globs, `kinds` kinds that are not spoken of.
    """

    owned: frozenset[tuple[str, str]] = frozenset()
    excluded: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


NOTHING_SPARED = Spared()


class Pruned(msgspec.Struct):
    """The deletes, and what a reader must know of what stays."""

    changes: list[Change] = []
    findings: list[Finding] = []


def prune(sides: Sides, desired: State, updates: Iterable[Change], policy: Policy, spared: Spared) -> Pruned:
    """All that can be deleted; `desired` is the whole desired side, with what could not be settled."""
    blind = sides.observed.partial or desired.partial
    if blind:
        return Pruned(findings=[Finding("warning", OPTION, f"nothing is deleted: {blind}")])
    searcher = _Searcher(sides, policy, spared, list(updates))
    going = searcher.search()
    pruned = Pruned([searcher.delete(r) for r in going], searcher.findings)
    if going and not policy.allow_empty and _is_empty(desired):
        text = f"the desired state is empty, so {len(going)} objects would go; --allow-empty agrees"
        pruned.findings.append(Finding("error", OPTION, text))
    return pruned


def _is_empty(state: State) -> bool:
    """Whether a state holds nothing that could be missing on the target."""
    return all(r.guard or r.lasting or KINDS[r.kind].of for r in state.resources.values())


class _Searcher:
    """Finds out what goes, and keeps why the rest stays."""

    def __init__(self, sides: Sides, policy: Policy, spared: Spared, updates: list[Change]) -> None:
        self.sides = sides
        self.policy = policy
        self.spared = spared
        self.observed = sides.observed.resources
        self.findings: list[Finding] = []
        self.going: dict[str, Resource] = {}
        self.mine = _from_the_caller(sides.observed)
        self.lost = _lost_links(updates)
        self.inside: dict[str, list[Resource]] = {}
        for resource in self.observed.values():
            if resource.kind in ("folder", "dashboard", "look"):
                self.inside.setdefault(resource.parent, []).append(resource)
        self.users = _users(self.observed.values())

    def search(self) -> list[Resource]:
        """What can be deleted, but for what goes along with its content."""
        self.going = {r.address: r for r in self.observed.values() if self._unwanted(r)}
        while True:
            held = {a: why for a, r in self.going.items() if (why := self._held(r)) is not None}
            if not held:
                return [r for r in self.going.values() if not self._goes_along(r)]
            self.findings += [Finding("warning", a, f"is not desired, but {w}") for a, w in held.items() if w]
            self.going = {a: r for a, r in self.going.items() if a not in held}

    def delete(self, resource: Resource) -> Change:
        """The change that deletes something; what is to lie in the trash does not go with its folder."""
        after = {}
        if KINDS[resource.kind].trash and resource.parent in self.going:
            after = {"folder": self._name(self._ground(resource.parent))}
        change = Change(
            action=Action.DELETE,
            kind=resource.kind,
            address=self._name(resource.address).to,
            name=resource.name,
            id=resource.id,
            before=replace(resource.attributes, lambda link: self.sides.rename.get(link, link), lambda t: t),
            after=after,
        )
        if resource.kind == "folder":
            change.also = self._rescued(resource)
        return change

    def _unwanted(self, resource: Resource) -> bool:
        """Whether the desired state speaks of such a thing, and has not this one."""
        kind = KINDS[resource.kind]
        paired = resource.address in self.sides.pairing.desired
        if paired or resource.guard or kind.role != "managed" or kind.of or kind.name in self.spared.kinds:
            return False
        return self._listed(kind.name) and not fits(resource.address, self.spared.excluded)

    def _listed(self, kind: str) -> bool:
        """Whether both sides were shown all of a kind; told where one was not."""
        if kind not in self.sides.desired.scope:
            return False
        listed = [("source", self.sides.desired, kind), ("target", self.sides.observed, kind)]
        listed += [("target", self.sides.observed, user) for user in _USERS.get(kind, ())]
        for whose, state, name in listed:
            if state.scope.get(name) != "complete":
                text = f"nothing of it is deleted: the {whose} does not list all of its {KINDS[name].title}"
                self.findings.append(Finding("warning", kind, text))
                return False
        return True

    def _held(self, resource: Resource) -> str | None:
        """Why something stays: a reason to tell, "" where it is out of scope, None if it goes."""
        parent = resource.parent
        if parent and parent not in self.sides.pairing.desired and parent not in self.going:
            return ""
        if fits(resource.address, self.policy.protect):
            return "protected: it stays"
        if (resource.kind, resource.id) in self.spared.owned:
            return "another source has brought it: it stays"
        lasting = resource.lasting or (
            "the caller may not delete it" if "destroy" in resource.refused else ""
        )
        if lasting:
            return f"stays: {lasting}"
        if resource.address in self.mine:
            return "stays: the caller's own rights may come from it"
        inside = [r.address for r in self.inside.get(resource.address, []) if not self._leaves(r)]
        if resource.kind == "folder" and inside:
            return f"stays: {_some(inside)} is in it"
        using = [a for a in self.users.get(resource.address, []) if not self._lets_go(a, resource.address)]
        return f"stays: {_some(using)} uses it" if using else None

    def _leaves(self, resource: Resource) -> bool:
        return resource.address in self.going or self._lets_go(resource.address, resource.parent)

    def _lets_go(self, user: str, used: str) -> bool:
        """Whether what refers to something goes too, or is changed so that it no longer does."""
        return user in self.going or self._name(used) in self.lost.get(user, ())

    def _goes_along(self, resource: Resource) -> bool:
        """Whether it hangs on what goes to the trash, and comes back with it."""
        content = self.going.get(resource.parent)
        return content is not None and KINDS[content.kind].trash

    def _ground(self, folder: str) -> str:
        """The nearest folder above that stays."""
        while folder in self.going:
            folder = self.going[folder].parent
        return folder

    def _rescued(self, folder: Resource) -> Attributes:
        """What lies in the trash of a folder that goes, and where it could be restored from then."""
        lost = [h for h in self.sides.observed.in_trash if h.folder_id == folder.id]
        if not lost:
            return {}
        ground = self._name(self._ground(folder.address))
        return {"trash": [[h.kind, h.id] for h in lost], "ground": ground}

    def _name(self, address: str) -> Link:
        return self.sides.rename.get(Link(address), Link(address))


def _some(addresses: list[str]) -> str:
    more = len(addresses) - 1
    return min(addresses) + (f" and {more} more" if more else "")


def _lost_links(changes: Iterable[Change]) -> dict[str, set[Link]]:
    """Observed address to what it refers to before its update, and no longer after."""
    found = {}
    for change in changes:
        before = {link for b in (change.before, *(p.before for p in change.parts)) for link in links(b)}
        after = {link for a in (change.after, *(p.after for p in change.parts)) for link in links(a)}
        found[change.was or change.address] = before - after
    return found


def _users(resources: Iterable[Resource]) -> dict[str, list[str]]:
    """What must not go while it is used, to those who use it."""
    found: dict[str, list[str]] = {}
    for resource in resources:
        values = (resource.attributes, *(p.attributes for p in resource.parts))
        for address in {link.to for value in values for link in links(value)}:
            if address.partition(":")[0] in _USERS.keys() - {"folder"}:
                found.setdefault(address, []).append(resource.address)
    return found


def _from_the_caller(observed: State) -> set[str]:
    """Groups that the caller is in, directly or by others, and roles that he or they hold (4.11)."""
    mine = {observed.caller} - {""}
    holders = [r for r in observed.resources.values() if r.kind in ("group", "role")]
    while True:
        more = {
            r.address
            for r in holders
            if r.address not in mine
            and any(x.to in mine for n in ("users", "groups") for x in links(r.attributes.get(n)))
        }
        if not more:
            return mine
        mine |= more
