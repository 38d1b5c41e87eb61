"""Options that say what a plan may do, shared by the commands that make plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from lookervault.config import PlanSettings
    from lookervault.plan.policy import Policy

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


class Leave(NamedTuple):
    """What the command line lets a plan do."""

    enable_schedules: bool = False
    missing_users: str = ""
    prune: bool = False
    allow_empty: bool = False
    skip_modified: bool = False

    def policy(self, defaults: PlanSettings) -> Policy:
        """The choices of the command line and of the configuration."""
        from lookervault.plan.policy import Policy

        return Policy(
            enable_schedules=self.enable_schedules,
            missing_users=self.missing_users or defaults.missing_users,
            prune=self.prune,
            allow_empty=self.allow_empty,
            skip_modified=self.skip_modified,
        )
