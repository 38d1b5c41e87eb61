"""The vocabulary in which the catalog declares kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from lookervault.model.context import Context
from lookervault.model.normal import text_id
from lookervault.model.resource import Attributes, Part
from lookervault.model.values import Value

Raw = Mapping[str, Any]
# managed: planned and written; reference: only mapped; value: read along, written on demand
Role = Literal["managed", "reference", "value"]


class Identity(msgspec.Struct, frozen=True):
    """What a resource is called: a name that is unique under a parent (None: the instance).

    `local` says that the name is only an id, which means nothing on another instance.
    """

    name: str
    parent: tuple[str, str] | None = None  # (kind, id)
    local: bool = False


class Ref(msgspec.Struct, frozen=True):
    """A field that holds another object's id.

    `optional`: left out with a warning when its target cannot be had.
    """

    field: str
    name: str
    kind: str
    optional: bool = False


class Listing(msgspec.Struct, frozen=True):
    """How all objects of a kind are read (resource notes, section 12).

    `detail` is the path of one whole object, for kinds whose list gives headers only; `by_folder`
    the path that gives all whole objects of one folder at once; `whole_pages` says that the list might
    give whole objects, which is tried out; `fallback` another path for
    instances that lack the first; `inside` the kind that is asked one by one for what is in it, by
    `parent_id`; `each` the kind for each of whose objects the path is asked, with their fields in its
    braces. What comes `within` the answers of another kind costs no call: `rows` finds it there. `key`
    gives the id where no one field holds it.
    """

    path: str
    paged: bool = False
    query: tuple[tuple[str, str | None], ...] = ()
    page_size: int = 100
    detail: str = ""
    by_folder: str = ""
    whole_pages: bool = False
    keep: Callable[[Raw], bool] = lambda raw: True
    fallback: str = ""
    id_field: str = "id"
    inside: str = ""
    each: str = ""
    within: str = ""
    rows: Callable[[Raw], Iterable[Raw]] = lambda raw: ()
    key: Callable[[Raw], str] | None = None

    def id_of(self, raw: Raw) -> str:
        """The id of a listed object."""
        return self.key(raw) if self.key else text_id(raw.get(self.id_field))


class Facet(msgspec.Struct, frozen=True):
    """Something of an object that only a call of its own tells; stored under kind `owner.name`.

    `wanted` tells which objects are worth the call. The path is below the object's own; with `by` it is
    a collection, and that parameter takes the id. What is only read `on_request` is an attribute of that
    name, and where it was not read nothing is said of it.
    """

    name: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    by: str = ""
    wanted: Callable[[Raw], bool] = lambda raw: True
    on_request: bool = False


class Member(msgspec.Struct, frozen=True):
    """Objects of a kind that say in a field of their own to what they belong; `path` lists those of one."""

    kind: str
    field: str
    path: str
    paged: bool = False


class PartKey(msgspec.Struct, frozen=True):
    """Parts of one kind are the same where this gives the same for both."""

    kind: str
    key: Callable[[Part], Any]


class Kind(msgspec.Struct, frozen=True):
    """All that is known of one kind of Looker object; everything else derives from it."""

    name: str
    title: str  # plural, for people
    role: Role
    identity: Callable[[Raw, Context], Identity]
    listing: Listing | None = None
    path: str = ""  # of the collection, for writes
    refs: tuple[Ref, ...] = ()
    fields: tuple[str, ...] = ()  # written as they are; their types are in model/fields.py
    sets: frozenset[str] = frozenset()  # fields whose order means nothing
    create_only: frozenset[str] = frozenset()  # fields that no update can change
    defaulted: frozenset[str] = frozenset()  # fields in which null means "as the instance likes"
    texts: frozenset[str] = frozenset()  # attributes in whose texts addresses of content may stand
    assumed: Mapping[str, Value] = MappingProxyType({})  # of these: what every instance is known to like
    extra: Callable[[Raw, Context], dict[str, Value]] | None = None
    unknown: Callable[[Raw, Context], tuple[str, ...]] = lambda raw, context: ()
    parts: Callable[[Raw, Context], list[Part]] | None = None
    aliases: Callable[[Raw], dict[str, str]] = lambda raw: {}
    part_keys: tuple[PartKey, ...] = ()  # how parts pair that no id pairs, in this order
    trash: bool = False  # deleting is a PATCH, and what is deleted can be had back (2.8)
    unique: frozenset[str] = frozenset()  # attributes beside the name that no two objects share
    names_repeat: bool = False  # several may have one name; then the most alike are paired
    loose_parts: bool = False  # a part that cannot be had is left out, and not its resource with it
    of: str = ""  # the kind with whose objects these come into being, one each
    implied: Callable[[Attributes], bool] = lambda attributes: False  # what comes by itself
    slug: str = ""
    fixed: frozenset[str] = frozenset()  # attributes that an object keeps for life
    unordered: frozenset[str] = frozenset()  # attributes in lists whose order means nothing
    merged: frozenset[str] = frozenset()  # attributes in maps: what is not named in them is as it is
    patched: frozenset[str] = frozenset()  # if any: what PATCH takes; the rest goes by PUT, whole
    guard: Callable[[Raw], str] = lambda raw: ""
    orphan: Callable[[Raw, Context], str] = lambda raw, context: ""  # a guard that looks around
    lasting: Callable[[Raw], str] = lambda raw: ""  # why one that may be written is never deleted
    handwork: Callable[[Raw], tuple[str, ...]] = lambda raw: ()  # what no API gives
    entitled: bool = False  # must be bought: who has not is refused, whatever he may do
    in_trees: bool = True  # whether trees of files tell of these
    needs: tuple[str, ...] = ()  # kinds read along because this one refers to them
    facets: tuple[Facet, ...] = ()
    members: tuple[Member, ...] = ()

    def ref(self, name: str) -> Ref | None:
        """The reference of that canonical name."""
        return next((r for r in self.refs if r.name == name), None)


def named(raw: Raw, context: Context) -> Identity:
    """An object whose name is unique on the instance."""
    return Identity(str(raw.get("name") or ""))


def own_id(raw: Raw, context: Context) -> Identity:
    """An object whose id is the same on every instance, such as `model::dashboard`."""
    return Identity(text_id(raw.get("id")))
