"""How late a process that only sleeps is woken: where that is much, others have the processors, and times say nothing."""

import threading
import time

# Milliseconds, at the 95th percentile, up to which times are judged.
BEARABLE = 3.0


class Lateness(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.late = []
        self.ended = threading.Event()
        self.start()

    def run(self):
        while not self.ended.is_set():
            began = time.monotonic()
            time.sleep(0.005)  # what is measured
            self.late.append((time.monotonic() - began - 0.005) * 1000)

    def is_bearable(self, announce):
        """Ends; says so where times are not to be judged."""
        self.ended.set()
        self.join()
        late = sorted(self.late)[int(len(self.late) * 0.95)]
        if late > BEARABLE:
            announce(f"TIMES ARE NOT JUDGED: this machine is busy with other work, a sleep ends {late:.0f} ms late")
        return late <= BEARABLE
