"""Subscribers that follow the sequence, in a process of their own: followers STREAM REPLAY COUNT PACE QUEUE.

What the stream does not bring they ask the archive for, as a gap in the sequence numbers or a heartbeat ahead of them tells.
Lines on standard input: "slow" has them read no more than PACE messages a second each, "fast" as fast as they come; "replay" has
each read the whole archive over and over until "live"; "join" connects them anew; "end N" ends when everything up to N is there. Then
a JSON object a follower is printed: what came live and when, how much by replay, and what came twice."""

import json
import os
import re
import sys
import time

import zmq

SEQUENCE = re.compile(rb'"sequence":(\d+)')


class Follower:
    def __init__(self, context, stream, replay, pace, queue):
        self.context, self.stream, self.replay_endpoint, self.pace = context, stream, replay, pace
        self.queue = queue
        self.live, self.known, self.twice = [], set(), 0
        self.complete_to = self.latest = self.replayed = self.gaps = self.joins = 0
        self.first = None
        self.asked_at = None
        self.tour = 1
        self.next_read = 0.0
        self.socket = None
        self.join()
        self.open_replay()

    def join(self):
        if self.socket:
            self.socket.close()
        self.joins += 1
        self.socket = self.context.socket(zmq.SUB)
        # QUEUE 0: as much as comes. Others keep little on their own side, so that they are soon behind.
        self.socket.linger, self.socket.rcvhwm = 0, self.queue
        if self.queue:
            self.socket.rcvbuf = 256 << 10
        self.socket.subscribe("analysis/")
        self.socket.subscribe("heartbeat")
        self.socket.connect(self.stream)

    def open_replay(self):
        self.replay = self.context.socket(zmq.DEALER)
        self.replay.linger = 0
        self.replay.connect(self.replay_endpoint)

    def read(self, is_slow):
        """What is there; a slow one takes one message and rests."""
        now = time.monotonic()
        if is_slow and now < self.next_read:
            return
        for _ in range(1 if is_slow else 100):
            try:
                topic, body = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                break
            now = time.monotonic()
            sequence = int(SEQUENCE.search(body, 0, 200)[1])
            if topic == b"heartbeat":
                self.latest = max(self.latest, sequence)
                continue
            if self.first is None:
                self.first = sequence
            if self.live and sequence > max(self.latest, self.live[-1][0]) + 1:
                self.gaps += 1
            self.live.append((sequence, now))
            self.note(sequence)
        if is_slow:
            self.next_read = now + 1 / self.pace

    def note(self, sequence):
        self.latest = max(self.latest, sequence)
        if sequence in self.known:
            return False
        self.known.add(sequence)
        while self.complete_to + 1 in self.known:
            self.complete_to += 1
        return True

    def ask(self, is_touring, since=None):
        """One question at a time; asked again when no answer comes."""
        now = time.monotonic()
        if self.asked_at is not None and now - self.asked_at > 3:
            self.replay.close()
            self.open_replay()
            self.asked_at = None
        if self.asked_at is None and (is_touring or self.complete_to < self.latest):
            since = self.tour if is_touring else self.complete_to + 1
            self.replay.send_multipart([b"", json.dumps({"since": since, "limit": 200}).encode()])
            self.asked_at = now

    def take_answer(self, is_touring):
        try:
            _, header, *records = self.replay.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return
        self.asked_at = None
        header = json.loads(header)
        assert not header.get("missing"), header
        for record in records:
            self.replayed += self.note(int(SEQUENCE.search(record, 0, 200)[1]))
        if is_touring:
            self.tour = header["last"] + 1 if header["more"] else 1

    def report(self):
        sequences = [sequence for sequence, _ in self.live]
        return {"live": self.live, "replayed": self.replayed, "gaps": self.gaps, "completeTo": self.complete_to,
                "twice": len(sequences) - len(set(sequences)), "joins": self.joins, "first": self.first,
                "ordered": all(a < b for a, b in zip(sequences, sequences[1:]))}


def main(stream, replay, count, pace, queue):
    state = {"slow": False, "end": None, "tour": False}
    context = zmq.Context()
    followers = [Follower(context, stream, replay, pace, queue) for _ in range(count)]
    poller = zmq.Poller()
    poller.register(sys.stdin.fileno(), zmq.POLLIN)
    unread = b""
    print("ready", flush=True)
    while state["end"] is None or any(one.complete_to < state["end"] for one in followers):
        sockets = {}
        for one in followers:
            sockets |= {one.replay: one} if state["slow"] else {one.replay: one, one.socket: one}
        for socket in sockets:
            poller.register(socket, zmq.POLLIN)
        ready = dict(poller.poll(5 if state["slow"] else 100))
        for socket in sockets:
            poller.unregister(socket)
        if sys.stdin.fileno() in ready:
            # Not by readline: a line in its buffer would wake nobody.
            if not (said := os.read(sys.stdin.fileno(), 4096)):
                poller.unregister(sys.stdin.fileno())
            *lines, unread = (unread + said).split(b"\n")
            for word, *rest in map(bytes.split, lines):
                if word in (b"slow", b"fast"):
                    state["slow"] = word == b"slow"
                if word in (b"replay", b"live"):
                    state["tour"] = word == b"replay"
                if word == b"end":
                    state["end"] = int(rest[0])
                if word == b"join":
                    for one in followers:
                        one.join()
        for one in followers:
            one.read(state["slow"])
            one.take_answer(state["tour"])
            # A slow one has its hands full; it catches up when it is quick again.
            if not state["slow"]:
                one.ask(state["tour"])
    for one in followers:
        print(json.dumps(one.report()), flush=True)
    context.destroy(linger=0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
