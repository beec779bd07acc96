"""Statement and ledger, put together from the entries."""

from __future__ import annotations

from datetime import date

from ..documents.account import Account, AccountRow
from ..documents.bill import Party, Sum
from ..documents.blocks import Letterhead
from ..documents.ledger import Ledger
from ..documents.statement import Statement
from ..domain.bills import PostingKind
from ..domain.dues import AGES, ageing
from ..domain.moments import short_day
from ..domain.rights import Right
from ..domain.session import Session
from ..queries import accounts
from ..queries.accounts import AccountLine
from ..queries.bill_papers import first_items
from ..queries.customers import address_lines, record
from . import paper_words as words
from .wanted import Issue, LedgerPaper, Made, StatementPaper

_EVERYBODY = "The whole clinic"


def statement_paper(session: Session, wanted: StatementPaper, clinic: Letterhead) -> Made:
    """What a customer owed, was billed and paid between two days, and owes (M11)."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_BILL)
    first, last = sorted((wanted.first, wanted.last))
    found = record(wanted.customer_id)
    account = _account(session, first, last, wanted.customer_id)
    parts = ageing(accounts.open_amounts(wanted.customer_id, last), last)
    ages = tuple(Sum(f"{age} days", amount) for age, amount in zip(AGES, parts, strict=True) if amount)
    span, name = words.days(first, last), found.customer.name.full
    statement = Statement(
        clinic, Party(name, str(found.number), address_lines(found.customer)), span,
        words.moment(session.clock(), session.zone), session.zone, account, ages,
    )  # fmt: skip
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
        clinic, whose, words.days(first, last), words.moment(session.clock(), session.zone), session.zone,
        _account(session, first, last, wanted.customer_id),
    )  # fmt: skip
    name = "The ledger" if wanted.customer_id is None else f"The ledger of {whose}"
    return Made(ledger, name, "ledger", wanted.customer_id, (first.isoformat(), last.isoformat()))


def _account(session: Session, first: date, last: date, customer_id: int | None) -> Account:
    opening = accounts.balance_before(first, customer_id)
    rows: list[AccountRow] = []
    balance = opening
    for lines in accounts.account_lines(first, last, customer_id):
        items = first_items(line.posting_id for line in lines)
        for line in lines:
            balance += line.amount
            rows.append(_row(line, balance, items, team=customer_id is None))
    return Account(session.currency, opening, tuple(rows), balance)


def _row(line: AccountLine, balance: int, items: dict[int, tuple[str, int]], *, team: bool) -> AccountRow:
    what, count = items.get(line.posting_id, ("", 0))
    more = f" and {count - 1} more" if count > 1 else ""
    told = f"{PostingKind(line.kind).word}: {what}{more}" if what else PostingKind(line.kind).word
    debit, credit = max(0, line.amount), max(0, -line.amount)
    return AccountRow(
        short_day(line.day), line.code, told, debit, credit, balance, line.customer if team else ""
    )
