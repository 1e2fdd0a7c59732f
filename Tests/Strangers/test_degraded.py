"""What operators are told while something is wrong: in time, why, and what to do; also when nobody answers."""

import concurrent.futures
import json
import re
import resource
import signal
import socket
import threading
import time

import pytest
import zmq

from stranger import Submitter, Subscriber, as_bytes, submit
from test_operations import articles, balance, scrape

TIMEOUT = 3
# A command has its deadline, half a second to find out why, and the time to start and end.
AT_MOST = TIMEOUT + 4


def ask(installation, *arguments):
    """A command with a deadline of TIMEOUT seconds; it must keep it."""
    begin = time.monotonic()
    done = installation.run(*arguments, "--timeout", str(TIMEOUT), timeout=30)
    assert time.monotonic() - begin < AT_MOST, f"{arguments} took {time.monotonic() - begin:.1f} s"
    return done


def status(installation):
    done = ask(installation, "status", "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def troubled(installation, *words, within=20.0):
    """The status, once it tells of a trouble with all the words; and the remedy."""
    deadline = time.monotonic() + within
    while True:
        answer = status(installation)
        for trouble in answer["troubles"]:
            if all(word in trouble["what"] for word in words):
                return answer, trouble["remedy"]
        assert time.monotonic() < deadline, (words, answer["troubles"])


def stages(installation, *names):
    return {name: installation.start("stage", name) for name in names}


@pytest.fixture
def installation(make_installation):
    return make_installation(analysis_analyzer="rules", pipeline_heartbeat="100 ms", pipeline_dead_after="400 ms")


# Something is missing


def test_a_stage_without_workers(context, installation):
    stages(installation, "ingest")["ingest"].wait_ready()
    stages(installation, "sentences", "sink")
    submit(context, installation, {"id": "stuck", "text": "“Nobody reads this,” said Ana Lima."})
    _, remedy = troubled(installation, "no worker of stage entities", "1 articles wait")
    assert "quoted stage entities" in remedy
    page = ask(installation, "status")
    assert page.returncode == 0 and "trouble: no worker of stage attribution" in page.stdout and "quoted stage" in page.stdout
    trace = ask(installation, "trace", "stuck")
    assert trace.returncode == 0 and "waiting at entities" in trace.stdout, trace.stdout
    assert ask(installation, "dead-letters", "list").returncode == 0


def test_a_worker_that_is_stopped(context, installation):
    stages(installation, "ingest")["ingest"].wait_ready()
    others = stages(installation, "sentences", "entities", "attribution", "sink")
    subscriber = Subscriber(context, installation)
    subscriber.heartbeat(within=20)
    submit(context, installation, {"id": "first", "text": "“It works,” said Ana Lima."})
    subscriber.records(1)
    worker = others["entities"]
    worker.signal(signal.SIGSTOP)
    answer, remedy = troubled(installation, "workers were lost", f":{worker.pid}/entities")
    assert "kill -CONT" in remedy
    assert next(stage for stage in answer["stages"] if stage["name"] == "entities")["lost"] > 0
    troubled(installation, "no worker of stage entities")
    _, values = scrape(installation)
    assert values['quoted_stage_workers{stage="entities"}'] == 0
    assert values['quoted_stage_workers_lost_total{stage="entities"}'] > 0
    worker.signal(signal.SIGCONT)
    submit(context, installation, {"id": "second", "text": "“It works again,” said Ana Lima."})
    subscriber.records(1)


def test_clients_are_told_busy(context, make_installation):
    installation = make_installation(intake_waiting_articles=20)
    stages(installation, "ingest")["ingest"].wait_ready()
    client = context.socket(zmq.DEALER)
    client.connect(installation.endpoints["ingest"])
    for key, article in articles("busy", 40):
        client.send_multipart([b"", key.encode(), as_bytes(article)])
    for _ in range(40):
        assert client.poll(20_000)
        client.recv_multipart()
    answer, remedy = troubled(installation, 'clients are told "busy"', "20 articles")
    assert "waiting-articles" in remedy and answer["ingest"]["busy"] == 20


def test_the_sinks_disk_is_full(context, installation):
    # A file that may not grow is as good as a full disk to the logs; the signal that goes with it must not end the process.
    stages(installation, "ingest")["ingest"].wait_ready()
    stages(installation, "sentences", "entities", "attribution")
    sink = installation.start("stage", "sink").wait_ready()
    subscriber = Subscriber(context, installation)
    subscriber.heartbeat(within=20)
    submit(context, installation, {"id": "fits", "text": "“There is room,” said Ana Lima."})
    subscriber.records(1)
    log = next((installation.state / "records").glob("*.log"))
    resource.prlimit(sink.pid, resource.RLIMIT_FSIZE, (log.stat().st_size, resource.RLIM_INFINITY))
    submit(context, installation, {"id": "does-not", "text": "“There is none,” said Ana Lima."})
    _, remedy = troubled(installation, f":{sink.pid}/sink", "no space left")
    assert "make room" in remedy
    trace = ask(installation, "trace", "does-not")
    assert trace.returncode == 0 and "running at sink" in trace.stdout, trace.stdout
    resource.prlimit(sink.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert json.loads(subscriber.records(1)[0])["article"]["id"] == "does-not"
    # The number of the record is known where the sink runs; that it is written, here as well, a moment later.
    deadline = time.monotonic() + 20
    while not re.search(r"^sink .* done after", ask(installation, "trace", "does-not").stdout, re.M):
        assert time.monotonic() < deadline


def test_a_refused_reload_and_damage_are_told(context, make_installation):
    installation = make_installation(analysis_analyzer="rules")
    file = installation.folder / "quoted.toml"
    file.write_text("# nothing\n")
    process = installation.start("serve", "--config", str(file)).wait_ready()
    Submitter(context, installation.endpoints["ingest"]).push(articles("damage", 20))
    Subscriber(context, installation).heartbeat()
    process.terminate()
    log = next((installation.state / "intake").glob("*.log"))
    with open(log, "r+b") as damaged:
        damaged.seek(log.stat().st_size // 2)
        damaged.write(b"\0" * 100)
    process = installation.start("serve", "--config", str(file)).wait_ready()
    _, remedy = troubled(installation, "log intake", "damaged places")
    assert "damaged" in remedy
    file.write_text("nonsense\n")
    process.signal(signal.SIGHUP)
    _, remedy = troubled(installation, "reload was refused")
    assert "quoted check" in remedy
    _, values = scrape(installation)
    assert values["quoted_reload_refused"] == 1 and values['quoted_reloads_total{result="refused"}'] == 1
    assert values['quoted_log_damaged_places{log="intake"}'] > 0
    assert values['quoted_previous_end{how="stopped"}'] == 1 and values["quoted_recent_starts"] == 2


# Nobody answers


def filled(context, installation):
    """A service with a published article and a dead letter that nobody looked at."""
    process = installation.serve()
    subscriber = Subscriber(context, installation)
    subscriber.heartbeat()
    submit(context, installation, {"id": "done", "text": "“It is done,” said Ana Lima."})
    subscriber.records(1)
    push = context.socket(zmq.PUSH)
    push.connect(installation.endpoints["push"])
    push.send(b"\xff garbage")
    deadline = time.monotonic() + 20
    while not status(installation)["intake"]["deadLetters"]:
        assert time.monotonic() < deadline
    push.close()
    return process


def tells_what_the_logs_have(installation, *reasons):
    """Every command says why nobody answers, what to do, and what the state directory has."""
    commands = (("status",), ("trace", "done"), ("dead-letters", "list"), ("dead-letters", "show", "1"),
                ("dead-letters", "retry", "--all"), ("trace", "nobody"), ("status", "--format", "json"),
                ("trace", "done", "--format", "json"))
    # Each waits for its deadline: all at once, so that the test need not wait for one after the other.
    with concurrent.futures.ThreadPoolExecutor(len(commands)) as pool:
        *texts, status_json, trace_json = pool.map(lambda arguments: ask(installation, *arguments), commands)
    page, trace, letters, shown, retried, unknown = texts
    for done in texts:
        assert done.returncode == 69, done
        assert all(reason in done.stderr for reason in ("does not answer", "what to do", *reasons)), done.stderr
    assert "records       1 to 1" in page.stdout and "entries up to 1, 0 not finished" in page.stdout, page.stdout
    assert "dead letters  1" in page.stdout and "serve         started" in page.stdout, page.stdout
    assert "entry 1" in trace.stdout and "finished: published" in trace.stdout and "published as record 1" in trace.stdout
    assert "ingest" in letters.stdout and "UTF-8" in letters.stdout
    assert "garbage" in shown.stdout
    assert "no such article" in unknown.stdout
    assert retried.stdout == ""
    answer = json.loads(status_json.stdout)
    assert answer["answers"] is False and answer["stateDirectory"]["records"]["lastSequence"] == 1
    answer = json.loads(trace_json.stdout)
    assert answer["stateDirectory"]["sequence"] == 1
    return page


def test_the_service_is_stopped_by_a_signal(context, installation):
    process = filled(context, installation)
    process.signal(signal.SIGSTOP)
    tells_what_the_logs_have(installation, f"process {process.pid} is stopped", f"kill -CONT {process.pid}")
    process.signal(signal.SIGCONT)
    assert ask(installation, "status").returncode == 0


def test_the_service_was_killed_and_then_stopped_in_order(context, installation):
    process = filled(context, installation)
    process.kill()
    page = tells_what_the_logs_have(installation, "nobody listens")
    assert "has not said that it ended" in page.stdout
    process = installation.serve()
    assert process.terminate() == 0
    page = tells_what_the_logs_have(installation)
    assert "stopped" in page.stdout


def test_no_service_and_no_state(make_installation):
    installation = make_installation()
    done = ask(installation, "status")
    assert done.returncode == 69 and "there is no socket" in done.stderr and "quoted serve" in done.stderr
    installation.state.rmdir()
    assert ask(installation, "status").returncode == 69
    assert ask(installation, "trace", "x").returncode == 69
    assert ask(installation, "dead-letters").returncode == 69
    done = ask(installation, "top", "--once")
    assert done.returncode == 69 and "does not answer" in done.stderr


def test_whoever_holds_the_control_socket_and_says_nothing_or_nonsense(context, make_installation):
    installation = make_installation()
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(installation.state / "control.sock"))
        mute.listen()
        done = ask(installation, "status")
        assert done.returncode == 69 and f"waited {TIMEOUT} s" in done.stderr, done.stderr
    (installation.state / "control.sock").unlink()
    stranger = context.socket(zmq.ROUTER)
    stranger.bind(f"ipc://{installation.state}/control.sock")
    answers = []
    asker = threading.Thread(target=lambda: answers.append(ask(installation, "status")))
    asker.start()
    assert stranger.poll(10_000)
    stranger.send_multipart(stranger.recv_multipart()[:-1] + [b"hello"])
    asker.join()
    done, = answers
    assert done.returncode == 69 and "no quoted service" in done.stderr, done.stderr


def test_commands_answer_while_articles_pour_in(context, installation):
    installation.serve()
    done = threading.Event()

    def load():
        other = zmq.Context()
        try:
            Submitter(other, installation.endpoints["ingest"], window=512).push(articles("pour", 3000))
        finally:
            done.set()
            other.destroy(linger=0)

    loader = threading.Thread(target=load)
    loader.start()
    asked = 0
    while not done.is_set() or asked == 0:
        assert status(installation)["received"] >= 0
        assert ask(installation, "trace", "pour-0").returncode in (0, 65)
        asked += 1
    loader.join()


# Restarts and accounts


def test_starts_and_their_ends_are_remembered(make_installation):
    installation = make_installation(analysis_analyzer="rules")
    for _ in range(3):
        installation.serve().kill()
    with socket.create_server(("127.0.0.1", int(installation.endpoints["stream"].rpartition(":")[2]))):
        assert installation.start("serve").popen.wait(20) == 75
    installation.serve()
    _, remedy = troubled(installation, "5 starts within 15 min", "not-started", installation.endpoints["stream"])
    assert "journalctl" in remedy
    _, values = scrape(installation)
    assert values["quoted_recent_starts"] == 5 and values['quoted_previous_end{how="not-started"}'] == 1
    assert time.time() - values["process_start_time_seconds"] < 120


def test_received_is_published_plus_dead_plus_in_flight_while_processes_are_killed(context, installation, announce):
    """At every scrape, whichever process was killed meanwhile."""
    running = stages(installation, "ingest", "sentences", "entities", "attribution", "sink")
    running["ingest"].wait_ready()
    done, failures = threading.Event(), []

    def load():
        other = zmq.Context()
        try:
            submitter = Submitter(other, installation.endpoints["ingest"], window=256, patience=1.0)
            submitter.push(articles("kills", 1500, words=200), within=90)
        except BaseException as failure:  # shown below
            failures.append(failure)
        finally:
            done.set()
            other.destroy(linger=0)

    loader = threading.Thread(target=load)
    loader.start()
    scrapes, kills, victims = [], 0, ["entities", "sink", "attribution", "ingest", "sentences"]
    seen_in_flight = False

    def scrape_while_it_lives():
        try:
            _, values = scrape(installation)
        except OSError:
            return None  # ingest is between two lives
        scrapes.append(balance(values))
        return scrapes[-1]

    while not done.is_set() or kills < len(victims):
        for _ in range(12):
            last = scrape_while_it_lives()
            seen_in_flight = seen_in_flight or bool(last and last[3] > 0)
        victim = victims[kills % len(victims)]
        running[victim].kill()
        running[victim] = installation.start("stage", victim)
        kills += 1
        if victim == "ingest":
            running[victim].wait_ready()
    loader.join()
    assert not failures, failures
    deadline = time.monotonic() + 60
    while (last := scrape_while_it_lives()) is None or last[3] > 0:
        assert time.monotonic() < deadline, last
    announce(f"{len(scrapes)} scrapes, {kills} kills, at the end {last} received, published, dead, in flight")
    assert seen_in_flight and len(scrapes) > 50
    assert [s for s in scrapes if s[0] != s[1] + s[2] + s[3]] == []
