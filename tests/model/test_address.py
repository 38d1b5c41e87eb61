from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lookervault.errors import UsageError
from lookervault.model.address import Address, parse

# what could be taken for syntax comes up often
NAMES = st.text(st.sampled_from("/\\:#\"'\n\t é🙂a") | st.characters(), max_size=8)
KEYS = st.lists(NAMES, min_size=1, max_size=5).map(tuple)


@given(KEYS)
@example(("Shared", "a/b", "c\\"))
@example(("", ""))
@example(("\\/", "/", "\n"))
def test_an_address_reads_back_from_what_it_prints(key: tuple[str, ...]) -> None:
    address = Address("dashboard", key)
    if str(address) != "dashboard:":
        assert parse(str(address)) == address


@given(KEYS, KEYS)
def test_different_keys_print_differently(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (str(Address("look", one)) == str(Address("look", other))) == (one == other)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (Address("dashboard", ("Shared", "Finance", "KPIs")), "dashboard:Shared/Finance/KPIs"),
        (Address("folder", ("Shared", "R/D")), r"folder:Shared/R\/D"),
        (Address("folder", ("Shared", "C:\\temp")), r"folder:Shared/C:\\temp"),
        (Address("folder", ("Shared", "")), "folder:Shared/"),
        (Address("user", ("ann@example.com",)), "user:ann@example.com"),
        (Address("lookml_dashboard", ("shop::daily",)), "lookml_dashboard:shop::daily"),
    ],
)
def test_how_an_address_is_written(address: Address, text: str) -> None:
    assert str(address) == text
    assert parse(text) == address


@pytest.mark.parametrize("text", ["", "dashboard", "dashboard:", ":Shared", ":", "Shared/Finance"])
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="is not an address") as caught:
        parse(text)
    assert "dashboard:Shared/Finance/KPIs" in caught.value.hint


def test_a_child_lies_below_its_parent() -> None:
    shared = Address("folder", ("Shared",))
    assert str(shared.child("dashboard", "Q1/Q2")) == r"dashboard:Shared/Q1\/Q2"


def test_addresses_sort_by_kind_then_name() -> None:
    unsorted = [Address("look", ("a",)), Address("folder", ("b",)), Address("folder", ("a", "z"))]
    assert [str(a) for a in sorted(unsorted)] == ["folder:a/z", "folder:b", "look:a"]
