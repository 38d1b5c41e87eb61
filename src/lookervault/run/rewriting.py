"""Documents of a tree that refer to what goes by another name now."""

from __future__ import annotations

from collections.abc import Mapping

from lookervault.model.document.documents import to_document
from lookervault.model.document.texts import spelt
from lookervault.model.resource import Resource
from lookervault.model.values import Link, links, text_links
from lookervault.plan.takeover import Rename, renamed
from lookervault.store.tree.disk import text_of


def mentions(resource: Resource) -> set[Link]:
    """All that a resource refers to, its texts included: parts, and what they are parts of."""
    values = [resource.attributes, *(part.attributes for part in resource.parts)]
    found = {link for value in values for link in (*links(value), *text_links(value))}
    return found | {Link(link.to) for link in found if link.to}


def rewritten(path: str, resource: Resource, other: Rename, names: Rename, before: str) -> bytes:
    """The text of a resource that refers to all by its `other` name; parts go by `names` in documents."""
    # with the names that parts have in documents: to name them once more could lead to a namesake
    document = to_document(spelt(renamed(resource, _with_parts(resource, other, names))), {})
    return text_of(path, document, before)


def _with_parts(resource: Resource, other: Rename, names: Mapping[Link, Link]) -> dict[Link, Link]:
    """The new names of objects and of their parts."""
    parts = {link: names.get(link, link) for link in mentions(resource) if link.part and link.to}
    both = {link: Link(other.get(Link(name.to), Link(name.to)).to, name.part) for link, name in parts.items()}
    return {**both, **other}
