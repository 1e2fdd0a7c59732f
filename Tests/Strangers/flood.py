"""Clients that send far more than a service can take, in a process of their own: flood ENDPOINT CLIENTS SECONDS BYTES WINDOW.

Each sends articles of up to BYTES, WINDOW of them unanswered, and does not wait when it is told to. At the end a JSON object
says what became of them, with the times from sending to receipt in milliseconds. WINDOW 0: whatever the socket takes, by PUSH."""

import json
import os
import random
import sys
import time
from collections import deque

import zmq


class Client:
    def __init__(self, context, endpoint, kind):
        self.socket = context.socket(kind)
        self.socket.linger = 0
        self.socket.sndhwm = 4
        # An article is on its way or not: the kernel holds none of them for long.
        self.socket.sndbuf = 256 << 10
        self.socket.connect(endpoint)
        self.open = 0


class Flood:
    def __init__(self, size, name):
        self.randomness = random.Random(size)
        sentence = "“We shall see,” said Ana Lima, the mayor of Zenda. The council met on Tuesday, and nobody left early. "
        self.text = (sentence * (size // len(sentence.encode()) + 1)).encode()
        self.size, self.name, self.number = size, name, 0
        self.statuses = {}
        self.times = {"accepted": [], "busy": []}
        self.accepted = []

    def article(self):
        """Up to the size, mostly near it; each has an id of its own."""
        self.number += 1
        identifier = f"{self.name}-{self.number}"
        head = b'{"id":"%s","text":"' % identifier.encode()
        length = int(self.size * self.randomness.choice([0.1, 0.5, 1, 1])) - len(head) - 2
        text = self.text[:length].decode(errors="ignore").encode()
        return identifier, head + text + b'"}'

    def take(self, client, sent):
        *_, key, body = client.socket.recv_multipart()
        client.open -= 1
        receipt = json.loads(body)
        status = receipt["status"]
        self.statuses[status] = self.statuses.get(status, 0) + 1
        began = sent.pop(key, None)
        if began is not None and status in self.times:
            self.times[status].append((time.monotonic() - began) * 1000)
        if status == "accepted":
            self.accepted.append(receipt["id"])


def quantiles(times):
    times = sorted(times)
    return {name: round(times[min(len(times) - 1, int(len(times) * share))], 2) if times else None
            for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1))}


def run(endpoint, count, seconds, size, window):
    context = zmq.Context()
    clients = [Client(context, endpoint, zmq.DEALER if window else zmq.PUSH) for _ in range(count)]
    flood = Flood(size, f"flood-{os.getpid()}")
    poller = zmq.Poller()
    known = {client.socket: client for client in clients}
    sent = {}
    began = time.monotonic()
    end, last_answer = began + seconds, began
    while (now := time.monotonic()) < end or any(client.open for client in clients) and now < last_answer + 10:
        is_sending = now < end
        for client in clients:
            flags = zmq.POLLOUT if is_sending and (client.open < window or not window) else 0
            poller.register(client.socket, flags | (zmq.POLLIN if window else 0))
        for socket, events in poller.poll(200):
            client = known[socket]
            if events & zmq.POLLIN:
                flood.take(client, sent)
                last_answer = time.monotonic()
            elif events & zmq.POLLOUT:
                identifier, body = flood.article()
                sent[identifier.encode()] = time.monotonic()
                if window:
                    socket.send_multipart([b"", identifier.encode(), body])
                    client.open += 1
                else:
                    socket.send(body)
    print(json.dumps({
        "sent": flood.number, "statuses": flood.statuses, "unanswered": sum(client.open for client in clients),
        "accepted": flood.accepted, "times": {status: quantiles(times) for status, times in flood.times.items()},
        "bytesPerSecond": round(flood.number * size * 0.65 / seconds)}))
    context.destroy(linger=0)


if __name__ == "__main__":
    # The service goes first, as on a machine of its own.
    os.nice(10)
    run(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
