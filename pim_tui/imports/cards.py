"""vCard files as text: one card at a time, and each card as its properties. What they mean is told elsewhere.

A file is parted at ``BEGIN:VCARD`` and ``END:VCARD`` before anything is understood, so one bad card costs one
card. The reading is tolerant, as cards come out of telephones of twenty years: folded lines, soft line
breaks of quoted-printable, lines that were broken and not folded, bare 2.1 parameters, groups, and text
in the encoding its property names, else UTF-8, else Windows-1252.

It is our own reader because the library for it refuses a card for one odd line (a quarter of those it
was tried on) and takes as long for a card as an import has for the whole row.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..domain.text import visible
from ..errors import FileProblem
from .cardproperties import BEGINS, LONGEST_HEAD, Property, read_property
from .plainfile import BOMS, Opened, opened_file

LONGEST_PROPERTY = 3 << 20
"""Characters of one property, room for a photo of 2 MB; what is longer is cut and told so."""
LARGEST_CARD = 8 << 20
"""Characters of one card; the rest of a larger one is passed over, and the card is refused."""
MOST_PROPERTIES = 2_000
_HEAD = 1 << 16
DEEPEST = 8
"""Cards within cards (AGENT) that are followed; deeper ones are not told apart."""

_BEGIN, _END, _CALENDAR = "BEGIN:VCARD", "END:VCARD", "BEGIN:VCALENDAR"


@dataclass(frozen=True, slots=True)
class Card:
    """One card: the line of its BEGIN, its properties in order, and what was wrong with its frame.

    ``too_large``: it was not kept whole. ``unended``: the next one, or the end of the file, came first.
    """

    line: int
    properties: tuple[Property, ...]
    too_large: bool = False
    unended: bool = False


def looks_like_cards(path: Path) -> bool:
    """Whether a file begins as cards, or as a calendar, which :class:`CardFile` refuses with the reason.

    Raises :class:`FileProblem` when it cannot be opened.
    """
    with opened_file(path, "file of contacts") as file:
        head = file.read(_HEAD)
    encoding = next((encoding for mark, encoding in BOMS if head.startswith(mark)), "latin-1")
    return head.decode(encoding, "replace").lstrip().upper().startswith((_BEGIN, _CALENDAR))


class CardFile(Opened):
    """An open vCard file. Raises :class:`FileProblem` when it holds no card; use ``with``."""

    def __init__(self, path: Path) -> None:
        self.name = visible(path.name)
        self._raw = opened_file(path, "vCard file")
        try:
            self.size = os.fstat(self._raw.fileno()).st_size
            head = self._raw.read(_HEAD)
            self.encoding = next((encoding for mark, encoding in BOMS if head.startswith(mark)), "")
            _require_cards(head, self.encoding, self.name)
            self._raw.seek(0)
            self._wide = self.encoding.startswith(("utf-16", "utf-32"))
            # Eight-bit text goes through as Latin-1, byte for byte: each property says how it is encoded.
            self._text = io.TextIOWrapper(self._raw, self.encoding if self._wide else "latin-1", "replace")
        except BaseException:
            self._raw.close()
            raise

    @property
    def position(self) -> int:
        """Bytes read so far, a little ahead of the last card."""
        return self._raw.tell()

    def close(self) -> None:
        """Close the file."""
        self._text.close()

    def cards(self) -> Iterator[Card]:
        """Every card once, in order; what stands between cards is passed over."""
        making: _Making | None = None
        for line, text in self._lines():
            word = text.strip().upper()
            if word == _BEGIN:
                if making is not None and making.nests():
                    continue
                if making is not None:
                    yield making.card(unended=True)
                making = _Making(line)
            elif making is None:
                continue
            elif word == _END:
                if not making.unnests():
                    yield making.card()
                    making = None
            else:
                making.take(text)
        if making is not None and making.begun:
            yield making.card(unended=True)

    def _lines(self) -> Iterator[tuple[int, str]]:
        """(number, line without its end); of one that is too long only the beginning."""
        number = 0
        try:
            while text := self._text.readline(LONGEST_PROPERTY + 1):
                number += 1
                rest = text
                while not rest.endswith("\n") and (rest := self._text.readline(LONGEST_PROPERTY)):
                    pass
                text = text.rstrip("\n").removeprefix("\xef\xbb\xbf" if number == 1 else "")
                yield number, text.encode().decode("latin-1") if self._wide and not text.isascii() else text
        except OSError as error:
            raise FileProblem(f"{self.name} cannot be read: {error.strerror}.", "Copy it again.") from error


class _Making:
    """A card being read line by line."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.begun = False
        self._depth = 0
        self._size = 0
        self._done: list[Property] = []
        self._pieces: list[str] = []
        self._length = 0
        self._cut = self._soft = self._printable = self._base64 = self._overfull = False

    def nests(self) -> bool:
        """A BEGIN within this card: True when it opens the card of an AGENT, which is passed over."""
        agent = bool(self._pieces) and re.match(r"(?i)[\w.-]*AGENT\b", self._pieces[0]) is not None
        if (self._depth or agent) and self._depth < DEEPEST:
            self._depth += 1
            return True
        return False

    def unnests(self) -> bool:
        """An END: True when it closes a card within this one."""
        self._depth -= 1
        return self._depth >= 0

    def take(self, text: str) -> None:
        """The next line."""
        if self._depth:
            return
        self.begun = True
        self._size += len(text)
        if self._size > LARGEST_CARD or len(self._done) > MOST_PROPERTIES:
            self._overfull = True
        elif self._soft:
            self._pieces[-1] = self._pieces[-1].rstrip().removesuffix("=")
            self._append(text)
        elif text[:1] in (" ", "\t") and self._pieces:
            self._append(text[1:])
        elif not text.strip():
            self._base64 = False
        elif found := BEGINS.match(text):
            self._finish()
            self._begin(text, bare=bool(found["bare"]))
        elif self._pieces:
            # A line that was broken without being folded.
            self._append(text if self._base64 else f"\\n{text}")

    def _begin(self, text: str, *, bare: bool) -> None:
        """A property's first line. ``bare``: nothing stands between its name and its value."""
        head = "" if bare else text[:LONGEST_HEAD].partition(":")[0].upper()
        self._pieces, self._length, self._cut = [text], len(text), len(text) > LONGEST_PROPERTY
        self._printable = "QUOTED-PRINTABLE" in head
        self._base64 = "BASE64" in head or "ENCODING=B" in head
        self._soft = self._printable and text.rstrip().endswith("=")

    def _append(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_PROPERTY:
            self._cut, self._soft = True, False
            return
        self._pieces.append(text)
        self._soft = self._printable and text.rstrip().endswith("=")

    def _finish(self) -> None:
        if self._pieces and (made := read_property("".join(self._pieces), self._cut)):
            self._done.append(made)
        self._pieces, self._soft = [], False

    def card(self, *, unended: bool = False) -> Card:
        """What was read."""
        self._finish()
        return Card(self.line, tuple(self._done), self._overfull, unended)


def _require_cards(head: bytes, encoding: str, name: str) -> None:
    text = head.decode(encoding or "latin-1", "replace").upper()
    card, calendar = text.find(_BEGIN), text.find(_CALENDAR)
    if calendar >= 0 and not 0 <= card < calendar:
        raise FileProblem(
            f"{name} is a calendar, not a file of contacts.", "Use pim-tui import appointments for it."
        )
    if card < 0:
        raise FileProblem(f"{name} holds no contact card.", "Export the contacts again as vCard.")
