"""The values that canonical attributes hold beside plain JSON: links, texts with links, JSON kept as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Link) and self.to == other.to and self.part == other.part

    def __lt__(self, other: Link) -> bool:
        return (self.to, self.part) < (other.to, other.part)

    def __hash__(self) -> int:
        return hash((self.to, self.part))

    def __repr__(self) -> str:
        return f"Link({self.to!r}, {self.part!r})" if self.part else f"Link({self.to!r})"


# the part of a link in a text of which no more is known than the id it was written with, as `dashboard:#12`
UNKNOWN = "unknown"


def literal(link: Link) -> str:
    """The id that such a link was written with."""
    return link.to.partition(":#")[2]


class LinkedText:
    """A text with ids in it, such as `see /dashboards/12`, in whose pieces links stand for the ids."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: Iterable[str | Link]) -> None:
        self.pieces = tuple(pieces)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LinkedText) and self.pieces == other.pieces

    def __hash__(self) -> int:
        return hash(self.pieces)

    def __repr__(self) -> str:
        return f"LinkedText({list(self.pieces)!r})"

    def __str__(self) -> str:
        """As a reader may see it: addresses in braces where the ids will be."""
        return str(self.replaced(_shown))

    def replaced(self, on_link: Callable[[Link], Any]) -> str | LinkedText:
        """The text with every link replaced, by another or by its id; plain where no link is left."""
        found: list[Any] = []
        for piece in (p if isinstance(p, str) else on_link(p) for p in self.pieces):
            if isinstance(piece, str) and found and isinstance(found[-1], str):
                found[-1] += piece
            elif piece != "":
                found.append(piece)
        return "".join(found) if all(isinstance(p, str) for p in found) else LinkedText(found)


def _shown(link: Link) -> str:
    return literal(link) if link.part == UNKNOWN else f"{{{link.to.removesuffix(':')}}}"


class JsonText:
    """JSON that Looker keeps inside a string: compared as JSON, sent as the original text."""

    __slots__ = ("text",)

    def __init__(self, text: str | LinkedText) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JsonText) and self.parsed() == other.parsed()

    def __hash__(self) -> int:
        return hash(JsonText)

    def __repr__(self) -> str:
        return f"JsonText({self.text!r})"

    def parsed(self) -> Any:
        """The value inside, or the text itself where it is no JSON."""
        text = self.text
        try:
            if isinstance(text, LinkedText):
                return _unmarked(msgspec.json.decode(_marked(text)), text.pieces)
            return msgspec.json.decode(text)
        except (ValueError, RecursionError):
            # also JSON that could not be told on: halves of surrogate pairs, a thousand levels
            return text


# A canonical value: JSON whose leaves may also be Link, LinkedText or JsonText.
Value = Any

_SINGLE = frozenset({str, int, float, bool, type(None)})

# stands in JSON where a link is while it is parsed; no text with such a character is given links
NUL = "\0"
_MARK = re.compile(f"{NUL}([0-9]+){NUL}")


def _marked(text: LinkedText) -> str:
    """JSON with marks in place of the links in its strings."""
    return "".join(p if isinstance(p, str) else f"\\u0000{n}\\u0000" for n, p in enumerate(text.pieces))


def _unmarked(value: Any, pieces: tuple[str | Link, ...]) -> Value:
    if isinstance(value, str):
        split = _MARK.split(value)
        if len(split) == 1:
            return value
        return LinkedText(pieces[int(s)] if n % 2 else s for n, s in enumerate(split) if s)
    if isinstance(value, dict):
        return {str(_unmarked(k, pieces)): _unmarked(v, pieces) for k, v in value.items()}
    return [_unmarked(v, pieces) for v in value] if isinstance(value, list) else value


def links(value: Value) -> Iterator[Link]:
    """Every reference inside a value, in order of appearance; links inside texts are none."""
    return (item for item in uncommon(value) if isinstance(item, Link))


def text_links(value: Value) -> Iterator[Link]:
    """Every link inside the texts of a value."""
    for item in uncommon(value):
        text = item.text if isinstance(item, JsonText) else item
        if isinstance(text, LinkedText):
            yield from (p for p in text.pieces if isinstance(p, Link))


def uncommon(value: Value) -> list[Any]:
    """All in a value that is no plain JSON, in order of appearance."""
    found: list[Any] = []
    if type(value) in _SINGLE:
        return found
    try:
        # an encoder looks through a value in a fraction of the time that Python takes
        msgspec.msgpack.encode(value, enc_hook=found.append)
    except (OverflowError, ValueError, TypeError, RecursionError):
        found.clear()  # it holds what cannot be encoded
        _collect(value, found)
    return found


def _collect(value: Value, found: list[Any]) -> None:
    if isinstance(value, Link | LinkedText | JsonText):
        found.append(value)
        return
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return
    for item in value:
        if type(item) not in _SINGLE:
            _collect(item, found)


def replace(
    value: Value,
    on_link: Callable[[Link], Any],
    on_json: Callable[[JsonText], Any],
    on_text: Callable[[LinkedText], Any] | None = None,
) -> Any:
    """A copy of the value with every link and JSON text replaced; in texts link by link unless told."""
    if isinstance(value, dict):
        return {
            k: v if type(v) in _SINGLE else replace(v, on_link, on_json, on_text) for k, v in value.items()
        }
    if isinstance(value, list):
        return [v if type(v) in _SINGLE else replace(v, on_link, on_json, on_text) for v in value]
    if isinstance(value, Link):
        return on_link(value)
    if isinstance(value, LinkedText):
        return on_text(value) if on_text else value.replaced(on_link)
    if isinstance(value, JsonText):
        return on_json(value)
    return value


def in_texts(value: Value, change: Callable[[LinkedText], Any]) -> Value:
    """A copy of the value with every text that has links replaced, also where JSON is kept as text."""

    def in_json(text: JsonText) -> JsonText:
        return JsonText(change(text.text)) if isinstance(text.text, LinkedText) else text

    return replace(value, lambda link: link, in_json, change)
