"""Themes and the default theme."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault.sandbox import Instance, blank_instance

from .callers import acting_as
from .conftest import Api, fields_of


@pytest.fixture
def inst() -> Instance:
    made = blank_instance()
    made.create("user", first_name="Jonas")
    return made


@pytest.fixture
def automatic(api: Api) -> dict[str, Any]:
    """The theme that comes with the instance."""
    return api.get("/themes/default_theme", theme_type="internal").body  # type: ignore[no-any-return]


@pytest.fixture
def mine(api: Api) -> dict[str, Any]:
    return api.made("/themes", name="Mine_1", settings={"title_color": "#111111"})


def test_a_fresh_instance_has_one_theme_for_all(api: Api, automatic: dict[str, Any]) -> None:
    assert api.get("/themes").body == [automatic]
    assert api.get("/themes/default").body == automatic
    assert api.get("/themes/default_theme", theme_type="embed").body == automatic
    assert (automatic["begin_at"], automatic["end_at"]) == (None, None)
    assert automatic["can"]["update"] is False


def test_the_automatic_theme_stays_as_it_is(api: Api, automatic: dict[str, Any]) -> None:
    path = f"/themes/{automatic['id']}"
    assert api.patch(path, {"settings": {"title_color": "#000000"}}).status == 405
    assert api.delete(path).status == 405
    assert api.get(path).body == automatic


def test_settings_left_out_are_those_of_the_default(
    api: Api, mine: dict[str, Any], automatic: dict[str, Any]
) -> None:
    assert mine["settings"] == {**automatic["settings"], "title_color": "#111111"}
    assert api.made("/themes", name="Same")["settings"] == automatic["settings"]
    api.put("/themes/default_theme?name=Mine_1&theme_type=internal", None)
    body = {"tile_shadow": True, "background_color": None, "font_color": None}
    made = api.made("/themes", name="Next", settings=body)["settings"]
    assert (made["title_color"], made["tile_shadow"], made["font_color"]) == ("#111111", True, None)
    assert made["background_color"] == automatic["settings"]["background_color"]


def test_sent_settings_take_the_place_of_all(
    api: Api, mine: dict[str, Any], automatic: dict[str, Any]
) -> None:
    path = f"/themes/{mine['id']}"
    assert api.patch(path, {"name": "Renamed"}).body["settings"] == mine["settings"]
    changed = api.patch(path, {"settings": {"show_title": False}}).body["settings"]
    assert changed == {**automatic["settings"], "show_title": False}
    assert api.delete(path).status == 204
    assert api.get(path).status == 404


@pytest.mark.parametrize("name", ["", "two words", "dash-ed", "Tag/Nacht", "ä", None])
def test_names(api: Api, mine: dict[str, Any], name: str | None) -> None:
    assert fields_of(api.post("/themes", {"name": name})) == ["name"]
    assert fields_of(api.patch(f"/themes/{mine['id']}", {"name": name})) == ["name"]


def test_a_name_may_be_there_again_for_another_time(api: Api, mine: dict[str, Any]) -> None:
    reply = api.post("/themes", {"name": "Mine_1"})
    assert (fields_of(reply), reply.body["errors"][0]["code"]) == (["name"], "already_exists")
    begin = "2031-05-01T00:00:00+02:00"
    later = api.made("/themes", name="Mine_1", begin_at=begin, end_at="2031-06-01T00:00:00Z")
    assert later["begin_at"] == "2031-04-30T22:00:00.000+00:00"
    assert fields_of(api.post("/themes", {"name": "Mine_1", "begin_at": "2031-04-30T22:00:00Z"})) == ["name"]
    assert fields_of(api.patch(f"/themes/{later['id']}", {"begin_at": None})) == ["name"]
    assert api.patch(f"/themes/{later['id']}", {"begin_at": later["begin_at"]}).status == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"begin_at": "soon"}, "begin_at"),
        ({"begin_at": "2031-01-01T00:00:00Z", "end_at": "2030-01-01T00:00:00Z"}, "end_at"),
        ({"settings": {"color_collection_id": "no such"}}, "settings.color_collection_id"),
        ({"settings": {"title_colour": "#000000"}}, "settings.title_colour"),
        ({"settings": {"show_title": "yes"}}, "settings.show_title"),
        ({"id": "7"}, "id"),
    ],
)
def test_what_is_refused(api: Api, mine: dict[str, Any], body: dict[str, Any], field: str) -> None:
    assert fields_of(api.post("/themes", {"name": "Other", **body})) == [field]
    assert fields_of(api.patch(f"/themes/{mine['id']}", body)) == [field]


def test_a_color_collection_of_its_own(api: Api) -> None:
    made = api.made("/color_collections", label="Mine")
    theme = api.made("/themes", name="Colored", settings={"color_collection_id": made["id"]})
    assert theme["settings"]["color_collection_id"] == made["id"]
    assert api.made("/themes", name="Plain", settings={"color_collection_id": ""})


def test_validating_makes_nothing(api: Api, mine: dict[str, Any]) -> None:
    assert api.post("/themes/validate", {"name": "Fresh", "settings": {}}).status == 204
    bad = api.post("/themes/validate", {"name": "no good", "settings": {"color_collection_id": "x"}})
    # an answer about errors is not an error
    assert bad.status == 200
    assert [e["field"] for e in bad.body["errors"]] == ["name", "settings.color_collection_id"]
    assert [e["code"] for e in api.post("/themes/validate", {"name": "Mine_1"}).body["errors"]] == [
        "already_exists"
    ]
    assert len(api.get("/themes").body) == 2


def test_the_default_can_be_another(api: Api, mine: dict[str, Any], automatic: dict[str, Any]) -> None:
    assert api.put("/themes/default_theme?name=Mine_1&theme_type=embed", None).body == mine
    assert api.get("/themes/default_theme", theme_type="embed").body == mine
    assert api.get("/themes/default_theme", theme_type="internal").body == automatic
    assert api.put("/themes/default?name=Mine_1", None).body == mine
    assert api.get("/themes/default").body == mine
    path = f"/themes/{mine['id']}"
    assert fields_of(api.delete(path)) == ["name"]
    assert fields_of(api.patch(path, {"end_at": "2040-01-01T00:00:00Z"})) == ["name"]
    assert fields_of(api.patch(path, {"name": "Other"})) == ["name"]
    assert api.patch(path, {"settings": {}}).status == 200
    api.put(f"/themes/default_theme?name={automatic['name']}&theme_type=all", None)
    assert api.delete(path).status == 204


def test_only_a_theme_without_an_end_is_a_default(api: Api) -> None:
    api.made("/themes", name="Short", end_at="2090-01-01T00:00:00Z")
    api.made("/themes", name="Later", begin_at="2090-01-01T00:00:00Z")
    assert fields_of(api.put("/themes/default?name=Short", None)) == ["name"]
    assert api.put("/themes/default?name=Later", None).status == 404
    assert api.put("/themes/default?name=None", None).status == 404
    assert fields_of(api.put("/themes/default", None)) == ["name"]
    assert fields_of(api.get("/themes/default_theme")) == ["theme_type"]
    assert fields_of(api.get("/themes/default_theme", theme_type="email")) == ["theme_type"]


def test_which_themes_run(api: Api, mine: dict[str, Any], automatic: dict[str, Any]) -> None:
    spring = api.made(
        "/themes", name="Mine_1", begin_at="2090-03-01T00:00:00Z", end_at="2090-06-01T00:00:00Z"
    )
    assert {t["id"] for t in api.get("/themes/active").body} == {mine["id"], automatic["id"]}
    assert [t["id"] for t in api.get("/themes/active", name="Mine_1").body] == [mine["id"]]
    at = {"ts": "2090-04-01T00:00:00Z", "name": "Mine_1"}
    assert [t["id"] for t in api.get("/themes/active", **at).body] == [spring["id"]]
    assert api.get("/themes/active", name="Nobody").body == []
    api.put("/themes/default?name=Mine_1", None)
    assert api.get("/themes/default", ts="2090-04-01T00:00:00Z").body["id"] == spring["id"]


def test_search(api: Api, mine: dict[str, Any]) -> None:
    spring = api.made(
        "/themes", name="Spring", begin_at="2090-03-01T00:00:00Z", end_at="2090-06-01T00:00:00Z"
    )
    assert [t["id"] for t in api.get("/themes/search", name="mine%").body] == [mine["id"]]
    assert [t["id"] for t in api.get("/themes/search", name="spring", theme_type="all").body] == [
        spring["id"]
    ]
    assert api.get("/themes/search", name="spring", begin_at="2090-07-01T00:00:00Z").body == []
    assert api.get("/themes/search", name="spring", end_at="2090-02-01T00:00:00Z").body == []
    both = {"begin_at": "2090-05-01T00:00:00Z", "end_at": "2091-01-01T00:00:00Z"}
    assert spring["id"] in [t["id"] for t in api.get("/themes/search", **both).body]
    assert len(api.get("/themes/search", limit=2, sorts="name").body) == 2
    assert fields_of(api.get("/themes/search", theme_type="any")) == ["theme_type"]


def test_only_admins_write_themes(api: Api, inst: Instance, mine: dict[str, Any]) -> None:
    other = acting_as(api, inst, "Jonas")
    assert other.get("/themes").status == 200
    assert other.post("/themes", {"name": "X"}).status == 403
    assert other.patch(f"/themes/{mine['id']}", {"name": "X"}).status == 403
    assert other.delete(f"/themes/{mine['id']}").status == 403
    assert other.put("/themes/default?name=Mine_1", None).status == 403
