"""Which document a row of a list stands for."""

from __future__ import annotations

from typing import Any, Final

from ..queries.billlists import BillRow
from ..queries.ledger import LedgerRow
from ..queries.paymentlists import PaymentRow

ITSELF: Final = (BillRow, LedgerRow, PaymentRow)
"""Rows that are documents."""


def document_of(row: Any) -> int | None:
    """The posting that a row is or belongs to; None where there is none."""
    if isinstance(row, ITSELF):
        return row.id
    found: int | None = getattr(row, "bill_id", None)
    return found
