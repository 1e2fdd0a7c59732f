import json
import os
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest
import zmq

from stranger import Installation

ROOT = Path(__file__).resolve().parents[2]


def pytest_report_header():
    return f"shared corpora: {shared_folder() or 'absent, tests that want them use config/samples'}"


def shared_folder():
    for folder in (os.environ.get("QUOTED_SHARED"), ROOT.parent / "shared"):
        if folder and (Path(folder) / "corpora").is_dir():
            return Path(folder)
    return None


def read_lines(path):
    """Articles of an annotated file: identifier and text, nothing of the annotation."""
    with open(path, encoding="utf-8") as lines:
        return [{"id": row["id"], "text": row["text"]} for row in map(json.loads, lines)]


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
def news():
    """Wikinews articles of the shared corpora, or the shipped sample."""
    shared = shared_folder()
    if shared:
        return read_lines(shared / "corpora/gum_quotes/news.jsonl")
    print("SHARED CORPORA ABSENT: the shipped samples alone stand for the news")
    return [json.loads(path.read_text()) for path in sorted((ROOT / "config/samples").glob("*.json"))]


@pytest.fixture(scope="session")
def politics():
    """PolNeAR's development articles, or copies of the shipped sample."""
    shared = shared_folder()
    if shared:
        return read_lines(shared / "corpora/polnear/dev.jsonl")
    print("SHARED CORPORA ABSENT: copies of the shipped samples stand for political news")
    samples = [json.loads(path.read_text()) for path in sorted((ROOT / "config/samples").glob("*.json"))]
    return [dict(sample, id=f"copy-{n}-{sample['id']}", text=f"{sample['text']}\n\nCopy {n}.")
            for n in range(8) for sample in samples]


@pytest.fixture(scope="session")
def validator():
    schema = json.loads((ROOT / "config/quoted.analysis.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture
def context():
    context = zmq.Context()
    yield context
    context.destroy(linger=0)


@pytest.fixture
def make_installation(binary, request):
    """Makes installations and ends their processes; keeps the logs of a test that failed."""
    made = []

    def make(**settings):
        made.append(Installation(binary, **settings))
        return made[-1]

    yield make
    for installation in made:
        if getattr(request.node, "report", None) is None or request.node.report.failed:
            for log in sorted(installation.folder.glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}")
        installation.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.when == "call":
        item.report = report


@pytest.fixture
def service(make_installation):
    """A running service on its defaults, but for ports and state directory."""
    installation = make_installation()
    installation.serve()
    return installation


@pytest.fixture
def announce(capsys):
    """Prints a figure where it is seen, also when the test passes."""

    def write(line):
        with capsys.disabled():
            print(f"\n    {line}", end="", flush=True)

    return write


@pytest.fixture(scope="session")
def promtool():
    found = shutil.which("promtool")
    if not found:
        pytest.skip("promtool (package prometheus) is not installed")
    return found
