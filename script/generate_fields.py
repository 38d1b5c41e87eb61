"""Prints `src/lookervault/model/fields.py`: what Looker's request bodies take, per kind.

    python script/generate_fields.py > src/lookervault/model/fields.py

The types come from the body annotations of the SDK's own methods; OVERRIDES says where the API
description is wrong or insufficient (resource notes, section 5).
"""

from __future__ import annotations

import enum
import inspect
import pprint
import sys
import typing

import attr
from looker_sdk.sdk.api40 import methods, models

OPERATIONS = {
    "folder": ("create_folder", "update_folder"),
    "dashboard": ("create_dashboard", "update_dashboard"),
    "dashboard_filter": ("create_dashboard_filter", "update_dashboard_filter"),
    "dashboard_layout": ("create_dashboard_layout", "update_dashboard_layout"),
    "dashboard_layout_component": (None, "update_dashboard_layout_component"),
    "dashboard_element": ("create_dashboard_element", "update_dashboard_element"),
    "look": ("create_look", "update_look"),
    "query": ("create_query", None),
    "merge_query": ("create_merge_query", None),
    "user": ("create_user", "update_user"),
    "credentials_email": ("create_user_credentials_email", "update_user_credentials_email"),
    "group": ("create_group", "update_group"),
    "role": ("create_role", "update_role"),
    "permission_set": ("create_permission_set", "update_permission_set"),
    "model_set": ("create_model_set", "update_model_set"),
    "user_attribute": ("create_user_attribute", "update_user_attribute"),
    "color_collection": ("create_color_collection", "update_color_collection"),
    "theme": ("create_theme", "update_theme"),
    "scheduled_plan": ("create_scheduled_plan", "update_scheduled_plan"),
    "alert": ("create_alert", "update_alert"),
    "board": ("create_board", "update_board"),
    "board_section": ("create_board_section", "update_board_section"),
    "board_item": ("create_board_item", "update_board_item"),
    "lookml_model": ("create_lookml_model", "update_lookml_model"),
    "agent": ("create_agent", "update_agent"),
    "golden_query": ("create_golden_query", "update_golden_query"),
    # the grants of a list are calls of their own
    "content_access": ("update_content_metadata", "update_content_metadata"),
    "board_access": ("update_content_metadata", "update_content_metadata"),
}

# "never": a nested view of another resource, an id of the instance's own, or a lever with its own endpoint
# "create_only": taken by the create, ignored or refused by the update
OVERRIDES: dict[str, dict[str, tuple[str, ...]]] = {
    "dashboard": {"never": ("model", "folder", "deleted", "certification_metadata")},
    "look": {"never": ("model", "folder", "query", "deleted", "certification_metadata")},
    "dashboard_element": {
        "never": ("query", "look", "result_maker_id", "certification_metadata", "image_id"),
        "create_only": ("dashboard_id",),
    },
    "dashboard_filter": {"create_only": ("dashboard_id",)},
    "dashboard_layout": {"create_only": ("dashboard_id",)},
    "dashboard_layout_component": {
        "never": ("deleted", "dashboard_layout_id", "dashboard_element_id", "group_id")
    },
    "query": {"never": ("client_id", "filter_config")},
    # orders follow once their parts are there
    "board": {"never": ("deleted_at", "section_order")},
    "board_section": {"never": ("deleted_at", "item_order")},
    # the image can be written but not read (4.9)
    "board_item": {"never": ("order", "custom_image_data_base64", "use_custom_image")},
    "role": {"never": ("permission_set", "model_set")},
    "user": {
        "never": (
            "credentials_email",
            "credentials_google",
            "credentials_ldap",
            "credentials_looker_openid",
            "credentials_oidc",
            "credentials_saml",
            "credentials_totp",
            "credentials_workforce",
            "ui_state",
            "models_dir_validated",
        )
    },
    # frozen once set, and only with a hidden value (4.13)
    "user_attribute": {"create_only": ("hidden_value_domain_whitelist",)},
    "scheduled_plan": {"never": ("run_once", "dashboard_filters")},
    # the query is that of the element, the state is the instance's own (4.16)
    "alert": {
        "never": ("query_id", "time_series_condition_state"),
        "create_only": ("dashboard_element_id", "lookml_dashboard_id"),
    },
    # schedules of agents name others by their ids; golden queries have calls of their own (4.22)
    "agent": {"never": ("deleted", "golden_query_ids", "workflow_params")},
    # the name is what everything goes by
    "lookml_model": {"create_only": ("name",)},
    # forcing a reset locks a person out until mail arrives (resource notes, section 2.9)
    "credentials_email": {"never": ("forced_password_reset_at_next_login",)},
}

# objects inside bodies, by the field that holds them: what they may say, their ids left out
INSIDE = {
    "appearance": models.DashboardAppearance,
    "download_settings": models.DashboardDownloadSettings,
    "settings": models.ThemeSettings,
    "categoricalPalettes": models.DiscretePalette,
    "sequentialPalettes": models.ContinuousPalette,
    "divergingPalettes": models.ContinuousPalette,
    "stops": models.ColorStop,
}


def type_name(annotation: object) -> str:
    """A short name of an annotation: str, bool, int, float, list[...], map, or object."""
    origin = typing.get_origin(annotation)
    arguments = [a for a in typing.get_args(annotation) if a is not type(None)]
    if origin is typing.Union:
        return type_name(arguments[0])
    if origin is not None and issubclass(origin, typing.Mapping):
        return "map"
    if origin is not None:
        return f"list[{type_name(arguments[0])}]"
    if isinstance(annotation, type) and annotation in (str, bool, int, float):
        return annotation.__name__
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return "str"
    return "object"


def body_type(operation: str) -> type:
    """The attrs class a method takes as its body."""
    parameter = inspect.signature(getattr(methods.Looker40SDK, operation)).parameters["body"]
    annotation = parameter.annotation
    if isinstance(annotation, str):
        annotation = eval(annotation, {"models": models, **vars(typing)})
    return next((a for a in typing.get_args(annotation) if isinstance(a, type)), annotation)


def body_fields(operation: str | None, left_out: tuple[str, ...]) -> dict[str, str]:
    """Field to type of a method's body."""
    if operation is None:
        return {}
    cls = body_type(operation)
    hints = typing.get_type_hints(cls, vars(models))
    return {f.name: type_name(hints[f.name]) for f in attr.fields(cls) if f.name not in left_out}


def table() -> dict[str, dict[str, dict[str, str]]]:
    """Kind to its create and update bodies."""
    found = {}
    for kind, (create, update) in OPERATIONS.items():
        rules = OVERRIDES.get(kind, {})
        never = rules.get("never", ())
        found[kind] = {
            "create": body_fields(create, never),
            "update": body_fields(update, never + rules.get("create_only", ())),
        }
    return found


def inside() -> dict[str, tuple[str, ...]]:
    """Field to what the object in it may say."""
    return {field: tuple(f.name for f in attr.fields(cls) if f.name != "id") for field, cls in INSIDE.items()}


def render() -> str:
    """The text of model/fields.py."""
    lines = pprint.pformat(table(), width=100, sort_dicts=False)
    objects = pprint.pformat(inside(), width=100, sort_dicts=False)
    return (
        '"""GENERATED by script/generate_fields.py: what Looker\'s request bodies take, per kind."""\n\n'
        "# fmt: off\n"
        "BODIES: dict[str, dict[str, dict[str, str]]] = \\\n"
        f"{lines}\n\n"
        f"OBJECTS: dict[str, tuple[str, ...]] = \\\n{objects}\n"
    )


if __name__ == "__main__":
    sys.stdout.write(render())
