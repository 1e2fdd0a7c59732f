"""The service and a worker do their work under the system call rules of their units."""

import json
import subprocess
import sys

import pytest
import zmq

from conftest import ROOT

sys.path.insert(0, str(ROOT / "Tests/Strangers"))
from stranger import Installation, Subscriber, submit  # noqa: E402

SANDBOX = ROOT / "Tests/Units/sandboxed.py"
UNITS = {"serve": ROOT / "systemd/quoted.service", "stage": ROOT / "systemd/quoted-stage@.service"}


class Sandboxed(Installation):
    def command(self, *arguments):
        return [sys.executable, str(SANDBOX), str(UNITS[arguments[0]]), *super().command(*arguments)]


@pytest.fixture
def installation(binary):
    if subprocess.run([sys.executable, SANDBOX, UNITS["serve"], "/bin/true"]).returncode == 77:
        pytest.skip("libseccomp or systemd-analyze (package systemd) is not installed")
    installation = Sandboxed(binary)
    yield installation
    installation.close()


def test_the_rules_are_in_force(installation):
    program = """
import os, socket
for action in (lambda: socket.socket(socket.AF_PACKET), lambda: os.setpriority(0, 0, 1), lambda: os.chroot('/')):
    try: action()
    except OSError as error: print(error.errno)
"""
    done = subprocess.run([sys.executable, SANDBOX, UNITS["serve"], sys.executable, "-c", program],
                          capture_output=True, text=True)
    assert len(done.stdout.split()) == 3, done.stdout + done.stderr


def test_an_article_passes_through(installation):
    context = zmq.Context()
    try:
        service = installation.serve()
        worker = installation.start("stage", "entities:1").wait_ready()
        subscriber = Subscriber(context, installation)
        subscriber.heartbeat()
        assert submit(context, installation, {"id": "a", "text": "“Hello,” said Ana Lima."})["status"] == "accepted"
        assert json.loads(subscriber.records(1)[0])["article"]["id"] == "a"
        assert worker.terminate() == 0
        assert service.terminate() == 0
    finally:
        context.destroy(linger=0)
