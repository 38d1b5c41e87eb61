"""Boards and their access lists (resource notes, sections 4.9 and 4.15)."""

from __future__ import annotations

from lookervault.model import access, boards, handwork
from lookervault.model.kind import Facet, Kind, Listing, PartKey
from lookervault.model.kinds.access import GRANTED
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
        handwork=handwork.board_handwork,
        needs=("user", "dashboard", "look", "lookml_dashboard"),
    ),
    Kind(
        "board_access",
        "access lists of boards",
        "managed",
        access.board_access_identity,
        Listing("/content_metadata/{content_metadata_id}", each="board", keep=access.of_board),
        "/content_metadata",
        refs=GRANTED,
        fields=("inherits",),
        extra=access.access_extra,
        unknown=access.access_unknown,
        of="board",
        needs=("board", "user", "group"),
        facets=(Facet("grants", "/content_metadata_access", by="content_metadata_id", wanted=access.own),),
    ),
)
