from __future__ import annotations

import time

from lookervault.sandbox import Instance, Server

from .conftest import Api


def test_login_gives_a_token_that_works(server: Server) -> None:
    api = Api(server)
    assert api.get("/user").status == 401
    reply = api.login()
    assert (reply.status, reply.body["token_type"], reply.body["expires_in"]) == (200, "Bearer", 3600)
    me = api.get("/user").body
    assert me["email"] == "admin@example.com"
    assert api.get(f"/roles/{me['role_ids'][0]}").body["permission_set"]["all_access"] is True


def test_bad_credentials_answer_404_as_looker_does(server: Server) -> None:
    api = Api(server)
    reply = api.login(client_secret="wrong")
    assert reply.status == 404
    assert reply.body["documentation_url"].endswith("/err/4.0/404/post/login")


def test_a_login_leaves_no_secret_in_the_calls(api: Api, server: Server) -> None:
    assert [call.path for call in server.calls] == ["/login"]
    assert "sandbox-secret" not in repr(server.calls)


def test_tokens_expire_and_can_be_revoked(inst: Instance, server: Server) -> None:
    inst.token_seconds = 0.05
    api = Api(server)
    api.login()
    assert api.get("/user").status == 200
    time.sleep(0.06)
    assert api.get("/user").status == 401
    inst.token_seconds = 60
    api.login()
    inst.revoke_tokens()
    assert api.get("/user").status == 401


def test_logout_ends_only_this_token(server: Server) -> None:
    one, other = Api(server), Api(server)
    one.login()
    other.login()
    assert one.delete("/logout").status == 204
    assert one.get("/user").status == 401
    assert other.get("/user").status == 200


def test_versions_need_no_token(server: Server) -> None:
    body = Api(server).get("/versions").body
    assert body["looker_release_version"].startswith("26.12.")
    assert body["current_version"]["version"] == "4.0"
    assert body["web_server_url"] == server.url


def test_the_workspace_belongs_to_the_token(server: Server) -> None:
    one, other = Api(server), Api(server)
    one.login()
    other.login()
    assert one.patch("/session", {"workspace_id": "dev"}).body["workspace_id"] == "dev"
    assert other.get("/session").body["workspace_id"] == "production"


def test_unknown_routes_answer_404(api: Api) -> None:
    assert api.get("/api_spec/4.0/oas.json").status == 404
    assert api.get("/no/such/thing").status == 404
    assert api.patch("/folders", {}).status == 404


def test_an_admin_can_act_as_somebody_else(api: Api, inst: Instance) -> None:
    maya = next(user["id"] for user in inst.all("user") if user["first_name"] == "Maya")
    api.token = api.post(f"/login/{maya}").body["access_token"]
    assert api.get("/user").body["id"] == maya
    assert api.post(f"/login/{maya}").status == 403


def test_who_is_no_admin_sees_less(api: Api, inst: Instance, server: Server) -> None:
    users = {user["first_name"]: user for user in inst.all("user")}
    inst.add_key(users["Tomás"]["id"], "tomas", "key")
    scratch = next(d for d in inst.all("dashboard") if d["title"] == "Maya’s scratchpad")
    other = Api(server)
    assert other.login("tomas", "key").status == 200
    assert api.get(f"/dashboards/{scratch['id']}").status == 200
    assert other.get(f"/dashboards/{scratch['id']}").status == 404
    assert scratch["id"] not in [d["id"] for d in other.get("/dashboards").body]
    assert users["Maya"]["personal_folder_id"] not in [f["id"] for f in other.get("/folders").body]
    assert [user["id"] for user in other.get("/users").body] == [users["Tomás"]["id"]]
    assert other.get("/roles").status == 403
    assert other.post("/groups", {"name": "Mine"}).status == 403
    other.pool.clear()
