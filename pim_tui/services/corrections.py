"""Corrections of what was posted: void, write-off, credit and debit notes. Each is a new row (M3, M8)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VoidPosting:
    """Void a bill, note, write-off or payment of the same day, before the day is closed (M8)."""

    id: int
    reason: str
    request: str = ""


@dataclass(frozen=True, slots=True)
class WriteOff:
    """Give up ``amount`` minor units of what the customer, or ``of_payer`` the payer, owes on a bill."""

    bill_id: int
    amount: int
    reason: str
    of_payer: bool = False
    request: str = ""


@dataclass(frozen=True, slots=True)
class AdjustBill:
    """Charge ``amount`` minor units more (above zero, a debit note) or less (below zero, a credit note).

    The amount is with tax, in the proportion of the bill's taxes.
    """

    bill_id: int
    amount: int
    description: str
    reason: str
    request: str = ""
