"""How the clinic of a session reckons: the one place where its choices become the terms of a bill."""

from __future__ import annotations

from .pricing import Terms
from .rounding import Rounding
from .session import Session


def terms_of(session: Session) -> Terms:
    """The terms on which everything of this session is priced and paid (M1, M2)."""
    house = session.house
    return Terms(session.currency, house.inclusive, house.tax_per, Rounding(house.rounding), house.cash_step)
