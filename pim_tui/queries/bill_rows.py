"""What the page of a posted document is made of; read by :mod:`~pim_tui.queries.bills`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..domain.bills import OWED, PostingKind
from ..domain.dues import Paid, status
from ..domain.pricing import PricedTax


class Header(NamedTuple):
    """Who, when, for whom. ``amount`` is minor units; ``at`` UTC seconds, ``day`` the clinic's date.

    ``corrects_id`` is what it points back to, ``void_id`` the void that took it back.
    """

    id: int
    kind: PostingKind
    code: str
    at: int
    day: date
    staff_id: int
    staff: str
    customer_id: int | None
    customer_number: int | None
    customer: str
    payer_id: int | None
    payer: str
    appointment_id: int | None
    currency: str
    amount: int
    inclusive: bool
    corrects_id: int | None
    corrects: str
    reason: str
    note: str
    void_id: int | None
    void: str


class LineRow(NamedTuple):
    """A line as posted; see :class:`~pim_tui.models.BillLine`. ``lot`` is told where all is of one lot.

    ``returned`` counts the items in posted and waiting returns (R1), ``waiting`` those of them that nobody
    has approved yet. ``due_on`` is set for a loan, as it was posted; ``due_now`` counts the time given later,
    and ``out`` are the items that are still with the customer (K3).
    """

    id: int
    position: int
    product_id: int | None
    code: str
    description: str
    unit: str
    quantity: int
    unit_price: int
    list_price: int | None
    discount: int
    bill_discount: int
    net: int
    tax: int
    total: int
    customer_share: int
    payer_share: int
    lot_id: int | None
    lot: str
    serial: str
    lot_reason: str
    directions: str
    returned: int
    due_on: date | None
    due_now: date | None
    out: int
    waiting: int


class LotRow(NamedTuple):
    """So many items of a lot that a line has handed out, whatever came back since."""

    line_id: int
    lot_id: int
    lot: str
    serial: str
    expires_on: date | None
    quantity: int


class PartRow(NamedTuple):
    """How much of a payment, a refund or the void of one went by a method."""

    id: int
    payment_id: int
    method: str
    amount: int
    tendered: int | None
    reference: str
    drawer_id: int | None


class SettledRow(NamedTuple):
    """What settles the document, or what it settles: ``amount`` of it, in ``account``.

    ``by`` are the (method, amount) of the whole payment, empty for what is none.
    """

    id: int
    kind: PostingKind
    code: str
    at: int
    day: date
    staff_id: int
    staff: str
    account: str
    amount: int
    by: tuple[tuple[str, int], ...]


class CorrectionRow(NamedTuple):
    """A note, write-off or void that points back to the document."""

    id: int
    kind: PostingKind
    code: str
    at: int
    day: date
    staff: str
    amount: int
    reason: str
    voided: bool


class ReturnRow(NamedTuple):
    """A return of goods or money of the bill that was asked for; see :mod:`~pim_tui.queries.returns`."""

    id: int
    version: int
    state: str
    value: int
    payer_value: int
    method: str
    reason: str
    requested_at: int
    requested_by: str
    decided_by: str
    credit_note_id: int | None


@dataclass(frozen=True, slots=True)
class BillPage:
    """Everything on the page of a document. Amounts are minor units.

    ``settled_by`` holds the payments, notes and write-offs of a bill, ``settles`` the bills of a payment;
    ``parts`` are the methods of a payment. ``due`` is what the customer owes on it and ``payer_due`` the
    payer, below zero what is still to their credit.
    """

    header: Header
    lines: tuple[LineRow, ...]
    lots: tuple[LotRow, ...]
    taxes: tuple[PricedTax, ...]
    parts: tuple[PartRow, ...]
    settled_by: tuple[SettledRow, ...]
    settles: tuple[SettledRow, ...]
    returns: tuple[ReturnRow, ...]
    corrections: tuple[CorrectionRow, ...]
    due: int
    payer_due: int

    @property
    def net(self) -> int:
        """All lines before tax."""
        return sum(line.net for line in self.lines)

    @property
    def tax(self) -> int:
        """The tax of all lines."""
        return sum(line.tax for line in self.lines)

    @property
    def discount(self) -> int:
        """What was taken off, by line and by bill."""
        return sum(line.discount + line.bill_discount for line in self.lines)

    @property
    def customer_share(self) -> int:
        """What the customer was charged."""
        return sum(line.customer_share for line in self.lines)

    @property
    def payer_share(self) -> int:
        """What the payer was charged (M6)."""
        return sum(line.payer_share for line in self.lines)

    @property
    def payments(self) -> tuple[SettledRow, ...]:
        """What was paid on the bill, by the customer or the payer."""
        return tuple(row for row in self.settled_by if row.kind == PostingKind.PAYMENT)

    @property
    def credited(self) -> int:
        """What credit notes have taken off the bill for good."""
        return sum(
            row.amount for row in self.corrections if row.kind == PostingKind.CREDIT_NOTE and not row.voided
        )

    @property
    def status(self) -> Paid | None:
        """How far a bill or debit note is paid, by customer and payer together; None for what is none."""
        if self.header.kind not in OWED:
            return None
        left = max(0, self.due) + max(0, self.payer_due)
        voided = self.header.void_id is not None
        return status(self.header.amount, left, voided=voided, returned=self.credited)
