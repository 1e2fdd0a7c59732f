"""Too little memory, too few descriptors, and a clock that goes back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import zmq

from rounds import Broken
from stranger import as_bytes, die_with_parent, free_ports
from traffic import Articles

INGEST = ("stage", "ingest")


class MemoryGroup:
    """A control group with a bound on memory, of either version."""

    def __init__(self, name):
        unified, own = Path("/sys/fs/cgroup"), f"quoted-chaos-{os.getpid()}-{name}"
        self.is_unified = (unified / "cgroup.controllers").exists()
        self.folder = (unified if self.is_unified else unified / "memory") / own
        self.folder.mkdir()
        if self.is_unified and not (self.folder / "memory.max").exists():
            self.folder.rmdir()
            raise OSError("the memory controller is not passed on to new groups")

    def press(self, pids, enough):
        """Fills the group until the kernel ends the processes given, before any other."""
        for pid in pids:
            Path(f"/proc/{pid}/oom_score_adj").write_text("1000")
        glutton = "held = []\nwhile True: held.append(b'x' * (1 << 20))"
        process = subprocess.Popen([*self.wrapper, sys.executable, "-c", glutton], stderr=subprocess.DEVNULL,
                                   preexec_fn=die_with_parent)
        try:
            enough()
        finally:
            process.kill()
            process.wait()

    def limit(self, mebibytes):
        name = "memory.max" if self.is_unified else "memory.limit_in_bytes"
        (self.folder / name).write_text(str(mebibytes << 20))

    @property
    def wrapper(self):
        """A command that becomes a process in the group."""
        return ("sh", "-c", 'echo $$ > "$0" && exec "$@"', str(self.folder / "cgroup.procs"))

    def kills(self):
        """How often the kernel has ended a process of it."""
        text = (self.folder / ("memory.events" if self.is_unified else "memory.oom_control")).read_text()
        return int(dict(line.split() for line in text.splitlines())["oom_kill"])

    def close(self):
        self.folder.rmdir()


def missing_groups():
    try:
        MemoryGroup("trial").close()
    except OSError as problem:
        return f"no control group for memory: {problem}"
    return None


def memory_limit(suite, fault, times):
    """A bound that is enough for articles as they come; then something else fills it, and the kernel ends the stage."""

    def body(round):
        groups = {stage: MemoryGroup(stage) for stage in ("ingest", "sink")}
        round.closing += [group.close for group in groups.values()]
        for stage, group in groups.items():
            group.limit(160)
            round.deployment.wrappers[stage] = group.wrapper
        round.start()
        round.published(200)
        if any(group.kills() for group in groups.values()):
            raise Broken("160 MiB are not enough")
        for _ in range(times):
            for stage, group in groups.items():
                round.expected[stage, -9] += 1_000
                ends = round.ends(stage, -9)
                round.injected()
                group.press(round.supervisor.pids(stage), lambda: round.until(
                    lambda: round.ends(stage, -9) > ends, f"the kernel ends {stage}", 20))
                round.published(60)

    return suite.round(fault, body, needs=["memory"], rate=80)


def too_little_to_start(suite, fault):
    """Limits below what a start needs: it says which, and with which status its supervisor need not try again."""

    def body(round):
        round.start()
        limits = [(("prlimit", "--nofile=32"), "open files"), (("prlimit", f"--as={400 << 20}"), "address space")]
        if "memory" not in suite.gaps:
            group = MemoryGroup("low")
            round.closing.append(group.close)
            group.limit(48)
            limits.append((group.wrapper, "memory"))
        for wrapper, words in limits:
            round.published(30)
            round.deployment.wrappers["ingest"] = wrapper
            round.supervisor.kill(INGEST)
            round.injected()
            round.ended("ingest", 78)
            reason = round.supervisor.ended[-1][2]
            if words not in reason or "raise" not in reason:
                raise Broken(f"no clear message: {reason!r}")
            round.deployment.wrappers["ingest"] = ()
            round.supervisor.release(INGEST)

    return suite.round(fault, body, rate=80)


def descriptor_limit(suite, fault, times, transport):
    """More clients than descriptors: those that got through go on, the others when there is room; nobody falls."""

    def body(round):
        if transport == "tcp":
            round.deployment.endpoints["ingest"] = f"tcp://127.0.0.1:{free_ports(1)[0]}"
        round.deployment.wrappers["ingest"] = ("prlimit", "--nofile=96:96")
        round.deployment.extra["ingest"]["WATCHDOG_USEC"] = "600000"
        round.start()
        articles = Articles("crowd", suite.seed)
        for time in range(times):
            context = zmq.Context()
            try:
                crowd = [context.socket(zmq.DEALER) for _ in range(160)]
                for number, client in enumerate(crowd):
                    client.linger = 0
                    client.connect(round.deployment.endpoints["ingest"])
                    client.send_multipart([b"", as_bytes(articles(1_000 * time + number)[1])])
                round.injected()
                poller = zmq.Poller()
                for client in crowd:
                    poller.register(client, zmq.POLLIN)
                answers = []
                # As many as the limit lets in, at least.
                while len(answers) < 20:
                    ready = dict(poller.poll(20_000))
                    if not ready:
                        raise Broken(f"only {len(answers)} clients of a crowd got a receipt")
                    for client in ready:
                        answers.append(json.loads(client.recv_multipart()[-1]))
                        poller.unregister(client)
                for answer in answers:
                    if answer["status"] in ("accepted", "duplicate"):
                        round.pusher.accepted[answer["id"]] = answer["sequence"]
                # Every half second it looks; so it said so, or it may not have noticed what is over.
                round.logged("ingest", "files and connections that are allowed are open")
            finally:
                context.destroy(linger=0)
            round.accepted(60)
            round.published(60)

    return suite.round(fault, body, rate=80, intake_segment_bytes="64 KiB")


def clock(suite, fault, times):
    """The calendar jumps back by an hour, forward by two, and back again."""

    def body(round):
        round.start()
        for _ in range(times):
            for seconds in (-3_600, 3_600, 0):
                round.published(60)
                round.shim.move_clock(seconds)
                round.injected()
        round.published(60)

    return suite.round(fault, body, needs=["shim"], rate=80, shim_for="/state/",
                       intake_segment_bytes="256 KiB", records_segment_bytes="256 KiB")
