"""When something was made, by its server's clock: a call makes nothing long after it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.store.journal import Step as Row

_LATEST = timedelta(minutes=10)  # after a call was sent, a server has done it or never will
_DATED = ("/folders", "/dashboards", "/looks", "/boards", "/scheduled_plans")


class Stamps:
    """Judges by creation times, once it is seen how far the server's clock is from ours.

    That is seen from something that this run has made, of which the journal knows when; where nothing is
    known, nothing is said against anything.
    """

    def __init__(self, gateway: Gateway, past: Mapping[tuple[str, int], Row]) -> None:
        self._gateway = gateway
        self._made = [row for row in past.values() if _is_dated(row)]
        self._ahead: timedelta | None = None

    def too_late(self, item: Any, row: Row) -> bool:
        """Whether an item came later than the call of a row, of an earlier try, can have made it."""
        made = _created(item)
        if made is None:
            return False
        ahead = self._clock_ahead()
        return ahead is not None and made - ahead > datetime.fromisoformat(row.started_at) + _LATEST

    def _clock_ahead(self) -> timedelta | None:
        """By how much the server's clock is ahead of the journal's."""
        while self._ahead is None and self._made:
            row = self._made.pop()
            id_ = next(v for k, v in row.bindings.items() if k.isprintable())
            try:
                made = _created(self._gateway.get([row.path.strip("/"), str(id_)], fields="id,created_at"))
            except ApiError:
                continue
            if made is not None:
                self._ahead = made - datetime.fromisoformat(row.started_at)
        return self._ahead


def _is_dated(row: Row) -> bool:
    # a slot that names a part of something has a mark in it that is not printable
    own = any(k.isprintable() for k in row.bindings)
    return (row.method, row.state) == ("POST", "done") and row.path in _DATED and own


def _created(item: Any) -> datetime | None:
    """When something was made, if its server says so in a form that is understood."""
    try:
        made = datetime.fromisoformat(str(item.get("created_at")))
    except (AttributeError, ValueError):
        return None
    return made if made.tzinfo else made.replace(tzinfo=UTC)
