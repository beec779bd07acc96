"""Statement and ledger, put together from the entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..documents.account import Account, AccountRow
from ..documents.bill import Party, Sum
from ..documents.blocks import Letterhead
from ..documents.ledger import Ledger
from ..documents.statement import Statement
from ..domain.dues import AGES
from ..domain.moments import moment_label, short_day
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import Refused
from ..queries import accounts
from ..queries.accounts import AccountLine
from ..queries.bill_papers import first_items, methods_of
from ..queries.customers import address_lines, record
from ..queries.ledger import ageing_of
from . import paper_words as words
from .wanted import Issue, LedgerPaper, Made, StatementPaper

MOST_LINES = 50_000
"""Of a ledger: a thousand pages."""
_EVERYBODY = "The whole clinic"


def statement_paper(session: Session, wanted: StatementPaper, clinic: Letterhead) -> Made:
    """What a customer owed, was billed and paid between two days, and owes (M11)."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_BILL)
    first, last = sorted((wanted.first, wanted.last))
    found = record(wanted.customer_id)
    account = _account(session, first, last, wanted.customer_id)
    parts = zip(AGES, ageing_of(wanted.customer_id, last).ages, strict=True)
    ages = tuple(Sum(f"{age} days", amount) for age, amount in parts if amount)
    span, name = words.days(first, last), found.customer.name.full
    statement = Statement(
        clinic,
        Party(name, str(found.number), address_lines(found.customer)),
        span,
        moment_label(session.clock(), session.zone),
        session.zone,
        account,
        ages,
    )
    days = (first.isoformat(), last.isoformat())
    issue = Issue("statement", None, wanted.customer_id, about=span)
    return Made(statement, f"The statement of {name}", "customer", wanted.customer_id, days, issue=issue)


def ledger_paper(session: Session, wanted: LedgerPaper, clinic: Letterhead) -> Made:
    """Every line of a customer's account, or of the whole clinic's."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_BILL)
    first, last = sorted((wanted.first, wanted.last))
    whose = _EVERYBODY
    if wanted.customer_id is not None:
        whose = record(wanted.customer_id).customer.name.full
    ledger = Ledger(
        clinic,
        whose,
        words.days(first, last),
        moment_label(session.clock(), session.zone),
        session.zone,
        _account(session, first, last, wanted.customer_id),
    )
    name = "The ledger" if wanted.customer_id is None else f"The ledger of {whose}"
    return Made(ledger, name, "ledger", wanted.customer_id, (first.isoformat(), last.isoformat()))


def _account(session: Session, first: date, last: date, customer_id: int | None) -> Account:
    lines = accounts.account_lines(first, last, customer_id, limit=MOST_LINES + 1)
    if len(lines) > MOST_LINES:
        raise Refused(
            f"From {words.days(first, last)} there are more than {MOST_LINES:,} lines.",
            "Print fewer days, or export them.",
        )
    told = _told([line.posting_id for line in lines])
    opening = balance = accounts.balance_before(first, customer_id)
    rows: list[AccountRow] = []
    for line in lines:
        balance += line.amount
        what = ": ".join(filter(None, (line.kind.word, told.get(line.posting_id, ""))))
        rows.append(_row(line, what, balance, team=customer_id is None))
    return Account(session.currency, opening, tuple(rows), balance)


def _told(posting_ids: Sequence[int]) -> dict[int, str]:
    """What bills were about, and by what payments went."""
    found = {
        id_: what + (f" and {count - 1} more" if count > 1 else "")
        for id_, (what, count) in first_items(posting_ids).items()
    }
    for id_, methods in methods_of(posting_ids).items():
        found[id_] = ", ".join(words.METHODS[method] for method in methods)
    return found


def _row(line: AccountLine, what: str, balance: int, *, team: bool) -> AccountRow:
    debit, credit = max(0, line.amount), max(0, -line.amount)
    who = line.customer if team else ""
    return AccountRow(short_day(line.day), line.code, what, debit, credit, balance, who)
