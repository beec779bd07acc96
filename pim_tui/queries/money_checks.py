"""The rules of money, stock and returns, added up again from the rows themselves (M2-M8, R1-R4, K1-K3, K5).

Nothing here trusts a trigger or a sum that was kept: every figure is worked out anew. A table is gone
through once, in the order of an index, so neither time nor memory grows faster than the book. That no
row is missing follows from sums: where all that are there agree and none is below zero, equal sums of
both sides leave nothing for those that are not. A ``cross join`` says which table leads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..db.connection import select
from ..domain.bills import PostingKind, code
from .cash_checks import counts, day_closes

SHOWN = 51
"""Rows of one fault that are read: one more than is told."""

KINDS = frozenset(PostingKind)
Found = Iterator[tuple[str, int | None, str]]

_BILLS = "('sale', 'income', 'borrow', 'dispense')"
_HAS_LINES = "('sale', 'income', 'borrow', 'dispense', 'credit_note', 'debit_note')"
_SIGN = "case when p.kind = 'credit_note' then -1 else 1 end"
_ENTRY = (
    "coalesce((select sum(e.amount) from entry e where e.posting_id = p.id and e.account = '{account}'), 0)"
)
_PRICE = "l.quantity * l.unit_price - l.discount - l.bill_discount"


def numbers() -> Found:
    """No number is missing and none was given twice (M4). Index: ``posting (kind, year, number)``."""
    rows = select(
        "select p.kind, p.year, p.count, p.highest, coalesce(s.last, 0) from (select kind, year,"
        " count(*) as count, max(number) as highest from posting group by kind, year) p"
        " left join number_series s on s.kind = p.kind and s.year = p.year"
    )
    for kind, year, count, highest, last in rows:
        if count != highest or highest != last:
            yield "number_series", None, _gap(kind, year, last)
    for kind, year, last in select(
        "select s.kind, s.year, s.last from number_series s where s.last <> 0 and not exists"
        " (select 1 from posting p where p.kind = s.kind and p.year = s.year)"
    ):
        yield "number_series", None, f"{_told(kind, year, last)} was given, and nothing has a number of these"


def _gap(kind: str, year: int, last: int) -> str:
    """Which number of a series is the first that is not there."""
    ((first,),) = select(
        "select min(n) from (select number as n, row_number() over (order by number) as place from posting"
        " where kind = ? and year = ?) as numbered where n <> place",
        [kind, year],
    )
    ((highest,),) = select("select max(number) from posting where kind = ? and year = ?", [kind, year])
    if first is not None:
        return f"the numbers before {_told(kind, year, int(first))} have a gap"
    return f"the last number is {_told(kind, year, int(highest))}, but {last} were given"


def _told(kind: str, year: int, number: int) -> str:
    """A number as it is written; of a kind that somebody has put in by hand, what stands there."""
    return code(kind, year, number) if kind in KINDS else f"number {number} of {year} of the kind {kind}"


def complete() -> Found:
    """Every posting is posted, and its entries add up to nothing (M3, M5).

    Index: ``entry (posting, account, amount)``.
    """
    for (id_,) in select(f"select id from posting where state <> 'posted' order by id limit {SHOWN}"):
        yield "posting", id_, "was begun and never posted"
    rows = select(
        "select posting_id, sum(amount) from entry group by posting_id having sum(amount) <> 0"
        f" order by posting_id limit {SHOWN}"
    )
    for id_, left in rows:
        yield "posting", id_, f"its entries come to {left}, not to nothing"


def lines() -> Found:
    """The lines of a bill add up to it, and to what its entries say (M2, M6).

    What is before tax, and what is not the payer's, follows: a line's own parts are constraints of its
    table, and the entries add up to nothing. Indexes: ``bill_line (bill, position)``, ``entry (posting,
    account, amount)``, ``posting (day, kind)``.
    """
    rows = select(
        "select p.id, p.amount, l.total from (select bill_id, sum(total) as total, sum(tax) as tax,"
        " sum(payer_share) as payer from bill_line group by bill_id) l cross join posting p"
        f" where p.id = l.bill_id and (p.kind not in {_HAS_LINES} or l.total <> p.amount"
        f" or l.tax <> -{_SIGN} * {_ENTRY.format(account='tax')}"
        f" or l.payer <> {_SIGN} * {_ENTRY.format(account='payer')}"
        f" or l.total - l.payer <> {_SIGN} * {_ENTRY.format(account='receivable')})"
        f" order by p.id limit {SHOWN}"
    )
    for id_, amount, total in rows:
        yield "posting", id_, f"it comes to {amount}, its lines to {total}, or its entries are others"
    ((meant, there),) = select(
        f"select (select sum(amount) from posting where kind in {_HAS_LINES}),"
        " (select sum(total) from bill_line)"
    )
    if not rows and (meant or 0) != (there or 0):
        for (id_,) in select(
            f"select p.id from posting p where p.kind in {_HAS_LINES} and p.amount > 0 and not exists"
            f" (select 1 from bill_line l where l.bill_id = p.id) order by p.id limit {SHOWN}"
        ):
            yield "posting", id_, "it has no lines"


def prices() -> Found:
    """Each line is its price times its quantity less its discounts (M2), with tax or without.

    A credit note's line is worth what was paid for it (R2) and is looked at with the returns.
    Indexes: primary key, ``bill_line (bill, position)``.
    """
    rows = select(
        f"select l.id from bill_line l cross join posting p where p.id = l.bill_id and {_PRICE} <> l.total"
        f" and (p.inclusive = 1 or {_PRICE} <> l.net) and p.kind in {_BILLS} order by l.id limit {SHOWN}"
    )
    rows += select(
        "select l.id from posting p cross join bill_line l where l.bill_id = p.id and p.inclusive = 0"
        f" and l.tax > 0 and {_PRICE} = l.total and p.kind in {_BILLS} order by l.id limit {SHOWN}"
    )
    for (id_,) in rows:
        yield "bill_line", id_, "it is not its price times its quantity less its discounts"


def taxes() -> Found:
    """The taxes of each line add up to its tax (M2). Index: ``line_tax`` primary key."""
    rows = select(
        "select l.id, l.tax, t.amount from (select line_id, sum(amount) as amount from line_tax"
        " group by line_id) t join bill_line l on l.id = t.line_id where t.amount <> l.tax"
        f" order by l.id limit {SHOWN}"
    )
    for id_, tax, amount in rows:
        yield "bill_line", id_, f"its taxes come to {amount}, not to {tax}"
    ((meant, there),) = select("select (select sum(tax) from bill_line), (select sum(amount) from line_tax)")
    if not rows and (meant or 0) != (there or 0):
        for (id_,) in select(
            "select l.id from bill_line l where l.tax > 0 and not exists"
            f" (select 1 from line_tax t where t.line_id = l.id) order by l.id limit {SHOWN}"
        ):
            yield "bill_line", id_, "nothing says which tax is in it"


def payments() -> Found:
    """The parts of a payment or refund add up to it, and to its entries (M7).

    A void of one has the same parts. Indexes: ``payment_part (payment, position)``, ``entry (posting,
    account, amount)``.
    """
    rows = select(
        "select p.id, p.amount, t.amount from (select payment_id, sum(amount) as amount from payment_part"
        " group by payment_id) t join posting p on p.id = t.payment_id where t.amount <> p.amount"
        " or abs((select sum(e.amount) from entry e where e.posting_id = p.id"
        f" and e.account not in ('receivable', 'payer'))) <> p.amount order by p.id limit {SHOWN}"
    )
    for id_, amount, parts in rows:
        yield "posting", id_, f"it comes to {amount}, its parts to {parts}, or its entries are others"
    for (id_,) in select(
        "select p.id from posting p where p.kind in ('payment', 'refund') and not exists"
        f" (select 1 from payment_part t where t.payment_id = p.id) order by p.id limit {SHOWN}"
    ):
        yield "posting", id_, "nothing says how it was paid"


def allocations() -> Found:
    """Nothing settles more than is owed, or more than was paid (M7).

    Indexes: ``allocation (debit, ...)``, ``(credit, ...)``, ``entry (posting, account, amount)``.
    """
    for side, sign, what in (("debit", 1, "owed"), ("credit", -1, "there")):
        rows = select(
            f"select a.{side}_id, a.amount, a.most from (select {side}_id, account, sum(amount) as amount,"
            f" (select coalesce(sum(e.amount), 0) * {sign} from entry e where e.posting_id = b.{side}_id"
            f" and e.account = b.account) as most from allocation b group by {side}_id, account) a"
            f" where a.amount < 0 or a.amount > a.most order by a.{side}_id limit {SHOWN}"
        )
        for id_, amount, most in rows:
            yield "posting", id_, f"{amount} of it is settled, and {most} is {what}"


def stock() -> Found:
    """Every movement follows from the one before; nothing goes out below zero unsaid (K1).

    What comes in may leave the shelf below zero still. Index: ``stock_movement (lot, place, id, on_hand)``.
    """
    rows = select(
        "select m.id, m.on_hand, m.meant from (select id, on_hand, below_zero, quantity, quantity + coalesce("
        "(select b.on_hand from stock_movement b where b.lot_id = a.lot_id and b.place = a.place"
        " and b.id < a.id order by b.id desc limit 1), 0) as meant from stock_movement a) m"
        " where m.on_hand <> m.meant or (m.quantity < 0 and m.on_hand < 0 and m.below_zero = 0)"
        f" order by m.id limit {SHOWN}"
    )
    for id_, on_hand, meant in rows:
        says = f"{on_hand} are said to be there, {meant} follow from the movement before"
        yield "stock_movement", id_, says if on_hand != meant else "it goes below zero, and nobody allowed it"


def goods() -> Found:
    """What went out for a line is what the line says, unless it came back by a void (K1).

    Index: ``stock_movement_of_line``.
    """
    rows = select(
        "select l.id, l.quantity, m.moved from (select line_id, -sum(quantity) as moved from stock_movement"
        " where line_id is not null and kind in ('sale', 'borrow', 'dispense') group by line_id) m"
        f" join bill_line l on l.id = m.line_id where m.moved <> l.quantity order by l.id limit {SHOWN}"
    )
    for id_, quantity, moved in rows:
        yield "bill_line", id_, f"{quantity} were sold, and {moved} left the stock"


def returns() -> Found:
    """No more comes back of a line than was sold, and for no more than was paid (R1, R2).

    Indexes: ``bill_line_returned``, ``return_line (line)``.
    """
    rows = select(
        "select l.id, l.quantity, r.quantity, l.total, r.total from (select returns_id,"
        " sum(quantity) as quantity, sum(total) as total, sum(customer_share) as customer,"
        " sum(payer_share) as payer from bill_line where returns_id is not null group by returns_id) r"
        " join bill_line l on l.id = r.returns_id where r.quantity > l.quantity or r.total > l.total"
        " or r.customer > l.customer_share or r.payer > l.payer_share or (r.quantity = l.quantity"
        f" and (r.total <> l.total or r.customer <> l.customer_share)) order by l.id limit {SHOWN}"
    )
    for id_, sold, back, total, value in rows:
        yield "bill_line", id_, f"{back} of {sold} came back for {value} of {total}"
    rows = select(
        "select r.line_id, sum(r.quantity), l.quantity from return_line r join return_request q"
        " on q.id = r.request_id join bill_line l on l.id = r.line_id where q.state not in"
        " ('rejected', 'withdrawn') group by r.line_id, l.quantity having sum(r.quantity) > l.quantity"
        f" order by r.line_id limit {SHOWN}"
    )
    for id_, asked, sold in rows:
        yield "bill_line", id_, f"{asked} are asked back of {sold}"


def refunds() -> Found:
    """Money went back only after two people agreed, and never more than came by a payment (R3, R4).

    What cash rounding gave goes back beside the coins, which alone are counted.
    Indexes: ``payment_part (refunds)``, ``return_request (refund)``.
    """
    rows = select(
        "select p.id from posting p left join return_request q on q.refund_id = p.id where p.kind = 'refund'"
        " and (q.id is null or q.state <> 'paid' or q.decided_by_id = q.requested_by_id"
        f" or (q.decided_by_id is null and q.by_rule = '')) order by p.id limit {SHOWN}"
    )
    for (id_,) in rows:
        yield "posting", id_, "the money went back, and nobody else approved it"
    rows = select(
        "select b.id, b.amount, sum(a.amount) from payment_part a join payment_part b on b.id = a.refunds_id"
        " where a.method <> 'rounding' or b.method = 'rounding'"
        f" group by b.id, b.amount having sum(a.amount) > b.amount order by b.id limit {SHOWN}"
    )
    for id_, came, back in rows:
        yield "payment_part", id_, f"{back} went back of {came}"


def loans() -> Found:
    """Every line lent is a loan, and no more came back of it than went out (K3).

    Indexes: ``loan (line)``, ``loan_event (loan)``.
    """
    rows = select(
        "select l.id from bill_line l join posting p on p.id = l.bill_id left join loan n on n.line_id = l.id"
        " where p.kind = 'borrow' and (n.id is null or n.quantity <> l.quantity"
        f" or coalesce(n.customer_id, 0) <> coalesce(p.customer_id, 0)) order by l.id limit {SHOWN}"
    )
    for (id_,) in rows:
        yield "bill_line", id_, "it was lent, and the loan does not say so"
    rows = select(
        "select n.id, n.quantity, sum(e.quantity) from loan_event e join loan n on n.id = e.loan_id"
        f" group by n.id, n.quantity having sum(e.quantity) > n.quantity order by n.id limit {SHOWN}"
    )
    for id_, out, back in rows:
        yield "loan", id_, f"{back} of {out} came back or were lost"


def voids() -> Found:
    """A void turns round what it takes back, on the same day (M8). Index: ``posting_void_once``."""
    rows = select(
        "select v.id, o.id from posting v join posting o on o.id = v.corrects_id where v.kind = 'void' and"
        " (v.day <> o.day or v.amount <> o.amount or exists (select 1 from (select account, sum(amount)"
        " as amount from entry where posting_id in (v.id, o.id) group by account) as sums where amount <> 0))"
        f" order by v.id limit {SHOWN}"
    )
    for id_, voided in rows:
        yield "posting", id_, f"it does not turn round posting {voided}, or not on its day"


LOOKS: tuple[tuple[str, str, Callable[[], Found]], ...] = (
    ("C16", "no number is missing and none was given twice", numbers),
    ("C17", "everything posted is complete and balanced", complete),
    ("C18", "the lines of every bill add up to it and to the ledger", lines),
    ("C19", "every line is its price less its discounts", prices),
    ("C20", "the taxes of every line add up to its tax", taxes),
    ("C21", "the parts of every payment add up to it", payments),
    ("C22", "payments settle no more than is owed and was paid", allocations),
    ("C23", "every stock movement follows from the one before", stock),
    ("C24", "what was sold is what left the stock", goods),
    ("C25", "no more came back than was sold, for no more than was paid", returns),
    ("C26", "refunds were approved and never exceed what came in", refunds),
    ("C27", "loans are what was lent", loans),
    ("C28", "voids turn round what they take back", voids),
    ("C29", "every drawer that was counted holds what it took", counts),
    ("C30", "days were closed one after the other", day_closes),
)
"""Number, what holds when it passes, and how to find where it does not."""
