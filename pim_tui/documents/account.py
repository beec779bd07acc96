"""What happened on an account, line by line with its balance: the middle of statements and ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..domain.money import figures
from .grid import GridColumn, amount, firm, free


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One line. ``debit`` made the account owe more, ``credit`` less; ``balance`` is what it stood at then.

    ``at`` is a day or a moment, as it shall read. ``who`` is whose it is, where the paper is not one
    customer's. Amounts are minor units.
    """

    at: str
    number: str
    what: str
    debit: int
    credit: int
    balance: int
    who: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Lines in order of time, between the balance before the first and the one after the last."""

    currency: str
    opening: int
    rows: tuple[AccountRow, ...]
    closing: int

    @property
    def debit(self) -> int:
        """What the lines made it owe more."""
        return sum(row.debit for row in self.rows)

    @property
    def credit(self) -> int:
        """What they made it owe less."""
        return sum(row.credit for row in self.rows)

    def columns(self, plus: str, minus: str) -> tuple[GridColumn, ...]:
        """The columns; debit and credit are called as the reader calls them."""
        who = (free("Customer"),) if self._team else ()
        numbers = amount(plus), amount(minus), amount(f"Balance {self.currency}")
        return firm("Date"), firm("Number"), *who, free("What"), *numbers

    @property
    def _team(self) -> bool:
        return any(row.who for row in self.rows)

    def texts(self, opening: str, closing: str) -> list[tuple[str, ...]]:
        """The lines as texts, the balances before and after them as the first and the last."""
        first = self._edge(opening, "", "", self.opening)
        last = self._edge(closing, self._figures(self.debit), self._figures(self.credit), self.closing)
        return [first, *self._lines(self.rows), last]

    def _lines(self, rows: Sequence[AccountRow]) -> list[tuple[str, ...]]:
        code, team = self.currency, self._team
        return [
            (
                row.at,
                row.number,
                *((row.who,) if team else ()),
                row.what,
                figures(row.debit, code) if row.debit else "",
                figures(row.credit, code) if row.credit else "",
                figures(row.balance, code),
            )
            for row in rows
        ]

    def _edge(self, what: str, debit: str, credit: str, balance: int) -> tuple[str, ...]:
        empty = ("", "", "") if self._team else ("", "")
        return *empty, what, debit, credit, self._figures(balance)

    def _figures(self, minor: int) -> str:
        return figures(minor, self.currency)
