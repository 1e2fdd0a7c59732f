"""The README's Python programs, run exactly as printed against a service; and the first five minutes."""

import json
import os
import pty
import re
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager

import pytest

from conftest import ROOT
from stranger import Subscriber, die_with_parent, submit

PORTS = {"ingest": 5571, "push": 5572, "stream": 5573, "replay": 5574}

# The programs name the default ports, which another service may hold: Python reads this before a program and sends
# connections to the service under test instead. The programs stay as they are.
PORT_MAP = """
import os, zmq
connect = zmq.Socket.connect
ports = dict(pair.split("=") for pair in os.environ["PORT_MAP"].split())
zmq.Socket.connect = lambda socket, address: connect(socket, ports[address])
"""


def programs():
    """The Python programs of the section on clients, in their order."""
    section = (ROOT / "README.md").read_text().partition("\n## Clients\n")[2].partition("\n## ")[0]
    return re.findall(r"^```python\n(.*?)^```$", section, re.M | re.S)


@pytest.fixture
def as_printed(service, tmp_path):
    """Starts a program's text against the service."""
    (tmp_path / "sitecustomize.py").write_text(PORT_MAP)
    mapping = " ".join(f"tcp://127.0.0.1:{port}={service.endpoints[name]}" for name, port in PORTS.items())
    started = []

    def start(text):
        file = tmp_path / f"program-{len(started)}.py"
        file.write_text(text)
        started.append(subprocess.Popen(
            [sys.executable, "-u", file], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=os.environ | {"PYTHONPATH": str(tmp_path), "PORT_MAP": mapping, "PYTHONIOENCODING": "utf-8"},
            preexec_fn=die_with_parent))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def quoting(number):
    return {"id": f"tide-{number}", "text": f"“Tide {number} was high,” said Ana Lima, the mayor, on Tuesday."}


def wait_for_line(process, within):
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        return process.stdout.readline() if selector.select(within) else None


def test_the_readme_has_three_programs():
    assert len(programs()) == 3
    # With room for comments: they are to be read at a glance.
    assert max(len(program.splitlines()) for program in programs()) <= 13


def test_push_as_printed(context, service, as_printed):
    subscriber = Subscriber(context, service, "analysis/")
    subscriber.heartbeat()
    first, _ = as_printed(programs()[0]).communicate(timeout=30)
    assert first == "{'status': 'accepted', 'id': 'example-1', 'sequence': 1}\n"
    record = json.loads(subscriber.records(1)[0])
    assert record["quotations"][0]["speaker"]["name"] == "Ana Lima"
    again, _ = as_printed(programs()[0]).communicate(timeout=30)
    assert "'status': 'duplicate'" in again and "'id': 'example-1'" in again


def test_subscribe_as_printed(context, service, as_printed):
    program = as_printed(programs()[1])
    # Nobody tells when a subscription has arrived: articles are pushed until one is heard of.
    deadline = time.monotonic() + 30
    number, line = 0, None
    while line is None:
        assert time.monotonic() < deadline and program.poll() is None
        submit(context, service, {"id": f"other-{number}", "text": "“Nobody asked,” said Tom Reed, the engineer."})
        submit(context, service, quoting(number))
        number += 1
        line = wait_for_line(program, 0.5)
    assert re.fullmatch(r"Ana Lima said: “Tide \d+ was high,?”\n", line), line


def test_replay_as_printed(context, service, as_printed):
    subscriber = Subscriber(context, service, "analysis/")
    subscriber.heartbeat()
    nothing, _ = as_printed(programs()[2]).communicate(timeout=30)
    assert nothing == ""
    for number in range(230):
        submit(context, service, quoting(number))
    subscriber.records(230)
    written, _ = as_printed(programs()[2]).communicate(timeout=30)
    lines = written.splitlines()
    assert [int(line.split()[0]) for line in lines] == list(range(1, 231))
    assert sorted(line.split()[1] for line in lines) == sorted(f"tide-{number}" for number in range(230))
    assert all(line.endswith(" 1 quotations") for line in lines)


# The first five minutes

def clean_environment(**extra):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("QUOTED_")}
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        kept.pop(name, None)
    return kept | extra


def test_without_a_command_it_says_what_to_do_next(binary):
    done = subprocess.run([binary], capture_output=True, text=True, timeout=20, env=clean_environment(
        QUOTED_ENDPOINTS_HTTP="127.0.0.1:4321"))
    assert done.returncode == 0 and done.stderr == ""
    for word in ("quoted demo", "quoted serve", "quoted push", "quoted --help", "http://127.0.0.1:4321/"):
        assert word in done.stdout
    assert len(done.stdout.splitlines()) < 15


@contextmanager
def demonstration(binary, folder, *arguments, within=90, **environment):
    """A demonstration whose state and output lie in `folder`; ended after that many seconds, so that no read waits for ever."""
    with open(folder / "output", "wb") as output:
        process = subprocess.Popen(
            [binary, "demo", *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE, text=True,
            env=clean_environment(TMPDIR=str(folder), **environment), preexec_fn=die_with_parent)
    limit = threading.Timer(within, process.kill)
    limit.start()
    try:
        yield process
    finally:
        limit.cancel()
        process.kill()
        process.wait()
        process.stderr.close()


def read_until(stream, word):
    """Lines up to the one with `word`; at the end of the stream those there are."""
    lines = []
    for line in stream:
        lines.append(line)
        if word in line:
            break
    return "".join(lines)


def test_demo_reads_the_shipped_articles_and_leaves_nothing(binary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("d")
    shipped = [json.loads(line) for line in open(ROOT / "config/samples/wikinews.jsonl", encoding="utf-8")]
    assert len(shipped) == 24 and all(article["licence"].startswith("CC BY 2.5") and article["url"] for article in shipped)
    with demonstration(binary, folder, "--pause", "0") as process:
        told = read_until(process.stderr, "More articles:")
        address = re.search(r"The page: (http://127\.0\.0\.1:\d+/)", told).group(1)
        assert "24 articles read" in told
        with urllib.request.urlopen(address, timeout=10) as page:
            assert page.status == 200 and b"<html" in page.read()
        assert list(folder.glob("quoted-demo-*"))
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    text = " ".join((folder / "output").read_text().split())
    for article in shipped:
        assert " ".join(article["title"].split()) in text
    assert "Yvette Cooper" in text
    assert list(folder.glob("quoted-demo-*")) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_demo_ends_with_its_terminal_and_by_signals(binary, tmp_path_factory, number):
    folder = tmp_path_factory.mktemp("d")
    with demonstration(binary, folder, "--pause", "60") as process:
        assert "The page:" in read_until(process.stderr, "The page:")
        process.send_signal(number)
        assert process.wait(20) == 0, process.stderr.read()
        assert "quoted:" not in process.stderr.read()
    assert list(folder.glob("quoted-demo-*")) == []


def test_demo_ends_when_nobody_reads_it(binary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("d")
    done = subprocess.run(['"$0" demo --pause 0 | head -n 1; exit "${PIPESTATUS[0]}"', binary], shell=True, text=True,
                          executable="/bin/bash", capture_output=True, timeout=60, env=clean_environment(TMPDIR=str(folder)))
    assert done.returncode == 69 and len(done.stdout.splitlines()) == 1
    assert "quoted: standard output: Broken pipe" in done.stderr.splitlines()
    assert list(folder.glob("quoted-demo-*")) == []


def test_demo_steps_aside_for_another_service_and_opens_the_page_on_a_desktop(binary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("d")
    opened = folder / "opened"
    os.mkfifo(opened)
    browser = folder / "xdg-open"
    browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >"{opened}"\n')
    browser.chmod(0o755)
    article = folder / "article.txt"
    article.write_text("“It is late,” said Ana Lima, the mayor.")
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind(("127.0.0.1", PORTS["stream"]))
        holder.listen()
    except OSError:
        pass   # somebody else holds it already, which is as good
    desktop = {"DISPLAY": ":7", "PATH": f"{folder}:{os.environ['PATH']}"}
    # Both ends, so that opening does not wait for a browser that never comes.
    with holder, demonstration(binary, folder, article, **desktop) as process, open(os.open(opened, os.O_RDWR)) as address:
        told = read_until(process.stderr, "More articles:")
        with selectors.DefaultSelector() as selector:
            selector.register(address, selectors.EVENT_READ)
            assert selector.select(20), "no browser was asked"
        page = address.readline().strip()
        assert f"The page: {page} " in told and ":5570/" not in told and "1 article read" in told
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_demo_without_a_file_that_can_be_read_says_so(binary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("d")
    with demonstration(binary, folder, folder / "nowhere.txt") as process:
        told = read_until(process.stderr, "nowhere.txt")
        told += read_until(process.stderr, "name a file") if "name a file" not in told else ""
        assert "No such file" in told and "name a file" in told
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def with_a_terminal_for_errors(installation, *command):
    """What a command writes to a terminal that is its standard error alone."""
    leader, follower = pty.openpty()
    process = subprocess.Popen([installation.binary, *map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=follower, env=installation.environment(), preexec_fn=die_with_parent)
    os.close(follower)
    written = b""
    try:
        while chunk := os.read(leader, 65536):
            written += chunk
    except OSError:   # the other end is closed
        pass
    os.close(leader)
    assert process.wait(60) == 0, written
    return written.decode()


def test_long_work_shows_how_far_it_is_on_a_terminal(context, service):
    subscriber = Subscriber(context, service, "analysis/")
    subscriber.heartbeat()
    for number in range(20):
        submit(context, service, quoting(number))
    subscriber.records(20)
    gold = service.folder / "gold.jsonl"
    gold.write_text("".join(json.dumps(quoting(number) | {"attributions": []}) + "\n" for number in range(20)))
    state = ("--state", service.state)
    for command in (("evaluate", gold), ("archive", "rebuild", *state), ("watch", "--since", "1", "--count", "20", *state)):
        written = with_a_terminal_for_errors(service, *command)
        assert re.match(r"\r\x1b\[K\[=* *\] \d+ articles, \d+/s", written), (command, written)
        assert written.endswith("\r\x1b[K"), "the line is taken away at the end"


def test_evaluate_without_its_file_says_what_to_name(binary):
    done = subprocess.run([binary, "evaluate", "nowhere.jsonl"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 65 and "nowhere.jsonl" in done.stderr and "name a file" in done.stderr


REMEDIES = [
    (("push", "nowhere.json"), 65, "name a file"),
    (("push", "--patience", "1", str(ROOT / "config/samples/formats/article.txt")), 69, "quoted serve"),
    (("archive", "rebuild"), 69, "--state"),
    (("search", "bridge"), 69, "archive rebuild"),
    (("status", "--timeout", "1"), 69, "quoted serve"),
    (("anlyze", "article.txt"), 64, "did you mean analyze?"),
    (("push", "--ingest", "localhost:5571", "nowhere.json"), 64, "did you mean tcp://localhost:5571?"),
    (("watch", "--stream", "localhost:5573"), 64, "did you mean tcp://localhost:5573?"),
    (("push", str(ROOT / "config/screenshots")), 65, "no file of news in this directory"),
    (("evaluate", str(ROOT / "config/samples/wikinews.jsonl")), 65, "quoted evaluate --help"),
]


@pytest.mark.parametrize("arguments, status, remedy", REMEDIES, ids=[" ".join(row[0][:2]) for row in REMEDIES])
def test_errors_name_the_remedy(make_installation, arguments, status, remedy):
    installation = make_installation()
    if arguments[0] == "evaluate":
        done = subprocess.run([installation.binary, *arguments], capture_output=True, text=True, timeout=20)
    else:
        done = installation.run(*arguments)
    assert done.returncode == status and remedy in done.stderr, done.stderr


def test_a_search_that_finds_nothing_says_so(context, service):
    subscriber = Subscriber(context, service, "analysis/")
    subscriber.heartbeat()
    submit(context, service, quoting(1))
    subscriber.records(1)
    deadline = time.monotonic() + 20
    while "tide" not in service.run("search", "tide", "--format", "json").stdout.lower():
        assert time.monotonic() < deadline
    done = service.run("search", "mountain", "--format", "json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "quoted: nothing fits\n")


def test_watching_from_beyond_the_latest_record_says_so(context, service):
    subscriber = Subscriber(context, service, "analysis/")
    subscriber.heartbeat()
    submit(context, service, quoting(1))
    subscriber.records(1)
    process = subprocess.Popen([service.binary, "watch", "--since", "40", "--state", service.state], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True, env=service.environment(), preexec_fn=die_with_parent)
    limit = threading.Timer(30, process.kill)
    limit.start()
    try:
        assert process.stderr.readline() == "quoted: record 40 is not there yet, the latest is 1; waiting for it\n"
    finally:
        limit.cancel()
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_others_are_told_how_to_be_allowed(service):
    """Another user asks for what the service's own may use alone."""
    def another():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)

    for command in (("status",), ("search", "tide"), ("archive", "check")):
        done = subprocess.run([service.binary, *command, "--state", service.state], capture_output=True, text=True, timeout=20,
                              env=service.environment(), preexec_fn=another, cwd="/")
        assert done.returncode == 69 and "may not use" in done.stderr and "sudo -u root" in done.stderr, done.stderr
