"""Some fields of an object read as a dictionary of them does."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lookervault.run.brief import LEAST, Brief, brief

FIELDS = ("id", "folder_id", "parent_id", "deleted", "updated_at")
RAW: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from([*FIELDS, "title"]), st.none() | st.booleans() | st.integers() | st.text(max_size=3)
)


@given(RAW)
def test_it_is_what_a_dictionary_of_these_fields_is(raw: dict[str, Any]) -> None:
    told = {field: raw[field] for field in FIELDS if field in raw}
    made = brief(raw, FIELDS)
    assert made == told
    assert [made.get(field, "none") for field in (*FIELDS, "title")] == [
        told.get(field, "none") for field in (*FIELDS, "title")
    ]
    assert ("updated_at" in made) == ("updated_at" in told)
    assert msgspec.json.decode(msgspec.json.encode(made, enc_hook=dict)) == told


@given(RAW)
def test_the_least_is_an_id_and_a_folder(raw: dict[str, Any]) -> None:
    made = brief(raw, LEAST)
    assert made == {"id": raw.get("id"), "folder_id": raw.get("folder_id")}
    assert made.get("deleted") is None
    assert "updated_at" not in made
    assert sys.getsizeof(made) < sys.getsizeof(Brief(made, LEAST)) + sys.getsizeof(("", ""))


def test_it_is_small() -> None:
    """What is the same for all of a kind is held once."""
    one, other = (Brief({"id": id_, "parent_id": "".join(["4", "2"])}, FIELDS) for id_ in ("1", "2"))
    assert one["parent_id"] is other["parent_id"]
    assert one._fields is other._fields
    assert sys.getsizeof(one) + sys.getsizeof(one._values) < sys.getsizeof(dict(one))
