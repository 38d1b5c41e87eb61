"""Secrets that the API itself returns are replaced at the door by a salted digest.

The digest shows that a value changed without telling it (requirements row C6).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

# links that let their holder take an account over, and values meant for one party only
SECRET_FIELDS = frozenset(
    {
        "password",
        "password_reset_url",
        "account_setup_url",
        "secret",
        "client_secret",
        "secret_parameters",
        "authorization_token",
        "certificate",
        "git_password",
        "deploy_secret",
        "access_token",
        "refresh_token",
        "auth_password",
        "pdt_password",
        "pdt_certificate",
        "test_ldap_password",
        "custom_s3_secret",
    }
)
# what people write into visualisations and filters is theirs, whatever its fields are called
OPAQUE_FIELDS = frozenset({"vis_config", "filters", "filter_config", "ui_config", "dynamic_fields"})
MARKER = "lookervault:secret:"
# values of user attributes where these are hidden
_HIDDEN = ("value", "default_value")
_MASK = "DEFAULT_IS_SET"  # what Looker itself shows in the place of a hidden default
_NESTED = frozenset({dict, list})


def redact(value: Any, salt: bytes) -> Any:
    """A copy of raw JSON with secret fields replaced; the same object where there are none."""
    return _copied(value, salt) if _may_have_secrets(value) else value


def _may_have_secrets(value: Any) -> bool:
    """Whether a secret may be anywhere in raw JSON: mostly there is none, and then nothing is copied.

    Every value there is passes here, so what holds plain values only is passed over in one go.
    """
    if type(value) is dict:
        if value.get("value_is_hidden") or not SECRET_FIELDS.isdisjoint(value):
            return True
        if not _NESTED.isdisjoint(map(type, value.values())):
            for field, inner in value.items():
                if type(inner) in _NESTED and field not in OPAQUE_FIELDS and _may_have_secrets(inner):
                    return True
    elif type(value) is list and not _NESTED.isdisjoint(map(type, value)):
        for inner in value:
            if _may_have_secrets(inner):
                return True
    return False


def _copied(value: Any, salt: bytes) -> Any:
    if isinstance(value, dict):
        hidden = _HIDDEN if value.get("value_is_hidden") else ()
        changed = {k: _redacted(k, v, salt, k in hidden) for k, v in value.items()}
        return changed if any(changed[k] is not v for k, v in value.items()) else value
    if isinstance(value, list):
        items = [_copied(v, salt) for v in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value


def _redacted(field: str, value: Any, salt: bytes, hidden: bool) -> Any:
    if field in OPAQUE_FIELDS:
        return value
    if not (hidden or field in SECRET_FIELDS) or value in (None, "", [], {}) or isinstance(value, bool):
        return _copied(value, salt)
    if isinstance(value, str) and (value.startswith(MARKER) or value == _MASK):
        return value
    return MARKER + hmac.new(salt, repr(value).encode(), hashlib.sha256).hexdigest()[:24]
