"""How kinds may be written, and which of them are managed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Stage
from lookervault.cli.kinds import wanted_kinds
from lookervault.errors import UsageError
from lookervault.model.catalog import KINDS


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.listing])
def test_every_kind_goes_by_its_name_and_by_what_reports_call_it(kind: str) -> None:
    title = KINDS[kind].title
    for word in (kind, f"{kind}s", kind.replace("_", "-"), title, title.upper()):
        assert wanted_kinds([word]) == [kind]


def test_a_kind_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        wanted_kinds(["dashbords"])
    assert (caught.value.message, caught.value.hint) == ("no kind dashbords", "did you mean dashboard?")


def configured(text: str) -> None:
    with Path("lookervault.toml").open("a") as file:
        file.write(text)


def test_only_what_is_managed_is_written(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    assert "look:" in stage.run("plan", "--instance", "prod").out
    configured('[plan]\nmanage = ["folders"]\n')
    done = stage.run("plan", "--instance", "prod")
    assert done.code == 0
    assert "Plan: 1 to create, 0 to update, 0 to delete." in done.out
    assert "folder:Shared/Sales" in done.out
    assert stage.run("apply", "--instance", "prod", "--yes").code == 0
    assert {d["title"] for d in stage.prod.all("look")} == set()


def test_what_an_option_names_is_written_though_it_is_not_managed(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    configured('[plan]\nmanage = ["folders"]\n')
    done = stage.run("plan", "--instance", "prod", "--only-types", "looks")
    assert "look:Shared/Sales/Orders" in done.out
    assert "dashboard:" not in done.out


def test_what_is_not_managed_is_not_pruned(stage: Stage) -> None:
    stage.run("extract", "--instance", "prod")
    query = stage.prod.create("query", model="shop", view="orders", fields=["orders.count"])["id"]
    root = next(f["id"] for f in stage.prod.all("folder") if f.get("is_shared_root"))
    stage.prod.create("look", title="Mine", folder_id=root, query_id=query)
    assert '- look "Mine"' in stage.run("plan", "--instance", "prod", "--prune").out
    configured('[plan]\nmanage = ["folders"]\n')
    assert "No changes." in stage.run("plan", "--instance", "prod", "--prune").out


def test_a_kind_that_nobody_knows_cannot_be_managed(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    configured('[plan]\nmanage = ["fodlers"]\n')
    done = stage.run("plan", "--instance", "prod")
    assert (done.code, "did you mean folder?" in done.err) == (2, True)


def test_the_tree_of_the_configuration_is_used_where_none_is_named(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    assert stage.run("export").code == 2
    configured('[export]\ndir = "content"\n')
    assert stage.run("export").code == 0
    assert (stage.folder / "content").is_dir()
    assert stage.run("validate").out == f"{stage.folder / 'content'} is in order.\n"
    assert stage.run("import").code == 0


def test_memory_near_to_the_limit_is_told_once(stage: Stage) -> None:
    configured("[extract]\nmax_memory_mb = 1\n")
    done = stage.run("extract", "--instance", "dev")
    assert (done.code, done.err.count("max_memory_mb = 1")) == (0, 1)
