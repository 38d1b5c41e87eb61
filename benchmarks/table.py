"""Where benchmarks write what they measured: docs/performance.md, a table for each of them.

    write("extract", "Extract", "What the columns mean.", ["objects", "ratio"], [["10000", "85%"]])

replaces the table of that name and leaves the others as they are.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
INTRODUCTION = """# Performance

Every table is written by the benchmark that measured it (`benchmarks/`), and the command stands below it. A
*floor* is what a bare urllib3 client takes for the same calls with the same concurrency against the same
server, measured in the same run: ratios mean more than seconds, which are those of one machine.
"""


def write(name: str, title: str, note: str, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Puts a table into the page, and gives it; `note` says what was measured and how to repeat it."""
    lines = [headers, ["---"] * len(headers), *rows]
    table = "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
    section = f"## {title}\n\n{table}\n\n{note}\n\n{_circumstances()}"
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    text = PAGE.read_text() if PAGE.exists() else INTRODUCTION
    block = f"{begin}\n{section}\n{end}"
    old = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.S)
    text = old.sub(lambda _: block, text) if old.search(text) else f"{text}\n{block}\n"
    PAGE.write_text(text)
    return table


def _circumstances() -> str:
    day = datetime.now(UTC).date().isoformat()
    return f"{day}, {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}."
