"""Links to content inside texts: found, so that they can be told by what they lead to.

Resource notes, section 7.3: in texts of elements, descriptions, buttons, visualisations and custom URLs
stand addresses such as `/dashboards/12`, with or without the instance's own host. Their ids are true of one
instance only. Slugs, ids of LookML dashboards and whatever is on other hosts is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lookervault.model.colors import with_links
from lookervault.model.context import Context
from lookervault.model.normal import searchable
from lookervault.model.resource import Attributes
from lookervault.model.values import NUL, UNKNOWN, JsonText, Link, LinkedText, Value

# stands for the instance itself: its part says how much of `host:port` is meant
INSTANCE = "instance:"
HOST, HOST_AND_PORT = "host", "host:port"
_KINDS = {
    "dashboards-next": "dashboard",
    "dashboards": "dashboard",
    "looks": "look",
    "folders": "folder",
    "spaces": "folder",
    "boards": "board",
}
# fields of a query, merge query or result maker in which people write addresses; filters hold data
_WRITTEN = ("vis_config", "dynamic_fields")

_NAMES = "dashboards-next|dashboards|looks|folders|spaces|boards"
_MAYBE = re.compile(f"/(?:{_NAMES})")
_MAYBE_BYTES = re.compile(_MAYBE.pattern.encode())
# JSON may escape a slash, and text in JSON has escapes before an address
_SLASH = r"\\?/"
_REST = r"""[^\s"'<>()]*"""
_PATH = rf"{_SLASH}(?:embed{_SLASH}(?:sso{_SLASH})?)?(?P<name>{_NAMES}){_SLASH}"
_ID = r"(?P<id>[0-9]+)(?!\w|[%-]|::)"
_BEFORE = r"(?:(?<=\\[nrt])|(?<=\\u[0-9a-fA-F]{4})|(?<=href=)|(?<![\w./\\=&?#%~@)\]}-]))"
_FOUND = re.compile(
    rf"(?:(?i:https?):)?{_SLASH}{_SLASH}(?P<host>[^\s\"'<>()\\/?#]+)(?P<rest>{_REST})|{_BEFORE}{_PATH}{_ID}{_REST}"
)
_OWN = re.compile(rf"{_PATH}(?:{_ID})?")
# a UI is served on these ports where the API has another
_UI_PORTS = ("", ":443", ":9999")


def linked(value: Value, context: Context) -> Value:
    """A value of any shape with the addresses in its texts as links."""
    if isinstance(value, str):
        return with_ids(value, context)
    if isinstance(value, JsonText):
        return JsonText(with_ids(value.text, context)) if isinstance(value.text, str) else value
    if not isinstance(value, dict | list) or not _MAYBE_BYTES.search(searchable(value)):
        return value
    if isinstance(value, dict):
        return {k: linked(v, context) for k, v in value.items()}
    return [linked(v, context) for v in value]


def linked_fields(attributes: Attributes, fields: Iterable[str], context: Context) -> Attributes:
    """Attributes with the addresses in those fields as links."""
    found = attributes
    for field in fields:
        value = attributes.get(field)
        told = linked(value, context)
        if told is not value:
            found = {**found, field: told}
    return found


def settings_with_links(value: Attributes, context: Context) -> Attributes:
    """A query, merge query or result maker with palettes and addresses as links."""
    found = linked_fields(with_links(value, context), _WRITTEN, context)
    if "sources" in found:
        found["sources"] = [
            {**s, "query": linked_fields(s["query"], _WRITTEN, context)} for s in found["sources"]
        ]
    return found


def with_ids(text: str, context: Context) -> str | LinkedText:
    """The text with a link in the place of each id; the very text where it has none."""
    if "/" not in text or NUL in text or "\\u0000" in text:
        return text
    if not _MAYBE.search(text):
        return _whole(text, context)
    pieces: list[str | Link] = []
    end = 0
    for start, stop, link in _places(text, context):
        pieces += [text[end:start], link]
        end = stop
    if not pieces:
        return text
    context.mentions += [p for p in pieces if isinstance(p, Link)]
    return LinkedText(p for p in (*pieces, text[end:]) if p != "")


def _whole(text: str, context: Context) -> str | LinkedText:
    """The address of the instance itself, as the base of custom URLs; within a text it is left alone."""
    origin, slashes, host = text.partition("://")
    host = host.removesuffix("/")
    span = _own_host(host, context) if slashes and origin.lower() in ("http", "https") else None
    if span is None:
        return text
    context.mentions.append(span[1])
    start = len(origin) + len(slashes)
    rest = text[start + span[0] :]
    return LinkedText([text[:start], span[1], *([rest] if rest else [])])


def _places(text: str, context: Context) -> Iterator[tuple[int, int, Link]]:
    """Start, end and link of every id, and of the own host before one, from left to right."""
    for found in _FOUND.finditer(text):
        if not found["host"]:
            yield _place(found, 0, context)
            continue
        own = _own_host(found["host"], context)
        path = _OWN.match(found["rest"]) if own else None
        if own and path:
            yield found.start("host"), found.start("host") + own[0], own[1]
            if path["id"]:
                yield _place(path, found.start("rest"), context)


def _place(found: re.Match[str], offset: int, context: Context) -> tuple[int, int, Link]:
    kind, id_ = _KINDS[found["name"]], found["id"]
    address = context.named(kind, id_)
    link = Link(address) if address else Link(f"{kind}:#{id_}", UNKNOWN)
    return offset + found.start("id"), offset + found.end("id"), link


def _own_host(host: str, context: Context) -> tuple[int, Link] | None:
    """How much of a host is the instance's own, as a link."""
    if not context.host:
        return None
    if host.lower() == context.host:
        return len(host), Link(INSTANCE, HOST_AND_PORT)
    name, colon, port = host.partition(":")
    if name.lower() == context.host.partition(":")[0] and f"{colon}{port}" in _UI_PORTS:
        return len(name), Link(INSTANCE, HOST)
    return None


def continues(text: str | Link) -> bool:
    """Whether this, after a host, is the path of one and the same address."""
    return isinstance(text, str) and re.fullmatch(_PATH, text) is not None


def own_host(host: str) -> dict[Link, str]:
    """What an instance's links to itself stand for."""
    return {Link(INSTANCE, HOST_AND_PORT): host, Link(INSTANCE, HOST): host.partition(":")[0]}
