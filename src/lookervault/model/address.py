"""Addresses: a resource's name on any instance, such as `dashboard:Shared/Finance/KPIs`."""

from __future__ import annotations

import msgspec

from lookervault.errors import UsageError


class Address(msgspec.Struct, frozen=True, order=True):
    """A kind and a key; `/` and `\\` inside a name are escaped with a backslash when printed."""

    kind: str
    key: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind}:{'/'.join(escape(name) for name in self.key)}"

    def child(self, kind: str, name: str) -> Address:
        """The address of something named `name` below this one."""
        return Address(kind, (*self.key, name))


def escape(name: str) -> str:
    """A name as it stands in a printed address."""
    return name.replace("\\", "\\\\").replace("/", "\\/")


def parse(text: str) -> Address:
    """The address that prints as `text`."""
    kind, colon, rest = text.partition(":")
    if not colon or not kind or not rest:
        raise UsageError(f"{text!r} is not an address", hint="write it as dashboard:Shared/Finance/KPIs")
    names = [""]
    letters = iter(rest)
    for letter in letters:
        if letter == "/":
            names.append("")
        else:
            names[-1] += next(letters, "") if letter == "\\" else letter
    return Address(kind, tuple(names))
