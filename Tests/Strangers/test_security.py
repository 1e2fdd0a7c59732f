"""Who is let in, by a client that knows the documentation alone: keys, lists, floods, the token for HTTP."""

import base64
import contextlib
import http.client
import json
import os
import resource
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path

import pytest
import zmq
import zmq.auth

from stranger import NotReady

RIGHTS = ("ingest", "stream", "replay", "control", "sentences", "entities", "attribution", "sink")
ARTICLE = "“It is safe again,” said Ana Lima, the mayor, on Tuesday."

pytestmark = pytest.mark.skipif(not zmq.has("curve"), reason="pyzmq's own libzmq has no CURVE")


class Keys:
    """Key files made by `quoted keygen`, and a service's list of clients."""

    def __init__(self, installation, *names):
        self.folder = installation.folder / "keys"
        self.clients = installation.folder / "clients"
        self.installation = installation
        run = subprocess.run([installation.binary, "keygen", str(self.folder), "service", *names], check=True,
                             capture_output=True, text=True, timeout=20)
        self.advice = run.stdout
        self.list({name: [name] if name in RIGHTS else [] for name in names})

    def pair(self, name):
        """As any program would read them: public and secret key."""
        return zmq.auth.load_certificate(str(self.folder / f"{name}.key_secret"))

    def service_key(self):
        return zmq.auth.load_certificate(str(self.folder / "service.key"))[0]

    def list(self, rights):
        lines = [f"{name} {self.pair(name)[0].decode()} {' '.join(may)}" for name, may in rights.items() if may]
        self.clients.write_text("# name key rights\n" + "\n".join(lines) + "\n")

    def settings(self):
        return {"QUOTED_SECURITY_SECRET_KEY": str(self.folder / "service.key_secret"),
                "QUOTED_SECURITY_CLIENTS": str(self.clients)}

    def client_settings(self, name):
        return {"QUOTED_SECURITY_SERVICE_KEY": str(self.folder / "service.key"),
                "QUOTED_SECURITY_CLIENT_KEY": str(self.folder / f"{name}.key_secret")}


def connect(context, kind, endpoint, keys=None, name=None, service_key=None):
    client = context.socket(kind)
    client.linger = 0
    if name is not None:
        client.curve_publickey, client.curve_secretkey = keys.pair(name)
        client.curve_serverkey = service_key or keys.service_key()
    client.connect(endpoint)
    return client


def receipt(client, text=ARTICLE, within=10.0):
    """The receipt for a text; None when none comes."""
    client.send_multipart([b"", text.encode()])
    return json.loads(client.recv_multipart()[-1]) if client.poll(within * 1000) else None


@pytest.fixture
def encrypted(make_installation):
    """A running service with keys, a client for each right, and one with a key that is in no list."""
    installation = make_installation(analysis_analyzer="rules")
    keys = Keys(installation, *RIGHTS, "stranger")
    installation.endpoints["dispatch"] = f"tcp://127.0.0.1:{free_port()}"
    installation.endpoints["control"] = f"tcp://127.0.0.1:{free_port()}"
    installation.settings |= keys.settings()
    installation.serve()
    installation.keys = keys
    return installation


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


# Keys


def test_keygen_makes_keys_that_others_read(make_installation, tmp_path):
    binary = make_installation().binary
    folder = tmp_path / "keys"

    def keygen(*arguments):
        return subprocess.run([binary, "keygen", *arguments], capture_output=True, text=True, timeout=20)

    made = keygen(str(folder), "service", "newsroom")
    assert made.returncode == 0, made.stderr
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("service", "newsroom"):
        secret = folder / f"{name}.key_secret"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        public, private = zmq.auth.load_certificate(str(secret))
        assert zmq.curve_public(private) == public
        assert zmq.auth.load_certificate(str(folder / f"{name}.key")) == (public, None)
        assert public.decode() in made.stdout
        assert private.decode() not in made.stdout
    before = {path: path.read_bytes() for path in folder.iterdir()}
    again = keygen(str(folder), "other", "newsroom")
    assert again.returncode == 65 and "never overwritten" in again.stderr
    assert {path: path.read_bytes() for path in folder.iterdir()} == before, "nothing was made or changed"
    assert keygen(str(folder), "../x").returncode == 64
    assert keygen(str(tmp_path / "no" / "such")).returncode == 65


# Who gets in


def test_each_key_opens_its_own_sockets_alone(encrypted, context):
    keys, endpoints = encrypted.keys, encrypted.endpoints
    stream = connect(context, zmq.SUB, endpoints["stream"], keys, "stream")
    stream.subscribe("")
    assert stream.poll(10_000), "heartbeats reach who may subscribe"
    ingest = connect(context, zmq.DEALER, endpoints["ingest"], keys, "ingest")
    assert receipt(ingest)["status"] == "accepted"
    push = connect(context, zmq.PUSH, endpoints["push"], keys, "ingest")
    push.send(b"Another article, pushed without a receipt.")
    replay = connect(context, zmq.DEALER, endpoints["replay"], keys, "replay")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        replay.send_multipart([b"", b'{"since": 1, "limit": 10}'])
        assert replay.poll(10_000)
        answer = replay.recv_multipart()[1:]
        if json.loads(answer[0])["latest"] == 2:
            break
    assert len(answer) == 3, "both articles were taken and can be replayed"
    control = connect(context, zmq.DEALER, endpoints["control"], keys, "control")
    control.send(b'{"command": "status"}')
    assert control.poll(10_000) and json.loads(control.recv())["published"] == 2


def test_nobody_else_gets_in(encrypted, context):
    keys, endpoints = encrypted.keys, encrypted.endpoints
    other = zmq.curve_keypair()[0]
    outsiders = []
    for socket_name, kind, message in [
            ("ingest", zmq.DEALER, [b"", b"Refused."]), ("push", zmq.PUSH, [b"Refused."]), ("stream", zmq.SUB, None),
            ("replay", zmq.DEALER, [b"", b'{"since": 1}']), ("control", zmq.DEALER, [b'{"command": "status"}'])]:
        right = "ingest" if socket_name == "push" else socket_name
        wrong = [name for name in RIGHTS if name != right][:3]
        for name, service_key in [("stranger", None), (right, other), (None, None)] + [(name, None) for name in wrong]:
            client = connect(context, kind, endpoints[socket_name], keys, name, service_key)
            if kind == zmq.SUB:
                client.subscribe("")
            else:
                client.send_multipart(message)
            outsiders.append((socket_name, name, client))
        plain = context.socket(kind)
        plain.linger = 0
        plain.plain_username, plain.plain_password = b"admin", b"admin"
        plain.connect(endpoints[socket_name])
        if message:
            plain.send_multipart(message)
        outsiders.append((socket_name, "PLAIN", plain))
    # Meanwhile those who may are served.
    ingest = connect(context, zmq.DEALER, endpoints["ingest"], keys, "ingest")
    assert receipt(ingest)["sequence"] == 1, "nothing of the others was taken before"
    poller = zmq.Poller()
    for _, _, client in outsiders:
        if client.type != zmq.PUSH:
            poller.register(client, zmq.POLLIN)
    heard = {client for client, _ in poller.poll(2_000)}
    assert not [(where, name) for where, name, client in outsiders if client in heard]
    assert receipt(ingest, "A second article of the newsroom.")["sequence"] == 2, "nothing of the others was taken since"
    for _, _, client in outsiders:
        client.close()


def test_a_workers_key_speaks_for_its_stage_alone(encrypted, context):
    keys = encrypted.keys
    before = encrypted_workers(encrypted, context, keys)
    own = encrypted.start("stage", "entities:1", **keys.client_settings("entities"))
    own.wait_ready()
    wait_for_workers(encrypted, context, keys, "entities", more_than=before["entities"])
    foreign = encrypted.start("stage", "attribution:1", **keys.client_settings("entities"))
    foreign.wait_ready()
    deadline = time.monotonic() + 10
    while "may not work as that stage" not in foreign.log():
        assert time.monotonic() < deadline, foreign.log()
        time.sleep(0.05)
    after = encrypted_workers(encrypted, context, keys)
    assert after["attribution"] == before["attribution"], "the foreign worker gets no work"
    unlisted = encrypted.start("stage", "entities:2", **keys.client_settings("stranger"))
    unlisted.wait_ready()
    ingest = connect(context, zmq.DEALER, encrypted.endpoints["ingest"], keys, "ingest")
    assert receipt(ingest)["status"] == "accepted"
    assert encrypted_workers(encrypted, context, keys)["entities"] == after["entities"], "a key that is in no list does not connect"


def test_stages_apart_speak_with_keys(make_installation, context):
    """Records are written by another process; work, and learnt names the other way, cross tcp with keys."""
    installation = make_installation(analysis_analyzer="rules", names_mode="learn")
    keys = Keys(installation, "ingest", "stream", "sink", "attribution")
    for name in ("DISPATCH", "CONTROL", "NAMES", "NAMES_CHANGES"):
        installation.settings[f"QUOTED_ENDPOINTS_{name}"] = f"tcp://127.0.0.1:{free_port()}"
    installation.settings |= keys.settings()
    main = installation.start(
        "serve", QUOTED_SERVICE_STAGES="ingest, sentences, entities, attribution", **keys.client_settings("attribution"))
    sink = installation.start("stage", "sink", **keys.client_settings("sink"))
    main.wait_ready()
    sink.wait_ready()
    stream = connect(context, zmq.SUB, installation.endpoints["stream"], keys, "stream")
    stream.subscribe("analysis/")
    stream.subscribe("heartbeat")
    assert stream.poll(10_000)
    ingest = connect(context, zmq.DEALER, installation.endpoints["ingest"], keys, "ingest")
    assert receipt(ingest)["status"] == "accepted"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and stream.poll(10_000):
        topic, body = stream.recv_multipart()
        if topic.startswith(b"analysis/"):
            record = json.loads(body)
            assert record["quotations"][0]["speaker"]["name"] == "Ana Lima" and "namesVersion" in record
            return
    pytest.fail("no record came")


def control(installation, context, keys, question):
    client = connect(context, zmq.DEALER, installation.endpoints["control"], keys, "control")
    try:
        client.send(json.dumps(question).encode())
        assert client.poll(10_000), "the control socket does not answer"
        return json.loads(client.recv())
    finally:
        client.close()


def encrypted_workers(installation, context, keys):
    status = control(installation, context, keys, {"command": "status"})
    return {stage["name"]: stage["workers"] for stage in status["stages"]}


def wait_for_workers(installation, context, keys, stage, more_than, within=20.0):
    deadline = time.monotonic() + within
    while encrypted_workers(installation, context, keys)[stage] <= more_than:
        assert time.monotonic() < deadline, f"no more than {more_than} workers of {stage}"
        time.sleep(0.05)


# The project's own clients


def test_own_clients_show_their_keys(encrypted, tmp_path):
    keys = encrypted.keys
    article = tmp_path / "article.txt"
    article.write_text(ARTICLE)
    for name, arguments in [
            ("ingest", ["push", str(article)]), ("control", ["status"]), ("control", ["dead-letters", "list"])]:
        refused = encrypted.run(*arguments)
        assert refused.returncode == 78 and "security.service-key" in refused.stderr, refused.stderr
        served = encrypted.run(
            *arguments, "--service-key", str(keys.folder / "service.key"), "--client-key", str(keys.folder / f"{name}.key_secret"))
        assert served.returncode == 0, served.stderr
    stranger = encrypted.run(
        "status", "--timeout", "2", "--service-key", str(keys.folder / "service.key"), "--client-key",
        str(keys.folder / "stranger.key_secret"))
    assert stranger.returncode == 69 and "refuses this client's key" in stranger.stderr
    keys.list({"stream": ["stream", "replay"], "control": ["control"]})
    encrypted.processes[0].signal(signal.SIGHUP)
    encrypted.processes[0].wait_notified("RELOADING=1")
    watched = subprocess.run(
        encrypted.command("watch", "--since", "1", "--count", "1", "--format", "json"), capture_output=True, text=True,
        env=encrypted.environment(**keys.client_settings("stream")), timeout=30)
    assert watched.returncode == 0 and "Ana Lima" in watched.stdout, watched.stderr
    with contextlib.closing(http.client.HTTPConnection(encrypted.http, timeout=10)) as page:
        page.request("GET", "/live/events", headers={"Host": "localhost"})
        answer = page.getresponse()
        seen = b""
        while b"Ana Lima" not in seen:
            piece = answer.read1(65536)
            assert piece, seen
            seen += piece


def test_a_group_readable_key_is_refused(make_installation):
    installation = make_installation(analysis_analyzer="none")
    keys = Keys(installation, "ingest")
    installation.settings |= keys.settings()
    (keys.folder / "service.key_secret").chmod(0o640)
    checked = installation.run("check")
    assert checked.returncode == 78 and "chmod 600" in checked.stderr, checked.stderr
    process = installation.start("serve")
    with pytest.raises(NotReady):
        process.wait_ready(10)
    assert process.popen.wait(10) == 78
    assert "chmod 600" in process.log()
    (keys.folder / "service.key_secret").chmod(0o600)
    assert installation.run("check").returncode == 0
    keys.clients.write_text("ingest tooshort ingest\n")
    checked = installation.run("check")
    assert checked.returncode == 78 and "clients:1:" in checked.stderr


def test_systemd_credentials_hold_the_keys(make_installation, context):
    """LoadCredential= puts files in $CREDENTIALS_DIRECTORY, which the mode shows as the group's."""
    installation = make_installation(analysis_analyzer="none")
    keys = Keys(installation, "ingest")
    credentials = installation.folder / "credentials"
    credentials.mkdir()
    for source, name in [(keys.folder / "service.key_secret", "secret"), (keys.clients, "clients")]:
        (credentials / name).write_bytes(source.read_bytes())
        (credentials / name).chmod(0o440)
    installation.settings |= {"QUOTED_SECURITY_SECRET_KEY": "{credentials}/secret",
                              "QUOTED_SECURITY_CLIENTS": "{credentials}/clients"}
    installation.serve(CREDENTIALS_DIRECTORY=str(credentials))
    assert receipt(connect(context, zmq.DEALER, installation.endpoints["ingest"], keys, "ingest"))["status"] == "accepted"
    elsewhere = make_installation(analysis_analyzer="none")
    elsewhere.settings |= installation.settings
    process = elsewhere.start("serve")
    with pytest.raises(NotReady):
        process.wait_ready(10)
    assert "CREDENTIALS_DIRECTORY is not set" in process.log()


@pytest.mark.parametrize("name, endpoint, allowed", [
    ("ingest", "tcp://0.0.0.0:{port}", False), ("dispatch", "tcp://0.0.0.0:{port}", False),
    ("control", "tcp://*:{port}", False), ("stream", "tcp://[::]:{port}", False), ("http", "0.0.0.0:{port}", False),
    ("replay", "tcp://0.0.0.0:{port}", True), ("http", "0.0.0.0:{port}", True)])
def test_nothing_listens_to_others_without_being_told(make_installation, name, endpoint, allowed):
    installation = make_installation(analysis_analyzer="none")
    place = endpoint.format(port=free_port())
    if name == "http":
        installation.http = place
    else:
        installation.endpoints[name] = place
    if allowed:
        installation.settings["QUOTED_ENDPOINTS_INSECURE"] = name
        installation.serve()
        return
    process = installation.start("serve")
    with pytest.raises(NotReady):
        process.wait_ready(10)
    assert process.popen.wait(10) == 78 and f"endpoints.{name}" in process.log()
    # A key to connect with is no key to listen with.
    keys = Keys(installation, "ingest")
    process = installation.start("serve", **keys.client_settings("ingest"))
    with pytest.raises(NotReady):
        process.wait_ready(10)
    assert process.popen.wait(10) == 78 and f"endpoints.{name}" in process.log()


def test_socket_files_are_for_the_account_and_its_group(make_installation):
    old = os.umask(0)
    try:
        installation = make_installation(analysis_analyzer="none")
        installation.state.rmdir()
        installation.serve()
    finally:
        os.umask(old)
    assert stat.S_IMODE(installation.state.stat().st_mode) == 0o750
    sockets = list(installation.state.glob("*.sock"))
    assert len(sockets) >= 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in sockets} == {0o660}
    for path in installation.state.rglob("*"):
        assert not path.lstat().st_mode & 0o007, f"{path} is for everybody"


# Rotation


def hang_up(process):
    """SIGHUP, and until it has been heeded."""
    del process.notifications[:]
    process.signal(signal.SIGHUP)
    process.wait_notified("READY=1")


def test_clients_come_and_go_on_sighup(encrypted, context):
    keys, endpoints, process = encrypted.keys, encrypted.endpoints, encrypted.processes[0]
    ingest = connect(context, zmq.DEALER, endpoints["ingest"], keys, "ingest")
    stream = connect(context, zmq.SUB, endpoints["stream"], keys, "stream")
    stream.subscribe("heartbeat")
    assert receipt(ingest)["status"] == "accepted"
    assert stream.poll(10_000)
    everybody = {name: [name] for name in RIGHTS}
    # A bad list changes nothing.
    keys.clients.write_text("ingest nonsense ingest\n")
    hang_up(process)
    assert "the old one stays in force" in process.log()
    assert receipt(ingest, "With a bad list.")["status"] == "accepted"
    # The newcomer gets in, who leaves is out at once, also on a connection that is open.
    keys.list(everybody | {"stranger": ["ingest"], "ingest": [], "stream": [], "replay": ["replay", "stream"]})
    hang_up(process)
    refused = receipt(ingest, "After its key was taken away.")
    assert refused is None or refused["status"] == "rejected"
    newcomer = connect(context, zmq.DEALER, endpoints["ingest"], keys, "stranger")
    assert receipt(newcomer, "A newcomer's article.")["status"] == "accepted"
    other = connect(context, zmq.SUB, endpoints["stream"], keys, "replay")
    other.subscribe("heartbeat")
    assert other.poll(10_000), "who may subscribe now hears the stream"
    while stream.poll(0):
        stream.recv_multipart()
    assert not stream.poll(2_500), "who may not any more hears nothing"


def test_the_services_key_changes_on_sighup(encrypted, context):
    keys, endpoints, process = encrypted.keys, encrypted.endpoints, encrypted.processes[0]
    ingest = connect(context, zmq.DEALER, endpoints["ingest"], keys, "ingest")
    assert receipt(ingest)["status"] == "accepted"
    worker = encrypted.start("stage", "entities:1", **keys.client_settings("entities")).wait_ready()
    wait_for_workers(encrypted, context, keys, "entities", more_than=os.cpu_count())
    old = keys.service_key()
    secret = keys.folder / "service.key_secret"
    good = secret.read_text()
    secret.write_text("nothing\n")
    hang_up(process)
    assert "the old one stays in force" in process.log()
    assert receipt(connect(context, zmq.DEALER, endpoints["ingest"], keys, "ingest"), "Still the old key.")["status"] == "accepted"
    for path in (secret, keys.folder / "service.key"):
        path.unlink()
    subprocess.run([encrypted.binary, "keygen", str(keys.folder), "service"], check=True, capture_output=True, timeout=20)
    assert secret.read_text() != good
    hang_up(process)
    ingest.send_multipart([b"", b"To the old key, on a connection that was open."])
    late = connect(context, zmq.DEALER, endpoints["ingest"], keys, "ingest", service_key=old)
    late.send_multipart([b"", b"To the old key."])
    for name, kind in [("ingest", zmq.DEALER), ("replay", zmq.DEALER)]:
        client = connect(context, kind, endpoints[name], keys, name)
        client.send_multipart([b"", b'{"since": 1}' if name == "replay" else b"To the new key."])
        assert client.poll(10_000), f"{name} listens with the new key"
    stream = connect(context, zmq.SUB, endpoints["stream"], keys, "stream")
    stream.subscribe("heartbeat")
    assert stream.poll(10_000)
    assert not late.poll(500) and not ingest.poll(500)
    # The page's own connection comes back, and a worker's after its SIGHUP.
    worker_was = encrypted_workers(encrypted, context, keys)["entities"]
    hang_up(worker)
    wait_for_workers(encrypted, context, keys, "entities", more_than=worker_was)


# Floods


FLOOD = int(os.environ.get("QUOTED_TEST_FLOOD", "1000"))


def greeting(mechanism):
    """What each side says first (ZMTP 3.0)."""
    return b"\xff" + bytes(8) + b"\x7f\x03\x00" + mechanism.ljust(20, b"\0") + bytes(32)


def ready(kind):
    """What ends a handshake without keys, from a client of this kind."""
    properties = b"\x0bSocket-Type" + len(kind).to_bytes(4, "big") + kind + b"\x08Identity" + bytes(4)
    body = b"\x05READY" + properties
    return b"\x04" + bytes([len(body)]) + body


class Flood:
    """Connections that are held open, and by default say nothing, half of a greeting, or a whole one and then nothing."""

    HALVES = (b"", greeting(b"CURVE")[:10], greeting(b"CURVE"))

    def __init__(self, endpoint):
        host, port = endpoint.removeprefix("tcp://").rsplit(":", 1)
        self.address = (host, int(port))
        self.connections = []

    def open(self, count, says=HALVES):
        for number in range(count):
            connection = socket.socket()
            connection.setblocking(False)
            # Loopback has as many addresses as wanted, so that ports do not run out.
            connection.bind((f"127.0.{1 + number // 10_000}.1", 0))
            connection.connect_ex(self.address)
            self.connections.append(connection)
        for number, connection in enumerate(self.connections):
            try:
                connection.send(says[number % len(says)])
            except OSError:
                # Not connected yet: it stays silent.
                pass

    def close(self):
        for connection in self.connections:
            connection.close()


def raise_limit(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + 512
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"a flood of {count} needs {wanted} open files, the hard limit is {hard}")
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@pytest.mark.parametrize("keys_asked", [True, False])
def test_a_flood_of_connections_shuts_nobody_out(make_installation, context, announce, keys_asked):
    """A client is served within a second while FLOOD connections are open that do not go on, and after them."""
    raise_limit(FLOOD)
    installation = make_installation(analysis_analyzer="none", security_handshake_time="1 s")
    keys = Keys(installation, "ingest") if keys_asked else None
    if keys:
        installation.settings |= keys.settings()
    # Started under a low soft limit, as shells and supervisors set it: the service raises it itself.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        process = installation.start("serve")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    process.wait_ready()
    floods = [Flood(installation.endpoints[name]) for name in ("ingest", "stream")]
    try:
        for flood in floods:
            flood.open(FLOOD // 2)
        slowest = 0.0
        for number in range(5):
            began = time.monotonic()
            client = connect(context, zmq.DEALER, installation.endpoints["ingest"], keys, "ingest" if keys else None)
            answer = receipt(client, f"Article {number} in the flood.")
            slowest = max(slowest, time.monotonic() - began)
            client.close()
            assert answer and answer["status"] == "accepted"
        announce(f"{FLOOD} connections, {'CURVE' if keys else 'NULL'}: a new client's receipt within {slowest * 1000:.0f} ms")
        assert slowest < 1.0
        # Who does not shake hands is let go.
        for flood in floods:
            silent = flood.connections[0]
            silent.setblocking(True)
            silent.settimeout(20)
            assert read_to_end(silent), "the connection is closed by the service"
    finally:
        for flood in floods:
            flood.close()
    assert process.popen.poll() is None


def test_with_few_descriptors_the_service_lives_through_a_flood(make_installation, context):
    """Where the system allows few open files, a flood takes them all; what was accepted goes on, and so does it after."""
    installation = make_installation(analysis_analyzer="none", security_handshake_time="1 s")
    process = installation.serve()
    client = connect(context, zmq.DEALER, installation.endpoints["ingest"])
    assert receipt(client)["status"] == "accepted"
    taken = len(os.listdir(f"/proc/{process.pid}/fd"))
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (taken + 50, taken + 50))
    flood = Flood(installation.endpoints["ingest"])
    flood.open(200)
    deadline = time.monotonic() + 10
    while len(os.listdir(f"/proc/{process.pid}/fd")) < taken + 50:
        assert time.monotonic() < deadline, "the flood does not take the descriptors"
        time.sleep(0.02)
    assert receipt(client, "On a connection that was open before.")["status"] == "accepted"
    flood.close()
    late = connect(context, zmq.DEALER, installation.endpoints["ingest"])
    assert receipt(late, "After the flood.", within=20)["status"] == "accepted"
    assert process.terminate() == 0


def read_to_end(connection):
    try:
        while connection.recv(4096):
            pass
        return True
    except ConnectionError:
        return True
    except TimeoutError:
        return False


def test_many_idle_clients_shut_nobody_out(make_installation, announce):
    """Clients that have shaken hands and then do nothing, as many as FLOOD; one more is served within a second."""
    raise_limit(FLOOD)
    installation = make_installation(analysis_analyzer="none")
    installation.serve()
    crowd = Flood(installation.endpoints["ingest"])
    try:
        crowd.open(FLOOD, says=(b"",))
        # As slowly as the service accepts them, and all within its time for a handshake.
        for connection in crowd.connections:
            connection.setblocking(True)
            connection.settimeout(10)
            connection.sendall(greeting(b"NULL") + ready(b"DEALER"))
        assert all(len(connection.recv(200)) > 0 for connection in crowd.connections), "the service greets each"
        own = zmq.Context()
        began = time.monotonic()
        client = connect(own, zmq.DEALER, installation.endpoints["ingest"])
        answer = receipt(client)
        took = time.monotonic() - began
        own.destroy(linger=0)
        announce(f"{FLOOD} idle clients: a new client's receipt within {took * 1000:.0f} ms")
        assert answer["status"] == "accepted" and took < 1.0
        # They are no strangers: any of them may submit now.
        last = crowd.connections[-1]
        last.sendall(b"\x01\x00" + b"\x00" + bytes([len(ARTICLE.encode())]) + ARTICLE.encode())
        heard = b""
        while b"accepted" not in heard and b"duplicate" not in heard:
            piece = last.recv(4096)
            assert piece, "the connection of an idle client is closed"
            heard += piece
    finally:
        crowd.close()


# HTTP


@pytest.fixture
def behind_token(make_installation):
    installation = make_installation(analysis_analyzer="none")
    installation.token = "0123456789abcdef-0123456789abcdef"
    path = installation.folder / "token"
    path.write_text(installation.token + "\n")
    path.chmod(0o600)
    installation.settings["QUOTED_SECURITY_HTTP_TOKEN"] = str(path)
    port = free_port()
    installation.http = f"0.0.0.0:{port}"
    installation.local = f"127.0.0.1:{port}"
    installation.serve()
    return installation


def get(address, path, headers=None, method="GET", body=None):
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        connection.request(method, path, body=body, headers={"Host": "localhost"} | (headers or {}))
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_http_beyond_loopback_asks_for_its_token(behind_token):
    address, token = behind_token.local, behind_token.token
    password = base64.b64encode(f"reader:{token}".encode()).decode()
    for path in ("/", "/metrics", "/healthz", "/readyz", "/status", "/api/quotations", "/live/articles/x", "/nothing"):
        for shown in (None, "Bearer", f"Bearer {token[:-1]}", f"Bearer {token}x", f"Basic {token}", token):
            status, headers, body = get(address, path, {"Authorization": shown} if shown else {})
            assert status == 401, (path, shown)
            assert "Bearer" in headers["WWW-Authenticate"] and token.encode() not in body
    assert get(address, "/analyze", method="POST", body=b"{}" * 100)[0] == 401
    for shown in (f"Bearer {token}", f"bearer {token}", f"Basic {password}"):
        status, headers, body = get(address, "/metrics", {"Authorization": shown})
        assert status == 200 and b"quoted_" in body
        assert headers["X-Content-Type-Options"] == "nosniff" and "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    # Another token, and a bad one.
    path = Path(behind_token.settings["QUOTED_SECURITY_HTTP_TOKEN"])
    path.write_text("another-token-of-some-length\n")
    hang_up(behind_token.processes[0])
    assert get(address, "/metrics", {"Authorization": f"Bearer {token}"})[0] == 401
    assert get(address, "/metrics", {"Authorization": "Bearer another-token-of-some-length"})[0] == 200
    path.write_text("short\n")
    hang_up(behind_token.processes[0])
    assert get(address, "/metrics", {"Authorization": "Bearer another-token-of-some-length"})[0] == 200


def test_http_gives_no_files_away(service):
    for path in ("/../../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/live/articles/..%2F..%2Fetc%2Fpasswd",
                 "//etc/passwd", "/api/articles/../../../etc/passwd", "/page.css/../../../etc/passwd", "/.%00/etc/passwd"):
        status, _, body = get(service.http, path)
        assert status >= 400, path
        assert b"root:" not in body


def test_slow_http_clients_shut_nobody_out(make_installation, announce):
    """More clients than are answered at once, each of which trickles its headers."""
    installation = make_installation(analysis_analyzer="none")
    installation.serve()
    host, port = installation.http.rsplit(":", 1)
    slow = []
    try:
        for _ in range(150):
            connection = socket.create_connection((host, int(port)), timeout=10)
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            slow.append(connection)
        began = time.monotonic()
        assert get(installation.http, "/healthz")[0] == 200
        announce(f"150 slow HTTP clients: another's answer within {(time.monotonic() - began) * 1000:.0f} ms")
        assert time.monotonic() - began < 1
        # A byte now and then does not keep a connection.
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                slow[0].sendall(b"a")
                slow[0].settimeout(0.5)
                if slow[0].recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        else:
            pytest.fail("a connection that trickles its headers lives on")
    finally:
        for connection in slow:
            connection.close()
