"""YAML as people read it: block style for long text, keys in the order given, no anchors."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import yaml

_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}  # what a terminal could obey, or nobody sees
_HELD = "\n\t\u200d\ufe0f"  # lines and columns, and what holds emoji together


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = '"' if any(map(_odd, value)) else "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _odd(char: str) -> bool:
    return char not in _HELD and unicodedata.category(char) in _UNSAFE


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}") if _odd(found[0]) else found[0]


def dump(value: Any) -> str:
    """The value as YAML; texts with what could act on a terminal stand in double quotes, as escapes."""
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return re.sub(r"[^\n -~]", _escape, text)
