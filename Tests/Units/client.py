"""Runs beside a booted service, with its network: pushes articles over ever new connections until its input ends, then prints
what came of it as JSON."""

import json
import select
import socket
import sys
import threading
import time

import zmq

stop = threading.Event()
accepted, receipts, refused = {}, [], []


def push(label):
    context = zmq.Context()
    number = 0
    while not stop.is_set():
        number += 1
        identifier = f"{label}-{number}"
        article = json.dumps({"id": identifier, "text": f"“It is safe,” said Ana Lima, the mayor. Report {identifier}."})
        while not (receipt := exchange(context, article.encode())):
            pass
        accepted[identifier] = receipt["sequence"]
    context.destroy(linger=0)


def exchange(context, article):
    """The receipt, or None when it does not come: the connection ended with the process before."""
    client = context.socket(zmq.REQ)
    client.linger = 0
    try:
        client.connect("tcp://127.0.0.1:5571")
        sent = time.monotonic()
        client.send(article)
        if not client.poll(300):
            return None
        receipt = client.recv_json()
        receipts.append((sent, time.monotonic()))
        return receipt
    finally:
        client.close()


def probe(port):
    while not stop.wait(0.01):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
        except OSError as error:
            refused.append((port, str(error)))


threads = [threading.Thread(target=push, args=(f"client{n}",)) for n in range(3)]
threads += [threading.Thread(target=probe, args=(port,)) for port in range(5570, 5575)]
for one in threads:
    one.start()
print("started", flush=True)
while select.select([sys.stdin], [], [])[0] and sys.stdin.readline():
    pass
stop.set()
for one in threads:
    one.join(30)
print(json.dumps({"accepted": accepted, "receipts": receipts, "refused": refused}))
