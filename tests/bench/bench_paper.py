"""A list of a thousand lines, a ledger of five thousand and a receipt as PDF.

List and ledger stand beside the same texts at the same places drawn with reportlab's canvas. Both embed
the same two TrueType files, read anew for every paper, make the whole file in memory and compress it.
Importing is left out on both sides. The baseline is given every text, its place and its width already
worked out; ours also lays the paper out, measures its columns and breaks its pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any

from pim_tui.documents import ink
from pim_tui.documents.billpaper import BillPaper
from pim_tui.documents.blocks import Letterhead
from pim_tui.documents.document import Document
from pim_tui.documents.fonts import Fonts, SystemFonts
from pim_tui.documents.ink import Page
from pim_tui.documents.listreport import ListReport
from pim_tui.lists.spec import Table
from tests.bench.figures import Figure, cpu_ms
from tests.documents.daysheet_samples import NAMES
from tests.documents.till_samples import bill, ledger

LINES = 1_000
LEDGER_LINES = 5_000
RECEIPT_LINES = 20
CREATED = datetime(2026, 11, 23, 16, 2, tzinfo=UTC)
FACES = {False: "Regular", True: "Bold"}


def report() -> ListReport:
    """A thousand appointments with nine columns; times and names differ from line to line."""
    names = (
        "Doe, Jane",
        "Müller-Lüdenscheidt, Zoë",
        "Smith, Aaron",
        "Nguyễn, Phương Thảo",
        "Достоевский, Фёдор",
    )
    rows = tuple(
        (
            f"Tue {at % 28 + 1} Nov 2026", f"{at % 10 + 8:02}:{at % 4 * 15:02}", f"{at % 6 * 10 + 10} min",
            "Follow-up", f"{names[at % 5]} {at}", f"Room {at % 9}", "in person", "S Scheduled",
            f"Blood pressure review {at}",
        )
        for at in range(LINES)
    )  # fmt: skip
    titles = ("Date", "Time", "Length", "Type", "Customer", "Room", "Mode", "Status", "Reason")
    right = tuple(title == "Length" for title in titles)
    kinds = ("day", "time", "minutes", "text", "text", "text", "mode", "status", "text")
    table = Table("Appointments", titles, titles, right, (10,) * 9, rows, (), kinds)  # type: ignore[arg-type]
    return ListReport(Letterhead("Harbour Clinic"), table, "Mon 23 Nov 2026 16:02", "Europe/Berlin")


def drawn(document: Document, size: str = "A4") -> bytes:
    """The paper as the program makes it; fonts are made anew, as for every document."""
    return document.pdf(CREATED, size=size, fonts=Fonts(SystemFonts(()))).data


def laid_out(document: Document) -> tuple[list[Page], tuple[float, float]]:
    """Where everything stands on the pages of that paper."""
    kept: list[Any] = []
    usual = ink.pdf

    def keep(pages: Any, size: Any, *rest: Any) -> bytes:
        kept.append((list(pages), size))
        return usual(pages, size, *rest)

    ink.pdf = keep
    try:
        drawn(document)
    finally:
        ink.pdf = usual
    found: tuple[list[Page], tuple[float, float]] = kept[0]
    return found


class Canvas:
    """The same pages with reportlab."""

    def __init__(self, document: Document) -> None:
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen import canvas

        self._canvas, self._font = canvas.Canvas, TTFont
        self._pages, self._size = laid_out(document)
        fonts = Fonts(SystemFonts(()))
        self._files = {bold: str(fonts.main(bold).path) for bold in FACES}

    def draw(self) -> bytes:
        """One file; its fonts are read anew, as ours are."""
        from reportlab.pdfbase import pdfmetrics

        for bold, face in FACES.items():
            pdfmetrics._fonts.pop(face, None)
            pdfmetrics.registerFont(self._font(face, self._files[bold]))
        out, point = BytesIO(), 72 / 25.4
        width, height = self._size
        made = self._canvas(out, pagesize=(width * point, height * point), pageCompression=1)
        for page in self._pages:
            for rule in page.rules:
                made.setLineWidth(rule.weight * point)
                made.setStrokeGray(rule.grey / 255)
                made.line(
                    rule.x1 * point, (height - rule.y1) * point, rule.x2 * point, (height - rule.y2) * point
                )
            for words in page.words:
                made.setFont(FACES[words.style.bold], words.style.size)
                made.setFillGray(words.style.grey / 255)
                made.drawString(words.x * point, (height - words.y) * point, words.runs[0].text)
            made.showPage()
        made.save()
        return out.getvalue()


def figures() -> Iterator[Figure]:
    """List and ledger against the canvas, and the receipt."""
    for name, document, rounds in (
        (f"list of {LINES:,} lines as PDF", report(), 15),
        (f"ledger of {LEDGER_LINES:,} lines as PDF", ledger(NAMES, LEDGER_LINES), 5),
    ):
        baseline = Canvas(document)
        value, theirs = cpu_ms(partial(drawn, document), baseline.draw, rounds=rounds)
        yield Figure(name, value, "ms", theirs, 1.0)
    receipt = BillPaper(bill(NAMES, RECEIPT_LINES))
    for size in ("roll", "A5"):
        (value,) = cpu_ms(partial(drawn, receipt, size))
        yield Figure(f"receipt of {RECEIPT_LINES} lines, {size}", value, "ms", goal=150)
