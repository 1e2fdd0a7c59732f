"""A systemd of its own, as process 1 of namespaces, with the installed files laid over this machine's: nothing of it is left
afterwards, and nothing of this machine is changed."""

import os
import shutil
import subprocess
import time

BOOT = r"""
set -e
root="$1" work="$2"
mount --make-rprivate /
mount -t tmpfs tmpfs "$work"
lay() { # what is written to $1 is gone afterwards
    mkdir -p "$work/up$1" "$work/work$1"
    mount -t overlay overlay -o "lowerdir=$root$1:$1,upperdir=$work/up$1,workdir=$work/work$1" "$1"
}
mkdir -p "$root/var"
lay /usr; lay /etc; lay /var
mount -t tmpfs tmpfs /run
mkdir -p /run/lock
ip link set lo up
# Nothing that a booting machine does to itself: its kernel is this machine's.
rm -rf /etc/systemd/system/*.wants /usr/lib/systemd/system/*.wants /usr/lib/systemd/system-generators
for target in sysinit test; do
    printf '[Unit]\nDescription=%s\nDefaultDependencies=no\n' $target >/etc/systemd/system/$target.target
done
if [ -d /sys/fs/cgroup/systemd ]; then
    mount -t tmpfs tmpfs /sys/fs/cgroup
    mkdir /sys/fs/cgroup/systemd /sys/fs/cgroup/unified
    mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
    mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified
else
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi
systemd-sysusers quoted.conf
systemd-tmpfiles --create quoted.conf
export container=lxc
exec /usr/lib/systemd/systemd --system --unit=test.target --log-target=console --show-status=no
"""


class CannotBoot(Exception):
    pass


# What configures the tests is nothing to the service.
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith("QUOTED_")}


class BootedSystem:
    def __init__(self, root, work):
        work.mkdir()
        self.log = work.with_suffix(".log")
        with open(self.log, "wb") as log:
            # --kill-child: however this ends, process 1 ends, and with it everything that it started.
            self.popen = subprocess.Popen(
                ["unshare", "--pid", "--fork", "--kill-child=KILL", "--mount", "--mount-proc", "--uts", "--ipc", "--net",
                 "--cgroup", "bash", "-c", BOOT, "boot", str(root), str(work)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=CLEAN)
        try:
            self._wait()
        except CannotBoot:
            self.close()
            raise

    def _wait(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.popen.poll() is not None:
                raise CannotBoot(self.log.read_text(errors="replace"))
            children = subprocess.run(["pgrep", "-P", str(self.popen.pid)], capture_output=True, text=True).stdout.split()
            self.first = children[0] if children else None
            # Until unshare has made the namespaces, its child is none of them.
            if self.first and os.readlink("/proc/self/ns/net") != os.readlink(f"/proc/{self.first}/ns/net"):
                if self.run("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"):
                    return
            time.sleep(0.05)
        raise CannotBoot("not running after 20 s: " + self.log.read_text(errors="replace"))

    def command(self, *arguments):
        return ["nsenter", "-t", self.first, "-m", "-p", "-u", "-i", "-n", "-C", *map(str, arguments)]

    def run(self, *arguments, timeout=60):
        return subprocess.run(self.command(*arguments), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=timeout, env=CLEAN)

    def systemctl(self, *arguments):
        done = self.run("systemctl", *arguments)
        if done.returncode != 0:
            log = self.run("journalctl", "--no-pager", "-n", "40", "-u", "quoted").stdout
            raise AssertionError(f"{arguments}: {done.stdout}{done.stderr}{self.run('systemctl', 'status', 'quoted').stdout}{log}")
        return done.stdout.strip()

    def close(self):
        self.popen.kill()
        self.popen.wait()


def missing():
    """Why a system cannot be booted here; None if it can."""
    if os.geteuid() != 0:
        return "booting a systemd needs root"
    absent = [name for name in ("unshare", "nsenter", "ip", "pgrep", "systemctl") if not shutil.which(name)]
    if absent or not os.path.exists("/usr/lib/systemd/systemd"):
        return f"{', '.join(absent) or 'systemd'} is not installed"
    return None
