"""What is measured of processes and directories over a long time, and whether it stays where it is."""

import os
import statistics
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1 << 20
# Below this many seconds after warming up nothing can be said.
SHORTEST = 120.0


@dataclass
class Measure:
    """How a quantity is shown and how much of a change still counts as none."""

    name: str
    unit: float
    # A change is none up to this, and up to this share of the whole.
    slack: float
    share: float
    # Of a saw-tooth the heights are compared, of a noisy line the trend.
    is_sawtooth: bool = False


# Its own memory, and with the pages of files that it has mapped (program, model, archive), which the system may take back.
MEMORY = Measure("memory MiB", MEBIBYTE, 3 * MEBIBYTE, 0.03)
RESIDENT = Measure("resident MiB", MEBIBYTE, 4 * MEBIBYTE, 0.05)
DESCRIPTORS = Measure("descriptors", 1, 4, 0.0, is_sawtooth=True)
THREADS = Measure("threads", 1, 2, 0.0, is_sawtooth=True)
# Files are removed whole, once a minute.
DISK = Measure("disk MiB", MEBIBYTE, 4 * MEBIBYTE, 0.25, is_sawtooth=True)


@dataclass
class Verdict:
    start: float
    end: float
    per_hour: float
    # None: too short to tell.
    is_flat: bool | None


def warm_up(length):
    """Seconds at the beginning that do not count: caches fill, the first files come up to their age."""
    return min(max(180.0, length / 3), 1200.0)


def trend(points):
    """Change per second: the median of the slopes between far points (Theil and Sen), which single peaks do not move."""
    if len(points) > 600:
        points = points[::len(points) // 600 + 1]
    half = len(points) // 2
    slopes = [(later[1] - earlier[1]) / (later[0] - earlier[0])
              for index, earlier in enumerate(points) for later in points[index + max(1, half // 2):]
              if later[0] > earlier[0]]
    return statistics.median(slopes) if slopes else 0.0


def judge(points, measure):
    """The verdict on (second, value) pairs of one life of a process, or of one directory."""
    if not points:
        return Verdict(0, 0, 0, None)
    began = points[0][0]
    kept = [point for point in points if point[0] - began >= warm_up(points[-1][0] - began)]
    window = kept[-1][0] - kept[0][0] if kept else 0
    if window < SHORTEST or len(kept) < 12:
        return Verdict(points[0][1], points[-1][1], trend(points) * 3600, None)
    third = len(kept) // 3
    values = [value for _, value in kept]
    start, end = statistics.median(values[:third]), statistics.median(values[-third:])
    slope = trend(kept)
    growth = max(values[-third:]) - max(values[:third]) if measure.is_sawtooth else slope * window
    return Verdict(start, end, slope * 3600, growth <= measure.slack + measure.share * start)


def process_figures(pid):
    """Bytes of its own memory and of all that is resident, descriptors and threads; None when the process is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        own, resident = (int(fields[name].split()[0]) * 1024 for name in ("RssAnon", "VmRSS"))
        return own, resident, len(os.listdir(f"/proc/{pid}/fd")), int(fields["Threads"])
    except (OSError, KeyError):
        return None


def directory_bytes(path):
    """Bytes that the files of a directory take on the disk."""
    total = 0
    for folder, _, files in os.walk(path):
        for name in files:
            try:
                total += os.lstat(os.path.join(folder, name)).st_blocks * 512
            except OSError:
                pass  # removed meanwhile
    return total


class Record:
    """Samples by subject and measure; a process that was started again begins a new life."""

    def __init__(self):
        self.lives = {}

    def begin_life(self, subject):
        for (known, _), lives in self.lives.items():
            if known == subject:
                lives.append([])

    def add(self, subject, measure, second, value):
        self.lives.setdefault((subject, measure.name), [measure, []])
        lives = self.lives[(subject, measure.name)]
        lives[-1].append((second, value))

    def verdicts(self):
        """(subject, measure, verdict on the longest life, number of lives), by subject."""
        found = []
        for (subject, _), (measure, *lives) in self.lives.items():
            longest = max(lives, key=lambda life: life[-1][0] - life[0][0] if life else -1)
            found.append((subject, measure, judge(longest, measure), len(lives)))
        return sorted(found, key=lambda row: row[0])

    def table(self):
        """Lines of the table, and the subjects that are not flat."""
        lines = [f"{'':34}{'measure':14}{'start':>10}{'end':>10}{'per hour':>11}  verdict"]
        bad = []
        previous = None
        for subject, measure, verdict, lives in self.verdicts():
            words = {True: "flat", False: "NOT FLAT", None: "too short to tell"}[verdict.is_flat]
            if lives > 1:
                words += f" (longest of {lives} lives)"
            if verdict.is_flat is False:
                bad.append(f"{subject}: {measure.name}")
            digits = 1 if measure.unit > 1 else 0
            lines.append(f"{subject if subject != previous else '':34}{measure.name:14}"
                         f"{verdict.start / measure.unit:10.{digits}f}{verdict.end / measure.unit:10.{digits}f}"
                         f"{verdict.per_hour / measure.unit:+11.2f}  {words}")
            previous = subject
        return lines, bad
