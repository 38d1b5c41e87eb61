"""The demo: real commands against two simulated instances, with a word on each."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import typer

from lookervault.cli.options import use_colour
from lookervault.sandbox import Instance, Server, blank_instance, demo_instance, serve

_HEAD, _TAIL = 48, 3  # lines shown of a long output


def tell(pause: float) -> None:
    """Runs the story from beginning to end."""
    dev = demo_instance(first_id=1)
    prod = blank_instance(first_id=5000, like=dev)
    with (
        serve(dev) as dev_server,
        serve(prod) as prod_server,
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        _settings(Path(folder), {"dev": (dev, dev_server), "prod": (prod, prod_server)}),
    ):
        _chapters(dev, pause)
    _say("That was all of it. Next: `lookervault sandbox` and the README, or an instance of your own.")


def _chapters(dev: Instance, pause: float) -> None:
    _say("Two simulated Lookers run on this machine: dev, full of content, and prod, nearly empty.", pause)
    _say("1. Store everything that dev holds as a snapshot.")
    _run("extract --instance dev --quiet", pause)
    _say("2. What would make prod the same? Nothing is written yet.")
    _run("plan @latest --instance prod --quiet --out review.lvplan", pause)
    _say("3. Carry it out, eight calls at once; each is journaled before it is sent.")
    _run("apply review.lvplan --instance prod", pause, head=9)
    _say("4. Plan again: prod is what the snapshot says, though every id differs.")
    _run("plan @latest --instance prod --quiet", pause)
    title = _change_one_element(dev)
    _say(f'5. Somebody changes one element on dev ("{title}"). Extract, and plan once more:')
    _run("extract --instance dev --quiet", pause, head=0)
    _run("plan @latest --instance prod --quiet", pause)
    _say("6. One element, updated in place: its id stays, and so do the alerts and links that point at it.")
    _run("apply @latest --instance prod --yes --quiet", pause, head=0)
    _run("plan @latest --instance prod --quiet", pause)


def _change_one_element(dev: Instance) -> str:
    """Edits the query of one chart as a person would; gives the chart's title."""
    chart = next(e for e in dev.all("dashboard_element") if e.get("query_id") and e.get("title"))
    dev.replace_query("dashboard_element", chart["id"], limit="25")
    return str(chart["title"])


def _say(text: str, pause: float = 0.0) -> None:
    typer.echo(typer.style(f"\n{text}", bold=True) if use_colour() else f"\n{text}")
    time.sleep(pause)


def _run(command: str, pause: float, head: int = _HEAD) -> None:
    """Runs one command line as the shell would, and shows it and the ends of what it prints."""
    from lookervault.cli.main import app

    typer.echo(f"\n$ lookervault {command}")
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        app(command.split(), standalone_mode=False)
    lines = output.getvalue().rstrip("\n").split("\n")
    if len(lines) > head + _TAIL:
        hidden = len(lines) - head - _TAIL
        lines = [*lines[:head], f"    ... {hidden} more lines ...", *lines[-_TAIL:]]
    typer.echo("\n".join(lines))
    sys.stdout.flush()
    time.sleep(pause)


@contextlib.contextmanager
def _settings(folder: Path, instances: dict[str, tuple[Instance, Server]]) -> Iterator[None]:
    """A configuration for the sandboxes, in the environment for as long as the story lasts."""
    text = "".join(f'[instances.{name}]\nbase_url = "{s.url}"\n' for name, (_, s) in instances.items())
    (folder / "lookervault.toml").write_text(text, encoding="utf-8")
    mine = {
        "LOOKERVAULT_CONFIG": str(folder / "lookervault.toml"),
        "LOOKERVAULT_DB_PATH": str(folder / "lookervault.db"),
    }
    for name, (instance, _) in instances.items():
        mine[f"LOOKERVAULT_{name.upper()}_CLIENT_ID"] = instance.client_id
        mine[f"LOOKERVAULT_{name.upper()}_CLIENT_SECRET"] = instance.client_secret
    before = dict(os.environ)
    os.environ.update(mine)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
