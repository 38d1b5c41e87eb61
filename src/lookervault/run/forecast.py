"""What an extraction will cost in API calls, asked with a few of them (resource notes, section 12)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.looker.pages import total_of
from lookervault.looker.paths import bucket
from lookervault.model.access import metadata_parents
from lookervault.model.catalog import KINDS, closure
from lookervault.model.kind import Kind, Listing
from lookervault.run.asked import FEW_CALLS
from lookervault.run.bulk import FEW, calls_for
from lookervault.run.extract import Extraction
from lookervault.run.reader import REFUSALS
from lookervault.store.snapshots import kinds, snapshots
from lookervault.store.vault import Vault

_FIXED = 2  # who asks, and a check of what went away meanwhile


class Forecast(msgspec.Struct):
    """Calls by kind and by quota bucket; `unknown` names what cannot be told before."""

    calls: dict[str, int]
    buckets: dict[str, int]
    unknown: list[str]


def forecast(gateway: Gateway, vault: Vault, wanted: Extraction) -> Forecast:
    """How many calls the extraction takes: from the instance's own totals, else from the last snapshot."""
    known = snapshots(vault, gateway.host)
    pages = {kind: told["page"] for kind, told in known[-1].scope.items() if "page" in told} if known else {}
    stored = kinds(vault, known[-1]) if known else {}
    teller = _Teller(gateway, stored, wanted.incremental and bool(known), pages)
    for name in closure(list(wanted.kinds)):
        if KINDS[name].listing:
            teller.tell(KINDS[name], KINDS[name].listing)
    teller.add("merge queries and queries of their own", "/queries", teller.values())
    if wanted.user_values:
        teller.unknown.append("one call for the values of each user")
    teller.add("who asks", "/user", _FIXED)
    return Forecast(dict(teller.calls), dict(teller.buckets), teller.unknown)


class _Teller:
    """Adds up calls; asks for each total once. `pages` tells how many whole objects came in one answer."""

    def __init__(
        self, gateway: Gateway, stored: dict[str, int], incremental: bool, pages: dict[str, int]
    ) -> None:
        self._gateway = gateway
        self._stored = stored
        self._incremental = incremental
        self._pages = pages
        self._folders: list[Any] = []
        self._rows: list[Any] = []  # of the kind that was listed last
        self.calls: Counter[str] = Counter()
        self.buckets: Counter[str] = Counter()
        self.unknown: list[str] = []

    def add(self, name: str, path: str, calls: int) -> None:
        """Counts calls."""
        self.calls[name] += calls
        self.buckets[bucket(path)] += calls

    def tell(self, kind: Kind, listing: Listing | None) -> None:
        """Counts what reading a kind takes."""
        assert listing is not None
        if listing.inside:
            self._tell_inside(kind, listing)
            return
        total = self._total(kind, listing)
        self.add(kind.name, listing.path, (total or 0) // listing.page_size + 1 if listing.paged else 1)
        if total is None:
            self.unknown.append(f"the number of {kind.title}")
        if listing.detail and self._incremental:
            self.unknown.append(f"one call for each of the {kind.title} that changed")
        elif listing.detail:
            several = min(total or 0, len(self._folders)) if listing.by_folder else total or 0
            self.add(kind.name, listing.detail, calls_for(several, self._pages.get(kind.name, 0)))
            if listing.whole_pages and kind.name not in self._pages and several >= FEW:
                self.add(kind.name, listing.path, 1)
        for facet in (f for f in kind.facets if not f.on_request):
            self.add(kind.name, kind.path, sum(1 for row in self._rows if facet.wanted(row)))

    def values(self) -> int:
        """Values of the last snapshot: they are read again, unless only what changed is read."""
        return 0 if self._incremental else sum(self._stored.get(k, 0) for k in ("merge_query", "query"))

    def _tell_inside(self, kind: Kind, listing: Listing) -> None:
        _, parents = metadata_parents(self._folders)
        few = not self._incremental or len(parents) <= FEW_CALLS
        self.add(kind.name, listing.path, 1 + (len(parents) if few else 0))
        own = self._stored.get(f"{kind.name}.{kind.facets[0].name}", 0) if kind.facets else 0
        self.add(kind.name, listing.path, 0 if self._incremental else own)

    def _total(self, kind: Kind, listing: Listing) -> int | None:
        """How many objects of a kind there are."""
        query: dict[str, Any] = dict(listing.query)
        self._rows = []
        try:
            if listing.paged:
                query.setdefault("sorts", "id")
                reply = self._gateway.request("GET", listing.path, query={**query, "limit": 1, "offset": 0})
                found = total_of(reply.headers)
                return self._stored.get(kind.name) if found is None else found
            if kind.name != "folder" and not kind.facets:
                return self._stored.get(kind.name, 0)
            self._rows = self._gateway.get(listing.path, **query) or []
        except ApiError as error:
            if error.status in REFUSALS:
                return 0
            raise
        if kind.name == "folder":
            self._folders = self._rows
        return len(self._rows)
