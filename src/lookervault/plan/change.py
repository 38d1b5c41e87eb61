"""Changes: what is different about one resource, as data that every renderer and step reads."""

from __future__ import annotations

import enum
from typing import Literal

import msgspec

from lookervault.model.normal import digest
from lookervault.model.resource import Attributes
from lookervault.plan.picture import Tile


class Action(enum.StrEnum):
    """What happens to an object; the value is the symbol a reader sees."""

    CREATE = "+"
    UPDATE = "~"
    DELETE = "-"


# who brought a difference about, seen from a common base; "" where there is no base
Origin = Literal["", "you", "drift", "conflict"]


class PartChange(msgspec.Struct):
    """A change of one part of a resource.

    `slot` names the part in links; `id` is its id on the target (empty for a create). `before` and
    `after` hold only attributes that differ, in the form in which they are sent; `components` the
    target's layout component ids by layout key, `home` the layout an element is to be on, where that is
    not the one it is on or would be put on by itself. `also` holds unchanged attributes that must be sent
    again with the changed ones, because Looker takes them as one value. `origin` tells who brought it
    about that the part comes or goes, `origins` the same of each difference, by its place. `source_id` is
    the part's id at the source.
    """

    action: Action
    kind: str
    slot: str
    id: str
    label: str
    before: Attributes
    after: Attributes
    unchanged: int = 0
    components: dict[str, str] = {}
    also: Attributes = {}
    home: str = ""
    origin: Origin = ""
    origins: dict[str, Origin] = {}
    source_id: str = ""


class Attached(msgspec.Struct):
    """What hangs on content: `kept` by a change, counted by kind, and `lost`, told in words.

    `used` counts views, favourites, boards that list it, dashboards that show it, alerts and schedules; None:
    not told. `owner` is the address of whom it belongs to.
    """

    kept: dict[str, int] = {}
    lost: list[str] = []
    used: dict[str, int | None] = {}
    owner: str = ""
    owner_disabled: bool | None = None


class Change(msgspec.Struct):
    """A change of one resource.

    `address` is the desired one (of a delete: the observed one), `was` the observed one where it
    differs. `before` and `after` hold only attributes that differ; an attribute in one of them alone
    is absent in the other; `unchanged` counts what is equal and therefore not shown. `part_ids` are
    the ids of all parts that the target's object has now, by kind; `kept` those of parts that stay, by
    slot. `also` holds what must be sent again because Looker takes the object as a whole; `rivals` are the
    ids of all objects of its kind that the target has, where several may have one name. `restored` says
    that the object comes back from the trash first. `tiles` are where the elements of an updated dashboard
    are and will be, the unchanged ones too; `labels` the titles of parts that its values name. `origin` and
    `origins` are those of `PartChange`; where somebody changed it in Looker, `touched_by` and `touched_at`
    say who and when, if Looker does. `awaits` names what its texts link to and what has no id there yet,
    `untold` what the source does not say of a new object, so that the target may have it either way. `file`
    and `line` say where it stands in a tree of files, `lines` where what changes does (as
    `model.document.spots` keeps it).
    `undecided` are differences that both sides brought about and that stay, by the slot of their part.
    """

    action: Action
    kind: str
    address: str
    name: str
    id: str
    before: Attributes
    after: Attributes
    parts: list[PartChange] = []
    was: str = ""
    paired_by: str = ""
    source_id: str = ""
    unchanged: int = 0
    unchanged_parts: dict[str, int] = {}
    slug: str = ""
    part_ids: dict[str, list[str]] = {}
    kept: dict[str, str] = {}
    awaits: list[str] = []
    also: Attributes = {}
    rivals: list[str] = []
    restored: bool = False
    attached: Attached = msgspec.field(default_factory=Attached)
    tiles: list[Tile] = []
    labels: dict[str, str] = {}
    origin: Origin = ""
    origins: dict[str, Origin] = {}
    touched_by: str = ""
    touched_at: str = ""
    untold: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
    lines: bytes = b""
    undecided: dict[str, list[str]] = {}

    @property
    def digest(self) -> str:
        """The semantic digest of this change alone: the same on any machine and in any order."""
        return digest(
            [
                self.action.value,
                self.address,
                self.was,
                self.slug,
                self.restored,
                self.before,
                self.after,
                [[p.action.value, p.kind, p.label, p.before, p.after] for p in self.parts],
            ]
        )
