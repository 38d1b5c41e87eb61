"""Two small instances behind HTTP, a configuration that names them, and a way to run commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lookervault.cli.main import main
from lookervault.sandbox import Instance, Server, blank_instance, serve

EXPLORE = {"id": "shop::orders", "name": "orders", "model_name": "shop"}
FIELDS = {"dimensions": [{"name": "orders.day"}], "measures": [{"name": "orders.count"}]}


@dataclass
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


@dataclass
class Stage:
    """The two instances, and the command line in a folder of its own."""

    dev: Instance
    prod: Instance
    dev_server: Server
    prod_server: Server
    folder: Path
    run: Callable[..., Done]


def small_content(dev: Instance) -> None:
    """One folder with a look and a dashboard on it."""
    dev.insert("lookml_model", {"id": "shop", "name": "shop", "label": "Shop", "project_name": "shop"})
    dev.insert("explore", {**EXPLORE, "fields": FIELDS})
    root = next(f["id"] for f in dev.all("folder") if f.get("is_shared_root"))
    folder = dev.create("folder", name="Sales", parent_id=root)["id"]
    query = dev.create("query", model="shop", view="orders", fields=["orders.count"], limit="500")["id"]
    dev.create("look", title="Orders", folder_id=folder, query_id=query)
    dashboard = dev.create("dashboard", title="KPIs", folder_id=folder)["id"]
    dev.create("dashboard_element", dashboard_id=dashboard, type="vis", title="Count", query_id=query)


@pytest.fixture
def stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Stage]:
    dev = Instance(first_id=1)
    small_content(dev)
    prod = blank_instance(first_id=700, like=dev)
    with serve(dev) as dev_server, serve(prod) as prod_server:
        toml = f'[instances.dev]\nbase_url = "{dev_server.url}"\n'
        toml += f'[instances.prod]\nbase_url = "{prod_server.url}"\n'
        (tmp_path / "lookervault.toml").write_text(toml)
        monkeypatch.chdir(tmp_path)
        for name in ("DEV", "PROD"):
            monkeypatch.setenv(f"LOOKERVAULT_{name}_CLIENT_ID", "sandbox")
            monkeypatch.setenv(f"LOOKERVAULT_{name}_CLIENT_SECRET", "sandbox-secret")

        def run(*words: str) -> Done:
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                main(list(words))
            told = capsys.readouterr()
            return Done(int(ended.value.code or 0), told.out, told.err)

        yield Stage(dev, prod, dev_server, prod_server, tmp_path, run)
