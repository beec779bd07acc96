"""What whoever opens a record must see first, beyond the alerts that were typed."""

from __future__ import annotations

from datetime import date

from ..domain.rights import Right
from .files import expiry_alerts
from .gate import guarded
from .merging import pointer


@guarded(Right.SEE_CUSTOMER)
def urgent_of(customer_id: int, today: date) -> tuple[str, ...]:
    """Sentences, the most urgent first: that the record became part of another one (P4), which documents have
    run out or soon will. Indexes: ``customer_merge_once``, ``attachment (customer, kind, added_at)``.
    """
    elsewhere = pointer(customer_id)
    part = f"Part of customer {elsewhere.survivor_number} {elsewhere.survivor}: M" if elsewhere else ""
    return tuple(filter(None, (part, *expiry_alerts(customer_id, today))))
