"""What an apply never takes away: the caller's own rights, and members the identity provider put in."""

from __future__ import annotations

from lookervault.sandbox import Instance, blank_instance
from lookervault.sandbox.rules import users
from world import World, world


def both_have_readers(source: Instance, target: Instance) -> tuple[str, str]:
    """A group and a role of the same names on both sides; gives the target's ids."""
    readers(source)
    return readers(target)


def readers(inst: Instance) -> tuple[str, str]:
    """The ids of a new group and a new role."""
    permissions = inst.create("permission_set", name="Read", permissions=["access_data"])["id"]
    models = inst.create("model_set", name="None", models=[])["id"]
    role = inst.create("role", name="Reader", permission_set_id=permissions, model_set_id=models)["id"]
    return inst.create("group", name="Readers")["id"], role


def person(inst: Instance, name: str) -> str:
    """The id of a new user with an e-mail."""
    made = inst.create("user", first_name=name, last_name="Doe")
    users.create_email(inst, inst.find("user", made["id"]), {"email": f"{name.lower()}@example.com"})
    return str(made["id"])


def test_the_caller_stays_in_his_groups_and_roles() -> None:
    source, target = Instance(first_id=1), Instance(first_id=900)
    group, role = both_have_readers(source, target)
    me = next(u["id"] for u in target.all("user"))
    target.change("group", target.find("group", group), {"_user_ids": [me]})
    target.change("role", target.find("role", role), {"_user_ids": [me]})
    with world(source, target) as both:
        assert planned(both) == []


def test_groups_of_the_identity_provider_keep_their_roles() -> None:
    source, target = Instance(first_id=1), Instance(first_id=900)
    _, role = both_have_readers(source, target)
    outside = target.create("group", name="SAML readers")["id"]
    target.change("group", target.find("group", outside), {"externally_managed": True})
    target.change("role", target.find("role", role), {"_group_ids": [outside]})
    with world(source, target) as both:
        assert planned(both) == []


def test_other_members_are_taken_out() -> None:
    source, target = Instance(first_id=1), Instance(first_id=900)
    group, _ = both_have_readers(source, target)
    stranger = target.create("user", first_name="A", last_name="B")["id"]
    target.change("group", target.find("group", group), {"_user_ids": [stranger]})
    with world(source, target) as both:
        assert planned(both) == ["group:Readers"]
        both.migrate()
        assert target.find("group", group)["_user_ids"] == []


def test_a_slug_that_something_unseen_holds_is_left_out() -> None:
    source = Instance(first_id=1)
    root = next(f["id"] for f in source.all("folder") if f.get("is_shared_root"))
    made = source.create("dashboard", title="KPIs", folder_id=root, slug="kpis")
    target = blank_instance(first_id=900, like=source)
    home = next(f["id"] for f in target.all("folder") if f.get("is_shared_root"))
    with world(source, target) as both:
        both.extract()
        plan = both.plan()
        # between plan and apply somebody else takes the slug, and his dashboard goes to the trash
        theirs = target.create("dashboard", title="Other", folder_id=home, slug=made["slug"])
        target.edit("dashboard", theirs["id"], deleted=True)
        outcome = both.apply(plan)
        assert (outcome.created, outcome.failed) == (1, [])
        assert {d["title"] for d in target.all("dashboard")} == {"KPIs", "Other"}


def planned(both: World) -> list[str]:
    """The addresses that a plan would change."""
    both.extract()
    return [c.address for c in both.plan().changes]


def test_whom_an_identity_provider_gives_roles_and_groups_is_left_to_it() -> None:
    """One whom the source has and the target not, and one the other way round (resource notes, 4.10)."""
    source, target = Instance(first_id=1), Instance(first_id=900)
    for inst, holder in ((source, "Ida"), (target, "Ole")):
        group, role = readers(inst)
        member = {name: person(inst, name) for name in ("Ida", "Ole")}[holder]
        inst.change("group", inst.find("group", group), {"_user_ids": [member]})
        inst.change("role", inst.find("role", role), {"_user_ids": [member]})
        saml = inst.create("group", name="SAML")["id"]
        inst.change("role", inst.find("role", role), {"_group_ids": [saml] if inst is source else []})
        inst.change("group", inst.find("group", saml), {"externally_managed": True})
    for user in target.rows("user"):
        outside = {"roles_externally_managed": True, "allow_normal_group_membership": False}
        target.change("user", user, outside)
    with world(source, target) as both:
        plan = both.plan()
        assert plan.changes == []
        told = [f.message for f in plan.findings if f.address.partition(":")[0] in ("group", "role")]
        assert [text.partition(" is left")[0] for text in sorted(told)] == [
            "groups: group:SAML",
            "users: user:ida@example.com",
            "users: user:ida@example.com",
        ]
