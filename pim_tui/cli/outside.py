"""What this clinic's settings set up of the outside: a courier for each channel, and the chores.

Each service has one function here, which imports what it needs when it is called.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ..bootstrap import Clinic

if TYPE_CHECKING:
    from ..domain.texts import Texter
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
        settings.smtp_host, settings.smtp_port, settings.smtp_security, settings.smtp_user, password,
        settings.mail_from, settings.mail_name or settings.clinic_name, settings.smtp_ca_file,
    )  # fmt: skip
    return Smtp(server)


def _sms(clinic: Clinic) -> Courier:
    from ..services.couriers import NotSetUp
    from ..services.house import house_of
    from ..services.sms_courier import BySms

    texter, settings = _texter(clinic), clinic.settings
    if texter is None:
        return NotSetUp("sms", "The setting sms_service names nothing that sends text messages.")
    return BySms(texter, house_of(settings))


def _sms_chores(clinic: Clinic) -> list[Chore]:
    from ..services.sms_fates import SmsFates
    from ..services.sms_inbound import SmsInbound

    texter = _texter(clinic)
    if texter is None:
        return []
    found: list[Chore] = []
    if texter.tells:
        found.append(SmsFates(texter))
    if texter.hears:
        found.append(SmsInbound(texter))
    return found


def _texter(clinic: Clinic) -> Texter | None:
    """What sends text messages, as the settings say; None where they say nothing."""
    settings = clinic.settings
    made = {"twilio": _twilio, "vonage": _vonage, "gateway": _gateway, "gammu": _gammu}
    return made[settings.sms_service](clinic) if settings.sms_service else None


def _twilio(clinic: Clinic) -> Texter:
    from ..integrations.sms.twilio import BASE, Twilio
    from ..integrations.web import Web

    settings = clinic.settings
    user = settings.sms_key or settings.sms_account
    web = Web("Twilio", settings.sms_url or BASE)
    return Twilio(
        web, settings.sms_account, user, _sms_secret(clinic), settings.sms_from, clinic.session.clock
    )


def _vonage(clinic: Clinic) -> Texter:
    from ..integrations.sms.vonage import BASE, REPORTS, Vonage
    from ..integrations.web import Web

    settings = clinic.settings
    web, reports = (Web("Vonage", settings.sms_url or base) for base in (BASE, REPORTS))
    return Vonage(
        web, reports, settings.sms_key, _sms_secret(clinic), settings.sms_from, clinic.session.clock
    )


def _gateway(clinic: Clinic) -> Texter:
    from urllib.parse import urlsplit

    from ..config import read_success
    from ..integrations.sms.gateway import Gateway, Shape
    from ..integrations.web import Web

    settings = clinic.settings
    address, success = urlsplit(settings.sms_url), read_success(settings.sms_success)
    status, pointer = success or (200, "")
    shape = Shape(
        settings.sms_url, settings.sms_fields, settings.sms_headers, settings.sms_body == "form", status,
        pointer,
    )  # fmt: skip
    web = Web("The SMS gateway", f"{address.scheme}://{address.netloc}")
    return Gateway(web, shape, settings.sms_from, _sms_secret(clinic), clinic.session.clock)


def _gammu(clinic: Clinic) -> Texter:
    from pathlib import Path

    from ..integrations.sms.gammu import Gammu

    return Gammu(Path(clinic.settings.sms_folder), Path(clinic.settings.sms_gammu))


def _sms_secret(clinic: Clinic) -> Callable[[], str]:
    """The secret, asked for when a text is sent; empty where the settings name none."""
    from ..integrations.secrets import secret

    named = clinic.settings.sms_secret
    return partial(secret, named) if named else str


def _feeds(clinic: Clinic) -> list[Chore]:
    from pathlib import Path

    from ..services.feeds import WriteFeeds

    settings = clinic.settings
    if not settings.feed_folder:
        return []
    return [WriteFeeds(Path(settings.feed_folder).expanduser(), settings.feed_details == "names")]


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


_COURIERS: tuple[Callable[[Clinic], Courier | None], ...] = (_meeting, _email, _sms)
"""One for each channel; None where its channel is of no use here. Emails and texts carry the links of
meetings, which come first.
"""
_CHORES: tuple[Callable[[Clinic], list[Chore]], ...] = (_sms_chores, _zoom, _feeds)
"""One for each service; an empty list where it is not set up."""
