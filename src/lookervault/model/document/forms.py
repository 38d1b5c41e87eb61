"""What the document of each kind looks like: derived from the catalog, with what only people can say.

The order of keys tells the story: the name, what it is about, whose it is, how it is set, what is in it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import msgspec

from lookervault.model.access import PERMISSIONS
from lookervault.model.catalog import KINDS
from lookervault.model.colors import PALETTES
from lookervault.model.cron import alert_crontab, crontab
from lookervault.model.document import rules
from lookervault.model.document.fields import (
    ANYTHING,
    FLAG,
    JSON,
    NAMES,
    NUMBER,
    QUERY,
    TEXT,
    Moment,
    fields_of,
)
from lookervault.model.document.partof import PartOf
from lookervault.model.document.records import Either, Field, Items, Record, Rule
from lookervault.model.document.shapes import Flag, Number, Text, To
from lookervault.model.fields import BODIES, OBJECTS
from lookervault.model.people import VALUES

UNKNOWN = "unknown"
_UNKNOWN_HELP = "attributes that could not be read, and that no plan touches"
_NAMES = ("title", "name", "label", "email")
_FIRST = (*_NAMES, "description", "slug", "owner", "element", "field")


# says of a user attribute that Looker brings it, so that nothing but its values is anybody's to set
BUILT_IN = "built_in"


class Form(msgspec.Struct, frozen=True):
    """How resources of one kind are told in documents.

    `name` is the attribute that names one; `parents` are attributes of which one holds what it is named
    below; `placed` ones follow from where the file is. `extras` are shapes of attributes that the catalog
    does not type, `usual` values of attributes that documents leave out, those `beside` another only where
    that one is told; without `required` ones Looker makes none. `rules` must hold between attributes.
    """

    name: str
    parents: tuple[str, ...] = ()
    placed: frozenset[str] = frozenset()
    extras: Mapping[str, Any] = {}
    usual: Mapping[str, Any] = {}
    required: frozenset[str] = frozenset()
    beside: Mapping[str, str] = {}
    rules: tuple[Rule, ...] = ()

    @property
    def naming(self) -> str:
        """The attribute that an address ends in; of what has no name, what it belongs to."""
        return self.name or self.parents[0]


_PEOPLE = {"users": Items(To(("user",)), sort=True), "groups": Items(To(("group",)), sort=True)}
_STOP = Record((Field("color", TEXT), Field("offset", Number())), "a stop", rules.STOP)
# Looker puts a type there where none is said, and it would be taken away again
_PALETTE = {"label": Field("label", TEXT), "type": Field("type", TEXT, required=True)}
_PALETTE |= {"colors": Field("colors", NAMES), "stops": Field("stops", Items(_STOP))}
_DESTINATION = Record(
    (
        Field("type", Text(wrong=rules.destination_type), required=True),
        Field("integration", To(("integration",))),
        Field("address", TEXT),
        Field("format", TEXT, required=True),
        Field("message", TEXT),
        *(Field(name, Flag(silent=True)) for name in ("apply_formatting", "apply_vis", "include_filters")),
        Field("parameters", JSON),
    ),
    "a destination",
    rules.DESTINATION,
)
_ALERT_DESTINATION = Record(
    (
        Field("destination_type", Text(choices=rules.ALERT_TYPES), "type", required=True),
        Field("email_address", TEXT, "address"),
        Field("integration", To(("integration",))),
        Field("action_hub_form_params_json", JSON, "parameters"),
    ),
    "a destination",
    rules.ALERT_DESTINATION,
)
_ROW = Record(
    (Field("field_name", TEXT, required=True), Field("field_value", ANYTHING), Field("filter_value", TEXT)),
    "a row",
)
_WATCHED = Record(
    (
        Field("title", TEXT, required=True),
        Field("name", TEXT, required=True),
        Field("filter", Items(_ROW, sort=True)),
    ),
    "a watched field",
)
_HEARD = Record(
    (
        Field("filter_title", TEXT, "filter", required=True),
        Field("field_name", TEXT, "field", required=True),
        Field("filter_value", TEXT, "value"),
    ),
    "a filter",
)
_VALUE = Record(
    (Field("group", To(("group",)), required=True, firm=True), Field("value", TEXT)), "a value of a group"
)


_OWN_VALUE = Record(
    (
        Field("attribute", To(("user_attribute",)), required=True, firm=True),
        Field("value", TEXT, required=True, firm=True),
    ),
    "a value of a user",
)


# of the settings of themes, those that are switches (API description); the others are texts
_SWITCHES = {name for name in OBJECTS["settings"] if name.startswith("show_")}
_SWITCHES |= {"center_dashboard_title", "tile_shadow"} & set(OBJECTS["settings"])
_ODD = {"color_collection_id": ANYTHING, "background_opacity": NUMBER}
_SETTINGS = Record(
    tuple(
        Field(name, _ODD.get(name, FLAG if name in _SWITCHES else TEXT))
        for name in sorted(OBJECTS["settings"])
    ),
    "the settings of a theme",
)


def _palette(field: str) -> Record:
    return Record(tuple(_PALETTE[name] for name in OBJECTS[field]), "a palette")


def _grants() -> dict[str, Any]:
    return dict.fromkeys(sorted(PERMISSIONS), Items(To(("group", "user")), sort=True))


FORMS: dict[str, Form] = {
    "folder": Form("name", ("parent",), frozenset({"parent"})),
    "look": Form(
        "title",
        ("folder",),
        frozenset({"folder"}),
        {"query": QUERY},
        {"is_run_on_load": True},
        required=frozenset({"query"}),
    ),
    "dashboard": Form(
        "title",
        ("folder",),
        frozenset({"folder"}),
        usual={
            "preferred_viewer": "dashboards-next",
            "alert_sync_with_dashboard_filter_enabled": False,
            "chat_enabled": False,
            "crossfilter_enabled": False,
            "enable_viz_full_screen": True,
            "filters_bar_collapsed": False,
            "filters_location_top": True,
            "load_configuration": "prefetch_cache_run",
        },
    ),
    "content_access": Form(
        "", ("folder",), frozenset({"folder"}), _grants(), {"inherits": False}, rules=rules.ACCESS
    ),
    "board": Form("title"),
    "board_access": Form(
        "",
        ("board",),
        extras={"board": To(("board",)), **_grants()},
        usual={"inherits": False},
        rules=rules.ACCESS,
    ),
    "user": Form(
        "email",
        extras={"email": Text(wrong=rules.e_mail), VALUES: Items(_OWN_VALUE)},
        usual={"can_manage_api3_creds": False},
        rules=rules.USER,
    ),
    "group": Form("name", extras=_PEOPLE),
    "role": Form("name", extras=_PEOPLE, required=frozenset({"permission_set", "model_set"})),
    "permission_set": Form("name", extras={"permissions": Items(TEXT, sort=True)}),
    "model_set": Form("name", extras={"models": Items(TEXT, sort=True)}),
    "user_attribute": Form(
        "name",
        extras={
            "name": Text(pattern="[a-z0-9_]+", said="a name of lower-case letters, digits and underscores"),
            "type": Text(choices=rules.ATTRIBUTE_TYPES),
            "group_values": Items(_VALUE),
            BUILT_IN: FLAG,
        },
        usual={
            BUILT_IN: False,
            "value_is_hidden": False,
            "user_can_view": True,
            "user_can_edit": False,
            "needed_for_ci_run": False,
        },
        rules=rules.ATTRIBUTE,
    ),
    "color_collection": Form("label", extras={name: Items(_palette(name)) for name in PALETTES}),
    "theme": Form(
        "name",
        extras={
            "name": Text(pattern="[A-Za-z0-9_]+", said="a name of letters, digits and underscores"),
            "settings": _SETTINGS,
            "begin_at": Moment(),
            "end_at": Moment(),
        },
        rules=rules.THEME,
    ),
    "scheduled_plan": Form(
        "name",
        ("dashboard", "look", "lookml_dashboard"),
        extras={
            "tabs": Items(Either(PartOf("dashboard", "layout", "tab"), TEXT)),
            "crontab": Text(wrong=crontab),
            "pdf_paper_size": Text(choices=rules.PAPER),
            "destinations": Items(_DESTINATION),
            "query": QUERY,
        },
        usual={"enabled": True, "include_links": True},
        required=frozenset({"destinations"}),
        rules=rules.SCHEDULE,
    ),
    "alert": Form(
        "custom_title",
        ("element", "lookml_dashboard"),
        extras={
            "field": _WATCHED,
            "element": PartOf("dashboard", "element", "tile"),
            "investigates": To(("dashboard", "lookml_dashboard")),
            "filters": Items(_HEARD),
            "cron": Text(wrong=alert_crontab),
            "comparison_type": Text(choices=rules.COMPARISONS),
            "enhancements": Text(choices=rules.ENHANCEMENTS),
            "investigative_content_type": Text(choices=rules.INVESTIGATED),
            "destinations": Items(_ALERT_DESTINATION),
        },
        usual={"enhancements": "NONE", "investigative_content_type": "dashboard"},
        beside={"investigative_content_type": "investigates"},
        rules=rules.ALERT,
        required=frozenset({"field", "threshold", "comparison_type", "cron", "destinations"}),
    ),
}


def form_of(kind: str) -> Form:
    """The form of a kind; of one without a form of its own, what the catalog tells."""
    return FORMS.get(kind) or Form(next((n for n in _NAMES if n in KINDS[kind].fields), ""))


@functools.cache
def record_of(kind: str) -> Record:
    """The keys of a kind's documents, but for the parts of its resources."""
    form, declared = form_of(kind), KINDS[kind]
    types = BODIES.get(kind, {}).get("create", {})
    typed = {f.attribute: f for f in fields_of({n: types.get(n, "") for n in declared.fields})}
    shapes = {name: field.shape for name, field in typed.items()}
    shapes |= {ref.name: To((ref.kind,)) for ref in declared.refs if ref.field}
    shapes |= {declared.slug: TEXT} if declared.slug else {}
    shapes |= form.extras
    names = sorted(shapes.keys() - form.placed, key=lambda name: _place(name, form, shapes))
    fields = [
        Field(
            name,
            shapes[name],
            usual=form.usual.get(name),
            beside=form.beside.get(name, ""),
            nothing=typed[name].nothing if name in typed else None,
            required=name in form.required
            or (name == form.name and not declared.names_repeat)
            or ((name,) == form.parents and not form.name),
        )
        for name in names
    ]
    unread = Text(choices=tuple(sorted(shapes.keys() | {f.name for f in declared.facets})))
    fields.append(Field(UNKNOWN, Items(unread, one_line=True), help=_UNKNOWN_HELP))
    return Record(tuple(fields), _article(kind.replace("_", " ")), form.rules)


def _article(name: str) -> str:
    return f"an {name}" if name.startswith(("a", "e", "i", "o")) else f"a {name}"


def _place(name: str, form: Form, shapes: Mapping[str, Any]) -> tuple[int, int]:
    """Names first, then what it is about and whose, then settings, then what the catalog does not type."""
    if name == form.name:
        return (0, 0)
    if name in _FIRST:
        return (1, _FIRST.index(name))
    refers = isinstance(form.extras.get(name, shapes[name]), To | PartOf)
    return (2 if refers else 4 if name in form.extras else 3, list(shapes).index(name))
