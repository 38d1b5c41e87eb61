"""What programs are told of a plan as JSON is what they get."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from lookervault.report.data import render_json
from lookervault.report.schema import PlanShape, plan_schema
from report.test_hostile import TEXTS, plans
from report.test_json import example


def test_a_plan_has_the_published_shape() -> None:
    shape = msgspec.json.decode(render_json(example()), type=PlanShape)
    assert [c.address for c in shape.changes] == ["dashboard:Shared/New", "look:Shared/L"]


@given(TEXTS)
def test_any_plan_has_it(text: str) -> None:
    for plan in plans(text):
        assert msgspec.json.decode(render_json(plan), type=PlanShape).fingerprint == plan.fingerprint


def test_what_is_not_published_is_refused() -> None:
    more = render_json(example()).replace('"fingerprint"', '"secret": 1, "fingerprint"', 1)
    with pytest.raises(msgspec.ValidationError, match="secret"):
        msgspec.json.decode(more, type=PlanShape)


def test_the_schema_names_every_field() -> None:
    schema = plan_schema()
    names = set(schema["$defs"]["PlanShape"]["properties"])
    assert names == {f.name for f in msgspec.structs.fields(PlanShape)}
