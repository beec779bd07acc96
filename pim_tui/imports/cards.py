"""vCard files as text: one card at a time, and each card as its properties. What they mean is told elsewhere.

A file is parted at ``BEGIN:VCARD`` and ``END:VCARD`` before anything is understood, so one bad card costs one
card. The reading is tolerant, as cards come out of telephones of twenty years: folded lines, soft line
breaks of quoted-printable, lines that were broken and not folded, bare 2.1 parameters, groups, and text
in the encoding its property names, else UTF-8, else Windows-1252.

It is our own reader because the library for it refuses a card for one odd line (a quarter of those it
was tried on) and takes as long for a card as an import has for the whole row.
"""

from __future__ import annotations

import binascii
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from ..domain.text import visible
from ..errors import FileProblem
from .plainfile import BOMS, opened_file

LONGEST_PROPERTY = 3 << 20
"""Characters of one property, room for a photo of 2 MB; what is longer is cut and told so."""
LARGEST_CARD = 8 << 20
"""Characters of one card; the rest of a larger one is passed over, and the card is refused."""
MOST_PROPERTIES = 2_000
_HEAD = 1 << 16
_LONGEST_HEAD = 1 << 13
_LONGEST_LIST = 1 << 16
DEEPEST = 8
"""Cards within cards (AGENT) that are followed; deeper ones are not told apart."""

_BEGIN, _END, _CALENDAR = "BEGIN:VCARD", "END:VCARD", "BEGIN:VCALENDAR"
_NAME = r"\s*(?:([\w-]{1,60})\.)?([A-Za-z][A-Za-z0-9-]{0,99})"
_BEGINS = re.compile(rf"{_NAME}(?::(?!//)|;[A-Za-z0-9-]+[=;:])")
_PROPERTY = re.compile(rf"{_NAME}((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):")
_UNEVEN = re.compile(rf"{_NAME}(;[^:]*):")
_PARAMETER = re.compile(r';((?:[^;"]|"[^"]*")*)')
_ESCAPE = re.compile(r"\\([\\,;:nN])")
_ENCODINGS = {"quoted-printable": "qp", "q": "qp", "base64": "b64", "b": "b64", "8bit": "", "7bit": ""}
# A charset is looked up among these only: the library's registry also holds compressors.
_CHARSETS = re.compile(
    r"utf-?8|us-?ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|windows-?125\d|cp125\d|gb2312|gbk|gb18030|big5"
    r"|shift[-_]?jis|euc-?jp|iso-2022-jp|euc-?kr|ks_c_5601-1987|koi8-?[ru]|macintosh|tis-620"
)


@dataclass(frozen=True, slots=True)
class Property:
    """One property. ``name`` in upper case, ``group`` in lower case; ``types`` and parameter names too.

    ``raw`` is the value as it stands in the file, decoded but not unescaped; ``cut``: it was too long.
    """

    name: str
    raw: str
    group: str = ""
    types: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    encoding: str = ""
    cut: bool = False

    def parameter(self, name: str) -> str:
        """The value of a parameter, by its name in lower case; empty when it is not there."""
        return next((value for key, value in self.parameters if key == name), "")

    @property
    def text(self) -> str:
        """The value as one text."""
        return unescaped(self.raw)

    def parts(self) -> list[str]:
        """The value parted at its semicolons; each part is unescaped."""
        return [unescaped(part) for part in parted(self.raw[:_LONGEST_LIST], ";")]

    def lists(self) -> list[list[str]]:
        """The value parted at its semicolons, and each part at its commas; empty pieces left out."""
        return [
            [text for piece in parted(part, ",") if (text := unescaped(piece).strip())]
            for part in parted(self.raw[:_LONGEST_LIST], ";")
        ]


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


class CardFile:
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

    def __enter__(self) -> CardFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
        elif _BEGINS.match(text):
            self._finish()
            self._begin(text)
        elif self._pieces:
            # A line that was broken without being folded.
            self._append(text if self._base64 else f"\\n{text}")

    def _begin(self, text: str) -> None:
        head = text[:_LONGEST_HEAD].partition(":")[0].upper()
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
        if self._pieces and (made := _property("".join(self._pieces), self._cut)):
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


# --- one property --------------------------------------------------------------------------------


def _property(line: str, cut: bool) -> Property | None:
    """The property a whole line holds; None when it is no property after all."""
    found = _PROPERTY.match(line, 0, _LONGEST_HEAD) or _UNEVEN.match(line, 0, _LONGEST_HEAD)
    if found is None:
        return None
    group, name, head = found.groups()
    value = line[found.end() :]
    parameters, types, encoding = _parameters(head) if head else ((), (), "")
    if encoding == "qp":
        value = _decoded(binascii.a2b_qp(value.encode("latin-1")), _charset(parameters))
    elif not encoding and not value.isascii():
        value = _decoded(value.encode("latin-1"), _charset(parameters))
    return Property(name.upper(), value, (group or "").lower(), types, parameters, encoding, cut)


def _parameters(head: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], str]:
    """Parameters, types and encoding; a parameter without a name is a type or an encoding (vCard 2.1)."""
    if not head.isascii():
        head = _decoded(head.encode("latin-1"), "")
    parameters: list[tuple[str, str]] = []
    types: list[str] = []
    encoding = ""
    for one in _PARAMETER.findall(head):
        key, equals, value = one.partition("=")
        key, value = (key.strip().lower(), value.replace('"', "").strip()) if equals else ("", one.strip())
        known = _ENCODINGS.get(value.lower())
        if key == "encoding" or (not key and known is not None):
            encoding = known or ""
        elif key in ("", "type"):
            types += [word.strip() for word in value.lower().split(",") if word.strip()]
        else:
            parameters.append((key, value))
    return tuple(parameters), tuple(dict.fromkeys(types)), encoding


def _charset(parameters: tuple[tuple[str, str], ...]) -> str:
    named = next((value.lower() for key, value in parameters if key == "charset"), "")
    return named if _CHARSETS.fullmatch(named) else ""


def _decoded(data: bytes, charset: str) -> str:
    """Bytes as text: as they say they are, else UTF-8, else Windows-1252. Never fails."""
    for encoding in (charset, "utf-8", "cp1252"):
        try:
            if encoding:
                return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


def unpacked(text: str) -> bytes:
    """What base64 text holds; nothing when it is none. Never fails."""
    try:
        return binascii.a2b_base64(text.encode("ascii", "ignore"))
    except binascii.Error:
        return b""


def unescaped(text: str) -> str:
    """A value without its escapes; line ends as ``\\n``."""
    if "\\" in text:
        text = _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def parted(text: str, separator: str) -> list[str]:
    """*text* parted at every separator that no backslash stands before."""
    if "\\" not in text:
        return text.split(separator)
    parts, start = [], 0
    for found in re.finditer(rf"\\.|{re.escape(separator)}", text, re.DOTALL):
        if found[0] == separator:
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]
