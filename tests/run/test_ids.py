"""Which ids are known to belong to something."""

from __future__ import annotations

from lookervault.model.values import Link
from lookervault.run.ids import Ids

LOOK = Link("look:any")


def test_ids_are_bound_by_kind() -> None:
    ids = Ids([("look:A", "", "1"), ("dashboard:B", "", "2"), ("dashboard:B", "element:x", "3")])
    assert [id_ in ids.bound(LOOK) for id_ in ("1", "2", "3")] == [True, False, False]
    assert "3" in ids.bound(Link("dashboard:any", "element:any"))
    assert "3" not in ids.bound(Link("dashboard:any"))
    assert "1" not in ids.bound(Link("folder:any"))


def test_what_is_learned_is_bound_at_once_and_what_it_replaces_is_free() -> None:
    ids = Ids([("look:A", "", "1"), ("look:B", "", "1")])
    bound = ids.bound(LOOK)
    ids.learn({"look:A": "7"})
    assert ("7" in bound, "1" in bound) == (True, True)
    ids.learn({"look:B": "8"})
    assert ("8" in bound, "1" in bound) == (True, False)
    ids.learn_all([("look:C", "", "9")])
    assert "9" in bound
    assert ids.get(Link("look:A")) == "7"
