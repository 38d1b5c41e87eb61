"""What content refers to and the API only reads here: projects, datagroups, integrations (section 4.23)."""

from __future__ import annotations

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import Kind, can, present, register
from lookervault.sandbox.router import Ask, operation
from lookervault.sandbox.state import Record, State

READ = frozenset({"get"})
SECRETS = ("git_password", "deploy_secret", "unset_deploy_secret", "authorization_token")


def show_project(state: State, found: Record) -> Record:
    """A project without its secrets."""
    shown = present(models.Project, found, can=can(found))
    return {key: value for key, value in shown.items() if key not in SECRETS}


def show_datagroup(state: State, found: Record) -> Record:
    """A datagroup, as a deploy of its model made it."""
    return present(models.Datagroup, found, can=can(found))


def show_hub(state: State, found: Record) -> Record:
    """An integration hub without its token."""
    shown = present(
        models.IntegrationHub,
        found,
        has_authorization_token=bool(found.get("authorization_token")),
        can=can(found),
    )
    return {key: value for key, value in shown.items() if key not in SECRETS}


def show_integration(state: State, found: Record) -> Record:
    """An integration; the values of sensitive parameters are always null."""
    params = [
        {**param, "value": None if param["sensitive"] else param["value"], "has_value": bool(param["value"])}
        for param in found["params"]
    ]
    return present(models.Integration, found, params=params, can=can(found))


PROJECT = register(Kind("project", show_project))
DATAGROUP = register(Kind("datagroup", show_datagroup))
HUB = register(Kind("integration_hub", show_hub))
INTEGRATION = register(Kind("integration", show_integration))


def _list(kind: Kind) -> None:
    """Serves one object of a kind, and all of them."""

    def show_all(state: State, ask: Ask) -> list[Record]:
        hub = ask.query.get("integration_hub_id")
        rows = [row for row in state.rows(kind.name) if hub in (None, row.get("integration_hub_id"))]
        return [kind.show(state, row) for row in rows]

    endpoints.serve(kind, READ)
    operation(f"all_{kind.name}s", "GET", f"/{kind.name}s")(show_all)


for each in (PROJECT, DATAGROUP, HUB, INTEGRATION):
    _list(each)
