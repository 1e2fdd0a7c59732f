"""Hours of steady load with restarts and faults now and then: nothing is lost, nothing comes twice, and no process takes more
memory, descriptors, threads or disk at the end than at the beginning. `make soak HOURS=1` runs it.

Two services run side by side: one process with the trained analyser, an open page and questions to its archive; and one
process a stage with further workers, which are killed and stalled. Exit status 0: all flat, nothing lost; 1: not."""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import zmq

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Strangers"))

from stranger import Installation  # noqa: E402

from measurements import (  # noqa: E402
    DESCRIPTORS, DISK, MEMORY, RESIDENT, THREADS, Record, directory_bytes, process_figures)
from traffic import Reader, Texts, Traffic  # noqa: E402

SETTINGS = {
    "HOURS": (1.0, "how long"),
    "SOAK_RATE": (20.0, "articles a second for the one process"),
    "SOAK_ANALYZER": ("trained", "its analyser"),
    "SOAK_SET_RATE": (20.0, "articles a second for the process set; 0: no set"),
    "SOAK_SET_ANALYZER": ("rules", "its analyser"),
    "SOAK_OPEN": (200, "most articles under way in each; a machine too slow for the rate is given less"),
    "SOAK_FAULT_SECONDS": (60.0, "a fault this often"),
    "SOAK_SAMPLE_SECONDS": (5.0, "a look at all processes this often"),
    "SOAK_SEED": (20261123, "of articles and faults"),
}
# Logs kept so shortly that their disk, and the memory of what is known of them, is level after a few minutes.
SHORT_RETENTION = {
    "intake_segment_bytes": "1 MiB", "intake_retention": "60 s", "records_segment_bytes": "1 MiB",
    "records_retention": "120 s", "names_history_bytes": "1 MiB",
}
STAGES = ("ingest", "sink", "sentences", "entities", "attribution")
SPARES = ("entities:spare", "attribution:spare")


def settings():
    return {name: type(default)(os.environ.get(name, default)) for name, (default, _) in SETTINGS.items()}


def paragraphs():
    """Of the sample articles."""
    with open(ROOT / "config/samples/wikinews.jsonl", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    return [part for text in texts for part in text.split("\n\n") if len(part) > 80]


class Deployment:
    """One installation, its processes, which are started again when they end, and its traffic."""

    def __init__(self, name, installation, commands, traffic, record):
        self.name, self.installation, self.traffic, self.record = name, installation, traffic, record
        self.processes = {command: self.start(command) for command in commands}
        self.troubles = []

    def start(self, command):
        return self.installation.start(*command, notified=False)

    def subject(self, command):
        return f"{self.name}: {command[-1]}"

    def restart(self, command, gently=False):
        if gently and (status := self.processes[command].terminate()) != 0:
            self.troubles.append(f"{self.subject(command)} ended with {status} after SIGTERM")
        self.processes[command].kill()
        self.installation.processes.remove(self.processes[command])
        self.record.begin_life(self.subject(command))
        self.processes[command] = self.start(command)

    def look(self):
        for command, process in list(self.processes.items()):
            if (status := process.popen.poll()) is not None:
                self.troubles.append(f"{self.subject(command)} ended by itself with {status}: {process.log()[-500:]}")
                self.restart(command)

    def sample(self, second):
        for command, process in self.processes.items():
            if figures := process_figures(process.pid):
                for measure, value in zip((MEMORY, RESIDENT, DESCRIPTORS, THREADS), figures):
                    self.record.add(self.subject(command), measure, second, value)
        state = self.installation.state
        for folder in sorted(path for path in state.iterdir() if path.is_dir()):
            self.record.add(f"{self.name}: {folder.name}/", DISK, second, directory_bytes(folder))
        self.record.add(f"{self.name}: state directory", DISK, second, directory_bytes(state))


class Faults:
    """What goes wrong now and then. In the first third every process of the set may be killed, later only spare workers, so
    that the others live long enough to be judged."""

    def __init__(self, one, many, randomness):
        self.one, self.many, self.randomness = one, many, randomness
        self.counts = {}
        self.restarted_one = False

    def strike(self, share):
        if share > 0.1 and not self.restarted_one:
            self.restarted_one = True
            self.count("service restarted")
            self.one.restart(("serve",), gently=True)
            return
        self.randomness.choice([self.kill, self.stall, self.client_dies, self.bad_article])(share)

    def count(self, name):
        self.counts[name] = self.counts.get(name, 0) + 1

    def victims(self, share):
        if not self.many:
            return []
        return [command for command in self.many.processes
                if share < 1 / 3 or command[-1] in SPARES]

    def kill(self, share):
        if not (victims := self.victims(share)):
            return
        command = self.randomness.choice(victims)
        gently = self.randomness.random() < 0.3
        self.many.restart(command, gently=gently)
        self.count("SIGTERM" if gently else "SIGKILL")

    def stall(self, share):
        deployment = self.many if self.many and self.randomness.random() < 0.8 else self.one
        process = self.randomness.choice(list(deployment.processes.values()))
        process.signal(signal.SIGSTOP)
        time.sleep(self.randomness.uniform(0.3, 2.5))  # the fault itself
        process.signal(signal.SIGCONT)
        self.count("stall")

    def client_dies(self, share):
        deployment = self.randomness.choice([one for one in (self.one, self.many) if one])
        deployment.traffic.rude.set()
        self.count("client gone")

    def bad_article(self, share):
        """A pushed article that is none ends among the dead letters, which somebody purges."""
        for deployment in (self.one, self.many):
            if not deployment:
                continue
            context = zmq.Context()
            push = context.socket(zmq.PUSH)
            push.linger = 5_000
            push.connect(deployment.installation.endpoints["push"])
            push.send(b'{"text": 7}' + b" " * 5_000)
            push.close()
            context.term()
            listed = deployment.installation.run("dead-letters", "purge", "--all")
            if listed.returncode not in (0, 69):  # 69: it is being started again
                deployment.troubles.append(f"{deployment.name}: dead-letters purge: {listed.stderr[-300:]}")
        self.count("bad article pushed, dead letters purged")


def make(chosen, record):
    binary = os.environ.get("QUOTED_BINARY") or ROOT / ".build/release/quoted"
    texts = Texts(paragraphs(), chosen["SOAK_SEED"])

    def deployment(name, commands, rate, analyzer):
        installation = Installation(binary, analysis_analyzer=analyzer, logging_level="warning", **SHORT_RETENTION)
        traffic = Traffic(name, installation, texts, rate, chosen["SOAK_OPEN"])
        return Deployment(name, installation, commands, traffic, record)

    one = deployment("one process", [("serve",)], chosen["SOAK_RATE"], chosen["SOAK_ANALYZER"])
    many = None
    if chosen["SOAK_SET_RATE"] > 0:
        commands = [("stage", name) for name in STAGES + SPARES]
        many = deployment("set", commands, chosen["SOAK_SET_RATE"], chosen["SOAK_SET_ANALYZER"])
    return one, many


def soak(chosen, deployments, faults, record):
    """Runs for the time asked for."""
    began = time.monotonic()
    length = chosen["HOURS"] * 3600
    next_fault, next_sample, next_word = chosen["SOAK_FAULT_SECONDS"], 0.0, 60.0
    while (second := time.monotonic() - began) < length:
        for deployment in deployments:
            deployment.look()
            if deployment.traffic.failure:
                return
        if second >= next_sample:
            next_sample = second + chosen["SOAK_SAMPLE_SECONDS"]
            for deployment in deployments:
                deployment.sample(second)
        if second >= next_fault:
            next_fault = second + chosen["SOAK_FAULT_SECONDS"]
            faults.strike(second / length)
        if second >= next_word:
            next_word = second + max(60.0, length / 60)
            print(f"{second / 60:6.1f} min: " + "; ".join(
                f"{one.name} {one.traffic.records} records, {len(one.traffic.accepted)} under way"
                for one in deployments), flush=True)
        time.sleep(0.2)  # the pace of looking, nothing waits for it


def account(deployment, length):
    """A line on the traffic, and what is wrong with it."""
    traffic = deployment.traffic
    published = sum(traffic.published)
    lost = len(traffic.accepted) + len(traffic.unanswered)
    line = (f"{deployment.name}: {traffic.sent} articles ({traffic.sent / length:.1f}/s; {traffic.held_back} held back), "
            f"{traffic.records} records ({traffic.replayed} by replay), {lost} lost, {traffic.twice} twice, "
            f"{traffic.gone} gone from the log too early; {traffic.again} sent again, {traffic.busy} busy, "
            f"slowest receipt {traffic.slowest:.2f} s")
    wrong = list(deployment.troubles) + traffic.confused
    if traffic.failure:
        wrong.append(f"{deployment.name}: {traffic.failure!r}")
    if lost or traffic.twice or traffic.gone or published != traffic.sent or traffic.complete_to != traffic.records:
        wrong.append(f"{deployment.name}: of {traffic.sent} articles {published} are published, the sequence is complete up "
                     f"to {traffic.complete_to} of {traffic.latest}")
    return line, wrong


def main():
    chosen = settings()
    length = chosen["HOURS"] * 3600
    print("soak: " + ", ".join(f"{name}={value}" for name, value in chosen.items()), flush=True)
    record = Record()
    one, many = make(chosen, record)
    deployments = [deployment for deployment in (one, many) if deployment]
    reader = Reader(one.installation)
    try:
        reader.start()
        for deployment in deployments:
            deployment.traffic.start()
        faults = Faults(one, many, random.Random(chosen["SOAK_SEED"]))
        soak(chosen, deployments, faults, record)
        for deployment in deployments:
            deployment.traffic.ending.set()
        end = time.monotonic() + 120
        for deployment in deployments:
            while deployment.traffic.is_alive() and time.monotonic() < end:
                deployment.look()
                deployment.traffic.join(0.2)
        reader.ending.set()
    finally:
        for deployment in deployments:
            deployment.traffic.leave.set()
            deployment.traffic.join(5)
            deployment.installation.close()
    lines, bad = record.table()
    print("\n" + "\n".join(lines) + "\n")
    wrong = [f"not flat: {name}" for name in bad]
    for deployment in deployments:
        line, faults_found = account(deployment, length)
        print(line)
        wrong += faults_found
    print(f"page: {reader.events} events over {reader.connections} connections; archive: {reader.questions} answers, "
          f"{reader.unanswered} questions without one")
    print(f"faults: {', '.join(f'{name} {count}' for name, count in faults.counts.items()) or 'none'}")
    if reader.events == 0 or reader.questions == 0:
        wrong.append("the page or the archive did not answer")
    for problem in wrong:
        print(f"WRONG: {problem}")
    judged = any(verdict.is_flat is not None for _, _, verdict, _ in record.verdicts())
    right = "all flat, nothing lost" if judged else "nothing lost; too short to tell whether anything grows"
    print(right if not wrong else f"{len(wrong)} things are wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
