"""Findings as lines: what is said of many objects is said once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lookervault.model.resource import Finding, Level
from lookervault.report.safe import visible

PROBLEMS: tuple[Level, ...] = ("error", "warning")
LEFT_TO_DO: tuple[Level, ...] = ("todo",)
FINDINGS: dict[Level, str] = {
    "error": "Errors",
    "warning": "Warnings",
    "todo": "For you to do once it is applied",
}

_ALIKE = 3  # findings of one message beyond this are told as one


def heading(level: Level) -> str:
    """What findings of a level stand under, where it has room."""
    return f"{FINDINGS[level]}: nothing can be applied" if level == "error" else FINDINGS[level]


def told_once(findings: Iterable[Finding]) -> Iterator[str]:
    """A line each; what is said of many objects is said once, with the first of them."""
    alike: dict[str, list[str]] = {}
    for finding in findings:
        alike.setdefault(finding.message, []).append(visible(finding.address))
    for message, addresses in alike.items():
        if len(addresses) <= _ALIKE:
            yield from (f"{address}: {visible(message)}" for address in addresses)
        else:
            yield f"{addresses[0]} and {len(addresses) - 1} more: {visible(message)}"
