"""Which rounds there are, how long each is, and what they need of the machine."""

import dataclasses
import shutil
import tempfile

import disks
import faults_disk
import faults_limits
import faults_network
import faults_process
import network
from rounds import Suite
from shim import compile_shim


@dataclasses.dataclass
class Measure:
    """How much is tried; the long form's numbers come from the environment."""

    articles: int = 100_000
    kills: int = 1_000
    stalls: int = 200
    # Repetitions of each other fault, and seconds of a network's absence; beyond 20 connections are given up.
    times: int = 4
    absence: float = 4.0
    is_short: bool = False

    @property
    def seconds(self):
        """About how long it takes on two cores that have nothing else to do."""
        proof = max(0.45 * self.kills + 1.8 * self.stalls, self.articles / 130)
        return proof + (90 if self.is_short else 260 + 80 * self.times)


SHORT = Measure(articles=1_200, kills=25, stalls=4, times=1, absence=1.5, is_short=True)


def rounds(suite, measure):
    """Name and function of each round, in order."""
    kills, disk, limits, net = faults_process.random_kills, faults_disk, faults_limits, faults_network
    times = measure.times
    every = [
        ("full disk, intake log", disk.full_intake, 2 * times),
        ("full disk, record log", disk.full_records, times),
        ("full disk, everything", disk.full_state, times),
        ("read-only disk", disk.read_only, 2 * times),
        ("read-only disk at the start", disk.read_only_mount),
        ("failed fsync, intake log", disk.failed_sync, "ingest", "intake", times),
        ("failed fsync, record log", disk.failed_sync, "sink", "records", times),
        ("failed fsync, then a power cut", disk.power_cut_after_failed_sync, times),
        ("power cut", disk.power_cut, 3 * times),
        ("memory limit", limits.memory_limit, times),
        ("descriptor limit, ipc", limits.descriptor_limit, times, "ipc"),
        ("limits too low to start", limits.too_little_to_start),
        ("clock set back and forward", limits.clock, times),
        ("network dropped, tcp", net.dropped, -(-times // 2), measure.absence),
        ("network one way, tcp", net.one_way, -(-times // 2), measure.absence),
    ]
    if measure.is_short:
        every.append(("SIGKILL and stalls, ipc", kills, measure.articles, measure.kills, measure.stalls, 60))
        return every
    return every + [
        ("descriptor limit, tcp", limits.descriptor_limit, times, "tcp"),
        ("network dropped until connections end, tcp", net.dropped, 1, 25.0),
        ("SIGKILL and stalls, tcp", lambda suite, fault: kills(
            suite, fault, 4_000, 60, 12, 300, needs=["network"], hosts=suite.hosts)),
        ("SIGKILL and stalls, trained analyser", lambda suite, fault: kills(
            suite, fault, 600, 30, 6, 300, analysis_analyzer="trained")),
        ("SIGKILL and stalls, ipc", kills, measure.articles, measure.kills, measure.stalls,
         max(300, 2.2 * measure.seconds)),
    ]


def names(measure):
    return [name for name, *_ in rounds(None, measure)]


def run(binary, measure, seed, only, logs, say):
    """Runs the rounds; returns their lines."""
    folder = tempfile.mkdtemp(prefix="quoted-chaos-", dir="/tmp")
    hosts = {}
    try:
        shim = compile_shim(folder)
        gaps = {"mount": disks.missing(folder), "network": network.missing(), "memory": faults_limits.missing_groups(),
                "shim": None if shim else "no C compiler (cc, gcc or clang)"}
        gaps = {need: reason.splitlines()[0] for need, reason in gaps.items() if reason}
        if "network" not in gaps:
            hosts = {name: network.Host(name, number) for number, name in enumerate(("workers", "sink"), 1)}
        suite = Suite(binary, seed, shim, logs, hosts, gaps, say)
        for name, function, *arguments in rounds(suite, measure):
            if not only or any(part in name for part in only):
                function(suite, name, *arguments)
        return suite.lines
    finally:
        for host in hosts.values():
            host.close()
        shutil.rmtree(folder, ignore_errors=True)
