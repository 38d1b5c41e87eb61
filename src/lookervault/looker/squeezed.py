"""Long answers, held compressed from the first byte on: a list that one call gives may be of any length."""

from __future__ import annotations

import codecs
import json
import re
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from lookervault.looker.bodies import decoded

_HELD = 2_000_000  # bytes of an answer that are held as they are
_PIECE = 1 << 18
_SPACE = re.compile(r"[ \t\r\n]*")
_decoder = json.JSONDecoder()


class Squeezed(bytes):
    """The compressed bytes of an answer."""

    def whole(self) -> bytes:
        """The answer as it came."""
        return zlib.decompress(self)

    def pieces(self) -> Iterator[bytes]:
        """The answer, a piece at a time."""
        opened = zlib.decompressobj()
        data: bytes = self
        while data:
            yield opened.decompress(data, _PIECE)
            data = opened.unconsumed_tail
        yield opened.flush()


def gathered(pieces: Iterable[bytes]) -> bytes:
    """The pieces of an answer as one, `Squeezed` where they are many."""
    rest = iter(pieces)
    first: deque[bytes] = deque()
    held = 0
    for piece in rest:
        first.append(piece)
        held += len(piece)
        if held > _HELD:
            return _squeezed(chain(_let_go(first), rest))
    return b"".join(first)


def _let_go(pieces: deque[bytes]) -> Iterator[bytes]:
    """Each of them, which is then held no more."""
    while pieces:
        yield pieces.popleft()


def _squeezed(pieces: Iterable[bytes]) -> Squeezed:
    press = zlib.compressobj(1)
    return Squeezed(b"".join([*map(press.compress, pieces), press.flush()]))


def parts(body: Squeezed, size: int) -> list[Squeezed] | Any:
    """A list as lists of so many items, compressed each; anything else is decoded.

    Raises ValueError where it is not JSON.
    """
    try:
        items = _items(body.pieces())
        found = []
        while some := list(islice(items, size)):
            found.append(_squeezed([f"[{','.join(some)}]".encode()]))
        return found
    except ValueError:
        return decoded(body.whole())


def _items(pieces: Iterator[bytes]) -> Iterator[str]:
    """The JSON text of each item of a list; raises ValueError where this can read none."""
    utf8 = codecs.getincrementaldecoder("utf-8-sig")()
    text, at = _more("", 0, pieces, utf8)
    if text[at : at + 1] != "[":
        raise ValueError("no list")
    at += 1
    while True:
        end = _end(text, at)
        if end is None:
            text, at = _more(text, at, pieces, utf8)
            continue
        yield text[at:end]
        if text[end] == "]":
            break
        at = end + 1
    if "".join([text[end + 1 :], *map(utf8.decode, pieces)]).strip():
        raise ValueError("something follows the list")


def _more(text: str, at: int, pieces: Iterator[bytes], utf8: codecs.IncrementalDecoder) -> tuple[str, int]:
    piece = next(pieces, None)
    if piece is None:
        raise ValueError("the list does not end")
    return text[at:] + utf8.decode(piece), 0


def _end(text: str, at: int) -> int | None:
    """The place of the comma or bracket behind the item that begins here; None where more must be read."""
    try:
        end = _behind(text, _decoder.raw_decode(text, _behind(text, at))[1])
    except ValueError:
        return None
    return end if text[end : end + 1] in {",", "]"} else None


def _behind(text: str, at: int) -> int:
    """Where the white space ends that begins here."""
    space = _SPACE.match(text, at)
    return space.end() if space else at
