"""What a plan may do beyond making content equal; chosen by whoever asks for it."""

from __future__ import annotations

import msgspec


class Policy(msgspec.Struct, frozen=True):
    """Choices that change what is planned; stored with the plan.

    `enable_schedules`: schedules and alerts that are on at the source are switched on.
    """

    enable_schedules: bool = False


DEFAULT_POLICY = Policy()
