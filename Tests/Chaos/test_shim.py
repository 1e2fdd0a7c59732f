"""What the suite believes of disks, tried on its own: a record of writes and syncs, and what a power cut leaves."""

import random

from shim import PAGE, FileState, cut_power


def certain(state):
    """What is lost however the dice fall."""
    return sorted(one for ranges in state.dropped.values() for one in ranges)


def test_what_was_synced_stays():
    state = FileState()
    state.write(0, 3 * PAGE)
    state.sync(True)
    assert state.lost(random.Random(1)) == []


def test_what_a_failed_sync_dropped_is_not_saved_by_the_next():
    state = FileState()
    state.write(100, 50)
    state.sync(False)
    state.sync(True)
    assert certain(state) == [(100, 50)]


def test_what_is_written_again_is_saved_with_its_page():
    state = FileState()
    state.write(100, PAGE)
    state.sync(False)
    state.write(120, 1)
    state.sync(True)
    assert certain(state) == [(PAGE, 100)]


def test_a_power_cut_takes_it_from_the_file(tmp_path):
    log, record = tmp_path / "one.log", tmp_path / "record"
    log.write_bytes(b"kept" + b"lost")
    record.write_text(f"W 0 4 {log}\nS 0 0 {log}\nW 4 4 {log}\nF 0 0 {log}\nS 0 0 {log}\n")
    assert cut_power(record).total() == 4
    assert log.read_bytes() == b"kept" + bytes(4)
