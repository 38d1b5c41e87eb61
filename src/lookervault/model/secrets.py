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


def redact(value: Any, salt: bytes) -> Any:
    """A copy of raw JSON with secret fields replaced; the same object where there are none."""
    if isinstance(value, dict):
        changed = {k: _redacted(k, v, salt) for k, v in value.items()}
        return changed if any(changed[k] is not v for k, v in value.items()) else value
    if isinstance(value, list):
        items = [redact(v, salt) for v in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value


def _redacted(field: str, value: Any, salt: bytes) -> Any:
    if field in OPAQUE_FIELDS:
        return value
    if field not in SECRET_FIELDS or value in (None, "", [], {}) or isinstance(value, bool):
        return redact(value, salt)
    if isinstance(value, str) and value.startswith(MARKER):
        return value
    return MARKER + hmac.new(salt, repr(value).encode(), hashlib.sha256).hexdigest()[:24]
