"""An iCalendar file as content lines: unfolded, decoded one by one, whatever the ends of their lines."""

from __future__ import annotations

import binascii
import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...domain.text import visible
from ...errors import FileProblem
from ..plainfile import BOMS, opened_file

LARGEST = 128 << 20
"""Bytes of a file; some 300 000 appointments."""
LONGEST = 1 << 16
"""Characters of one content line; of a longer one (an attachment) the beginning is kept."""

_HEAD = 1 << 16
_NAME = re.compile(r"\s*([A-Za-z][A-Za-z0-9_-]{0,60})\s*")
_PARAMETER = re.compile(r'\s*([A-Za-z0-9_-]{1,60})\s*=((?:"[^"]*"|[^;:"]+)*)')
_BARE = re.compile(r"[^;:]*")
_LATE_COLON = re.compile(r"(.*):\s*([0-9]{8}(?:T[0-9]{4,6}Z?)?)\s*", re.IGNORECASE | re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DATES = ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE")


@dataclass(frozen=True, slots=True)
class Line:
    """One content line: where it begins in the file; its name, and those of its parameters, in upper case.

    ``raw`` is the value as it stands; ``cut``: it was longer than :data:`LONGEST`.
    """

    number: int
    name: str
    raw: str
    parameters: dict[str, str] = field(default_factory=dict)
    cut: bool = False

    @property
    def text(self) -> str:
        """The value as text: without escapes, and unpacked where vCalendar 1.0 has packed it."""
        return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], self._unpacked())

    @property
    def token(self) -> str:
        """The value as one word in upper case."""
        return self._unpacked().strip().upper()

    def _unpacked(self) -> str:
        packing = self.parameters.get("ENCODING", "").upper()
        try:
            if packing == "BASE64":
                return decoded(binascii.a2b_base64(self.raw.encode("ascii", "ignore")))
            if packing == "QUOTED-PRINTABLE":
                return decoded(binascii.a2b_qp(self.raw.encode("utf-8")))
        except binascii.Error:
            pass
        return self.raw


class TextFile:
    """An open file of content lines, read as often as wanted; :class:`FileProblem` when it cannot be read.

    ``data`` is its content where it is in memory already; then ``path`` only names it.
    """

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        self.name = visible(path.name)
        self._raw = opened_file(path, "calendar file") if data is None else io.BytesIO(data)
        try:
            self.size = os.fstat(self._raw.fileno()).st_size if data is None else len(data)
            if self.size > LARGEST:
                raise FileProblem(
                    f"{self.name} is larger than {LARGEST >> 20} MB.", "Export fewer years at a time."
                )
            self.encoding = _encoding(self._raw.read(_HEAD))
            wide = self.encoding.startswith(("utf-16", "utf-32"))
            # Eight-bit text goes through byte for byte: folding may part a character, and legacy bytes
            # may stand beside UTF-8; each content line is decoded when it is whole.
            self._text = io.TextIOWrapper(self._raw, self.encoding if wide else "latin-1", "replace")
            self._wide = wide
        except BaseException:
            self._raw.close()
            raise
        self.legacy = False
        """Whether bytes were met that are not UTF-8."""

    @property
    def position(self) -> int:
        """Bytes read so far, a little ahead of the last line."""
        return min(self._raw.tell(), self.size)

    def close(self) -> None:
        """Close the file."""
        self._text.close()

    def lines(self, wanted: Callable[[str], bool]) -> Iterator[Line | int]:
        """The content lines whose names are wanted, from the beginning; of what is none, the number."""
        for number, text, cut in self._unfolded():
            found = _NAME.match(text)
            if found and not wanted(found[1].upper()) and ":" in text:
                continue
            whole = text
            if not text.isascii():
                whole = decoded(text.encode("latin-1"))
                self.legacy = self.legacy or not _is_utf8(text)
            yield read_line(number, whole, cut) or number

    def _unfolded(self) -> Iterator[tuple[int, str, bool]]:
        """(number, text, whether it was cut); a blank line neither ends nor begins anything."""
        begun, pieces, length, soft = 0, list[str](), 0, False
        for number, text in self._physical():
            folded = bool(pieces) and (soft or text[:1] in (" ", "\t"))
            if not text.strip("\0 \t"):
                continue
            if not folded:
                if pieces:
                    yield begun, "".join(pieces)[:LONGEST], length > LONGEST
                begun, pieces, length = number, [], 0
            piece = text[1:] if folded and not soft else text
            soft = _is_soft(pieces[0] if pieces else piece, piece)
            if length <= LONGEST:
                pieces.append(piece.removesuffix("=") if soft else piece)
            length += len(piece)
        if pieces:
            yield begun, "".join(pieces)[:LONGEST], length > LONGEST

    def _physical(self) -> Iterator[tuple[int, str]]:
        number = 0
        try:
            self._text.seek(0)
            while text := self._text.readline(LONGEST + 1):
                number += 1
                rest = text
                while not rest.endswith("\n") and (rest := self._text.readline(LONGEST)):
                    pass
                text = text.rstrip("\n")
                if number == 1:
                    text = text.removeprefix("\xef\xbb\xbf").removeprefix("\ufeff")
                yield number, text.encode().decode("latin-1") if self._wide and not text.isascii() else text
        except OSError as error:
            raise FileProblem(f"{self.name} cannot be read: {error.strerror}.", "Copy it again.") from error


def read_line(number: int, text: str, cut: bool = False) -> Line | None:
    """The content line of unfolded text; None where it is none."""
    found = _NAME.match(text)
    if found is None:
        return None
    name, at = found[1].upper(), found.end()
    parameters: dict[str, str] = {}
    while text[at : at + 1] == ";":
        parameter = _PARAMETER.match(text, at + 1)
        if parameter:
            parameters.setdefault(parameter[1].upper(), parameter[2].replace('"', "").strip())
        # Else a bare word, as vCalendar 1.0 has them, or nothing at all.
        at = (parameter or _BARE.match(text, at + 1) or found).end()
    value = text[at + 1 :] if text[at : at + 1] == ":" else None
    if name in _DATES and "TZID" in parameters:
        value = _after_zone(parameters, value)
    return None if value is None else Line(number, name, value, parameters, cut)


def _after_zone(parameters: dict[str, str], value: str | None) -> str | None:
    """The date behind a zone such as (GMT+01:00) without quotation marks, or in the same ones as its zone."""
    zone = parameters["TZID"] if value is None else f"{parameters['TZID']}:{value}"
    late = _LATE_COLON.fullmatch(zone)
    if late is None:
        return value
    parameters["TZID"] = late[1]
    return late[2]


def decoded(data: bytes) -> str:
    """Bytes as text: UTF-8, else Windows-1252, else Latin-1. Never fails."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _is_utf8(text: str) -> bool:
    try:
        text.encode("latin-1").decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_soft(first: str, piece: str) -> bool:
    """Whether a line goes on behind a soft line break of quoted-printable."""
    return piece.endswith("=") and "QUOTED-PRINTABLE" in first.partition(":")[0].upper()


def _encoding(head: bytes) -> str:
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return encoding
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 3 > len(head):
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8"
