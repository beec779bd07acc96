"""Nonsense from the keyboard: ``python -m tests.safety.keyboard [--short]``.

Random bytes with pieces of real sequences among them: keys, mouse reports, sizes, letters of Latin-1, pastes
whose end is lost. Two hundred streams go through the program's reader of keys, which may neither fail nor
stop hearing; twenty through terminals with the program in them, which must live, use little and still answer.
The controls are Textual's own decoder and reader, which must fail.
"""

from __future__ import annotations

import codecs
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from textual import events
from textual._xterm_parser import XTermParser

from pim_tui.tui.keyboard import PASTE_LIMIT, KeyboardParser, _forgiving_decoder
from tests.safety.test_real_terminal import OFFER, calendar, comes_to_rest, for_a_while, open_in, run
from tests.tui.ptyterm import Gone

SEEDS, TERMINALS, LENGTH = 200, 20, 1_500
MOST_MEMORY = 150
"""Megabytes that a program may hold after it."""

PIECES = (
    b"\x1b[200~", b"\x1b[201~", b"\x1b[200~lost", b"\x1b[<0;10;10M", b"\x1b[<35;9999;9999m",
    b"\x1b[99999999u", b"\x1b[48;24;80;0;0t", b"\x1b[48;99999;99999;0;0t", b"\x1bOP", b"\x1b[1;5A",
    b"\x1b", b"\xe9", b"\xff", b"\xc3", b"\xf0\x9f\x98", "é😀\u202e".encode(), b"jane doe 10:30\r", b"\x1b[I",
    b"\x1b[O", b"\t", b"\x7f", b"\x1b]52;c;AAAA\x07", b"\x1b[?2026;2$y", b"\x1b[12;40R", b"\x9b1A", b"\x00",
)  # fmt: skip
LEAVE = b"\x11\x1c"
"""Ctrl+Q and Ctrl+\\: whoever presses one is let go, so they are left out."""


def noise(seed: int) -> bytes:
    """One stream."""
    chance, made = Random(seed), bytearray()
    while len(made) < LENGTH:
        made += chance.choice(PIECES) if chance.random() < 0.4 else chance.randbytes(chance.randint(1, 4))
    return bytes(byte for byte in made if byte not in LEAVE)


def _pieces(stream: bytes, seed: int) -> Iterator[bytes]:
    """As the system hands it over: a few bytes at a time, cut anywhere."""
    chance = Random(seed)
    while stream:
        size = chance.randint(1, 64)
        yield stream[:size]
        stream = stream[size:]


def hears(seed: int) -> bool:
    """Whether the program's reader takes a stream and hears a key pressed some seconds later."""
    clock = [0.0]
    parser, decoder = KeyboardParser(now=lambda: clock[0]), _forgiving_decoder("utf-8")()
    for piece in _pieces(noise(seed), seed):
        if text := decoder.decode(piece):  # as the driver does: nothing would be the end of the input
            list(parser.feed(text))
        list(parser.tick())
    for _ in range(3):
        clock[0] += 5
        list(parser.tick())
        list(parser.feed("\x1b\\"))  # the end of whatever sequence was begun
    heard = [one for one in parser.feed("x") if isinstance(one, events.Key)]
    return any(one.character == "x" for one in heard)


def careless(seed: int) -> bool:
    """The control: whether Textual's own decoder and reader fail."""
    parser, decoder = XTermParser(False), codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in _pieces(noise(seed), seed):
            if text := decoder.decode(piece):
                list(parser.feed(text))
    except (ValueError, OverflowError):
        return True
    return False


def pasted() -> bool:
    """Whether a paste of two million characters, its end lost, is cut short and over in the end."""
    clock = [0.0]
    parser = KeyboardParser(now=lambda: clock[0])
    text = "\x1b[200~" + "x" * 2_000_000
    list(parser.feed(text))
    clock[0] += 5
    found = [one.text for one in parser.tick() if isinstance(one, events.Paste)]
    return [len(text) for text in found] == [PASTE_LIMIT]


def survives(home: Path, seed: int) -> str:
    """What is wrong with a program that was fed a stream, and two megabytes of paste; nothing if nothing."""
    with open_in(home) as terminal:
        terminal.wait_for(lambda: "Add" in terminal.text or OFFER in terminal.text)
        if OFFER in terminal.text:
            terminal.feed("\x1b")  # What the noise before this had typed is kept for later.
        calendar(terminal)
        try:
            for piece in _pieces(noise(seed), seed):
                terminal.feed(piece)
            if seed % 10 == 0:
                terminal.feed(b"\x1b[200~" + b"x" * 2_000_000 + b"\x1b[201~")
            for_a_while(terminal, 2.5)
            terminal.feed("\x1b" * 3)
            rested = comes_to_rest(terminal)
        except Gone:
            return f"it ended with {terminal.process.poll()}"
        if terminal.process.poll() is not None or b"Traceback" in terminal.raw:
            return f"it ended with {terminal.process.poll()}"
        memory = _megabytes(terminal.process.pid)
        terminal.feed("\x11")
        code = terminal.wait_exit(30)
    wrong = {f"{memory} MB": memory > MOST_MEMORY, "never at rest": not rested, f"exit {code}": code != 0}
    return ", ".join(words for words, so in wrong.items() if so)


def _megabytes(process: int) -> int:
    (found,) = re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found) >> 10


def main(arguments: list[str]) -> int:
    """1 when a stream ends the program or makes it deaf, or the control takes them all."""
    terminals = 2 if arguments == ["--short"] else TERMINALS
    deaf = [seed for seed in range(SEEDS) if not hears(seed)]
    failed = sum(careless(seed) for seed in range(SEEDS))
    wrong = {}
    with tempfile.TemporaryDirectory() as home:
        run(Path(home), "init", "--clinic", "Harbour Clinic", "--zone", "UTC", "--name", "Anna Berg")
        for seed in range(terminals):
            if says := survives(Path(home), seed):
                wrong[seed] = says
    print("\n".join(f"seed {seed}: {says}" for seed, says in wrong.items()))
    print(
        f"{SEEDS} streams: {len(deaf)} deaf; {terminals} terminals: {len(wrong)} wrong;"
        f" control fails at {failed}"
    )
    return int(bool(deaf or wrong or not failed or not pasted()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
