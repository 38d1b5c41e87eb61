from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from lookervault.errors import Refused
from lookervault.looker.paths import QueryValue, bucket, encoded_path, encoded_query

SPEC = Path(__file__).resolve().parents[2] / ".." / "shared" / "looker" / "Looker.4.0.oas.json.gz"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/dashboards/12", "/dashboards/12"),
        (("dashboards", 12), "/dashboards/12"),
        (("dashboards", "model::name"), "/dashboards/model%3A%3Aname"),
        (("groups", "a/b c%20?x#y"), "/groups/a%2Fb%20c%2520%3Fx%23y"),
        (("groups", "Größe\n"), "/groups/Gr%C3%B6%C3%9Fe%0A"),
        ("/dashboards/model::name", "/dashboards/model%3A%3Aname"),
        ("/dashboards/model%3A%3Aname", "/dashboards/model%3A%3Aname"),
        ("/groups/100%/users?x#y", "/groups/100%25/users%3Fx%23y"),
        (("folders", "..."), "/folders/..."),
        (("groups", "a..b/.c"), "/groups/a..b%2F.c"),
        (("folders", "https://evil.example/x"), "/folders/https%3A%2F%2Fevil.example%2Fx"),
    ],
)
def test_paths_are_percent_encoded(path: str | tuple[str, ...], expected: str) -> None:
    assert encoded_path(path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/x",
        "//evil.example/x",
        "dashboards/1",
        "",
        "/",
        (),
        "/users/",
        ("users", ""),
        "/users//1",
        "/../login",
        "/users/%2e%2E/1",
        ("users", ".."),
        ("users", "."),
        ("groups", "a/../b"),
        ("groups", "..\\b"),
        "/groups/..%2Flogin",
    ],
)
def test_what_could_name_something_else_is_refused(path: str | tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="not a path of the API"):
        encoded_path(path)


def test_query_values_become_plain_text() -> None:
    query: dict[str, QueryValue] = {
        "a": None,
        "b": True,
        "c": False,
        "d": [1, "x"],
        "e": 7,
        "f": "id,folder(id)",
        "g": 1.5,
        "h": (),
    }
    assert encoded_query(query) == {
        "b": "true",
        "c": "false",
        "d": "1,x",
        "e": "7",
        "f": "id,folder(id)",
        "g": "1.5",
        "h": "",
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/login", "none"),
        ("/versions", "none"),
        ("/queries/12", "db_query"),
        ("/merge_queries", "db_query"),
        ("/scheduled_plans/search", "db_query"),
        ("/looks/12/run/json", "db_query"),
        ("/looks/12", "non_query"),
        ("/queries_of_another_kind", "non_query"),
    ],
)
def test_buckets(path: str, expected: str) -> None:
    assert bucket(path) == expected


@pytest.mark.skipif(not SPEC.exists(), reason="the API description is not beside the checkout")
def test_buckets_agree_with_the_api_description() -> None:
    spec = json.loads(gzip.decompress(SPEC.read_bytes()))
    wrong = {
        path: (bucket(path), operation["x-looker-activity-type"])
        for path, methods in spec["paths"].items()
        for operation in methods.values()
        if bucket(path) != operation["x-looker-activity-type"]
    }
    assert wrong == {}
