"""The scripts behind `make`, with stand-ins for the tools that they call."""

import os
import shutil
import signal
import subprocess

import pytest

from conftest import ROOT


@pytest.fixture
def checkout(tmp_path):
    """A copy of the scripts in a path with spaces, and a folder for stand-ins that comes first in PATH."""
    folder = tmp_path / "a checkout with spaces"
    folder.mkdir()
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    shutil.copy(ROOT / "Makefile", folder)
    (tmp_path / "bin").mkdir()
    return folder


def stand_in(checkout, name, script):
    path = checkout.parent / "bin" / name
    path.write_text(f"#!/bin/bash\n{script}\n")
    path.chmod(0o755)


def run(checkout, *command, **environment):
    path = f"{checkout.parent / 'bin'}:{os.environ['PATH']}"
    kept = {key: value for key, value in os.environ.items() if key not in ("SWIFT", "TESTS", "MAKEFLAGS", "MAKELEVEL")}
    return subprocess.run(command, cwd=checkout, env=kept | {"PATH": path} | environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)


def test_every_script_is_sound():
    for script in sorted(path for path in (ROOT / ".ci").rglob("*") if path.is_file()):
        if script.read_text().startswith(("#!/bin/bash", "#!/bin/sh")):
            subprocess.run(["bash", "-n", script], check=True)
            if shutil.which("shellcheck"):
                subprocess.run(["shellcheck", script], check=True)


def test_help_names_every_target(checkout):
    done = run(checkout, "make")
    for target in ("run", "test", "build", "install", "deb", "deb-test", "dist", "bench", "accuracy", "clean"):
        assert f"make {target} " in done.stdout


def test_nothing_is_installed_when_everything_is_there(checkout):
    stand_in(checkout, "dpkg-query", "echo 'ii '")
    stand_in(checkout, "apt-get", "echo called >&2; exit 1")
    stand_in(checkout, "swift", "true")
    done = run(checkout, ".ci/packages", "build", "test")
    assert done.returncode == 0 and done.stderr == ""


def test_missing_packages_are_installed_or_named(checkout):
    stand_in(checkout, "dpkg-query", "exit 1")
    stand_in(checkout, "apt-get", 'echo "apt-get $*" >&2')
    stand_in(checkout, "sudo", "exit 1")
    stand_in(checkout, "swift", "true")
    done = run(checkout, ".ci/packages", "build")
    assert "libzmq3-dev" in done.stderr
    if os.geteuid() == 0:
        assert done.returncode == 0 and "apt-get install -y" in done.stderr
    else:
        assert done.returncode == 69 and "need root" in done.stderr


def test_a_missing_toolchain_is_a_clear_message(checkout):
    stand_in(checkout, "dpkg-query", "echo 'ii '")
    done = run(checkout, ".ci/packages", "build", SWIFT="no-such-swift")
    assert done.returncode == 69 and "swift.org" in done.stderr


def test_a_warning_is_remembered_until_its_module_is_clean(checkout):
    where = f"{checkout.resolve()}/Sources/Journal/Log.swift:3:5: warning: variable 'x' was never used"
    stand_in(checkout, "swift", f"echo '[1/3] Compiling Journal Log.swift'; echo \"{where}\"; "
             "echo '/elsewhere/Sources/Other/A.swift:1:1: warning: not ours'")
    assert run(checkout, ".ci/build").returncode == 0
    remembered = checkout / ".build/own-warnings"
    assert remembered.read_text() == "Sources/Journal/Log.swift:3:5: warning: variable 'x' was never used\n"
    stand_in(checkout, "swift", "echo '[1/1] Compiling quoted Main.swift'")
    run(checkout, ".ci/build")
    assert "Log.swift" in remembered.read_text()
    stand_in(checkout, "swift", "echo '[1/1] Compiling Journal Log.swift'")
    run(checkout, ".ci/build")
    assert remembered.read_text() == ""


def test_a_failed_build_fails_the_tests(checkout):
    stand_in(checkout, "swift", "echo 'error: no'; exit 1")
    stand_in(checkout, "dpkg-query", "echo 'ii '")
    done = run(checkout, "make", "test")
    assert done.returncode != 0
    assert done.stdout.splitlines()[-1] == "0 passed, 1 failed, 0 skipped"


def test_results_add_up(checkout):
    results = checkout / "r.xml"
    results.write_text('<testsuites><testsuite><testcase/><testcase><failure/></testcase>'
                       '<testcase><skipped/></testcase><testcase><error/></testcase><testcase/>'
                       '</testsuite></testsuites>')
    assert run(checkout, ".ci/tally", str(results)).stdout == "2 2 1\n"
    assert run(checkout, ".ci/tally", "absent.xml").returncode != 0


FAKE_SERVICE = """
case "$1" in
    serve) trap 'echo drained; exit 0' TERM; touch "$3/up"; while :; do sleep 0.05; done ;;
    status) [[ -e "${@: -1}/up" ]] ;;
    push) echo pushed "${@: -1}" ;;
    watch) echo 'Ana Lima: “It is safe again.”' ;;
esac
"""


@pytest.fixture
def sample(checkout):
    """Starts .ci/sample on a stand-in for the service."""
    (checkout / "config/samples").mkdir(parents=True)
    article = '{"id": "example", "text": "“It is safe again,” said Ana Lima."}'
    (checkout / "config/samples/article.json").write_text(article)
    stand_in(checkout, "swift", f'echo "{checkout.parent}/bin"')
    started = []

    def start(service):
        stand_in(checkout, "quoted", service)
        environment = {"PATH": f"{checkout.parent / 'bin'}:{os.environ['PATH']}", "STATE": str(checkout / "a state")}
        started.append(subprocess.Popen([".ci/sample"], cwd=checkout, env=environment, text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_sample_is_shown_and_a_signal_stops_cleanly(sample, number):
    process = sample(FAKE_SERVICE)
    assert "pushed" in process.stdout.readline()
    assert "Ana Lima" in process.stdout.readline()
    while "Ctrl-C stops it" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0 and "has stopped" in errors


def test_a_service_that_cannot_start_is_explained(sample):
    process = sample("[[ $1 == serve ]] && { echo 'address in use: tcp://127.0.0.1:5571' >&2; exit 69; }; exit 0")
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 69
    assert "address in use" in errors and "STATE=" in errors


def test_a_service_that_ends_by_itself_is_noticed(sample):
    process = sample(FAKE_SERVICE.replace("while :; do sleep 0.05; done", "sleep 2; echo broken >&2; exit 70"))
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 70 and "broken" in errors
