"""A Debian that is started like a machine: with systemd as its first process, in namespaces of its own.

It takes root and nothing more: no virtual machine, and no container program. Processes, mounts, names,
network and control groups are its own, settings of the kernel are closed to it, and all of it ends with its
first process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PACKAGES = ("systemd", "systemd-sysv", "dbus")
"""What a Debian needs besides, to be started so."""
_INTO = ("-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w")
_APART = "unshare --mount --cgroup --pid --fork --kill-child --uts --ipc --net"
_AROUND = f"""
mount -t cgroup2 none "$1.groups"
mkdir "$1.groups/$3"
echo 0 > "$1.groups/$3/cgroup.procs"
{_APART} sh -ec "$2" - "$1" || true
echo 0 > "$1.groups/cgroup.procs"
until find "$1.groups/$3" -depth -type d -exec rmdir {{}} +; do sleep 0.1; done
"""
"""A control group of its own, which is taken away again once everything in it has ended."""
_WITHIN = """
read pid rest < /proc/self/stat
echo "$pid" > "$1.pid"
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty ptmx; do
  touch dev/$device
  mount --bind /dev/$device dev/$device
done
mkdir dev/pts dev/shm
mount --bind /dev/pts dev/pts
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=755 tmpfs run
pivot_root . .
umount -l .
mount --make-rshared /
exec env -i container=namespaces PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot / /sbin/init --log-target=journal
"""
"""What a first process finds. Terminals are those of the machine around: one can be lent to it so. Mounts are
shared as on any machine, for by that gets to a service what systemd lends to it."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The Debian whose first process is ``pid``."""

    pid: int

    def line(self, command: str, user: str = "root", **variables: str) -> list[str]:
        """The arguments that run a line of shell in it, as somebody who has just come in."""
        home = "/root" if user == "root" else f"/home/{user}"
        kept = {"HOME": home, "LANG": "C.UTF-8", "PATH": "/opt/pim/bin:/usr/bin:/bin:/usr/sbin", **variables}
        inside = ["nsenter", "-t", str(self.pid), *_INTO]
        somebody = [] if user == "root" else ["runuser", "-u", user, "--"]
        return [*inside, "env", "-i", *(f"{name}={word}" for name, word in kept.items()), *somebody,
                "sh", "-c", f"cd {home}; {command}"]  # fmt: skip

    def run(self, command: str, user: str = "root", timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a line of shell in it, and wait for its answer."""
        return subprocess.run(
            self.line(command, user),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def says(self, command: str, user: str = "root") -> str:
        """The answer of a line that must succeed."""
        done = self.run(command, user)
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def waits_for(self, command: str, seconds: float = 30) -> None:
        """Ask a line again and again until it succeeds; AssertionError when it does not in that time."""
        end = time.monotonic() + seconds
        while (done := self.run(command)).returncode != 0:
            said = f"{done.stdout}{done.stderr}"
            assert time.monotonic() < end, f"not within {seconds:.0f} s: {command}\n{said}"
            time.sleep(0.1)


@contextmanager
def booted(root: Path) -> Iterator[Machine]:
    """The Debian in ``root``, started; it is gone afterwards, and what it has written stays in ``root``."""
    groups, told = Path(f"{root}.groups"), Path(f"{root}.pid")
    groups.mkdir(exist_ok=True)
    told.unlink(missing_ok=True)
    around = ["unshare", "--mount", "sh", "-ec", _AROUND, "-", str(root), _WITHIN, f"pim-tui-{os.getpid()}"]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(around, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        machine = Machine(_first(told, process, said))
        try:
            machine.waits_for("test -S /run/dbus/system_bus_socket")
            machine.run("systemctl is-system-running --wait")
            yield machine
        finally:
            os.kill(machine.pid, signal.SIGKILL)
            process.wait(30)


def _first(told: Path, process: subprocess.Popen[bytes], said: IO[str]) -> int:
    """The first process, as it is numbered outside."""
    end = time.monotonic() + 10
    while not (told.exists() and (number := told.read_text().strip())):
        if process.poll() is not None or time.monotonic() > end:
            said.seek(0)
            raise OSError(f"This machine refuses namespaces, or a mount in them: {said.read()}")
        time.sleep(0.02)
    return int(number)
