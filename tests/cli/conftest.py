"""Runs the command as a person would: in a process of its own, with nothing of ours in its environment."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Gatepost = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def gatepost() -> Gatepost:
    """`gatepost("check", path)`: exit code and both outputs as text."""

    def run(*arguments: str | bytes | Path, instance: Path | None = None) -> "subprocess.CompletedProcess[str]":
        environ = {name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")}
        command = [sys.executable, "-m", "moderation.cli", *(["--instance", instance] if instance else []), *arguments]
        return subprocess.run(
            command,  # type: ignore[arg-type]
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            cwd=ROOT,
            env={**environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8:strict"},
            timeout=120,
        )

    return run
