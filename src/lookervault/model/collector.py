"""Python's search for garbage, put off while much is built that stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 100_000  # dictionaries and lists that may come into being before the next search


@contextmanager
def uncollected() -> Iterator[None]:
    """Two states are millions of objects: to look through them again and again costs as much as building."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def seldom_collected() -> Iterator[None]:
    """While objects only pass through, they go as soon as nobody holds them: there is little to search for.

    Each is hundreds of dictionaries, so that the search would begin several times an object.
    """
    before = gc.get_threshold()
    gc.set_threshold(_MANY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
