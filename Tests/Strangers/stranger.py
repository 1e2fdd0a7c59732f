"""What a program outside this project needs to use the service, written from its documentation alone."""

import collections
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import zmq

ENDPOINTS = ("ingest", "push", "stream", "replay")
MAX_FRAME = 64 << 20
# Times as long as a release build may take: builds with a sanitizer are slow.
PATIENCE = float(os.environ.get("QUOTED_TEST_PATIENCE", 1))


def free_ports(count):
    """Ports that nobody listens on. They were all held at once, so they differ."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


# Loaded before any fork: in a child, another thread's lock might never be released.
LIBC = ctypes.CDLL(None)


def die_with_parent():
    """Linux: the service does not outlive the tests, however these end."""
    LIBC.prctl(1, signal.SIGKILL, 0, 0, 0)


class NotReady(Exception):
    pass


class Installation:
    """A state directory, ports and an environment: everything that processes of one service share."""

    def __init__(self, binary, **settings):
        self.binary = str(binary)
        # Short, since a path of a Unix socket has at most 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="quoted-", dir="/tmp"))
        self.state = self.folder / "state"
        self.state.mkdir()
        ports = free_ports(len(ENDPOINTS) + 1)
        self.endpoints = {name: f"tcp://127.0.0.1:{port}" for name, port in zip(ENDPOINTS, ports)}
        self.http = f"127.0.0.1:{ports[-1]}"
        self.settings = {f"QUOTED_{key.upper()}": str(value) for key, value in settings.items()}
        self.processes = []

    def environment(self, **extra):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("QUOTED_") and k != "NOTIFY_SOCKET"}
        ours = {f"QUOTED_ENDPOINTS_{name.upper()}": endpoint for name, endpoint in self.endpoints.items()}
        ours["QUOTED_ENDPOINTS_HTTP"] = self.http
        return kept | ours | self.settings | extra

    # Whether a process gets none but its three descriptors.
    closes_descriptors = True

    def prepare_child(self):
        die_with_parent()

    def command(self, *arguments):
        return [self.binary, *arguments, "--state", str(self.state)]

    def run(self, *arguments, timeout=60, **options):
        """A command that ends by itself."""
        return subprocess.run(self.command(*arguments), env=self.environment(), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout * PATIENCE, **options)

    def start(self, *arguments, notified=True, prefix=(), **environment):
        """`notified`: whether the process is to tell how it is; who asks for that must listen. `prefix`: a command that becomes
        the process, such as `nsenter`."""
        process = ServiceProcess(self, arguments, environment, notified, prefix)
        self.processes.append(process)
        return process

    def serve(self, **environment):
        return self.start("serve", **environment).wait_ready()

    def close(self):
        for process in self.processes:
            process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class ServiceProcess:
    """One process of the service. It says by systemd's protocol when it is ready, so nobody polls."""

    def __init__(self, installation, arguments, environment, notified, prefix=()):
        self.installation = installation
        self.name = " ".join(arguments)
        number = len(installation.processes)
        self.log_path = installation.folder / f"{number}-{arguments[-1].replace('/', '-')}.log"
        notify = installation.folder / f"n{number}.sock"
        notify.unlink(missing_ok=True)
        self.notifications = []
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        if notified:
            self.listener.bind(str(notify))
            environment = environment | {"NOTIFY_SOCKET": str(notify)}
        with open(self.log_path, "ab") as log:
            self.popen = subprocess.Popen(
                [*prefix, *installation.command(*arguments)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=installation.environment(**environment), preexec_fn=installation.prepare_child,
                close_fds=installation.closes_descriptors)
        self.pid = self.popen.pid

    def log(self):
        return self.log_path.read_text(errors="replace")

    def wait_notified(self, prefix, within=30.0):
        """Until a notification begins with `prefix`; returns its line."""
        deadline = time.monotonic() + within * PATIENCE
        while True:
            for line in self.notifications:
                if line.startswith(prefix):
                    return line
            self.listener.settimeout(0.1)
            try:
                self.notifications += self.listener.recv(65536).decode().splitlines()
                continue
            except TimeoutError:
                pass
            if self.popen.poll() is not None:
                raise NotReady(f"{self.name} ended with {self.popen.returncode} before {prefix}:\n{self.log()[-4000:]}")
            if time.monotonic() > deadline:
                raise NotReady(f"{self.name}: no {prefix} within {within} s; got {self.notifications}:\n"
                               f"{self.log()[-4000:]}")

    def wait_ready(self, within=30.0):
        self.wait_notified("READY=1", within)
        return self

    def signal(self, number):
        if self.popen.poll() is None:
            os.kill(self.pid, number)

    def terminate(self, within=40.0):
        """SIGTERM, as systemd does; returns the exit status."""
        self.signal(signal.SIGTERM)
        try:
            return self.popen.wait(within * PATIENCE)
        finally:
            self.listener.close()

    def kill(self):
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()
        self.listener.close()

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def as_bytes(article):
    return article if isinstance(article, bytes) else json.dumps(article, ensure_ascii=False).encode()


class Submitter:
    """A DEALER with a window of articles in flight; what gets no receipt in time is sent again."""

    def __init__(self, context, endpoint, window=64, patience=5.0):
        self.context, self.endpoint, self.window, self.patience = context, endpoint, window, patience
        self.receipts = {}
        self.sent_again = 0
        self.busy = 0
        self.reasons = collections.Counter()  # of `busy`
        self._open()

    def _open(self):
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.sndhwm = 0
        self.socket.connect(self.endpoint)

    def close(self):
        self.socket.close()

    def push(self, articles, within=60.0):
        """Pushes (key, article) pairs until each was accepted, found to be a duplicate, or rejected."""
        waiting = dict(articles)
        queue = collections.deque(waiting)
        in_flight = {}
        deadline = time.monotonic() + within * PATIENCE
        while waiting:
            now = time.monotonic()
            assert now < deadline, f"{len(waiting)} articles without an answer after {within} s"
            for key, sent in list(in_flight.items()):
                if now - sent > self.patience * PATIENCE:
                    del in_flight[key]
                    queue.append(key)
                    self.sent_again += 1
            while queue and len(in_flight) < self.window:
                key = queue.popleft()
                if key in waiting:
                    self.socket.send_multipart([b"", key.encode(), as_bytes(waiting[key])])
                    in_flight[key] = now
            if not self.socket.poll(100):
                continue
            *echoed, answer = self.socket.recv_multipart()
            key = echoed[-1].decode()
            receipt = json.loads(answer)
            in_flight.pop(key, None)
            if key not in waiting:
                continue
            if receipt["status"] == "busy":
                self.busy += 1
                self.reasons[receipt["reason"]] += 1
                queue.append(key)
                self.socket.poll(min(receipt["retryAfterMs"], 100))
                continue
            del waiting[key]
            self.receipts[key] = receipt
        return self.receipts


def request(context, endpoint, frames, within=20.0):
    """One message through a REQ socket, and its one answer."""
    client = context.socket(zmq.REQ)
    client.linger = 0
    try:
        client.connect(endpoint)
        client.send_multipart(frames if isinstance(frames, list) else [frames])
        assert client.poll(int(within * PATIENCE * 1000)), f"no answer from {endpoint} within {within} s"
        return client.recv_multipart()
    finally:
        client.close()


def submit(context, installation, article, within=20.0):
    """One article through a REQ socket; returns its one receipt."""
    answer = request(context, installation.endpoints["ingest"],
                     article if isinstance(article, list) else as_bytes(article), within)
    assert len(answer) == 1
    return json.loads(answer[0])


def replay(context, installation, within=20.0, **query):
    """One batch of the archive: its header and its records' bytes."""
    header, *records = request(context, installation.endpoints["replay"], json.dumps(query).encode(), within)
    return json.loads(header), records


def replay_all(context, installation, since):
    """Every record from a sequence number on, batch by batch."""
    records = []
    while True:
        header, batch = replay(context, installation, since=since)
        assert header.get("error") is None, header
        assert header["count"] == len(batch), header
        records += batch
        if not header["more"]:
            return records
        assert header["last"] >= since, "a batch must lead on"
        since = header["last"] + 1


class Subscriber:
    """A SUB socket that knows when it is connected: it waits for the first heartbeat."""

    def __init__(self, context, installation, *topics, high_water_mark=0):
        self.installation = installation
        self.socket = context.socket(zmq.SUB)
        self.socket.linger = 0
        self.socket.rcvhwm = high_water_mark
        for topic in topics or ("",):
            self.socket.subscribe(topic)
        self.socket.subscribe("heartbeat")
        self.socket.connect(installation.endpoints["stream"])

    def close(self):
        self.socket.close()

    def receive(self, within=20.0):
        """The next message as (topic, bytes), or None."""
        if not self.socket.poll(int(max(0, within) * 1000)):
            return None
        frames = self.socket.recv_multipart()
        assert len(frames) == 2, f"{len(frames)} frames"
        return frames[0].decode(), frames[1]

    def heartbeat(self, within=10.0):
        """The next heartbeat; what comes before it is lost to the caller."""
        deadline = time.monotonic() + within * PATIENCE
        while message := self.receive(deadline - time.monotonic()):
            if message[0] == "heartbeat":
                return json.loads(message[1])
        raise AssertionError(f"no heartbeat within {within} s")

    def until(self, enough, within=60.0):
        """Everything up to the message after which `enough(messages)` is true."""
        messages = []
        deadline = time.monotonic() + within * PATIENCE
        while not enough(messages):
            message = self.receive(deadline - time.monotonic())
            last = messages[-1][0] if messages else None
            assert message, f"only {len(messages)} messages within {within} s, the last {last}"
            messages.append(message)
        return messages

    def records(self, count, within=60.0):
        """The bytes of the next `count` records."""
        kept = []
        deadline = time.monotonic() + within * PATIENCE
        while len(kept) < count:
            message = self.receive(deadline - time.monotonic())
            assert message, f"only {len(kept)} records of {count} within {within} s"
            if message[0].startswith("analysis/"):
                kept.append(message[1])
        return kept


def http_get(installation, path, within=10.0):
    """Status, body and headers, also for answers that are errors."""
    try:
        with urllib.request.urlopen(f"http://{installation.http}{path}", timeout=within * PATIENCE) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)
