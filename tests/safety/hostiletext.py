"""Texts that mean harm: of every kind that is known, put together anew for each seed.

Some are whole attacks, most are made of pieces: escape sequences of all families with made-up parameters,
controls, markup of Textual and Rich, direction overrides, marks without a base, surrogates, formulas, and
names of real people between them. Sister lists in a folder beside the project are mixed in.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from tests.tui.hostile import CONTROLS, FORMULAS, MARKUP, UNICODE

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
LETTERS = "abz AZ019 äßøñ 漢字 한국 ไทย עברית عربي देव"
SUSPECT = (
    *map(chr, range(32)), *map(chr, range(0x7F, 0xA1)), *map(chr, range(0x200B, 0x2010)),
    *map(chr, range(0x2028, 0x2030)), *map(chr, range(0x2060, 0x2070)), "\u061c", "\u115f", "\u3164",
    "\ufeff", "\ufff9", "\ufffe", "\uffff", "\ud800", "\udfff", "\udc9b", "\xad", "\u034f", "\u0301",
    "\u20e3", "\ufe0f", "\U0001f3fd", "\U000e0041", "\U0001f468", "\u200d", "\U0010ffff",
)  # fmt: skip
"""Characters that a terminal obeys or hides, or that change how wide their neighbour is."""

ACTIONS = ("app.leave", "app.quit", "app.screenshot('x.svg','/')", "screen.dismiss(True)", "app.bell")


def texts(count: int, seed: int) -> Iterator[str]:
    """So many texts, the same for the same seed; those of :data:`KNOWN` first."""
    yield from KNOWN[:count]
    rng = Random(seed)
    for _ in range(max(0, count - len(KNOWN))):
        yield "".join(rng.choice(_KINDS)(rng) for _ in range(rng.randint(1, 5)))


def kept() -> tuple[str, ...]:
    """Naughty strings and names of the world, where they are at hand."""
    if not SHARED.is_dir():
        return ()
    names = SHARED / "names"
    found = [
        one["text"] for one in json.loads((names / "naughty_strings.json").read_text("utf-8"))["strings"]
    ]
    with (names / "world_names.csv").open(encoding="utf-8", newline="") as file:
        found += [cell for row in csv.reader(file) for cell in row if cell]
    return tuple(found)


KNOWN = (*MARKUP, *CONTROLS, *UNICODE, *FORMULAS, *kept())
"""Known attacks and the lists beside the project."""


def _csi(rng: Random) -> str:
    parameters = ";".join(str(rng.randint(0, 2000)) for _ in range(rng.randint(0, 4)))
    begin = rng.choice(("\x1b[", "\x9b"))
    return f"{begin}{rng.choice(('', '?', '>', '=', '!'))}{parameters}{rng.choice(_FINALS)}"


def _osc(rng: Random) -> str:
    begin, end = rng.choice((("\x1b]", "\x07"), ("\x1b]", "\x1b\\"), ("\x9d", "\x9c"), ("\x1b]", "")))
    return f"{begin}{rng.choice((0, 2, 4, 8, 9, 52, 777, 1337, 50))};{_word(rng)}{end}"


def _string(rng: Random) -> str:
    """Device control, application command, privacy message, start of string."""
    begin = rng.choice(("\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x90", "\x9f", "\x9e", "\x98"))
    return begin + _word(rng) + rng.choice(("\x1b\\", "\x9c", ""))


def _escape(rng: Random) -> str:
    return "\x1b" + chr(rng.randint(0x20, 0x7E))


def _control(rng: Random) -> str:
    return "".join(rng.choice(SUSPECT) for _ in range(rng.randint(1, 6)))


def _markup(rng: Random) -> str:
    word = _word(rng)
    return rng.choice(
        (
            f"[@click={rng.choice(ACTIONS)}]{word}[/]", f"[{word}]", f"[/{word}]", f"[b]{word}",
            f"[link={word}]x[/link]", f"\\[{word}", f"[on red]{word}[/]", f"[type={word}, v={{'a[0]'}}]",
            f"{{nb}}{{{word}}}", f"**{word}**", f"%s%n{word}", f"${word}", f"`{word}`", f"&{word};",
        )
    )  # fmt: skip


def _formula(rng: Random) -> str:
    return rng.choice(("=", "+", "-", "@", "\t=", "\r=", "|", " =", "＝", "'=")) + _word(rng)


def _line(rng: Random) -> str:
    """What ends a line in some file or header."""
    return rng.choice(("\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\r\nBCC: a@b.example\r\n",
                       "\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n", "\x00", ";", ",", '"', "\\n"))  # fmt: skip


def _any(rng: Random) -> str:
    return "".join(chr(rng.randrange(0x110000)) for _ in range(rng.randint(1, 4)))


def _pile(rng: Random) -> str:
    return rng.choice("eZ漢") + rng.choice("\u0301\u0323\u20dd\u0489\u200d") * rng.randint(9, 60)


def _word(rng: Random) -> str:
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(1, 8)))


_FINALS = tuple(map(chr, range(0x40, 0x7F)))
_KINDS: tuple[Callable[[Random], str], ...] = (
    _csi, _osc, _string, _escape, _control, _markup, _formula, _line, _any, _pile, _word, _word, _word,
)  # fmt: skip
