"""A round: the service under traffic, a fault, and what became of every accepted article."""

import collections
import contextlib
import random
import shutil
import time
from pathlib import Path

from deployment import Deployment, Supervisor
from shim import Shim
from stranger import http_get
from tables import Line
from traffic import Articles, Follower, Pusher


class Broken(AssertionError):
    """A promise that did not hold."""


class Round:
    def __init__(self, suite, line, shim_for=None, rate=0, length=4, **deployment):
        self.suite, self.line = suite, line
        self.randomness = random.Random(f"{suite.seed}/{line.fault}")
        self.deployment = Deployment(suite.binary, **deployment)
        self.shim = None
        if shim_for:
            self.shim = Shim(suite.shim, self.deployment.folder, shim_for)
            for stage in ("ingest", "sink", "sentences", "entities", "attribution"):
                self.deployment.extra[stage] |= self.shim.environment()
        self.rate, self.length = rate, length
        self.closing = []
        self.dead = set()
        # What may end by itself: stage and status.
        self.expected = collections.Counter()
        self.began = time.monotonic()

    def start(self):
        self.supervisor = Supervisor(self.deployment)
        self.pusher = Pusher(self.deployment, Articles("chaos", self.suite.seed, self.length))
        self.follower = Follower(self.deployment, self.pusher)
        for thread in (self.supervisor, self.pusher, self.follower):
            thread.start()
        # The first articles tell that everything runs.
        self.pusher.allow(8)
        self.published(8, "at the start")
        self.follower.stall = 0.0
        self.pusher.flow(self.rate)

    # Waiting for what the service does, with a deadline each.

    def until(self, enough, what, within=45.0):
        deadline = time.monotonic() + within
        while not enough():
            for thread in (self.pusher, self.follower):
                if thread.failure:
                    raise Broken(f"while waiting for {what}: {thread.failure}")
            if time.monotonic() > deadline:
                raise Broken(f"{what}: not within {within:.0f} s")
            time.sleep(0.02)

    def accepted(self, more, when="", within=45.0):
        target = len(self.pusher.accepted) + more
        self.until(lambda: len(self.pusher.accepted) >= target, f"{more} more articles accepted {when}".strip(), within)

    def published(self, more, when="", within=45.0):
        target = len(self.follower.records) + more
        self.until(lambda: len(self.follower.records) >= target, f"{more} more records {when}".strip(), within)

    def told_busy(self, reason, within=20.0):
        known = self.pusher.reasons[reason]
        self.until(lambda: self.pusher.reasons[reason] > known + 2, f"receipts busy, {reason}", within)

    def ended(self, stage, status, count=1, within=20.0):
        """So many processes of the stage end by themselves with this status."""
        self.expected[stage, status] += count
        self.until(lambda: self.ends(stage, status) >= self.expected[stage, status],
                   f"{stage} ends with {status}", within)

    def ends(self, stage, status):
        return sum((s, code) == (stage, status) for s, code, _ in self.supervisor.ended)

    def logged(self, stage, words, within=10.0):
        self.until(lambda: words in self.supervisor.logs(stage), f"{stage} logs \"{words}\"", within)

    def readiness(self):
        try:
            return http_get(self.deployment, "/readyz", within=5)[:2]
        except OSError:
            return 0, ""

    def pass_time(self, seconds):
        """The length of a fault; nothing is waited for."""
        time.sleep(seconds)

    def injected(self, count=1):
        self.line.injected += count

    def note(self, text):
        self.line.notes.append(text)

    # The end.

    def finish(self, within=120.0, patience=15.0):
        self.pusher.end()
        self.until(lambda: not self.pusher.is_alive(), "a receipt for every article", within)
        deadline = time.monotonic() + within
        # What is lost never comes: then the verdict says so.
        while waiting := set(self.pusher.accepted) - set(self.follower.records.values()) - self.dead:
            if time.monotonic() - self.follower.moved > patience or time.monotonic() > deadline:
                known = self.dead_letters(waiting)
                if not known:
                    break
                self.dead |= known
            time.sleep(0.05)
        self.until(lambda: self.follower.latest >= self.follower.complete_to > 0, "a heartbeat")
        self.follower.done.set()
        self.follower.join(10)

    def dead_letters(self, identifiers):
        listing = self.deployment.run("dead-letters", "list").stdout
        return {one for one in identifiers if one in listing.split()}

    def judge(self):
        line, follower, pusher = self.line, self.follower, self.pusher
        counts = collections.Counter(follower.records.values())
        line.accepted, line.published = len(pusher.accepted), len(counts)
        self.lost = sorted(set(pusher.accepted) - set(counts) - self.dead)
        line.lost, line.dead = len(self.lost), len(self.dead)
        line.duplicates = sum(count - 1 for count in counts.values())
        line.stall = follower.stall
        unexpected = [one for one in self.supervisor.ended if not self.expected[one[:2]]]
        faults = []
        if self.lost:
            faults.append(f"lost {self.lost[:5]}")
        if line.duplicates:
            faults.append(f"{line.duplicates} duplicates by id")
        if follower.repeated:
            faults.append(f"one sequence number for two articles: {follower.repeated[:3]}")
        if follower.missing:
            faults.append(f"gaps in the records: {follower.missing[:3]}")
        if sorted(follower.records) != list(range(1, len(follower.records) + 1)):
            faults.append("the sequence has gaps")
        if pusher.statuses["rejected"]:
            faults.append(f"{pusher.statuses['rejected']} rejected")
        if unexpected:
            faults.append(f"{len(unexpected)} ended by themselves, such as {unexpected[0]}")
        if faults:
            raise Broken("; ".join(faults))

    def close(self):
        if hasattr(self, "supervisor"):
            self.supervisor.close()
            self.follower.done.set()
            self.pusher.end()
        for undo in reversed(self.closing):
            undo()
        if self.shim:
            self.shim.close()
        if self.line.failure and self.suite.logs:
            target = Path(self.suite.logs) / self.line.fault.replace(" ", "-").replace("/", "-").replace(",", "")
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            for log in self.deployment.folder.glob("*.log"):
                shutil.copy(log, target)
            self.line.notes.append(f"logs in {target}")
        self.deployment.close()


class Suite:
    """What all rounds share."""

    def __init__(self, binary, seed, shim=None, logs=None, hosts=None, gaps=None, say=print):
        self.binary, self.seed, self.shim, self.logs, self.hosts, self.say = binary, seed, shim, logs, hosts, say
        # What this machine does not let us do, with the reason.
        self.gaps = gaps or {}
        self.lines = []

    def round(self, fault, body, needs=(), **options):
        """Runs the body, which prepares, starts and harms; then judges. The verdict becomes a line of the table."""
        line = Line(fault)
        self.lines.append(line)
        round = None
        began = time.monotonic()
        try:
            for need in needs:
                if need in self.gaps:
                    raise Missing(self.gaps[need])
            round = Round(self, line, **options)
            body(round)
            round.finish()
            round.judge()
        except Missing as missing:
            line.skipped = str(missing)
        except Exception as problem:
            line.failure = str(problem) if isinstance(problem, AssertionError) else f"{type(problem).__name__}: {problem}"
            if round is not None and hasattr(round, "follower"):
                line.accepted, line.published = len(round.pusher.accepted), len(set(round.follower.records.values()))
        finally:
            if round is not None:
                round.close()
            line.seconds = time.monotonic() - began
            reason = line.failure or line.skipped
            self.say(f"{line.verdict:8}{line.fault}: {line.seconds:.0f} s" + (f" ({reason})" if reason else ""))
        return line


class Missing(Exception):
    """This machine does not let us."""
