"""Addresses of content in texts, told by what they lead to: `/dashboards/12` is of one instance only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_KINDS = {
    "dashboards": "dashboard",
    "dashboards-next": "dashboard",
    "looks": "look",
    "folders": "folder",
    "spaces": "folder",
    "boards": "board",
}
_ADDRESS = re.compile(
    r"""(https?:)?(//[^/\s"'<>\\]+)?((?:/embed)?/(dashboards-next|dashboards|looks|folders|spaces|boards)/)"""
    r"""(\d+)(?![\w:%-])([^\s"'<>()]*)"""
)


GONE = "(gone)"


def alike(wanted: Any, there: Any) -> bool:
    """Whether two texts differ only where the first leads to what is gone; elsewhere it may still be."""
    if not (isinstance(wanted, str) and isinstance(there, str) and f"<{GONE}>" in wanted):
        return False
    return re.fullmatch(re.escape(wanted).replace(re.escape(f"<{GONE}>"), "<.*>"), there) is not None


def told(value: Any, host: str, names: Mapping[tuple[str, str], str]) -> Any:
    """A value with names for ids that are this instance's, in whatever texts; data to filter by stays."""
    if isinstance(value, dict):
        return {k: v if _is_data(k, v) else told(v, host, names) for k, v in value.items()}
    if isinstance(value, list):
        return [told(v, host, names) for v in value]
    return _ADDRESS.sub(lambda m: _named(m, host, names), value) if isinstance(value, str) else value


def _is_data(key: str, value: Any) -> bool:
    return key == "filters" and isinstance(value, dict) and all(isinstance(v, str) for v in value.values())


def _named(found: re.Match[str], host: str, names: Mapping[tuple[str, str], str]) -> str:
    scheme, where, path, kind, key, rest = found.groups()
    if where not in (None, f"//{host}"):
        return found[0]
    name = names.get((_KINDS[kind], key), GONE)
    return f"{scheme or ''}{'//(here)' if where else ''}{path}<{name}>{rest}"
