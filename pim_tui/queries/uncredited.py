"""What of a bill no credit note has taken off yet, so that all of them together never exceed it (M3, M6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from ..db.connection import select
from ..domain.pricing import PricedTax, tax_totals
from ..domain.rights import Right
from ..domain.uncredited import Left
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
    """What is left of the bill to credit. Indexes: those of :func:`~.returns.charged` and :func:`left_of`."""
    still = charged(page.header.id)
    coming = [row for row in page.returns if row.state == "requested"]
    total = page.header.amount - page.credited
    return Uncredited(
        total,
        _within(left_of(page.header.id).taxes, min(total, still.get("tax", 0))),
        max(0, still.get("receivable", 0) - sum(row.value for row in coming)),
        max(0, still.get("payer", 0) - sum(row.payer_value for row in coming)),
    )


@guarded(Right.SEE_BILL)
def left_of(bill_id: int) -> Left:
    """The net amount of a bill and each of its taxes, less what standing credit notes took off.

    Indexes: ``posting (corrects)``, ``bill_line (bill, ...)``, ``line_tax`` primary key.
    """
    rows = select(
        "select l.id, case when p.id = ? then 1 else -1 end, l.net, t.name, t.rate, t.base, t.amount"
        " from posting p join bill_line l on l.bill_id = p.id left join line_tax t on t.line_id = l.id"
        " where p.id = ? or (p.corrects_id = ? and p.kind = 'credit_note' and not exists (select 1"
        " from posting v where v.corrects_id = p.id and v.kind = 'void')) order by l.id, t.position",
        [bill_id] * 3,
    )
    nets = {id_: sign * net for id_, sign, net, *_ in rows}
    taxes = tax_totals(
        PricedTax(name, rate, sign * base, sign * amount)
        for _, sign, _, name, rate, base, amount in rows
        if name is not None
    )
    return Left(sum(nets.values()), _untaxed(rows), taxes)


def _untaxed(rows: Sequence[tuple[Any, ...]]) -> int | None:
    """What of the lines is in the base of no tax, None where one is in the bases of two; a cent a tax is the
    rounding of a charge in the proportion of a bill.
    """
    found = 0
    for _, line in groupby(rows, key=itemgetter(0)):
        (_, sign, net, *_), *_ = taxed = list(line)
        bases = [base for *_, base, _ in taxed if base is not None]
        rest = net - sum(bases)
        if bases and rest <= -len(bases):
            return None
        found += sign * rest
    return found


def _within(taxes: Sequence[PricedTax], left: int) -> tuple[PricedTax, ...]:
    """What is left of each tax, which together come to ``left``.

    More of one may be gone than was charged where a return came after a note before such a return took no
    more than was left: the others make up for it.
    """
    found = []
    for tax in taxes:
        part = min(max(0, tax.amount), left)
        left -= part
        found.append(PricedTax(tax.name, tax.rate, max(0, tax.base), part))
    return tuple(found)
