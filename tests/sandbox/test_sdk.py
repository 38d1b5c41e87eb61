"""The official SDK, typed, against a sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import looker_sdk
import pytest
from looker_sdk import error, models40
from looker_sdk.rtl import api_settings
from looker_sdk.sdk.api40.methods import Looker40SDK

from lookervault.sandbox import Instance, Server


class Settings(api_settings.ApiSettings):
    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__()

    def read_config(self) -> dict[str, str]:  # type: ignore[override]
        key = {"client_id": "sandbox", "client_secret": "sandbox-secret"}
        return {"base_url": self.url, "verify_ssl": "false", "timeout": "5", **key}


@pytest.fixture
def sdk(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Looker40SDK]:
    # else every error would fetch its page from the network
    monkeypatch.setattr(error.ErrorDocHelper, "parse_and_lookup", lambda *_: ("", ""))
    client = looker_sdk.init40(config_settings=Settings(server.url))
    yield client
    client.transport.session.close()  # type: ignore[attr-defined]


def test_a_dashboard_made_and_read_by_the_sdk(sdk: Looker40SDK, inst: Instance) -> None:
    shared = sdk.search_folders(is_shared_root=True)[0].id
    assert shared is not None
    folder = sdk.create_folder(models40.CreateFolder(name="By SDK", parent_id=shared))
    made = sdk.create_dashboard(models40.WriteDashboard(title="By SDK", folder_id=folder.id))
    assert made.id is not None
    query = sdk.create_query(models40.WriteQuery(model="ecommerce", view="orders", fields=["orders.count"]))
    wire = models40.ResultMakerFilterables(model="ecommerce", view="orders", name="", listen=[])
    maker = models40.WriteResultMakerWithIdVisConfigAndDynamicFields(filterables=[wire])
    sdk.create_dashboard_element(
        models40.WriteDashboardElement(
            dashboard_id=made.id, query_id=query.id, title="Orders", result_maker=maker
        )
    )
    read = sdk.dashboard(made.id)
    assert read.dashboard_elements is not None
    assert [(e.title, e.query.view if e.query else None) for e in read.dashboard_elements] == [
        ("Orders", "orders")
    ]
    assert read.created_at is not None
    assert sdk.delete_dashboard(made.id) == ""
    with pytest.raises(error.SDKError):
        sdk.dashboard(made.id)


def test_people_by_the_sdk(sdk: Looker40SDK) -> None:
    me = sdk.me()
    assert me.role_ids is not None
    assert sdk.role(me.role_ids[0]).name == "Admin"
    user = sdk.create_user(models40.WriteUser(first_name="Sdk", last_name="User"))
    assert user.id is not None
    credential = sdk.create_user_credentials_email(
        user.id, models40.WriteCredentialsEmail(email="sdk@example.com")
    )
    assert credential.is_disabled is True
    group = sdk.create_group(models40.WriteGroup(name="Sdk"))
    assert group.id is not None
    sdk.add_group_user(group.id, models40.GroupIdForGroupUserInclusion(user_id=user.id))
    assert [member.id for member in sdk.all_group_users(group.id)] == [user.id]
    role = next(each for each in sdk.all_roles() if each.name == "Screen")
    assert role.id is not None
    assert [each.id for each in sdk.set_role_users(role.id, [user.id])] == [user.id]


def test_typed_reads_of_the_whole_demo(sdk: Looker40SDK, inst: Instance) -> None:
    for dashboard in inst.all("dashboard")[:5]:
        assert sdk.dashboard(dashboard["id"]).title == dashboard["title"]
    assert len(sdk.all_lookml_models()) == 2
    assert sdk.lookml_model_explore("finance", "ledger").model_name == "finance"
    assert len(sdk.search_looks(title="top%")) == 3
    assert sdk.logout() == ""
