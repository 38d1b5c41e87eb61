"""Whether the caller is an admin is found out from whatever the instance tells of roles."""

from __future__ import annotations

import pytest

from lookervault.run.caller import caller_of
from lookervault.sandbox import Instance, router, serve
from world import KEY, gateway

SOMEBODY = ("some-key", "some-secret")


@pytest.mark.parametrize("lacking", [(), ("roles",)])
@pytest.mark.parametrize(("key", "admin"), [(KEY, True), (SOMEBODY, False)])
def test_who_is_an_admin(
    lacking: tuple[str, ...], key: tuple[str, str], admin: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    inst = Instance()
    inst.add_key(inst.create("user", first_name="A", last_name="B")["id"], *SOMEBODY)
    find = router.find

    def partly(method: str, path: str) -> tuple[router.Route, dict[str, str]]:
        by_user = path.startswith("/users/") and path.endswith(lacking)
        return find(method, "/nowhere" if lacking and by_user else path)

    monkeypatch.setattr(router, "find", partly)
    with serve(inst) as server, gateway(server, key) as near:
        assert caller_of(near)["admin"] is admin
