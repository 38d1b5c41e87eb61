"""Raw JSON values as bytes: canonical MessagePack, compressed; and their digests.

One canonical form serves both: map keys are sorted, so the digest does not depend on their order, and a
stored body can be checked against its digest without being decoded.
"""

from __future__ import annotations

import hashlib
import json
import threading
from typing import Any

import msgspec
import zstandard
from msgspec.msgpack import Ext

from lookervault.errors import StoreError

_BIG_INTEGER = 1  # big-endian two's complement, any length
_JSON_TEXT = 2  # a value with text that UTF-8 cannot hold (half of a surrogate pair), as escaped JSON
_LEVEL = 1
_INT_MIN, _INT_MAX = -(2**63), 2**64 - 1


def encode(value: Any) -> bytes:
    """The value as compressed canonical MessagePack."""
    return compress(canonical(value))


def pack(value: Any) -> bytes:
    """The value as `decode` reads it too, in a shorter time: the order of map keys is left as it is."""
    try:
        return compress(_quick_encoder.encode(value))
    except (OverflowError, UnicodeEncodeError):
        return encode(value)


def decode(data: bytes) -> Any:
    """The value that `encode` was given, types included."""
    return unpack(decompress(data))


def digest(value: Any) -> str:
    """SHA-256 of the canonical form: the order of map keys does not count, 1 and 1.0 differ."""
    return hashlib.sha256(canonical(value)).hexdigest()


def canonical(value: Any) -> bytes:
    """The value as MessagePack with sorted keys; equal values of equal types give equal bytes."""
    try:
        try:
            return _encoder.encode(value)
        except OverflowError:
            return _encoder.encode(_widened(value))
    except UnicodeEncodeError:
        return _encoder.encode(Ext(_JSON_TEXT, json.dumps(value, sort_keys=True).encode()))


def unpack(data: bytes) -> Any:
    """The value of canonical bytes."""
    try:
        return _decoder.decode(data)
    except (msgspec.MsgspecError, ValueError) as error:
        raise StoreError(f"stored content cannot be decoded: {error}") from error


def decoder(type_: Any) -> msgspec.msgpack.Decoder[Any]:
    """What decodes canonical bytes as values of a type, for who needs but a part of them."""
    return msgspec.msgpack.Decoder(type_, ext_hook=_extension)


def compress(data: bytes) -> bytes:
    """The bytes as one zstd frame, with a checksum: a bit that turned over must not be restored to Looker."""
    return _LOCAL.compressor.compress(data)


def decompress(data: bytes) -> bytes:
    """The bytes of one zstd frame."""
    try:
        return _LOCAL.decompressor.decompress(data)
    except zstandard.ZstdError as error:
        raise StoreError(f"stored content cannot be decompressed: {error}") from error


def to_json(value: Any) -> str:
    """The value as JSON text, for columns that people may read; any mapping is an object."""
    try:
        return msgspec.json.encode(value, enc_hook=dict).decode()
    except UnicodeEncodeError:
        return json.dumps(value, default=dict)


def from_json(text: str) -> Any:
    """The value of JSON text that `to_json` wrote."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise StoreError(f"stored JSON is damaged: {error}") from error


class _Tools(threading.local):
    """zstd contexts are costly to make and not safe to share between threads."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        self.decompressor = zstandard.ZstdDecompressor()


def _widened(value: Any) -> Any:
    """A copy in which integers beyond 64 bits, which MessagePack lacks, are extensions."""
    if isinstance(value, dict):
        return {key: _widened(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_widened(inner) for inner in value]
    if isinstance(value, int) and not _INT_MIN <= value <= _INT_MAX:
        return Ext(_BIG_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))
    return value


def _extension(code: int, data: memoryview) -> Any:
    if code == _BIG_INTEGER:
        return int.from_bytes(data, "big", signed=True)
    if code == _JSON_TEXT:
        return json.loads(bytes(data))
    raise ValueError(f"unknown extension {code}")


_LOCAL = _Tools()
_encoder = msgspec.msgpack.Encoder(order="deterministic")
_quick_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(ext_hook=_extension)
