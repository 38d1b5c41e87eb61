"""The two values that canonical attributes hold beside plain JSON: links and JSON kept as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec


class Link:
    """A reference to a resource by address, or to one part of it; never an instance's own id.

    `part` is empty for the resource itself, else `kind:key` such as `element:12`; with an empty `to`
    it means a part of the resource that holds the link. Not a msgspec Struct, because it must keep
    its type inside values of any shape when a plan is stored.
    """

    __slots__ = ("part", "to")

    def __init__(self, to: str, part: str = "") -> None:
        self.to = to
        self.part = part

    def _key(self) -> tuple[str, str]:
        return (self.to, self.part)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Link) and self._key() == other._key()

    def __lt__(self, other: Link) -> bool:
        return self._key() < other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Link({self.to!r}, {self.part!r})" if self.part else f"Link({self.to!r})"


class JsonText:
    """JSON that Looker keeps inside a string: compared as JSON, sent as the original text."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JsonText) and self.parsed() == other.parsed()

    def __hash__(self) -> int:
        return hash(JsonText)

    def __repr__(self) -> str:
        return f"JsonText({self.text!r})"

    def parsed(self) -> Any:
        """The value inside, or the text itself where it is no JSON."""
        try:
            return msgspec.json.decode(self.text)
        except (ValueError, RecursionError):
            # also JSON that could not be told on: halves of surrogate pairs, a thousand levels
            return self.text


# A canonical value: JSON whose leaves may also be Link or JsonText.
Value = Any


def links(value: Value) -> Iterator[Link]:
    """Every link inside a value, in order of appearance."""
    if isinstance(value, Link):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from links(item)
    elif isinstance(value, list):
        for item in value:
            yield from links(item)


def replace(value: Value, on_link: Callable[[Link], Any], on_json: Callable[[JsonText], Any]) -> Any:
    """A copy of the value with every link and JSON text replaced."""
    if isinstance(value, Link):
        return on_link(value)
    if isinstance(value, JsonText):
        return on_json(value)
    if isinstance(value, dict):
        return {k: replace(v, on_link, on_json) for k, v in value.items()}
    if isinstance(value, list):
        return [replace(v, on_link, on_json) for v in value]
    return value
