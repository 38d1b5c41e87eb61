"""Model configurations and what LookML gives, in canonical form (resource notes, 4.17, 4.18, 4.23)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lookervault.model.context import Context
from lookervault.model.kind import Identity, Raw
from lookervault.model.normal import text_id

INTERNAL = "system__"  # what Looker's own models begin with, System Activity among them


def model_guard(raw: Raw) -> str:
    """Why this model configuration is mapped and never written."""
    return "internal to Looker" if str(raw.get("name") or "").startswith(INTERNAL) else ""


def model_unknown(raw: Raw, context: Context) -> tuple[str, ...]:
    """Explores, where the answer may not tell all of them."""
    told = bool(raw.get("explores")) or (raw.get("explores") is not None and raw.get("has_content") is False)
    return () if told else ("explores",)


def explores(raw: Raw) -> Iterable[dict[str, Any]]:
    """The explores that a model names, each with the model it is of."""
    name = text_id(raw.get("name"))
    return [{**explore, "model_name": name} for explore in raw.get("explores") or []]


def explore_key(raw: Raw) -> str:
    """The id of an explore, which has none of its own."""
    return f"{text_id(raw.get('model_name'))}::{text_id(raw.get('name'))}"


def explore_identity(raw: Raw, context: Context) -> Identity:
    """An explore goes by its name in its model."""
    return Identity(text_id(raw.get("name")), ("lookml_model", text_id(raw.get("model_name"))))


def datagroup_identity(raw: Raw, context: Context) -> Identity:
    """A datagroup goes by the name that schedules use: `model::datagroup`."""
    return Identity(f"{text_id(raw.get('model_name'))}::{text_id(raw.get('name'))}")


def connection_identity(raw: Raw, context: Context) -> Identity:
    """A connection goes by its name, which is one whatever its case."""
    return Identity(text_id(raw.get("name")).casefold())
