"""The examples, run as they are written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cli.conftest import Stage

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_dev_to_prod(stage: Stage) -> None:
    # the example calls `lookervault` by name; here that is this interpreter's
    command = stage.folder / "bin" / "lookervault"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lookervault "$@"\n')
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", str(EXAMPLES / "dev-to-prod.sh"), "dev", "prod"],
        env={**os.environ, "PATH": path},
        cwd=stage.folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "3 created" in done.stdout
    assert done.stdout.rstrip().endswith("No changes. prod is as desired.")
