"""What the settings say of text messages: the service that sends them, its courier and its chores.

Each service imports what it needs when it is made.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ..bootstrap import Clinic

if TYPE_CHECKING:
    from ..domain.texts import Texter
    from ..services.chores import Chore
    from ..services.couriers import Courier


def courier(clinic: Clinic) -> Courier:
    """The courier of text messages; without a service it holds what waits, and says so."""
    from ..domain.messages import House
    from ..services.couriers import NotSetUp
    from ..services.sms_courier import BySms

    texter, settings = _texter(clinic), clinic.settings
    if texter is None:
        return NotSetUp("sms", "The setting sms_service names nothing that sends text messages.")
    return BySms(texter, House(settings.clinic_name, settings.clinic_phone, settings.clinic_address))


def chores(clinic: Clinic) -> list[Chore]:
    """What is done again and again with the service, as far as it tells and hears."""
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

    from ..integrations.sms.gateway import Gateway, Shape
    from ..integrations.web import Web
    from ..settingchecks import read_success

    settings = clinic.settings
    address, success = urlsplit(settings.sms_url), read_success(settings.sms_success)
    status, pointer = success or (200, "")
    shape = Shape(
        settings.sms_url,
        settings.sms_fields,
        settings.sms_headers,
        settings.sms_body == "form",
        status,
        pointer,
    )
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
