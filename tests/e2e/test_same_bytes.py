"""The same plan, whoever computes it: with one worker or many, in another process, by another hash seed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lookervault.sandbox import Instance, blank_instance, demo_instance
from lookervault.sandbox.content.many import grow
from world import KEY, World, world

from .everything import everything
from .test_tree import real_content

ROOT = Path(__file__).resolve().parents[2]
FORMATS = {"text", "expanded", "colour", "json", "markdown", "short", "html", "explain"}
ANOTHER = """
import json, sys
from pathlib import Path
from lookervault.looker.gateway import connect
from lookervault.looker.settings import Connection
from lookervault.plan.policy import Policy
from lookervault.report.data import render_json
from lookervault.report.explain import explain
from lookervault.report.graph import render_dot, render_mermaid, render_tree
from lookervault.report.markdown import render_markdown
from lookervault.report.page import render_html
from lookervault.report.text import render_text
from lookervault.run.planning import LAST, Request, plan_request
from lookervault.store.vault import open_vault

url, db, desired, base, workers = sys.argv[1:]
with open_vault(Path(db)) as vault, connect(Connection(url, *%r)) as gateway:
    request = Request(desired, policy=Policy(prune=True, allow_attachment_loss=True), base=base)
    plan = plan_request(
        gateway, vault, request, target_name="prod", workers=int(workers), listener=lambda event: None
    )
told = {
    "fingerprint": plan.fingerprint,
    "changes": len(plan.changes),
    "text": render_text(plan),
    "expanded": render_text(plan, expand=True),
    "colour": render_text(plan, colour=True),
    "json": render_json(plan),
    "markdown": render_markdown(plan),
    "short": render_markdown(plan, limit=9_000),
    "html": render_html(plan),
    "tree": render_tree(plan),
    "dot": render_dot(plan),
    "mermaid": render_mermaid(plan),
    "explain": "".join(explain(plan, c.address) for c in plan.changes),
}
print(json.dumps(told))
"""


def elsewhere(w: World, url: str, desired: str, base: str, workers: int, seed: int) -> dict[str, str]:
    """All forms of the plan, as another process makes them."""
    done = subprocess.run(
        [sys.executable, "-c", ANOTHER % (KEY,), url, str(w.vault.path), desired, base, str(workers)],
        env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, str] = json.loads(done.stdout)
    return told


def large() -> Instance:
    source = demo_instance(first_id=1)
    grow(source, 300)
    return source


@pytest.mark.parametrize("make", [large, everything, real_content])
def test_one_plan_has_one_text_in_every_form(make: Callable[[], Instance]) -> None:
    source = make()
    target = blank_instance(first_id=5000, like=source)
    with world(source, target) as w:
        w.migrate()
        for number, row in enumerate(source.all("dashboard")):
            source.edit("dashboard", row["id"], description=f"ours {number % 3}", refresh_interval="1 hour")
        for row in target.all("look"):
            target.edit("look", row["id"], title=f"{row['title']} there")
        for row in source.all("dashboard_element")[::3]:
            source.edit("dashboard_element", row["id"], title=f"{row.get('title')} here", note_text="`x` <b>")
        for row in source.all("board")[:2]:
            source.delete("board", row["id"])
        first = w.vault.read("SELECT max(number) FROM extraction_sessions")[0][0]
        wanted = w.extract()
        ways = [(1, 0), (16, 1), (7, 4242)]
        one, *others = [
            elsewhere(w, w.target.url, f"@{wanted.number}", f"@{first}", workers, seed)
            for workers, seed in ways
        ]
        assert int(one["changes"]) > (50 if make is large else 4)
        assert set(one) == FORMATS | {"tree", "dot", "mermaid", "fingerprint", "changes"}
        for other in others:
            unlike = [name for name in one if one[name] != other[name]]
            assert unlike == []
