"""Whom to call: as was agreed, because a message did not arrive, because a bill is long unpaid (C8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from ..db.connection import select
from ..domain.bills import OWED, code
from ..domain.moments import Zone, day_bounds, day_of
from ..domain.money import shown
from ..domain.rights import Right
from .gate import guarded
from .page import Page, Totals

LATELY = 14
"""Days for which a message that did not arrive is a reason to call."""
UNPAID_FROM, UNPAID_TO = 30, 120
"""Days: a bill is a reason to call from that age on; an older one is for a letter or for a write-off."""
REASONS = ("agreed", "message", "unpaid")
"""Why somebody is called, in the order of the list."""


class CallRow(NamedTuple):
    """One call to make. ``id`` tells the rows apart, ``since`` is the day that it is due from."""

    id: str
    customer_id: int
    customer: str
    phone: str
    reason: str
    about: str
    since: date

    @property
    def why(self) -> str:
        """The reason in words."""
        return {"agreed": "call back", "message": "not arrived", "unpaid": "unpaid"}[self.reason]


_WHO = (
    "trim(c.first_name || ' ' || c.last_name), coalesce((select p.number from phone p"
    " where p.customer_id = c.id order by p.position, p.id limit 1), '')"
)
_MAY = (
    "c.death_date is null and not exists (select 1 from consent n where n.customer_id = c.id"
    " and n.channel = 'phone' and n.answer = 'no')"
)
# The kind is asked of the few drafts that are due: an index by kind would have all calls looked through.
_AGREED = (
    f"select o.id, c.id, {_WHO}, o.why, o.due_at from outbox o join customer c on c.id = o.customer_id"
    " where o.state = 'draft' and o.due_at < ? and case when o.kind = 'call' then 1 else 0 end = 1"
    f" and {_MAY} order by o.due_at, o.id"
)
# The kind is asked of the few drafts that are due: an index by kind would look through every call there was.
_LOST = (
    f"select o.id, c.id, {_WHO}, o.kind, o.channel, o.state, o.why, o.due_at from outbox o"
    " join customer c on c.id = o.customer_id left join appointment a on a.id = o.appointment_id"
    " where o.state in ('failed', 'unknown') and o.channel in ('email', 'sms') and o.due_at > ?"
    f" and (a.id is null or a.starts_at > ?) and {_MAY}"
    " and not exists (select 1 from outbox k where k.customer_id = o.customer_id and k.kind = 'call'"
    " and k.state = 'sent' and k.created_at >= o.due_at) order by o.due_at, o.id"
)
_KINDS = ", ".join(f"'{kind}'" for kind in OWED)
_UNPAID = (
    f"select u.id, c.id, {_WHO}, u.kind, u.year, u.number, u.currency, u.still, u.day from"
    " (select p.id, p.kind, p.year, p.number, p.currency, p.day, p.customer_id, (select sum(e.amount)"
    " from entry e where e.posting_id = p.id and e.account = 'receivable') - coalesce((select sum(x.amount)"
    " from allocation x where x.debit_id = p.id and x.account = 'receivable'), 0) as still from posting p"
    f" where p.day between ? and ? and p.kind in ({_KINDS})) u join customer c on c.id = u.customer_id"
    f" where u.still > 0 and {_MAY} and not exists (select 1 from outbox k where k.customer_id = c.id"
    " and k.kind = 'call' and k.state = 'sent' and k.created_at > ?) order by u.day, u.id"
)


@guarded(Right.CALL)
def calls_to_make(
    today: date, zone: Zone, reasons: tuple[str, ...] = (), limit: int = 200, offset: int = 0
) -> Page[CallRow]:
    """The calls of a day, those that were agreed first; sums by reason.

    Nobody is on the list who does not want calls (P5), and nobody twice for one reason. Whoever was called
    since a message failed, or in the last week about anything, is not called about that message or bill.
    Indexes: ``outbox_drafts``, ``outbox (due_at)``, ``posting (kind, day)``, and for each that may be called
    ``entry (posting, account, amount)``, ``allocation (debit, ...)``, ``outbox (customer)``, ``consent
    (customer, channel)``, ``phone (customer)``.
    """
    start, end = day_bounds(today, zone)
    found: list[CallRow] = []
    seen = set[tuple[str, int]]()
    for row in (*_agreed(end, zone), *_not_arrived(start, zone), *_unpaid(today, start)):
        if (row.reason, row.customer_id) not in seen and (not reasons or row.reason in reasons):
            seen.add((row.reason, row.customer_id))
            found.append(row)
    sums = {reason: sum(row.reason == reason for row in found) for reason in REASONS}
    return Page(tuple(found[offset : offset + limit]), Totals(len(found), sums), offset)


def _agreed(end: int, zone: Zone) -> list[CallRow]:
    return [
        CallRow(f"agreed {id_}", customer_id, who, phone, "agreed", why, day_of(due, zone))
        for id_, customer_id, who, phone, why, due in select(_AGREED, [end])
    ]


def _not_arrived(start: int, zone: Zone) -> list[CallRow]:
    return [
        CallRow(
            f"message {id_}",
            customer_id,
            who,
            phone,
            "message",
            f"{kind} by {'SMS' if channel == 'sms' else channel}: {why or state}",
            day_of(due, zone),
        )
        for id_, customer_id, who, phone, kind, channel, state, why, due in select(
            _LOST, [start - LATELY * 86_400, start]
        )
    ]


def _unpaid(today: date, start: int) -> list[CallRow]:
    first, last = (today - timedelta(days=days) for days in (UNPAID_TO, UNPAID_FROM))
    return [
        CallRow(
            f"unpaid {id_}",
            customer_id,
            who,
            phone,
            "unpaid",
            f"{code(kind, year, number)}: {shown(left, currency)}",
            date.fromisoformat(day),
        )
        for id_, customer_id, who, phone, kind, year, number, currency, left, day in select(
            _UNPAID, [first.isoformat(), last.isoformat(), start - 7 * 86_400]
        )
    ]
