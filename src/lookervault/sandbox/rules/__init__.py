"""Looker's rules, one module per area; importing this package registers all kinds and routes.

To add an area: a module here that declares its `Kind`s and its `@operation`s, and its name below.
"""

from lookervault.sandbox.rules import (
    dashboards,
    elements,
    filters,
    folders,
    groups,
    layouts,
    lookml,
    looks,
    queries,
    roles,
    session,
    sets,
    users,
)

__all__ = [
    "dashboards",
    "elements",
    "filters",
    "folders",
    "groups",
    "layouts",
    "lookml",
    "looks",
    "queries",
    "roles",
    "session",
    "sets",
    "users",
]
