"""Links in texts as documents write them: `[more](/dashboards/${dashboard:Shared/Sales/KPIs})`.

What looks like such a link and is none is written with one more `$`. Where no more is known of a link than
an id, the id stands there.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import structs

from lookervault.model.links import HOST, HOST_AND_PORT, INSTANCE
from lookervault.model.resource import Attributes, Part, Resource
from lookervault.model.values import UNKNOWN, JsonText, Link, LinkedText, Value, literal, text_links

_BEGIN = r"\{(?:dashboard|look|folder|board|instance):"
_ALIKE = re.compile(rf"\$+(?={_BEGIN})")
_LINK = re.compile(rf"(\$\$+)(?={_BEGIN})|\$({_BEGIN}[^}}\n]*)\}}")
# what could not stand in JSON, or would end the link
_RISKY = re.compile(r'[%}"\\\x00-\x1f]')


def spelt(resource: Resource) -> Resource:
    """The resource with its texts as documents write them."""
    parts = [structs.replace(p, attributes=_spelt(p.attributes)) for p in resource.parts]
    return structs.replace(resource, attributes=_spelt(resource.attributes), parts=parts)


def understood(attributes: Attributes, parts: list[Part]) -> tuple[Attributes, list[Part], tuple[Link, ...]]:
    """Attributes and parts with the links in their texts, and all of those."""
    found = _understood(attributes)
    inner = [structs.replace(p, attributes=_understood(p.attributes)) for p in parts]
    return found, inner, tuple(text_links([found, *(p.attributes for p in inner)]))


def _spelt(value: Value) -> Any:
    if isinstance(value, str):
        return _ALIKE.sub(r"$\g<0>", value)
    if isinstance(value, LinkedText):
        return "".join(_spelt(p) if isinstance(p, str) else _written(p) for p in value.pieces)
    if isinstance(value, JsonText):
        return JsonText(_spelt(value.text))
    if isinstance(value, dict):
        return {k: _spelt(v) for k, v in value.items()}
    return [_spelt(v) for v in value] if isinstance(value, list) else value


def _written(link: Link) -> str:
    if link.part == UNKNOWN:
        return literal(link)
    name = f"{INSTANCE}{link.part}" if link.to == INSTANCE else link.to
    return f"${{{_RISKY.sub(lambda m: f'%{ord(m[0]):02x}', name)}}}"


def _understood(value: Value) -> Any:
    if isinstance(value, str):
        return _text(value) if "${" in value else value
    if isinstance(value, JsonText):
        return JsonText(_understood(value.text))
    if isinstance(value, dict):
        return {k: _understood(v) for k, v in value.items()}
    return [_understood(v) for v in value] if isinstance(value, list) else value


def _text(text: str) -> str | LinkedText:
    pieces: list[str | Link] = []
    end = 0
    for found in _LINK.finditer(text):
        pieces.append(text[end : found.start()])
        pieces.append(found[1][1:] if found[1] else _meant(found[2][1:]))
        end = found.end()
    return LinkedText([*pieces, text[end:]]).replaced(lambda link: link)


def _meant(name: str) -> Link:
    name = re.sub("%([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), name)
    part = name.removeprefix(INSTANCE)
    return Link(INSTANCE, part) if name != part and part in (HOST, HOST_AND_PORT) else Link(name)
