"""The service in processes of its own: ingest, two workers a stage, sink, and who starts them again."""

import collections
import threading
import time

from stranger import Installation, free_ports

SERVICE = [("stage", "ingest"), ("stage", "sink")]
WORKERS = [("stage", f"{stage}:{n}") for stage in ("sentences", "entities", "attribution") for n in (1, 2)]


def stage_of(command):
    return command[-1].partition(":")[0]


class Deployment(Installation):
    """Over ipc on one host, or over tcp between three: ours with ingest and the clients, one with the workers, one with the sink."""

    def __init__(self, binary, hosts=None, **settings):
        single = {f"stages_{stage}_workers": 1 for stage in ("sentences", "entities", "attribution")}
        super().__init__(binary, **({"analysis_analyzer": "rules"} | single | settings))
        self.hosts = hosts
        # What a stage's processes get beside: environment, and a command that becomes the process.
        self.extra, self.wrappers = collections.defaultdict(dict), collections.defaultdict(tuple)
        if hosts:
            ingest, stream, replay, dispatch = free_ports(4)
            self.endpoints = {"ingest": f"tcp://127.0.0.1:{ingest}", "push": f"ipc://{self.folder}/push",
                              "stream": f"tcp://{hosts['sink'].address}:{stream}",
                              "replay": f"tcp://{hosts['sink'].address}:{replay}"}
            self.settings["QUOTED_ENDPOINTS_INSECURE"] = "dispatch,stream,replay"
            self.dispatch = dispatch
        else:
            self.endpoints = {name: f"ipc://{self.folder}/{name}" for name in self.endpoints}

    def host_of(self, command):
        stage = stage_of(command)
        return None if not self.hosts or stage == "ingest" else self.hosts["sink" if stage == "sink" else "workers"]

    def launch(self, command):
        host, stage = self.host_of(command), stage_of(command)
        environment = dict(self.extra[stage])
        if self.hosts:
            environment["QUOTED_ENDPOINTS_DISPATCH"] = f"tcp://{host.hub if host else '0.0.0.0'}:{self.dispatch}"
        prefix = (*(host.prefix if host else ()), *self.wrappers[stage])
        return self.start(*command, notified=False, prefix=prefix, **environment)


class Supervisor(threading.Thread):
    """Starts processes again when they end, after a pause, as systemd would."""

    # RestartPreventExitStatus of the units: usage and configuration, where trying again does not help.
    FINAL = (64, 78)

    def __init__(self, deployment, pause=0.2):
        super().__init__(daemon=True)
        self.deployment, self.pause = deployment, pause
        self.lock = threading.RLock()
        self.running = {command: None for command in SERVICE + WORKERS}
        self.due = {}
        self.killed, self.stalled = collections.Counter(), collections.Counter()
        # (stage, status, last line of its log) of those that ended by themselves.
        self.ended = []
        self.stopping = threading.Event()
        self.held = set()

    def run(self):
        # Processes die with the thread that started them, so this one starts them all and stays.
        while not self.stopping.wait(0.02):
            with self.lock:
                self._look(time.monotonic())

    def _look(self, now):
        for command, process in self.running.items():
            if process is not None and process.popen.poll() is not None:
                lines = process.log().strip().splitlines()
                self.ended.append((stage_of(command), process.popen.returncode, lines[-1] if lines else ""))
                if process.popen.returncode in self.FINAL:
                    self.held.add(command)
                self._forget(command)
                self.due[command] = now + self.pause
            if self.running[command] is None and command not in self.held and self.due.get(command, 0) <= now:
                self.running[command] = self.deployment.launch(command)

    def _forget(self, command):
        process, self.running[command] = self.running[command], None
        process.kill()
        self.deployment.processes.remove(process)

    def kill(self, command):
        """SIGKILL, and at once a new one."""
        with self.lock:
            if self.running[command] is not None:
                self._forget(command)
            self.killed[stage_of(command)] += 1
            self.due[command] = 0

    def hold(self, command):
        """SIGKILL, and no new one before `release`."""
        with self.lock:
            self.held.add(command)
            if self.running[command] is not None:
                self._forget(command)

    def release(self, command):
        with self.lock:
            self.held.discard(command)
            self.due[command] = 0

    def signal(self, command, number):
        with self.lock:
            if self.running[command] is not None:
                self.running[command].signal(number)

    def pids(self, stage):
        with self.lock:
            return [p.pid for command, p in self.running.items() if p is not None and stage_of(command) == stage]

    def close(self):
        with self.lock:
            self.held = set(self.running)
            for command, process in self.running.items():
                if process is not None:
                    self._forget(command)
        self.stopping.set()
        self.join(5)

    def logs(self, stage):
        """Everything that this stage's processes wrote."""
        return "\n".join(path.read_text(errors="replace") for path in self.deployment.folder.glob(f"*-{stage}*.log"))
