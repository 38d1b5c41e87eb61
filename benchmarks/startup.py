"""How long `lookervault --help` takes, beside a bare interpreter measured in the same run.

python benchmarks/startup.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 9


def seconds(*words: str) -> float:
    """The median wall time of a command."""
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def main() -> None:
    """Prints both times and their ratio."""
    floor = seconds("-c", "import typer")
    own = seconds("-m", "lookervault", "--help")
    print(f"lookervault --help {own * 1000:.0f} ms; interpreter with typer alone {floor * 1000:.0f} ms")
    print(f"ratio {own / floor:.2f}")


if __name__ == "__main__":
    main()
