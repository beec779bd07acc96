"""Receipt printers on the network, and the printer of the terminal: what goes there, and what is refused."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pim_tui.errors import Refused
from pim_tui.integrations import mediacopy, rawsocket

ROOT = Path(__file__).resolve().parents[2]


def all_of(line: socket.socket) -> bytes:
    """What comes until the other side has said all."""
    pieces = []
    while piece := line.recv(65_536):
        pieces.append(piece)
    return b"".join(pieces)


@contextmanager
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A printer that takes one job at a time; its port, and what it took."""
    taken: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            line, _ = server.accept()
            with line:
                if not (job := all_of(line)):
                    return
                taken.append(job)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1], taken
    finally:
        socket.create_connection(server.getsockname()).close()  # comes after all that was sent before
        thread.join()
        server.close()


def test_all_of_it_is_handed_over_once() -> None:
    with listener() as (port, taken):
        rawsocket.send("127.0.0.1", port, b"x" * 300_000)
    assert taken == [b"x" * 300_000]


def test_a_printer_that_is_off_is_told() -> None:
    with socket.socket() as off:
        off.bind(("127.0.0.1", 0))
        with pytest.raises(Refused, match="takes no connection") as refused:
            rawsocket.send("127.0.0.1", off.getsockname()[1], b"x")
    assert "Nothing was printed" in refused.value.hint
    with pytest.raises(Refused, match="cannot be reached"):
        rawsocket.send("no.such.host.invalid", 9100, b"x")


def test_a_printer_without_paper_is_given_up_with_how_much_it_took() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        with pytest.raises(Refused, match=r"takes nothing more: \d+ % was sent") as refused:
            rawsocket.send("127.0.0.1", server.getsockname()[1], b"x" * 8_000_000, send_seconds=0.05)
    assert "before you print again" in refused.value.hint


def test_the_terminals_printer_gets_one_piece_without_commands() -> None:
    made = mediacopy.wrapped("Doe\x1b[4i\x9b4i\x07, Jane\nnext\f")
    assert made == "\x1b[5iDoe[4i4i, Jane\r\nnext\f\x1b[4i"
    assert mediacopy.wrapped("x").endswith("x\f\x1b[4i")


@pytest.mark.parametrize(
    ("allowed", "env", "why"),
    [
        ("no", {"TERM": "xterm"}, "is off"),
        ("yes", {"TERM": "xterm", "TMUX": "/run/x"}, "Inside tmux"),
        ("force", {"TERM": "xterm", "TMUX": "/run/x"}, "Inside tmux"),
        ("force", {"TERM": "xterm", "STY": "1.x"}, "Inside screen"),
    ],
)
def test_where_the_paper_would_spill_it_is_refused(allowed: str, env: dict[str, str], why: str) -> None:
    with pytest.raises(Refused, match=why):
        mediacopy.check(allowed, env)


@pytest.mark.parametrize(
    ("term", "allowed", "told"),
    [("vt220", "yes", ""), ("linux", "yes", "linux has no printer"), ("no-such", "yes", "no-such has no"),
     ("linux", "force", "")],
)  # fmt: skip
def test_a_terminal_without_a_printer_is_refused_unless_forced(term: str, allowed: str, told: str) -> None:
    """In a process of its own: a process learns about one terminal only."""
    ask = f"from pim_tui.integrations import mediacopy; mediacopy.check({allowed!r})"
    env = {"PATH": os.environ["PATH"], "TERM": term}
    done = subprocess.run([sys.executable, "-c", ask], env=env, capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode == 0) == (not told)
    assert told in done.stderr
