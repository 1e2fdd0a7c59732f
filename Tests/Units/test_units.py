"""The unit files: accepted by systemd, and tightly sandboxed."""

import os
import re
import shutil
import subprocess

import pytest

from conftest import ROOT

SERVICES = ["quoted.service", "quoted-stage@.service"]


@pytest.fixture(scope="module")
def analyze():
    found = shutil.which("systemd-analyze")
    if not found:
        pytest.skip("systemd-analyze (package systemd) is not installed")

    def run(*arguments):
        return subprocess.run([found, *map(str, arguments)], capture_output=True, text=True, timeout=60)

    return run


@pytest.fixture(scope="module")
def units(install, tmp_path_factory):
    """Units that were installed to a folder of their own, so that the program which they name is there."""
    folder = tmp_path_factory.mktemp("root")
    install(folder)
    installed = folder / "usr/lib/systemd/system"
    checked = tmp_path_factory.mktemp("units")
    for unit in installed.iterdir():
        (checked / unit.name).write_text(unit.read_text().replace("/usr/", f"{folder}/usr/"))
    return checked


def test_systemd_finds_nothing_wrong(analyze, units):
    done = analyze("verify", "--man=no", *sorted(units.iterdir()))
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == "" and done.stdout.strip() == ""


def test_verify_would_find_a_fault(analyze, units, tmp_path):
    broken = tmp_path / "quoted.service"
    broken.write_text((units / "quoted.service").read_text().replace("[Service]", "[Service]\nNoSuchSetting=yes"))
    done = analyze("verify", "--man=no", broken)
    assert "NoSuchSetting" in done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_the_sandbox_is_tight(analyze, name):
    done = analyze("security", "--no-pager", "--offline=true", ROOT / "systemd" / name)
    exposure = float(re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)[1])
    print(f"{name}: exposure {exposure}")
    assert exposure <= 1.5, done.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_a_stop_leaves_time_to_drain(name):
    unit = (ROOT / "systemd" / name).read_text()
    stop = int(re.search(r"^TimeoutStopSec=(\d+)s$", unit, re.M)[1])
    reference = (ROOT / "config/quoted.toml").read_text()
    drain = int(re.search(r'drain-deadline = "(\d+) s"', reference)[1])
    assert stop > drain + 5


def test_the_socket_unit_is_the_service_s_and_its_account_s():
    unit = (ROOT / "systemd/quoted.socket").read_text().splitlines()
    for line in ("SocketUser=quoted", "SocketGroup=quoted", "SocketMode=0660", "WantedBy=sockets.target"):
        assert line in unit, line
    # One process has all of a socket's connections; files in /run/quoted stay when it ends.
    assert not any(line.startswith(("Accept=", "RemoveOnStop=", "Service=")) for line in unit)


def test_settings_that_the_service_relies_on():
    unit = (ROOT / "systemd/quoted.service").read_text().splitlines()
    for line in ("Type=notify", "NotifyAccess=main", "StateDirectory=quoted", "RuntimeDirectory=quoted",
                 "Restart=on-failure", "User=quoted", "ExecReload=/bin/kill -HUP $MAINPID"):
        assert line in unit, line
    assert any(line.startswith("WatchdogSec=") for line in unit)


@pytest.mark.skipif(os.geteuid() != 0, reason="making accounts and directories in a folder needs root")
def test_account_and_directories_are_made(install, tmp_path):
    tools = [shutil.which(name) for name in ("systemd-sysusers", "systemd-tmpfiles")]
    if None in tools:
        pytest.skip("systemd-sysusers and systemd-tmpfiles (package systemd) are not installed")
    install(tmp_path)
    for command in ([tools[0], f"--root={tmp_path}"], [tools[1], f"--root={tmp_path}", "--create"]):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
    user = next(line for line in (tmp_path / "etc/passwd").read_text().splitlines() if line.startswith("quoted:"))
    number = int(user.split(":")[2])
    for name in ("run/quoted", "var/lib/quoted"):
        status = (tmp_path / name).stat()
        assert (status.st_uid, status.st_mode & 0o7777) == (number, 0o750)
