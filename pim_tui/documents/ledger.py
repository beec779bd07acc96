"""The running ledger of a customer or of the whole clinic: thousands of lines, watched while they are set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .account import Account
from .blocks import Letterhead, letterhead, printed_foot, running_head
from .fonts import Fonts
from .grid import Grid, text_columns
from .paper import Paper, Printed
from .textpage import TextPage, as_text
from .watch import UNWATCHED, Watch

_OPENING, _CLOSING = "Opening", "Closing"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every line of an account. ``whose`` is a customer or "The whole clinic", ``span`` the days it has."""

    clinic: Letterhead
    whose: str
    span: str
    printed_at: str
    zone: str
    account: Account
    narrowed: str = ""

    @property
    def title(self) -> str:
        """What it is; names nobody."""
        return "Ledger"

    @property
    def counted(self) -> str:
        """How many lines there are."""
        count = len(self.account.rows)
        return "1 line" if count == 1 else f"{count:,} lines"

    def pdf(
        self,
        created: datetime,
        *,
        size: str = "A4",
        fonts: Fonts | None = None,
        watch: Watch = UNWATCHED,
    ) -> Printed:
        """The ledger as PDF. ``watch`` hears how far it is; :class:`Refused` when it is stopped."""
        paper = Paper(size, title=self.title, fonts=fonts, watch=watch)

        def next_page() -> None:
            paper.new_page()
            running_head(paper, f"{self.clinic.name} · Ledger", f"{self.whose} · {self.span}")

        paper.new_page()
        letterhead(paper, self.clinic, ("Ledger", self.whose, self.span, self.counted))
        rows = self.account.texts(_OPENING, _CLOSING)
        columns = self.account.columns("Debit", "Credit")
        Grid(paper, columns, rows, next_page, strong=(0, len(rows) - 1)).draw()
        return paper.finish(created, foot=(self._foot, self.narrowed))

    @property
    def _foot(self) -> str:
        return printed_foot(self.printed_at, self.zone, f"amounts in {self.account.currency}")

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The ledger as text."""
        return as_text(self._lines(TextPage(width, ascii_only)))

    def _lines(self, page: TextPage) -> Iterator[str]:
        yield from page.head(self.clinic, ("Ledger", self.whose, self.span, self.counted))
        yield ""
        columns = text_columns(self.account.columns("Debit", "Credit"))
        yield from page.table(columns, self.account.texts(_OPENING, _CLOSING))
        yield ""
        yield from page.foot(*filter(None, (self._foot, self.narrowed)))
