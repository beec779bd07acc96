"""A CUPS scheduler of a test's own, with printers that a clinic may have."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.present import program
from tests.safety.test_cups import CONF, FILES, WAIT, answers


@contextmanager
def scheduler(folder: Path) -> Iterator[Path]:
    """A scheduler with its own files in ``folder`` and the system's drivers; the socket it answers on.

    The filters run as another user: the folder must not be below one that is private.
    """
    folder.chmod(0o711)
    for name in ("etc", "spool/tmp", "cache", "state"):
        (folder / name).mkdir(parents=True)
    (folder / "spool/tmp").chmod(0o1777)
    (folder / "spool").chmod(0o711)
    address, conf, files = folder / "cups.sock", folder / "etc/cupsd.conf", folder / "etc/cups-files.conf"
    conf.write_text(CONF.format(socket=address), "utf-8")
    own = FILES.format(folder=folder).splitlines()
    files.write_text("\n".join(line for line in own if not line.startswith("ServerBin")), "utf-8")
    with running([program("cupsd"), "-f", "-c", str(conf), "-s", str(files)], folder / "said"):
        answers(address)
        yield address


@contextmanager
def running(command: list[str], said: Path, env: dict[str, str] | None = None) -> Iterator[None]:
    """A program that is ended afterwards; what it says goes into a file."""
    with said.open("wb") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env)
        try:
            yield
        finally:
            process.terminate()
            process.wait(WAIT)


def add(address: Path, name: str, *how: str) -> None:
    """A queue."""
    command = [program("lpadmin"), "-h", str(address), "-p", name, "-E", *how]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
