"""Users and their e-mail credentials (resource notes, section 4.10)."""

from __future__ import annotations

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import Kind, can, present, register
from lookervault.sandbox.problems import conflict, forbidden, invalid, missing, not_found, taken
from lookervault.sandbox.router import GONE, Ask, Page, listing, operation
from lookervault.sandbox.rules import folders, grants, membership
from lookervault.sandbox.rules.dashboards import name_of
from lookervault.sandbox.rules.membership import groups_of, is_admin, roles_of
from lookervault.sandbox.search import Column
from lookervault.sandbox.state import Record, State

DEFAULTS: Record = {
    "can_manage_api3_creds": False,
    "first_name": "",
    "is_disabled": False,
    "last_name": "",
    "locale": "en",
    "models_dir_validated": False,
    "ui_state": {},
}
# users who are not people of the house, as Looker says of them
_NOT_PEOPLE = (
    *("presumed_looker_employee", "verified_looker_employee"),
    *("is_iam_admin", "is_service_account"),
)


def _clean(state: State, body: Record) -> Record:
    """Nulls become what the server puts there; the home folder must exist."""
    clean = {key: DEFAULTS.get(key) if value is None else value for key, value in body.items()}
    if clean.get("home_folder_id"):
        state.find("folder", clean["home_folder_id"])
    elif "home_folder_id" in clean:
        clean["home_folder_id"] = folders.root(state, "is_shared_root")["id"]
    return clean


def create(state: State, body: Record) -> Record:
    """A user without credentials, with a personal folder of his own."""
    record = {**DEFAULTS, **_clean(state, {"home_folder_id": None, **body}), "id": None}
    user = state.add("user", {**record, "created_at": state.now()})
    users_root = folders.root(state, "is_users_root")
    name = name_of(state, user["id"]) or f"User {user['id']}"
    owner = {"is_personal": True, "creator_id": user["id"]}
    personal = folders.new_folder(state, name, users_root["id"], **owner)
    grants.give(state, personal, grants.EDIT, user_id=user["id"])
    state.change("user", user, {"personal_folder_id": personal["id"]})
    return user


def change(state: State, found: Record, changes: Record) -> None:
    """New values; the personal folder follows the name."""
    if changes.get("is_disabled"):
        _check_removable(state, found)
    state.change("user", found, _clean(state, changes))
    personal = state.peek("folder", found["personal_folder_id"])
    name = name_of(state, found["id"])
    if personal is not None and name:
        state.change("folder", personal, {"name": name})


def remove(state: State, found: Record) -> None:
    """The user and his memberships; his personal content goes to the trash (section 4.10)."""
    _check_removable(state, found)
    personal = state.peek("folder", found["personal_folder_id"])
    for folder in list(folders.below(state, personal)) if personal else []:
        for kind in ("dashboard", "look"):
            for content in state.where(kind, "folder_id", folder["id"]):
                stamp = {"deleted": True, "deleted_at": state.now(), "deleter_id": state.caller_id}
                state.change(kind, content, stamp)
        state.drop("folder", folder)
    for kind in ("group", "role"):
        for holder in state.rows(kind):
            ids = [user_id for user_id in holder["_user_ids"] if user_id != found["id"]]
            state.change(kind, holder, {"_user_ids": ids})
    for kind in ("credentials_email", "credentials_api3"):
        for credential in state.where(kind, "user_id", found["id"]):
            state.drop(kind, credential)
    state.drop("user", found)


def _check_removable(state: State, found: Record) -> None:
    if found["id"] == state.caller_id:
        raise forbidden("You cannot remove or disable yourself.")
    others = [u for u in state.rows("user") if u["id"] != found["id"] and not u["is_disabled"]]
    if is_admin(state, found["id"]) and not any(is_admin(state, u["id"]) for u in others):
        raise forbidden("The last admin cannot be removed.")


def email_of(state: State, user: Record) -> Record | None:
    """The e-mail credential of a user."""
    return next(iter(state.where("credentials_email", "user_id", user["id"])), None)


def _check_email(state: State, email: object, own_id: str | None) -> None:
    if not email:
        raise missing("email")
    if "@" not in str(email):
        raise invalid("email", "is not an e-mail address")
    for other in state.rows("credentials_email"):
        if other["id"] != own_id and other["email"].casefold() == str(email).casefold():
            raise taken("email", "Email has already been taken")


def create_email(state: State, user: Record, body: Record) -> Record:
    """The e-mail login of a user; it is disabled until the user sets it up (recorded, section 4.10)."""
    if email_of(state, user) is not None:
        raise conflict("email", "this user already has an e-mail credential")
    _check_email(state, body.get("email"), None)
    record: Record = {"forced_password_reset_at_next_login": False, "is_disabled": True, **body, "id": None}
    record |= {"user_id": user["id"], "created_at": state.now(), "logged_in_at": "", "type": "email"}
    # links that let their finder in: whoever reads them must not keep them
    record["password_reset_url"] = f"https://looker.example.com/password/reset/{state.take_slug(40)}"
    record["account_setup_url"] = f"https://looker.example.com/account/setup/{state.take_slug(40)}"
    return state.add("credentials_email", record)


def change_email(state: State, found: Record, changes: Record) -> None:
    """Another address, or a reset at the next login."""
    if "email" in changes:
        _check_email(state, changes["email"], found["id"])
    name = "forced_password_reset_at_next_login"
    more = {name: bool(changes[name])} if name in changes else {}
    state.change("credentials_email", found, {**changes, **more})


def show_email(state: State, found: Record) -> Record:
    """An e-mail credential, its secret links included."""
    user_url = f"{state.host}/api/4.0/users/{found['user_id']}"
    shown = present(
        models.CredentialsEmail,
        found,
        password_reset_url_expired=False,
        account_setup_url_expired=False,
        user_url=user_url,
        url=f"{user_url}/credentials_email",
        can=can(found, "show_password_reset_url"),
    )
    return {key: value for key, value in shown.items() if key != "id"}


def add_api_key(state: State, user: Record, client_id: str, secret: str) -> Record:
    """A key with which this user can log in."""
    record: Record = {
        "user_id": user["id"],
        "client_id": client_id,
        "_client_secret": secret,
        "purpose": None,
    }
    record |= {"id": None, "created_at": state.now(), "is_disabled": False, "type": "api3"}
    return state.add("credentials_api3", record)


def show(state: State, user: Record) -> Record:
    """A user with credentials, groups and roles; roles by way of groups are among them."""
    email = email_of(state, user)
    keys = state.where("credentials_api3", "user_id", user["id"])
    computed = {
        "credentials_email": show_email(state, email) if email else None,
        "credentials_api3": [present(models.CredentialsApi3, key, can=can(key)) for key in keys],
        "credentials_embed": [],
        "sessions": [],
        "looker_versions": [],
        "display_name": name_of(state, user["id"]),
        "email": email["email"] if email else None,
        "group_ids": [group["id"] for group in groups_of(state, user["id"])],
        "role_ids": [role["id"] for role in roles_of(state, user["id"], direct=False)],
        "avatar_url": f"https://gravatar.example.com/{user['id']}?s=156",
        "avatar_url_without_sizing": f"https://gravatar.example.com/{user['id']}",
        "url": f"{state.host}/api/4.0/users/{user['id']}",
        **{name: user.get(name, False) for name in _NOT_PEOPLE},
        **{name: user.get(name, usual) for name, usual in membership.LOGIN_RULES.items()},
        "can": can(user, "show_details", "sudo"),
    }
    return present(models.User, user, **computed)


register(Kind("credentials_email", show_email, change=change_email))


def _seen(state: State) -> list[Record]:
    """All users, or for others than admins only the caller."""
    rows = state.rows("user")
    return rows if is_admin(state, state.caller_id) else [u for u in rows if u["id"] == state.caller_id]


def fetch(state: State, key: str) -> Record:
    """A user the caller may see, or 404."""
    found = state.find("user", key)
    if key != state.caller_id and not is_admin(state, state.caller_id):
        raise not_found()
    return found


USER = register(Kind("user", show, create, change, remove))
endpoints.serve(USER, find=fetch, admin=endpoints.WRITES)


def _columns(state: State) -> dict[str, Column]:
    """What users can be searched by beyond their own fields."""
    return {
        "ids": lambda user: user["id"],
        "email": lambda user: (email_of(state, user) or {}).get("email"),
        "full_name": lambda user: name_of(state, user["id"]),
        "group_id": lambda user: [group["id"] for group in groups_of(state, user["id"])],
        "embed_user": lambda user: False,
        "is_service_account": lambda user: False,
        "verified_looker_employee": lambda user: False,
    }


@operation("all_users", "GET", "/users")
@operation("search_users", "GET", "/users/search")
def _list_users(state: State, ask: Ask) -> Page:
    skip = frozenset({"content_metadata_id"})
    return listing(ask, _seen(state), lambda user: show(state, user), columns=_columns(state), skip=skip)


def _email(state: State, ask: Ask) -> Record:
    found = email_of(state, state.find("user", ask.id("user_id")))
    if found is None:
        raise not_found()
    return found


@operation("user_credentials_email", "GET", "/users/{user_id}/credentials_email", admin=True)
def _user_credentials_email(state: State, ask: Ask) -> Record:
    return show_email(state, _email(state, ask))


@operation("create_user_credentials_email", "POST", "/users/{user_id}/credentials_email", admin=True)
def _create_user_credentials_email(state: State, ask: Ask) -> Record:
    return show_email(state, create_email(state, state.find("user", ask.id("user_id")), ask.body))


@operation("update_user_credentials_email", "PATCH", "/users/{user_id}/credentials_email", admin=True)
def _update_user_credentials_email(state: State, ask: Ask) -> Record:
    found = _email(state, ask)
    change_email(state, found, ask.body)
    return show_email(state, found)


@operation("delete_user_credentials_email", "DELETE", "/users/{user_id}/credentials_email", admin=True)
def _delete_user_credentials_email(state: State, ask: Ask) -> object:
    state.drop("credentials_email", _email(state, ask))
    return GONE
