"""A real SSH server on the loopback, with whatever configuration, and clients that come to it."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.tui.ptyterm import PtyTerm

OPTIONS = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")


@dataclass(frozen=True)
class Server:
    """Where it listens, the keys that clients come with, by the name they were asked for, and to whom."""

    port: int
    keys: dict[str, Path]
    account: str = field(default_factory=lambda: here())

    def client(self, *arguments: str, key: str = "desk", program: str = "ssh") -> list[str]:
        """The command line of a client; for ``ssh`` the arguments come behind the host."""
        port = "-p" if program == "ssh" else "-P"
        line = [program, "-F", "none", "-i", str(self.keys[key]), port, str(self.port)]
        line += [part for option in OPTIONS for part in ("-o", option)]
        return [*line, *arguments]

    def call(
        self, *arguments: str, key: str = "desk", before: Sequence[str] = (), **env: str
    ) -> subprocess.CompletedProcess[str]:
        """What a client without a terminal is answered; ``before`` are options that stand before the host."""
        line = self.client(*before, self.account, *arguments, key=key)
        return answered(line, **env)

    def terminal(self, *before: str, key: str = "desk", **env: str) -> PtyTerm:
        """A client in a terminal of its own; ``before`` as for :meth:`call`."""
        return PtyTerm(self.client("-tt", *before, self.account, key=key), env=env)


def here() -> str:
    """This account on this machine."""
    return f"{getpass.getuser()}@127.0.0.1"


def answered(line: Sequence[str], **env: str) -> subprocess.CompletedProcess[str]:
    """Run a client to its end."""
    return subprocess.run(
        line, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, env={**os.environ, **env}
    )


@contextmanager
def server(folder: Path, config: str, keys: dict[str, str], inside: Sequence[str] = ()) -> Iterator[Server]:
    """An sshd in ``folder`` with ``config`` behind what it needs to listen here; ``keys`` are the options of
    each key that it takes. ``inside`` is a command that runs it in surroundings of its own."""
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None or shutil.which("ssh") is None or os.geteuid() != 0:
        pytest.skip("there is no OpenSSH here that root could start")
    apart = Path("/run/sshd")
    apart.mkdir(mode=0o755, exist_ok=True)
    folder.mkdir(exist_ok=True)
    made = {name: _key(folder / name) for name in keys}
    lines = [f"{options} {made[name].with_suffix('.pub').read_text()}" for name, options in keys.items()]
    (folder / "authorized_keys").write_text("".join(line.lstrip() for line in lines))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = folder / "sshd_config"
    settings.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {_key(folder / 'host')}\nStrictModes no\nUsePAM no\n"
        f"PermitRootLogin yes\nPasswordAuthentication no\nPidFile none\nSubsystem sftp internal-sftp\n"
        f"AuthorizedKeysFile {folder / 'authorized_keys'}\n{config}"
    )
    running = subprocess.Popen([*inside, program, "-D", "-e", "-f", settings], stderr=subprocess.PIPE)
    assert running.stderr is not None
    try:
        while b"listening" not in (line := running.stderr.readline()):
            assert line, "sshd does not start here"
        yield Server(port, made)
    finally:
        running.terminate()
        running.wait()
        running.stderr.close()


def _key(file: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True)
    return file
