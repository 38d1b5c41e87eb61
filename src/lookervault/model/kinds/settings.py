"""Settings of an instance that content refers to: colors, themes, user attributes (4.13, 4.20, 4.21)."""

from __future__ import annotations

from lookervault.model import colors, handwork, settings
from lookervault.model.kind import Facet, Kind, Listing, Ref, named, own_id

KINDS = (
    # these have the same ids on all instances; what is not among them is somebody's own
    Kind(
        "standard_collection",
        "standard color collections",
        "reference",
        own_id,
        Listing("/color_collections/standard"),
        aliases=colors.palette_ids,
    ),
    Kind(
        "color_collection",
        "color collections",
        "managed",
        colors.collection_identity,
        Listing("/color_collections/custom"),
        "/color_collections",
        fields=("label", *colors.PALETTES),
        extra=colors.collection_extra,
        aliases=colors.palette_ids,
        names_repeat=True,
        needs=("standard_collection",),
    ),
    Kind(
        "theme",
        "themes",
        "managed",
        named,
        Listing("/themes"),
        "/themes",
        fields=("name", "begin_at", "end_at", "settings"),
        merged=frozenset({"settings"}),
        extra=settings.theme_extra,
        guard=settings.theme_guard,
        names_repeat=True,
        needs=("color_collection",),
    ),
    Kind(
        "user_attribute",
        "user attributes",
        "managed",
        named,
        Listing("/user_attributes"),
        "/user_attributes",
        refs=(Ref("", "group_values", "group", optional=True),),
        fields=(
            "name",
            "label",
            "type",
            "default_value",
            "value_is_hidden",
            "user_can_view",
            "user_can_edit",
            "hidden_value_domain_whitelist",
            "needed_for_ci_run",
            "value_for_ci_run",
        ),
        texts=frozenset({"default_value", "group_values"}),
        create_only=frozenset({"hidden_value_domain_whitelist"}),
        unique=frozenset({"label"}),
        extra=settings.attribute_extra,
        unknown=settings.attribute_unknown,
        guard=settings.attribute_guard,
        implied=settings.only_values,
        lasting=lambda raw: "it is permanent" if raw.get("is_permanent") or raw.get("is_system") else "",
        handwork=handwork.attribute_handwork,
        needs=("group",),
        facets=(Facet("group_values", "/group_values", wanted=settings.settable),),
    ),
)
