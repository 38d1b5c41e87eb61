"""What a server puts in the place of nothing inside queries, taken out again before anything is compared.

Queries are values inside their owners, so what was learned of one holds for all (resource notes, section 6,
rule 7).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lookervault.model.normal import digest

# (kind, field, id or "" for every object, digest of what was sent) -> digest of what the server made of it
Echoes = Mapping[tuple[str, str, str, str], str]

_NOTHING = digest(None)


def without_defaults(echoes: Echoes, field: str, want: Any, have: Any) -> Any:
    """An observed attribute, its queries without what the server adds where the desired one says nothing."""
    if not echoes or not isinstance(want, dict) or not isinstance(have, dict):
        return have
    if field == "query":
        return _without(echoes, "query", want, have)
    if field != "merge":
        return have
    found = _without(echoes, "merge_query", want, have)
    theirs, ours = have.get("sources") or [], want.get("sources") or []
    if len(theirs) == len(ours):
        pairs = zip(ours, theirs, strict=True)
        found["sources"] = [
            {**b, "query": without_defaults(echoes, "query", a.get("query"), b.get("query"))}
            for a, b in pairs
        ]
    return found


def _without(echoes: Echoes, kind: str, want: dict[str, Any], have: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in have.items() if k in want or echoes.get((kind, k, "", _NOTHING)) != digest(v)}
