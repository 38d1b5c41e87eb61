"""Questions, which only somebody at a terminal can answer."""

from __future__ import annotations

import sys

from lookervault.errors import NoTerminal


def check_terminal(option: str) -> None:
    """Goes on only where somebody can be asked; `option` is how to say yes beforehand."""
    if not sys.stdin.isatty():
        raise NoTerminal("there is no terminal to ask on", hint=f"add {option} to go on without being asked")
