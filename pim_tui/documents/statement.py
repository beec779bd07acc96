"""A customer's statement: what was owed, what came to it, what was paid, what is owed, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .account import Account
from .bill import Party, Step, Sum
from .billtext import party as party_text
from .billtext import steps as steps_text
from .blocks import Letterhead, letterhead, printed_foot, running_head
from .fonts import Fonts
from .grid import Grid, text_columns
from .paper import Paper, Printed
from .textpage import TextPage, as_text
from .tillblocks import Break, heading, paragraph, party, steps
from .watch import UNWATCHED, Watch

_OPENING, _CLOSING = "Balance before", "Balance now"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement between two days (M11); ``span`` is "1 Nov 2026 to 24 Nov 2026".

    ``ageing`` are the parts of the closing balance by how long they are due, and add up to it."""

    clinic: Letterhead
    customer: Party
    span: str
    printed_at: str
    zone: str
    account: Account
    ageing: tuple[Sum, ...] = ()

    @property
    def title(self) -> str:
        """What it is; names nobody."""
        return "Statement"

    @property
    def due(self) -> Step:
        """The closing balance, as it concerns the customer."""
        closing = self.account.closing
        if closing < 0:
            return Step("Your credit", -closing, strong=True)
        return Step("You owe", closing, strong=True)

    @property
    def ages(self) -> tuple[Step, ...]:
        """How long it is due, and the sum of it."""
        if not self.ageing:
            return ()
        total = sum(one.amount for one in self.ageing)
        return *(Step(one.label, one.amount) for one in self.ageing), Step("Balance", total, strong=True)

    def pdf(
        self,
        created: datetime,
        *,
        size: str = "A4",
        fonts: Fonts | None = None,
        watch: Watch = UNWATCHED,
    ) -> Printed:
        """The statement as PDF."""
        paper = Paper(size, title=self.title, fonts=fonts, watch=watch)

        def next_page() -> None:
            paper.new_page()
            running_head(paper, f"{self.clinic.name} · Statement", f"{self.customer.name} · {self.span}")

        paper.new_page()
        letterhead(paper, self.clinic, ("Statement", self.span))
        paper.y = party(paper, self.customer, paper.left, paper.y, paper.usable * 0.6) + 4
        rows = self.account.texts(_OPENING, _CLOSING)
        columns = self.account.columns("Billed", "Paid")
        Grid(paper, columns, rows, next_page, strong=(0, len(rows) - 1)).draw()
        self._ends(paper, next_page)
        return paper.finish(created, foot=(self._foot,))

    def _ends(self, paper: Paper, next_page: Break) -> None:
        wide, code = paper.usable * 0.46, self.account.currency
        paper.y += 2
        steps(paper, (self.due,), code, paper.right - wide, wide, next_page)
        if self.ages:
            heading(paper, "How long it is due", next_page, below=len(self.ages) * 6)
            steps(paper, self.ages, code, paper.left, wide, next_page)
        if self.account.closing > 0:
            paper.y += 3
            paragraph(paper, self.clinic.pay_by, paper.style(9.5), next_page)

    @property
    def _foot(self) -> str:
        return printed_foot(self.printed_at, self.zone, f"amounts in {self.account.currency}")

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The statement as text."""
        return as_text(self._lines(TextPage(width, ascii_only)))

    def _lines(self, page: TextPage) -> Iterator[str]:
        code = self.account.currency
        yield from page.head(self.clinic, ("Statement", self.span))
        yield from party_text(page, self.customer)
        yield ""
        columns = text_columns(self.account.columns("Billed", "Paid"))
        yield from page.table(columns, self.account.texts(_OPENING, _CLOSING))
        yield "-" * page.width
        yield from steps_text(page, (self.due,), code)
        if self.ages:
            yield from ("", "How long it is due")
            yield from steps_text(page, self.ages, code)
        if self.account.closing > 0 and self.clinic.pay_by:
            yield ""
            yield from page.wrapped(self.clinic.pay_by, page.width)
        yield ""
        yield from page.foot(self._foot)
