"""Overlays from lookervault.toml to what is on the target."""

from __future__ import annotations

from typing import Any

from .conftest import Stage


def overlay(stage: Stage, *lines: str) -> None:
    path = stage.folder / "lookervault.toml"
    told = "\n".join(["", "[instances.prod.overlay]", *lines, ""])
    path.write_text(path.read_text().partition("\n[instances.prod.overlay]")[0] + told)


def shop_there(stage: Stage) -> None:
    """Prod has the model under another name, and a user who is to own what dev's admin owns."""
    fields: Any = {"dimensions": [{"name": "orders.day"}], "measures": [{"name": "orders.count"}]}
    explore = {"id": "sales::orders", "name": "orders", "model_name": "sales", "fields": fields}
    stage.prod.insert("lookml_model", {"id": "sales", "name": "sales", "label": "S", "project_name": "s"})
    stage.prod.insert("explore", explore)


def test_from_dev_to_prod(stage: Stage) -> None:
    shop_there(stage)
    overlay(stage, 'models = { shop = "sales" }', 'ignore_fields = ["look.description"]')
    stage.run("extract", "--instance", "dev", "--quiet")
    plan = stage.run("plan", "-i", "prod", "-q")
    assert plan.code == 0, plan.err
    assert "overlay: model shop is sales here, in " in plan.out
    assert 'query.model = "sales"' in plan.out
    done = stage.run("apply", "-i", "prod", "-q", "--yes")
    assert done.code == 0, done.err
    made = {q["id"]: q["model"] for q in stage.prod.all("query")}
    (look,) = stage.prod.all("look")
    assert made[look["query_id"]] == "sales"
    # a look that differs in what is ignored only is as desired
    stage.prod.edit("look", look["id"], description="prod's own")
    assert stage.run("plan", "-i", "prod", "-q", "--detailed-exitcode").code == 0
    assert stage.run("drift", "@latest", "-i", "prod", "-q").code == 0
    assert stage.run("plan", "-i", "dev", "-q", "--detailed-exitcode").code == 0
    # what goes by another name at the source is nothing to be pruned
    pruned = stage.run("plan", "-i", "prod", "-q", "--prune", "--format", "json").out
    assert "is sales here" in pruned
    assert "lookml_model:sales" not in pruned


def test_mistakes_are_named(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    overlay(stage, 'modles = { shop = "sales" }')
    done = stage.run("plan", "-i", "prod", "-q")
    assert done.code == 2
    assert "unknown key instances.prod.overlay.modles" in done.err
    assert "did you mean 'models'?" in done.err
    overlay(stage, 'ignore_fields = ["loook.description"]')
    done = stage.run("plan", "-i", "prod", "-q")
    assert done.code == 2
    assert "did you mean 'look'?" in done.err


def test_what_is_protected_there_only(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    stage.run("apply", "-i", "prod", "-q", "--yes")
    overlay(stage, 'protect = ["look:*"]')
    for instance in (stage.dev, stage.prod):
        instance.edit("look", instance.all("look")[0]["id"], description="by hand")
    assert stage.run("plan", "-i", "dev", "-q", "--detailed-exitcode").code == 2
    done = stage.run("plan", "-i", "prod", "-q", "--detailed-exitcode")
    assert done.code == 0
    assert "is protected" in done.out
    assert stage.run("drift", "@1", "-i", "prod", "-q").code == 2


def test_in_a_restore_and_in_a_graph(stage: Stage) -> None:
    shop_there(stage)
    overlay(stage, 'models = { shop = "sales" }', 'protect = ["dashboard:*"]')
    stage.run("extract", "--instance", "dev", "--quiet")
    assert "+ look:Shared/Sales/Orders" in stage.run("graph", "@1", "-i", "prod", "-q").out
    assert "dashboard:" not in stage.run("graph", "@1", "-i", "prod", "-q").out
    one = ("single", "look", "look:Shared/Sales/Orders", "-i", "prod", "--source-instance", "dev")
    done = stage.run("restore", *one)
    assert done.code == 0, done.err
    (look,) = stage.prod.all("look")
    assert {q["id"]: q["model"] for q in stage.prod.all("query")}[look["query_id"]] == "sales"
    stage.prod.edit("look", look["id"], title="Theirs")
    done = stage.run("restore", "all", "-i", "prod", "-q", "--yes", "--source-instance", "dev")
    assert done.code == 0, done.err
    assert [x["title"] for x in stage.prod.all("look")] == ["Orders"]
    assert {q["model"] for q in stage.prod.all("query")} == {"sales"}
    assert not stage.prod.all("dashboard")
