"""Users, groups and roles in canonical form (resource notes, sections 4.10 to 4.12)."""

from __future__ import annotations

from typing import Any

from lookervault.model.context import Context
from lookervault.model.kind import Identity, Member, Raw
from lookervault.model.normal import text_id
from lookervault.model.values import Link, Value

HOLDERS = (("users", "user"), ("groups", "group"))
# of a user: what he has set, or what was set for him alone, of user attributes
VALUES = "attribute_values"
_OWN = "User Setting"
EVERYBODY = "holds every user"
# who says in which field that he is in a group
MEMBERS = (Member("user", "group_ids", "/users", paged=True), Member("group", "parent_group_ids", "/groups"))


# what a user without an e-mail is called by whoever logs him in: word, credential, field (4.10)
_LOGINS = (
    ("saml", "credentials_saml", "saml_user_id"),
    ("oidc", "credentials_oidc", "oidc_user_id"),
    ("ldap", "credentials_ldap", "ldap_id"),
    ("ldap", "credentials_ldap", "ldap_dn"),
    ("google", "credentials_google", "google_user_id"),
    ("embed", "credentials_embed", "external_user_id"),
)

# the fields of users in which these stand
LOGIN_FIELDS = frozenset({"credentials_email", *(credential for _, credential, _ in _LOGINS)})


def user_email(raw: Raw) -> str:
    """The e-mail that is a user's name on every instance, in lower case; empty where there is none."""
    told = (
        raw,
        *(c for _, name, _ in (("", "credentials_email", ""), *_LOGINS) for c in credentials(raw, name)),
    )
    return next((str(t["email"]).strip().lower() for t in told if t.get("email")), "")


def credentials(raw: Raw, name: str) -> list[Raw]:
    """The credentials of one sort; of embed users there may be several."""
    found = raw.get(name) or []
    return found if isinstance(found, list) else [found]


def user_identity(raw: Raw, context: Context) -> Identity:
    """A user goes by e-mail, else by the key of a login; any other by a name people know, and an id."""
    email = user_email(raw)
    if email:
        return Identity(email)
    if raw.get("service_account_name"):
        return Identity(f"service:{raw['service_account_name']}")
    for word, name, field in _LOGINS:
        key = next((c[field] for c in credentials(raw, name) if c.get(field)), None)
        if key is not None:
            return Identity(f"{word}:{key}")
    known_as = " ".join(str(raw[f]) for f in ("first_name", "last_name") if raw.get(f))
    return Identity(f"{known_as}#{text_id(raw.get('id'))}", local=True)


def user_guard(raw: Raw) -> str:
    """Why this user is mapped and never written."""
    if raw.get("verified_looker_employee"):
        return "a Looker support user"
    if raw.get("is_service_account"):
        return "a service account"
    if not user_email(raw):
        return "an embed user" if credentials(raw, "credentials_embed") else "has no e-mail"
    if not raw.get("credentials_email"):
        return "logs in without an e-mail credential"
    return ""


def user_extra(raw: Raw, context: Context) -> dict[str, Value]:
    """The e-mail credential, without its links for password and set-up, and his values of user attributes."""
    credential = raw.get("credentials_email") or {}
    found: dict[str, Value] = {"email": user_email(credential)} if credential.get("email") else {}
    rows: list[Any] = context.raw(f"user.{VALUES}", text_id(raw.get("id"))) or []
    values = [
        {
            "attribute": Link(context.address_of("user_attribute", row["user_attribute_id"])),
            "value": row["value"],
        }
        for row in rows
        # what comes from a group or is the default is not his, what is hidden is nobody's to read (4.13)
        if row.get("source") == _OWN and not row.get("value_is_hidden") and row.get("value") is not None
    ]
    return found | ({VALUES: sorted(values, key=lambda v: v["attribute"])} if values else {})


def user_unknown(raw: Raw, context: Context) -> tuple[str, ...]:
    """Values of user attributes, where nobody asked for them."""
    return () if context.raw(f"user.{VALUES}", text_id(raw.get("id"))) is not None else (VALUES,)


def group_guard(raw: Raw) -> str:
    """Why this group is mapped and never written."""
    if raw.get("include_by_default"):
        return EVERYBODY
    if raw.get("externally_managed"):
        return "externally managed"
    return "an embed group" if raw.get("external_group_id") else ""


def group_extra(raw: Raw, context: Context) -> dict[str, Value]:
    """Members: users by their own `group_ids`, groups by their `parent_group_ids`."""
    own = text_id(raw.get("id"))
    found: dict[str, Value] = {}
    for each in MEMBERS:
        members = context.inverse(each.kind, each.field).get(own)
        if members:
            found[f"{each.kind}s"] = sorted(Link(context.address_of(each.kind, i)) for i in members)
    return found


def group_unknown(raw: Raw, context: Context) -> tuple[str, ...]:
    """Members that the caller could not list, or that this instance does not tell."""
    hierarchy = any("parent_group_ids" in group for group in context.all("group").values())
    missing = ("users",) if not context.known("user") else ()
    return missing if hierarchy else (*missing, "groups")


def is_admin_role(raw: Raw) -> bool:
    """Whether a role may do everything with all models."""
    sets: list[Any] = [raw.get("permission_set") or {}, raw.get("model_set") or {}]
    return all(s.get("all_access") for s in sets)


def role_guard(raw: Raw) -> str:
    """Why this role is mapped and never written."""
    if is_admin_role(raw):
        return "the admin role"
    return "internal to Looker" if raw.get("internal") else ""


def role_extra(raw: Raw, context: Context) -> dict[str, Value]:
    """The two sets by name, and who holds the role directly."""
    own = text_id(raw.get("id"))
    found: dict[str, Value] = {}
    for field in ("permission_set", "model_set"):
        inner = raw.get(field) or {}
        if inner.get("id") is not None:
            found[field] = Link(context.address_of(field, inner["id"]))
    for name, kind in HOLDERS:
        ids = [h.get("id") for h in context.raw(f"role.{name}", own) or []]
        if ids:
            found[name] = sorted(Link(context.address_of(kind, i)) for i in ids)
    return found


def role_unknown(raw: Raw, context: Context) -> tuple[str, ...]:
    """Holders that the caller could not list."""
    own = text_id(raw.get("id"))
    return tuple(name for name, _ in HOLDERS if context.raw(f"role.{name}", own) is None)


def set_guard(raw: Raw) -> str:
    """Why this permission or model set is mapped and never written."""
    return "built in" if raw.get("built_in") or raw.get("all_access") else ""
