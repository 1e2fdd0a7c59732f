"""Restarts with the listening sockets of a socket unit, hand-over between processes, workers restarted one by one."""

import collections
import json
import os
import signal
import socket
import statistics
import subprocess
import threading
import time

import pytest
import zmq
from zmq.utils.monitor import recv_monitor_message

from activated import ActivatedInstallation, listener
from conftest import ROOT
from stranger import Submitter, Subscriber, free_ports, http_get, replay_all, submit

RESTARTS = int(os.environ.get("QUOTED_RESTARTS", 10))
# Seconds from SIGTERM to the first receipt of the next process.
PAUSE_LIMIT = float(os.environ.get("QUOTED_PAUSE_LIMIT", 1.0))
TEXT = "“The bridge is safe again,” said Ana Lima, the mayor, on Tuesday. Report %s. " + "The council met. " * 40


@pytest.fixture
def activated(binary, request):
    made = []

    def make(**settings):
        made.append(ActivatedInstallation(binary, **settings))
        return made[-1]

    yield make
    for installation in made:
        if getattr(request.node, "report", None) is None or request.node.report.failed:
            for log in sorted(installation.folder.glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}")
        installation.close()


class Client(threading.Thread):
    """Connects anew for every article; one whose connection ends before the receipt is sent again."""

    def __init__(self, endpoint, name):
        super().__init__(daemon=True)
        self.endpoint, self.label = endpoint, name
        self.accepted = {}
        # (when sent, when received) of each receipt.
        self.receipts = []
        self.refused = self.cut_off = 0
        self.done = threading.Event()
        self.failure = None

    def run(self):
        context = zmq.Context()
        try:
            number = 0
            while not self.done.is_set():
                number += 1
                identifier = f"{self.label}-{number}"
                article = json.dumps({"id": identifier, "text": TEXT % identifier}).encode()
                while not (receipt := self.exchange(context, article)):
                    self.cut_off += 1
                assert receipt["status"] in ("accepted", "duplicate"), receipt
                self.accepted[identifier] = receipt["sequence"]
        except Exception as problem:  # shown by the test
            self.failure = problem
        finally:
            context.destroy(linger=0)

    def exchange(self, context, article, within=20.0):
        """The receipt, or None if the connection ended first."""
        client = context.socket(zmq.DEALER)
        client.linger = 0
        events = client.get_monitor_socket(zmq.EVENT_CONNECT_RETRIED | zmq.EVENT_DISCONNECTED)
        try:
            client.connect(self.endpoint)
            sent = time.monotonic()
            client.send_multipart([b"", article])
            poller = zmq.Poller()
            poller.register(client, zmq.POLLIN)
            poller.register(events, zmq.POLLIN)
            while time.monotonic() < sent + within:
                ready = dict(poller.poll(1000))
                if client in ready:
                    self.receipts.append((sent, time.monotonic()))
                    return json.loads(client.recv_multipart()[-1])
                if events in ready:
                    if recv_monitor_message(events)["event"] == zmq.EVENT_DISCONNECTED:
                        return None
                    self.refused += 1
            raise AssertionError(f"no receipt within {within} s")
        finally:
            client.disable_monitor()
            client.close()


class Prober(threading.Thread):
    """Opens plain TCP connections to one port all the time."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port = port
        self.connections = 0
        self.refused = 0
        self.done = threading.Event()

    def run(self):
        while not self.done.wait(0.01):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=10).close()
                self.connections += 1
            except OSError:
                self.refused += 1


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def test_restarts_under_load_refuse_no_connection_and_lose_nothing(activated, context, announce):
    # The rules: what is tried here is the way of the articles, not their analysis.
    installation = activated(analysis_analyzer="rules")
    ports = [int(endpoint.rsplit(":", 1)[1]) for endpoint in installation.endpoints.values()]
    probers = [Prober(port) for port in ports + [int(installation.http.split(":")[1])]]
    clients = [Client(installation.endpoints["ingest"], f"client{number}") for number in range(4)]
    process = installation.serve()
    for one in probers + clients:
        one.start()

    def receipts_since(moment):
        """When articles that were sent since then got theirs."""
        found = []
        for client in clients:
            for sent, got in reversed(client.receipts):
                if got < moment:
                    break
                if sent >= moment:
                    found.append(got)
        return sorted(found)

    def wait_for_receipts(moment, count):
        deadline = time.monotonic() + 30
        while len(receipts_since(moment)) < count:
            assert time.monotonic() < deadline, "no receipts"
            assert not any(client.failure for client in clients), [client.failure for client in clients]
            time.sleep(0.002)

    stops, starts, pauses = [], [], []
    wait_for_receipts(0, 20)
    for _ in range(RESTARTS):
        told = time.monotonic()
        assert process.terminate() == 0
        ended = time.monotonic()
        process = installation.start("serve")
        wait_for_receipts(ended, 20)
        pauses.append(receipts_since(ended)[0] - told)
        process.wait_ready()
        stops.append(ended - told)
        starts.append(receipts_since(ended)[0] - ended)
    for one in probers + clients:
        one.done.set()
    for one in probers + clients:
        one.join(30)
    assert not any(client.failure for client in clients), [client.failure for client in clients]

    accepted = {key: sequence for client in clients for key, sequence in client.accepted.items()}
    subscriber = Subscriber(context, installation, "heartbeat")
    while subscriber.heartbeat()["sequence"] < len(accepted):
        pass
    records = [json.loads(body) for body in replay_all(context, installation, since=1)]
    published = collections.Counter(record["article"]["id"] for record in records)
    lost = sorted(set(accepted) - set(published))
    twice = sorted(key for key, count in published.items() if count > 1)
    refused = sum(one.refused for one in probers + clients)
    announce(f"{RESTARTS} restarts: pause p50 {statistics.median(pauses):.3f} s, p99 {percentile(pauses, 0.99):.3f} s "
             f"(stop {statistics.median(stops):.3f} s, start to receipt {statistics.median(starts):.3f} s)")
    announce(f"{len(accepted)} articles accepted over as many connections, "
             f"{sum(client.cut_off for client in clients)} sent again, {len(lost)} lost, {len(twice)} twice; "
             f"{sum(prober.connections for prober in probers)} more connections to {len(probers)} ports; {refused} refused")
    assert refused == 0
    assert lost == [] and twice == []
    assert [record["sequence"] for record in records] == list(range(1, len(records) + 1))
    # Of a few restarts the 99th percentile is the longest, which is the machine's as much as the service's.
    assert (percentile(pauses, 0.99) if RESTARTS >= 50 else statistics.median(pauses)) < PAUSE_LIMIT
    assert http_get(installation, "/readyz")[0] == 200
    assert process.terminate() == 0
    assert all(path.exists() for path in (installation.state / "dispatch.sock", installation.state / "control.sock")), \
        "a socket unit's files are not the service's to remove"


def test_what_comes_before_the_start_is_served_then(activated, context):
    installation = activated(analysis_analyzer="rules")
    early = context.socket(zmq.REQ)
    early.connect(installation.endpoints["ingest"])
    early.send_json({"id": "early", "text": TEXT % "early"})
    installation.serve()
    assert early.poll(20_000) and early.recv_json()["status"] == "accepted"
    early.close()
    done = installation.run("status")
    assert done.returncode == 0 and "attribution" in done.stdout, done.stderr


# Sockets that do not fit


def refusal(installation, *arguments):
    process = installation.start(*arguments, notified=False)
    assert process.popen.wait(30) == 78
    return process.log()


def test_a_socket_at_no_endpoint_is_a_fault(activated):
    installation = activated()
    port, = free_ports(1)
    installation.listening["stray"] = listener(socket.AF_INET, ("127.0.0.1", port))
    log = refusal(installation, "serve")
    assert f"127.0.0.1:{port}" in log and "ListenStream=" in log and installation.endpoints["ingest"] in log


def test_a_socket_open_to_more_machines_than_configured_is_a_fault(activated):
    installation = activated()
    port = int(installation.endpoints["ingest"].rsplit(":", 1)[1])
    installation.listening["ingest"].close()
    installation.listening["ingest"] = listener(socket.AF_INET, ("0.0.0.0", port))
    assert f"0.0.0.0:{port}" in refusal(installation, "serve")


def test_a_socket_of_a_stage_that_runs_elsewhere_is_a_fault(activated):
    installation = activated()
    assert "endpoints.ingest, which this process does not serve" in refusal(installation, "stage", "sink")


def test_a_connection_in_place_of_a_listening_socket_is_a_fault(activated):
    installation = activated()
    near, far = socket.socketpair()
    installation.listening["accepted"] = near
    assert "no Accept=yes" in refusal(installation, "serve")
    far.close()


def test_descriptors_for_another_process_are_left_alone(make_installation):
    installation = make_installation()
    installation.start("serve", LISTEN_PID="1", LISTEN_FDS="3").wait_ready()


# The socket unit and the configuration


def check(installation, unit, **options):
    return subprocess.run([installation.binary, "check", "--state", str(installation.state), "--socket-unit", unit],
                          env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=60, **options)


def test_check_compares_a_socket_unit_with_the_endpoints(make_installation, tmp_path):
    installation = make_installation()
    shipped = (ROOT / "systemd/quoted.socket").read_text().replace("/run/quoted", str(installation.state))
    unit = tmp_path / "quoted.socket"
    unit.write_text(shipped)
    done = check(installation, str(unit))
    assert done.returncode == 0, done.stderr
    drop_in = "\n[Socket]\nListenStream=\nListenStream=127.0.0.1:5571\nListenStream = 5573\nListenDatagram=127.0.0.1:5572\n"
    unit.write_text(shipped + drop_in)
    done = check(installation, str(unit))
    assert done.returncode == 78
    assert "[::]:5573" not in done.stderr and "listens on 5573" in done.stderr
    assert "127.0.0.1:5572 is no listening stream socket" in done.stderr and "5571, which" not in done.stderr
    assert check(installation, str(tmp_path / "absent")).returncode == 64
    done = check(installation, "-", input=shipped)
    assert done.returncode == 0, done.stderr


def test_the_shipped_unit_listens_where_the_shipped_configuration_says():
    endpoints = (ROOT / "systemd/quoted.toml").read_text() + (ROOT / "config/quoted.toml").read_text()
    for line in (ROOT / "systemd/quoted.socket").read_text().splitlines():
        if line.startswith("ListenStream="):
            assert line.partition("=")[2] in endpoints, line


# Hand-over


def test_a_start_waits_for_the_process_before_it(context, make_installation):
    installation = make_installation(analysis_analyzer="rules")
    first = installation.serve()
    assert submit(context, installation, {"id": "one", "text": TEXT % 1})["status"] == "accepted"
    second = installation.start("serve")
    deadline = time.monotonic() + 30
    while "waiting for another process" not in second.log():
        assert time.monotonic() < deadline and second.popen.poll() is None, second.log()
        time.sleep(0.01)
    assert f"process {first.pid} uses this directory" in second.log()
    assert first.terminate() == 0
    second.wait_ready()
    assert submit(context, installation, {"id": "one", "text": TEXT % 1})["status"] == "duplicate"


def test_a_start_does_not_wait_for_ever(make_installation):
    installation = make_installation(analysis_analyzer="rules", service_lock_wait="100 ms")
    first = installation.serve()
    second = installation.start("serve", notified=False)
    assert second.popen.wait(30) == 75
    assert f"process {first.pid} uses this directory" in second.log()


@pytest.mark.parametrize("analyzer", ["rules", "trained"])
def test_a_stop_right_after_the_start_says_nothing_odd(make_installation, analyzer):
    installation = make_installation(analysis_analyzer=analyzer)
    for _ in range(8):
        process = installation.serve()
        assert process.terminate() == 0
        assert "Cannot schedule" not in process.log() and "ERROR" not in process.log(), process.log()


# Workers


def test_workers_restarted_one_after_the_other_lose_nothing(make_installation, context, announce):
    installation = make_installation(analysis_analyzer="rules")
    for stage in ("ingest", "sink"):
        installation.start("stage", stage)
    workers = [installation.start("stage", f"{stage}:{number}", notified=False)
               for stage in ("sentences", "entities", "attribution") for number in (1, 2)]
    count = 40 * len(workers)
    articles = [(f"rolling-{n}", {"id": f"rolling-{n}", "text": TEXT % n}) for n in range(count)]
    submitter = Submitter(context, installation.endpoints["ingest"])
    for number, worker in enumerate(workers):
        share = articles[number * 40:(number + 1) * 40]
        restarted = threading.Thread(target=lambda: (worker.signal(signal.SIGTERM), worker.popen.wait(30)))
        restarted.start()
        submitter.push(share)
        restarted.join(30)
        assert worker.popen.returncode == 0
        workers[number] = installation.start(*worker.name.split(), notified=False)
    subscriber = Subscriber(context, installation, "heartbeat")
    while subscriber.heartbeat()["sequence"] < count:
        pass
    records = [json.loads(body) for body in replay_all(context, installation, since=1)]
    assert sorted(record["article"]["id"] for record in records) == sorted(key for key, _ in articles)
    status = json.loads(installation.run("status", "--json").stdout)
    assert status["dead"] == 0 and status["published"] == count
    announce(f"{len(workers)} workers restarted under {count} articles: 0 lost, 0 twice, "
             f"{sum(stage['retried'] for stage in status['stages'])} jobs handed to others")
