"""Agents and their golden queries in canonical form (resource notes, section 4.22)."""

from __future__ import annotations

from lookervault.model.context import Context
from lookervault.model.fields import BODIES
from lookervault.model.kind import Identity, Raw
from lookervault.model.normal import pick, text_id
from lookervault.model.resource import Attributes, Part

GOLDEN = "golden_query"
GOLDEN_FIELDS = BODIES[GOLDEN]["create"]


def named_agent(raw: Raw, context: Context) -> Identity:
    """An agent goes by its name, which others may have too."""
    return Identity(str(raw.get("name") or ""))


def agent_parts(raw: Raw, context: Context) -> list[Part]:
    """The golden queries of an agent; they are read through it alone, and their order means nothing."""
    found = [_golden_part(each) for each in raw.get("golden_queries") or []]
    return sorted(found, key=lambda part: (str(part.attributes.get("answer")), part.label, part.id))


def _golden_part(raw: Raw) -> Part:
    id_ = text_id(raw.get("id"))
    attributes: Attributes = pick(raw, GOLDEN_FIELDS)
    questions = raw.get("questions") or ["untitled"]
    return Part(GOLDEN, id_, id_, str(questions[0])[:60], attributes)


def agent_handwork(raw: Raw) -> tuple[str, ...]:
    """Schedules of an agent name other agents and destinations of one instance."""
    return ("runs on a schedule, which is not copied: set it again",) if raw.get("workflow_params") else ()
