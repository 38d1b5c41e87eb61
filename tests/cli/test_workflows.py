"""The workflows of examples/github-actions: their shell steps, run as they are written.

What talks to GitHub is in steps of its own, which alone are given a token; those are not run here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.conftest import Stage

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "examples" / "github-actions"
CONTEXT = {
    "secrets.LOOKERVAULT_PROD_CLIENT_ID": "sandbox",
    "secrets.LOOKERVAULT_PROD_CLIENT_SECRET": "sandbox-secret",
}


def load(name: str) -> Any:
    return yaml.safe_load((HOME / name).read_text(encoding="utf-8"))


def runs(name: str) -> list[tuple[str, dict[str, str]]]:
    """The shell steps that need no GitHub, each with the environment that it declares."""
    workflow = load(name)
    found = []
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            declared = {**workflow.get("env", {}), **job.get("env", {}), **step.get("env", {})}
            if "run" in step and "GH_TOKEN" not in declared:
                assert "if" not in step, step["name"]
                found.append((step["run"], {key: filled(value) for key, value in declared.items()}))
    return found


def filled(text: str) -> str:
    return re.sub(r"\$\{\{ *(.*?) *\}\}", lambda m: CONTEXT[m[1]], text)


def execute(stage: Stage, name: str) -> subprocess.CompletedProcess[str]:
    """All shell steps, as GitHub runs them; gives the first that fails, else the last."""
    command = stage.folder / "bin" / "lookervault"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lookervault "$@"\n')
    command.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LOOKER", "GH_", "GITHUB_"))}
    runner = {
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": str(stage.folder / "summary.md"),
        "GITHUB_OUTPUT": str(stage.folder / "output.txt"),
    }
    done = subprocess.CompletedProcess[str]([], 99)
    for script, declared in runs(name):
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            env={**kept, **runner, **declared},
            cwd=stage.folder,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode:
            break
    return done


def text(stage: Stage, name: str) -> str:
    return (stage.folder / name).read_text(encoding="utf-8")


def test_from_a_pull_request_to_a_quiet_night(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    assert stage.run("export", "content").code == 0

    done = execute(stage, "plan.yml")
    assert done.returncode == 0, done.stderr
    assert text(stage, "plan.md").startswith("<!-- lookervault plan -->")
    assert not stage.prod.all("look")

    done = execute(stage, "apply.yml")
    assert done.returncode == 0, done.stderr
    assert [look["title"] for look in stage.prod.all("look")] == ["Orders"]

    done = execute(stage, "drift.yml")
    assert (done.returncode, text(stage, "output.txt")) == (0, "code=0\n"), done.stderr
    stage.prod.edit("look", stage.prod.all("look")[0]["id"], description="by hand")
    done = execute(stage, "drift.yml")
    assert (done.returncode, text(stage, "output.txt")) == (0, "code=0\ncode=2\n"), done.stderr
    assert "was changed in Looker" in text(stage, "drift.md")

    done = execute(stage, "extract.yml")
    assert done.returncode == 0, done.stderr


def test_a_merge_applies_nothing_but_what_was_reviewed(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    stage.run("export", "content")
    (stage.folder / "plan.md").write_text("")
    assert execute(stage, "apply.yml").returncode == 1
    (stage.folder / "plan.md").write_text(f"<!-- lookervault plan -->\n\nFingerprint: `{'0' * 64}`\n")
    assert execute(stage, "apply.yml").returncode == 6
    assert not stage.prod.all("look")


def test_an_error_of_the_drift_check_is_no_drift(stage: Stage) -> None:
    (stage.folder / "content").mkdir()
    assert execute(stage, "drift.yml").returncode == 1
    assert text(stage, "output.txt") == "code=1\n"


@pytest.mark.parametrize("name", sorted(path.name for path in HOME.glob("*.yml")))
def test_what_talks_to_github_has_a_step_of_its_own(name: str) -> None:
    for job in load(name)["jobs"].values():
        for step in job["steps"]:
            talks = re.search(r"^\s*(?:\w+=\$\()?gh ", step.get("run", ""), re.MULTILINE)
            assert bool(talks) == ("GH_TOKEN" in step.get("env", {})), step
    # whatever somebody may have named a branch or a title never becomes part of a script
    assert not [script for script, _ in runs(name) if "${{" in script]


def test_the_action_installs_this_checkout() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert action["runs"]["using"] == "composite"
    assert [s["shell"] for s in action["runs"]["steps"] if "run" in s] == ["bash"]
    assert (ROOT / "pyproject.toml").is_file()


@pytest.mark.parametrize("path", [*HOME.glob("*.yml"), ROOT / "action.yml"], ids=lambda path: path.name)
def test_actions_of_others_are_pinned_to_commits(path: Path) -> None:
    used = re.findall(r"uses: (\S+)(?: # (\S+))?$", path.read_text(encoding="utf-8"), re.MULTILINE)
    others = [(name, version) for name, version in used if not name.startswith("OWNER/")]
    assert others
    for name, version in others:
        assert re.fullmatch(r"actions/[\w/-]+@[0-9a-f]{40}", name), name
        assert re.fullmatch(r"v\d+\.\d+\.\d+", version), name


def test_a_plan_with_a_conflict_is_commented_on_and_fails(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    stage.run("export", "content")
    assert stage.run("apply", "content", "--instance", "prod", "--quiet", "--yes").code == 0
    path = stage.folder / "content/folders/Shared/Sales/KPIs.dashboard.yaml"
    path.write_text(path.read_text().replace("title: KPIs", "title: Mine"))
    stage.prod.edit("dashboard", stage.prod.all("dashboard")[0]["id"], title="Theirs")
    assert execute(stage, "plan.yml").returncode == 1
    assert "conflict" in text(stage, "plan.md")
    assert "conflict" in text(stage, "summary.md")


GH = """#!/bin/sh
echo "$*" >> gh.log
if [ "$2" = list ]; then cat number 2>/dev/null || true; fi
"""


def git(stage: Stage, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=stage.folder, capture_output=True, text=True, check=True)
    return done.stdout


def repository(stage: Stage) -> None:
    """The tree of prod as applied, on `main` of a repository with a remote, and a stand-in for `gh`."""
    stage.run("extract", "--instance", "dev", "--quiet")
    stage.run("export", "content")
    assert stage.run("apply", "content", "--instance", "prod", "--quiet", "--yes").code == 0
    (stage.folder / "cached.db").write_bytes((stage.folder / "lookervault.db").read_bytes())
    git(stage, "init", "--quiet", "--bare", "remote.git")
    git(stage, "init", "--quiet", "--initial-branch", "main")
    git(stage, "remote", "add", "origin", "remote.git")
    git(stage, "add", "content")
    git(stage, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "content")


def next_night(stage: Stage) -> None:
    """A new checkout of `main`, with the vault of the cache, which no adoption is saved to."""
    git(stage, "switch", "--quiet", "main")
    (stage.folder / "lookervault.db").write_bytes((stage.folder / "cached.db").read_bytes())


def last_step(stage: Stage, name: str) -> list[str]:
    """Runs the step that talks to GitHub by what the steps before it have said; what it asked `gh`."""
    (job,) = load(name)["jobs"].values()
    said = dict(x.split("=", 1) for x in text(stage, "output.txt").splitlines())
    (stage.folder / "bin/gh").write_text(GH)
    (stage.folder / "bin/gh").chmod(0o755)
    log = stage.folder / "gh.log"
    log.write_text("")
    subprocess.run(
        ["bash", "-e", "-c", job["steps"][-1]["run"]],
        env={
            **os.environ,
            "PATH": f"{stage.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "CHANGED": said["changed"],
        },
        cwd=stage.folder,
        check=True,
        timeout=60,
    )
    return [line.split(" --")[0] for line in log.read_text().splitlines()]


def test_what_was_changed_in_looker_becomes_one_pull_request(stage: Stage) -> None:
    repository(stage)
    look = stage.prod.all("look")[0]["id"]
    stage.prod.edit("look", look, description="by hand")
    done = execute(stage, "adopt.yml")
    assert done.returncode == 0, done.stderr
    assert text(stage, "output.txt") == "changed=true\n"
    assert git(stage, "diff", "--stat", "main", "lookervault/adopt").count("|") == 1
    assert "+description: by hand" in git(stage, "diff", "main", "lookervault/adopt")
    assert "<code>look&#58;Shared&#47;Sales&#47;Orders</code>" in text(stage, "adopted.md")
    assert last_step(stage, "adopt.yml") == ["pr list", "pr create"]
    assert "lookervault/adopt" in git(stage, "ls-remote", "origin")

    (stage.folder / "number").write_text("7\n")
    next_night(stage)
    assert execute(stage, "adopt.yml").returncode == 0
    assert last_step(stage, "adopt.yml") == ["pr list", "pr edit 7"]

    stage.prod.edit("look", look, description=None)
    next_night(stage)
    assert execute(stage, "adopt.yml").returncode == 0
    assert last_step(stage, "adopt.yml") == ["pr list", "pr close 7"]


def test_a_conflict_stays_with_people_and_is_named_in_the_pull_request(stage: Stage) -> None:
    repository(stage)
    path = stage.folder / "content/folders/Shared/Sales/KPIs.dashboard.yaml"
    path.write_text(path.read_text().replace("title: KPIs", "title: Mine"))
    stage.prod.edit("dashboard", stage.prod.all("dashboard")[0]["id"], title="@octocat")
    done = execute(stage, "adopt.yml")
    assert done.returncode == 0, done.stderr
    assert "title: Mine" in path.read_text()
    told = text(stage, "adopted.md")
    assert "Left to you" in told
    assert "@octocat" not in told
