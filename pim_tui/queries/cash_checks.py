"""The rules of the drawer and of closed days, worked out again from the rows themselves (M9)."""

from __future__ import annotations

from collections.abc import Iterator

from ..db.connection import select

Found = Iterator[tuple[str, int | None, str]]


def counts() -> Found:
    """What was expected in a drawer that was counted is its float, its cash and what was moved.

    The parts of payments are gone through once. Index: ``drawer_move (drawer)``.
    """
    rows = select(
        "select d.id, d.expected, d.float_amount + coalesce(c.cash, 0) + (select coalesce(sum(case m.kind"
        " when 'out' then -abs(m.amount) else abs(m.amount) end), 0) from drawer_move m"
        " where m.drawer_id = d.id and m.kind <> 'correction') as worked_out from drawer d left join"
        " (select t.drawer_id, sum(case when p.kind = 'payment' or o.kind = 'refund' then t.amount"
        " else -t.amount end) as cash from payment_part t join posting p on p.id = t.payment_id"
        " left join posting o on o.id = p.corrects_id where t.drawer_id is not null and t.method = 'cash'"
        " group by t.drawer_id) c on c.drawer_id = d.id where d.closed_at is not null order by d.id"
    )
    for id_, expected, worked_out in rows:
        if expected != worked_out:
            yield "drawer", id_, f"{expected} was expected, and {worked_out} is what it took"


def day_closes() -> Found:
    """The Z numbers have no gap and follow the days. Index: ``day_close (number)``."""
    rows = select("select id, number, day from day_close order by number")
    for place, (id_, number, day) in enumerate(rows, 1):
        if number != place:
            yield "day_close", id_, f"its number is {number}, and {place} would be next"
            return
        if place > 1 and day <= rows[place - 2][2]:
            yield "day_close", id_, f"{day} was closed after {rows[place - 2][2]}"
