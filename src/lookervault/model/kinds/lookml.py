"""What LookML gives: only mapped, since it comes from git (resource notes, sections 4.17 and 4.23)."""

from __future__ import annotations

from lookervault.model.kind import Kind, Listing, Raw, named, own_id
from lookervault.model.normal import text_id


def is_lookml(raw: Raw) -> bool:
    """Whether a dashboard of the list comes from LookML; its id is `model::name`."""
    return "::" in text_id(raw.get("id"))


KINDS = (
    Kind(
        "lookml_model",
        "LookML models",
        "reference",
        named,
        # each row embeds its explores, so a page of more than 16 is slow on large instances (4.17)
        Listing("/lookml_models", paged=True, page_size=16, query=(("sorts", None),), id_field="name"),
    ),
    Kind(
        "lookml_dashboard",
        "LookML dashboards",
        "reference",
        own_id,
        Listing("/dashboards", query=(("fields", "id,title,folder"),), keep=is_lookml),
    ),
)
