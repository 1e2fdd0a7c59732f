"""Subscribers of every kind at once: stopped, slow, late, coming again. The healthy ones miss nothing and hardly notice.

QUOTED_SUBSCRIBER_SECONDS=600 (make subscribers) makes the comparison longer, and the tolerance tight."""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zmq

from lateness import Lateness
from stranger import Submitter, Subscriber, die_with_parent, http_get, replay

SECONDS = float(os.environ.get("QUOTED_SUBSCRIBER_SECONDS", 10))
RATE = 250
TEXT = ("“We shall see,” said Ana Lima, the mayor of Zenda. The council met on Tuesday, and nobody left early. " * 160).strip()


class Followers:
    """A process of followers; see followers.py."""

    def __init__(self, installation, count=1, pace=1.0, nice=0, queue=10):
        script = Path(__file__).with_name("followers.py")
        self.popen = subprocess.Popen(
            ["nice", "-n", str(nice), sys.executable, str(script), installation.endpoints["stream"], installation.endpoints["replay"], str(count),
             str(pace), str(queue)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
        assert self.popen.stdout.readline() == "ready\n"

    def signal(self, number):
        os.kill(self.popen.pid, number)

    def say(self, line):
        self.popen.stdin.write(line + "\n")
        self.popen.stdin.flush()

    def end(self, sequence, within=60):
        """Their reports, when they have everything."""
        output, _ = self.popen.communicate(f"end {sequence}\n", timeout=within)
        return [json.loads(line) for line in output.splitlines()]

    def kill(self):
        self.popen.kill()
        self.popen.wait()


@pytest.fixture
def followers():
    made = []

    def make(*arguments, **options):
        made.append(Followers(*arguments, **options))
        return made[-1]

    yield make
    for one in made:
        if one.popen.poll() is None:
            one.signal(signal.SIGCONT)
            one.kill()


class Load:
    """Articles at a steady rate, with the time at which each was sent. Articles get their numbers in the order in which their
    analysis ends, so the time is told by the article, and the article by the archive."""

    def __init__(self, context, installation, rate):
        self.socket = context.socket(zmq.DEALER)
        self.socket.linger, self.socket.sndhwm = 0, 0
        self.socket.connect(installation.endpoints["ingest"])
        self.rate = rate
        self.sent = []
        self.answered = 0

    def run(self, seconds):
        """Returns the numbers of the articles that were sent meanwhile."""
        first = len(self.sent)
        began = time.monotonic()
        while (now := time.monotonic()) - began < seconds:
            while len(self.sent) - first < (now - began) * self.rate:
                number = len(self.sent)
                self.sent.append(time.monotonic())
                self.socket.send_multipart(
                    [b"", json.dumps({"id": f"load-{number}", "text": f"Report {number}. {TEXT}"}).encode()])
            self.take(5)
        return range(first, len(self.sent))

    def take(self, milliseconds):
        while self.socket.poll(milliseconds):
            milliseconds = 0
            receipt = json.loads(self.socket.recv_multipart()[-1])
            assert receipt["status"] == "accepted", receipt
            self.answered += 1

    def finish(self, within=30):
        deadline = time.monotonic() + within
        while self.answered < len(self.sent):
            assert time.monotonic() < deadline, f"{self.answered} receipts for {len(self.sent)}"
            self.take(100)


def numbers_by_sequence(context, installation, count):
    """Which article has which number, from the archive."""
    found = {}
    while len(found) < count:
        header, records = replay(context, installation, since=len(found) + 1)
        for body in records:
            sequence = int(re.search(rb'"sequence":(\d+)', body)[1])
            found[sequence] = int(re.search(rb'"id":"load-(\d+)"', body)[1])
        assert records, header
    return found


def p99(times):
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.99))]


def compare(reports, sent, numbers, phases):
    """The ratios of the healthy ones' p99, later over earlier phase of each pair."""
    arrivals = {}
    for report in reports:
        for sequence, when in report["live"]:
            arrivals.setdefault(numbers[sequence], []).append(when)

    def figure(phase):
        return p99([when - sent[number] for number in phase for when in arrivals[number]]) * 1000

    return [(figure(plain), figure(bad)) for plain, bad in phases]


def check_ratios(pairs, what, is_judged, announce):
    """The median decides in the long form; a few pairs are told and decide nothing."""
    ratios = sorted(bad / plain for plain, bad in pairs)
    median = statistics.median(ratios)
    announce(f"{what}: p99 {statistics.median(plain for plain, _ in pairs):.1f} ms without, "
             f"{statistics.median(bad for _, bad in pairs):.1f} ms with; ratio {median:.2f} "
             f"({' '.join(f'{ratio:.2f}' for ratio in ratios)})")
    assert median <= 1.10 or len(ratios) < 10 or not is_judged, f"{what} slow the others"


def test_stopped_and_slow_ones_and_replay_hardly_move_the_others(context, make_installation, followers, announce):
    # A short queue, so that the bad ones miss something within seconds; no archive, for quiet.
    installation = make_installation(
        analysis_analyzer="none", stream_high_water_mark=600, stream_heartbeat="200 ms", archive_enabled="false")
    installation.serve()
    healthy = followers(installation, count=8, queue=0)
    # They would compute on machines of their own.
    stopped, slow = followers(installation, nice=10), followers(installation, pace=RATE / 10, nice=10)
    Subscriber(context, installation).heartbeat()
    load = Load(context, installation, RATE)
    load.run(1)
    lateness = Lateness()
    pairs = {"subscribers": [], "replay": []}
    phase, settle = 0.9, 0.25
    for turn in range(max(2, int(SECONDS / (phase + settle) / 4))):
        for name in pairs:
            parts = []
            for is_bad in ((False, True) if turn % 2 else (True, False)):
                if name == "replay" and is_bad:
                    slow.say("replay")
                elif is_bad:
                    stopped.signal(signal.SIGSTOP)
                    slow.say("slow")
                load.run(settle)
                parts.append((is_bad, load.run(phase)))
                stopped.signal(signal.SIGCONT)
                slow.say("fast")
                slow.say("live")
            parts.sort(key=lambda part: part[0])
            pairs[name].append([numbers for _, numbers in parts])
    is_judged = lateness.is_bearable(announce)
    # Long enough for the bad ones to lose something, and while all is live again they make up for it.
    stopped.signal(signal.SIGSTOP)
    slow.say("slow")
    load.run(6)
    stopped.signal(signal.SIGCONT)
    slow.say("fast")
    load.run(1)
    load.finish()
    count = len(load.sent)
    reports = {"healthy": healthy.end(count), "stopped": stopped.end(count), "slow": slow.end(count)}
    numbers = numbers_by_sequence(context, installation, count)
    for report in reports["healthy"]:
        assert [sequence for sequence, _ in report["live"]] == list(range(1, count + 1)), "a healthy one missed something"
        assert report["replayed"] == report["gaps"] == 0
    for name in ("stopped", "slow"):
        report = reports[name][0]
        announce(f"the {name} one: {len(report['live'])} of {count} live, {report['gaps']} gaps seen, "
                 f"{report['replayed']} by replay")
        assert report["completeTo"] == count and report["twice"] == 0 and report["ordered"]
        # A gap at the end is learnt from a heartbeat, without a later record that would show it.
        assert report["replayed"] > 0, "it was to miss something"
    check_ratios(compare(reports["healthy"], load.sent, numbers, pairs["subscribers"]), "bad subscribers", is_judged, announce)
    check_ratios(compare(reports["healthy"], load.sent, numbers, pairs["replay"]), "a replay", is_judged, announce)


def test_late_joiner_reconnect_and_a_sink_that_is_started_again(context, make_installation, followers):
    installation = make_installation(analysis_analyzer="none", stream_heartbeat="100 ms")
    processes = {stage: installation.start("stage", stage) for stage in
                 ("ingest", "sink", "sentences", "entities", "attribution")}
    for process in processes.values():
        process.wait_ready()
    first = followers(installation)
    Subscriber(context, installation).heartbeat()
    load = Load(context, installation, 200)
    load.run(1)
    late = followers(installation)
    load.run(0.5)
    again = followers(installation, count=2)
    load.run(0.5)
    again.say("join")
    processes["sink"].kill()
    load.run(0.3)
    installation.start("stage", "sink").wait_ready()
    load.run(0.7)
    load.finish()
    count = len(load.sent)
    reports = {"first": first.end(count)[0], "late": late.end(count)[0], "again": again.end(count)[0]}
    for name, report in reports.items():
        assert report["completeTo"] == count, name
        assert report["twice"] == 0 and report["ordered"], name
    assert reports["late"]["first"] is None or reports["late"]["first"] > 1
    assert reports["late"]["replayed"] > 0 and reports["again"]["joins"] == 2
    assert sorted(numbers_by_sequence(context, installation, count).values()) == list(range(count)), "once each"


def metric(installation, name):
    _, text, _ = http_get(installation, "/metrics")
    return float(re.search(rf"^{name} (\S+)$", text, re.MULTILINE)[1])


def resident(process, what="VmHWM"):
    """MiB."""
    return int(re.search(rf"{what}:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1]) / 1024


def test_a_stopped_subscriber_takes_no_more_than_the_configured_bytes(context, make_installation, followers, announce):
    installation = make_installation(analysis_analyzer="none", stream_queue_bytes="16 MiB", archive_enabled="false",
                                     intake_maximum_article_bytes="2 MiB", stream_heartbeat="200 ms")
    process = installation.serve()
    healthy, stopped = followers(installation, count=2, queue=0), followers(installation)
    Subscriber(context, installation).heartbeat()
    text = TEXT * (700_000 // len(TEXT))
    submitter = Submitter(context, installation.endpoints["ingest"], window=4)

    def push(first, count):
        submitter.push([(f"load-{n}", {"id": f"load-{n}", "text": f"Report {n}. {text}"}) for n in range(first, first + count)])

    push(0, 30)
    before = resident(process)
    stopped.signal(signal.SIGSTOP)
    push(30, 120)
    grown = resident(process) - before
    disconnected = metric(installation, "quoted_stream_disconnected_total")
    announce(f"84 MB of records for a stopped subscriber: {grown:.0f} MiB more, {disconnected:.0f} disconnected")
    assert disconnected >= 1
    assert grown <= 16 + 32, "the queue of a stopped subscriber is not bounded in bytes"
    stopped.signal(signal.SIGCONT)
    for report in healthy.end(150):
        assert [sequence for sequence, _ in report["live"]] == list(range(1, 151)), "a healthy one missed something"
    report = stopped.end(150)[0]
    assert report["completeTo"] == 150 and report["replayed"] > 0 and report["twice"] == 0


def test_replay_clients_that_do_not_read_take_no_more_than_the_configured_bytes(context, make_installation, announce):
    installation = make_installation(analysis_analyzer="none", replay_queue_bytes="16 MiB", archive_enabled="false",
                                     intake_maximum_article_bytes="2 MiB")
    process = installation.serve()
    text = TEXT * (700_000 // len(TEXT))
    submitter = Submitter(context, installation.endpoints["ingest"], window=4)
    submitter.push([(f"load-{n}", {"id": f"load-{n}", "text": f"Report {n}. {text}"}) for n in range(30)])
    subscriber = Subscriber(context, installation, "heartbeat")
    while subscriber.heartbeat()["sequence"] < 30:
        pass
    for _ in range(3):
        assert len(replay(context, installation, since=1)[1]) >= 5
    before = resident(process)
    idle = []
    for _ in range(20):
        client = context.socket(zmq.DEALER)
        client.linger, client.rcvhwm, client.rcvbuf = 0, 1, 64 << 10
        client.connect(installation.endpoints["replay"])
        for _ in range(6):
            client.send_multipart([b"", b'{"since": 1}'])
        idle.append(client)
    header, records = replay(context, installation, since=1, within=30)
    grown = resident(process) - before
    announce(f"20 clients that do not read 500 MB of answers: {grown:.0f} MiB more")
    assert header["count"] == len(records) > 0, "others are served all the same"
    assert grown <= 16 + 32
