"""How this clinic charges: what is a choice of the house and not a rule of the book."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HouseRules:
    """The choices of one clinic; amounts are minor units of its currency.

    ``inclusive``: prices include tax. ``tax_per``: rounded for each ``line``, or once for each ``rate``
    of a bill (M2). ``rounding``: a name of :class:`~pim_tui.domain.rounding.Rounding` (M1). ``cash_step``:
    the smallest coin. ``write_off_limit``: the most that is written off of one bill, 0 lets nothing be
    (M8). ``discount_limit``: the largest discount, in percent, that nobody else has to agree to.
    ``refund_limit``: a refund of the same day up to it needs no second person (R4).
    ``below_zero``: stock may go below zero (K1). ``notice_days``: so long nobody is written to again about
    what they owe.
    """

    inclusive: bool = True
    tax_per: str = "line"
    rounding: str = "half_up"
    cash_step: int = 1
    write_off_limit: int = 0
    discount_limit: int = 100
    refund_limit: int = 0
    below_zero: bool = False
    notice_days: int = 14


AS_USUAL = HouseRules()
"""What holds where nothing else was said."""
