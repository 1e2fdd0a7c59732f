"""Small disks of the suite's own, in memory, that can be filled and made read-only."""

import errno
import os
import subprocess
from pathlib import Path


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True, capture_output=True, text=True)


class Disk:
    """A file system in memory over a folder."""

    is_real = True

    def __init__(self, folder, mebibytes):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        mount("-t", "tmpfs", "-o", f"size={mebibytes}m,mode=0750", "chaos", str(self.folder))

    def fill(self):
        """Until not one page is left."""
        with open(self.folder / "filler", "ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(65_536))
            except OSError as full:
                assert full.errno == errno.ENOSPC, full
            try:
                while True:
                    file.write(bytes(4_096))
            except OSError as full:
                assert full.errno == errno.ENOSPC, full

    def free(self):
        (self.folder / "filler").unlink()

    def make_read_only(self):
        """Nobody may hold a file open for writing."""
        mount("-o", "remount,ro", str(self.folder))

    def make_writable(self):
        mount("-o", "remount,rw", str(self.folder))

    def close(self):
        subprocess.run(["umount", "--lazy", str(self.folder)], check=False, capture_output=True)


def missing(folder):
    """Why there can be no such disks here; None when there can."""
    try:
        disk = Disk(Path(folder) / "trial", 1)
    except (OSError, subprocess.CalledProcessError) as problem:
        return f"no file system may be mounted: {getattr(problem, 'stderr', None) or problem}".strip()
    disk.close()
    os.rmdir(Path(folder) / "trial")
    return None
