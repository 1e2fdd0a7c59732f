"""Stages of neighbouring releases work together; others say why not, and wait."""

import json
import os
import threading
import time

import pytest
import zmq

from stranger import Submitter, Subscriber, replay_all

TEXT = "“The bridge is safe again,” said Ana Lima, the mayor, on Tuesday. Report %s."

# The wire, as the service speaks it: the version, the kind, then fields; numbers in LEB128, texts behind their length.
CURRENT, OLDEST = 2, 1
READY, REFUSED, HEARTBEAT, JOB = 1, 3, 2, 1
ARTICLES, LAYERS = 1, 3


def number(value):
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(encoded + bytes([value]))


def text(value):
    return number(len(value.encode())) + value.encode()


def ready(version, oldest=None, articles=ARTICLES, layers=LAYERS, stage="entities", name="stranger", release="9.9.9", more=b""):
    message = bytes([version, READY]) + text(stage) + number(1) + text(name)
    if version > 1:
        message += bytes([version if oldest is None else oldest, articles, layers]) + text(release)
    return message + more


def reason(message):
    """What a refusal says; it has the same form in every version."""
    assert message[1] == REFUSED, message
    length, start = message[2], 3
    if length >= 0x80:
        length, start = (length & 0x7F) | (message[3] << 7), 4
    return message[start:start + length].decode()


class Worker:
    """A program of another release that connects to the dispatcher."""

    def __init__(self, context, installation):
        self.socket = context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.connect(f"ipc://{installation.state}/dispatch.sock")

    def say(self, *frames):
        self.socket.send_multipart(frames)

    def hear(self, within=10):
        assert self.socket.poll(within * 1000), f"no answer within {within} s"
        return self.socket.recv_multipart()

    def close(self):
        self.socket.close()


@pytest.fixture
def service(make_installation):
    installation = make_installation(analysis_analyzer="rules")
    installation.serve()
    return installation


@pytest.fixture
def worker(context, service):
    one = Worker(context, service)
    yield one
    one.close()


def status(installation):
    return json.loads(installation.run("status", "--json").stdout)


def refused(installation, name):
    return next((one for one in status(installation)["refused"] if one["name"] == name), None)


@pytest.mark.parametrize("version, oldest", [(CURRENT + 1, CURRENT + 1), (CURRENT + 7, CURRENT + 3), (CURRENT, CURRENT + 1)])
def test_a_worker_without_a_common_version_is_told_why_and_shown(service, worker, version, oldest):
    for _ in range(3):
        worker.say(ready(version, oldest, name="from-later"))
        answer, = worker.hear()
        assert answer[0] == version, "in the worker's own version"
        assert f"{oldest} to {version}" in reason(answer) or f"version {version}" in reason(answer)
        assert f"{OLDEST} to {CURRENT}" in reason(answer) and "9.9.9" in reason(answer)
    entry = refused(service, "from-later")
    assert entry["times"] == 3 and entry["stage"] == "entities" and entry["release"] == "9.9.9"
    assert "from-later" not in [one["name"] for one in status(service)["workers"]]
    assert service.processes[0].log().count("a worker is refused") == 1
    page = service.run("status").stdout
    assert "from-later (stage entities) asks for work and is refused" in page


@pytest.mark.parametrize("formats", [{"articles": ARTICLES + 1}, {"layers": LAYERS - 1}])
def test_a_worker_with_other_formats_is_told_why(service, worker, formats):
    worker.say(ready(CURRENT, OLDEST, **formats))
    assert f"format {next(iter(formats.values()))}" in reason(worker.hear()[0])


@pytest.mark.parametrize("version, oldest, spoken", [
    (CURRENT + 1, OLDEST, CURRENT), (CURRENT + 1, CURRENT, CURRENT), (CURRENT, OLDEST, CURRENT), (OLDEST, OLDEST, OLDEST)])
def test_a_worker_of_a_neighbouring_release_is_taken(service, worker, version, oldest, spoken):
    later = b"fields of a later release" if version > CURRENT else b""
    worker.say(ready(version, oldest, stage="attribution", name="neighbour", more=later))
    answer, = worker.hear()
    assert answer[:2] == bytes([spoken, HEARTBEAT])
    entry = next(one for one in status(service)["workers"] if one["name"] == "neighbour")
    assert entry["wireVersion"] == spoken and entry["release"] == ("" if version == 1 else "9.9.9")
    worker.say(bytes([spoken, 4]))


def test_a_refused_worker_that_is_replaced_by_a_fitting_one_is_forgotten(service, worker):
    worker.say(ready(CURRENT + 1, CURRENT + 1, name="turns"))
    reason(worker.hear()[0])
    worker.say(ready(CURRENT, OLDEST, name="turns"))
    assert worker.hear()[0][1] == HEARTBEAT
    assert refused(service, "turns") is None


def test_garbage_is_answered_and_told_once_and_harms_nothing(context, service, worker):
    for garbage in [b"", b"\0", b"\xff" * 40, bytes([CURRENT]), bytes([CURRENT, 9]), bytes([CURRENT + 1, 2, 1]), os.urandom(200)]:
        for _ in range(20):
            worker.say(garbage)
            answer, = worker.hear()
            assert reason(answer)
    log = service.processes[0].log()
    assert log.count("a worker's message could not be read") <= 8, log
    articles = [(f"after-{n}", {"id": f"after-{n}", "text": TEXT % n}) for n in range(20)]
    Submitter(context, service.endpoints["ingest"]).push(articles)
    subscriber = Subscriber(context, service, "heartbeat")
    while subscriber.heartbeat()["sequence"] < 20:
        pass
    assert status(service)["dead"] == 0


class Relay(threading.Thread):
    """Stands between the stages and gives one side of a wire the manners of the first release: version 1 alone."""

    def __init__(self, installation, path, speaks_first):
        super().__init__(daemon=True)
        self.installation, self.path, self.speaks_first = installation, path, speaks_first
        self.done = threading.Event()
        self.refusals = 0
        self.listening = threading.Event()
        self.failure = None

    def run(self):
        context = zmq.Context()
        try:
            self.relay(context)
        except Exception as problem:  # shown by the test
            self.failure = problem
        finally:
            context.destroy(linger=0)

    def relay(self, context):
        workers = context.socket(zmq.ROUTER)
        workers.bind(f"ipc://{self.path}")
        self.listening.set()
        poller = zmq.Poller()
        poller.register(workers, zmq.POLLIN)
        lines = {}
        while not self.done.is_set():
            for one, _ in poller.poll(50):
                if one is workers:
                    identity, *frames = workers.recv_multipart()
                    if identity not in lines:
                        lines[identity] = context.socket(zmq.DEALER)
                        lines[identity].connect(f"ipc://{self.installation.state}/dispatch.sock")
                        poller.register(lines[identity], zmq.POLLIN)
                    frames = self.from_worker(workers, identity, frames)
                    if frames:
                        lines[identity].send_multipart(frames)
                else:
                    frames = one.recv_multipart()
                    assert frames[0][0] == 1, "the service speaks the first version to those that know no other"
                    workers.send_multipart([next(who for who, line in lines.items() if line is one)] + frames)

    def from_worker(self, workers, identity, frames):
        header = frames[0]
        if self.speaks_first == "worker":
            # A worker of the first release: its `ready` ends with the name.
            if header[1] == READY:
                end = 2
                for _ in range(3):
                    end += 1 + (header[end] if _ != 1 else 0)
                header = header[:end]
            return [b"\1" + header[1:], *frames[1:]]
        if header[0] != 1:
            # A dispatcher of the first release reads nothing else.
            self.refusals += 1
            workers.send_multipart([identity, b"\1\3" + text("wire version 2 is not spoken here (this build speaks 1)")])
            return None
        return frames


@pytest.mark.parametrize("side", ["worker", "dispatcher"])
def test_stages_of_the_first_release_and_of_this_one_work_together(make_installation, context, announce, side):
    installation = make_installation(analysis_analyzer="rules")
    for stage in ("ingest", "sink"):
        installation.start("stage", stage)
    relay = Relay(installation, installation.folder / "relay.sock", side)
    relay.start()
    assert relay.listening.wait(10)
    through = f"ipc://{installation.folder}/relay.sock"
    for stage in ("sentences", "entities", "attribution"):
        installation.start("stage", stage, notified=False, QUOTED_ENDPOINTS_DISPATCH=through)
    articles = [(f"mixed-{n}", {"id": f"mixed-{n}", "text": TEXT % n}) for n in range(100)]
    Submitter(context, installation.endpoints["ingest"]).push(articles)
    subscriber = Subscriber(context, installation, "heartbeat")
    deadline = time.monotonic() + 30
    while subscriber.heartbeat()["sequence"] < 100:
        assert relay.failure is None and time.monotonic() < deadline, relay.failure or status(installation)
    relay.done.set()
    relay.join(10)
    assert relay.failure is None
    records = [json.loads(body) for body in replay_all(context, installation, since=1)]
    assert sorted(record["article"]["id"] for record in records) == sorted(key for key, _ in articles)
    assert status(installation)["dead"] == 0
    if side == "dispatcher":
        workers = len(os.sched_getaffinity(0))
        assert 3 <= relay.refusals <= 3 * (1 + 2 * workers), "each worker tries its own version once"


def test_a_refused_worker_waits_says_why_once_and_is_taken_when_the_service_can(make_installation, context):
    """The service comes later, and is for a moment a program that refuses everybody."""
    installation = make_installation(analysis_analyzer="rules", pipeline_heartbeat="50 ms", pipeline_dead_after="1 s")
    path = f"ipc://{installation.state}/dispatch.sock"
    refusing = context.socket(zmq.ROUTER)
    refusing.linger = 0
    refusing.bind(path)
    worker = installation.start("stage", "sentences", notified=False)
    asked = asked_until_refused(refusing, 4)
    assert all(frame[1] == READY for frame in asked)
    assert [frame[0] for frame in asked] == [CURRENT] * 4
    assert worker.log().count("the dispatcher refuses this worker; it waits and asks again") == 1
    assert "not today" in worker.log() and worker.popen.poll() is None
    refusing.close()
    installation.start("stage", "ingest")
    deadline = time.monotonic() + 20
    while "takes this worker after all" not in worker.log():
        assert time.monotonic() < deadline, worker.log()
        time.sleep(0.02)


def asked_until_refused(refusing, count):
    """What is asked until a worker was refused so often."""
    asked = []
    while len(asked) < count:
        assert refusing.poll(20_000)
        # Behind it may stand what it tells of its process.
        identity, frame, *_ = refusing.recv_multipart()
        asked.append(frame)
        refusing.send_multipart([identity, bytes([CURRENT, REFUSED]) + text("not today")])
    return asked
