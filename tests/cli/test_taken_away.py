"""Values that a file no longer has and that Looker keeps: told with the file, or no change at all."""

from __future__ import annotations

from lookervault.sandbox.rules import users

from .conftest import Stage
from .test_base import apply, exported, plan


def without(stage: Stage, path: str, key: str) -> None:
    """A file without one key and what stands below it."""
    file, kept, inside = stage.folder / "content" / path, [], False
    for line in file.read_text().split("\n"):
        inside = line.startswith(f"{key}:") or (inside and line.startswith((" ", "-")))
        kept += [] if inside else [line]
    assert len(kept) < len(file.read_text().split("\n"))
    file.write_text("\n".join(kept))


def test_a_look_without_its_query(stage: Stage) -> None:
    exported(stage)
    without(stage, "folders/Shared/Sales/Orders.look.yaml", "query")
    told = plan(stage, code=1)
    why = "query is taken away, and Looker cannot be without: say what it is to be"
    assert f"folders/Shared/Sales/Orders.look.yaml:2: look:Shared/Sales/Orders: {why}" in told
    assert apply(stage) == 6


def test_a_role_without_its_models(stage: Stage) -> None:
    permissions = stage.dev.create("permission_set", name="Read", permissions=["access_data"])["id"]
    models = stage.dev.create("model_set", name="Shop", models=["shop"])["id"]
    stage.dev.create("role", name="Reader", permission_set_id=permissions, model_set_id=models)
    exported(stage)
    without(stage, "roles/Reader.yaml", "model_set")
    assert "role:Reader: model_set is taken away" in plan(stage, code=1)


def test_the_access_of_a_board_without_its_board(stage: Stage) -> None:
    stage.dev.create("board", title="Weekly")
    exported(stage)
    (path,) = (stage.folder / "content/access_lists_of_boards").iterdir()
    without(stage, f"access_lists_of_boards/{path.name}", "board")
    done = stage.run("validate", "content")
    assert (done.code, "board is missing in a board access" in done.err) == (1, True)


def test_settings_of_a_theme_that_are_not_named_stay(stage: Stage) -> None:
    stage.dev.create("theme", name="house", settings={"title_color": "#123456", "font_family": "Roboto"})
    path = exported(stage).parents[3] / "themes/house.yaml"
    lines = path.read_text().split("\n")
    path.write_text("\n".join(line for line in lines if "font_family" not in line))
    assert plan(stage) == "No changes. dev is as desired.\n"
    (font,) = [t["settings"]["font_family"] for t in stage.dev.all("theme") if t["name"] == "house"]
    path.write_text(path.read_text().replace("#123456", "#654321"))
    assert apply(stage) == 0
    (theme,) = [t for t in stage.dev.all("theme") if t["name"] == "house"]
    assert (theme["settings"]["title_color"], theme["settings"]["font_family"]) == ("#654321", font)


def test_a_flag_of_a_model_that_is_off_goes_without_saying(stage: Stage) -> None:
    stage.dev.change(
        "lookml_model", stage.dev.find("lookml_model", "shop"), {"unlimited_db_connections": False}
    )
    path = exported(stage).parents[3] / "LookML_models/shop.yaml"
    assert "unlimited_db_connections: false" in path.read_text()
    lines = path.read_text().split("\n")
    path.write_text("\n".join(x for x in lines if "unlimited" not in x))
    assert plan(stage) == "No changes. dev is as desired.\n"


def test_an_email_is_the_same_in_any_case(stage: Stage) -> None:
    made = stage.dev.create("user", first_name="Ben")
    users.create_email(stage.dev, stage.dev.find("user", made["id"]), {"email": "ben@example.com"})
    path = exported(stage).parents[3] / "users/ben@example.com.yaml"
    path.write_text(path.read_text().replace("email: ben@", "email: BEN@"))
    assert plan(stage) == "No changes. dev is as desired.\n"
