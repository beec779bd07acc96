"""What of a bill no credit note has taken off yet, so that all of them together never exceed it (M3, M6)."""

from __future__ import annotations

from dataclasses import dataclass

from ..db.connection import select
from ..domain.pricing import PricedTax
from ..domain.rights import Right
from .bill_rows import BillPage
from .gate import guarded
from .returns import charged


@dataclass(frozen=True, slots=True)
class Uncredited:
    """Minor units. ``total`` with its ``taxes`` is what credit notes have left of the bill; ``customer`` and
    ``payer`` are the most that can still be credited to either: nothing that was written off or that
    somebody asks back already.
    """

    total: int
    taxes: tuple[PricedTax, ...]
    customer: int
    payer: int

    @property
    def tax(self) -> int:
        """The tax in the total."""
        return sum(tax.amount for tax in self.taxes)


@guarded(Right.SEE_BILL)
def uncredited(page: BillPage) -> Uncredited:
    """What is left of the bill to credit. Indexes: those of :func:`~.returns.charged` and of the taxes."""
    still = charged(page.header.id)
    coming = [row for row in page.returns if row.state == "requested"]
    return Uncredited(
        page.header.amount - page.credited,
        _taxes(page, still.get("tax", 0)),
        max(0, still.get("receivable", 0) - sum(row.value for row in coming)),
        max(0, still.get("payer", 0) - sum(row.payer_value for row in coming)),
    )


def _taxes(page: BillPage, left: int) -> tuple[PricedTax, ...]:
    """The bill's taxes less what was credited of each; together they come to ``left``.

    A note takes off all taxes alike and a return those of its lines, so that more of one tax may be gone
    than was charged: the others make up for it. Indexes: ``posting (corrects)``, ``bill_line (bill, ...)``.
    """
    rows = select(
        "select t.name, t.rate, sum(t.base), sum(t.amount) from posting c join bill_line l"
        " on l.bill_id = c.id join line_tax t on t.line_id = l.id where c.corrects_id = ?"
        " and c.kind = 'credit_note' and not exists (select 1 from posting v"
        " where v.corrects_id = c.id and v.kind = 'void') group by t.name, t.rate",
        [page.header.id],
    )
    gone = {(name, rate): (int(base), int(amount)) for name, rate, base, amount in rows}
    found = []
    for tax in page.taxes:
        base, amount = gone.get((tax.name, tax.rate), (0, 0))
        part = min(max(0, tax.amount - amount), left)
        left -= part
        found.append(PricedTax(tax.name, tax.rate, max(0, tax.base - base), part))
    return tuple(found)
