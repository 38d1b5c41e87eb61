"""JSON Schemas of documents, for editors: generated from the same shapes that documents are read by."""

from __future__ import annotations

import json
from collections.abc import Iterable

from lookervault.model.catalog import KINDS
from lookervault.model.document.documents import whole_record

_DIALECT = "http://json-schema.org/draft-07/schema#"


def schemas(kinds: Iterable[str]) -> dict[str, str]:
    """The schema of each kind's documents, as JSON text."""
    return {kind: _schema(kind) for kind in kinds}


def _schema(kind: str) -> str:
    described = f"One of the {KINDS[kind].title} in a tree of lookervault."
    schema = {"$schema": _DIALECT, "title": kind, "description": described, **whole_record(kind).schema()}
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
