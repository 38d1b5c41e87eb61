"""Trees of what a caller who is no admin was shown: they ask for no more than the snapshot itself does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lookervault.errors import ApiError, Refused
from lookervault.model.document.reading import IN_PART
from lookervault.plan.plan import Plan
from lookervault.plan.policy import Policy
from lookervault.run.caller import NO_ADMIN
from lookervault.run.extract import Extraction, extract
from lookervault.run.planning import Request, plan_request
from lookervault.run.tree import export_tree, import_tree, tree_state
from lookervault.sandbox import Instance
from world import ALL_KINDS, World, world

from .delivering import delivering_target
from .everything import everything
from .small import named
from .test_no_admin import as_ben
from .test_unseen_parts import close, closed_source, forgotten, item, mine, without_hidden_items

PRUNE = Policy(prune=True)


def plan(both: World, desired: str) -> Plan:
    request = Request(desired, policy=PRUNE)
    return plan_request(
        both.target_gateway, both.vault, request, target_name="target", workers=8, listener=both.events.append
    )


def told(plan: Plan) -> set[tuple[str, ...]]:
    """Each change with what it does, and what is said of either side's caller."""
    changes = {
        (c.action.name, c.address, *sorted(c.after), *sorted(f"{p.action.name} {p.label}" for p in c.parts))
        for c in plan.changes
    }
    warnings = (f for f in plan.findings if f.level == "warning")
    return changes | {("finding", f.address, f.message.replace(IN_PART, NO_ADMIN)) for f in warnings}


@pytest.mark.parametrize("known", [True, False], ids=["known", "new"])
@pytest.mark.parametrize("make", [everything, closed_source])
def test_a_tree_takes_away_no_more_than_its_snapshot(
    make: Callable[[], Instance], known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make()
    with world(source, delivering_target(source)) as both:
        both.migrate()
        if make is closed_source:
            close(source)
            item(source, mine(source), custom_url="https://example.com/b", custom_title="B")
        if not known:
            forgotten(both)
        with as_ben(both, "source") as narrow:
            if make is closed_source:
                without_hidden_items(narrow.source_gateway, monkeypatch)
            snapshot = narrow.extract()
        wanted = told(plan(both, f"@{snapshot.number}"))
        root = both.folder / "tree"
        export_tree(both.vault, snapshot, root)
        assert told(plan(both, str(root))) == wanted
        stored = import_tree(both.vault, root)
        assert told(plan(both, f"@{stored.number}")) == wanted


def test_a_tree_of_one_folder_takes_nothing_else_away() -> None:
    source = everything()
    with world(source, delivering_target(source)) as both:
        both.migrate()
        part = Extraction("source", ALL_KINDS, workers=8, folder="folder:Shared/Sales")
        snapshot = extract(both.source_gateway, both.vault, part, both.events.append)
        root = both.folder / "tree"
        export_tree(both.vault, snapshot, root)
        assert [c for c in plan(both, str(root)).changes if c.kind in ("dashboard", "look")] == []


def test_an_access_list_that_could_not_be_read_is_no_list_that_inherits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with world(everything()) as both:
        get = both.source_gateway.get
        sales = named(both.source.instance, "folder", name="Sales")["content_metadata_id"]

        def refusing(path: Any, **query: Any) -> Any:
            if query.get("parent_id") == sales:
                raise ApiError("Not found", status=404)
            return get(path, **query)

        monkeypatch.setattr(both.source_gateway, "get", refusing)
        snapshot = both.extract()
        assert snapshot.scope["content_access"]["status"] == "filtered"
        monkeypatch.undo()
        root = both.folder / "tree"
        export_tree(both.vault, snapshot, root)
        assert "content_access:Shared/Sales/EMEA" not in tree_state(root).resources
        assert plan(both, str(root)).changes == []


def test_who_sees_less_does_not_empty_a_tree_that_tells_all() -> None:
    with world(everything()) as both:
        root = both.folder / "tree"
        export_tree(both.vault, both.extract(), root)
        before = {p: p.read_bytes() for p in root.rglob("*.yaml")}
        with as_ben(both, "source") as narrow:
            seen = narrow.extract()
        with pytest.raises(Refused, match="the caller is no admin") as refused:
            export_tree(both.vault, seen, root)
        assert "16 files would go" in str(refused.value)
        assert {p: p.read_bytes() for p in root.rglob("*.yaml")} == before
        other = both.folder / "other"
        export_tree(both.vault, seen, other)
        with as_ben(both, "source") as narrow:
            both.source.instance.delete("dashboard", both.source.instance.all("dashboard")[0]["id"])
            assert export_tree(both.vault, narrow.extract(), other).removed
