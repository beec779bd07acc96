"""Sheets of paper: sizes, margins, text at positions, rules, page numbers.

Every document is laid out here and nowhere else touches the PDF library. Lengths are millimetres from
the top left corner, ``y`` of a text is its baseline, font sizes are points. Nothing is written before
:meth:`Paper.finish`, so the page count is known and only the characters in use are embedded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Final, Literal

from ..domain.text import visible
from ..errors import UsageError
from . import ink
from .fonts import Fonts, clusters, script_of
from .ink import MM_PER_POINT, Area, Page, Picture, Placed, Rule, Style, Words
from .watch import UNWATCHED, Watch

Align = Literal["L", "C", "R"]
_PUSHED: Final = {"L": 0.0, "C": 0.5, "R": 1.0}
"""How much of the free width stands before a text."""

SIZES: Final = {"A4": (210.0, 297.0), "A5": (148.0, 210.0), "LETTER": (215.9, 279.4)}
"""Width and height in millimetres, upright."""

ELLIPSIS: Final = "…"
_MOST_IN_A_LINE: Final = 1_000
"""Letters; the narrowest in the smallest print fill no wider line."""
_FOOT: Final = 15.0
"""Millimetres kept free at the foot of every page for its two lines and the note above them."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of paper, in millimetres: how far from its edges text begins, and how large it is set.

    ``foot`` is the height kept free for page number, foot lines and note; 0 is paper without them. With
    ``cut`` a page ends below what stands on it, as on a roll; ``black`` draws nothing grey, which a
    receipt printer would dot.
    """

    width: float
    height: float
    edge: float
    top: float
    foot: float = 0.0
    scale: float = 1.0
    cut: bool = False
    black: bool = False

    @property
    def bottom(self) -> float:
        """Below this nothing is set but the foot."""
        return self.height - (self.foot + 4.0 if self.foot else self.top)


ROLL: Final = Format(80.0, 3_000.0, edge=4.0, top=4.0, cut=True, black=True)
"""The roll of a receipt printer, which prints 72 of its 80 mm. PDF readers take no page above 5 m."""
ROLL_SIZE: Final = "roll"
"""How the settings call it."""


def sheet(size: str, landscape: bool = False) -> Format:
    """A sheet of one of the :data:`SIZES`; :class:`UsageError` for another."""
    try:
        width, height = SIZES[size.upper()]
    except KeyError:
        raise UsageError(f"There is no paper size {size!r}.", "Use A4, A5 or letter.") from None
    edge, top, scale = (9.0, 10.0, 0.86) if width < 180 else (14.0, 13.0, 1.0)
    if landscape:
        width, height = height, width
    return Format(width, height, edge, top, _FOOT, scale)


def printable(text: str, limit: int = 300) -> str:
    """One line of text that is safe and cheap to lay out, at most ``limit`` characters.

    Control characters become visible and white space of any kind one space. Cut before it is
    cleaned: a name of a hundred kilobytes costs no more than a long one.
    """
    return _one_line(text[: limit * 4], limit)


@lru_cache(maxsize=4_096)
def _one_line(text: str, limit: int) -> str:
    line = " ".join(visible(text).split())
    return line if len(line) <= limit else line[: limit - 1] + ELLIPSIS


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished document.

    ``missing`` are the distinct characters no font of this machine has, ``note`` the sentence about them that
    stands at the document's foot.
    """

    data: bytes
    pages: int
    missing: tuple[str, ...] = ()
    note: str = ""


class Paper:
    """A document being laid out, page by page; ``y`` is where the next block begins."""

    def __init__(
        self,
        size: str | Format = "A4",
        *,
        title: str,
        fonts: Fonts | None = None,
        landscape: bool = False,
        watch: Watch = UNWATCHED,
    ) -> None:
        self.format = sheet(size, landscape) if isinstance(size, str) else size
        self.width, self.height = self.format.width, self.format.height
        self.scale = self.format.scale
        self.left, self.top = self.format.edge, self.format.top
        self.right = self.width - self.left
        self.bottom = self.format.bottom
        self.title = printable(title)
        self.watch = watch
        self.y = self.top
        self._fonts = fonts or Fonts()
        self._pages: list[Page] = []
        self._missing: Counter[str] = Counter()

    @property
    def usable(self) -> float:
        """The width between the margins."""
        return self.right - self.left

    @property
    def room(self) -> float:
        """The height left on this page; nothing fits before the first page."""
        return self.bottom - self.y if self._pages else 0.0

    @property
    def page(self) -> int:
        """The number of the page being laid out."""
        return len(self._pages)

    def style(self, size: float, *, bold: bool = False, grey: int = 0, struck: bool = False) -> Style:
        """A style in the proportion of this paper: A5 is set a little smaller."""
        return Style(round(size * self.scale, 1), bold, self._ink(grey), struck)

    def _ink(self, grey: int) -> int:
        return 0 if self.format.black else grey

    def new_page(self) -> None:
        """Begin another page; what follows goes there."""
        self._end_page()
        self._pages.append(Page())
        self.y = self.top

    def _end_page(self) -> None:
        if self._pages and self.format.cut:
            self._pages[-1].tall = self.y + self.top

    def measure(self, text: str, style: Style) -> float:
        """The width of one line of already printable text."""
        return self._fonts.width(text, style.bold) * style.size * MM_PER_POINT / 1000

    def clip(self, text: str, width: float, style: Style) -> str:
        """The text, or as much of its beginning as fits with an ellipsis behind it."""
        text = printable(text)
        if self.measure(text, style) <= width:
            return text
        parts = list(clusters(text))

        def fits(count: int) -> bool:
            return self.measure(_cut(parts, count), style) <= width

        return _cut(parts, _furthest(fits, self._guess(parts, width, style), 0, len(parts)))

    def wrap(self, text: str, width: float, style: Style, lines: int) -> tuple[str, ...]:
        """The text on at most ``lines`` lines, broken between words; the last one is clipped."""
        words = printable(text, limit=400 * lines).split(" ")
        found = list(islice(self._broken(words, width, style), lines + 1))
        if len(found) > lines:
            rest = f"{found[lines - 1]} {found[lines]}"
            found[lines - 1 :] = [self.clip(rest + ELLIPSIS, width, style)]
        return tuple(line for line in found if line)

    def _broken(self, words: list[str], width: float, style: Style) -> Iterator[str]:
        while words:
            count = self._fitting(words, width, style, " ")
            line = " ".join(words[:count])
            *whole, line = self._pieces(line, width, style) if count == 1 else [line]
            yield from whole
            if whole:
                words[0] = line
            else:
                yield line
                del words[:count]

    def _pieces(self, word: str, width: float, style: Style) -> list[str]:
        """A word too long for a line, cut anywhere; usually the word itself."""
        if self.measure(word, style) <= width:
            return [word]
        parts, pieces, at = list(clusters(word)), [], 0
        while at < len(parts):
            end = at + self._fitting(parts[at : at + _MOST_IN_A_LINE], width, style)
            pieces.append("".join(parts[at:end]))
            at = end
        return pieces

    def _fitting(self, parts: Sequence[str], width: float, style: Style, between: str = "") -> int:
        """How many of the parts find room in a line; one at least."""

        def fits(count: int) -> bool:
            return self.measure(between.join(parts[:count]), style) <= width

        return _furthest(fits, self._guess(parts, width, style, between), 1, len(parts))

    def _guess(self, parts: Sequence[str], width: float, style: Style, between: str = "") -> int:
        """About how many of the parts find room: as many as would if each letter stood alone."""
        gap = self.measure(between, style)
        left = width + gap
        for at, part in enumerate(parts):
            left -= sum(self.measure(letter, style) for letter in clusters(part)) + gap
            if left < 0:
                return at
        return len(parts)

    def text(
        self, x: float, y: float, text: str, style: Style, *, width: float = 0, align: Align = "L"
    ) -> float:
        """Write one line with its baseline at ``y`` and return how wide it became.

        With a ``width`` it is clipped to it and set left, centred or right within it; without one,
        ``x`` is the point the line begins at, is centred on, or ends at.
        """
        line = self.clip(text, width, style) if width else printable(text)
        used = self.measure(line, style)
        if align != "L":
            x += _PUSHED[align] * (width - used if width else -used)
        self._write(self._pages[-1], x, y, line, style)
        return used

    def line(self, x: float, y: float, line: str, style: Style, width: float, align: Align = "L") -> None:
        """Write a line that is printable and known to fit into ``width``; of a long list most are."""
        if align != "L":
            x += _PUSHED[align] * (width - self.measure(line, style))
        self._write(self._pages[-1], x, y, line, style)

    def _write(self, page: Page, x: float, y: float, line: str, style: Style) -> None:
        if not line:
            return
        runs = self._fonts.runs(line, style.bold)
        if len(runs) > 1 or runs[0].face is None:
            self._missing.update(run.text for run in runs if run.face is None)
        page.words.append(Words(x, y, runs, style))
        if style.struck:
            height = y - style.size * MM_PER_POINT * 0.27
            page.rules.append(Rule(x, height, x + self.measure(line, style), height, 0.2, style.grey))

    def rule(self, x1: float, y1: float, x2: float, y2: float, *, weight: float = 0.2, grey: int = 0) -> None:
        """A straight line, ``weight`` millimetres thick."""
        self._pages[-1].rules.append(Rule(x1, y1, x2, y2, weight, self._ink(grey)))

    def across(self, y: float, *, weight: float = 0.2, grey: int = 0) -> None:
        """A line from margin to margin."""
        self.rule(self.left, y, self.right, y, weight=weight, grey=grey)

    def tick_box(self, x: float, y: float, side: float, *, ticked: bool = False) -> None:
        """A square to tick with a pen, its top left corner at ``x, y``; ``ticked`` does it in print."""
        self._pages[-1].areas.append(Area(x, y, side, side, 60, filled=False))
        if ticked:
            knee = (x + side * 0.42, y + side * 0.78)
            self.rule(x + side * 0.18, y + side * 0.5, *knee, weight=0.5)
            self.rule(*knee, x + side * 0.85, y + side * 0.18, weight=0.5)

    def area(self, x: float, y: float, width: float, height: float, grey: int) -> None:
        """A grey area behind the text."""
        self._pages[-1].areas.append(Area(x, y, width, height, grey))

    def frame(self, x: float, y: float, width: float, height: float, grey: int = 120) -> None:
        """The outline of a rectangle."""
        self._pages[-1].areas.append(Area(x, y, width, height, self._ink(grey), filled=False))

    def picture(self, x: float, y: float, picture: Picture, width: float, height: float) -> float:
        """A picture as large as the box allows, in its own proportion; how wide it became."""
        scale = min(width / picture.width, height / picture.height)
        wide, tall = picture.width * scale, picture.height * scale
        self._pages[-1].pictures.append(Placed(x, y, wide, tall, picture))
        return wide

    def finish(self, created: datetime, *, foot: Sequence[str] = ()) -> Printed:
        """Number the pages, write the foot lines (two at most) and return the PDF.

        ``created`` is stored in the file; the same paper and date give the same bytes.
        """
        if not self._pages:
            self.new_page()
        note = self._missing_note()
        missing = tuple(sorted(set("".join(self._missing))))
        if self.format.foot:
            if note:
                self._write_note(note)
            for number, page in enumerate(self._pages, 1):
                self._write_foot(page, number, foot)
        elif self.format.cut:
            self._write_end((*foot, note))
        self._end_page()
        size = (self.width, self.height)
        data = ink.pdf(self._pages, size, self.title, created, self._fonts, self.watch)
        return Printed(data, len(self._pages), missing, note)

    def _write_foot(self, page: Page, number: int, foot: Sequence[str]) -> None:
        style = self.style(7.5, grey=60)
        y = self.height - _FOOT + 5.5
        page.rules.append(Rule(self.left, y - 3.8, self.right, y - 3.8, 0.15, 120))
        numbering = f"page {number} of {len(self._pages)}"
        width = self.measure(numbering, style)
        self._write(page, self.right - width, y, numbering, style)
        for line, text in enumerate(foot[:2]):
            space = self.usable - width - 4 if line == 0 else self.usable
            self._write(page, self.left, y + line * style.line_height, self.clip(text, space, style), style)

    def _write_note(self, note: str) -> None:
        style = self.style(7.5, bold=True)
        lines = self.wrap(note, self.usable, style, 2)
        y = self.height - _FOOT + 0.2 - style.line_height * (len(lines) - 1)
        for line in lines:
            self._write(self._pages[-1], self.left, y, line, style)
            y += style.line_height

    def _write_end(self, told: Sequence[str]) -> None:
        """What a sheet says at its foot, below the rest of a roll."""
        style = self.style(7)
        for one in told:
            for line in self.wrap(one, self.usable, style, 3):
                self.y += style.line_height
                self._write(self._pages[-1], self.left, self.y, line, style)

    def _missing_note(self) -> str:
        if not self._missing:
            return ""
        count = self._missing.total()
        scripts = sorted({script_of(cluster[0]) for cluster in self._missing})
        named = ", ".join(scripts[:4]) + (" and others" if len(scripts) > 4 else "")
        what = "1 character" if count == 1 else f"{count} characters"
        return f"{what} could not be printed on this machine (shown as ?); install a font for {named}."


def _furthest(fits: Callable[[int], bool], guess: int, low: int, high: int) -> int:
    """The highest number up to ``high`` that fits, as all below it do; ``low`` does without asking.

    Asked first are those about the guess: to measure a text takes longer than all else here.
    """
    lowest, highest, step = low, high, 1
    while low < high:
        at = min(max(guess, low + 1), high)
        if fits(at):
            low = at
        else:
            high = at - 1
        if low > lowest and high < highest:
            guess = (low + high + 1) // 2
        else:
            guess = at + step if low > lowest else at - step
        step *= 2
    return low


def _cut(parts: Sequence[str], count: int) -> str:
    return "".join(parts[:count]).rstrip(f" {ELLIPSIS}") + ELLIPSIS
