"""Real calendar servers, each started in a folder of its own and stopped again."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.peers.present import module


@dataclass(frozen=True, slots=True)
class Peer:
    """A server: where it is, whether it asks for a name, and the calendar that it has."""

    name: str
    base: str
    path: str
    user: str = ""
    password: str = ""

    @property
    def address(self) -> str:
        """As the settings have it."""
        who = f"{self.user}@" if self.user else ""
        return self.base.replace("://", f"://{who}", 1) + self.path


@contextmanager
def radicale(folder: Path) -> Iterator[Peer]:
    """Radicale with a user, who sees their own things only."""
    module("radicale")
    port = _free_port()
    (folder / "users").write_text("lee:pass word\n")
    (folder / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {folder}/users\n"
        "htpasswd_encryption = plain\ndelay = 0\n[rights]\ntype = owner_only\n"
        f"[storage]\nfilesystem_folder = {folder}/store\n"
    )
    command = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
    with _running(command, folder, port):
        yield Peer("radicale", f"http://127.0.0.1:{port}", "/lee/visits/", "lee", "pass word")


@contextmanager
def xandikos(folder: Path) -> Iterator[Peer]:
    """Xandikos, which keeps a history and asks nobody who they are."""
    module("xandikos")
    port = _free_port()
    command = [
        sys.executable, "-m", "xandikos", "serve", "-d", str(folder / "store"), "--defaults",
        "-l", "127.0.0.1", "-p", str(port),
    ]  # fmt: skip
    with _running(command, folder, port):
        yield Peer("xandikos", f"http://127.0.0.1:{port}", "/user/calendars/calendar/")


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _wait_for(process, port, folder)
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    ends = time.monotonic() + 40
    while time.monotonic() < ends and process.poll() is None:
        with socket.socket() as line:
            line.settimeout(1)
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError((folder / "log").read_text("utf-8", "replace"))


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
