"""Steady traffic for one installation: articles in, records out, every one of them accounted for."""

import http.client
import json
import random
import threading
import time

import zmq

from stranger import http_get

# Every so often an article is a new version of the one that came this many before it, or takes it back.
DISTANCE = 51


class Texts:
    """Articles by number, the same at every call, made of paragraphs of real ones."""

    def __init__(self, paragraphs, seed):
        self.paragraphs, self.seed = paragraphs, seed

    def article(self, number):
        randomness = random.Random(f"{self.seed}-{number}")
        text = "\n\n".join(randomness.sample(self.paragraphs, min(4, len(self.paragraphs))))
        article = {"id": f"soak-{number}", "title": f"Report {number}", "text": text, "source": "Soak"}
        if number > DISTANCE and number % 10 == 5:
            article |= {"id": f"soak-{number - DISTANCE}", "version": 2}
            if number % 20 == 15:
                article["status"] = "canceled"
        return article

    @staticmethod
    def number(article):
        number = int(article["id"].removeprefix("soak-"))
        return number + DISTANCE if article.get("version", 1) == 2 else number


class Traffic(threading.Thread):
    """Pushes at a steady rate and follows the sequence. More than `most_open` articles are never under way, so that a
    machine too slow for the rate is given less instead of a growing queue."""

    patience = 5.0

    def __init__(self, name, installation, texts, rate, most_open):
        super().__init__(daemon=True, name=name)
        self.installation, self.texts, self.rate, self.most_open = installation, texts, rate, most_open
        self.context = zmq.Context()
        self.ending = threading.Event()
        self.leave = threading.Event()
        # Set by others to have the client die and another one take its place.
        self.rude = threading.Event()
        self.failure = None
        # Articles without a receipt: when they are to be sent (again).
        self.unanswered = {}
        self.in_flight = {}
        self.accepted = set()  # and not published yet
        self.sent = self.again = self.busy = self.replayed = self.held_back = 0
        self.published = bytearray()
        self.records = self.twice = self.gone = 0
        self.complete_to = self.latest = 0
        self.ahead = {}
        self.buried = set()
        self.confused = []
        self.slowest = 0.0
        self.asked_at = None

    # The loop

    def run(self):
        try:
            self.open_ingest()
            self.stream = self.context.socket(zmq.SUB)
            self.stream.linger, self.stream.rcvhwm = 0, 0
            for topic in ("analysis/", "deadletter/", "heartbeat"):
                self.stream.subscribe(topic)
            self.stream.connect(self.installation.endpoints["stream"])
            self.open_replay()
            self.work()
        except Exception as problem:  # told at the end
            self.failure = problem
        finally:
            self.context.destroy(linger=0)

    def open_ingest(self):
        self.ingest = self.context.socket(zmq.DEALER)
        self.ingest.linger, self.ingest.sndhwm = 0, 0
        self.ingest.connect(self.installation.endpoints["ingest"])

    def open_replay(self):
        self.replay = self.context.socket(zmq.DEALER)
        self.replay.linger = 0
        self.replay.connect(self.installation.endpoints["replay"])

    @property
    def is_settled(self):
        return not self.unanswered and not self.accepted and self.complete_to == self.latest == self.records

    def work(self):
        began = time.monotonic()
        due = 0
        while not (self.ending.is_set() and self.is_settled) and not self.leave.is_set():
            now = time.monotonic()
            due = max(due, int((now - began) * self.rate))
            while not self.ending.is_set() and self.sent < due:
                if len(self.unanswered) + len(self.accepted) < self.most_open:
                    self.sent += 1
                    self.published.append(0)
                    self.unanswered[self.sent] = now
                else:
                    # What could not be sent in time is not made up for.
                    self.held_back += due - self.sent
                    began += (due - self.sent) / self.rate
                    due = self.sent
            self.send_due(now)
            poller = zmq.Poller()
            for one in (self.ingest, self.stream, self.replay):
                poller.register(one, zmq.POLLIN)
            ready = dict(poller.poll(20))
            if self.ingest in ready:
                self.take_receipts()
            if self.stream in ready:
                self.take_records()
            if self.replay in ready:
                self.take_replay()
            self.ask_for_missing()

    def reconnect(self):
        """As a client that dies: what it had in flight is sent again by the next one."""
        self.ingest.close()
        self.open_ingest()
        for number in self.in_flight:
            self.unanswered[number] = 0.0
        self.in_flight.clear()

    # Articles in

    def send_due(self, now):
        if self.rude.is_set():
            self.rude.clear()
            self.reconnect()
        for number, when in list(self.unanswered.items()):
            if when > now:
                continue
            if number in self.in_flight:
                self.again += 1
            body = json.dumps(self.texts.article(number), ensure_ascii=False).encode()
            self.ingest.send_multipart([b"", str(number).encode(), body])
            self.in_flight.setdefault(number, now)
            self.unanswered[number] = now + self.patience

    def take_receipts(self):
        while self.ingest.poll(0):
            *_, key, body = self.ingest.recv_multipart()
            number, receipt = int(key), json.loads(body)
            if number not in self.unanswered:
                continue
            if receipt["status"] == "busy":
                self.busy += 1
                self.unanswered[number] = time.monotonic() + receipt["retryAfterMs"] / 1000
                continue
            if receipt["status"] not in ("accepted", "duplicate"):
                self.confused.append(f"article {number}: {receipt}")
            del self.unanswered[number]
            sent = self.in_flight.pop(number, None)
            if sent is not None:
                self.slowest = max(self.slowest, time.monotonic() - sent)
            if not self.published[number - 1] and number not in self.buried:
                self.accepted.add(number)

    # Records out

    def take_records(self):
        while self.stream.poll(0):
            topic, body = self.stream.recv_multipart()
            if topic == b"heartbeat":
                self.latest = max(self.latest, json.loads(body)["sequence"])
            elif topic.startswith(b"analysis/"):
                self.take(json.loads(body))
            else:
                letter = json.loads(body)
                if letter["id"].startswith("soak-"):
                    self.confused.append(f"given up: {letter}")

    def take(self, record):
        sequence, number = record["sequence"], Texts.number(record["article"])
        self.latest = max(self.latest, sequence)
        if sequence <= self.complete_to:
            return
        if sequence in self.ahead:
            if self.ahead[sequence] != number:
                self.confused.append(f"sequence {sequence} is of article {self.ahead[sequence]} and of {number}")
            return
        self.ahead[sequence] = number
        self.records += 1
        self.twice += self.published[number - 1]
        self.published[number - 1] = 1
        self.accepted.discard(number)
        while self.complete_to + 1 in self.ahead:
            self.complete_to += 1
            del self.ahead[self.complete_to]

    def ask_for_missing(self):
        now = time.monotonic()
        if self.asked_at is not None:
            if now - self.asked_at > 3:
                self.replay.close()
                self.open_replay()
                self.asked_at = None
            return
        if self.complete_to < self.latest:
            query = json.dumps({"since": self.complete_to + 1, "limit": 200}).encode()
            self.replay.send_multipart([b"", query])
            self.asked_at = now

    def take_replay(self):
        _, header, *records = self.replay.recv_multipart()
        self.asked_at = None
        header = json.loads(header)
        for record in records:
            before = self.records
            self.take(json.loads(record))
            self.replayed += self.records - before
        for first, last in header.get("missing", []):
            while first <= self.complete_to + 1 <= last:
                self.complete_to += 1
                self.records += 1
                self.gone += 1


class Reader(threading.Thread):
    """One open live page, and a question to the archive now and then."""

    def __init__(self, installation):
        super().__init__(daemon=True, name="page")
        self.installation = installation
        self.ending = threading.Event()
        self.events = self.connections = self.questions = self.unanswered = 0

    def run(self):
        threading.Thread(target=self.ask, daemon=True, name="archive").start()
        while not self.ending.is_set():
            try:
                self.follow()
            except (OSError, http.client.HTTPException):
                self.ending.wait(0.5)  # the service is being started again

    def follow(self):
        connection = http.client.HTTPConnection(self.installation.http, timeout=20)
        try:
            connection.request("GET", "/live/events")
            answer = connection.getresponse()
            self.connections += 1
            while not self.ending.is_set() and (line := answer.readline()):
                self.events += line.startswith(b"data:")
        finally:
            connection.close()

    def ask(self):
        while not self.ending.wait(5):
            try:
                status, _, _ = http_get(self.installation, "/api/quotations?text=said&limit=20")
                self.questions += status == 200
                self.unanswered += status != 200
            except OSError:
                self.unanswered += 1
