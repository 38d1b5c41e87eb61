"""Whether somebody else has taken the place of what is about to be made.

Most names are unique, so that Looker itself refuses a second one, and nothing need be asked before. What
may share its name, and a user, whose account comes before the e-mail that is unique, is looked for first.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Container
from typing import Any

from lookervault.looker.gateway import Gateway
from lookervault.model.catalog import KINDS
from lookervault.model.context import Context
from lookervault.model.normal import text_id
from lookervault.plan.change import Change
from lookervault.run.ids import same

_FRESH = 1.0  # seconds for which a list of a kind is believed, and as often the time that it took


class Places:
    """Lists of the kinds whose names repeat, shared by all that make something of that kind."""

    def __init__(self, gateway: Gateway, clock: Callable[[], float] = time.monotonic) -> None:
        self._gateway = gateway
        self._clock = clock
        self._turn = threading.Lock()
        self._lists: dict[str, tuple[float, list[Any]]] = {}

    def taken(self, change: Change, body: dict[str, Any], bound: Container[str]) -> str:
        """The id of what came since the plan was made and is called the same, or nothing.

        `bound` are ids of what is known to be something else.
        """
        kind = KINDS[change.kind]
        if change.kind == "user":
            found = self._gateway.get("/users/search", email=change.name, fields="id,email", limit=2)
            return next((text_id(u.get("id")) for u in found or [] if text_id(u.get("id")) not in bound), "")
        if not kind.names_repeat:
            return ""
        context = Context({}, {})
        ids = {field: value for field, value in body.items() if field.endswith("_id") and field != "user_id"}
        for raw in self._listed(change.kind):
            there = text_id(raw.get("id"))
            stranger = there not in bound and there not in change.rivals and not raw.get("deleted_at")
            if stranger and kind.identity(raw, context).name == change.name and _fits(raw, ids):
                return there
        return ""

    def _listed(self, name: str) -> list[Any]:
        listing = KINDS[name].listing
        assert listing is not None
        with self._turn:
            until, raws = self._lists.get(name, (0.0, []))
            began = self._clock()
            if began >= until:
                query = dict(listing.query)
                if listing.paged:
                    pages = self._gateway.pages(listing.path, page_size=listing.page_size, **query)
                    raws = [raw for page in pages for raw in page]
                else:
                    raws = self._gateway.get(listing.path, **query) or []
                took = self._clock() - began
                self._lists[name] = (self._clock() + max(_FRESH, _FRESH * 5 * took), raws)
        return raws


def _fits(raw: dict[str, Any], ids: dict[str, Any]) -> bool:
    """Whether something is of the same content and the same element."""
    return all(same(raw.get(field), value) for field, value in ids.items() if field in raw)
