"""The shape of a link to a part of another resource: its owner, and its name there."""

from __future__ import annotations

from typing import Any

import msgspec

from lookervault.model.document.node import Node, Notes
from lookervault.model.document.records import Field, Record
from lookervault.model.document.shapes import LINK, VALUE, Anything, Schema, Text, To
from lookervault.model.values import Link, Value


class PartOf(msgspec.Struct, frozen=True):
    """A link to a part of another resource: `{dashboard: ADDRESS, tile: NAME}`."""

    owner: str  # the owner's kind, and key
    kind: str
    key: str

    def write(self, value: Value) -> Any:
        """The owner's address and the name of the part."""
        if not isinstance(value, Link) or not value.part.startswith(f"{self.kind}:") or not value.to:
            return Anything().write(value) if isinstance(value, Link) else {VALUE: Anything().write(value)}
        return {self.owner: value.to, self.key: value.part.removeprefix(f"{self.kind}:")}

    def read(self, node: Node, notes: Notes) -> Value:
        """The link, noted with its line."""
        if isinstance(node.value, dict) and {VALUE, LINK} & node.value.keys():
            return Anything().read(node, notes) if LINK in node.value else To().read(node, notes)
        fields = (
            Field("to", To((self.owner,)), self.owner, required=True),
            Field("part", Text(), self.key, required=True),
        )
        found = Record(fields, f"a {self.key}").read(node, notes)
        if not found or len(found) < len(fields):
            return None
        link = Link(found["to"].to, f"{self.kind}:{found['part']}")
        notes.links.append((link, node.line))
        return link

    def schema(self) -> Schema:
        """A mapping of the two."""
        keys = {self.owner: To((self.owner,)).schema(), self.key: Text().schema()}
        return {"type": "object", "properties": keys, "required": list(keys)}
