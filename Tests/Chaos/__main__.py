"""Breaks a running service in every way we know and counts what became of the articles: `make chaos`.

CHAOS_ARTICLES, CHAOS_KILLS, CHAOS_STALLS, CHAOS_TIMES: how much of the long form. CHAOS_SEED: a run again.
CHAOS_LOGS: where the logs of a failed round go.
"""

import argparse
import dataclasses
import fcntl
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "Strangers")]

import suite  # noqa: E402
import tables  # noqa: E402


def enter_own_namespaces():
    """Starts again where mounts and network are ours alone, so that nothing of them is left however this ends."""
    if os.environ.get("CHAOS_INSIDE") or not shutil.which("unshare"):
        return
    plain = ["unshare", "--mount", "--net", "--propagation", "private"]
    for command in (plain, plain[:1] + ["--user", "--map-root-user"] + plain[1:]):
        if subprocess.run([*command, sys.executable, "-c", ""], capture_output=True, check=False).returncode == 0:
            os.environ["CHAOS_INSIDE"] = "1"
            os.execvp(command[0], [*command, sys.executable, *sys.argv])


def raise_loopback():
    """A new network namespace begins with nothing, the loopback interface down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        flags = struct.unpack("16sh", fcntl.ioctl(one, 0x8913, struct.pack("16sh", b"lo", 0)))[1]
        fcntl.ioctl(one, 0x8914, struct.pack("16sh", b"lo", flags | 1))


def number(name, default):
    return int(os.environ.get(name) or default)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="the form of continuous integration")
    parser.add_argument("--only", action="append", metavar="PART", help="rounds whose name contains this")
    parser.add_argument("--list", action="store_true", help="the names of the rounds")
    parser.add_argument("--json", metavar="FILE", help="the lines, for programs")
    arguments = parser.parse_args()
    full = suite.Measure()
    measure = suite.SHORT if arguments.short else suite.Measure(
        articles=number("CHAOS_ARTICLES", full.articles), kills=number("CHAOS_KILLS", full.kills),
        stalls=number("CHAOS_STALLS", full.stalls), times=number("CHAOS_TIMES", full.times))
    if arguments.list:
        print("\n".join(suite.names(measure)))
        return 0
    enter_own_namespaces()
    if os.environ.get("CHAOS_INSIDE"):
        raise_loopback()
    seed = number("CHAOS_SEED", time.time_ns() % 1_000_000)
    print(f"CHAOS_SEED={seed}: {measure.articles:,} articles, {measure.kills:,} SIGKILLs, {measure.stalls} stalls, and every "
          f"other fault; about {measure.seconds / 60:.0f} minutes on two quiet cores", flush=True)
    lines = suite.run(Path(os.environ["QUOTED_BINARY"]).resolve(), measure, seed, arguments.only,
                      os.environ.get("CHAOS_LOGS"), lambda line: print(line, flush=True))
    print(f"\n{tables.text(lines)}\n\n{tables.details(lines)}")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps([dataclasses.asdict(line) for line in lines]))
    if not arguments.short:
        print(f"\nFor a page:\n\n{tables.markdown(lines)}")
    return 1 if any(line.failure for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
