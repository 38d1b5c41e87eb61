"""A source and a target on loopback with a vault between them, for tests that run the whole engine."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import judge
from lookervault.looker.gateway import Gateway, connect
from lookervault.looker.limiter import Limiter
from lookervault.looker.retry import Backoff
from lookervault.looker.settings import Connection
from lookervault.model.catalog import KINDS
from lookervault.plan.plan import Plan
from lookervault.plan.policy import DEFAULT_POLICY, Policy
from lookervault.run.apply import DEFAULT_MANNER, Manner, apply_plan
from lookervault.run.events import Event
from lookervault.run.extract import Extraction
from lookervault.run.extract import extract as extract_instance
from lookervault.run.planning import Request, plan_request
from lookervault.run.record import Outcome
from lookervault.sandbox import Call, Faults, Instance, Server, serve
from lookervault.store.snapshots import Snapshot
from lookervault.store.vault import Vault, open_vault

ALL_KINDS = tuple(name for name, kind in KINDS.items() if kind.listing)
QUICK = Backoff(max_retries=8, first=0.001, longest=0.01)
KEY = ("sandbox", "sandbox-secret")
_HASTE = 1000.0


@dataclass
class World:
    """What `world` opens; `source` and `target` are one server where no target was given."""

    source: Server
    target: Server
    source_gateway: Gateway
    target_gateway: Gateway
    vault: Vault
    folder: Path
    key: tuple[str, str] = KEY
    events: list[Event] = field(default_factory=list)

    def extract(self, kinds: Sequence[str] = ALL_KINDS, workers: int = 8) -> Snapshot:
        """A new snapshot of the source."""
        wanted = Extraction("source", kinds, workers=workers)
        return extract_instance(self.source_gateway, self.vault, wanted, self.events.append)

    def plan(
        self, snapshot: Snapshot | None = None, workers: int = 8, policy: Policy = DEFAULT_POLICY
    ) -> Plan:
        """The plan that makes the target what the snapshot holds, by default a new one."""
        return plan_request(
            self.target_gateway,
            self.vault,
            Request(f"@{(snapshot or self.extract(workers=workers)).number}", policy=policy),
            target_name="target",
            workers=workers,
            listener=self.events.append,
        )

    def apply(self, plan: Plan, workers: int = 8, manner: Manner = DEFAULT_MANNER) -> Outcome:
        """Carries the plan out on the target."""
        listener = self.events.append
        return apply_plan(
            self.target_gateway, self.vault, plan, workers=workers, listener=listener, manner=manner
        )

    def migrate(self, workers: int = 8) -> Plan:
        """Extract, plan and apply in one go; every change must be carried out. Gives the plan."""
        plan = self.plan(workers=workers)
        self.carry_out(plan, workers)
        return plan

    def carry_out(self, plan: Plan, workers: int = 8) -> None:
        """Applies a plan of which nothing may fail."""
        assert not plan.errors, plan.errors
        outcome = self.apply(plan, workers)
        assert not outcome.failed + outcome.skipped, outcome
        assert outcome.applied == len(plan.changes), outcome

    def differences(self, had: judge.Described | None = None) -> list[str]:
        """What the judge says of the two instances; faults end with this."""
        self.calm()
        return judge.differences(
            judge.describe(self.source.url, *self.key), judge.describe(self.target.url, *self.key), had
        )

    def calm(self) -> None:
        """No faults from now on."""
        for server in (self.source, self.target):
            server.faults = Faults()

    def writes(self) -> list[Call]:
        """The calls that the target got and that were not mere questions or logins."""
        return [
            c for c in self.target.calls if c.method != "GET" and not c.path.startswith(("/login", "/logout"))
        ]


@contextmanager
def world(
    source: Instance,
    target: Instance | None = None,
    faults: Faults | None = None,
    key: tuple[str, str] = KEY,
) -> Iterator[World]:
    """Servers, gateways with a quick back-off and an open vault in a folder of its own.

    Faults strike on the target as given, on the source by the same seed, rate and kinds.
    """
    with ExitStack() as stack:
        own = faults and Faults(seed=faults.seed, rate=faults.rate, kinds=faults.kinds)
        first = stack.enter_context(serve(source, faults=faults if target is None else own))
        second = first if target is None else stack.enter_context(serve(target, faults=faults))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        vault = stack.enter_context(open_vault(folder / "vault.db"))
        near = stack.enter_context(gateway(first, key))
        far = near if second is first else stack.enter_context(gateway(second, key))
        yield World(first, second, near, far, vault, folder, key)


def gateway(server: Server, key: tuple[str, str] = KEY) -> Gateway:
    """A gateway to a server, whose back-off takes next to no time; a 429 holds it for a thousandth."""
    hasty = Limiter(clock=lambda: time.monotonic() * _HASTE, sleep=lambda wait: time.sleep(wait / _HASTE))
    return connect(Connection(server.url, *key, timeout=10.0), backoff=QUICK, limiter=hasty)
