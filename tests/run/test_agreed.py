"""What was kept before something was renamed is found by the names of now."""

from __future__ import annotations

from pathlib import Path

from lookervault.model.resource import Resource
from lookervault.model.values import Link, LinkedText
from lookervault.plan.codec import encode_resource
from lookervault.run.agreed import last_agreed
from lookervault.store.agreements import Agreed, agree
from lookervault.store.vault import Vault, open_vault

HOSTS = ("dev", "prod")


def keep(vault: Vault, *resources: Resource) -> None:
    agree(vault, HOSTS, "apply", [Agreed(r.address, r.kind, r.id, encode_resource(r)) for r in resources])


def folder(name: str, parent: str = "folder:Shared", id_: str = "7") -> Resource:
    return Resource(f"{parent}/{name}", "folder", id_, name, parent, {"parent": Link(parent)})


def access(of: str, *viewers: str) -> Resource:
    attributes = {"folder": Link(of), "may_view": [Link(v) for v in viewers]}
    return Resource("content_access:" + of.partition(":")[2], "content_access", "", of, of, attributes)


def test_each_object_is_there_once_with_links_by_the_names_of_now(tmp_path: Path) -> None:
    text = LinkedText(["see /folders/", Link("folder:Shared/Old"), "!"])
    look = Resource(
        "look:Shared/Old/L",
        "look",
        "3",
        "L",
        "folder:Shared/Old",
        {"folder": Link("folder:Shared/Old"), "t": text},
    )
    child = folder("Child", "folder:Shared/Old", "8")
    with open_vault(tmp_path / "v.db") as vault:
        keep(vault, folder("Old"), child, look, access("folder:Shared/Old"))
        keep(vault, folder("New"))
        base = last_agreed(vault, *HOSTS)
        assert base is not None
        found = base.state.resources
        assert found.keys() == {"folder:Shared/New", child.address, look.address, "content_access:Shared/Old"}
        assert found[look.address].attributes == {
            "folder": Link("folder:Shared/New"),
            "t": LinkedText(["see /folders/", Link("folder:Shared/New"), "!"]),
        }
        assert found[child.address].parent == "folder:Shared/New"
        assert base.reach.silent == frozenset()
