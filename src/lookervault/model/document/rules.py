"""What Looker asks of values that belong together, as rules of documents (resource notes, section 4).

Only what is known for sure is here: lists that Looker may have longer (formats, types of filters) are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from lookervault.model.access import PERMISSIONS
from lookervault.model.delivery import WITH_SECRETS
from lookervault.model.document.node import nearest
from lookervault.model.document.records import Rule
from lookervault.model.queries import MISSING
from lookervault.model.values import Link

# enumerations of the API description, which names all of their values
COMPARISONS = (
    *("EQUAL_TO", "GREATER_THAN", "GREATER_THAN_OR_EQUAL_TO", "LESS_THAN", "LESS_THAN_OR_EQUAL_TO"),
    *("INCREASES_BY", "DECREASES_BY", "CHANGES_BY"),
)
ENHANCEMENTS = ("NONE", "STRATEGIC_NARRATIVE")
INVESTIGATED = ("dashboard",)
ALERT_TYPES = ("EMAIL", "ACTION_HUB")
PAPER = ("letter", "legal", "tabloid", "a0", "a1", "a2", "a3", "a4", "a5")
# resource notes, section 4.13; `file` is one that instances are seen to have
ATTRIBUTE_TYPES = (
    *("string", "number", "datetime", "yesno", "zipcode", "relative_url", "file"),
    *("advanced_filter_string", "advanced_filter_number", "advanced_filter_datetime"),
)
# where schedules send to, beside integrations (section 4.14)
_PLAIN = ("email", *sorted(WITH_SECRETS))
_CONTENT = ("dashboard", "look", "lookml_dashboard", "query")
_SHOWN = ("dashboard", "look", "lookml_dashboard")
_SOURCES = ("look", "query", "merge")


def needs(name: str, key: str = "", *, unless: str = "") -> Rule:
    """A value that must be there, whatever else is; not where that other attribute is told."""
    return Rule(
        (name,),
        lambda told: "" if told.get(name) is not None or told.get(unless) else f"{key or name} is missing",
    )


def _given(told: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    return [name for name in names if told.get(name) is not None]


def _one_of(names: tuple[str, ...], why: str) -> Callable[[Mapping[str, Any]], str]:
    def broken(told: Mapping[str, Any]) -> str:
        given = _given(told, names)
        listed = f"{', '.join(names[:-1])} or {names[-1]}"
        return "" if len(given) == 1 else f"{why}: give one of {listed}, not {' and '.join(given) or 'none'}"

    return broken


def _once(name: str, of: str) -> Rule:
    """Each of what the items of a list are about is there once."""

    def broken(told: Mapping[str, Any]) -> str:
        values = told.get(name)
        links = [v.get(of) for v in values if isinstance(v, dict)] if isinstance(values, list) else []
        twice = [link.to for link, n in Counter(x for x in links if isinstance(x, Link)).items() if n > 1]
        return f"{twice[0]} has more than one value" if twice else ""

    return Rule((name,), broken)


def destination_type(text: str) -> str:
    """What is wrong with the type of a schedule's destination; that of an integration has a scheme."""
    if text in _PLAIN or "://" in text:
        return ""
    return f"one of {', '.join(_PLAIN)} is expected, or an integration, not {text!r}{nearest(text, _PLAIN)}"


def _addressed(told: Mapping[str, Any]) -> str:
    kind, address = told.get("type"), told.get("address")
    if kind not in _PLAIN:
        return ""
    return "address is missing" if address is None else _mail(address) if kind == "email" else ""


def _mail(address: Any) -> str:
    return "" if "@" in str(address) else f"an e-mail address is expected, not {address!r}"


def e_mail(text: str) -> str:
    """What is wrong with an e-mail address."""
    return _mail(text)


def time(text: str) -> str:
    """What is wrong with a point in time."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return f"a point in time is expected, such as 2026-01-31T06:00:00Z, not {text!r}"
    return ""


def _alert_addressed(told: Mapping[str, Any]) -> str:
    if told.get("destination_type") == "EMAIL":
        address = told.get("email_address")
        return "address is missing" if address is None else _mail(address)
    hub = told.get("destination_type") == "ACTION_HUB" and told.get("integration") is None
    return "integration is missing" if hub else ""


def _alike(told: Mapping[str, Any]) -> str:
    items = told.get("destinations")
    listed = [d for d in items if isinstance(d, dict)] if isinstance(items, list) else []
    kinds = sorted({str(d.get("destination_type")) for d in listed})
    return f"all destinations are of one type, not {' and '.join(kinds)}" if len(kinds) > 1 else ""


def _wholly(told: Mapping[str, Any]) -> str:
    """A filter on a field names the field (section 4.7)."""
    lacking = [n for n in ("model", "explore", "dimension") if told.get(n) is None]
    wanted = told.get("type") == "field_filter" and lacking
    return f"a filter of the type field_filter needs {', '.join(lacking)}" if wanted else ""


def _one_source(told: Mapping[str, Any]) -> str:
    given = _given(told, _SOURCES)
    return f"a tile shows one of {', '.join(_SOURCES)}, not {' and '.join(given)}" if len(given) > 1 else ""


def _one_shown(told: Mapping[str, Any]) -> str:
    """An item shows one thing, or is a link of its own (section 4.9)."""
    given = _given(told, _SHOWN)
    if len(given) > 1 or not (given or told.get("custom_url")):
        return _one_of((*_SHOWN, "custom_url"), "an item shows something")({k: True for k in given})
    return ""


def _offset(told: Mapping[str, Any]) -> str:
    at = told.get("offset")
    outside = isinstance(at, int | float) and not 0 <= at <= 100
    return f"offset is from 0 to 100, not {at}" if outside else ""


def _own_grants(told: Mapping[str, Any]) -> str:
    """A list that inherits has no grants of its own (section 4.15)."""
    given = _given(told, tuple(PERMISSIONS)) if told.get("inherits") else []
    return (
        f"a list that inherits grants nothing of its own, and here is {' and '.join(given)}" if given else ""
    )


def _hidden(told: Mapping[str, Any]) -> str:
    """Where hidden values may be sent is said of hidden ones only (section 4.13)."""
    open_ = told.get("hidden_value_domain_whitelist") is not None and not told.get("value_is_hidden")
    return "hidden_value_domain_whitelist is only for attributes with value_is_hidden" if open_ else ""


def _in_order(told: Mapping[str, Any]) -> str:
    begin, end = told.get("begin_at"), told.get("end_at")
    late = begin and end and str(begin) >= str(end)
    return f"end_at must be after begin_at, which is {begin}" if late else ""


DESTINATION = (Rule(("type", "address"), _addressed),)
ALERT_DESTINATION = (Rule(("destination_type", "email_address", "integration"), _alert_addressed),)
ACCESS = (Rule(("inherits", *PERMISSIONS), _own_grants),)
ALERT = (Rule(("destinations",), _alike),)
SCHEDULE = (
    needs("name"),
    Rule(("crontab", "datagroup"), _one_of(("crontab", "datagroup"), "a schedule says when it runs")),
    Rule(_CONTENT, _one_of(_CONTENT, "a schedule sends one thing")),
)
ATTRIBUTE = (
    needs("label", unless="built_in"),
    needs("type", unless="built_in"),
    _once("group_values", "group"),
    Rule(("hidden_value_domain_whitelist",), _hidden),
)
THEME = (Rule(("end_at", "begin_at"), _in_order),)
USER = (_once("attribute_values", "attribute"),)
QUERY = (needs("model", unless=MISSING), needs("view", "explore", unless=MISSING))
FILTER = (Rule(("type", "model", "explore", "dimension"), _wholly),)
TILE = (Rule(_SOURCES, _one_source),)
ITEM = (Rule((*_SHOWN, "custom_url"), _one_shown),)
STOP = (Rule(("offset",), _offset),)
