"""Third parties who pay a share, and what they cover of whom (P6, M6)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..domain.moments import short_day
from ..domain.payer import CoverageFields, PayerFields, share_text
from ..domain.rights import Right
from ..domain.taxline import rate_text
from ..errors import NotFound
from .gate import guarded
from .matching import matcher
from .page import Page, Totals


class PayerRow(NamedTuple):
    """A payer; ``customers`` are those it stands in for now, ``owed`` what it owes in minor units."""

    id: int
    version: int
    name: str
    address: str
    phone: str
    email: str
    active: bool
    customers: int
    owed: int
    currency: str = ""

    @property
    def withdrawn(self) -> bool:
        """Whether no more is billed to it."""
        return not self.active

    @property
    def fields(self) -> PayerFields:
        """As a form holds it."""
        return PayerFields(self.name, self.address, self.phone, self.email)


class Cover(NamedTuple):
    """A payer's part for a customer. ``share`` is in thousandths of a percent, ``valid_to`` the last day."""

    id: int
    version: int
    customer_id: int
    payer_id: int
    payer: str
    policy: str
    share: int
    valid_to: date | None
    active: bool

    def holds(self, today: date) -> bool:
        """Whether it counts on ``today``."""
        return self.active and (self.valid_to is None or self.valid_to >= today)

    @property
    def fields(self) -> CoverageFields:
        """As a form holds it."""
        until = "" if self.valid_to is None else self.valid_to.isoformat()
        return CoverageFields(self.policy, rate_text(self.share) if self.share else "", until)

    @property
    def says(self) -> str:
        """A line for the profile: ``Health Fund 80 % · policy A-1 · until 31 Dec 2026``."""
        share = f"{self.payer} {share_text(self.share)}" if self.share else self.payer
        policy = f"policy {self.policy}" if self.policy else ""
        until = f"until {short_day(self.valid_to)}" if self.valid_to else ""
        return " · ".join(filter(None, (share, policy, until)))


_PAYER = (
    "select p.id, p.version, p.name, p.address, p.phone, p.email, p.active,"
    " (select count(*) from coverage c where c.payer_id = p.id and c.active = 1),"
    " coalesce((select sum(e.amount) from entry e where e.account = 'payer' and e.payer_id = p.id), 0)"
    " from payer p"
)


@guarded(Right.SEE_BILL)
def payers(
    text: str = "", limit: int = 200, offset: int = 0, *, retired: bool = False, currency: str = ""
) -> Page[PayerRow]:
    """Payers by name whose name, address or contact holds every word of ``text``; sums: ``owed``.

    A clinic has some dozens, so all are read. Indexes: ``payer (sort_name)``, ``entry (payer, ...)``.
    """
    matches = matcher(text)
    found = tuple(
        row
        for row in map(_payer, select(f"{_PAYER} order by p.sort_name, p.id"))
        if (row.active or retired) and matches(row.name, row.address, row.phone, row.email)
    )
    sums = {"owed": sum(row.owed for row in found)}
    rows = tuple(row._replace(currency=currency) for row in found[offset : offset + limit])
    return Page(rows, Totals(len(found), sums, currency), offset)


@guarded(Right.SEE_BILL)
def payer(payer_id: int) -> PayerRow:
    """One payer. Raises :class:`NotFound`."""
    rows = select(f"{_PAYER} where p.id = ?", [payer_id])
    if not rows:
        raise NotFound("That payer does not exist.", "Choose another one.")
    return _payer(rows[0])


_COVER = (
    "select c.id, c.version, c.customer_id, c.payer_id, p.name, c.policy, c.share, c.valid_to,"
    " case when p.active = 1 then c.active else 0 end from coverage c join payer p on p.id = c.payer_id where"
)


@guarded(Right.SEE_CUSTOMER)
def coverages(customer_id: int) -> tuple[Cover, ...]:
    """All that payers have agreed to for a customer, ended ones too. Index: coverage (customer, payer)."""
    return tuple(map(_cover, select(f"{_COVER} c.customer_id = ? order by c.id", [customer_id])))


@guarded(Right.SEE_CUSTOMER)
def coverage_of(customer_id: int, day: date) -> tuple[Cover, ...]:
    """What counts on ``day``, the largest share first: the first one is what the till proposes."""
    holding = [cover for cover in coverages(customer_id) if cover.holds(day)]
    return tuple(sorted(holding, key=lambda cover: (-cover.share, cover.id)))


@guarded(Right.SEE_CUSTOMER)
def coverage(coverage_id: int) -> Cover:
    """One agreement. Raises :class:`NotFound`."""
    rows = select(f"{_COVER} c.id = ?", [coverage_id])
    if not rows:
        raise NotFound("That coverage does not exist.", "Open the customer again.")
    return _cover(rows[0])


def _payer(row: tuple[object, ...]) -> PayerRow:
    return PayerRow._make((*row[:6], bool(row[6]), *row[7:], ""))


def _cover(row: tuple[object, ...]) -> Cover:
    day = date.fromisoformat(str(row[7])) if row[7] else None
    return Cover._make((*row[:7], day, bool(row[8])))
