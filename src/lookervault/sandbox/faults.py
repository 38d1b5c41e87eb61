"""Calls that were made, and faults injected into them by seed or by script."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

KINDS = ("429", "500", "502", "504", "reset_before", "reset_after", "truncated", "stall", "token")


@dataclass(frozen=True)
class Call:
    """One request that arrived. `path` lacks /api/4.0 and has its ids decoded; `body` is None for a login.

    `status` is what was answered; 0 where no answer was sent. `fault` names what was injected.
    """

    method: str
    path: str
    query: dict[str, str]
    body: Any = None
    status: int = 0
    fault: str | None = None


@dataclass
class Faults:
    """Which calls go wrong, and how.

    The choice for a call depends on the seed, the call and how often it was made, not on the order in
    which threads arrive. `script` is asked first; what it names is injected whatever `rate` says.
    """

    seed: int = 0
    rate: float = 0.0
    kinds: tuple[str, ...] = ("429", "500", "reset_before")
    latency: float = 0.0
    retry_after: float | None = None
    stall_seconds: float = 5.0
    login: bool = False
    script: Callable[[Call], str | None] | None = None
    _seen: Counter[str] = field(default_factory=Counter, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        unknown = set(self.kinds) - set(KINDS)
        if unknown:
            raise ValueError(f"unknown faults: {', '.join(sorted(unknown))}")

    def choose(self, call: Call) -> str | None:
        """The fault for a call, or None."""
        if call.path.startswith("/login") and not self.login:
            return None
        scripted = self.script(call) if self.script else None
        if scripted is not None or not self.rate:
            return scripted
        name = f"{call.method} {call.path} {sorted(call.query.items())}"
        with self._lock:
            self._seen[name] += 1
            times = self._seen[name]
        dice = random.Random(f"{self.seed}:{name}:{times}")
        return dice.choice(self.kinds) if dice.random() < self.rate else None
