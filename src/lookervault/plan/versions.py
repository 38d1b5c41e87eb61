"""What a Looker older than the source does not know is neither sent nor compared (notes, 6.8 and 14)."""

from __future__ import annotations

import re
from collections import Counter

from msgspec import structs

from lookervault.model.catalog import KINDS
from lookervault.model.content import meaning
from lookervault.model.resource import Finding, Resource, State

Release = tuple[int, int]

# attributes by kind, and the release that brought them
SINCE: dict[str, dict[str, Release]] = {
    "dashboard": {
        "download_settings": (26, 8),
        "chat_enabled": (26, 10),
        "preserve_desktop_layout": (26, 10),
        "layout_granularity": (26, 14),
        "style": (26, 14),
    },
    "user": {"can_manage_api3_creds": (25, 14)},
    "user_attribute": {"needed_for_ci_run": (26, 8), "value_for_ci_run": (26, 8)},
    "scheduled_plan": {
        "tabs": (26, 8),
        "pdf_page_breaks": (26, 8),
        "include_dashboard_summary": (26, 12),
        "include_filters": (26, 14),
    },
    "alert": {"enhancements": (26, 6)},
    "board": {"owner": (26, 10)},
}


def known_to(state: State, source: str, target: str) -> tuple[State, list[Finding]]:
    """The desired state of one version as a target of another can hold it; whole where one is not known."""
    mine, theirs = _release(source), _release(target)
    newer = {
        kind: {n for n, since in names.items() if theirs < since <= mine} if mine and theirs else set()
        for kind, names in SINCE.items()
    }
    lost: Counter[tuple[str, str]] = Counter()
    resources = {a: _without(r, newer.get(r.kind, set()), lost) for a, r in state.resources.items()}
    findings = [
        Finding("warning", "target", f"Looker {target} has no {name}: left out of {n} {KINDS[kind].title}")
        for (kind, name), n in sorted(lost.items())
    ]
    return structs.replace(state, resources=resources), findings


def _release(version: str) -> Release | None:
    told = re.match(r"(\d+)\.(\d+)", version)
    return (int(told[1]), int(told[2])) if told else None


def _without(resource: Resource, names: set[str], lost: Counter[tuple[str, str]]) -> Resource:
    if not names:
        return resource
    lost.update(
        (resource.kind, name) for name in names & meaning(resource.attributes).keys() if not resource.guard
    )
    attributes = {k: v for k, v in resource.attributes.items() if k not in names}
    return structs.replace(resource, attributes=attributes, untold=(*resource.untold, *sorted(names)))
