"""The archive: by sequence, time and identifier, in bounded batches, while the live stream goes on."""

import json
import signal
import subprocess
import time

import pytest

from stranger import Submitter, Subscriber, die_with_parent, replay, replay_all, request, submit


def articles(first, count):
    return [(f"replay-{n}", {"id": f"replay-{n}", "text": f"“This is number {n},” said Ana Lima, the mayor."})
            for n in range(first, first + count)]


def push(context, installation, first, count):
    """Pushes articles and waits until their records are published; returns the records' bytes."""
    subscriber = Subscriber(context, installation, "analysis/replay-")
    subscriber.heartbeat()
    submitter = Submitter(context, installation.endpoints["ingest"])
    submitter.push(articles(first, count))
    submitter.close()
    bodies = subscriber.records(count)
    subscriber.close()
    return bodies


def test_by_sequence_in_batches(context, service):
    bodies = push(context, service, 0, 50)
    header, records = replay(context, service, since=1, limit=7)
    assert records == bodies[:7]
    assert (header["first"], header["last"], header["count"], header["more"]) == (1, 7, 7, True)
    assert header["latest"] == 50 and header["oldest"] == 1
    header, records = replay(context, service, since=48)
    assert records == bodies[47:] and header["more"] is False
    header, records = replay(context, service, since=51)
    assert records == [] and header["count"] == 0 and header["more"] is False
    assert replay_all(context, service, since=1) == bodies


def test_a_batch_is_bounded_whatever_is_asked(context, make_installation):
    installation = make_installation(replay_batch_records=10)
    installation.serve()
    bodies = push(context, installation, 0, 35)
    header, records = replay(context, installation, since=1, limit=1_000_000)
    assert len(records) == 10 and header["more"] is True
    assert replay_all(context, installation, since=1) == bodies


def test_by_time(context, service):
    before = int(time.time() * 1000)
    first = push(context, service, 0, 5)
    heartbeats = Subscriber(context, service)
    between = heartbeats.heartbeat()["time"] + 1
    while heartbeats.heartbeat()["time"] <= between:
        pass
    second = push(context, service, 5, 5)
    assert replay(context, service, time=before - 1000)[1] == first + second
    assert replay(context, service, time=between)[1] == second
    assert replay(context, service, time=int(time.time() * 1000) + 3_600_000)[1] == []


def test_by_article(context, service):
    bodies = push(context, service, 0, 5)
    wanted = [body for body in bodies if json.loads(body)["article"]["id"] == "replay-3"]
    assert replay(context, service, id="replay-3")[1] == wanted and len(wanted) == 1
    header, records = replay(context, service, id="nobody")
    assert records == [] and header["count"] == 0


@pytest.mark.parametrize("query", [b"", b"\xff", b"[]", b"{}", b"{", b'{"since": "x"}', b'{"since": -5}', b'{"id": 7}',
                                   b'{"since": 1e400}', b'{"since": 1, "limit": -3}', b"[" * 60_000])
def test_a_bad_request_gets_a_clear_answer(context, service, query):
    header, *records = request(context, service.endpoints["replay"], query)
    answer = json.loads(header)
    assert answer.get("error") and records == [], answer
    push(context, service, 0, 1)
    assert len(replay_all(context, service, since=1)) == 1


def test_live_goes_on_while_history_is_read(context, make_installation):
    installation = make_installation(replay_batch_records=20)
    installation.serve()
    history = push(context, installation, 0, 400)
    live = Subscriber(context, installation, "analysis/")
    live.heartbeat()
    submitter = Submitter(context, installation.endpoints["ingest"])
    read, sequence = [], 1
    for start in range(400, 600, 20):
        header, records = replay(context, installation, since=sequence)
        read += records
        sequence = header["last"] + 1
        submitter.push(articles(start, 20))
    fresh = live.records(200)
    assert [json.loads(body)["sequence"] for body in fresh] == list(range(401, 601))
    assert read == history[:200]
    assert replay_all(context, installation, since=1) == history + fresh
    submitter.close()


def test_watch_joins_history_and_live_over_a_restart(context, make_installation):
    installation = make_installation()
    process = installation.serve()
    push(context, installation, 0, 30)
    with open(installation.folder / "watch.log", "w") as log:
        watch = subprocess.Popen(installation.command("watch", "--since", "1", "--format", "json"), text=True,
                                 env=installation.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=log, preexec_fn=die_with_parent)
    try:
        seen = [json.loads(watch.stdout.readline())["sequence"] for _ in range(30)]
        push(context, installation, 30, 10)
        seen += [json.loads(watch.stdout.readline())["sequence"] for _ in range(10)]
        assert process.terminate() == 0
        installation.serve()
        push(context, installation, 40, 10)
        seen += [json.loads(watch.stdout.readline())["sequence"] for _ in range(10)]
        assert seen == list(range(1, 51))
        watch.send_signal(signal.SIGINT)
        watch.wait(20)
    finally:
        watch.kill()


def test_sequence_goes_on_after_a_crash(context, make_installation):
    installation = make_installation()
    for round_ in range(4):
        process = installation.serve()
        bodies = push(context, installation, round_ * 10, 10)
        assert [json.loads(body)["sequence"] for body in bodies] == list(range(round_ * 10 + 1, round_ * 10 + 11))
        process.kill()
    installation.serve()
    assert len(replay_all(context, installation, since=1)) == 40
    assert submit(context, installation, articles(0, 1)[0][1])["status"] == "duplicate"
