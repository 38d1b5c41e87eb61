"""JSON as it is sent; light to import."""

from __future__ import annotations

import json
from typing import Any

import msgspec

_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_ANY = msgspec.json.Decoder(msgspec.Raw)


def decoded(body: bytes | msgspec.Raw) -> Any:
    """The JSON value in `body`, None where it is empty; raises ValueError where it is not JSON."""
    if not isinstance(body, msgspec.Raw) and not body.strip():
        return None
    try:
        return msgspec.json.decode(body)
    except ValueError:
        # The standard library takes what msgspec does not: 1e400, a lone surrogate, a byte order mark.
        return json.loads(bytes(body))
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def split(body: bytes) -> Any:
    """The items of a JSON list, as the bytes of each: what is decoded takes many times the memory.

    Anything else is decoded.
    """
    try:
        return _LIST.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return decoded(body)


def encoded(value: Any) -> bytes:
    """`value` as JSON, nulls kept; bytes are taken to be JSON already."""
    if isinstance(value, bytes):
        return value
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def checked(body: bytes) -> bytes:
    """The same bytes, once they are known to be JSON: that takes an eighth of the time of decoding them."""
    try:
        _ANY.decode(body)
        body.decode()
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        decoded(body)
    return body
