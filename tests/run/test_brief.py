"""Some fields of an object read as a dictionary of them does."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lookervault.run.brief import Brief

FIELDS = ("id", "folder_id", "parent_id", "deleted", "updated_at")
RAW: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from([*FIELDS, "title"]), st.none() | st.booleans() | st.integers() | st.text(max_size=3)
)


@given(RAW)
def test_it_is_what_a_dictionary_of_these_fields_is(raw: dict[str, Any]) -> None:
    told = {field: raw[field] for field in FIELDS if field in raw}
    brief = Brief(raw, FIELDS)
    assert brief == told
    assert [brief.get(field, "none") for field in (*FIELDS, "title")] == [
        told.get(field, "none") for field in (*FIELDS, "title")
    ]
    assert ("updated_at" in brief) == ("updated_at" in told)
    assert msgspec.json.decode(msgspec.json.encode(brief, enc_hook=dict)) == told


def test_it_is_small() -> None:
    """What is the same for all of a kind is held once."""
    one, other = (Brief({"id": id_, "parent_id": "".join(["4", "2"])}, FIELDS) for id_ in ("1", "2"))
    assert one["parent_id"] is other["parent_id"]
    assert one._fields is other._fields
    assert sys.getsizeof(one) + sys.getsizeof(one._values) < sys.getsizeof(dict(one))
