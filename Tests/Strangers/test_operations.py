"""What operators rely on: signals, limits, health, metrics, exit statuses."""

import json
import re
import signal
import socket
import subprocess
import threading
import time

import pytest
import zmq

from stranger import NotReady, Submitter, Subscriber, as_bytes, http_get, replay_all, submit


def articles(prefix, count, words=60):
    filler = "The council met on Tuesday in the old town hall. " * (words // 10)
    text = filler + "“Vote number %d is over,” said Ana Lima, the mayor."
    return [(f"{prefix}-{n}", {"id": f"{prefix}-{n}", "text": text % n}) for n in range(count)]


def identifiers(bodies):
    return [json.loads(body)["article"]["id"] for body in bodies]


# Signals


def test_sigterm_drains_and_nothing_accepted_is_lost(context, make_installation):
    installation = make_installation()
    process = installation.serve()
    submitter = Submitter(context, installation.endpoints["ingest"], window=256)
    receipts = submitter.push(articles("drain", 500))
    assert {receipt["status"] for receipt in receipts.values()} == {"accepted"}
    assert process.terminate() == 0
    installation.serve()
    subscriber = Subscriber(context, installation)
    while subscriber.heartbeat()["sequence"] < 500:
        pass
    assert sorted(identifiers(replay_all(context, installation, since=1))) == sorted(receipts)


def test_sigterm_is_announced_and_stops_an_idle_service_at_once(make_installation):
    process = make_installation().serve()
    process.signal(signal.SIGTERM)
    process.wait_notified("STOPPING=1")
    assert process.terminate(within=10) == 0


def test_sigint_stops_as_well(make_installation):
    process = make_installation().serve()
    process.signal(signal.SIGINT)
    assert process.popen.wait(20) == 0


def test_what_was_accepted_survives_sigkill(context, make_installation):
    installation = make_installation()
    process = installation.serve()
    submitter = Submitter(context, installation.endpoints["ingest"], window=256)
    receipts = submitter.push(articles("kill", 400))
    process.kill()
    installation.serve()
    subscriber = Subscriber(context, installation)
    while subscriber.heartbeat()["sequence"] < 400:
        pass
    assert sorted(identifiers(replay_all(context, installation, since=1))) == sorted(receipts)


def test_watchdog_is_fed(make_installation):
    installation = make_installation()
    process = installation.serve(WATCHDOG_USEC="1000000")
    process.wait_notified("WATCHDOG=1", within=5)


def test_sighup_takes_what_can_change_and_refuses_a_bad_file(context, make_installation):
    installation = make_installation()
    file = installation.folder / "quoted.toml"
    file.write_text('[logging]\nlevel = "info"\n')
    process = installation.start("serve", "--config", str(file)).wait_ready()
    file.write_text('[logging]\nlevel = "debug"\n')
    process.notifications.clear()
    process.signal(signal.SIGHUP)
    process.wait_notified("RELOADING=1")
    process.wait_notified("READY=1")
    assert "logging.level" in process.log()
    file.write_text('[logging]\nlevle = "info"\n[intake]\nmaximum-frames = -1\n')
    process.notifications.clear()
    process.signal(signal.SIGHUP)
    process.wait_notified("READY=1")
    log = process.log()
    assert "levle" in log and "maximum-frames" in log, "every fault is named"
    assert submit(context, installation, {"text": "“Still here,” said Ana Lima."})["status"] == "accepted"
    assert process.terminate() == 0


# Limits


def test_busy_when_full_and_nothing_lost(context, make_installation):
    installation = make_installation(intake_waiting_articles=20)
    ingest = installation.start("stage", "ingest")
    client = context.socket(zmq.DEALER)
    client.connect(installation.endpoints["ingest"])
    for key, article in articles("full", 60):
        client.send_multipart([b"", key.encode(), as_bytes(article)])
    answers = {}
    while len(answers) < 60:
        assert client.poll(30_000), f"{len(answers)} receipts of 60\n{ingest.log()}"
        _, key, receipt = client.recv_multipart()
        answers[key.decode()] = json.loads(receipt)
    accepted = [key for key, receipt in answers.items() if receipt["status"] == "accepted"]
    busy = [receipt for receipt in answers.values() if receipt["status"] == "busy"]
    assert len(accepted) == 20 and len(busy) == 40
    assert all(receipt["retryAfterMs"] > 0 for receipt in busy)
    # With the other stages there, there is room again.
    for stage in ("sink", "sentences", "entities", "attribution"):
        installation.start("stage", stage)
    submitter = Submitter(context, installation.endpoints["ingest"])
    submitter.push(articles("full", 60))
    subscriber = Subscriber(context, installation)
    while subscriber.heartbeat(within=30)["sequence"] < 60:
        pass
    got = identifiers(replay_all(context, installation, since=1))
    assert sorted(got) == sorted(answers)


def test_a_stopped_subscriber_slows_nobody(context, service):
    stopped = Subscriber(context, service, high_water_mark=1)
    stopped.heartbeat()
    healthy = Subscriber(context, service, "analysis/")
    healthy.heartbeat()
    submitter = Submitter(context, service.endpoints["ingest"], window=256)
    submitter.push(articles("slow", 3000, words=200))
    sequences = [json.loads(body)["sequence"] for body in healthy.records(3000, within=90)]
    assert sequences == list(range(1, 3001))


def test_the_state_directory_has_one_owner(make_installation):
    installation = make_installation(service_lock_wait="100 ms")
    installation.serve()
    second = installation.start("serve")
    assert second.popen.wait(20) != 0
    assert str(installation.state) in second.log() or "lock" in second.log()


def test_a_port_in_use_is_named(make_installation):
    installation = make_installation()
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", int(installation.endpoints["stream"].rpartition(":")[2])))
        holder.listen()
        process = installation.start("serve")
        assert process.popen.wait(20) not in (0, -signal.SIGABRT, -signal.SIGSEGV)
        assert installation.endpoints["stream"] in process.log()


def test_every_fault_of_a_configuration_is_listed_at_once(make_installation):
    installation = make_installation()
    file = installation.folder / "bad.toml"
    file.write_text('[intak]\nx = 1\n[endpoints]\ningest = "tcp://0.0.0.0:5571"\nstream = "nonsense"\n'
                    '[pipeline]\ntime-budget = "ten"\ntries = 0\n')
    for command in ("check", "serve"):
        done = installation.run(command, "--config", str(file))
        assert done.returncode == 78, done.stderr
        faults = done.stdout + done.stderr
        for word in ("intak", "time-budget", "tries"):
            assert word in faults, faults


# Health and figures


def scrape(installation):
    status, text, headers = http_get(installation, "/metrics")
    assert status == 200 and headers["Content-Type"].startswith("text/plain")
    values = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            values[name] = float(value)
    return text, values


def balance(values):
    """Received, published, dead and in flight, in articles."""
    return tuple(values[f"quoted_articles_{name}"] for name in
                 ("received_total", "published_total", "dead_total", "in_flight"))


def test_metrics_please_promtool(context, service, promtool):
    Submitter(context, service.endpoints["ingest"]).push(articles("metrics", 20))
    text, _ = scrape(service)
    checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, timeout=30)
    assert checked.returncode == 0 and not checked.stderr.strip(), checked.stderr


def test_received_is_published_plus_dead_plus_in_flight_at_every_scrape(context, service, announce):
    done = threading.Event()
    scrapes = []

    def load():
        other = zmq.Context()
        try:
            Submitter(other, service.endpoints["ingest"], window=256).push(articles("balance", 3000))
            push = other.socket(zmq.PUSH)
            push.connect(service.endpoints["push"])
            for n in range(50):
                push.send(b"\xff garbage %d" % n)
            push.close(linger=5000)
        finally:
            done.set()
            other.destroy(linger=5000)

    loader = threading.Thread(target=load)
    loader.start()
    while not done.is_set():
        scrapes.append(balance(scrape(service)[1]))
    loader.join()
    deadline = time.monotonic() + 60
    while (last := balance(scrape(service)[1]))[1] < 3000 or last[3] > 0:
        scrapes.append(last)
        assert time.monotonic() < deadline, last
    announce(f"{len(scrapes)} scrapes, at the end {last} received, published, dead, in flight")
    assert [s for s in scrapes if s[0] != s[1] + s[2] + s[3]] == []
    assert any(in_flight > 0 for *_, in_flight in scrapes), "nothing was ever seen in flight"
    # Whether garbage without a receipt counts as received, and then as dead, is the service's affair.
    assert last[1] == 3000 and last[0] - last[2] == 3000 and last[3] == 0


def test_health_readiness_and_status(context, service):
    assert http_get(service, "/healthz")[0] == 200
    assert http_get(service, "/readyz")[0] == 200
    status, body, headers = http_get(service, "/status")
    assert status == 200 and json.loads(body)
    assert headers["X-Content-Type-Options"] == "nosniff"
    for path in ("/nothing", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"):
        assert http_get(service, path)[0] == 404
    done = service.run("status")
    assert done.returncode == 0 and re.search("sentences", done.stdout), done.stderr


def test_readiness_without_workers_says_what_is_missing(make_installation):
    installation = make_installation()
    ingest = installation.start("stage", "ingest")
    ingest.wait_ready()
    status, body, _ = http_get(installation, "/readyz")
    assert status == 503 and "sentences" in body, body


# The shell


def test_push_and_status_without_a_service_say_so(make_installation, tmp_path):
    installation = make_installation()
    article = tmp_path / "article.txt"
    article.write_text("“Nobody listens,” said Ana Lima.")
    for arguments in (("push", "--patience", "2", str(article)), ("status",)):
        done = installation.run(*arguments, timeout=90)
        assert done.returncode == 69, done.stderr
        assert done.stderr.strip()


def test_push_tells_by_its_exit_status(service, tmp_path):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps({"id": "shell", "text": "“Hello,” said Ana Lima."}))
    bad.write_text('{"title": "no text"}')
    assert service.run("push", str(good)).returncode == 0
    assert service.run("push", str(good)).returncode == 0, "a duplicate is no failure"
    failed = service.run("push", str(bad), str(good))
    assert failed.returncode == 65 and "text" in failed.stdout + failed.stderr


def test_trace_tells_where_an_article_was(context, service):
    subscriber = Subscriber(context, service)
    subscriber.heartbeat()
    submit(context, service, {"id": "traced", "text": "“Hello,” said Ana Lima."})
    subscriber.records(1)
    done = service.run("trace", "traced")
    assert done.returncode == 0 and "record 1" in done.stdout, done.stdout + done.stderr
