"""Links in texts can be written in documents and read back, whatever else the texts say."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lookervault.model.document.texts import spelt, understood
from lookervault.model.links import HOST, HOST_AND_PORT, INSTANCE
from lookervault.model.resource import Part, Resource
from lookervault.model.values import UNKNOWN, JsonText, Link, LinkedText

SCRAPS = st.lists(
    st.sampled_from(["$", "${", "{", "}", "dashboard:", "look:a}", "${board:x}", "%7d", "\n", "é", "/"]),
    max_size=6,
).map("".join)
NAMES = st.text(alphabet='aé/\\}{"%$\n', max_size=5)
LINKS = NAMES.map(lambda name: Link(f"dashboard:Shared/{name}")) | st.sampled_from(
    [Link(INSTANCE, HOST), Link(INSTANCE, HOST_AND_PORT)]
)
TEXTS = st.lists(st.tuples(SCRAPS, LINKS), max_size=3).map(
    lambda pairs: LinkedText([x for before, link in pairs for x in (f"{before}/", link)] + ["."]).replaced(
        lambda x: x
    )
)


def read_back(value: Any) -> Any:
    resource = Resource(
        "look:x", "look", "1", "x", "", {"a": [value]}, [Part("item", "1", "1", "", {"b": value})]
    )
    told = spelt(resource)
    assert "LinkedText" not in repr(told)
    attributes, (part,), _ = understood(told.attributes, told.parts)
    assert attributes["a"] == [part.attributes["b"]]
    return part.attributes["b"]


@given(TEXTS)
def test_texts(text: str | LinkedText) -> None:
    assert read_back(text) == text


@given(SCRAPS, LINKS)
def test_json_kept_as_text(before: str, link: Link) -> None:
    start, end = json.dumps([before, "|"])[:-3], '|"]'
    text = JsonText(LinkedText([start, link, end]))
    found = read_back(text)
    assert found.text == text.text
    assert found.parsed() == text.parsed()


def test_as_people_read_it() -> None:
    text = LinkedText(["[a](/dashboards/", Link("dashboard:Shared/A\\/B"), ")"])
    told = spelt(Resource("look:x", "look", "1", "x", "", {"description": text}))
    assert told.attributes == {"description": "[a](/dashboards/${dashboard:Shared/A%5c/B})"}
    attributes, _, mentions = understood(told.attributes, [])
    assert attributes == {"description": text}
    assert mentions == (Link("dashboard:Shared/A\\/B"),)
    unknown = LinkedText(["/looks/", Link("look:#7", UNKNOWN)])
    assert read_back(unknown) == "/looks/7"
