"""Hostile text through all that stores, exports, prints or says it: ``python -m tests.safety.hostile``.

A hundred thousand texts (``--count``) go through each way out, and those that are known through each many
times. Not one byte of theirs may command a terminal, a spreadsheet, a printer or whoever reads a file; each
way has a control, the careless way, which must be caught. Screens are walked by
:mod:`tests.safety.hostile_screens`.

Documents cost most: as text every text is in every kind, wide or narrow in turn; as PDF it is in one of those
with room for all, for all kinds would take half an hour of a core. :data:`EVERY_KIND` does that, when it is
asked for.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import cycle, repeat
from multiprocessing import get_context
from unittest import mock

from rich.cells import cell_len

from pim_tui.cli import terminal
from pim_tui.documents import escpos, plaintext
from pim_tui.documents.billpaper import BillPaper
from pim_tui.documents.daysheet import DaySheet, Section, day_sheet
from pim_tui.documents.document import Document
from pim_tui.documents.escpos import receipt
from pim_tui.documents.fonts import Fonts
from pim_tui.documents.paper import ROLL_SIZE, Printed
from pim_tui.documents.slip import SlipLine, slip_of
from pim_tui.domain.customer import NewCustomer
from pim_tui.domain.formulas import restored
from pim_tui.domain.handout import PersonOut
from pim_tui.domain.names import PersonName
from pim_tui.domain.text import cell_width, clean, fold, tidy, visible
from pim_tui.exports import delimited, ical, jsonlines, vcard
from pim_tui.tui.textsafe import cell, show
from pim_tui.tui.widgets.cells import fit
from tests.documents import paper_samples, till_samples
from tests.documents.daysheet_samples import CREATED, row, sheet
from tests.exports.samples import KEY, STAMP, at, visit
from tests.safety import hostile_letters
from tests.safety.hostiletext import KNOWN, texts
from tests.tui.hostile import FORBIDDEN

COUNT = 100_000
CHUNK = 10_000
"""Texts that one process works on at a time."""
SHOWN = 5
"""Faults of one way that are told."""
TOGETHER = 12
"""Texts in one name on paper: so many are laid out, and cut where the place ends."""
NAMES = 100
"""Names in one document: its fonts cost as much as its lines."""
ON_ROLLS = ("receipt", "unpaid bill", "credit note", "Z report", "X report")
"""Kinds that receipt printers have rolls for."""
BRIEF = ("card", "on account")
"""Kinds with room for a few names only: they come besides."""
PICTURED = 24
"""One receipt of so many has its pictures: drawing them takes longest."""

Faults = Iterator[str]


def obeyed(text: str, allowed: str = "") -> str:
    """The first character of *text* that a terminal would obey or hide; empty when there is none."""
    found = next((one[0] for one in FORBIDDEN.finditer(text) if one[0] not in allowed), "")
    return repr(found) if found else ""


def stored(some: Sequence[str], made: Callable[[str], str] = clean) -> Faults:
    """As a field keeps it: harmless, and the same when it is kept again."""
    for text in some:
        kept = made(text)
        if found := obeyed(kept):
            yield f"{found} is kept of {text!r}"
        if clean(kept) != kept:
            yield f"{text!r} changes when it is kept again"
        fold(text)


def drawn(some: Sequence[str], made: Callable[[str], str] | None = None) -> Faults:
    """As widgets are handed it, and fitted into columns of every width up to twelve."""
    ways = [made] if made else [lambda text: show(text).plain, lambda text: cell(text).plain, visible]
    for place, text in enumerate(some):
        for way in ways:
            if found := obeyed(way(text), "\n\t"):
                yield f"{found} is shown of {text!r}"
        width = place % 12 + 1
        if cell_len(fitted := fit(text, width)) != width or obeyed(fitted):
            yield f"{text!r} does not fit into {width} cells: {fitted!r}"


def spreadsheet(some: Sequence[str], write: Callable[..., None] = delimited.write) -> Faults:
    """A CSV file: no cell is a formula, and what was in it is read back."""
    kept = [clean(text) for text in some]
    file = io.StringIO(newline="")
    write(file, [[number, text] for number, text in enumerate(kept)])
    back = list(csv.reader(io.StringIO(file.getvalue(), newline="")))
    for text, (_, found) in zip(kept, back, strict=True):
        if found.lstrip(" \t\r\n\xa0").startswith(("=", "+", "-", "@", "|", "＝")):
            yield f"{found!r} is a formula"
        if restored(found) != text:
            yield f"{text!r} comes back as {found!r}"
    if found := obeyed(file.getvalue(), "\r\n"):
        yield f"{found} is in the file"


def json_lines(some: Sequence[str], write: Callable[..., None] = jsonlines.write) -> Faults:
    """JSON Lines: one document a line, as it was."""
    kept = [clean(text, lines=True, limit=4000) for text in some]
    file = io.StringIO()
    write(file, ({"text": text} for text in kept))
    lines = file.getvalue().removesuffix("\n").split("\n")
    if len(lines) != len(kept) or obeyed(file.getvalue(), "\n"):
        yield "lines are torn"
    else:
        back = (json.loads(line)["text"] for line in lines)
        yield from (repr(text) for text, found in zip(kept, back, strict=True) if text != found)


def calendars(some: Sequence[str], event: Callable[..., str] = ical.event) -> Faults:
    """An iCalendar event of each: nothing but its own lines, none longer than 75 bytes."""
    for text in some:
        note = clean(text, lines=True, limit=4000)
        known = visit(at("2026-11-23 10:30"), reason=tidy(text), note=note, customer=tidy(text) or "x")
        yield from _lines(event(known, STAMP, KEY), "VEVENT", text)


def cards(some: Sequence[str], card: Callable[..., str] = vcard.card) -> Faults:
    """A vCard of each, likewise."""
    for text in some:
        name = PersonName("", tidy(text, limit=120) or "x", "", tidy(text[::-1], limit=120) or "y", "")
        person = PersonOut(11, 5, True, NewCustomer(name, address=clean(text, lines=True)), (tidy(text),))
        yield from _lines(card(person, STAMP, KEY), "VCARD", text)


def _lines(made: str, kind: str, text: str) -> Faults:
    lines = made.removesuffix("\r\n").split("\r\n")
    ends = [line for line in lines if line.startswith(("BEGIN:", "END:"))]
    if ends != [f"BEGIN:{kind}", f"END:{kind}"] or any(not _NAMED.match(line) for line in lines):
        yield f"{text!r} makes lines of its own"
    if any(len(line.encode()) > 75 or obeyed(line) for line in lines):
        yield f"{text!r} makes a line that is too long, or obeyed"


_NAMED = re.compile(r" |[A-Z][A-Z0-9-]*(\.[A-Z]+)?[;:]|item\d+\.")


@dataclass(frozen=True)
class Sheet:
    """A day sheet as the other documents are."""

    made: DaySheet

    def text(self, *, width: int, ascii_only: bool) -> str:
        return plaintext.day_sheet(self.made, width=width, ascii_only=ascii_only)

    def pdf(self, at: datetime, *, fonts: Fonts | None = None) -> Printed:
        return day_sheet(self.made, at, fonts=fonts)


@dataclass(frozen=True)
class OnRoll:
    """A paper as the roll of a receipt printer has it."""

    made: Document | Sheet

    def pdf(self, at: datetime, *, fonts: Fonts | None = None) -> Printed:
        assert not isinstance(self.made, Sheet)
        return self.made.pdf(at, size=ROLL_SIZE, fonts=fonts)


def batches(some: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many texts as one document holds, again and again."""
    return (some[first : first + NAMES * TOGETHER] for first in range(0, len(some), NAMES * TOGETHER))


def papers(some: Sequence[str]) -> Iterator[tuple[str, Document | Sheet]]:
    """Every kind of document, full of them."""
    names = ["".join(some[first : first + TOGETHER]) for first in range(0, len(some), TOGETHER)]
    weekdays = paper_samples.everything(names, NAMES, -(-NAMES // 5))
    longer: dict[str, Document] = {
        "label": till_samples.label(names, " ".join(names)),
        "X report": till_samples.day_close(names, NAMES, counted=None),
        "report": paper_samples.report(names, NAMES),
        "report of a week": paper_samples.report(names, NAMES, 5),
    }
    yield from (weekdays | till_samples.everything(names, NAMES) | longer).items()
    rows = Section(names[0], tuple(row(name) for name in names))
    yield "day sheet", Sheet(sheet(rows, notes=tuple(names)))


def pages(some: Sequence[str], careless: Callable[[str], str] | None = None) -> Faults:
    """Documents as text: each line as wide as the page at most, and harmless."""
    turns = cycle(((80, False), (60, True)))
    for part in batches(some):
        width, ascii_only = next(turns)
        for name, paper in papers(part):
            text = careless(some[0]) if careless else paper.text(width=width, ascii_only=ascii_only)
            wide = [line for line in text.split("\n") if cell_width(line) > width]
            if wide or obeyed(text, "\n\f") or (ascii_only and not text.isascii()):
                yield f"{name}, {width} wide: {wide[:1] or text[:200]!r}"


def pdfs(
    some: Sequence[str], careless: Callable[[bytes], bytes] = lambda data: data, *, each: bool = False
) -> Faults:
    """Documents as PDF: whole, and nothing in them that a reader would run or open; ``each`` kind, or one.

    What one kind has measured of a batch, another need not measure again.
    """
    # What comes first is known to every process: it is another kind of document there.
    first = sum(map(ord, some[-1]))
    for number, part in enumerate(batches(some), first):
        flat, fonts = dict(papers(part)), Fonts() if each else None
        every = flat | {f"{name} on a roll": OnRoll(flat[name]) for name in ON_ROLLS}
        roomy = [name for name in every if name not in BRIEF]
        chosen = every if each else (roomy[number % len(roomy)], BRIEF[number % len(BRIEF)])
        for name in chosen:
            data = careless(every[name].pdf(CREATED, fonts=fonts).data)
            if not data.startswith(b"%PDF-") or not data.rstrip().endswith(b"%%EOF"):
                yield f"{name} is no whole PDF"
            if found := _RUN.search(_STREAM.sub(b"", data)):
                yield f"{name} has {found[0]!r}"


# What is pressed together may hold any three bytes by chance, and no reader looks for commands there.
_STREAM = re.compile(rb"\bstream\r?\n.*?\nendstream\b", re.DOTALL)
# A reader may be told which page to open first, in brackets.
_RUN = re.compile(rb"/(?:JS|JavaScript|Launch|URI|OpenAction(?! \[)|AA|EmbeddedFile|RichMedia|SubmitForm)\b")


def receipts(some: Sequence[str], written: Callable[[Iterable[SlipLine]], bytes] = receipt) -> Faults:
    """Bytes for receipt printers: the printer's own commands and nothing of the text's."""
    for number, first in enumerate(range(0, len(some), TOGETHER)):
        lines = slip_of(BillPaper(till_samples.bill(some[first : first + TOGETHER], TOGETHER)), 42)
        drawn = nullcontext() if number % PICTURED == 0 else mock.patch.object(escpos, "dots", _undrawn)
        with drawn:
            left = _PRINTER.sub(b"", without_pictures(written(lines)))
        if found := [byte for byte in left if byte < 0x20 and byte != 0x0A]:
            yield f"the printer obeys {found[:3]} of {some[first : first + TOGETHER]!r}"


def _undrawn(line: SlipLine, columns: int) -> bytes:
    """A picture of nothing."""
    return b"\x1dv0\x00" + bytes(4)


_PRINTER = re.compile(
    rb"\x1b@|\x1bE[\x00\x01]|\x1d![\x00\x11]|\x1bM[\x00\x01]|\x1ba[\x00\x01]|\x1bt[\x00-\x13]"
    rb"|\x1dV[\x00-\x42][\x00-\x03]?"
)
"""What a receipt is made of."""


def without_pictures(data: bytes) -> bytes:
    """The bytes around pictures, which say themselves how many they are."""
    kept, rest = b"", data
    while (begin := rest.find(b"\x1dv0\x00")) >= 0:
        wide, tall = (int.from_bytes(rest[begin + n : begin + n + 2], "little") for n in (4, 6))
        kept, rest = kept + rest[:begin], rest[begin + 8 + wide * tall :]
    return kept + rest


def said(some: Sequence[str], say: Callable[[str], object] = terminal.say) -> Faults:
    """What commands say, complain of and set in tables."""
    for text in some:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            say(text)
            terminal.complain(text)
            terminal.table([(text, "1")], ("Name", "No"))
        if found := obeyed(out.getvalue() + err.getvalue(), "\n"):
            yield f"{found} is said of {text!r}"


WAYS: dict[str, Callable[[Sequence[str]], Faults]] = {
    "kept in a field": stored, "shown by a widget": drawn, "CSV": spreadsheet, "JSON Lines": json_lines,
    "iCalendar": calendars, "vCard": cards, "said by a command": said, "documents as text": pages,
    "documents as PDF": pdfs, "receipt printers": receipts, **hostile_letters.WAYS,
}  # fmt: skip
"""Every way out."""
EVERY_KIND = "documents as PDF, every kind"
LONG: dict[str, Callable[[Sequence[str]], Faults]] = {EVERY_KIND: partial(pdfs, each=True)}
"""What is only done when it is asked for by name."""

CONTROLS: dict[str, Callable[[Sequence[str]], Faults]] = {
    "kept in a field": lambda some: stored(some, lambda text: text),
    "shown by a widget": lambda some: drawn(some, lambda text: text),
    "CSV": lambda some: spreadsheet(some, lambda file, rows: csv.writer(file).writerows(rows)),
    "JSON Lines": lambda some: json_lines(some, _plain_json),
    "iCalendar": lambda some: calendars(
        some, lambda known, *_: f"BEGIN:VEVENT\r\nX:{known.note}\r\nEND:VEVENT\r\n"
    ),
    "vCard": lambda some: cards(
        some, lambda who, *_: f"BEGIN:VCARD\r\nN:{who.customer.address}\r\nEND:VCARD\r\n"
    ),
    "said by a command": lambda some: said(some, print),
    "documents as text": lambda some: pages(some, lambda text: f"{text}\x1b[2J"),
    "documents as PDF": lambda some: pdfs(some, lambda data: data.replace(b"/Type", b"/JS (x) /Type", 1)),
    "receipt printers": lambda some: receipts(
        some, lambda lines: "\n".join(map(str, lines)).encode() + b"\x1bp"
    ),
    **hostile_letters.CONTROLS,
}
"""The careless way, by its name."""
CONTROLS[EVERY_KIND] = CONTROLS["documents as PDF"]


def _plain_json(file: io.StringIO, documents: Iterable[dict[str, str]]) -> None:
    file.write("".join(f'{{"text": "{one["text"]}"}}\n' for one in documents))


@cache
def _some(seed: int, count: int) -> tuple[str, ...]:
    """The texts of one chunk: they are made once, and then sent every way."""
    return tuple(texts(len(KNOWN) + count, seed))


def _chunk(name: str, seed: int, count: int) -> list[str]:
    ways = (WAYS | LONG)[name](_some(seed, count))
    return [fault for fault, _ in zip(ways, range(SHOWN), strict=False)]


def run(count: int, names: Iterable[str] = WAYS) -> Iterator[tuple[str, bool, str]]:
    """(way, whether all is well, a word) for each, and for each control."""
    seeds, size = range(max(1, -(-count // CHUNK))), min(CHUNK, count)
    for seed in seeds:
        _some(seed, size)  # before the others fork, which have them then
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        for name in names:
            begun = time.monotonic()
            faults = [
                fault for found in pool.map(_chunk, repeat(name), seeds, repeat(size)) for fault in found
            ]
            took = f"{len(seeds) * size:,} texts in {time.monotonic() - begun:.0f} s"
            yield name, not faults, "; ".join([took, *faults[:SHOWN]])
            seen = next(iter(CONTROLS[name](list(texts(400, 1)))), "")
            yield f"control: {name}, carelessly", bool(seen), seen[:60] or "saw nothing"


def main(arguments: list[str]) -> int:
    """A line for each way; 1 when anything got through, or a control saw nothing."""
    parser = argparse.ArgumentParser(prog="python -m tests.safety.hostile")
    parser.add_argument("names", nargs="*", metavar="WAY")
    parser.add_argument("--count", type=int, default=COUNT)
    asked = parser.parse_args(arguments)
    well = True
    for name, good, word in run(asked.count, asked.names or WAYS):
        well &= good
        print(
            f"{'ok  ' if good else 'FAIL'} {name}: {word.encode('ascii', 'backslashreplace').decode()}",
            flush=True,
        )
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
