"""What reaches people: schedules and alerts are enabled only where that is asked for.

What cannot be sent, because an integration is not on the target, is settled here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import structs

from lookervault.model.catalog import KINDS
from lookervault.model.delivery import SENDS_NOTHING, reaches
from lookervault.model.document.node import nearest
from lookervault.model.resource import Attributes, Finding, Resource
from lookervault.model.values import Link, links
from lookervault.plan.change import Action, Change
from lookervault.plan.pair import Pairing, Sides
from lookervault.plan.policy import Policy
from lookervault.plan.settle import Settled

HOW_TO_ENABLE = "to enable it, plan with --enable-schedules"
# formats that the API description names for schedules and integrations
_FORMATS = (
    *("txt", "csv", "inline_json", "json", "json_label", "json_detail", "json_detail_lite_stream", "json_bi"),
    *("xlsx", "html", "wysiwyg_pdf", "assembled_pdf", "wysiwyg_png", "csv_zip"),
)


def reach(sides: Sides) -> Settled:
    """The sides without what could not be sent."""
    findings: list[Finding] = []
    kept = {}
    sides = _freed(sides)
    for address, resource in sides.desired.resources.items():
        if _replaces_orphan(resource, sides):
            at = sides.pairing.observed[address]
            sides = structs.replace(sides, pairing=_parted(sides.pairing, address, at))
            text = f"{at} has lost its element and stays as it is; this one is made anew"
            findings.append(Finding("warning", address, text))
        if not KINDS[resource.kind].names_repeat or resource.guard:
            kept[address] = resource
        else:
            settled = _deliverable(resource, sides, findings)
            if settled is not None:
                kept[address] = settled
    return Settled(_with(sides, kept), findings)


def _freed(sides: Sides) -> Sides:
    """The sides with those schedules writable that lost what they send and are to send something again."""
    lost = {
        at: structs.replace(other, guard="")
        for address, at in sides.pairing.observed.items()
        if (other := sides.observed.resources[at]).guard.endswith(SENDS_NOTHING)
        and not sides.desired.resources[address].guard
    }
    if not lost:
        return sides
    observed = structs.replace(sides.observed, resources={**sides.observed.resources, **lost})
    return structs.replace(sides, observed=observed)


def _replaces_orphan(resource: Resource, sides: Sides) -> bool:
    """Whether an alert's counterpart has lost its element for sure: it can never get another (4.16)."""
    other = sides.counterpart(resource.address)
    lost = other is not None and bool(other.guard) and not resource.guard
    return bool(KINDS[resource.kind].fixed) and lost and sides.observed.scope.get("dashboard") == "complete"


def _parted(pairing: Pairing, desired: str, observed: str) -> Pairing:
    return Pairing(
        {d: o for d, o in pairing.observed.items() if d != desired},
        {o: d for o, d in pairing.desired.items() if o != observed},
        {d: how for d, how in pairing.how.items() if d != desired},
    )


def _with(sides: Sides, resources: dict[str, Resource]) -> Sides:
    return structs.replace(sides, desired=structs.replace(sides.desired, resources=resources))


def _deliverable(resource: Resource, sides: Sides, findings: list[Finding]) -> Resource | None:
    """The resource with the destinations that exist on the target; None where none does."""
    wanted = resource.attributes.get("destinations", [])
    other = sides.counterpart(resource.address)
    present = (
        {sides.rename.get(x, x) for x in links(other.attributes.get("destinations"))} if other else set()
    )

    def exists(link: Link) -> bool:
        return sides.same_host or link in present or link.to in sides.pairing.observed

    lost = [d for d in wanted if not all(exists(link) for link in links(d))]
    if not lost:
        return resource
    findings += [
        Finding(
            "warning",
            resource.address,
            f"destination {reaches(d)} is not on the target",
            ("destinations", str(wanted.index(d))),
        )
        for d in lost
    ]
    if len(lost) == len(wanted):
        findings.append(Finding("warning", resource.address, "left out: it would reach nobody"))
        return None
    kept = [d for d in wanted if d not in lost]
    return structs.replace(resource, attributes={**resource.attributes, "destinations": kept})


def hold(sides: Sides, policy: Policy) -> Settled:
    """The sides with nothing switched on that is not to be, and no alert without an owner."""
    findings: list[Finding] = []
    resources = {
        address: resource if resource.guard else _held(resource, sides, policy, findings)
        for address, resource in sides.desired.resources.items()
    }
    return Settled(_with(sides, resources), findings)


def _held(resource: Resource, sides: Sides, policy: Policy, findings: list[Finding]) -> Resource:
    if resource.kind not in ("scheduled_plan", "alert"):
        return resource
    other = sides.counterpart(resource.address)
    attributes = dict(resource.attributes)
    if _is_on(resource) and not policy.enable_schedules and not (other and _is_on(other)):
        attributes |= _off(resource, other)
        there = "is disabled on the target and stays so" if other else "is created disabled"
        findings.append(Finding("warning", resource.address, f"{there}; {HOW_TO_ENABLE}"))
    caller = Link(sides.observed.caller)
    if resource.kind == "alert" and other is None and "owner" not in attributes and caller.to:
        # an alert must be somebody's (4.16)
        attributes["owner"] = sides.rename.get(caller, caller)
    return structs.replace(resource, attributes=attributes)


def _is_on(resource: Resource) -> bool:
    if resource.kind == "alert":
        return not resource.attributes.get("is_disabled")
    return bool(resource.attributes.get("enabled"))


def _off(resource: Resource, other: Resource | None) -> Attributes:
    """What says "disabled"; why somebody disabled an alert there is his to say."""
    if resource.kind != "alert":
        return {"enabled": False}
    reason = other.attributes.get("disabled_reason") if other else None
    return {"is_disabled": True, **({"disabled_reason": reason} if reason else {})}


def delivery_findings(changes: list[Change], sides: Sides) -> list[Finding]:
    """What a change of these kinds cannot do, or what it leaves to people."""
    return [*_immovable(changes), *_unheard_of(changes)]


def _unheard_of(changes: Iterable[Change]) -> Iterator[Finding]:
    """Formats that may be wrong; some Looker may know them, as it has the list open."""
    for change in changes:
        for n, destination in enumerate(change.after.get("destinations", [])):
            format_ = str(destination.get("format") or _FORMATS[0])
            if format_ not in _FORMATS:
                text = f"Looker may not take the format {format_!r}{nearest(format_, _FORMATS)}"
                yield Finding("warning", change.address, text, ("destinations", str(n), "format"))


def _immovable(changes: Iterable[Change]) -> Iterator[Finding]:
    for change in changes:
        fixed = KINDS[change.kind].fixed & {*change.before, *change.after}
        if fixed and change.action is Action.UPDATE:
            text = f"Looker does not change its {', '.join(sorted(fixed))}: delete it there, then plan again"
            yield Finding("error", change.address, text, tuple(sorted(fixed)[:1]))
