"""What a server makes of nothing in one query is known of all."""

from __future__ import annotations

from pathlib import Path

from lookervault.model.normal import digest
from lookervault.run.echoes import Ear, echoes
from lookervault.store.vault import open_vault

HOST = "looker.example"


def test_defaults_of_queries_hold_for_all_and_nothing_else_of_them_is_kept(tmp_path: Path) -> None:
    with open_vault(tmp_path / "v.db") as vault:
        ear = Ear(vault, HOST)
        body = {"model": "m", "view": "v", "row_total": "right"}
        answer = {**body, "id": "q1", "limit": "500", "row_total": "left", "client_id": "x", "total": None}
        ear.hear("POST", ["queries"], body, answer)
        ear.hear("POST", ["merge_queries"], {"source_queries": []}, {"id": "m1", "column_limit": "50"})
        assert echoes(vault, HOST) == {
            ("query", "limit", "", digest(None)): digest("500"),
            ("merge_query", "column_limit", "", digest(None)): digest("50"),
        }
        assert ear.notes == []


def test_what_a_server_drops_of_a_result_maker_is_not_sent_for_ever(tmp_path: Path) -> None:
    with open_vault(tmp_path / "v.db") as vault:
        ear = Ear(vault, HOST)
        maker = {"filterables": [], "sorts": ["a.b"], "total": True}
        kept, dropped = {"id": "7", "result_maker": maker}, {"id": "8", "result_maker": {"sorts": ["c.d"]}}
        for answer in (kept, dropped):
            ear.hear("PATCH", ["dashboard_elements", answer["id"]], {"result_maker": maker}, answer)
        sent = digest({"sorts": ["a.b"], "total": True})
        assert echoes(vault, HOST) == {("dashboard_element", "overrides", "8", sent): digest(None)}
        assert len(ear.notes) == 1


def test_that_a_total_is_off_is_nothing_that_a_server_kept(tmp_path: Path) -> None:
    with open_vault(tmp_path / "v.db") as vault:
        ear = Ear(vault, HOST)
        maker = {"filterables": [], "sorts": ["a.b"], "total": False}
        answer = {"id": "8", "result_maker": {"sorts": None, "total": False}}
        ear.hear("PATCH", ["dashboard_elements", "8"], {"result_maker": maker}, answer)
        sent = digest({"sorts": ["a.b"], "total": False})
        assert echoes(vault, HOST) == {("dashboard_element", "overrides", "8", sent): digest(None)}
