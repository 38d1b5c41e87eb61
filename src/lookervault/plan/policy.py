"""What a plan may do beyond making content equal; chosen by whoever asks for it."""

from __future__ import annotations

from typing import Literal

import msgspec

OnConflict = Literal["stop", "desired", "live"]
ON_CONFLICT: dict[str, OnConflict] = {"stop": "stop", "desired": "desired", "live": "live"}


class Policy(msgspec.Struct, frozen=True):
    """Choices that change what is planned; stored with the plan.

    `enable_schedules`: schedules and alerts that are on at the source are switched on. `on_conflict`: what is
    done where both sides changed since the base: nothing at all, or one of them wins. `missing_users`: who
    owns what is made for an owner that the target does not have: nothing is said (empty, so that Looker takes
    the caller), it is an error (`fail`), the caller, or a user of the target by e-mail or address.
    `prune`: what the target has and the desired state lacks is deleted; `allow_empty`: even where that is
    everything. `exact`: null is desired as null, also where it would be left to the instance.
    `skip_modified`: what changed on the target since the snapshot was taken is left alone.
    `allow_attachment_loss`: content may lose schedules and alerts. `protect` are addresses or globs of what
    is never written, `max_deletes` and `max_updates` numbers or percentages of all objects. `max_views` is
    how often what changes may have been viewed, `max_reach` how many favourites, boards, dashboards, alerts
    and schedules may hang on it.
    """

    enable_schedules: bool = False
    on_conflict: OnConflict = "stop"
    missing_users: str = ""
    prune: bool = False
    allow_empty: bool = False
    exact: bool = False
    skip_modified: bool = False
    allow_attachment_loss: bool = False
    protect: tuple[str, ...] = ()
    max_deletes: str = ""
    max_updates: str = ""
    max_views: int | None = None
    max_reach: int | None = None


DEFAULT_POLICY = Policy()
