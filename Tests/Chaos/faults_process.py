"""Processes that are killed and stalled at random."""

import signal
import statistics
import time

from deployment import SERVICE, WORKERS
from rounds import Broken


def random_kills(suite, fault, articles, kills, stalls, budget, **options):
    """SIGKILL and SIGSTOP with SIGCONT for any process at any moment while articles flow."""

    def body(round):
        began = time.monotonic()
        faults = ["kill"] * kills + ["stall"] * stalls
        round.randomness.shuffle(faults)
        round.start()
        share = articles / len(faults)
        under_way = []
        for number, kind in enumerate(faults, 1):
            round.pusher.allow(number * share + 8 - round.pusher.allowed)
            # Anywhere in the life of a handful of articles, mostly early.
            round.pass_time(round.randomness.choice([round.randomness.uniform(0, 0.03), round.randomness.uniform(0, 1)]))
            under_way.append(len(round.pusher.accepted) - len(round.follower.records))
            victim = round.randomness.choice(2 * SERVICE + WORKERS)
            if kind == "kill":
                round.supervisor.kill(victim)
            else:
                stall(round, victim, round.randomness.uniform(0.3, 2.5))
            round.injected()
            # Faults go with the articles: neither runs ahead of the other.
            round.until(lambda: len(round.pusher.accepted) >= (number - 6) * share, "articles accepted under faults")
            if time.monotonic() - began > budget:
                raise Broken(f"too slow under faults: {number} of {len(faults)} in {budget} s")
        killed, stalled = round.supervisor.killed, round.supervisor.stalled
        round.note(f"SIGKILL {told(killed)}; SIGSTOP {told(stalled)}; articles between receipt and record at a fault: "
                   f"median {statistics.median(under_way):.0f}, most {max(under_way)}")
        round.finish()
        round.note(f"{round.pusher.sent_again:,} sent again for want of a receipt, {round.pusher.statuses['duplicate']:,} of "
                   f"them known as duplicates, {round.follower.replayed:,} records by replay")

    return suite.round(fault, body, **options)


def stall(round, victim, seconds):
    round.supervisor.signal(victim, signal.SIGSTOP)
    round.pass_time(seconds)
    round.supervisor.signal(victim, signal.SIGCONT)
    round.supervisor.stalled[victim[-1].partition(":")[0]] += 1


def told(counts):
    return f"{counts.total()} ({', '.join(f'{stage} {count}' for stage, count in sorted(counts.items()))})"
