"""What an object has that the API gives nobody, so that whoever makes it anew enters it by hand.

Resource notes, section 11; requirements row P13.
"""

from __future__ import annotations

from lookervault.model.kind import Raw
from lookervault.model.people import credentials

_SINGLE_SIGN_ON = ("saml", "oidc", "ldap", "google", "looker_openid", "workforce")


def user_handwork(raw: Raw) -> tuple[str, ...]:
    """Logins of a user beside the e-mail; none of them can be made through the API (4.10)."""
    found = []
    if credentials(raw, "credentials_api3"):
        found.append("API keys are not copied: make new ones for who needs them")
    if credentials(raw, "credentials_totp"):
        found.append("the second factor is enrolled again at the next login")
    if any(credentials(raw, f"credentials_{name}") for name in _SINGLE_SIGN_ON):
        found.append("the single sign-on link comes back with the first login through the identity provider")
    return tuple(found)


def attribute_handwork(raw: Raw) -> tuple[str, ...]:
    """Hidden values can never be read (4.13)."""
    hidden = "its values are hidden, so no backup has them: enter the default and those of groups and users"
    return (hidden,) if raw.get("value_is_hidden") else ()


def board_handwork(raw: Raw) -> tuple[str, ...]:
    """Images of items can be written but not read (4.9)."""
    sections = raw.get("board_sections") or []
    items = [item for section in sections for item in section.get("board_items") or []]
    images = sum(bool(item.get("use_custom_image")) for item in items)
    return (f"images of items cannot be read: upload {images} again",) if images else ()


def look_handwork(raw: Raw) -> tuple[str, ...]:
    """Public addresses belong to one object on one instance (4.2)."""
    return ("is public and gets another public address: tell those who use it",) if raw.get("public") else ()


def model_handwork(raw: Raw) -> tuple[str, ...]:
    """Of a model only the configuration is in the API (4.17)."""
    return ("this is only its configuration: its LookML comes from git, deploy the project",)
