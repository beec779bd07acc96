"""The program under a newer Python: ``python -m tests.safety.newer_python [RELEASE [--all | TESTS ...]]``.

From Python 3.12 on sessions share more memory with the host, by means that an older one does not have. This
makes a small Debian of a release that brings a newer Python (trixie if none is named: 3.13; forky: 3.14) in a
temporary folder, installs the project there, and runs the tests of the host in it, with ``--all`` those of
the README's test command, or those named. It takes root, debootstrap, the network, a gigabyte of disk and
some minutes. The Debian has names of processes and mounts of its own, which are gone with it; nothing is
left behind. The exit code is that of the tests.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fences.fresh import checkout
from tests.fences.rules import ROOT

PACKAGES = ("ca-certificates", "fonts-dejavu-core", "python3-venv", "sudo")
"""What the Debian has besides the least there is."""
SCRIPTS, MIRROR = Path("/usr/share/debootstrap/scripts"), "http://deb.debian.org/debian"
"""How each release is made; and where one is had that is younger than that, made like the newest."""
AS_HERE = ("etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt")
"""How packages are fetched on this machine, and whom it trusts with them."""
INSTALL = "python3 -m venv /venv && /venv/bin/pip install -q -e '.[test]'"
RUN = "/venv/bin/python -m pytest -n 0 --timeout 600 -q -m 'walk or not walk'"
TESTS = ("tests/host", "tests/fences/test_warm.py")
ALL = "/venv/bin/python -m pytest --timeout 600"


def main(arguments: list[str]) -> int:
    """The exit code of the tests; 2 where there is no Debian to be had."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        print("This takes root, and debootstrap.")
        return 2
    release, *tests = arguments or ["trixie"]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pim-tui-newer-") as folder:
        root = debian(release, Path(folder) / "root")
        print(f"A Debian after {time.monotonic() - began:.0f} s.", flush=True)
        run = ALL if tests == ["--all"] else f"{RUN} {shlex.join(tests or TESTS)}"
        code = inside(root, f"{INSTALL} && /venv/bin/python -V && {run}")
    print(f"Done after {time.monotonic() - began:.0f} s.")
    return code


def debian(release: str, root: Path, *more: str) -> Path:
    """The least that there is of a ``release``, and ``more``, with a copy of the project at ``/program``."""
    packages = ",".join((*PACKAGES, *more))
    line = ["debootstrap", "--variant=minbase", f"--include={packages}", release, root]
    if not (SCRIPTS / release).exists():
        line += [MIRROR, SCRIPTS / "sid"]
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
    checkout(root / "program")
    if (constraints := ROOT / ".ci" / "constraints.txt").exists():
        shutil.copy(constraints, root / "constraints.txt")
    for file in AS_HERE:
        if Path("/", file).exists():
            shutil.copy(Path("/", file), root / file)
    return root


def inside(root: Path, command: str) -> int:
    """Run a line of shell in ``root``; whatever it has begun or mounted ends with it."""
    place = shlex.quote(str(root))
    there = shlex.quote(f"cd /program && {command}")
    # Mounted on itself, so that it is a disk of its own to who is in it.
    mounts = f"mount --rbind {place} {place} && mount --rbind /dev {place}/dev"
    steps = f"{mounts} && exec chroot {place} sh -c {there}"
    apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", f"--mount-proc={root}/proc"]
    return subprocess.run([*apart, "sh", "-c", steps], env=_environment(root), check=False).returncode


def _environment(root: Path) -> dict[str, str]:
    """How this machine gets at packages, and nothing else of it."""
    kept = {name: value for name, value in os.environ.items() if name.endswith(("_proxy", "_PROXY"))}
    kept |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    kept |= {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
    return kept | ({"PIP_CONSTRAINT": "/constraints.txt"} if (root / "constraints.txt").exists() else {})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
