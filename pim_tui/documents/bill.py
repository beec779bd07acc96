"""A bill as plain data: what was sold, lent or given, what it came to, how it was settled.

Every amount is whole minor units of the bill's currency (M1). Nothing is worked out here: the parts are
given, and whoever gives them sees to it that they add up (M2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..domain.money import figures
from .blocks import Letterhead

DRAFT: Final = "DRAFT - NOT A RECEIPT"
NOBODY: Final = "without a customer"
ADDRESS_LINES: Final = 8
"""Of an address, as many as it may have: country and town are the last of them."""
NAME_LINES: Final = 4
"""Of a name, where the longest has room on the narrowest paper."""
WHOLE: Final = 32
"""Lines in which the longest text of a bill (:data:`pim_tui.domain.basket.LIMITS`) has room in the narrowest
column: what somebody is to pay for is never cut."""


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a paper is for; ``number`` is the customer's."""

    name: str
    number: str = ""
    address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount and what it is: "Cash", "Card", "S-2026-000012"."""

    label: str
    amount: int


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line. ``unit`` is the price of one, ``discount`` what came off (> 0), ``total`` what is left.

    ``tax`` is the rate as it reads ("19 %"); ``lot`` and ``serial`` name the very thing, ``note`` is what
    else must be known of it ("due back 30 Nov 2026").
    """

    quantity: int
    text: str
    unit: int
    total: int
    discount: int = 0
    tax: str = ""
    code: str = ""
    lot: str = ""
    serial: str = ""
    note: str = ""

    @property
    def known(self) -> str:
        """What sets it apart, for the small line below."""
        lot = f"lot {self.lot}" if self.lot else ""
        serial = f"serial {self.serial}" if self.serial else ""
        return " · ".join(filter(None, (self.code, lot, serial, self.note)))


@dataclass(frozen=True, slots=True)
class TaxRow:
    """What one rate comes to: ``base`` without the tax. Of :data:`UNTAXED` it is all there is."""

    rate: str
    base: int
    tax: int

    def of(self, base: str) -> str:
        """Rate and base where a paper has no columns for them: ``VAT 19 % of 20.00``."""
        return f"{self.rate} {base}" if self.rate == UNTAXED else f"{self.rate} of {base}"


UNTAXED: Final = "Untaxed"
"""Instead of a rate: what no tax was taken of, so that the bases add up."""


def with_untaxed(rows: tuple[TaxRow, ...], rest: int) -> tuple[TaxRow, ...]:
    """The rates of a bill, and behind them what is untaxed; where nothing is taxed, nothing."""
    return (*rows, TaxRow(UNTAXED, rest, 0)) if rows and rest else rows


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sums; ``strong`` ones are what people look for, ``aside`` ones add nothing."""

    label: str
    amount: int
    strong: bool = False
    aside: bool = False

    def named(self, currency: str) -> str:
        """The label; where people look first it names the currency, too."""
        return f"{self.label} {currency}" if self.strong else self.label


@dataclass(frozen=True, slots=True)
class Banner:
    """What must not be overlooked: a word, and why; ``large`` as the paper allows."""

    word: str
    why: str = ""
    large: bool = True


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill, a receipt or a credit note; without a ``number`` it is a draft (M3).

    ``total`` is what it comes to with tax, ``subtotal`` the lines as they stand, ``discount`` what came off
    the whole (above zero), ``tax_on_top`` the tax that the prices are without. Of the total
    ``payer_share`` is the payer's (M6). ``rounding`` is what cash rounding added; ``left`` what is still
    to be paid by the customer, None where nothing is. ``given`` and ``change`` are cash over the counter.
    ``settles`` are the bills a payment went to, ``corrects`` the paper a credit note corrects, and
    ``goes_back`` how its money returns. ``void`` says when, by whom and why; ``copy`` is 0 for the
    first print (M10).
    """

    clinic: Letterhead
    title: str
    number: str
    at: str
    cashier: str
    currency: str
    total: int
    lines: tuple[BillLine, ...] = ()
    taxes: tuple[TaxRow, ...] = ()
    customer: Party | None = None
    subtotal: int = 0
    discount: int = 0
    tax_on_top: int = 0
    payer: str = ""
    payer_share: int = 0
    rounding: int = 0
    payments: tuple[Sum, ...] = ()
    given: int = 0
    change: int = 0
    left: int | None = None
    settles: tuple[Sum, ...] = ()
    corrects: str = ""
    reason: str = ""
    goes_back: tuple[Sum, ...] = ()
    void: str = ""
    copy: int = 0
    remark: str = ""

    @property
    def heading(self) -> str:
        """What it is, with its number."""
        return f"{self.title} {self.number}".strip()

    @property
    def banners(self) -> tuple[Banner, ...]:
        """What stands large above everything else."""
        told = (
            Banner(DRAFT) if not self.number else None,
            Banner("VOID", self.void) if self.void else None,
            Banner(f"COPY {self.copy}", large=False) if self.copy else None,
        )
        return tuple(one for one in told if one)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What a credit note corrects, and why; who pays a share."""
        told = (("Corrects", self.corrects), ("Reason", self.reason), ("Payer", self.payer))
        return tuple(one for one in told if one[1])

    @property
    def steps(self) -> tuple[Step, ...]:
        """From the lines to what is left to pay, each part beside its amount."""
        return (*self._to_total, *self._shares, *self._settled)

    @property
    def _to_total(self) -> tuple[Step, ...]:
        found = []
        if self.discount or self.tax_on_top:
            found.append(Step("Lines", self.subtotal))
        if self.discount:
            found.append(Step("Discount on the bill", -self.discount))
        if self.tax_on_top:
            found.append(Step("Tax added", self.tax_on_top))
        return (*found, Step("Total", self.total, strong=True))

    @property
    def _shares(self) -> tuple[Step, ...]:
        if not self.payer_share:
            return ()
        mine = self.total - self.payer_share
        return Step("Payer's share", self.payer_share), Step("Customer's share", mine, strong=True)

    @property
    def _settled(self) -> tuple[Step, ...]:
        found = [Step("Rounding", self.rounding)] if self.rounding else []
        found += [Step(paid.label, paid.amount) for paid in self.payments]
        if self.given:
            found.append(Step("Cash given", self.given, aside=True))
        if self.change:
            found.append(Step("Change", self.change, aside=True))
        if self.left is not None:
            found.append(Step("Left to pay", self.left, strong=True))
        return tuple(found)

    @property
    def blocks(self) -> tuple[tuple[str, tuple[Step, ...]], ...]:
        """Further sums under a title of their own."""
        told = (("Settles", self.settles), ("How the money goes back", self.goes_back))
        return tuple(
            (title, tuple(Step(one.label, one.amount) for one in sums)) for title, sums in told if sums
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """How to pay what is left, and whatever else is to be said at the end."""
        return tuple(filter(None, (self.clinic.pay_by if self.left else "", self.remark)))

    @property
    def measure(self) -> str:
        """In what the amounts are."""
        prices = " · prices without tax" if self.tax_on_top else ""
        return f"Amounts in {self.currency}{prices}"

    def figures(self, amount: int) -> str:
        """An amount for a column."""
        return figures(amount, self.currency)
