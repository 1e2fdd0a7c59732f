"""Articles in, records out: a client that resends what gets no receipt, and a subscriber that misses nothing."""

import collections
import json
import random
import threading
import time
from pathlib import Path

import zmq

from stranger import Submitter, Subscriber, replay

SAMPLES = Path(__file__).resolve().parents[2] / "config/samples"


def paragraphs():
    """Of the articles that come with the program."""
    articles = [json.loads(line) for line in (SAMPLES / "wikinews.jsonl").read_text().splitlines()]
    return [p for article in articles for p in article["text"].split("\n\n") if 80 < len(p) < 1200]


class Articles:
    """Real paragraphs in an order of their own for each number; the same for the same seed."""

    def __init__(self, prefix, seed, length=4):
        self.prefix, self.seed, self.length, self.paragraphs = prefix, seed, length, paragraphs()

    def __call__(self, n):
        chosen = random.Random(f"{self.seed}/{n}").sample(self.paragraphs, self.length)
        return f"{self.prefix}-{n}", {"id": f"{self.prefix}-{n}", "text": "\n\n".join([f"Report number {n}."] + chosen)}


class Pusher(threading.Thread):
    """Pushes as many articles as it is allowed to, or so many a second, until each has its receipt."""

    CHUNK = 64

    def __init__(self, installation, articles, patience=1.0, deadline=90.0):
        super().__init__(daemon=True)
        self.installation, self.articles = installation, articles
        self.patience, self.deadline = patience, deadline
        self.changed = threading.Condition()
        self.allowed, self.count, self.rate, self.since, self.ended = 0.0, 0, 0.0, time.monotonic(), False
        self.accepted = {}
        self.statuses, self.reasons = collections.Counter(), collections.Counter()
        self.sent_again = self.busy = 0
        self.pushing = False
        self.failure = None

    def allow(self, count):
        with self.changed:
            self.allowed += count
            self.changed.notify()

    def flow(self, rate):
        """So many articles a second from now on."""
        with self.changed:
            self._settle()
            self.rate = rate
            self.changed.notify()

    def end(self):
        """Nothing more than was allowed by now."""
        with self.changed:
            self._settle()
            self.rate, self.ended = 0.0, True
            self.changed.notify()

    def _settle(self):
        now = time.monotonic()
        # What could not be sent while the service was away is not owed: the rate is a rate.
        self.allowed = min(self.allowed + self.rate * (now - self.since), max(self.allowed, self.count + 2 * self.CHUNK))
        self.since = now

    def _next(self):
        with self.changed:
            while True:
                self._settle()
                due = int(self.allowed) - self.count
                if due > 0:
                    first, self.count = self.count, self.count + min(due, self.CHUNK)
                    return range(first, self.count)
                if self.ended:
                    return None
                self.changed.wait(0.02)

    def run(self):
        context = zmq.Context()
        submitter = Submitter(context, self.installation.endpoints["ingest"], window=64, patience=self.patience)
        self.reasons = submitter.reasons
        try:
            while numbers := self._next():
                chunk = [self.articles(n) for n in numbers]
                self.pushing = True
                receipts = submitter.push(chunk, within=self.deadline)
                self.pushing = False
                for key, _ in chunk:
                    receipt = receipts.pop(key)
                    self.statuses[receipt["status"]] += 1
                    if receipt["status"] != "rejected":
                        self.accepted[key] = receipt["sequence"]
                self.sent_again, self.busy = submitter.sent_again, submitter.busy
        except Exception as problem:  # told by the round
            self.failure = problem
        finally:
            context.destroy(linger=0)


class Follower(threading.Thread):
    """A subscriber that follows the sequence: what the stream did not bring, it asks the archive for."""

    def __init__(self, installation, pusher):
        super().__init__(daemon=True)
        self.installation, self.pusher = installation, pusher
        self.records = {}
        self.repeated, self.missing = [], []
        self.replayed = 0
        self.latest = self.complete_to = 0
        self.stall, self.moved = 0.0, time.monotonic()
        self.done = threading.Event()
        self.failure = None

    def run(self):
        context = zmq.Context()
        try:
            self.follow(context)
        except Exception as problem:  # told by the round
            self.failure = problem
        finally:
            context.destroy(linger=0)

    def take(self, body):
        record = json.loads(body)
        sequence, identifier = record["sequence"], record["article"]["id"]
        self.latest = max(self.latest, sequence)
        known = self.records.get(sequence)
        if known is None:
            self.records[sequence] = identifier
            self.note_time(moved=True)
        elif known != identifier:
            self.repeated.append((sequence, known, identifier))

    def note_time(self, moved):
        """A stall is the time without a new record while articles waited."""
        now = time.monotonic()
        if moved or self.pusher.pushing or len(self.records) < len(self.pusher.accepted):
            self.stall = max(self.stall, now - self.moved)
        else:
            self.moved = now
        if moved:
            self.moved = now

    def follow(self, context):
        subscriber = Subscriber(context, self.installation, "analysis/")
        while not self.done.is_set():
            message = subscriber.receive(within=0.1)
            if message is None:
                self.note_time(moved=False)
            elif message[0] == "heartbeat":
                self.latest = max(self.latest, json.loads(message[1])["sequence"])
            elif message[0].startswith("analysis/"):
                self.take(message[1])
            while self.complete_to + 1 in self.records:
                self.complete_to += 1
            if self.complete_to < self.latest and (message is None or message[0] == "heartbeat"):
                self.catch_up(context)

    def catch_up(self, context):
        try:
            header, bodies = replay(context, self.installation, within=2.0, since=self.complete_to + 1)
        except AssertionError:
            return  # the archive is being restarted, or cannot be reached
        self.missing += [gap for gap in header.get("missing", []) if gap not in self.missing]
        for body in bodies:
            self.take(body)
            self.replayed += 1
