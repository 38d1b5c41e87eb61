"""What Looker would refuse is told with its line; what it holds all the same is marked, and taken."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from lookervault.model.document.reading import Read
from lookervault.model.document.tree import to_tree
from model.raws import (
    QUERY,
    Object,
    alert,
    board,
    filter_,
    group,
    item,
    look,
    lookml_model,
    plan,
    section,
    shared,
    stacked,
    state,
    tile,
    user,
)

from .making import plan_of, summary
from .test_documents import read, told

ATTRIBUTE = {"id": "80", "name": "team", "label": "Team", "type": "string"}
VALUES = [{"group_id": "31", "value": "a", "rank": 1}]
PALETTE = {"id": "p1", "label": "Calm", "type": "Categorical", "colors": ["#123456"]}
MAIL = {"destination_type": "EMAIL", "email_address": "ann@example.com"}
HEARD = {"filter_title": "Region", "field_name": "orders.region", "filter_value": "EU"}
THEME = {"id": "90", "name": "house", "settings": {"show_title": True, "title_color": "#000000"}}
FIELD = {"type": "field_filter", "model": "shop", "explore": "orders", "dimension": "orders.day"}
FILTERS = [filter_("f1", "region"), filter_("f2", "day", 1, **FIELD, listens_to_filters=["region"])]
OBJECTS: tuple[Object, ...] = (
    shared(),
    lookml_model("shop"),
    user("21", "ann@example.com", credentials_email={"email": "ann@example.com"}),
    group("31", "Team"),
    look("40", "Orders"),
    stacked("50", "KPIs", [tile("51", "A")], dashboard_filters=FILTERS),
    alert("60", "51", destinations=[MAIL], applied_dashboard_filters=[HEARD], investigative_content_id="50"),
    plan("70", "Daily", "50", crontab="0 6 * * *"),
    board("75", "Weekly", section("76", "One", item("77", look_id="40"))),
    ("user_attribute", "80", ATTRIBUTE),
    ("user_attribute.group_values", "80", VALUES),
    ("color_collection", "85", {"id": "85", "label": "House", "categoricalPalettes": [PALETTE]}),
    ("theme", "90", THEME),
)
LOOK, KPIS = "folders/Shared/Orders.look.yaml", "folders/Shared/KPIs.dashboard.yaml"
ALERT, PLAN = "alerts/Shared/KPIs/Orders Count.yaml", "scheduled_plans/Shared/KPIs/Daily.yaml"
ATTR, HOUSE, BOARD = "user_attributes/team.yaml", "color_collections/House.yaml", "boards/Weekly.yaml"
NONE = {"$value": None}
Edit = Callable[[dict[str, Any]], object]


def edited(edit: Edit) -> Read:
    tree = to_tree(state(*OBJECTS))
    tree.documents = copy.deepcopy(tree.documents)
    edit(tree.documents)
    return read(tree)


def change(path: str, **values: Any) -> Edit:
    return lambda d: d[path].update(values)


def drop(path: str, *keys: Any) -> Edit:
    def edit(documents: dict[str, Any]) -> None:
        holder: Any = documents[path]
        for key in keys[:-1]:
            holder = holder[key]
        del holder[keys[-1]]

    return edit


def settings(**application: Any) -> Edit:
    """How a look is drawn."""
    return lambda d: d[LOOK]["query"].update(vis_config={"color_application": application})


def test_nothing_is_wrong_with_them_as_they_are() -> None:
    found = edited(lambda d: None)
    assert told(found) == []
    assert summary(plan_of(found.state, state(*OBJECTS))) == []


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            change(ALERT, comparison_type="LES_THAN"),
            "one of EQUAL_TO, GREATER_THAN, GREATER_THAN_OR_EQUAL_TO, LESS_THAN, LESS_THAN_OR_EQUAL_TO,"
            " INCREASES_BY, DECREASES_BY, CHANGES_BY is expected, not 'LES_THAN'; did you mean 'LESS_THAN'?",
        ),
        (change(ALERT, cron="*/5 * * * *"), "an alert runs every 15 minutes at most"),
        (change(ALERT, cron="often"), "a crontab of five fields is expected"),
        (drop(ALERT, "field", "title"), "title is missing in a watched field"),
        (drop(ALERT, "filters", 0, "filter"), "filter is missing in a filter"),
        (drop(ALERT, "destinations", 0, "address"), "address is missing in a destination"),
        (
            lambda d: d[ALERT]["destinations"][0].update(address="ann"),
            "an e-mail address is expected, not 'ann'",
        ),
        (lambda d: d[ALERT]["destinations"][0].update(type="EMAI"), "did you mean 'EMAIL'?"),
        (lambda d: d[ALERT]["destinations"][0].update(type="ACTION_HUB"), "integration is missing"),
        (
            lambda d: d[ALERT]["destinations"].append(
                {"type": "ACTION_HUB", "integration": "integration:a/b"}
            ),
            "all destinations are of one type, not ACTION_HUB and EMAIL in an alert",
        ),
        (change(PLAN, crontab="x"), "a crontab of five fields is expected"),
        (
            drop(PLAN, "crontab"),
            "a schedule says when it runs: give one of crontab or datagroup, not none in a scheduled plan",
        ),
        (change(PLAN, datagroup="shop::daily"), "not crontab and datagroup"),
        (drop(PLAN, "dashboard"), "give one of dashboard, look, lookml_dashboard or query, not none"),
        (change(PLAN, look="look:Shared/Orders"), "not dashboard and look"),
        (change(PLAN, name=""), "name is missing in a scheduled plan"),
        (change(PLAN, pdf_paper_size="a9"), "one of letter, legal, tabloid"),
        (
            lambda d: d[PLAN]["destinations"][0].update(type="emai"),
            "or an integration, not 'emai'; did you mean",
        ),
        (
            lambda d: d[PLAN]["destinations"][0].update(address="ann"),
            "an e-mail address is expected, not 'ann'",
        ),
        (drop(PLAN, "destinations", 0, "address"), "address is missing in a destination"),
        (change(ATTR, type="text"), "one of string, number, datetime"),
        (drop(ATTR, "label"), "label is missing in a user attribute"),
        (
            lambda d: d[ATTR]["group_values"].append({"group": "group:Team", "value": "b"}),
            "group:Team has more than one value in a user attribute",
        ),
        (drop(HOUSE, "categoricalPalettes", 0, "type"), "type is missing in a palette"),
        (change("themes/house.yaml", settings={"show_title": "yes please"}), "true or false is expected"),
        (change("themes/house.yaml", settings={"titel_color": "x"}), "did you mean 'title_color'?"),
        (change("users/ann@example.com.yaml", email="ann"), "an e-mail address is expected, not 'ann'"),
        (drop(LOOK, "query", "model"), "model is missing in a query"),
        (drop(LOOK, "query", "explore"), "explore is missing in a query"),
        (drop(BOARD, "sections", 0, "items", 0, "look"), "an item shows something: give one of"),
        (
            lambda d: d[BOARD]["sections"][0]["items"][0].update(dashboard="dashboard:Shared/KPIs"),
            "not dashboard and look",
        ),
        (
            lambda d: d[KPIS]["filters"][1].update(listens_to_filters=["regio"]),
            "there is no filter 'regio' to listen to; did you mean 'region'?",
        ),
        (lambda d: d[KPIS]["filters"].pop(0), "there is no filter 'region' to listen to"),
        (lambda d: d[KPIS]["filters"][1].update(title="Region"), "another filter has the title 'Region' too"),
        (lambda d: d[KPIS]["filters"][1].update(name={"$value": 7}), "a text is expected, not 7"),
        (
            lambda d: d[KPIS]["tiles"].append({"filter": "regio"}),
            "this dashboard has no filter 'regio'; did you mean 'region'?",
        ),
        (lambda d: d[KPIS]["tiles"][0].update(tab={"$value": ["x"]}), "this dashboard has no tab \"['x']\""),
        (drop(KPIS, "filters", 1, "dimension"), "a filter of the type field_filter needs dimension"),
        (
            lambda d: d[KPIS]["tiles"][0].update(look="look:Shared/Orders"),
            "a tile shows one of look, query, merge, not look and query",
        ),
        (
            lambda d: d.update({"themes/two.yaml": {"name": "house", "begin_at": None}}),
            "themes/house.yaml:1 has the same name and begin_at: no two may have that",
        ),
        (
            lambda d: d.update({"user_attributes/b.yaml": {**d[ATTR], "name": "b"}}),
            "user_attributes/team.yaml:2 has the same label: no two may have that",
        ),
        (
            lambda d: d.update(
                {"folders/Shared/_access.yaml": {"inherits": True, "may_view": ["group:Team"]}}
            ),
            "a list that inherits grants nothing of its own, and here is may_view in a content access",
        ),
        (
            change("themes/house.yaml", begin_at="2026-02-01", end_at="2026-01-31T06:00:00Z"),
            "end_at must be after begin_at, which is 2026-02-01T00:00:00.000+00:00 in a theme",
        ),
        (
            change(ATTR, hidden_value_domain_whitelist="example.com"),
            "hidden_value_domain_whitelist is only for attributes with value_is_hidden",
        ),
        (change("themes/house.yaml", end_at="soon"), "a point in time is expected, such as 2026-01-31"),
        (change("themes/house.yaml", unknown=["settngs"]), "did you mean 'settings'?"),
        (
            lambda d: d[HOUSE]["categoricalPalettes"][0].update(stops=[]),
            "unknown key 'stops' in a palette",
        ),
        (
            change(
                "themes/house.yaml",
                settings={"color_collection_id": {"$link": "color_collection:House", "$part": "#7"}},
            ),
            "'#7' is no part of anything; one of element:NAME, layout:NAME, palette:NAME is expected",
        ),
        (change(LOOK, unknown={"$value": 7}), "a list of the same kind is expected in $value, not 7"),
        (change(BOARD, sections={"$value": ["x"]}), "sections and items are told without $value"),
        (change(BOARD, sections=[{"$value": {"x": 1}}]), "sections and items are told without $value"),
        (
            lambda d: d[BOARD]["sections"][0].update(items=[{"$value": {"x": 1}}]),
            "sections and items are told without $value",
        ),
        (
            change("LookML_models/shop.yaml", allowed_db_connection_names={"$value": [{"x": 1}]}),
            "a list of the same kind is expected in $value, not a list",
        ),
        (change(LOOK, query={"$value": 7}), "a mapping of the same kind is expected in $value, not 7"),
        (change(KPIS, download_settings=["x"]), "a mapping is expected, not a list"),
        (
            lambda d: d.update({"folders/Shared/New.look.yaml": {"title": "New"}}),
            "query is missing in a look",
        ),
        # links stand where Looker has ids, and lead to what it has them of
        (settings(foo={"$link": "look:Shared/Orders"}), "no link belongs here: of settings only"),
        (
            settings(palette_id={"$link": "color_collection:House"}),
            "palette_id is the address of a palette of a",
        ),
        (
            settings(palette_id={"$link": "look:Shared/Orders"}),
            "palette_id is the address of a palette of a color collection",
        ),
        (
            settings(collection_id={"$link": "color_collection:House", "$part": "palette:categorical Calm"}),
            "collection_id is the address of a color collection",
        ),
        (change(LOOK, **{"$more": {"title": "x"}}), "$more is for what has no key of its own, and 'title'"),
        (
            lambda d: d[ATTR].update(group_values=[{"$value": {"x": 1}}]),
            "a mapping of the same kind is expected in $value, not a mapping",
        ),
        # no mark stands in for what others are found by
        (lambda d: d[ATTR]["group_values"][0].update(group=NONE), "group is missing in a value of a group"),
        (
            change("users/ann@example.com.yaml", attribute_values=[{"attribute": "user_attribute:team"}]),
            "value is missing in a value of a user",
        ),
        (lambda d: d.update({"groups/New.yaml": {"name": NONE}}), "name is missing in a group"),
    ],
)
def test_what_looker_would_refuse_is_told_with_its_line(edit: Edit, expected: str) -> None:
    (problem,) = edited(edit).problems
    assert expected in problem.message
    assert problem.line


@pytest.mark.parametrize(
    ("path", "key"),
    [("users/ann@example.com.yaml", "email"), ("groups/Team.yaml", "name"), ("themes/house.yaml", "name")],
)
def test_a_name_is_changed_and_not_taken_away(path: str, key: str) -> None:
    found = edited(change(path, **{key: NONE}))
    plan = plan_of(found.state, state(*OBJECTS))
    assert [f.message for f in plan.errors] == [
        f"{key} is taken away, and Looker cannot be without: say what it is to be"
    ]


@pytest.mark.parametrize("none", [None, {"$value": None}])
def test_to_take_away_what_is_false_is_to_leave_it_so(none: Any) -> None:
    """It would be sent as false, and read back so."""
    objects = _with(("user_attribute", "80", {**ATTRIBUTE, "user_can_view": False, "user_can_edit": True}))
    tree = to_tree(state(*objects))
    assert tree.documents[ATTR]["user_can_view"] is False
    tree.documents[ATTR]["user_can_view"] = none
    assert summary(plan_of(read(tree).state, state(*objects))) == []
    tree.documents[ATTR]["user_can_edit"] = none
    (changed,) = plan_of(read(tree).state, state(*objects)).changes
    assert (changed.before, changed.after) == ({"user_can_edit": True}, {})


def test_a_palette_of_which_no_type_is_told_has_the_one_that_it_was_given() -> None:
    found = edited(lambda d: d[HOUSE]["categoricalPalettes"][0].update(type=NONE))
    assert told(found) == []
    assert summary(plan_of(found.state, state(*OBJECTS))) == []


def test_a_filter_that_is_to_have_no_title_keeps_the_one_that_it_was_given() -> None:
    found = edited(lambda d: d[KPIS]["filters"][0].update(title=None))
    assert summary(plan_of(found.state, state(*OBJECTS))) == []


def _with(*objects: Object) -> tuple[Object, ...]:
    told = {(kind, id_) for kind, id_, _ in objects}
    return (*(o for o in OBJECTS if o[:2] not in told), *objects)


@pytest.mark.parametrize(
    "odd",
    [
        alert("60", "51", destinations=[MAIL], comparison_type="NEAR", cron="now and then"),
        alert("60", "51", destinations=[MAIL], cron="* * * * *", enhancements="MORE", threshold=None),
        alert("60", "51", destinations=[MAIL, {"destination_type": "ACTION_HUB"}]),
        alert("60", "51", destinations=[MAIL], investigative_content_type="dashboard"),
        alert("60", "51", destinations=[MAIL], field={"name": "a"}, investigative_content_id="50"),
        plan("70", "Daily", "50"),
        plan("70", "", "50", crontab="0 6 * * *", datagroup="shop::daily", pdf_paper_size="a9"),
        plan("70", "Daily", None, crontab="sometimes"),
        plan("70", "Daily", "50", look_id="40", crontab="0 6 * * *"),
        plan("70", "Daily", "50", crontab="0 6 * * *", scheduled_plan_destination=[{"type": "pigeon"}]),
        ("user_attribute", "80", {**ATTRIBUTE, "type": "color", "label": None}),
        ("user_attribute", "80", {**ATTRIBUTE, "name": "Team A"}),
        (
            "color_collection",
            "85",
            {"id": "85", "label": "House", "categoricalPalettes": [{"label": "Calm"}]},
        ),
        ("theme", "90", {**THEME, "settings": {"show_title": "often", "title_color": 7}}),
        ("theme", "90", {**THEME, "begin_at": "soon"}),
        ("theme", "91", {**THEME, "id": "91"}),
        ("theme", "90", {**THEME, "begin_at": "2026-02-01T06:00:00Z", "end_at": "2026-01-01T06:00:00Z"}),
        ("user_attribute", "80", {**ATTRIBUTE, "hidden_value_domain_whitelist": "example.com"}),
        look("40", "Orders", query={**QUERY, "model": None}),
        board("75", "Weekly", section("76", "One", item("77"))),
        board("75", "Weekly", section("76", "One", item("77", look_id="40", dashboard_id="50"))),
        stacked("50", "KPIs", [tile("51", "A")], dashboard_filters=FILTERS[1:]),
        stacked(
            "50", "KPIs", [tile("51", "A")], dashboard_filters=[*FILTERS, filter_("f3", "x", title="Day")]
        ),
        stacked("50", "KPIs", [tile("51", "A")], dashboard_filters=[filter_("f1", "x", type="field_filter")]),
    ],
)
def test_what_looker_holds_all_the_same_is_taken_as_it_is(odd: Object) -> None:
    built = state(*_with(odd))
    found = read(to_tree(built))
    assert told(found) == []
    assert summary(plan_of(found.state, built)) == []
    assert odd[2]["id"] in {r.id for r in found.state.resources.values()}


@pytest.mark.parametrize(
    ("path", "key"), [(BOARD, "owner"), (LOOK, "owner"), ("users/ann@example.com.yaml", "home_folder")]
)
def test_to_say_nobody_or_nowhere_is_to_say_nothing(path: str, key: str) -> None:
    had = {"user_id": "21"}
    users = user("21", "ann@example.com", credentials_email={"email": "ann@example.com"}, home_folder_id="1")
    objects = _with(users, look("40", "Orders", **had), board("75", "Weekly", **had))
    tree = to_tree(state(*objects))
    assert tree.documents[path].pop(key)
    tree.documents[path][key] = None
    assert summary(plan_of(read(tree).state, state(*objects))) == []


def test_a_time_is_the_same_however_it_is_written() -> None:
    began = ("theme", "90", {**THEME, "begin_at": "2026-01-31T06:00:00.000+00:00"})
    tree = to_tree(state(*_with(began)))
    tree.documents["themes/house.yaml"]["begin_at"] = "2026-01-31T07:00:00+01:00"
    assert summary(plan_of(read(tree).state, state(*_with(began)))) == []


def test_rows_that_an_alert_watches_are_in_no_order() -> None:
    rows = [{"field_name": name, "field_value": 1, "filter_value": None} for name in "ab"]
    watching = alert("60", "51", field={"title": "O", "name": "o", "filter": rows}, destinations=[MAIL])
    tree = to_tree(state(*_with(watching)))
    tree.documents[ALERT.replace("Orders Count", "O")]["field"]["filter"].reverse()
    assert summary(plan_of(read(tree).state, state(*_with(watching)))) == []


def test_a_theme_that_tells_no_settings_has_those_that_are_there() -> None:
    found = edited(drop("themes/house.yaml", "settings"))
    assert summary(plan_of(found.state, state(*OBJECTS))) == []


@pytest.mark.parametrize(
    "text", ['{"$link":"look:x"}', '{"a":{"$value":[1]}}', '{"$value":1}', '{"$$a":"$json"}']
)
def test_marks_inside_json_are_none(text: str) -> None:
    odd = [{"type": "email", "address": "a@b.c", "format": "csv", "parameters": text}]
    built = state(*_with(plan("70", "Daily", "50", crontab="0 6 * * *", scheduled_plan_destination=odd)))
    found = read(to_tree(built))
    assert told(found) == []
    assert summary(plan_of(found.state, built)) == []


def test_a_total_that_is_off_is_none() -> None:
    found = edited(lambda d: d[LOOK]["query"].update(total=False))
    assert summary(plan_of(found.state, state(*OBJECTS))) == []


def test_an_alert_that_investigates_nothing_says_not_what_kind_of_thing() -> None:
    found = edited(drop(ALERT, "investigates"))
    (changed,) = plan_of(found.state, state(*OBJECTS)).changes
    assert "investigative_content_type" not in changed.after
