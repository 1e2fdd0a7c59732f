"""What systemd does for a service with a socket unit, as far as the service can tell: it listens, hands the listening
sockets over, and starts the service again when it ends, with the same sockets."""

import contextlib
import os
import socket

from stranger import ENDPOINTS, Installation

# The parent of a socket-activated process says which process the descriptors are for: the shell's number is that of the
# program that takes its place.
HANDING = 'LISTEN_PID=$$ exec "$0" "$@"'


class ActivatedInstallation(Installation):
    """An installation whose listening sockets outlive its processes."""

    def __init__(self, binary, **settings):
        super().__init__(binary, **settings)
        self.listening = {}
        for name in ENDPOINTS:
            host, port = self.endpoints[name].removeprefix("tcp://").split(":")
            self.listening[name] = listener(socket.AF_INET, (host, int(port)))
        host, port = self.http.split(":")
        self.listening["http"] = listener(socket.AF_INET, (host, int(port)))
        for name in ("dispatch", "control"):
            self.listening[name] = listener(socket.AF_UNIX, str(self.state / f"{name}.sock"))

    def command(self, *arguments):
        if arguments[0] not in ("serve", "stage"):
            return super().command(*arguments)
        return ["sh", "-c", HANDING, *super().command(*arguments)]

    def environment(self, **extra):
        return super().environment(**extra) | {
            "LISTEN_FDS": str(len(self.listening)), "LISTEN_FDNAMES": ":".join(["quoted.socket"] * len(self.listening))}

    # Done below, once the sockets are in place.
    closes_descriptors = False

    def prepare_child(self):
        """In the child: descriptors 3, 4 … are the sockets, in order."""
        super().prepare_child()
        descriptors = [os.dup(one.fileno()) for one in self.listening.values()]
        highest = 3 + len(descriptors)
        moved = [os.dup2(one, 100 + number) for number, one in enumerate(descriptors)]
        assert highest < 100
        for number, one in enumerate(moved):
            os.dup2(one, 3 + number, inheritable=True)
        os.closerange(highest, os.sysconf("SC_OPEN_MAX"))

    def close(self):
        super().close()
        for one in self.listening.values():
            with contextlib.suppress(OSError):
                one.close()


def listener(family, address):
    one = socket.socket(family)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind(address)
    one.listen(1024)
    return one
