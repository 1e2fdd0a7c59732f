"""`quoted check`: each misconfiguration gives one clear line with its place, key and remedy, and all of them come at once."""

import dataclasses
import os
import resource
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from conftest import ROOT
from stranger import ENDPOINTS, free_ports

MARK = "# <-"
NOBODY = 65534


@dataclasses.dataclass
class Case:
    """A file's text, in which MARK stands at the end of the faulty line; its one fault holds all the words."""
    text: str | bytes
    words: tuple
    environment: dict = dataclasses.field(default_factory=dict)
    # Called with the folder of the case before the check: what it returns is closed after it.
    around: object = None
    # The line, where no mark can stand; 0: the fault is in no line of the file.
    line: int | None = None
    files: int | None = None


def case(text, *words, **more):
    return Case(text, words, **more)


def path_of(folder, name, content=b""):
    path = folder / name
    path.write_bytes(content)
    return path


def listening(folder):
    one = socket.socket(socket.AF_UNIX)
    one.bind(str(folder / "taken.sock"))
    one.listen()
    return one


FILE = {
    "unknown key": case('[intake]\nmaximum-article-byte = "8 MiB" # <-', "intake.maximum-article-byte: unknown key",
                        "did you mean intake.maximum-article-bytes?"),
    "unknown section": case("[pipelin] # <-\ntries = 3", "pipelin: unknown section", "did you mean pipeline?"),
    "key in another section": case("[intake]\ntries = 3 # <-", "intake.tries: unknown key", "did you mean pipeline.tries?"),
    "key without its section": case("tries = 3 # <-", "tries: unknown key", "did you mean pipeline.tries?"),
    "list for a number": case("[intake]\ngroup-commit = [1] # <-", "intake.group-commit: found a list", "whole number"),
    "section for a value": case("[logging.level] # <-\nx = 1", "logging.level: found a section", "one of"),
    "value for a section": case("pipeline = 3 # <-", "pipeline: is a section", "write [pipeline]"),
    "text for a number": case('[pipeline]\ntries = "many" # <-', 'pipeline.tries: found "many"', "from 1 to 100"),
    "fraction for a whole number": case("[pipeline]\ntries = 2.5 # <-", 'pipeline.tries: found "2.5"', "whole number"),
    "text for true or false": case('[page]\nenabled = "yes" # <-', 'page.enabled: found "yes"', "true or false"),
    "date for a duration": case("[pipeline]\ntime-budget = 2025-01-01 # <-", "pipeline.time-budget: found a date", "duration"),
    "too small": case("[intake]\nmaximum-frames = 0 # <-", 'intake.maximum-frames: found "0"', "from 1 to 1024"),
    "too large": case("[replay]\nbatch-records = 100000 # <-", 'replay.batch-records: found "100000"', "1 to 65536"),
    "negative": case("[pipeline]\ntries = -1 # <-", 'pipeline.tries: found "-1"', "from 1"),
    "number without end": case('[intake]\nwaiting-bytes = "99999999999 TiB" # <-', "intake.waiting-bytes: found", "1024 TiB"),
    "unknown unit": case('[pipeline]\ntime-budget = "10 parsecs" # <-', 'pipeline.time-budget: found "10 parsecs"', '"250 ms"'),
    "size for a duration": case('[pipeline]\nheartbeat = "500 MiB" # <-', 'pipeline.heartbeat: found "500 MiB"', "duration"),
    "duration for a size": case('[intake]\nmaximum-article-bytes = "8 s" # <-', 'maximum-article-bytes: found "8 s"', "size"),
    "key twice": case("[pipeline]\ntries = 3\ntries = 4 # <-", '"pipeline.tries" stands on line 2 already', "remove one"),
    "section twice": case("[pipeline]\ntries = 3\n[pipeline] # <-\n", '"pipeline" stands on line 1 already', "remove one"),
    "mark missing at the end": case('[logging]\nlevel = "info\n', "quotation mark missing", line=2),
    "no quotation marks": case("[logging]\nlevel = info # <-", 'found "info"', "quotation marks"),
    "no equals sign": case("[pipeline]\ntries 3 # <-", "expected ="),
    "list of sections": case("[[pipeline]] # <-", "write [section]"),
    "backslashes": case('state = "C:\\quoted" # <-', "unknown escape", "single quotation marks"),
    "control character": case('[logging]\nlevel = "in\x01fo" # <-', "control character", "\\uXXXX"),
    "log level": case('[logging]\nlevel = "verbose" # <-', 'logging.level: found "verbose"', '"info"'),
    "log format": case('[logging]\nformat = "xml" # <-', 'logging.format: found "xml"', '"json"'),
    "analyzer": case('[analysis]\nanalyzer = "best" # <-', 'analysis.analyzer: found "best"', '"trained"',
                     environment={"QUOTED_ANALYSIS_ANALYZER": None}),
    "names mode": case('[names]\nmode = "on" # <-', 'names.mode: found "on"', '"learn"'),
    "scheme": case('[endpoints]\ningest = "udp://127.0.0.1:9" # <-', "endpoints.ingest: found", "tcp://host:port or ipc:///path"),
    "no port": case('[endpoints]\npush = "tcp://127.0.0.1" # <-', "endpoints.push: found", "no port"),
    "port too large": case('[endpoints]\nstream = "tcp://127.0.0.1:70000" # <-', "endpoints.stream: found", "1 to 65535"),
    "IPv6 without brackets": case('[endpoints]\nhttp = "::1:5570" # <-', "endpoints.http: found", "[::1]:port"),
    "no host": case('[endpoints]\nreplay = "tcp://:5574" # <-', "endpoints.replay: found", "127.0.0.1"),
    "relative socket file": case('[endpoints]\ncontrol = "ipc://control.sock" # <-', "endpoints.control", "absolute path"),
    "socket path too long": case(f'[endpoints]\ncontrol = "ipc:///tmp/{"x" * 104}" # <-', "endpoints.control: found",
                                 "109 bytes", "107", "choose a shorter path"),
    "other machines": case('[endpoints]\ningest = "tcp://0.0.0.0:5571" # <-', "endpoints.ingest: found", "without encryption",
                           "endpoints.insecure"),
    "page for other machines": case('[endpoints]\nhttp = "0.0.0.0:5570" # <-', "endpoints.http: found", "endpoints.insecure"),
    "unknown endpoint's name": case('[endpoints]\ninsecure = ["replya"] # <-', 'endpoints.insecure: found "replya"',
                                    "did you mean replay?"),
    "any port for the page": case('[endpoints]\nhttp = "127.0.0.1:*" # <-', "endpoints.http: found", "as a number"),
    "two endpoints on one port": case('[endpoints]\npush = "tcp://127.0.0.1:6999"\nstream = "tcp://127.0.0.1:6999" # <-',
                                      "endpoints.stream: found", "clashes with endpoints.push", "its own port"),
    "two endpoints on one socket file": case('[endpoints]\ncontrol = "ipc://{state}/dispatch.sock" # <-',
                                             "endpoints.control: found", "clashes with endpoints.dispatch"),
    "all addresses and one of them": case('[endpoints]\ninsecure = ["push"]\npush = "tcp://*:6999"\n'
                                          'stream = "tcp://127.0.0.1:6999" # <-', "endpoints.stream: found", "clashes"),
    "waiting less than an article": case('[intake]\nwaiting-bytes = "1 MiB" # <-', "intake.waiting-bytes: found", "at least 8 MiB"),
    "in flight less than an article": case('[pipeline]\nin-flight-bytes = "1 MiB" # <-', "pipeline.in-flight-bytes: found",
                                           "at least 8 MiB"),
    "dead before the second heartbeat": case('[pipeline]\nheartbeat = "2 s"\ndead-after = "3 s" # <-', "pipeline.dead-after: found",
                                             "at least 4 s"),
    "nothing left to replay": case('[records]\nretention = "1 s" # <-', "records.retention: found", "replay", "raise it"),
    "less kept than one answer": case('[records]\nretention-bytes = "1 MiB" # <-', "records.retention-bytes: found", "replay.batch-bytes"),
    "version of names that are off": case("[names]\nversion = 5 # <-", "names.version: found", 'names.mode to "use"'),
    "stage twice": case('[service]\nstages = ["ingest", "sink", "sink"] # <-', 'service.stages: names "sink" twice', "[stages.sink]"),
    "unknown stage": case('[service]\nstages = ["ingest", "parser"] # <-', 'service.stages: no stage "parser"', "the stages are"),
    "nobody's address for dispatch": case('[endpoints]\ninsecure = ["dispatch"]\ndispatch = "tcp://*:6998" # <-\n'
                                          '[service]\nstages = ["entities"]', "endpoints.dispatch: found", "host and port"),
    "archive among the logs": case('state = "/tmp/quoted-nowhere"\n[archive]\npath = "/tmp/quoted-nowhere/records" # <-',
                                   "archive.path: found", "directory of its own", environment={"state": None}),
    "address for a host's name": case('[page]\nhosts = ["https://news.example.org/"] # <-', "page.hosts: found", "news.example.org"),
}

WHOLE_FILE = {
    "not UTF-8": case('# caf\xe9\n'.encode("latin-1"), "is not UTF-8 text", "save it as UTF-8", line=0),
    "UTF-16": case("[pipeline]\ntries = 3\n".encode("utf-16"), "is not UTF-8 text", line=0),
    "NUL bytes": case(b"[pipeline]\n\0", "NUL", line=0),
    "empty": case("", "is empty", "put it back", line=1),
    "far too large": case(b"#" * (1 << 20) + b"\n", "at most 1048576", line=0),
    "a directory": case(None, "is not a regular file", "TOML", line=0, around=lambda folder: (folder / "quoted.toml").mkdir()),
    "a pipe": case(None, "is not a regular file", line=0, around=lambda folder: os.mkfifo(folder / "quoted.toml")),
    "missing": case(None, "cannot be opened", "check the name", line=0),
}

MACHINE = {
    "socket's folder is missing": case('[endpoints]\ndispatch = "ipc:///nowhere/at/all.sock" # <-',
                                       "endpoints.dispatch: the folder /nowhere/at is missing", "make it or choose another"),
    "a file where the socket is to be": case('[endpoints]\ncontrol = "ipc://FOLDER/file" # <-', "endpoints.control:", "is no socket",
                                             "move it away", around=lambda folder: path_of(folder, "file") and None),
    "socket in use": case('[endpoints]\ndispatch = "ipc://FOLDER/taken.sock" # <-', "endpoints.dispatch: found",
                          "another process listens", "stop it", around=listening),
    "address of no interface": case('[endpoints]\ninsecure = ["stream"]\nstream = "tcp://192.0.2.1:6997" # <-',
                                    "endpoints.stream: found", "does not have", "ip address"),
    "stage without its dispatcher": case('[service]\nstages = ["entities"] # <-', "endpoints.dispatch: is not given",
                                         "the process that runs ingest"),
    "state is a file": case('state = "FOLDER/file" # <-', "state:", "is not a directory", "choose another",
                            environment={"state": None}, around=lambda folder: path_of(folder, "file") and None),
    "state below a file": case('state = "FOLDER/file/state" # <-', "state:", "choose another",
                               environment={"state": None}, around=lambda folder: path_of(folder, "file") and None),
    "state where nothing can be made": case('state = "/proc/quoted/state" # <-', "state: /proc cannot be written", "choose another",
                                            environment={"state": None}),
    "state that anybody may write": case('state = "FOLDER/open" # <-', "state:", "by anybody", "chmod o-w",
                                         environment={"state": None},
                                         around=lambda folder: (folder / "open").mkdir() or (folder / "open").chmod(0o777)),
    "archive that cannot be written": case('[archive]\npath = "/proc/archive" # <-', "archive.path: /proc cannot be written"),
    "no model there": case('[analysis]\nanalyzer = "trained"\nmodel = "/nowhere/en.model" # <-', "analysis.model: /nowhere/en.model",
                           environment={"QUOTED_ANALYSIS_ANALYZER": None}),
    "cut model": case('[analysis]\nanalyzer = "trained"\nmodel = "FOLDER/cut.model" # <-', "analysis.model:", "cut.model",
                      environment={"QUOTED_ANALYSIS_ANALYZER": None},
                      around=lambda folder: path_of(folder, "cut.model", shipped_model().read_bytes()[:1 << 20]) and None),
    "foreign model": case('[analysis]\nanalyzer = "trained"\nmodel = "FOLDER/foreign.model" # <-', "analysis.model:", "foreign.model",
                          environment={"QUOTED_ANALYSIS_ANALYZER": None},
                          around=lambda folder: path_of(folder, "foreign.model", b"PK" + bytes(100_000)) and None),
    "no room in memory": case('[pipeline]\nin-flight-bytes = "64 GiB" # <-\n[page]\nrecent-bytes = "4 GiB"\n',
                              "pipeline.in-flight-bytes", "do not fit", "lower them"),
    "one subscriber takes all memory": case('[stream]\nhigh-water-mark = 10000000\nqueue-bytes = "64 GiB" # <-',
                                            "stream.queue-bytes: for one subscriber", "lower one of them"),
    "too few descriptors": case("# nothing\n", "at most 64 open files", "LimitNOFILE=", files=64, line=0),
    "too few descriptors for the readers": case("[page]\nclients = 1000 # <-", "page.clients: at most 512 open files", "LimitNOFILE=",
                                                files=512),
    "no seed there": case('[names]\nmode = "learn"\nseed = "/nowhere/seed.tsv" # <-', "names.seed: /nowhere/seed.tsv", "mend the file"),
    "bad office holders": case('[names]\nmode = "learn"\noffice-holders = "FOLDER/holders.tsv" # <-', "names.office-holders:",
                               "holders.tsv:1", "separated by tabs",
                               around=lambda folder: path_of(folder, "holders.tsv", b"nobody\n") and None),
    "names that nobody learnt": case('[names]\nmode = "use" # <-', 'names.mode: found "use"', 'choose "learn"'),
    "version that is not there": case('[names]\nmode = "learn"\nversion = 7 # <-', "names.version: found 7", "quoted names check"),
}

ENVIRONMENT = {
    "bad value": case("", "environment variable QUOTED_PIPELINE_TRIES: pipeline.tries: found", "from 1 to 100",
                      environment={"QUOTED_PIPELINE_TRIES": "none"}, line=0),
    "no key's name": case("", "environment variable QUOTED_PIPELINE_TRYS: names no key", "QUOTED_PIPELINE_TRIES",
                          environment={"QUOTED_PIPELINE_TRYS": "3"}, line=0),
    "no home": case("", "state: no directory is known", "--state", line=0,
                    environment={"HOME": None, "STATE_DIRECTORY": None, "XDG_STATE_HOME": None, "state": None}),
}

CASES = {"file": FILE, "whole file": WHOLE_FILE, "machine": MACHINE, "environment": ENVIRONMENT}


def shipped_model():
    return ROOT / "Sources/EnglishModel/quoted-en.model"


def memory_gibibytes():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30


@pytest.fixture(scope="module")
def ports():
    return dict(zip((*ENDPOINTS, "http"), free_ports(len(ENDPOINTS) + 1)))


@pytest.fixture
def folder():
    # Short, for the sockets in it.
    made = Path(tempfile.mkdtemp(prefix="qc-", dir="/tmp"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def check(binary, ports, folder):
    """Runs the check of a file's text; the lines that it says, and its exit status."""

    def run(text, environment=None, files=None, user=None):
        file = folder / "quoted.toml"
        if text is not None:
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        plain = text if isinstance(text, str) else ""
        base = {key: value for key, value in os.environ.items() if not key.startswith("QUOTED_")}
        base["QUOTED_ANALYSIS_ANALYZER"] = "rules"
        for name, port in ports.items():
            # What the file says must not be overridden.
            if not any(line.startswith(f"{name} =") for line in plain.splitlines()):
                base[f"QUOTED_ENDPOINTS_{name.upper()}"] = ("" if name == "http" else "tcp://") + f"127.0.0.1:{port}"
        changes = environment or {}
        arguments = [str(binary), "check"] + (["--config", str(file)] if text != "" or not environment else [])
        if "state" not in changes:
            arguments += ["--state", str(folder / "state")]
        for key, value in changes.items():
            base.pop(key, None)
            if value is not None:
                base[key] = value

        def confine():
            if files:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
            if user:
                os.setgroups([])
                os.setgid(user)
                os.setuid(user)

        done = subprocess.run(arguments, env=base, capture_output=True, text=True, timeout=60, preexec_fn=confine)
        return done.stderr.splitlines(), done.returncode, file

    return run


@pytest.mark.parametrize("kind, name", [(kind, name) for kind, cases in CASES.items() for name in cases])
def test_each_misconfiguration_gives_one_clear_line(check, folder, kind, name):
    wrong = CASES[kind][name]
    if name in ("no room in memory", "one subscriber takes all memory") and memory_gibibytes() > 60:
        pytest.skip("this machine has memory for whatever can be configured")
    text = wrong.text.replace("FOLDER", str(folder)) if isinstance(wrong.text, str) else wrong.text
    opened = wrong.around(folder) if wrong.around else None
    lines, status, file = check(text, wrong.environment, wrong.files)
    if opened:
        opened.close()
    assert status == 78, lines
    assert len(lines) == 1, lines
    for word in wrong.words:
        assert word in lines[0], lines
    number = wrong.line
    if number is None:
        number = next(n for n, line in enumerate(text.splitlines(), 1) if line.endswith(MARK))
    place = f"quoted: {file}:{number}: " if number else "quoted: "
    assert lines[0].startswith(place), lines
    if kind == "whole file":
        assert str(file) in lines[0]


def test_there_are_enough_of_them():
    assert sum(map(len, CASES.values())) >= 80


def test_all_faults_of_a_file_and_of_the_machine_come_at_once(check, folder):
    text = "".join([
        'state = "/proc/quoted/state"\nx = 1\n',
        '[logging]\nlevel = "verbose"\nformat = xml\n',
        '[pipeline]\ntries = 0\ntries = 1\ntime-budget = "soon"\ndead-after = "20 ms"\n',
        '[endpoints]\ncontrol = "ipc:///nowhere/control.sock"\ninsecure = ["all"]\n',
        '[names]\nmode = "learn"\nseed = "/nowhere/seed.tsv"\n',
        '[service]\nstages = ["parser"]\n[nothing]\ny = 2\n'])
    lines, status, file = check(text, {"state": None, "QUOTED_INTAKE_MAXIMUM_FRAMES": "0"})
    assert status == 78
    for word in ("state: /proc cannot", "x: unknown key", "logging.level", '"xml"', 'pipeline.tries: found "0"', "on line 7 already",
                 "time-budget", "dead-after", "folder /nowhere", 'found "all"', "names.seed", 'no stage "parser"',
                 "nothing: unknown section", "QUOTED_INTAKE_MAXIMUM_FRAMES"):
        assert sum(word in line for line in lines) == 1, (word, lines)
    assert len(lines) == 14, lines
    numbers = [int(line.split(":")[2]) for line in lines if line.startswith(f"quoted: {file}:")]
    assert len(numbers) == 13 and numbers == sorted(numbers), lines


@pytest.mark.parametrize("text", [
    "# nothing but the defaults\n",
    "\ufeff[pipeline]\r\ntries = 3\r\n",
    '[pipeline]\ntries = 5\ntime-budget = "20 s"\n[page]\nclients = 64\nhosts = ["news.example.org"]\n[names]\nmode = "learn"\n',
    (ROOT / "config/quoted.toml").read_text()])
def test_a_good_configuration_gives_none(check, ports, text):
    # A service may run here on the defaults.
    elsewhere = {f"QUOTED_ENDPOINTS_{name.upper()}": ("" if name == "http" else "tcp://") + f"127.0.0.1:{port}"
                 for name, port in ports.items()}
    lines, status, _ = check(text, elsewhere)
    assert (lines, status) == ([], 0)


def test_ports_in_use_and_another_services_state(make_installation):
    installation = make_installation(analysis_analyzer="rules")
    with socket.create_server(("127.0.0.1", int(installation.endpoints["push"].rpartition(":")[2]))):
        done = installation.run("check")
        assert done.returncode == 78 and len(done.stderr.splitlines()) == 1
        assert "environment variable QUOTED_ENDPOINTS_PUSH: endpoints.push: found" in done.stderr
        assert "another program listens" in done.stderr and "ss -ltnp" in done.stderr
    process = installation.serve()
    done = installation.run("check")
    assert done.returncode == 0, done.stderr
    assert f"process {process.pid} runs this service" in done.stderr
    # The same state directory with other endpoints is another service.
    other = make_installation(analysis_analyzer="rules", endpoints_control=f"ipc://{installation.folder}/c.sock")
    other.state = installation.state
    done = other.run("check")
    assert done.returncode == 78 and len(done.stderr.splitlines()) == 2, done.stderr
    assert f"state: process {process.pid}, a service with other endpoints" in done.stderr and "stop it first" in done.stderr
    assert "endpoints.dispatch: found" in done.stderr


def test_a_port_that_only_root_may_use(check, folder):
    if int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()) <= 80:
        pytest.skip("any port may be used here")
    (folder / "state").mkdir()
    if os.geteuid() == 0:
        folder.chmod(0o755)
        os.chown(folder / "state", NOBODY, NOBODY)
    lines, status, file = check('[endpoints]\nhttp = "127.0.0.1:80" # <-\n', user=NOBODY if os.geteuid() == 0 else None)
    assert status == 78 and len(lines) == 1 and lines[0].startswith(f"quoted: {file}:2: endpoints.http: found"), lines
    assert "CAP_NET_BIND_SERVICE" in lines[0]


def test_a_state_directory_on_a_full_disk(binary, folder):
    mount = folder / "small"
    mount.mkdir()
    command = (f"mount -t tmpfs -o size=1m none {mount} && QUOTED_ANALYSIS_ANALYZER=rules QUOTED_ENDPOINTS_HTTP= "
               f"{binary} check --state {mount}/state")
    probe = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", str(mount)], capture_output=True)
    if probe.returncode != 0:
        pytest.skip("no file system can be mounted here")
    done = subprocess.run(["unshare", "-rm", "sh", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 78, done.stderr
    assert "state: the disk of" in done.stderr and "make room" in done.stderr
