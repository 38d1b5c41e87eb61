"""Color collections and palettes."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from lookervault.sandbox import Instance, blank_instance, demo_instance

from .callers import acting_as
from .conftest import Api, fields_of

PALETTES: dict[str, Any] = {
    "categoricalPalettes": [
        {"label": "Loud", "colors": ["#ff0000", "#00ff00"]},
        {"label": "Low", "colors": []},
    ],
    "sequentialPalettes": [
        {"label": "Loud", "type": "Sequential", "stops": [{"color": "#ffffff", "offset": 0}]}
    ],
    "divergingPalettes": [],
}


def ids(collection: dict[str, Any]) -> list[str]:
    return [palette["id"] for kind in PALETTES for palette in collection[kind]]


@pytest.fixture
def mine(api: Api) -> dict[str, Any]:
    return api.made("/color_collections", label="Mine", **PALETTES)


def test_standard_collections_are_the_same_everywhere(api: Api) -> None:
    standard = api.get("/color_collections/standard").body
    other = blank_instance(first_id=5000).all("color_collection")
    assert [(c["id"], ids(c)) for c in standard] == [(c["id"], ids(c)) for c in other]
    assert len(standard) >= 3
    assert any(not c["id"].count("-") for c in standard)
    assert all(ids(c) for c in standard)


def test_standard_collections_stay_as_they_are(api: Api) -> None:
    for each in api.get("/color_collections/standard").body:
        path = f"/color_collections/{each['id']}"
        assert api.patch(path, {"label": "X"}).status == 405
        assert api.delete(path).status == 405
        assert api.get(path).body == each


def test_the_server_names_collections_and_palettes(api: Api, mine: dict[str, Any]) -> None:
    named = [mine["id"], *ids(mine)]
    assert len({str(uuid.UUID(key)) for key in named}) == 4
    assert [p["type"] for p in mine["categoricalPalettes"]] == ["Categorical", "Categorical"]
    assert [p["label"] for p in mine["categoricalPalettes"]] == ["Loud", "Low"]
    assert api.get(f"/color_collections/{mine['id']}").body == mine
    assert mine["id"] in [c["id"] for c in api.get("/color_collections").body]
    assert mine["id"] in [c["id"] for c in api.get("/color_collections/custom", fields="id").body]
    assert mine["id"] not in [c["id"] for c in api.get("/color_collections/standard").body]


def test_labels_may_repeat_and_palettes_be_absent(api: Api, mine: dict[str, Any]) -> None:
    twin = api.made("/color_collections", label="Mine")
    assert twin["id"] != mine["id"]
    assert [twin[kind] for kind in PALETTES] == [[], [], []]
    assert fields_of(api.post("/color_collections", {"label": ""})) == ["label"]


def test_palettes_sent_again_are_new_ones(api: Api, inst: Instance, mine: dict[str, Any]) -> None:
    path = f"/color_collections/{mine['id']}"
    assert api.patch(path, {"label": "Ours"}).body == {**mine, "label": "Ours"}
    again = api.patch(path, {"categoricalPalettes": PALETTES["categoricalPalettes"]}).body
    assert not set(ids(again)[:2]) & set(ids(mine))
    assert again["sequentialPalettes"] == mine["sequentialPalettes"]
    inst.palettes_keep_ids = True
    kept = api.patch(path, {"categoricalPalettes": [{"label": "Low", "colors": ["#000000"]}, {}]}).body
    assert kept["categoricalPalettes"][0]["id"] == again["categoricalPalettes"][1]["id"]
    assert len(set(ids(kept))) == 3
    assert fields_of(api.patch(path, {"label": None})) == ["label"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"id": "x"}, "id"),
        ({"categoricalPalettes": [{"id": "x", "colors": []}]}, "categoricalPalettes[0].id"),
        ({"categoricalPalettes": [{"stops": []}]}, "categoricalPalettes[0].stops"),
        ({"sequentialPalettes": [{"stops": [{"offset": "0"}]}]}, "sequentialPalettes[0].stops[0].offset"),
        ({"sequentialPalettes": [{"stops": [{"offset": 101}]}]}, "sequentialPalettes.stops.offset"),
        ({"divergingPalettes": [{"type": "Sequential"}]}, "divergingPalettes.type"),
    ],
)
def test_what_is_refused(api: Api, mine: dict[str, Any], body: dict[str, Any], field: str) -> None:
    assert fields_of(api.patch(f"/color_collections/{mine['id']}", body)) == [field]


def test_the_default(api: Api, mine: dict[str, Any]) -> None:
    first = api.get("/color_collections/default").body
    assert first["id"] == api.get("/color_collections/standard").body[0]["id"]
    # only the query says which
    assert fields_of(api.put("/color_collections/default", {})) == ["collection_id"]
    assert api.put("/color_collections/default?collection_id=99999", None).status == 404
    assert api.put(f"/color_collections/default?collection_id={mine['id']}", None).body == mine
    assert api.get("/color_collections/default").body == mine
    assert fields_of(api.delete(f"/color_collections/{mine['id']}")) == ["id"]
    api.put(f"/color_collections/default?collection_id={first['id']}", None)
    assert api.delete(f"/color_collections/{mine['id']}").status == 204
    assert api.get(f"/color_collections/{mine['id']}").status == 404


def test_for_others_than_admins_there_are_no_collections(
    api: Api, inst: Instance, mine: dict[str, Any]
) -> None:
    other, one = acting_as(api, inst, "Jonas"), f"/color_collections/{mine['id']}"
    for path in ("", "/standard", "/custom"):
        assert other.get(f"/color_collections{path}").status == 404
    assert other.get(one).status == 404
    assert other.post("/color_collections", {"label": "X"}).status == 404
    assert other.patch(one, {"label": "X"}).status == 404
    assert other.delete(one).status == 404
    assert other.put(f"/color_collections/default?collection_id={mine['id']}", None).status == 404
    assert other.get("/color_collections/default").status == 200


def test_ids_are_the_same_in_every_run() -> None:
    first, second = (demo_instance().create("color_collection", label="X", **PALETTES) for _ in range(2))
    assert first == second
    assert first["id"] != demo_instance(first_id=9).create("color_collection", label="X")["id"]
