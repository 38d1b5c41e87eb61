"""Agents, on instances that have them (resource notes, section 4.22)."""

from __future__ import annotations

from lookervault.model import agents
from lookervault.model.kind import Kind, Listing, PartKey, Ref

KINDS = (
    Kind(
        "agent",
        "agents",
        "managed",
        agents.named_agent,
        # 403 or 404 where the instance has none
        Listing("/agents/search", paged=True, keep=lambda raw: not raw.get("deleted")),
        "/agents",
        refs=(Ref("created_by_user_id", "owner", "user", optional=True),),
        fields=("name", "description", "category", "sources", "context", "code_interpreter"),
        texts=frozenset({"description", "context"}),
        parts=agents.agent_parts,
        part_keys=(
            PartKey(agents.GOLDEN, lambda p: [p.attributes.get("answer"), p.attributes.get("questions")]),
            PartKey(agents.GOLDEN, lambda p: p.attributes.get("questions")),
            PartKey(agents.GOLDEN, lambda p: p.attributes.get("answer")),
        ),
        names_repeat=True,
        lasting=lambda raw: "whether anybody talks to an agent, nobody can tell",
        handwork=agents.agent_handwork,
        entitled=True,
        in_trees=False,
        needs=("user", "lookml_model"),
    ),
)
