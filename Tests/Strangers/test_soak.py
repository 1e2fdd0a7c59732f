"""The soak itself, shortly: that it sees what grows, and that it runs. Hours of it: `make soak HOURS=1`."""

import os
import random
import subprocess
import sys

import pytest

from conftest import ROOT
from stranger import die_with_parent

sys.path.insert(0, str(ROOT / "Tests/Soak"))
from measurements import DESCRIPTORS, DISK, MEBIBYTE, MEMORY, Record, judge  # noqa: E402

HOUR = 3600


def line(measure, value, length=HOUR, every=5):
    return judge([(second, value(second)) for second in range(0, length, every)], measure)


def test_noise_around_a_level_is_flat():
    randomness = random.Random(1)
    assert line(MEMORY, lambda _: (60 + randomness.uniform(-2, 2)) * MEBIBYTE).is_flat
    # Filling caches at the beginning is no growth.
    assert line(MEMORY, lambda second: min(60, 20 + second / 5) * MEBIBYTE).is_flat


def test_a_slow_leak_is_seen_in_noise():
    randomness = random.Random(2)
    verdict = line(MEMORY, lambda second: (60 + 8 * second / HOUR + randomness.uniform(-2, 2)) * MEBIBYTE)
    assert verdict.is_flat is False
    assert verdict.per_hour / MEBIBYTE == pytest.approx(8, abs=0.5)


def test_a_descriptor_that_is_left_behind_now_and_then_is_seen():
    assert line(DESCRIPTORS, lambda second: 40 + second // 300).is_flat is False
    assert line(DESCRIPTORS, lambda second: 40 + second // 300 % 2).is_flat


def test_a_sawtooth_is_flat_when_its_teeth_are_of_one_height():
    assert line(DISK, lambda second: (20 + second % 60 / 4) * MEBIBYTE).is_flat
    assert line(DISK, lambda second: (20 + second % 60 / 4 + second / 100) * MEBIBYTE).is_flat is False


def test_a_short_run_says_nothing():
    assert line(MEMORY, lambda second: second * MEBIBYTE, length=250).is_flat is None


def test_of_a_process_that_was_started_again_the_longest_life_counts():
    record = Record()
    for second in range(0, 100, 5):
        record.add("one", DESCRIPTORS, second, 3 + second)
    record.begin_life("one")
    for second in range(100, 2000, 5):
        record.add("one", DESCRIPTORS, second, 7)
    lines, bad = record.table()
    assert bad == [] and "longest of 2 lives" in lines[1]


def test_a_few_seconds_of_it(binary):
    environment = os.environ | {
        "QUOTED_BINARY": str(binary), "HOURS": str(8 / HOUR), "SOAK_ANALYZER": "rules", "SOAK_FAULT_SECONDS": "1",
        "SOAK_SAMPLE_SECONDS": "1"}
    run = subprocess.run([sys.executable, str(ROOT / "Tests/Soak")], env=environment, stdin=subprocess.DEVNULL,
                         capture_output=True, text=True, timeout=120, preexec_fn=die_with_parent)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert "set: sink" in run.stdout and "one process: serve" in run.stdout
    assert "0 lost, 0 twice" in run.stdout
