"""How a customer is reached by email, and whether they said that they may be (P5)."""

from __future__ import annotations

from typing import NamedTuple

from ..domain.people import Answer, Channel
from ..domain.rights import Right
from .customers import record
from .gate import guarded


class ByEmail(NamedTuple):
    """The addresses, the most important first, and the answer for email; unknown is not a no."""

    name: str
    addresses: tuple[str, ...]
    answer: Answer


@guarded(Right.SEE_CUSTOMER)
def by_email(customer_id: int) -> ByEmail:
    """Index: that of :func:`~pim_tui.queries.customers.record`. Raises NotFound."""
    found = record(customer_id).customer
    answers = [Answer(one.answer) for one in found.consents if one.channel == Channel.EMAIL]
    addresses = tuple(entry[1] for entry in found.emails)
    return ByEmail(found.name.full, addresses, answers[0] if answers else Answer.UNKNOWN)
