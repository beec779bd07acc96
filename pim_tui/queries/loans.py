"""One loan as it stands, and the loans of a borrow bill; whether they are back follows from the events (K3).

The lists of loans, of a customer and clinic-wide, are in :mod:`~pim_tui.queries.loanlists`.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.bills import code
from ..domain.rights import Right
from ..errors import NotFound
from .billitems import lots_of
from .gate import guarded


class LoanRecord(NamedTuple):
    """A loan: ``out`` of ``quantity`` items are still with the customer, due on ``due_on``.

    ``due_on`` counts the time that was given later. ``price`` is the catalogue's of one item, minor units,
    None when it is not known; ``condition`` how it was handed out. What is yes or no is 1 or 0.
    """

    id: int
    line_id: int
    bill_id: int
    bill: str
    customer_id: int
    customer: str
    product_id: int | None
    item: str
    price: int | None
    tracked: int
    medicine: int
    controlled: int
    quantity: int
    out: int
    due_on: date
    condition: str
    voided: int
    lots: str

    @property
    def called(self) -> str:
        """The item and, where it has one, its serial number or lot."""
        return f"{self.item} ({self.lots})" if self.lots else self.item

    def overdue(self, today: date) -> bool:
        """Whether something is out that should be back by ``today``."""
        return self.out > 0 and self.due_on < today


_SELECT = (
    "select n.id, n.line_id, p.id, p.kind, p.year, p.number, n.customer_id,"
    " coalesce(trim(c.first_name || ' ' || c.last_name), ''), l.product_id, l.description,"
    " case when d.currency = p.currency then d.price end, coalesce(d.tracked, 0), coalesce(d.medicine, 0),"
    " coalesce(d.controlled, 0), n.quantity,"
    " n.quantity - (select coalesce(sum(v.quantity), 0) from loan_event v where v.loan_id = n.id),"
    " coalesce((select v.due_on from loan_event v where v.loan_id = n.id and v.kind = 'extended'"
    " order by v.id desc limit 1), n.due_on), n.condition,"
    " (select count(*) from posting v where v.corrects_id = p.id and v.kind = 'void')"
    " from loan n join bill_line l on l.id = n.line_id join posting p on p.id = l.bill_id"
    " left join customer c on c.id = n.customer_id left join product d on d.id = l.product_id"
)


@guarded(Right.SEE_BILL)
def loan_record(loan_id: int) -> LoanRecord:
    """A loan by its id. Raises NotFound. Indexes: primary keys, ``loan_event (loan)``."""
    rows = _records(f"{_SELECT} where n.id = ?", loan_id)
    if not rows:
        raise NotFound("That loan does not exist.", "Look at the list of loans again.")
    return rows[0]


@guarded(Right.SEE_BILL)
def loans_of_bill(bill_id: int) -> tuple[LoanRecord, ...]:
    """Every loan of a borrow bill, as its lines are.

    Indexes: ``bill_line (bill, position)``, ``loan (line)``, ``loan_event (loan)``.
    """
    return _records(f"{_SELECT} where l.bill_id = ? order by l.position", bill_id)


def _records(sql: str, id_: int) -> tuple[LoanRecord, ...]:
    found = select(sql, [id_])
    lots = lots_of([row[1] for row in found])
    return tuple(_record(row, lots.get(row[1], ())) for row in found)


def _record(row: tuple[Any, ...], lots: tuple[str, ...]) -> LoanRecord:
    id_, line_id, bill_id, kind, year, number, *whose, quantity, out, due, condition, voided = row
    return LoanRecord._make((
        id_, line_id, bill_id, code(kind, year, number), *whose, quantity, int(out),
        date.fromisoformat(due), condition, voided, ", ".join(lots),
    ))  # fmt: skip
