"""Folders: named by their path below a typed root (resource notes, section 4.1)."""

from __future__ import annotations

from collections.abc import Iterable

from lookervault.model.context import Context
from lookervault.model.kind import Identity, Raw
from lookervault.model.normal import text_id
from lookervault.model.people import user_identity

# roots are told by flag, never by name or id
ROOTS = {
    "is_shared_root": "Shared",
    "is_users_root": "Users",
    "is_embed_shared_root": "Embed Groups",
    "is_embed_users_root": "Embed Users",
}


def folder_identity(raw: Raw, context: Context) -> Identity:
    """A root by its flag, a personal folder by its owner, any other by name and parent."""
    root = folder_root(raw)
    if root:
        return Identity(root)
    owner = _owner(raw, context)
    if owner:
        return Identity(f"@user:{owner.name}", local=owner.local)
    name = raw.get("name")
    # two users may have one name, so a personal folder whose owner was not seen is nobody else's (4.1)
    return Identity(
        "" if name is None else str(name),
        ("folder", text_id(raw.get("parent_id"))),
        local=bool(raw.get("is_personal")),
    )


def folder_root(raw: Raw) -> str:
    """The name of the root that this folder is, or nothing."""
    if text_id(raw.get("id")) == "lookml":
        return "LookML"
    return next((name for flag, name in ROOTS.items() if raw.get(flag)), "")


def _owner(raw: Raw, context: Context) -> Identity | None:
    """Who has this folder as his own: two users may share a display name, so the name is no key."""
    own = text_id(raw.get("id"))
    for id_ in context.inverse("user", "personal_folder_id").get(own, []):
        user = context.raw("user", id_) or {}
        return user_identity({"id": id_, **user}, context)
    return None


def folder_guard(raw: Raw) -> str:
    """Why this folder is mapped and never written."""
    if folder_root(raw):
        return "a root folder"
    if raw.get("is_embed") or raw.get("external_id"):
        return "an embed folder"
    return "a personal folder" if raw.get("is_personal") else ""


def subtree(folders: Iterable[Raw], root: str) -> set[str]:
    """The ids of a folder and of all below it."""
    below: dict[str, list[str]] = {}
    for folder in folders:
        below.setdefault(text_id(folder.get("parent_id")), []).append(text_id(folder.get("id")))
    found, queue = set[str](), [root]
    while queue:
        id_ = queue.pop()
        if id_ not in found:
            found.add(id_)
            queue += below.get(id_, [])
    return found
