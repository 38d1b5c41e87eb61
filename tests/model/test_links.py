"""Addresses of content in texts: what is one, and what is none; nothing else is ever touched."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookervault.model.context import Context
from lookervault.model.links import INSTANCE, linked, own_host, settings_with_links, with_ids
from lookervault.model.normal import comparable, digest
from lookervault.model.values import UNKNOWN, JsonText, Link, LinkedText, literal, replace, text_links

from .values import JSON

HOST = "looker.example.com:19999"
IDS = {
    ("dashboard", "12"): "dashboard:Shared/D",
    ("look", "5"): "look:Shared/L",
    ("folder", "7"): "folder:Shared/F",
    ("board", "3"): "board:B",
}


def context(host: str = HOST) -> Context:
    found = Context({}, {}, host)
    found.addresses.update(IDS)
    return found


def told(text: str, host: str = HOST) -> str:
    """The text with its links in angle brackets; of the host, how much of it was found."""
    found = with_ids(text, context(host))
    if isinstance(found, str):
        assert found is text
        return found
    shown = (
        p if isinstance(p, str) else f"<{p.part if p.to == INSTANCE or p.part == UNKNOWN else ''}{p.to}>"
        for p in found.pieces
    )
    return "".join(shown)


D = "<dashboard:Shared/D>"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("/dashboards/12", f"/dashboards/{D}"),
        ("see /dashboards/12.", f"see /dashboards/{D}."),
        ("[one](/dashboards/12), [two](/looks/5)", f"[one](/dashboards/{D}), [two](/looks/<look:Shared/L>)"),
        ('<a href="/dashboards-next/12#top">', f'<a href="/dashboards-next/{D}#top">'),
        ("<a href=/embed/dashboards/12>", f"<a href=/embed/dashboards/{D}>"),
        ("/embed/sso/looks/5?x=1", "/embed/sso/looks/<look:Shared/L>?x=1"),
        ("/folders/7 /spaces/7", "/folders/<folder:Shared/F> /spaces/<folder:Shared/F>"),
        ("**/boards/3**", "**/boards/<board:B>**"),
        ("/dashboards/12/edit", f"/dashboards/{D}/edit"),
        ("/looks/5.csv", "/looks/<look:Shared/L>.csv"),
        ("/dashboards/12: all", f"/dashboards/{D}: all"),
        # the values of filters are no links, whatever they say
        ("/dashboards/12?Page=/looks/5&Of=/boards/3 end", f"/dashboards/{D}?Page=/looks/5&Of=/boards/3 end"),
        # what is not in the snapshot keeps its id, and is known as such
        ("/dashboards/99", f"/dashboards/<{UNKNOWN}dashboard:#99>"),
        # JSON, once or twice in a string
        (r'{"href":"\/dashboards\/12"}', rf'{{"href":"\/dashboards\/{D}"}}'),
        (r'{"text":"see\n/dashboards/12"}', rf'{{"text":"see\n/dashboards/{D}"}}'),
        (r"{\u0022/dashboards/12\u0022}", rf"{{\u0022/dashboards/{D}\u0022}}"),
        # the own host, as the API or as people know it
        ("https://looker.example.com/dashboards/12", f"https://<hostinstance:>/dashboards/{D}"),
        ("//looker.example.com/looks/5", "//<hostinstance:>/looks/<look:Shared/L>"),
        ("http://Looker.Example.com:9999/boards/3", "http://<hostinstance:>:9999/boards/<board:B>"),
        (f"https://{HOST}/dashboards/12?a=b", f"https://<host:portinstance:>/dashboards/{D}?a=b"),
        ("https://looker.example.com/dashboards/m::d", "https://<hostinstance:>/dashboards/m::d"),
        ("https://looker.example.com/", "https://<hostinstance:>/"),
        (f"https://{HOST}", "https://<host:portinstance:>"),
    ],
)
def test_links(text: str, seen: str) -> None:
    assert told(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "dashboards/12",
        "/dashboards/",
        "/dashboards/sales-overview",
        "/dashboards/12a",
        "/dashboards/12-x",
        "/dashboards/12::store",
        "/dashboards/ecommerce::12",
        "/dashboards/ecommerce%3A%3A12 /dashboards/12%3A%3Astore",
        "/dashboards/١٢",
        "/Dashboards/12",
        "/dashboard/12",
        "/api/4.0/dashboards/12",
        "other.example.com/dashboards/12",
        "https://other.example.com/dashboards/12",
        "https://looker.example.com.evil.example/dashboards/12",
        "https://looker.example.com:8443/dashboards/12",
        "https://x@looker.example.com/dashboards/12",
        "//other.example.com/dashboards/12",
        r"{\"href\":\"https:\/\/other.example.com\/dashboards\/12\"}",
        "https://other.example.com/?to=/dashboards/12",
        "https://other.example.com/?to=https://looker.example.com/dashboards/12",
        "{{ base }}/dashboards/12",
        "../dashboards/12",
        "see https://looker.example.com/ for more",
        "https://looker.example.com/browse",
        "\0/dashboards/12",
        r'{"text":"\u0000/dashboards/12"}',
        "/explore/shop/orders?qid=abc /x/abc /merge?mid=abc",
    ],
)
def test_no_links(text: str) -> None:
    assert told(text) == text


def test_without_a_host_of_its_own_nothing_is_absolute() -> None:
    assert told("https:///dashboards/12 https://a/dashboards/12", host="") == (
        "https:///dashboards/12 https://a/dashboards/12"
    )


SCRAPS = st.lists(
    st.sampled_from(
        [
            *("/", "//", "https:", "http://", "looker.example.com", ":19999", ":9999", "other.example"),
            *(
                "dashboards",
                "/dashboards/",
                "/looks/",
                "embed/",
                "boards/",
                "12",
                "5",
                "99",
                "::",
                "?x=",
                "#",
            ),
            *(" ", "\n", "\\", "\\n", "\\/", '"', "(", ")", "é", "٣", "-", ".", "href=", "\0", "a"),
        ]
    ),
    max_size=14,
).map("".join)
OWN = {Link(address): id_ for (_, id_), address in IDS.items()} | own_host(HOST)


def id_of(link: Link) -> str:
    return literal(link) if link.part == UNKNOWN else OWN[link]


@settings(max_examples=400)
@given(SCRAPS | st.text(max_size=30))
def test_with_its_own_ids_a_text_is_what_it_was(text: str) -> None:
    found = with_ids(text, context())
    assert replace(found, id_of, lambda t: t) == text
    assert (found is text) == (not list(text_links(found)))


@given(SCRAPS)
def test_only_ids_and_the_own_host_are_found(text: str) -> None:
    """What is between the links is as it was, and each link stands for digits or for the host."""
    found = with_ids(text, context())
    for piece in found.pieces if isinstance(found, LinkedText) else ():
        if isinstance(piece, Link):
            assert id_of(piece).isascii()
            assert id_of(piece).isdecimal() or piece.to == INSTANCE


@given(JSON, SCRAPS)
def test_json_with_links_is_parsed_around_them(value: Any, text: str) -> None:
    raw = json.dumps([text, {"at": text}, value])
    found = linked(JsonText(raw), context())
    assert replace(found.text, id_of, lambda t: t) == raw
    back = replace(found.parsed(), id_of, lambda t: t)
    assert comparable(back) == comparable(json.loads(raw))


def test_a_value_of_any_shape() -> None:
    c = context()
    value = {"a": [{"html": "/dashboards/12"}, 1, None, "x"], "b": {"c": "/dashboards/new"}}
    assert linked(value, c) == {
        "a": [{"html": LinkedText(["/dashboards/", Link("dashboard:Shared/D")])}, 1, None, "x"],
        "b": {"c": "/dashboards/new"},
    }
    assert c.mentions == [Link("dashboard:Shared/D")]
    plain = {"a": [1, "b/c"], "big": 2**70}
    fresh = context()
    assert linked(plain, fresh) is plain
    assert fresh.mentions == []


def test_of_a_query_only_what_people_write_is_looked_at() -> None:
    body = {"filters": {"page.url": "/dashboards/12"}, "vis_config": {"link": "/dashboards/12"}}
    found = settings_with_links({**body, "dynamic_fields": JsonText('["/looks/5"]')}, context())
    assert found["filters"] == body["filters"]
    assert [link.to for link in text_links(found)] == ["dashboard:Shared/D", "look:Shared/L"]


def test_two_instances_compare_equal() -> None:
    there = Context({}, {}, "b.example.com")
    there.addresses.update({("dashboard", "812"): "dashboard:Shared/D"})
    mine = with_ids("https://looker.example.com:19999/dashboards/12", context())
    theirs = with_ids("https://b.example.com/dashboards/812", there)
    assert mine == theirs
    assert digest(mine) == digest(theirs) != digest(str(mine))
    rename = {Link("dashboard:Shared/D"): Link("dashboard:Shared/E")}
    assert str(comparable(theirs, rename)) == "https://{instance}/dashboards/{dashboard:Shared/E}"
