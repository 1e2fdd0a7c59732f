"""Random SIGKILLs and stalls of every process while articles flow: nothing accepted is lost, nothing comes twice."""

import collections
import json
import os
import queue
import random
import signal
import statistics
import threading
import time

import zmq

from stranger import Submitter, Subscriber, replay

ARTICLES, KILLS, STALLS = 2_000, 100, 20
# The service proper, and worker processes that join its dispatch endpoint.
SERVICE = [("stage", "ingest"), ("stage", "sink")]
WORKERS = [("stage", "sentences"), ("stage", "entities"), ("stage", "attribution")]
BUDGET = 240.0


class Supervisor:
    """Starts processes again when they end, at once, as systemd would."""

    def __init__(self, installation, commands):
        self.installation = installation
        self.running = {command: installation.start(*command, notified=False) for command in commands}
        self.killed = collections.Counter()
        self.ended_otherwise = []

    def kill(self, command):
        self.running[command].kill()
        self.killed[command] += 1
        self.running[command] = self.installation.start(*command, notified=False)

    def look(self):
        """Starts those again that ended by themselves (because another process of theirs was gone, say)."""
        for command, process in self.running.items():
            status = process.popen.poll()
            if status is not None:
                self.ended_otherwise.append((command[-1], status))
                process.kill()
                self.running[command] = self.installation.start(*command, notified=False)


class Follower(threading.Thread):
    """A subscriber that follows the sequence: what the stream did not bring, it asks the archive for."""

    def __init__(self, installation):
        super().__init__(daemon=True)
        self.installation = installation
        self.records = {}
        self.repeated = []
        self.replayed = 0
        self.done = threading.Event()
        self.news = threading.Event()
        self.failure = None

    def run(self):
        context = zmq.Context()
        try:
            self.follow(context)
        except Exception as problem:  # shown by the test
            self.failure = problem
        finally:
            context.destroy(linger=0)

    def take(self, body):
        record = json.loads(body)
        sequence, identifier = record["sequence"], record["article"]["id"]
        known = self.records.setdefault(sequence, identifier)
        if known != identifier:
            self.repeated.append((sequence, known, identifier))
        self.news.set()

    def follow(self, context):
        subscriber = Subscriber(context, self.installation, "analysis/")
        complete_to = latest = 0
        while not self.done.is_set():
            message = subscriber.receive(within=0.2)
            if message:
                topic, body = message
                if topic == "heartbeat":
                    latest = max(latest, json.loads(body)["sequence"])
                elif topic.startswith("analysis/"):
                    self.take(body)
                    latest = max(latest, json.loads(body)["sequence"])
            while complete_to + 1 in self.records:
                complete_to += 1
            if complete_to < latest and (message is None or message[0] == "heartbeat"):
                try:
                    header, bodies = replay(context, self.installation, within=2.0, since=complete_to + 1)
                except AssertionError:
                    continue  # the archive is being restarted
                for body in bodies:
                    self.take(body)
                    self.replayed += 1


class Pusher(threading.Thread):
    """Pushes articles as it is allowed to, and sends again what got no receipt."""

    def __init__(self, installation, articles):
        super().__init__(daemon=True)
        self.installation, self.articles = installation, articles
        self.allowed = queue.Queue()
        self.accepted = {}
        self.statuses = collections.Counter()
        self.sent_again = self.busy = 0
        self.failure = None

    def run(self):
        context = zmq.Context()
        submitter = Submitter(context, self.installation.endpoints["ingest"], window=64, patience=1.0)
        try:
            start = 0
            while start < len(self.articles):
                count = self.allowed.get()
                receipts = submitter.push(self.articles[start:start + count], within=60)
                for key, _ in self.articles[start:start + count]:
                    self.statuses[receipts[key]["status"]] += 1
                    self.accepted[key] = receipts[key]["sequence"]
                start += count
        except Exception as problem:  # shown by the test
            self.failure = problem
        finally:
            self.sent_again, self.busy = submitter.sent_again, submitter.busy
            context.destroy(linger=0)


def make_articles(news, politics, randomness):
    """Real articles cut to a few paragraphs each, every one different."""
    paragraphs = [p for article in news + politics for p in article["text"].split("\n\n") if len(p) > 80]

    def text(n):
        return "\n\n".join([f"Report number {n}."] + randomness.sample(paragraphs, min(6, len(paragraphs))))

    return [(f"fault-{n}", {"id": f"fault-{n}", "text": text(n)}) for n in range(ARTICLES)]


def test_nothing_is_lost_and_nothing_comes_twice(make_installation, news, politics, announce):
    seed = int(os.environ.get("QUOTED_TEST_SEED", time.time_ns() % 1_000_000))
    announce(f"QUOTED_TEST_SEED={seed}")
    randomness = random.Random(seed)
    began = time.monotonic()
    # The rules: what is tried here is the way of the articles, not their analysis.
    installation = make_installation(analysis_analyzer="rules")
    supervisor = Supervisor(installation, SERVICE + WORKERS)
    follower, pusher = Follower(installation), Pusher(installation, make_articles(news, politics, randomness))
    follower.start()
    pusher.start()

    faults = ["kill"] * KILLS + ["stall"] * STALLS
    randomness.shuffle(faults)
    share = -(-ARTICLES // len(faults))
    stalled = collections.Counter()
    open_at_fault = []
    for number, fault in enumerate(faults, 1):
        pusher.allowed.put(share)
        # Anywhere in the life of a handful of articles, mostly early; the times are the fault's, nothing is waited for.
        time.sleep(randomness.choice([randomness.uniform(0, 0.03), randomness.uniform(0, 1)]))
        open_at_fault.append(min(number * share, ARTICLES) - len(follower.records))
        victim = randomness.choice(SERVICE + WORKERS * 2)
        if fault == "kill":
            supervisor.kill(victim)
        else:
            supervisor.running[victim].signal(signal.SIGSTOP)
            time.sleep(randomness.uniform(0.3, 2.5))
            supervisor.running[victim].signal(signal.SIGCONT)
            stalled[victim] += 1
        supervisor.look()
        assert time.monotonic() - began < BUDGET, "too slow under faults"

    while pusher.is_alive() and pusher.failure is None and time.monotonic() - began < BUDGET:
        pusher.join(0.2)
        supervisor.look()
    assert pusher.failure is None and not pusher.is_alive(), pusher.failure
    while len(set(follower.records.values())) < len(pusher.accepted) and time.monotonic() - began < BUDGET:
        assert follower.failure is None, follower.failure
        supervisor.look()
        follower.news.wait(0.2)
        follower.news.clear()
    # Two more heartbeats would show records beyond the last.
    context = zmq.Context()
    last = Subscriber(context, installation, "heartbeat")
    last.heartbeat()
    final = last.heartbeat()["sequence"]
    context.destroy(linger=0)
    follower.done.set()
    follower.join(10)

    published = collections.Counter(follower.records.values())
    lost = sorted(set(pusher.accepted) - set(published))
    twice = {key: count for key, count in published.items() if count > 1}

    def by_process(counts):
        return f"{counts.total()} ({', '.join(f'{command[-1]} {count}' for command, count in counts.items())})"

    announce(f"faults: SIGKILL {by_process(supervisor.killed)}, stalls {by_process(stalled)}; "
             f"ended otherwise: {supervisor.ended_otherwise}; articles under way at a fault: "
             f"median {statistics.median(open_at_fault):.0f}, most {max(open_at_fault)}")
    announce(f"articles: {len(pusher.articles)} pushed, {pusher.sent_again} sent again, {pusher.busy} busy, "
             f"receipts {dict(pusher.statuses)}; {len(follower.records)} records ({follower.replayed} by replay), "
             f"{len(lost)} lost, {len(twice)} twice; {time.monotonic() - began:.0f} s")
    assert lost == []
    assert twice == {}
    assert follower.repeated == [], "one sequence number for two articles"
    assert sorted(follower.records) == list(range(1, ARTICLES + 1)) and final == ARTICLES
    assert len(set(pusher.accepted.values())) == ARTICLES, "an intake number for two articles"
    assert supervisor.ended_otherwise == [], "a process ended by itself"
