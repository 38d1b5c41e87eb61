"""Strategies for JSON and for canonical values, and copies of them that mean the same."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from lookervault.model.values import JsonText, Link

NUMBERS = st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False)
TRUTHLESS = st.none() | NUMBERS | st.text(max_size=6)
LEAVES = TRUTHLESS | st.booleans()
NAMES = st.text(max_size=5)


def _nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=8,
    )


JSON = _nested(LEAVES)
LINKS = st.builds(Link, st.sampled_from(["folder:Shared", "user:ann@example.com", "look:Shared/é"]), NAMES)
JSON_TEXTS = st.builds(JsonText, JSON.map(json.dumps) | st.text(max_size=5))
VALUES = _nested(LEAVES | LINKS | JSON_TEXTS)
# to Python, and so to `==`, true is 1
TRUTHLESS_VALUES = _nested(TRUTHLESS | LINKS)


def respelt(value: Any) -> Any:
    """The same meaning, spelt as differently as the normal form allows."""
    if isinstance(value, dict):
        turned = {k: respelt(value[k]) for k in reversed(value)}
        return {"absent, or null": None, **turned} if "absent, or null" not in turned else turned
    if isinstance(value, list):
        return [respelt(v) for v in value]
    if isinstance(value, JsonText):
        parsed = value.parsed()
        return JsonText(json.dumps(respelt_json(parsed), indent=1)) if _is_json(value.text) else value
    return respelt_json(value)


def respelt_json(value: Any) -> Any:
    """Plain JSON with keys turned round and whole numbers as floats."""
    if isinstance(value, dict):
        return {k: respelt_json(value[k]) for k in reversed(value)}
    if isinstance(value, list):
        return [respelt_json(v) for v in value]
    if type(value) is int and float(value) == value and abs(value) < 2**53:
        return float(value)
    return value


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
