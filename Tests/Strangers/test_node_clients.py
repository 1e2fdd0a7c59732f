"""The README's programs for Node, exactly as printed, against a service.

Debian has no package of zeromq.js, so a stand-in takes the library's place that speaks ZeroMQ's protocol by itself
(node/zeromq): what is tested is the programs and the service, not the library.
"""

import json
import os
import re
import shutil
import subprocess
import time

import pytest

from conftest import ROOT
from stranger import Subscriber, die_with_parent, submit
from test_clients import PORTS, quoting, wait_for_line

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="node (package nodejs) is not installed")


def programs():
    section = (ROOT / "README.md").read_text().partition("\n### Node\n")[2].partition("\n### ")[0]
    return re.findall(r"^```js\n(.*?)^```$", section, re.M | re.S)


@pytest.fixture
def node(service, tmp_path):
    """Starts a program's text against the service."""
    shutil.copytree(ROOT / "Tests/Strangers/node/zeromq", tmp_path / "node_modules/zeromq")
    mapping = " ".join(f"tcp://127.0.0.1:{port}={service.endpoints[name]}" for name, port in PORTS.items())
    started = []

    def start(text):
        file = tmp_path / f"program-{len(started)}.mjs"
        file.write_text(text)
        started.append(subprocess.Popen(["node", file], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        env=os.environ | {"PORT_MAP": mapping}, preexec_fn=die_with_parent))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_push_as_printed(context, service, node):
    assert len(programs()) == 3
    subscriber = Subscriber(context, service, "analysis/")
    subscriber.heartbeat()
    told, _ = node(programs()[0]).communicate(timeout=30)
    assert told == "{ status: 'accepted', id: 'example-1', sequence: 1 }\n"
    assert json.loads(subscriber.records(1)[0])["quotations"][0]["speaker"]["name"] == "Ana Lima"


def test_subscribe_as_printed(context, service, node):
    program = node(programs()[1])
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


def test_replay_as_printed(context, service, node):
    subscriber = Subscriber(context, service, "analysis/")
    subscriber.heartbeat()
    for number in range(130):
        submit(context, service, quoting(number))
    subscriber.records(130)
    told, _ = node(programs()[2]).communicate(timeout=30)
    lines = told.splitlines()
    assert [int(line.split()[0]) for line in lines] == list(range(1, 131))
    assert all(line.endswith(" 1 quotations") for line in lines)
