"""`quoted top`: live in a terminal, which is as before when it ends; once or line by line elsewhere."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pytest

from stranger import Submitter, die_with_parent
from test_operations import articles

ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"


class Terminal:
    """A terminal of its own with a command in it."""

    def __init__(self, installation, *arguments, lines=40, columns=120, **environment):
        self.master, slave = pty.openpty()
        self.resize(lines, columns)
        self.before = termios.tcgetattr(slave)

        def take():
            die_with_parent()
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            installation.command("top", *arguments), stdin=slave, stdout=slave, stderr=slave, preexec_fn=take,
            env=installation.environment(TERM="xterm", **environment))
        self.slave = slave
        self.text = ""

    def resize(self, lines, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def until(self, enough, within=20.0):
        """Reads until `enough(text)`; returns all that came since the last call."""
        deadline = time.monotonic() + within
        while not enough(self.text):
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"not within {within} s: {self.text[-3000:]!r}"
            self.text += os.read(self.master, 65536).decode(errors="replace")
        text, self.text = self.text, ""
        return text

    def picture(self, *words, within=20.0):
        """The next whole picture with all the words."""
        drawn = re.compile("\x1b\\[H(.*?)\x1b\\[J", re.S)
        found = []

        def enough(text):
            found[:] = [p for p in drawn.findall(text) if all(word in p for word in words)]
            return bool(found)

        self.until(enough, within)
        return found[-1]

    def press(self, keys):
        os.write(self.master, keys)

    def ended(self, within=10.0):
        """The exit status; the terminal must be as it was."""
        text = self.until(lambda text: LEAVE in text, within)
        assert "\x1b[?25h" in text, "the cursor is back"
        status = self.process.wait(within)
        assert termios.tcgetattr(self.slave) == self.before
        return status

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def installation(make_installation):
    return make_installation(analysis_analyzer="rules", pipeline_heartbeat="100 ms", pipeline_dead_after="400 ms")


@pytest.fixture
def open_terminal(installation):
    opened = []

    def make(*arguments, **more):
        opened.append(Terminal(installation, *arguments, **more))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def test_stages_and_workers_live_and_q_ends_it(context, installation, open_terminal):
    installation.serve()
    terminal = open_terminal("--interval", "0.2")
    picture = terminal.picture("sentences", "attribution", "/sink", "memory")
    assert "received 0" in picture and "MiB" in picture
    Submitter(context, installation.endpoints["ingest"]).push(articles("top", 50))
    picture = terminal.picture("published 50")
    assert "articles/s" in picture and "\x1b[1m" in picture
    terminal.press(b"q")
    assert terminal.ended() == 0


@pytest.mark.parametrize("how", ["Ctrl-C", "SIGTERM"])
def test_it_ends_in_order(installation, open_terminal, how):
    installation.serve()
    terminal = open_terminal("--interval", "5")
    terminal.picture("sentences")
    if how == "Ctrl-C":
        terminal.press(b"\x03")
    else:
        terminal.process.send_signal(signal.SIGTERM)
    assert terminal.ended() == 0


def test_pictures_fit_the_terminal_whatever_its_size(installation, open_terminal):
    installation.serve()
    terminal = open_terminal("--interval", "0.2", NO_COLOR="1")
    first = terminal.picture("sentences")
    assert "\x1b[1m" not in first and "\x1b[31m" not in first, "NO_COLOR"
    for lines, columns in ((8, 40), (3, 12), (50, 200)):
        terminal.resize(lines, columns)
        terminal.process.send_signal(signal.SIGWINCH)
        deadline = time.monotonic() + 10
        while True:
            rows = [re.sub("\x1b\\[[0-9;]*[A-Za-z]|\r", "", row) for row in terminal.picture().split("\n")]
            if len(rows) <= lines and all(len(row) <= columns for row in rows):
                break
            assert time.monotonic() < deadline, rows
    assert "sentences" in "".join(rows)


def test_it_tells_when_the_service_goes_and_when_it_is_back(installation, open_terminal):
    process = installation.serve()
    terminal = open_terminal("--interval", "0.2", "--timeout", "1", columns=200)
    terminal.picture("sentences")
    process.signal(signal.SIGSTOP)
    terminal.picture("is stopped", f"kill -CONT {process.pid}", "what it said", "sentences")
    terminal.resize(30, 180)
    process.signal(signal.SIGCONT)
    deadline = time.monotonic() + 20
    while "is stopped" in terminal.picture("sentences"):
        assert time.monotonic() < deadline
    process.kill()
    terminal.picture("nobody listens")
    terminal.press(b"q")
    assert terminal.ended() == 0


def test_a_stopped_job_goes_on(installation, open_terminal):
    installation.serve()
    terminal = open_terminal("--interval", "0.2")
    terminal.picture("sentences")
    terminal.process.send_signal(signal.SIGSTOP)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until(lambda text: ENTER in text)
    terminal.picture("sentences")
    terminal.press(b"q")
    assert terminal.ended() == 0


def test_elsewhere_it_is_written_once(context, installation):
    installation.serve()
    Submitter(context, installation.endpoints["ingest"]).push(articles("once", 10))
    for arguments in ((), ("--once",)):
        done = installation.run("top", "--interval", "0.2", *arguments)
        assert done.returncode == 0 and "\x1b" not in done.stdout, done.stdout
        assert "attribution" in done.stdout and "articles/s" in done.stdout and "/sink" in done.stdout
    done = installation.run("top", "--once", "--format", "json")
    answer = json.loads(done.stdout)
    assert {stage["name"] for stage in answer["stages"]} == {"sentences", "entities", "attribution", "sink"}
    for worker in answer["workers"]:
        assert worker["residentBytes"] > 1 << 20 and worker["processID"] > 0, worker
    assert sum(worker["done"] for worker in answer["workers"] if worker["stage"] == "sink") > 0


def test_json_comes_line_by_line(installation):
    installation.serve()
    process = subprocess.Popen(installation.command("top", "--interval", "0.1", "--format", "json"),
                               env=installation.environment(), stdout=subprocess.PIPE, preexec_fn=die_with_parent)
    try:
        for _ in range(3):
            assert json.loads(process.stdout.readline())["stages"]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
