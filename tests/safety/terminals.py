"""Every main screen on every kind of terminal: ``python -m tests.safety.terminals [FOLDER]``.

Each is drawn by a real tmux and must say the same, cell for cell, in ASCII where that is all there is. Looked
for: upright lines that are out of their column, words cut at an edge, bytes beyond ASCII and colours where
none belong. With FOLDER each screen is left there as text and as a picture.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from tests.peers import present
from tests.safety.terminalviews import clipped, crooked, drawn, sheet, unlike
from tests.tui.ptyterm import Gone, PtyTerm
from tests.tui.staged import command, opened, surroundings
from tests.tui.tillstage import GEL_CODE

QUIET, LIMIT = 0.5, 30.0
"""Seconds without a byte after which a screen is done; seconds until it must have come."""
ESC, TAB = "\x1b", "\t"
PF1, PF2, PF3, PF4 = (f"\x1bO{letter}" for letter in "PQRS")
F6, F10, F12 = "\x1b[17~", "\x1b[21~", "\x1b[24~"

SCREENS = {
    "day": ("", "Aaron Smith"),
    "week": ("2", "Nurse Ito"),
    "month": ("3", "November 2026"),
    "list": ("4", "Ana Nu"),
    "quick line": ("1ajane 7d 1030", "Mon 30 Nov 2026 10:30"),
    "form": (f"{ESC}\x00A", "New appointment"),
    "find": (f"{ESC}\x00/a", "Smith, Aaron"),
    "help": (f"{ESC}\x00{PF1}", "Keys here"),
    "customers": (f"{ESC}\x00{PF3}a", "Smith, Aaron"),
    "profile": ("\x15doe\r", "customer 1"),
    "sales": (TAB * 3, "Paracetamol"),
    "notes": (TAB * 5, "Note"),
    "bill": (f"{TAB * 2}\r", "Left to pay"),
    "till": (f"{PF4}{GEL_CODE}\r", "Ultrasound gel"),
    "payment": ("\r", "Cash"),
    "parked": (f"{ESC}\x00{PF2}{F10}", "S-2026-000003"),
    "refunds": ("\x12", "not needed"),
    "day close": (F12, "Drawer"),
    "reports": (f"{PF2}Y", "Rebooked"),
    "messages": (f"{PF2}G", "Messages"),
    "products": (F6, "Crutches"),
    "staff": ("\x0c", "At work"),
    "journal": ("\x04", "holiday"),
    "waiting room": (f"{PF2}\x1b[15~", "Jane Doe"),
    "hours": (f"{PF2}E", "Working time"),
    "commands": ("\x10", "Command"),
}
"""Keys that every terminal sends, and what is to be seen then. A NUL is no key: it parts an Escape from what
follows."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A terminal, and what it is told besides."""

    term: str
    colours: int
    env: tuple[tuple[str, str], ...] = ()

    @property
    def own_keys(self) -> bool:
        """Whether its keys are called otherwise."""
        return self.term.startswith("vt")


PLAIN = (("NO_COLOR", "1"),)
KINDS = {
    "xterm-256color": Kind("xterm-256color", 256),
    "xterm": Kind("xterm", 16),
    "xterm, no colour": Kind("xterm", 0, PLAIN),
    "linux": Kind("linux", 8),
    "linux, no colour": Kind("linux", 0, PLAIN),
    "screen": Kind("screen", 16),
    "tmux-256color": Kind("tmux-256color", 256),
    "putty": Kind("putty", 16),
    "vt220": Kind("vt220", 0),
    "vt100": Kind("vt100", 0),
}
SET = ("LANG", "LC_ALL", "LC_CTYPE", "NO_COLOR", "COLORTERM", "PATH", "PYTHONPATH")
MODEL = "xterm-256color"
LOCALES = {"UTF-8": "C.UTF-8", "C": "C"}
SHORT = ((MODEL, "UTF-8"), ("vt100", "C"))
SGR = re.compile(rb"\x1b\[([\d;:]*)m")


def walked(kind: Kind, lang: str, folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Each screen's name, what tmux shows with its colours, and all bytes so far."""
    socket, bytes_file = str(folder / "tmux"), folder / "bytes"
    tmux = [present.program("tmux"), "-S", socket, "-u", "-f", "/dev/null"]
    env = surroundings(folder / "clinic", LANG=lang, TERM=kind.term, **dict(kind.env))
    unset = (word for name in ("TMUX", "TMUX_PANE", *(n for n in SET if not env[n])) for word in ("-u", name))
    told = (f"{name}={env[name]}" for name in SET if env[name])
    inside = ["env", *unset, *told, f"TERM={kind.term}", *command(folder / "clinic")]
    new = ["set", "-g", "status", "off", ";", "set", "-g", "escape-time", "0", ";",
           "new-session", "-x", "80", "-y", "24", "--", *_recorded(inside, bytes_file)]  # fmt: skip
    with PtyTerm([*tmux, *new], env={**env, "LANG": "C.UTF-8", "TERM": "xterm-256color"}) as outer:
        try:
            opened(outer)
            server = int(subprocess.check_output([*tmux, "display-message", "-p", "#{pid}"]))
            for name, (keys, seen) in SCREENS.items():
                for piece in keys.split("\x00"):
                    outer.feed(piece)
                    rests(outer, server)
                yield name, comes(outer, server, tmux, seen), bytes_file.read_bytes()
        finally:
            # What records the bytes outlives its terminal, and so would the program before it.
            recorders = subprocess.run(
                [*tmux, "list-panes", "-F", "#{pane_pid}"], capture_output=True, check=False
            )
            subprocess.run([*tmux, "kill-server"], check=False)
            for pid in recorders.stdout.split():
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)


def comes(outer: PtyTerm, server: int, tmux: Sequence[str], told: str) -> str:
    """What tmux shows, once that holds ``told`` and nothing more comes."""
    capture, deadline = [*tmux, "capture-pane", "-p", "-e", "-N"], time.monotonic() + LIMIT
    while True:
        rests(outer, server)
        shown = subprocess.run(capture, capture_output=True, text=True, check=True).stdout
        if told in (seen := "\n".join(text_of(shown))):
            return shown
        if time.monotonic() > deadline:
            raise Gone(f"{told!r} did not come:\n{seen}")


def rests(terminal: PtyTerm, server: int) -> None:
    """Wait until nothing more comes, and none of the processes of a tmux, whose ``server`` is given, has
    anything to do: on a busy machine a program is silent, too, while it waits for the processor."""
    deadline = time.monotonic() + LIMIT
    while terminal.pump(QUIET) or (at_work(server) and time.monotonic() < deadline):
        pass


def at_work(process: int) -> bool:
    """Whether a thread of a process, or of one that it has begun, runs, would run or waits for a disk."""
    above: dict[int, int] = {}
    working = set()
    for thread in Path("/proc").glob("[0-9]*/task/[0-9]*/stat"):
        with suppress(OSError):
            state, parent = thread.read_text("utf-8", "replace").rpartition(")")[2].split()[:2]
            above[pid := int(thread.parts[2])] = int(parent)
            working |= {pid} if state in "RD" else set()

    def below(pid: int) -> bool:
        return pid == process or (pid in above and below(above[pid]))

    return any(map(below, working))


def _recorded(inside: Sequence[str], file: Path) -> list[str]:
    """The same, every byte it writes kept in ``file``."""
    return [present.program("script"), "-q", "-f", "-c", shlex.join(inside), str(file)]


def text_of(captured: str) -> list[str]:
    """The lines, without their colours."""
    plain = re.sub(r"\x1b\[[\d;:]*m|\x1b\(.|\x0e|\x0f|\x1b\]8;[^\x1b]*\x1b\\", "", captured)
    return (plain.split("\n") + [""] * 24)[:24]


def faults(kind: Kind, lang: str, raw: bytes) -> Iterator[str]:
    """What was sent that should not have been."""
    written = raw.partition(b"\n")[2].rpartition(b"\nScript done")[0] or raw.partition(b"\n")[2]
    if lang == "C" and any(byte > 0x7E for byte in written):
        yield "bytes beyond ASCII"
    for codes in SGR.findall(written):
        numbers = [int(code) for code in codes.replace(b":", b";").split(b";") if code]
        coloured = any(30 <= n <= 37 or 40 <= n <= 48 or 90 <= n <= 107 or n == 38 for n in numbers)
        if coloured and (not kind.colours or (kind.colours < 256 and (38 in numbers or 48 in numbers))):
            yield f"colour {codes!r}"
            return


def main(arguments: Sequence[str]) -> int:
    """1 when something is wrong on a terminal."""
    parser = argparse.ArgumentParser(prog="python -m tests.safety.terminals")
    parser.add_argument("folder", nargs="?", type=Path, help="where pictures are left")
    parser.add_argument("--only", action="append", help="one of the terminals", choices=KINDS)
    parser.add_argument("--short", action="store_true", help="the model, and a vt100 in ASCII")
    wanted = parser.parse_args(arguments)
    names = dict.fromkeys([MODEL, *(wanted.only or KINDS)])
    models: dict[str, list[str]] = {}
    wrong = screens = 0
    for name, locale in SHORT if wanted.short else product(names, LOCALES):
        found = list(looked_at(name, locale, models, wanted.folder))
        screens += len(SCREENS)
        wrong += len(found)
        print(
            "\n".join([f"{name}, {locale}: {len(found)} wrong", *(f"  {one}" for one in found)]), flush=True
        )
    print(f"{screens} screens, {wrong} wrong")
    return int(bool(wrong))


def looked_at(name: str, locale: str, models: dict[str, list[str]], pictures: Path | None) -> Iterator[str]:
    """What is wrong on one terminal in one locale; the first of all is the model for the others."""
    kind, lang, seen = KINDS[name], LOCALES[locale], []
    sent = b""
    # A program that was killed may still be writing there.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            for screen, captured, so_far in walked(kind, lang, Path(folder)):
                sent = so_far
                lines = text_of(captured)
                model = models.setdefault(screen, lines)
                found = (
                    *crooked(lines),
                    *clipped(lines),
                    *unlike(lines, model, ascii_only=lang == "C", keys=kind.own_keys),
                )
                yield from (f"{screen}: {one}" for one in found)
                if pictures:
                    seen.append(drawn(captured))
                    _keep(pictures / f"{name}, {locale}", screen, "\n".join(lines), seen[-1])
        except Gone as gone:
            yield str(gone)
    yield from faults(kind, lang, sent)
    if pictures and seen:
        for at in range(0, len(seen), 6):
            sheet(seen[at : at + 6]).save(pictures / f"{name}, {locale} {at // 6 + 1}.png")


def _keep(folder: Path, screen: str, text: str, picture: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{screen}.txt").write_text(text)
    picture.save(folder / f"{screen}.png")  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
