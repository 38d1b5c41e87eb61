"""Access lists of folders (resource notes, section 4.15)."""

from __future__ import annotations

from lookervault.model import access
from lookervault.model.kind import Facet, Kind, Listing, Ref

# of groups as well as users; one that is not on the target is left out
GRANTED = (Ref("", "may_edit", "group", optional=True), Ref("", "may_view", "user", optional=True))

KINDS = (
    Kind(
        "content_access",
        "access lists",
        "managed",
        access.access_identity,
        # one call per folder that has others in it tells which of them do not inherit
        Listing("/content_metadata", inside="folder", keep=access.of_folder),
        "/content_metadata",
        refs=GRANTED,
        fields=("inherits",),
        extra=access.access_extra,
        unknown=access.access_unknown,
        of="folder",
        implied=access.inherited,
        needs=("folder", "user", "group"),
        facets=(Facet("grants", "/content_metadata_access", by="content_metadata_id", wanted=access.own),),
    ),
)
