"""What the demo company's content stands on: connections, projects, datagroups, integrations."""

from __future__ import annotations

from lookervault.sandbox.instance import Instance
from lookervault.sandbox.state import Record

HUB_URL = "https://actions.harbourpine.example"
DEPLOYED = 1740000000
CONNECTIONS: tuple[Record, ...] = (
    {
        "name": "warehouse",
        "dialect_name": "bigquery_standard_sql",
        "host": "harbour-pine-prod",
        "database": "shop",
        "certificate": "a-key-that-nobody-reads-back",
        "file_type": ".json",
        "tmp_db_name": "looker_scratch",
        "max_connections": 60,
        "user_attribute_fields": [],
        "maintenance_cron": "*/5 * * * *",
    },
    {
        "name": "erp_replica",
        "dialect_name": "postgres",
        "host": "erp.db.harbourpine.example",
        "port": "5432",
        "database": "erp",
        "username": "looker",
        "password": "a-password-that-nobody-reads-back",
        "ssl": True,
        "query_timezone": "Europe/Berlin",
        "user_attribute_fields": ["password"],
        "pdt_context_override": {"context": "pdt", "username": "looker_pdt", "password": "another"},
    },
)
BUILT_IN: Record = {"name": "looker", "dialect_name": "mysql", "host": "localhost", "database": "looker"}
PROJECT: Record = {
    "uses_git": True,
    "git_service_name": "github",
    "git_production_branch_name": "main",
    "git_release_mgmt_enabled": False,
    "has_production_counterpart": True,
    "is_example": False,
    "pull_request_mode": "required",
    "validation_required": True,
    "allow_warnings": True,
    "dependency_status": "lock_optional",
}
PROJECTS: tuple[Record, ...] = (
    {"id": "harbour_pine", "git_remote_url": "git@github.com:harbourpine/looker.git", **PROJECT},
    {"id": "thelook_sample", **PROJECT, "is_example": True, "uses_git": False, "pull_request_mode": "off"},
)
# the datagroups of each model
DATAGROUPS = {"ecommerce": ("nightly_load", "hourly"), "finance": ("close_load",)}
HUBS: tuple[Record, ...] = (
    {"url": "https://actions.looker.com", "label": "Looker Action Hub", "official": True},
    {"url": HUB_URL, "label": "Harbour & Pine Actions", "official": False, "authorization_token": "token"},
)
# integration: the hub it belongs to, its name, whether it is enabled, its parameters
SLACK, TICKETS = "slack_app", "tickets"
INTEGRATIONS: tuple[tuple[int, str, bool, dict[str, bool]], ...] = (
    (0, SLACK, True, {"install_id": False}),
    (0, "google_sheets", False, {}),
    (1, TICKETS, True, {"desk": False, "api_key": True}),
)


def deploy(inst: Instance) -> None:
    """Sets all of it up, as an admin and a git deploy would."""
    for connection in CONNECTIONS:
        inst.create("connection", **connection)
    built_in = inst.create("connection", **BUILT_IN)
    inst.change("connection", inst.find("connection", built_in["id"]), {"managed": True})
    for project in PROJECTS:
        inst.insert("project", {"name": project["id"], **project})
    for model, names in DATAGROUPS.items():
        for name in names:
            inst.insert("datagroup", _datagroup(model, name))
    hubs = [inst.insert("integration_hub", {"id": None, **hub})["id"] for hub in HUBS]
    for hub, name, enabled, params in INTEGRATIONS:
        inst.insert("integration", _integration(hubs[hub], name, enabled, params))


def _datagroup(model: str, name: str) -> Record:
    stamps = ("created_at", "stale_before", "trigger_check_at", "triggered_at")
    return {"id": None, "model_name": model, "name": name, **dict.fromkeys(stamps, DEPLOYED)}


def _integration(hub: str, name: str, enabled: bool, params: dict[str, bool]) -> Record:
    """An integration; its id is made of that of its hub and its name."""
    given = [
        {
            "name": param,
            "label": param.title(),
            "value": f"the {param}",
            "sensitive": secret,
            "required": True,
        }
        for param, secret in params.items()
    ]
    formats = {"supported_formats": ["csv", "wysiwyg_pdf"], "supported_action_types": ["dashboard", "query"]}
    label = {"label": name.replace("_", " ").title(), "enabled": enabled, "params": given}
    return {"id": f"{hub}::{name}", "integration_hub_id": hub, **label, **formats}


def integration_id(inst: Instance, name: str) -> str:
    """The id an integration has on this instance."""
    return next(str(each["id"]) for each in inst.all("integration") if each["id"].endswith(f"::{name}"))


def rebuild(inst: Instance, like: Instance) -> None:
    """Sets up on one instance what another has; numbers of its own, names and addresses alike."""
    for kind in ("connection", "project"):
        for record in like.all(kind):
            inst.insert(kind, record)
    for record in like.all("datagroup"):
        inst.insert("datagroup", {**record, "id": None})
    hubs = {}
    for record in like.all("integration_hub"):
        hubs[record["id"]] = inst.insert("integration_hub", {**record, "id": None})["id"]
    for record in like.all("integration"):
        hub, name = hubs[record["integration_hub_id"]], record["id"].partition("::")[2]
        inst.insert("integration", {**record, "id": f"{hub}::{name}", "integration_hub_id": hub})
