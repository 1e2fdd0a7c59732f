"""Hosts on one machine: network namespaces with cables between them that can be pulled, all the suite's own."""

import subprocess

from stranger import die_with_parent


def run(*command):
    subprocess.run(command, check=True, capture_output=True, text=True)


class Host:
    """A network namespace that a process of ours holds, and a cable from it to the namespace of the suite."""

    NOBODY = "02:00:00:00:00:99"

    def __init__(self, name, number):
        self.name, self.cable = name, f"chaos{number}"
        self.hub, self.address = f"10.77.{number}.1", f"10.77.{number}.2"
        # It says when it is in its namespace; the namespace goes with it.
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec sleep infinity"],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=die_with_parent)
        if not self.holder.stdout.readline():
            raise OSError(self.holder.stderr.read().decode().strip())
        self.prefix = ("nsenter", "--target", str(self.holder.pid), "--net")
        run("ip", "link", "add", self.cable, "type", "veth", "peer", "name", "eth0", "netns", str(self.holder.pid))
        run("ip", "address", "add", f"{self.hub}/24", "dev", self.cable)
        run("ip", "link", "set", self.cable, "up")
        for command in (("address", "add", f"{self.address}/24", "dev", "eth0"), ("link", "set", "eth0", "up"),
                        ("link", "set", "lo", "up")):
            run(*self.prefix, "ip", *command)

    def unplug(self):
        run("ip", "link", "set", self.cable, "down")

    def plug(self):
        run("ip", "link", "set", self.cable, "up")

    def deafen(self):
        """What is sent to it arrives nowhere: it goes to a card that does not exist. What it sends arrives."""
        run("ip", "neighbour", "replace", self.address, "lladdr", self.NOBODY, "dev", self.cable, "nud", "permanent")

    def undeafen(self):
        run("ip", "neighbour", "delete", self.address, "dev", self.cable)

    def mute(self):
        """What it sends arrives nowhere; it hears all."""
        run(*self.prefix, "ip", "neighbour", "replace", self.hub, "lladdr", self.NOBODY, "dev", "eth0", "nud", "permanent")

    def unmute(self):
        run(*self.prefix, "ip", "neighbour", "delete", self.hub, "dev", "eth0")

    def close(self):
        self.holder.kill()
        self.holder.wait()


def missing():
    """Why there can be no such hosts here; None when there can."""
    try:
        Host("trial", 254).close()
    except (OSError, subprocess.CalledProcessError) as problem:
        return f"no network namespaces: {getattr(problem, 'stderr', None) or problem}".strip()
    return None
