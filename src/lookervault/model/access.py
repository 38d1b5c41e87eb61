"""Who may see and edit a board or what is in a folder, in canonical form (resource notes, section 4.15)."""

from __future__ import annotations

from collections.abc import Iterable, Set

from lookervault.model.context import Context
from lookervault.model.folders import folder_root
from lookervault.model.kind import Identity, Raw
from lookervault.model.normal import text_id
from lookervault.model.resource import Attributes
from lookervault.model.values import Link, Value

# attribute, and what Looker calls it
PERMISSIONS = {"may_edit": "edit", "may_view": "view"}
PRINCIPALS = {"group": "group_id", "user": "user_id"}


def access_identity(raw: Raw, context: Context) -> Identity:
    """An access list is that of its folder."""
    return Identity("access", ("folder", text_id(raw.get("folder_id"))))


def of_folder(raw: Raw) -> bool:
    """Whether metadata is that of a folder; content in folders always inherits."""
    return bool(raw.get("folder_id"))


def board_access_identity(raw: Raw, context: Context) -> Identity:
    """An access list is that of its board."""
    return Identity("access", ("board", text_id(raw.get("homepage_id"))))


def of_board(raw: Raw) -> bool:
    """Whether metadata is that of a board, which the API still calls by its old name."""
    return bool(raw.get("homepage_id"))


def own(raw: Raw) -> bool:
    """Whether a folder has grants of its own."""
    return not raw.get("inherits")


def inherited(attributes: Attributes) -> bool:
    """Whether a list is what a new folder has anyway."""
    return attributes.get("inherits") is True


def access_extra(raw: Raw, context: Context) -> dict[str, Value]:
    """The folder or board, and who may do what in it where it does not inherit that."""
    kind, field = ("folder", "folder_id") if of_folder(raw) else ("board", "homepage_id")
    found: dict[str, Value] = {kind: Link(context.address_of(kind, raw.get(field)))}
    for grant in _grants(raw, context) or []:
        for name, permission in PERMISSIONS.items():
            if grant.get("permission_type") == permission:
                found.setdefault(name, []).extend(_principal(grant, context))
    return {k: sorted(v) if isinstance(v, list) else v for k, v in found.items()}


def access_unknown(raw: Raw, context: Context) -> tuple[str, ...]:
    """Grants that the caller could not list."""
    return tuple(PERMISSIONS) if own(raw) and _grants(raw, context) is None else ()


def metadata_parents(folders: Iterable[Raw], of: Set[str] | None = None) -> tuple[str, list[str]]:
    """The metadata of the shared root, and of all folders to ask for what is in them, itself included.

    Not asked are the roots of personal and embed folders: what is directly in them is left alone. With `of`
    only those folders are asked that hold one of these.
    """
    rows = list(folders)
    parents = {text_id(f.get("parent_id")) for f in rows if of is None or text_id(f.get("id")) in of}
    asked = [f for f in rows if text_id(f.get("id")) in parents and folder_root(f) in ("", "Shared")]
    top = next((f.get("content_metadata_id") for f in rows if f.get("is_shared_root")), None)
    ids = [text_id(f.get("content_metadata_id")) for f in asked if f.get("content_metadata_id") is not None]
    return text_id(top), ids


def _grants(raw: Raw, context: Context) -> list[Raw] | None:
    kind = "content_access" if of_folder(raw) else "board_access"
    return context.raw(f"{kind}.grants", text_id(raw.get("id"))) if own(raw) else []


def _principal(grant: Raw, context: Context) -> list[Link]:
    """The one group or user a grant is for."""
    return [
        Link(context.address_of(kind, grant[field]))
        for kind, field in PRINCIPALS.items()
        if grant.get(field) is not None
    ]
