"""Users, groups, roles and what roles are made of (resource notes, sections 4.10 to 4.12)."""

from __future__ import annotations

from lookervault.model import handwork, people
from lookervault.model.kind import Facet, Kind, Listing, Ref, named

KINDS = (
    Kind(
        "permission_set",
        "permission sets",
        "managed",
        named,
        Listing("/permission_sets"),
        "/permission_sets",
        fields=("name", "permissions"),
        sets=frozenset({"permissions"}),
        guard=people.set_guard,
    ),
    Kind(
        "model_set",
        "model sets",
        "managed",
        named,
        Listing("/model_sets"),
        "/model_sets",
        fields=("name", "models"),
        sets=frozenset({"models"}),
        guard=people.set_guard,
    ),
    Kind(
        "user",
        "users",
        "managed",
        people.user_identity,
        Listing("/users", paged=True),
        "/users",
        refs=(
            Ref("home_folder_id", "home_folder", "folder", optional=True),
            Ref("", people.VALUES, "user_attribute", optional=True),
        ),
        fields=("first_name", "last_name", "is_disabled", "locale", "can_manage_api3_creds"),
        texts=frozenset({people.VALUES}),
        extra=people.user_extra,
        unknown=people.user_unknown,
        guard=people.user_guard,
        lasting=lambda raw: "deleting a user takes his schedules and content with him; disable him instead",
        handwork=handwork.user_handwork,
        needs=("folder",),
        # a call for each user, so only where that is asked for (4.13)
        facets=(Facet(people.VALUES, "/attribute_values", on_request=True),),
    ),
    Kind(
        "group",
        "groups",
        "managed",
        named,
        Listing("/groups/search/with_hierarchy", paged=True, fallback="/groups"),
        "/groups",
        refs=(
            Ref("", "users", "user", optional=True),
            Ref("", "groups", "group", optional=True),
        ),
        fields=("name", "can_add_to_content_metadata"),
        extra=people.group_extra,
        unknown=people.group_unknown,
        guard=people.group_guard,
        needs=("user",),
        members=people.MEMBERS,
    ),
    Kind(
        "role",
        "roles",
        "managed",
        named,
        Listing("/roles"),
        "/roles",
        refs=(
            Ref("permission_set_id", "permission_set", "permission_set"),
            Ref("model_set_id", "model_set", "model_set"),
            Ref("", "users", "user", optional=True),
            Ref("", "groups", "group", optional=True),
        ),
        fields=("name",),
        extra=people.role_extra,
        unknown=people.role_unknown,
        guard=people.role_guard,
        needs=("permission_set", "model_set", "user", "group"),
        facets=(
            # without direct_association_only inherited holders would be written back as direct (4.12)
            Facet("users", "/users", (("fields", "id"), ("direct_association_only", "true"))),
            Facet("groups", "/groups", (("fields", "id"),)),
        ),
    ),
)
