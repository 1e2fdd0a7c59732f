import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def binary():
    named = os.environ.get("QUOTED_BINARY")
    if not named:
        folder = subprocess.run(["swift", "build", "-c", "release", "--show-bin-path"], cwd=ROOT, check=True,
                                capture_output=True, text=True).stdout.strip()
        named = f"{folder}/quoted"
    path = Path(named).resolve()
    assert os.access(path, os.X_OK), f"{path} is not there: build it first (make build)"
    return path


@pytest.fixture(scope="session")
def install(binary):
    def run(destination, prefix="/usr", *arguments):
        environment = os.environ | {"QUOTED_BINARY": str(binary), "DESTDIR": str(destination), "PREFIX": str(prefix)}
        done = subprocess.run([ROOT / ".ci/install", *arguments], env=environment, capture_output=True, text=True,
                              timeout=120)
        assert done.returncode == 0, done.stderr

    return run
