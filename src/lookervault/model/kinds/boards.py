"""Boards (resource notes, section 4.9)."""

from __future__ import annotations

from lookervault.model import boards
from lookervault.model.kind import Kind, Listing, PartKey
from lookervault.model.kinds.content import OWNER

KINDS = (
    Kind(
        "board",
        "boards",
        "managed",
        boards.board_identity,
        Listing("/boards"),
        "/boards",
        refs=(OWNER,),
        fields=("title", "description"),
        texts=frozenset({"description"}),
        extra=boards.board_extra,
        parts=boards.board_parts,
        part_keys=(
            PartKey("section", lambda p: p.attributes.get("title")),
            # what is left over goes by order
            PartKey("section", lambda p: None),
            PartKey("item", boards.shown),
        ),
        names_repeat=True,
        lasting=lambda raw: "it is the primary homepage" if raw.get("primary_homepage") else "",
        loose_parts=True,
        needs=("user", "dashboard", "look", "lookml_dashboard"),
    ),
)
