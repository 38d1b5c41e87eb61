"""The target as a plan sees it: read in full, or taken from the vault where that is proven to be the same.

What the plan is about to change is read in any case, so that what it shows is what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from msgspec import structs

from lookervault.looker.gateway import Gateway
from lookervault.model.packed import Packed, gist
from lookervault.model.resource import State
from lookervault.model.state import build_state
from lookervault.plan.change import Change
from lookervault.run.events import Listener, StoreUnused, StoreUsed
from lookervault.run.past import Past
from lookervault.run.remembered import NotReliable, Remembered, remembered
from lookervault.run.reread import Raws, read_one, read_values
from lookervault.store.codec import pack
from lookervault.store.vault import Vault

# reads it, but for what a past has
Read = Callable[[Past | None], State]


class View:
    """The state of one target, with what it has in common with the desired one."""

    def __init__(
        self,
        gateway: Gateway,
        vault: Vault,
        workers: int,
        listener: Listener,
        read: Read,
        desired: State,
    ) -> None:
        self._gateway = gateway
        self._vault = vault
        self._workers = workers
        self._listener = listener
        self._read = read
        self._desired = desired
        self._past: Remembered | None = None
        self.state: State

    def look(self) -> None:
        """Reads everything."""
        self._past = None
        self.state = self._read(None)

    def glance(self, version: str) -> None:
        """Reads what the vault cannot tell of an instance of this version."""
        self._past, doubt = remembered(self._gateway, self._vault, version)
        try:
            self.state = self._read(self._past)
        except NotReliable as error:
            doubt = str(error)
            self.look()
        if doubt:
            self._listener(StoreUnused(doubt))

    def look_again(self, changes: Iterable[Change]) -> bool:
        """Whether something that changes had been taken from the vault, and has now been read."""
        if self._past is None:
            return False
        taken = self._past.taken
        doubtful = sorted({(c.kind, c.id) for c in changes if c.id in taken.get(c.kind, ())})
        if not doubtful:
            number = sum(map(len, taken.values()))
            self._listener(StoreUsed(self._past.snapshot.number, self._past.snapshot.completed_at, number))
            return False
        with ThreadPoolExecutor(self._workers, thread_name_prefix="again") as pool:
            found = list(pool.map(partial(_whole, self._gateway, self._vault.salt), doubtful))
        if any(raws is None for raws in found):
            self.look()  # it went this very moment
            return True
        for kind, id_ in doubtful:
            taken[kind].discard(id_)
        self._put([raws for raws in found if raws])
        return True

    def _put(self, found: Iterable[Raws]) -> None:
        """Takes objects as they are now, and makes the state anew."""
        old = self.state
        raws: dict[str, Any] = {k: v if isinstance(v, Packed) else dict(v) for k, v in old.raws.items()}
        digests = dict(old.made.digests) if old.made else {}
        for kind, id_, raw in (
            (k, i, raw) for each in found for k, rows in each.items() for i, raw in rows.items()
        ):
            digests[kind, id_] = ""  # like no other
            if isinstance(raws.get(kind), Packed):
                raws[kind].put(id_, gist(raw), pack(raw))
            else:
                raws.setdefault(kind, {})[id_] = raw
        new = build_state(
            old.host,
            raws,
            old.scope,
            with_trash=True,
            like=self._desired,
            digests=digests if old.made else {},
        )
        self.state = structs.replace(
            new, in_trash=old.in_trash, caller=old.caller, partial=old.partial, raws=raws
        )


def _whole(gateway: Gateway, salt: bytes, at: tuple[str, str]) -> Raws | None:
    """An object as it is now, with the values that it names."""
    raws = read_one(gateway, *at, salt)
    return None if raws is None else read_values(gateway, raws, salt)
