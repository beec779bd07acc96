"""Laid-out pages become a PDF; the only code that knows the library's calls.

The page's own instructions are written here: what stands where is known exactly, so the library only
embeds fonts and pictures and puts the file together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from .fonts import MARK_UNITS, Face, Fonts, Run
from .watch import UNWATCHED, Watch

if TYPE_CHECKING:
    from fpdf import FPDF

MM_PER_POINT: Final = 25.4 / 72
_PER_MM: Final = 72 / 25.4
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks. ``grey`` is 0 (black) to 255 (white); ``struck`` draws a line through it."""

    size: float
    bold: bool = False
    grey: int = 0
    struck: bool = False

    @property
    def line_height(self) -> float:
        """Millimetres from one baseline to the next."""
        return self.size * MM_PER_POINT * 1.28


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to print: three bytes (red, green, blue) for each pixel, row by row from the top."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text with its baseline at ``y``."""

    x: float
    y: float
    runs: tuple[Run, ...]
    style: Style


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, ``weight`` thick."""

    x1: float
    y1: float
    x2: float
    y2: float
    weight: float
    grey: int


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle, filled or only its outline."""

    x: float
    y: float
    width: float
    height: float
    grey: int
    filled: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture with its top left corner at ``x, y``."""

    x: float
    y: float
    width: float
    height: float
    picture: Picture


@dataclass(slots=True)
class Page:
    """Everything on one page, in millimetres from its top left corner.

    ``tall`` is its height where it has one of its own.
    """

    words: list[Words] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    pictures: list[Placed] = field(default_factory=list)
    tall: float = 0.0


def pdf(
    pages: Sequence[Page],
    size: tuple[float, float],
    title: str,
    created: datetime,
    fonts: Fonts,
    watch: Watch = UNWATCHED,
) -> bytes:
    """The file. The same pages and date give the same bytes.

    ``watch`` hears of each page, and may stop it.
    """
    from fpdf import FPDF

    _hush()
    made = FPDF(unit="mm", format=size)
    made.alias_nb_pages(None)  # or "{nb}" in a name becomes the page count
    made.set_auto_page_break(False)
    made.set_title(title)
    made.set_creation_date(created)
    ink = _Ink(made, fonts, size)
    with TemporaryDirectory(prefix="pim-tui-fonts-") as folder:
        ink.load((run for page in pages for words in page.words for run in words.runs), Path(folder))
        for number, page in enumerate(pages, 1):
            ink.draw(page)
            watch.drawn(number, len(pages))
        data = bytes(made.output())
        ink.close()
    return data


def _hush() -> None:
    """Keep the PDF library's log off the terminal: its warnings quote the text, escapes and all."""
    import logging

    for name in ("fpdf", "fontTools", "PIL"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


class _Codes(dict[str, str]):
    """Character -> how one embedded font is told to draw it; each is looked up once."""

    def __init__(self, font: Any) -> None:
        super().__init__()
        self._pick = font.subset.pick

    def __missing__(self, char: str) -> str:
        code = self[char] = _code(self._pick(ord(char)) or 0)
        return code


def _code(number: int) -> str:
    """Two bytes, as they stand between the brackets of a PDF's text."""
    return (chr(number >> 8) + chr(number & 255)).translate(_ESCAPED)


class _Ink:
    """Writes pages into a PDF, keeping track of pen, colour and font so that no change is said twice."""

    def __init__(self, made: FPDF, fonts: Fonts, size: tuple[float, float]) -> None:
        self._pdf: Any = made
        self._size = size
        self._height = size[1]
        self._mark = fonts.main(bold=True)
        self._fonts: dict[Face, Any] = {}
        self._codes: dict[Face, _Codes] = {}
        self._out: list[str] = []
        self._forget()

    def _forget(self) -> None:
        """A new page knows nothing of the one before."""
        self._font: tuple[Face, float] | None = None
        self._pen = (-1.0, -1)
        self._colour = -1

    def load(self, runs: Iterable[Run], folder: Path) -> None:
        """Add each font in use, limited to the characters in use: a CJK font has 44 000.

        The library takes fonts as files only: those that were cut down lie in ``folder`` meanwhile.
        """
        used: dict[Face, set[str]] = {}
        for run in runs:
            used.setdefault(run.face or self._mark, set(" ?")).update(run.text if run.face else "?")
        for number, (face, chars) in enumerate(used.items()):
            family, path = f"face{number}", face.path
            if (small := face.only(chars)) is not None:
                path = folder / f"{family}.ttf"
                path.write_bytes(small)
            self._pdf.add_font(family, fname=path, unicode_range=sorted(map(ord, chars)))
            font = self._pdf.fonts[family]
            self._fonts[face], self._codes[face] = font, _Codes(font)

    def draw(self, page: Page) -> None:
        """One page: pictures below areas below rules below words."""
        self._height = page.tall or self._size[1]
        self._pdf.add_page(format=(self._size[0], self._height))
        self._forget()
        for placed in page.pictures:
            self._picture(placed)
        for area in page.areas:
            self._area(area)
        for rule in page.rules:
            self._take_pen(rule.weight, rule.grey)
            self._out.append(f"{self._at(rule.x1, rule.y1)} m {self._at(rule.x2, rule.y2)} l S")
        for words in page.words:
            self._words(words)
        self._pdf._out("\n".join(self._out))
        self._out.clear()

    def _picture(self, placed: Placed) -> None:
        from PIL import Image

        one = placed.picture
        image = Image.frombytes("RGB", (one.width, one.height), one.data)
        self._pdf.image(image, placed.x, placed.y, placed.width, placed.height)

    def _at(self, x: float, y: float) -> str:
        """A point in the PDF's own measure, which counts upwards."""
        return f"{x * _PER_MM:.2f} {(self._height - y) * _PER_MM:.2f}"

    def _area(self, area: Area) -> None:
        corner = self._at(area.x, area.y + area.height)
        shape = f"{corner} {area.width * _PER_MM:.2f} {area.height * _PER_MM:.2f} re"
        if area.filled:
            self._take_colour(area.grey)
        else:
            self._take_pen(0.25, area.grey)
        self._out.append(f"{shape} {'f' if area.filled else 'S'}")

    def _take_pen(self, weight: float, grey: int) -> None:
        if self._pen != (weight, grey):
            self._pen = (weight, grey)
            self._out.append(f"{weight * _PER_MM:.2f} w {grey / 255:.3g} G")

    def _take_colour(self, grey: int) -> None:
        if self._colour != grey:
            self._colour = grey
            self._out.append(f"{grey / 255:.3g} g")

    def _take_font(self, face: Face, size: float) -> None:
        if self._font != (face, size):
            self._font = (face, size)
            said = self._pdf._set_font_for_page(self._fonts[face], size, wrap_in_text_object=False)
            self._out.append(said)

    def _words(self, words: Words) -> None:
        x, y, size = words.x, words.y, words.style.size
        for run in words.runs:
            face = run.face
            if face is None:
                self._missing(x, y, size)
            else:
                self._take_colour(words.style.grey)
                self._take_font(face, size)
                if run.shaped:
                    self._shaped(run, x, y, size)
                else:
                    self._line(face, x, y, run.text)
            x += run.units * size * MM_PER_POINT / 1000

    def _line(self, face: Face, x: float, y: float, text: str) -> None:
        coded = "".join(map(self._codes[face].__getitem__, text))
        self._out.append(f"BT {x * _PER_MM:.2f} {(self._height - y) * _PER_MM:.2f} Td ({coded}) Tj ET")

    def _missing(self, x: float, y: float, size: float) -> None:
        """A white question mark on black: nobody takes it for a typed one, nor for an empty box."""
        em = size * MM_PER_POINT
        self._area(Area(x + em * 0.03, y - em * 0.74, em * (MARK_UNITS / 1000 - 0.06), em * 0.86, 40))
        self._take_colour(255)
        self._take_font(self._mark, round(size * 0.85, 1))
        width = (self._mark.advance("?") or 0) / 1000 * em * 0.85
        self._line(self._mark, x + (em * MARK_UNITS / 1000 - width) / 2, y - em * 0.02, "?")

    def _shaped(self, run: Run, x: float, y: float, size: float) -> None:
        """Joined letters and placed marks, glyph by glyph; ``text()`` knows no shaping."""
        from fpdf.enums import TextDirection

        assert run.face is not None
        font = self._fonts[run.face]
        unit = font.scale * size / 1000
        left, base = x * _PER_MM, (self._height - y) * _PER_MM
        direction = TextDirection.RTL if run.right_to_left else TextDirection.LTR
        parts = []
        for glyph in font.shape_text(run.text, size, {"features": {}, "fragment_direction": direction}):
            at, height = left + glyph["x_offset"] * unit, base + glyph["y_offset"] * unit
            parts.append(f"1 0 0 1 {at:.2f} {height:.2f} Tm ({_code(glyph['mapped_char'])}) Tj")
            left += glyph["x_advance"] * unit
        self._out.append(f"BT {' '.join(parts)} ET")

    def close(self) -> None:
        """Let go of the font files."""
        for font in self._pdf.fonts.values():
            font.close()
