"""Disks that are full, read-only, or do not keep what was written, and the power that goes."""

import errno

from deployment import SERVICE, WORKERS
from disks import Disk
from rounds import Broken
from shim import cut_power

INGEST, SINK = SERVICE
RATE = 80


class RefusingDisk:
    """Where nothing may be mounted: the preloaded library says that there is no room."""

    is_real = False

    def __init__(self, shim):
        self.shim = shim

    def fill(self):
        self.shim.fail_writes(errno.ENOSPC)

    def free(self):
        self.shim.fail_writes(0)


def small_disk(round, folder, mebibytes):
    if "mount" in round.suite.gaps:
        return RefusingDisk(round.shim)
    disk = Disk(round.deployment.state / folder, mebibytes)
    round.closing.append(disk.close)
    return disk


def disk_options(suite, folder):
    """What a round with a small disk over a folder needs."""
    return {"needs": ["shim"], "shim_for": f"/state/{folder}"} if "mount" in suite.gaps else {}


def full_intake(suite, fault, times):
    """Clients are told `busy` with the reason; also by a process that starts on the full disk. It goes on by itself."""

    def body(round):
        disk = small_disk(round, "intake", 8)
        round.start()
        for number in range(times):
            round.accepted(60)
            disk.fill()
            round.injected()
            round.told_busy("the disk is full")
            if number % 2 and disk.is_real:
                round.supervisor.kill(INGEST)
                round.told_busy("the disk is full")
            status, text = round.readiness()
            if status != 503 or "no space left" not in text:
                raise Broken(f"/readyz while the disk is full: {status} {text!r}")
            disk.free()
            round.accepted(60)
            round.until(lambda: round.readiness()[0] == 200, "/readyz says ready again", 15)

    return suite.round(fault, body, rate=RATE, intake_segment_bytes="256 KiB", **disk_options(suite, "intake"))


def full_records(suite, fault, times):
    """The sink waits; nobody takes it, or who waits for it, for hung."""

    def body(round):
        disk = small_disk(round, "records", 32)
        for stage in ("ingest", "sink"):
            round.deployment.extra[stage]["WATCHDOG_USEC"] = "1500000"
        round.start()
        for number in range(times):
            round.published(60)
            disk.fill()
            round.injected()
            round.logged("sink", "no record is written until the disk takes it")
            # Longer than the dispatcher is patient with articles of which none gets done.
            round.pass_time(4)
            if number % 2 and disk.is_real:
                round.supervisor.kill(SINK)
            disk.free()
            round.published(60)
        if "no article gets done" in round.supervisor.logs("ingest"):
            raise Broken("ingest took the full disk of the sink for a standstill: its watchdog would end it")

    return suite.round(fault, body, rate=RATE, records_segment_bytes="256 KiB", pipeline_time_budget="600 ms",
                       pipeline_in_flight_articles=64, **disk_options(suite, "records"))


def full_state(suite, fault, times):
    """One disk for everything: logs, archive, sockets."""

    def body(round):
        disk = small_disk(round, "", 40)
        round.start()
        for number in range(times):
            round.accepted(60)
            disk.fill()
            round.injected()
            round.told_busy("the disk is full")
            for victim in (SERVICE if number % 2 and disk.is_real else []):
                round.supervisor.kill(victim)
            round.pass_time(2)
            disk.free()
            round.accepted(60)
            round.published(60)

    return suite.round(fault, body, rate=RATE, intake_segment_bytes="256 KiB", records_segment_bytes="256 KiB",
                       **disk_options(suite, ""))


def read_only(suite, fault, times):
    """As after an error of a file system that is mounted with errors=remount-ro, and again at the start of a process."""

    def body(round):
        # Until the disk can be written again, a process that starts there says why it cannot, with a status that means
        # "try again".
        round.expected["ingest", 75] = round.expected["sink", 75] = 1_000_000
        round.start()
        for number in range(times):
            round.accepted(60)
            round.shim.fail_writes(errno.EROFS)
            round.injected()
            round.told_busy("the disk can only be read")
            if number % 2:
                ends = {stage: round.ends(stage, 75) for stage in ("ingest", "sink")}
                for victim in SERVICE:
                    round.supervisor.kill(victim)
                for stage, count in ends.items():
                    round.until(lambda: round.ends(stage, 75) > count, f"{stage} ends with 75 on a read-only disk", 15)
            round.shim.fail_writes(0)
            round.accepted(60)
            round.published(60)

    return suite.round(fault, body, needs=["shim"], rate=RATE, shim_for="/state/", intake_segment_bytes="256 KiB")


def read_only_mount(suite, fault):
    """A file system that is mounted read-only in earnest when the process starts."""

    def body(round):
        disk = small_disk(round, "intake", 64)
        round.expected["ingest", 75] = 1_000_000
        round.start()
        round.accepted(60)
        round.supervisor.hold(INGEST)
        disk.make_read_only()
        round.injected()
        round.supervisor.release(INGEST)
        round.until(lambda: round.ends("ingest", 75) >= 2, "ingest ends with 75 on a read-only disk", 15)
        reason = round.supervisor.ended[-1][2]
        if "Read-only file system" not in reason and "can only be read" not in reason:
            raise Broken(f"no clear message: {reason!r}")
        disk.make_writable()
        round.accepted(60)

    return suite.round(fault, body, needs=["mount"], rate=RATE)


def failed_sync(suite, fault, stage, folder, times):
    """A sync that failed is never tried again as if nothing had been: the process says so, ends, and starts from the log."""

    def body(round):
        round.start()
        for number in range(times):
            round.published(60)
            round.shim.fail_syncs(1, errno.EIO if number % 2 == 0 else errno.ENOSPC)
            round.injected()
            round.ended(stage, 70)
            reason = [line for name, status, line in round.supervisor.ended if name == stage and status == 70][-1]
            if "what is on disk is unknown" not in reason or "cannot go on" not in reason:
                raise Broken(f"no clear message: {reason!r}")
        # A disk that keeps failing: each start fails, nothing is accepted or published meanwhile, then it goes on.
        round.expected[stage, 70] += 1_000
        round.shim.fail_syncs(-1, errno.EIO)
        round.injected()
        ends = round.ends(stage, 70)
        round.until(lambda: round.ends(stage, 70) >= ends + 3, f"{stage} ends at each start", 20)
        round.shim.fail_syncs(0, 0)
        round.published(60)

    return suite.round(fault, body, needs=["shim"], rate=RATE, shim_for=f"/{folder}/")


def power_cut(suite, fault, times):
    """Every process ends at once, and what was not synced is gone from the disk."""

    def body(round):
        taken = 0
        round.start()
        for _ in range(times):
            round.accepted(round.randomness.randint(1, 120))
            taken += cut(round)
        round.note(f"{taken:,} bytes that were written and not synced were taken from the logs")

    return suite.round(fault, body, needs=["shim"], rate=2 * RATE, shim_for="/state/")


def power_cut_after_failed_sync(suite, fault, times):
    """What a failed sync dropped stays readable until the power goes. Clients that were told `duplicate` rely on it."""

    def body(round):
        taken = 0
        round.start()
        for _ in range(times):
            # Nothing leaves the intake log, so all of it is needed after the cut.
            for worker in WORKERS:
                round.supervisor.hold(worker)
            round.accepted(20)
            round.shim.fail_syncs(1, errno.EIO)
            round.ended("ingest", 70)
            round.accepted(20)
            taken += cut(round)
            round.published(40)
        round.note(f"{taken:,} bytes that were written and not synced were taken from the intake log")

    # Long articles, since a page that is written to again takes along what the failed sync had dropped of it.
    return suite.round(fault, body, needs=["shim"], rate=RATE, length=40, shim_for="/intake/")


def cut(round):
    for command in SERVICE + WORKERS:
        round.supervisor.hold(command)
    taken = cut_power(round.shim.record_path, round.randomness)
    for command in SERVICE + WORKERS:
        round.supervisor.release(command)
    round.injected()
    return taken.total()
