from __future__ import annotations

import pytest

from lookervault.errors import ApiError
from lookervault.sandbox import Instance

from .conftest import Api


def first(inst: Instance, kind: str, **wanted: object) -> dict[str, object]:
    return next(r for r in inst.all(kind) if all(r.get(k) == v for k, v in wanted.items()))


def test_records_are_given_as_copies(inst: Instance) -> None:
    copy = inst.get("dashboard", "1")
    assert copy is not None
    copy["title"] = "changed"
    assert inst.get("dashboard", "1") != copy
    assert inst.get("dashboard", "99999") is None


def test_edits_are_as_in_the_ui(inst: Instance, api: Api) -> None:
    element = first(inst, "dashboard_element", title="Orders")
    before = inst.get("dashboard", element["dashboard_id"])
    inst.edit("dashboard_element", element["id"], title="All orders")
    after = inst.get("dashboard", element["dashboard_id"])
    assert before is not None and after is not None
    assert after["updated_at"] > before["updated_at"]
    assert api.get(f"/dashboard_elements/{element['id']}").body["title"] == "All orders"
    inst.edit("folder", first(inst, "folder", name="EMEA")["id"], name="Europe")
    assert first(inst, "folder", name="Europe")
    with pytest.raises(ApiError):
        inst.edit("dashboard", element["dashboard_id"], title="")
    with pytest.raises(ApiError):
        inst.edit("dashboard", "99999", title="X")


def test_replacing_a_query_moves_its_id(inst: Instance) -> None:
    element = first(inst, "dashboard_element", title="Revenue by country")
    old = inst.get("query", element["query_id"])
    new = inst.replace_query("dashboard_element", element["id"], limit="3")
    changed = inst.get("dashboard_element", element["id"])
    assert old is not None and changed is not None
    assert changed["query_id"] == new != old["id"]
    assert (inst.get("query", new) or {})["fields"] == old["fields"]
    look = inst.all("look")[0]
    inst.replace_query("look", look["id"], total=True)
    assert (inst.get("look", look["id"]) or {})["query_id"] != look["query_id"]
    with pytest.raises(ApiError):
        inst.replace_query("dashboard_element", str(first(inst, "dashboard_element", type="text")["id"]))


def test_create_and_delete(inst: Instance, shared: str) -> None:
    folder = inst.create("folder", name="Direct", parent_id=shared)
    made = inst.create("dashboard", title="Direct", folder_id=folder["id"])
    inst.delete("folder", folder["id"])
    assert inst.get("dashboard", made["id"]) is None
    for refused in (
        lambda: inst.create("dashboard_layout_component"),
        lambda: inst.edit("query", inst.all("query")[0]["id"], limit="1"),
        lambda: inst.delete("query", inst.all("query")[0]["id"]),
    ):
        with pytest.raises(ApiError):
            refused()


def test_inserted_records_are_kept_as_they_are(inst: Instance) -> None:
    inst.insert("group", {"id": "4000", "odd": True})
    assert inst.get("group", "4000") == {"id": "4000", "odd": True}
    assert inst.create("group", name="Next")["id"] == "4001"


def test_leniency(inst: Instance, api: Api, box: str) -> None:
    inst.strict = False
    made = api.made("/dashboards", title="Lenient", folder_id=box, id="77", nonsense=1, hidden="yes")
    assert (made["id"] != "77", made["hidden"]) == (True, False)
    assert "nonsense" not in made
    assert Instance(strict=False).strict is False


def test_time_never_stands_still(inst: Instance) -> None:
    stamps = [inst.now() for _ in range(50)]
    assert stamps == sorted(set(stamps))
    assert stamps[0].endswith("+00:00")
