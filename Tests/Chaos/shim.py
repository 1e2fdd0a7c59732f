"""The preloaded library of shim.c, from the tests' side: what is to fail, what time it is, and what a power cut leaves."""

import collections
import mmap
import os
import random
import shutil
import struct
import subprocess
from pathlib import Path

PAGE = 4096
SYNC_FAULTS, SYNC_ERROR, WRITE_ERROR, _, CLOCK, SYNCS_FAILED, WRITES_FAILED = 0, 4, 8, 12, 16, 24, 28


def compile_shim(folder):
    """The compiled library, or None where there is no C compiler."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if not compiler:
        return None
    library = Path(folder) / "shim.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library,
                    Path(__file__).with_name("shim.c"), "-ldl"], check=True)
    return library


class Shim:
    """Faults for the files whose path contains `match`, in the processes that get its environment."""

    def __init__(self, library, folder, match):
        self.library, self.match = library, match
        self.control_path, self.record_path = Path(folder) / "control", Path(folder) / "record"
        self.control_path.write_bytes(bytes(PAGE))
        with open(self.control_path, "r+b") as file:
            self.control = mmap.mmap(file.fileno(), PAGE)

    def environment(self):
        return {"LD_PRELOAD": str(self.library), "CHAOS_CONTROL": str(self.control_path),
                "CHAOS_RECORD": str(self.record_path), "CHAOS_MATCH": self.match}

    def close(self):
        self.control.close()

    def _set(self, place, value, form="i"):
        self.control[place:place + struct.calcsize(form)] = struct.pack(form, value)

    def _get(self, place):
        return struct.unpack("i", self.control[place:place + 4])[0]

    def fail_syncs(self, count, error):
        """So many syncs fail from now on; below 0 all of them; 0: none any more."""
        self._set(SYNC_ERROR, error)
        self._set(SYNC_FAULTS, count)

    def fail_writes(self, error):
        """Writing fails with this errno; 0: no more."""
        self._set(WRITE_ERROR, error)

    def move_clock(self, seconds):
        self._set(CLOCK, int(seconds * 1e9), "q")

    @property
    def syncs_failed(self):
        return self._get(SYNCS_FAILED)

    @property
    def writes_failed(self):
        return self._get(WRITES_FAILED)


class FileState:
    """What of a file is certainly on disk, as far as its writes and syncs tell."""

    def __init__(self):
        # Ranges by page: written and not synced; dropped by a sync that failed, after which the system takes them for written.
        self.pending, self.dropped = collections.defaultdict(list), collections.defaultdict(list)

    def write(self, offset, length):
        while length > 0:
            page = offset // PAGE
            part = min(length, (page + 1) * PAGE - offset)
            # The system writes whole pages: what it had dropped of this one gets another chance.
            self.pending[page] += self.dropped.pop(page, []) + [(offset, part)]
            offset, length = offset + part, length - part

    def truncate(self, size):
        for ranges in (self.pending, self.dropped):
            for page in [page for page in ranges if page * PAGE >= size]:
                del ranges[page]

    def sync(self, succeeded):
        if not succeeded:
            for page, ranges in self.pending.items():
                self.dropped[page] += ranges
        self.pending.clear()

    def lost(self, randomness):
        """Ranges that a power cut takes: all that was dropped, and any of what waits."""
        waiting = [one for ranges in self.pending.values() for one in ranges if randomness.random() < 0.7]
        return [one for ranges in self.dropped.values() for one in ranges] + waiting


def cut_power(record_path, randomness=random):
    """After all processes were killed: takes from the files what was never on disk. Returns how many bytes of which files."""
    states = collections.defaultdict(FileState)
    for line in record_path.read_text(errors="replace").splitlines():
        what, offset, length, path = line.split(" ", 3)
        if what == "W":
            states[path].write(int(offset), int(length))
        elif what == "T":
            states[path].truncate(int(offset))
        else:
            states[path].sync(what == "S")
    record_path.unlink()
    taken = collections.Counter()
    for path, state in states.items():
        if not path.endswith((".log", ".done")) or not os.path.exists(path):
            continue  # the high-water mark is one sector, written whole or not; others are made anew
        with open(path, "r+b") as file:
            for offset, length in sorted(state.lost(randomness)):
                file.seek(offset)
                file.write(bytes(min(length, max(0, os.path.getsize(path) - offset))))
                taken[os.path.basename(os.path.dirname(path))] += length
    return taken
