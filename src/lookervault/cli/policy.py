"""Options that say what a plan may do, shared by the commands that make plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from lookervault.errors import UsageError

if TYPE_CHECKING:
    from lookervault.config import Config, PlanSettings
    from lookervault.plan.overlay import Overlay
    from lookervault.plan.policy import Policy
    from lookervault.plan.select import Selection
    from lookervault.run.planning import Request

EnableOption = Annotated[
    bool,
    typer.Option("--enable-schedules", help="Schedules and alerts that are on at the source go on here too."),
]
MissingUsersOption = Annotated[
    str,
    typer.Option(
        "--missing-users",
        help="Who owns what is made for an owner that is not there: fail, caller, or a user's e-mail.",
        metavar="WHO",
    ),
]
PruneOption = Annotated[
    bool, typer.Option("--prune", help="Delete what is not desired; dashboards and looks to the trash.")
]
EmptyOption = Annotated[
    bool, typer.Option("--allow-empty", help="Let --prune delete everything, if nothing at all is desired.")
]
SkipModifiedOption = Annotated[
    bool,
    typer.Option("--skip-if-modified", help="Leave alone what changed on the target since the snapshot."),
]
LossOption = Annotated[
    bool, typer.Option("--allow-attachment-loss", help="Let content lose its alerts and schedules.")
]

BaseOption = Annotated[
    str,
    typer.Option(
        "--base",
        help="What both sides once were, to tell whose each difference is: a snapshot or a directory, last"
        " (what they were last alike in, as the vault remembers it) or none.",
        metavar="last|none|SNAPSHOT|DIR",
    ),
]
ConflictOption = Annotated[
    str,
    typer.Option("--on-conflict", help="Of what both sides changed since the base: stop, desired or live."),
]
CacheOption = Annotated[
    bool | None,
    typer.Option(
        "--cache/--no-cache",
        help="Take from the vault what of the target its dates prove unchanged, or read all of it.",
        show_default="what [plan] cache says",
    ),
]


class Leave(NamedTuple):
    """What the command line lets a plan do, and by what it judges whose a difference is."""

    enable_schedules: bool = False
    missing_users: str = ""
    prune: bool = False
    allow_empty: bool = False
    skip_modified: bool = False
    base: str = "last"
    on_conflict: str = "stop"
    allow_attachment_loss: bool = False

    def policy(self, defaults: PlanSettings) -> Policy:
        """The choices of the command line and of the configuration."""
        from lookervault.plan.policy import ON_CONFLICT, Policy

        on_conflict = ON_CONFLICT.get(self.on_conflict)
        if on_conflict is None:
            raise UsageError(
                f"no --on-conflict {self.on_conflict!r}", hint=f"one of {', '.join(ON_CONFLICT)}"
            )
        return Policy(
            enable_schedules=self.enable_schedules,
            missing_users=self.missing_users or defaults.missing_users,
            prune=self.prune,
            allow_empty=self.allow_empty,
            skip_modified=self.skip_modified,
            on_conflict=on_conflict,
            allow_attachment_loss=self.allow_attachment_loss,
            protect=tuple(defaults.protect),
            max_deletes=str(defaults.max_deletes),
            max_updates=str(defaults.max_updates),
            max_views=defaults.max_views,
            max_reach=defaults.max_reach,
        )

    def request(
        self, desired: str, chosen: Selection, config: Config, name: str, cache: bool | None = False
    ) -> Request:
        """What is asked for of the instance of that name; without a `cache`, as the configuration says."""
        from lookervault.run.planning import Request

        policy = guarded(self.policy(config.plan), config, name)
        base = "" if self.base == "none" else self.base
        chosen = managed(chosen, config.plan)
        cached = config.plan.cache if cache is None else cache
        return Request(desired, chosen, policy, base, overlay=overlay_of(config, name), cache=cached)


def guarded(policy: Policy, config: Config, name: str) -> Policy:
    """A policy with what the configuration protects, everywhere and on the instance of that name."""
    from msgspec import structs

    there = config.instances[name].overlay.protect if name in config.instances else []
    return structs.replace(policy, protect=(*config.plan.protect, *there))


def managed(chosen: Selection, defaults: PlanSettings) -> Selection:
    """A selection without the kinds that the configuration does not manage and no option names."""
    from msgspec import structs

    from lookervault.cli.kinds import wanted_kinds
    from lookervault.model.catalog import KINDS

    if not defaults.manage:
        return chosen
    kept = {*wanted_kinds(defaults.manage), *chosen.only_kinds}
    others = tuple(name for name in KINDS if name not in kept)
    return structs.replace(chosen, exclude_kinds=(*chosen.exclude_kinds, *others))


def overlay_of(config: Config, name: str) -> Overlay:
    """What the configuration says to be otherwise on an instance."""
    from lookervault.plan.overlay import NO_OVERLAY, Overlay

    if name not in config.instances:
        return NO_OVERLAY
    said = config.instances[name].overlay
    return Overlay(
        said.models,
        said.connections,
        said.schedule_addresses,
        said.owners,
        tuple(said.ignore_fields),
        tuple(said.ignore),
    )
