"""Plans as bytes: MessagePack, in which links and JSON texts keep their type."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import structs

from lookervault.errors import PlanFileError
from lookervault.model.collector import uncollected
from lookervault.model.resource import Resource
from lookervault.model.values import JsonText, Link, LinkedText
from lookervault.plan.plan import FORMAT, Plan

_LINK, _JSON, _INTEGER, _TEXT, _LINKED_JSON = 1, 2, 3, 4, 5
_LINKED = msgspec.msgpack.Decoder(tuple[str, str]).decode
_PIECES = msgspec.msgpack.Decoder(list[str | tuple[str, str]]).decode


class _Big:
    """An integer of more than 64 bits, which MessagePack does not have."""

    def __init__(self, value: int) -> None:
        self.value = value


def encode_plan(plan: Plan) -> bytes:
    """The bytes that `decode_plan` turns back into an equal plan."""
    try:
        return msgspec.msgpack.encode(plan, enc_hook=_encode)
    except OverflowError:
        return msgspec.msgpack.encode(_boxed(plan), enc_hook=_encode)


@uncollected()
def decode_plan(data: bytes) -> Plan:
    """The plan inside; PlanFileError where the bytes are none of this format."""
    try:
        plan = msgspec.msgpack.decode(data, type=Plan, ext_hook=_decode, dec_hook=_convert)
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        raise PlanFileError(f"this plan cannot be read: {error}") from error
    if plan.format != FORMAT:
        raise PlanFileError(f"this plan has format {plan.format}; this lookervault knows {FORMAT}")
    return plan


def encode_resource(resource: Resource) -> bytes:
    """The bytes that `decode_resource` turns back into an equal resource."""
    try:
        return msgspec.msgpack.encode(resource, enc_hook=_encode)
    except OverflowError:
        return msgspec.msgpack.encode(_boxed(resource), enc_hook=_encode)


def decode_resource(data: bytes) -> Resource | None:
    """The resource inside; None where another version of the program wrote it otherwise."""
    try:
        return msgspec.msgpack.decode(data, type=Resource, ext_hook=_decode, dec_hook=_convert)
    except (msgspec.MsgspecError, ValueError, TypeError):
        return None


def _boxed(value: Any) -> Any:
    """A copy in which big integers stand in boxes."""
    if isinstance(value, msgspec.Struct):
        return structs.replace(value, **{f: _boxed(getattr(value, f)) for f in value.__struct_fields__})
    if isinstance(value, dict):
        return {k: _boxed(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_boxed(v) for v in value)
    return _Big(value) if type(value) is int and not -(2**63) <= value < 2**64 else value


def _encode(value: Any) -> Any:
    if isinstance(value, _Big):
        return msgspec.msgpack.Ext(_INTEGER, str(value.value).encode())
    if isinstance(value, Link):
        return msgspec.msgpack.Ext(_LINK, msgspec.msgpack.encode([value.to, value.part]))
    if isinstance(value, LinkedText):
        return msgspec.msgpack.Ext(_TEXT, _pieces(value))
    if isinstance(value, JsonText):
        linked = isinstance(value.text, LinkedText)
        data = _pieces(value.text) if isinstance(value.text, LinkedText) else value.text.encode()
        return msgspec.msgpack.Ext(_LINKED_JSON if linked else _JSON, data)
    raise TypeError(f"a plan cannot hold {type(value).__name__}")


def _pieces(text: LinkedText) -> bytes:
    return msgspec.msgpack.encode([p if isinstance(p, str) else [p.to, p.part] for p in text.pieces])


def _text(data: memoryview) -> LinkedText:
    pieces = _PIECES(data)
    return LinkedText(p if isinstance(p, str) else Link(*p) for p in pieces)


def _decode(code: int, data: memoryview) -> Any:
    if code == _LINK:
        return Link(*_LINKED(data))
    if code == _INTEGER:
        return int(bytes(data))
    if code == _JSON:
        return JsonText(bytes(data).decode())
    if code == _TEXT:
        return _text(data)
    if code == _LINKED_JSON:
        return JsonText(_text(data))
    raise PlanFileError(f"this plan holds an unknown extension {code}")


def _convert(kind: type, value: Any) -> Any:
    return value
