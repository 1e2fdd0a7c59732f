"""The short form of the chaos suite: every fault once. The long one: `make chaos`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import suite

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def lines(tmp_path_factory):
    """Runs the suite in a process of its own, which gives itself namespaces; its table goes where it is seen."""
    folder = tmp_path_factory.mktemp("chaos")
    seed = os.environ.get("CHAOS_SEED") or os.environ.get("QUOTED_TEST_SEED", "")
    environment = os.environ | {"CHAOS_LOGS": str(folder / "logs"), "CHAOS_SEED": seed}
    with open(folder / "output", "w", encoding="utf-8") as output:
        subprocess.run([sys.executable, str(HERE), "--short", "--json", str(folder / "lines")], env=environment,
                       stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, timeout=400, check=False)
    sys.__stderr__.write((folder / "output").read_text())
    return {line["fault"]: line for line in json.loads((folder / "lines").read_text())}


@pytest.mark.parametrize("fault", suite.names(suite.SHORT))
def test_nothing_is_lost_and_nothing_comes_twice(fault, lines):
    line = lines[fault]
    if line["skipped"]:
        pytest.skip(line["skipped"])
    assert line["failure"] is None
    assert (line["lost"], line["duplicates"]) == (0, 0)
    assert line["injected"] > 0 and line["accepted"] > 0 and line["published"] >= line["accepted"] - line["dead"]
