"""Resources and states: what one side of a comparison holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

import msgspec

from lookervault.model.values import Value

if TYPE_CHECKING:
    from lookervault.model.reuse import Making

Attributes = dict[str, Value]

# complete: every object of the kind that exists was seen; denied: the caller may not list it;
# unsupported: the instance has no such kind; filtered: only a part was asked for; visible: all that is shown
# to a caller who is no admin, of whom Looker silently keeps the rest (resource notes, 1.7)
Completeness = Literal["complete", "visible", "denied", "unsupported", "filtered"]
# what was listed, whole or in part
LISTED: frozenset[Completeness | None] = frozenset({"complete", "visible", "filtered"})

Level = Literal["error", "warning", "todo"]


class Part(msgspec.Struct):
    """Something that belongs to one resource and changes with it: an element, a filter, a layout.

    `key` tells parts of one kind apart within their resource, `id` is empty for one not yet created.
    `components` are the ids of an element's layout components, by layout key; `home` is the key of the
    layout that an element is on. `broken` says why the part cannot be made: what it shows is gone. `ignored`
    are attributes that are not compared.
    """

    kind: str
    key: str
    id: str
    label: str
    attributes: Attributes
    components: dict[str, str] = {}
    home: str = ""
    broken: str = ""
    ignored: tuple[str, ...] = ()

    @property
    def slot(self) -> str:
        """How a Link names this part."""
        return f"{self.kind}:{self.key}"


class Usage(msgspec.Struct, frozen=True):
    """Who changed an object last, how much it is used, and whether its owner is disabled; None: not told."""

    updated_at: str = ""
    updated_by: str = ""
    views: int | None = None
    favourites: int | None = None
    owner_disabled: bool | None = None


class Resource(msgspec.Struct):
    """One object in canonical form: references are links, noise is gone.

    `parent` is the address of what its name is unique under (empty: the instance). `guard` says why
    it is only mapped and never written (empty: it is managed). `local` says that the name is only an id
    of this instance. `refused` and `granted` name what the caller may not and may do with it, as far as
    that is told. `aliases` are ids of things inside that others refer to, by slot. `slug` is the
    public name of a dashboard, an identity and not content. `unknown` names attributes that could not
    be read, so that nothing may be concluded from their absence; `untold` those that this instance does
    not have, so that as the desired side it has no opinion on them. `trashed` says that it is in the trash,
    `lasting` why it is never deleted though it may be changed. `handwork` is
    what people enter again where it is made anew. `mentions` are the links in its texts.
    """

    address: str
    kind: str
    id: str
    name: str
    parent: str
    attributes: Attributes
    parts: list[Part] = []
    slug: str = ""
    guard: str = ""
    local: bool = False
    refused: frozenset[str] = frozenset()
    granted: frozenset[str] = frozenset()
    aliases: dict[str, str] = {}
    unknown: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    trashed: bool = False
    usage: Usage = Usage()
    lasting: str = ""
    handwork: tuple[str, ...] = ()
    mentions: tuple[Value, ...] = ()


class Head(msgspec.Struct, frozen=True):
    """What a listing tells of content, in the trash or not."""

    kind: str
    id: str
    title: str = ""
    folder_id: str = ""
    slug: str = ""


class Finding(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """Something a reader must know: an error stops an apply, a warning does not, a todo is left to people.

    `at` leads to what of the object it is about, as `Places` takes it; `file` and `line` say where that
    stands, where the desired side is a tree of files.
    """

    level: Level
    address: str
    message: str
    at: tuple[str, ...] = ()
    file: str = ""
    line: int = 0


class Place(NamedTuple):
    """A line of a file of a tree; line 0 is that of no line in particular."""

    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Places(Protocol):
    """Where in the files of a tree its resources stand."""

    def place(self, address: str, at: Sequence[str] = ()) -> Place:
        """Where a resource stands, or what of it `at` leads to: slots of parts, names, `=` and a value."""

    def lines(self, address: str) -> tuple[str, dict[str, int]]:
        """The file of a resource, and its lines by what stands there."""


class State(msgspec.Struct):
    """All resources of one side, by address, with what the listing of each kind was worth.

    `dangling` are addresses that something refers to and nothing has; `caller` is the address of the user
    who asks. `in_trash` is all that is known to be in the trash, `trash` what of it was read whole, by
    address; none of it is among the resources. `partial` says why there may be more than is told. `raws`
    are the objects as the API sent them, by kind and id, for as long as a plan is made. `moved` are former
    addresses by those that the same objects go by now, `released` addresses or globs of what is spoken of no
    longer, and therefore never deleted; `places` knows the files of a tree, `made` is how the state was made
    (`model/reuse.py`), for another to take over what would be the same.
    """

    host: str
    scope: dict[str, Completeness]
    resources: dict[str, Resource]
    ids: dict[tuple[str, str], str]  # (kind, id on this side) -> address
    findings: list[Finding] = []
    dangling: frozenset[str] = frozenset()
    caller: str = ""
    in_trash: tuple[Head, ...] = ()
    trash: dict[str, Resource] = {}
    raws: Mapping[str, Mapping[str, Any]] = {}
    partial: str = ""
    moved: Mapping[str, str] = {}
    released: tuple[str, ...] = ()
    places: Places | None = None
    made: Making | None = None
