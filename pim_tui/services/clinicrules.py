"""How the clinic charges and runs its calendar, from its settings."""

from __future__ import annotations

from ..config import Settings
from ..domain.calendarrules import CalendarRules
from ..domain.houserules import HouseRules
from ..settingchecks import read_windows


def house_rules(settings: Settings) -> HouseRules:
    """How the clinic charges, from its settings."""
    return HouseRules(
        inclusive=settings.prices_include_tax == "yes",
        tax_per=settings.tax_per,
        rounding=settings.rounding,
        cash_step=settings.cash_step,
        write_off_limit=settings.write_off_limit,
        discount_limit=settings.discount_limit,
        refund_limit=settings.refund_limit,
        below_zero=settings.stock_below_zero == "yes",
        notice_days=settings.payment_notice_days,
    )


def calendar_rules(settings: Settings) -> CalendarRules:
    """How the clinic runs its calendar, from its settings."""
    return CalendarRules(
        overbookings=settings.overbookings,
        region=settings.region,
        holidays=settings.holidays,
        hold=settings.hold_minutes,
        notice=settings.notice_hours * 60,
        late_fee=settings.late_fee,
        missed_fee=settings.missed_fee,
        windows=read_windows(settings.reminders) or (),
        invitations=settings.invitations == "yes",
        unknown=settings.message_unknown == "yes",
        quiet=settings.quiet_hours,
        delay=settings.message_delay,
        language=settings.language,
        step=settings.slot_minutes,
        video=settings.video_service,
    )
