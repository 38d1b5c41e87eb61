from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from lookervault.model import fields
from lookervault.model.fields import BODIES

ROOT = Path(__file__).resolve().parents[2]


def test_the_generated_fields_are_what_the_script_generates() -> None:
    spec = importlib.util.spec_from_file_location("generate_fields", ROOT / "script" / "generate_fields.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.render() == Path(fields.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "never"),
    [
        ("dashboard", ("deleted", "folder", "certification_metadata")),
        ("look", ("deleted", "folder", "query")),
        ("dashboard_element", ("query", "look", "result_maker_id")),
        ("query", ("client_id", "filter_config")),
        ("role", ("permission_set", "model_set")),
        ("user", ("credentials_email", "ui_state")),
        ("credentials_email", ("forced_password_reset_at_next_login",)),
    ],
)
def test_what_is_never_sent(kind: str, never: tuple[str, ...]) -> None:
    for body in BODIES[kind].values():
        assert not set(never) & set(body)


@pytest.mark.parametrize("kind", ["dashboard_element", "dashboard_filter", "dashboard_layout"])
def test_a_parts_dashboard_is_said_only_when_it_is_made(kind: str) -> None:
    assert "dashboard_id" in BODIES[kind]["create"]
    assert "dashboard_id" not in BODIES[kind]["update"]
