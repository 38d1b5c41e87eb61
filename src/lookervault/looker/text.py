"""Foreign text made safe to show: no markup, no control characters, not long, no secrets."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

LONGEST = 300
_READ = 20_000
_SHORTEST_SECRET = 8
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")


def excerpt(text: str, secrets: Iterable[str] = ()) -> str:
    """The readable beginning of `text` on one line, at most 300 characters, without any of `secrets`."""
    text = text[:_READ]
    for secret in secrets:
        # Anything shorter is no secret but a word that may be part of others.
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def strip_markup(page: str) -> str:
    """What a reader of the HTML `page` would see."""
    return html.unescape(_TAG.sub(" ", _UNSEEN.sub(" ", page[:_READ])))
