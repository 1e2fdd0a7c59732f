"""The installed units under a real systemd: the socket unit, restarts, reload, a stop."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from booted import BootedSystem, CannotBoot, missing

RESTARTS = int(os.environ.get("QUOTED_SYSTEMD_RESTARTS", 5))
PAUSE_LIMIT = float(os.environ.get("QUOTED_PAUSE_LIMIT", 1.0))
CLIENT = Path(__file__).with_name("client.py")


@pytest.fixture
def system(install, tmp_path):
    if reason := missing():
        pytest.skip(f"NO SYSTEMD: {reason}")
    install(tmp_path / "root")
    # What an administrator may write: the rules, since the way of the articles is tried here.
    with open(tmp_path / "root/etc/quoted/quoted.toml", "a") as file:
        file.write('\n[analysis]\nanalyzer = "rules"\n')
    try:
        booted = BootedSystem(tmp_path / "root", tmp_path / "work")
    except CannotBoot as problem:
        pytest.skip(f"NO SYSTEMD: it does not start here: {problem}")
    yield booted
    booted.close()


def status(system):
    done = system.run("/usr/bin/quoted", "status", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_restarts_with_the_socket_unit_refuse_nothing_and_lose_nothing(system, capsys):
    unit = system.run("sh", "-c", "systemctl cat quoted.socket >/run/unit && quoted check --socket-unit /run/unit")
    assert unit.returncode == 0, unit.stdout + unit.stderr
    system.systemctl("enable", "--now", "quoted.socket")
    assert system.run("systemctl", "is-active", "quoted.service").stdout.strip() == "inactive"
    client = subprocess.Popen(system.command(sys.executable, CLIENT), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert client.stdout.readline() == "started\n"
        # The first connection has started the service.
        system.systemctl("start", "quoted.service")
        told = []
        for _ in range(RESTARTS):
            told.append(time.monotonic())
            system.systemctl("restart", "quoted.service")
            assert system.systemctl("is-active", "quoted.service", "quoted.socket") == "active\nactive"
        system.systemctl("reload", "quoted.service")
        assert system.run("systemctl", "kill", "-s", "KILL", "quoted.service").returncode == 0
        told.append(time.monotonic())
        deadline = time.monotonic() + 20
        while system.run("systemctl", "is-active", "quoted.service").stdout.strip() != "active":
            assert time.monotonic() < deadline
        output, _ = client.communicate("", timeout=60)
    finally:
        client.kill()
        client.wait()
    seen = json.loads(output)
    deadline = time.monotonic() + 30
    while status(system)["sink"]["lastSequence"] < len(seen["accepted"]):
        assert time.monotonic() < deadline, status(system)
    assert status(system)["sink"]["lastSequence"] == len(set(seen["accepted"].values())) == len(seen["accepted"])
    # `systemctl restart` returns when the new process is ready: the first receipt of an article sent after the command.
    pauses = [min(got for sent, got in seen["receipts"] if sent > moment) - moment for moment in told[:-1]]
    with capsys.disabled():
        print(f"\n    {RESTARTS} restarts by systemctl: {len(seen['accepted'])} articles accepted, none lost or twice; "
              f"{len(seen['refused'])} connections refused; longest silence {longest(seen['receipts']):.2f} s "
              f"(a crash's 1 s of RestartSec included)", end="")
    assert seen["refused"] == []
    assert max(pauses) < PAUSE_LIMIT

    system.systemctl("stop", "quoted.socket", "quoted.service")
    assert system.run("systemctl", "is-active", "quoted.service", "quoted.socket").stdout == "inactive\ninactive\n"


def longest(receipts):
    moments = sorted(got for _, got in receipts)
    return max(later - earlier for earlier, later in zip(moments, moments[1:]))


def test_without_the_socket_unit_the_service_listens_by_itself(system):
    system.systemctl("start", "quoted.service")
    assert status(system)["stages"][0]["workers"] > 0
    done = system.run(sys.executable, "-c", "import urllib.request as u; print(u.urlopen('http://127.0.0.1:5570/readyz').status)")
    assert done.stdout == "200\n", done.stderr
    system.systemctl("stop", "quoted.service")


def test_a_socket_unit_that_does_not_fit_is_told(system):
    drop_in = "/etc/systemd/system/quoted.socket.d/x.conf"
    system.run("sh", "-c", f"mkdir -p {os.path.dirname(drop_in)} && printf '[Socket]\\nListenStream=127.0.0.1:5599\\n' >{drop_in}")
    system.systemctl("daemon-reload")
    done = system.run("sh", "-c", "systemctl cat quoted.socket >/run/unit && quoted check --socket-unit /run/unit")
    assert done.returncode == 78 and "127.0.0.1:5599, which is no endpoint here" in done.stderr
    system.systemctl("start", "quoted.socket")
    assert system.run("systemctl", "start", "quoted.service").returncode != 0
    assert system.run("systemctl", "show", "-P", "ExecMainStatus", "quoted.service").stdout == "78\n"
