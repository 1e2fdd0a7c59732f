"""Whatever is sent, a REQ client gets exactly one receipt that says what is wrong, and the service goes on."""

import json

import pytest
import zmq

from stranger import Installation, Subscriber, as_bytes, request, submit

GOOD = {"text": "“The road is open again,” said Peter Marsh, a police officer."}
LIMIT = 8 << 20

# name, frames or bytes, words of which the reason must hold at least one (lower case)
REJECTED = [
    ("empty", b"", ["empty"]),
    ("not UTF-8", b"\xff\xfe\xfa caf\xe9", ["utf-8"]),
    ("cut in a character", "Zürich".encode()[:2], ["utf-8"]),
    ("not JSON", b'{"text": "a"', ["json"]),
    ("JSON with a tail", b'{"text": "Good news."} and more', ["json"]),
    ("an array", b'["text"]', ["json", "object"]),
    ("no text", b'{"id": "a", "title": "b"}', ["text"]),
    ("null text", b'{"text": null}', ["text"]),
    ("number as text", b'{"text": 17}', ["text"]),
    ("object as text", b'{"text": {"a": 1}}', ["text"]),
    ("number as title", b'{"text": "News.", "title": 4}', ["title"]),
    ("array as id", b'{"text": "News.", "id": ["x"]}', ["id"]),
    ("empty id", b'{"text": "News.", "id": ""}', ["id"]),
    ("very long id", as_bytes({"text": "News.", "id": "x" * 5000}), ["id"]),
    ("text as version", b'{"text": "News.", "version": "two"}', ["version"]),
    ("negative version", b'{"text": "News.", "version": -1}', ["version"]),
    ("unknown status", b'{"text": "News.", "status": "draft"}', ["status"]),
    ("published on no day", b'{"text": "News.", "published": "yesterday"}', ["published"]),
    ("white space alone", b'{"text": " \\n\\t "}', ["text"]),
    ("control character", b'{"text": "a\\u0000b"}', ["text", "control"]),
    ("control character in plain text", b"News\x00 of the day", ["control", "u+0000"]),
    ("escape sequence", b"News \x1b[31mred\x1b[0m", ["control", "u+001b"]),
    ("lone surrogate", b'{"text": "a\\ud800b"}', ["surrogate", "json", "text"]),
    ("deep nesting", b"[" * 1_000_000, ["json"]),
    ("deep nesting in a field", b'{"text": "News.", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
     ["json", "deep", "nest"]),
    ("ninjs without a body", b'{"uri": "u", "headline": "News"}', ["body"]),
    ("ninjs with a status that is none", b'{"uri": "u", "body_text": "News.", "pubstatus": "draft"}', ["pubstatus"]),
    ("HTML without an article", b"<!DOCTYPE html><html><body><nav>News</nav></body></html>", ["no text"]),
    ("XML that is cut off", b"<?xml version='1.0'?><nitf><body>", ["xml"]),
    ("XML of another kind", b"<?xml version='1.0'?><recipe><egg/></recipe>", ["recipe"]),
    ("several articles", b"<rss><channel><item/><item/></channel></rss>", ["articles"]),
    ("a bomb of entities", b"<!DOCTYPE nitf [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]><nitf><body>&b;&b;</body></nitf>",
     ["xml"]),
    ("too many attributes", b"<html><body><p " + b"".join(b"a%d='' " % n for n in range(400_000)) + b">News</p></body></html>",
     ["attributes"]),
    ("too large", b'{"text": "' + b"a " * (LIMIT // 2) + b'"}', ["bytes", "large"]),
    ("too many frames", [b"x"] * 40 + [as_bytes(GOOD)], ["frame"]),
    ("only empty frames", [b"", b"", b""], ["empty"]),
]

# Odd, but articles: they are analysed, or they end as dead letters, and are never lost.
ODD = [
    ("a word of a million characters", {"text": "a" * 1_000_000}),
    ("quotation marks alone", {"text": "“”\"'‘’„«»" * 3000}),
    ("opening marks alone", {"text": "“" * 20_000}),
    ("one sentence without an end", {"text": "he said that " * 20_000}),
    ("one character", {"text": "."}),
    ("combining marks", {"text": "e" + "\u0301" * 50_000 + " said Ana."}),
    ("right to left and emoji", {"text": "«مرحبا» قال 👩🏽‍🚀 “Hello,” said Ana Lima."}),
    ("unknown fields", {"text": GOOD["text"], "x-anything": {"deep": [1, 2, {"a": None}]}, "id": "unknown-fields"}),
    ("HTML that nests deep", b"<html><body>" + b"<div>" * 100_000 + b"News of the day, said Ana Lima."),
    ("huge numbers", {"text": "News of 1e999.", "x": 10 ** 400}),
]


@pytest.fixture(scope="module")
def installation(binary):
    installation = Installation(binary)
    try:
        installation.serve()
        yield installation
    finally:
        installation.close()


@pytest.fixture(autouse=True)
def still_alive(installation):
    """Names the message that killed the service, rather than those after it."""
    process = installation.processes[0]
    assert process.popen.poll() is None, "the service did not survive an earlier message"
    yield
    assert process.popen.poll() is None, f"the service ended with {process.popen.returncode}:\n{process.log()[-2000:]}"


@pytest.mark.parametrize("message,words", [case[1:] for case in REJECTED], ids=[case[0] for case in REJECTED])
def test_garbage_gets_one_clear_receipt(context, installation, message, words):
    client = context.socket(zmq.DEALER)
    client.linger = 0
    client.connect(installation.endpoints["ingest"])
    client.send_multipart([b"", b"garbage"] + (message if isinstance(message, list) else [message]))
    # The answer to the article behind it shows that there was exactly one answer to the garbage.
    client.send_multipart([b"", b"good", as_bytes(GOOD)])
    answers = []
    while len(answers) < 2:
        assert client.poll(20_000), f"{len(answers)} answers of 2"
        answers.append(client.recv_multipart())
    receipts = {frames[1] if len(frames) > 2 else b"?": json.loads(frames[-1]) for frames in answers}
    good = receipts.pop(b"good")
    assert good["status"] in ("accepted", "duplicate")
    (receipt,) = receipts.values()
    print(receipt["reason"])
    assert receipt["status"] == "rejected"
    assert any(word in receipt["reason"].lower() for word in words), receipt["reason"]
    assert len(receipt["reason"]) < 500
    assert not client.poll(50)


@pytest.mark.parametrize("message", [case[1] for case in ODD], ids=[case[0] for case in ODD])
def test_an_odd_article_ends_somewhere(context, installation, message):
    subscriber = Subscriber(context, installation)
    subscriber.heartbeat()
    receipt = submit(context, installation, message)
    assert receipt["status"] in ("accepted", "rejected"), receipt
    if receipt["status"] == "accepted":
        ends = (f"analysis/{receipt['id']}", f"deadletter/{receipt['id']}")
        messages = subscriber.until(lambda m: any(topic in ends for topic, _ in m[-1:]), within=60)
        print(messages[-1][0][:60])
    subscriber.close()
    assert submit(context, installation, GOOD)["status"] in ("accepted", "duplicate")


def test_a_message_far_beyond_the_limit_cuts_only_its_sender_off(context, installation):
    flood = context.socket(zmq.DEALER)
    flood.linger = 0
    flood.connect(installation.endpoints["ingest"])
    flood.send(b"x" * (80 << 20))
    assert submit(context, installation, GOOD)["status"] in ("accepted", "duplicate")


@pytest.mark.parametrize("frames", [[b"x"] * 40, [b""] * 40, [b"x" * 9_000_000], [b"", b"", b"a", b"\xff"]],
                         ids=["many", "many empty", "large", "empty ones before garbage"])
def test_a_req_client_is_always_answered(context, installation, frames):
    *_, receipt = request(context, installation.endpoints["ingest"], frames)
    assert json.loads(receipt)["status"] == "rejected"
    assert submit(context, installation, GOOD)["status"] in ("accepted", "duplicate")


def test_frames_before_the_article_come_back(context, installation):
    client = context.socket(zmq.DEALER)
    client.connect(installation.endpoints["ingest"])
    for before in ([], [b""], [b"", b"7"], [b"", b"7", b"\xff\x00"]):
        client.send_multipart(before + [as_bytes(GOOD)])
        assert client.poll(20_000)
        *echoed, receipt = client.recv_multipart()
        assert echoed == before
        assert json.loads(receipt)["status"] in ("accepted", "duplicate")
    client.close(linger=0)


def test_garbage_without_receipt_ends_in_the_dead_letters(context, installation):
    push = context.socket(zmq.PUSH)
    push.connect(installation.endpoints["push"])
    subscriber = Subscriber(context, installation)
    subscriber.heartbeat()
    marker = "pushed-after-garbage"
    for message in (b"", b"\xff\xff", b'{"text": 3}'):
        push.send(message)
    push.send(as_bytes({"id": marker, "text": GOOD["text"] + " Nobody was hurt."}))
    subscriber.until(lambda m: any(topic == f"analysis/{marker}" for topic, _ in m[-1:]))
    listed = installation.run("dead-letters", "list")
    assert listed.returncode == 0, listed.stderr
    assert "ingest" in listed.stdout and "utf-8" in listed.stdout.lower(), listed.stdout
    push.close(linger=0)
    subscriber.close()
