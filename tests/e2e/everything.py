"""The small instance with schedules, alerts, boards and restricted folders: something of every kind."""

from __future__ import annotations

from lookervault.sandbox import Instance

from .delivering import delivering_instance
from .test_access import restrict
from .test_boards import put_boards


def everything(first_id: int = 1) -> Instance:
    """The instance; `delivering_target` is a target for it."""
    inst = delivering_instance(first_id)
    put_boards(inst)
    restrict(inst)
    return inst
