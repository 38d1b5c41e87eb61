"""Making text from Looker harmless for a terminal."""

from __future__ import annotations

import json
import re
import unicodedata

# bidirectional controls can make a line read as something it is not
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_JOINERS = {"\u200d", "\ufe0f"}  # hold emoji together and hide nothing


def visible(text: str) -> str:
    """The text with control and invisible characters shown as escapes; line ends and tabs too."""
    if text.isprintable():
        return text
    return "".join(c if _harmless(c) else _escape(c) for c in text)


def in_json(text: str) -> str:
    """JSON in which what a terminal could obey, or take for a line end, is escaped as JSON escapes it."""
    return re.sub(r"[^\n -~]", lambda m: m[0] if _harmless(m[0]) else json.dumps(m[0])[1:-1], text)


def _harmless(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in _UNSAFE


def _escape(char: str) -> str:
    common = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    code = ord(char)
    return common.get(char) or (f"\\x{code:02x}" if code < 256 else f"\\u{{{code:x}}}")


def lines(text: str) -> list[str]:
    """The lines of a text, each made harmless."""
    return [visible(line) for line in text.split("\n")]
