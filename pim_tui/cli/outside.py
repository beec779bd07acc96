"""What this clinic's settings set up of the outside: a courier for each channel, and the chores.

Each service has one function here, which imports what it needs when it is called.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ..bootstrap import Clinic

if TYPE_CHECKING:
    from ..integrations.caldav import Calendar
    from ..integrations.calendly import Calendly
    from ..integrations.smtp import Smtp
    from ..services.chores import Chore
    from ..services.couriers import Courier


def couriers(clinic: Clinic) -> dict[str, Courier]:
    """The couriers by their channel. One whose settings are missing holds what waits, and says which."""
    return {made.channel: made for make in _COURIERS if (made := make(clinic))}


def chores(clinic: Clinic) -> list[Chore]:
    """What is done again and again, of the services that are set up."""
    return [chore for make in _CHORES for chore in make(clinic)]


def _email(clinic: Clinic) -> Courier:
    from ..services.house import house_of
    from ..services.mail_courier import ByEmail

    return ByEmail(smtp(clinic), house_of(clinic.settings))


def smtp(clinic: Clinic) -> Smtp:
    """The mail server, which is not spoken to yet."""
    from ..integrations.secrets import secret
    from ..integrations.smtp import Server, Smtp

    settings = clinic.settings
    password = partial(secret, settings.smtp_password) if settings.smtp_password else None
    server = Server(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        password,
        settings.mail_from,
        settings.mail_name or settings.clinic_name,
        settings.smtp_ca_file,
    )
    return Smtp(server)


def calendly(clinic: Clinic) -> Calendly:
    """Calendly, which is not spoken to yet."""
    from ..integrations.calendly import Calendly
    from ..integrations.secrets import secret

    settings = clinic.settings
    return Calendly(partial(secret, settings.calendly_token), clinic.session.clock, settings.calendly_url)


def _booking(clinic: Clinic) -> Courier:
    from ..services.bookings_courier import ToCalendly
    from ..services.couriers import NotSetUp

    if not clinic.settings.calendly_token:
        return NotSetUp("booking", "The setting calendly_token is missing.")
    return ToCalendly(calendly(clinic))


def _calendly(clinic: Clinic) -> list[Chore]:
    from ..services.bookings_pass import CalendlyPass

    settings = clinic.settings
    if not settings.calendly_token:
        return []
    return [CalendlyPass(calendly(clinic), settings.calendly_days, settings.calendly_default_staff)]


def _sms(clinic: Clinic) -> Courier:
    from .texting import courier

    return courier(clinic)


def _sms_chores(clinic: Clinic) -> list[Chore]:
    from .texting import chores

    return chores(clinic)


def _feeds(clinic: Clinic) -> list[Chore]:
    from pathlib import Path

    from ..services.feeds import WriteFeeds

    settings = clinic.settings
    if not settings.feed_folder:
        return []
    return [WriteFeeds(Path(settings.feed_folder).expanduser(), settings.feed_details == "names")]


def _journal_head(clinic: Clinic) -> list[Chore]:
    from pathlib import Path

    from ..services.heads import WriteHead

    file = clinic.settings.journal_head
    return [WriteHead(Path(file).expanduser())] if file else []


def _meeting(clinic: Clinic) -> Courier | None:
    """Rows of meetings that were made while Zoom was set up are told even where it no longer is."""
    from ..services.couriers import NotSetUp
    from ..services.meeting_courier import ByMeeting
    from ..services.zoom import meetings, told_missing

    settings = clinic.settings
    if lacks := told_missing(settings):
        return NotSetUp("meeting", lacks) if settings.video_service == "zoom" else None
    return ByMeeting(meetings(clinic.session, settings), settings.clinic_name, settings.zoom_host)


def _zoom(clinic: Clinic) -> list[Chore]:
    from ..services.meeting_chore import KeepPass
    from ..services.zoom import missing, passes

    settings = clinic.settings
    if settings.video_service != "zoom" or missing(settings):
        return []
    return [KeepPass(passes(clinic.session, settings))]


def _calendars(clinic: Clinic) -> list[Chore]:
    """One for each calendar in the settings, and for each that was there before and still takes time."""
    from ..domain.calendars import Account
    from ..queries.calendars import left_over
    from ..services.calendar_pass import KeepAlike, LetGo

    settings = clinic.settings
    found: list[Chore] = []
    for staff, address in settings.caldav.items():
        account = Account(staff, address, settings.caldav_days, settings.caldav_details == "names")
        found.append(KeepAlike(account, partial(calendar, clinic, staff)))
    return [*found, *map(LetGo, left_over(list(settings.caldav)))]


def calendar(clinic: Clinic, staff: str) -> Calendar:
    """The calendar of somebody in the settings, which is not spoken to yet."""
    from ..integrations.caldav import Calendar
    from ..integrations.secrets import secret

    settings = clinic.settings
    kept = settings.caldav_passwords.get(staff)
    password = partial(secret, kept) if kept else None
    return Calendar(
        staff, settings.caldav[staff], password, clock=clinic.session.clock, ca_file=settings.caldav_ca_file
    )


_COURIERS: tuple[Callable[[Clinic], Courier | None], ...] = (_meeting, _email, _sms, _booking)
"""One for each channel; None where its channel is of no use here. Emails and texts carry the links of
meetings, which come first.
"""
_CHORES: tuple[Callable[[Clinic], list[Chore]], ...] = (
    _sms_chores,
    _zoom,
    _feeds,
    _calendly,
    _calendars,
    _journal_head,
)
"""One for each service; an empty list where it is not set up."""
