"""What LookML gives and stands on: mapped, since it comes from git and from an instance's own set-up.

Of models their configuration is managed (resource notes, sections 4.17 to 4.19 and 4.23).
"""

from __future__ import annotations

from types import MappingProxyType

from lookervault.model import handwork, lookml
from lookervault.model.kind import Kind, Listing, Raw, named, own_id
from lookervault.model.normal import text_id


def is_lookml(raw: Raw) -> bool:
    """Whether a dashboard of the list comes from LookML; its id is `model::name`."""
    return "::" in text_id(raw.get("id"))


KINDS = (
    Kind(
        "connection",
        "connections",
        "reference",
        lookml.connection_identity,
        Listing("/connections", id_field="name"),
    ),
    Kind("project", "projects", "reference", own_id, Listing("/projects")),
    Kind(
        "lookml_model",
        "LookML models",
        "managed",
        named,
        # each row embeds its explores, so a page of more than 16 is slow on large instances (4.17)
        Listing("/lookml_models", paged=True, page_size=16, query=(("sorts", None),), id_field="name"),
        "/lookml_models",
        # connections are named, not referred to by id: `plan/lookml.py` finds what they are called there
        fields=("name", "project_name", "allowed_db_connection_names", "unlimited_db_connections"),
        sets=frozenset({"allowed_db_connection_names"}),
        create_only=frozenset({"name"}),
        defaulted=frozenset({"unlimited_db_connections"}),
        assumed=MappingProxyType({"unlimited_db_connections": False}),
        unknown=lookml.model_unknown,
        guard=lookml.model_guard,
        # content uses a model by its name alone, so nobody can tell what would break (4.17)
        lasting=lambda raw: "it has LookML here" if raw.get("has_content") else "",
        handwork=handwork.model_handwork,
        needs=("connection", "project"),
    ),
    Kind(
        "explore",
        "explores",
        "reference",
        lookml.explore_identity,
        # a call for each would be large answers only to learn what the models tell of them
        Listing("/lookml_models", within="lookml_model", rows=lookml.explores, key=lookml.explore_key),
        needs=("lookml_model",),
    ),
    Kind("datagroup", "datagroups", "reference", lookml.datagroup_identity, Listing("/datagroups")),
    Kind(
        "lookml_dashboard",
        "LookML dashboards",
        "reference",
        own_id,
        Listing("/dashboards", query=(("fields", "id,title,folder"),), keep=is_lookml),
    ),
)
