"""What this clinic's settings set up of the outside: a courier for each channel, and the chores.

Each service has one function here, which imports what it needs when it is called.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ..bootstrap import Clinic

if TYPE_CHECKING:
    from ..integrations.calendly import Calendly
    from ..services.chores import Chore
    from ..services.couriers import Courier


def couriers(clinic: Clinic) -> dict[str, Courier]:
    """The couriers by their channel. One whose settings are missing holds what waits, and says which."""
    return {made.channel: made for make in _COURIERS if (made := make(clinic))}


def chores(clinic: Clinic) -> list[Chore]:
    """What is done again and again, of the services that are set up."""
    return [chore for make in _CHORES for chore in make(clinic)]


def _email(clinic: Clinic) -> Courier:
    from ..domain.messages import House
    from ..integrations.secrets import secret
    from ..integrations.smtp import Server, Smtp
    from ..services.mail_courier import ByEmail

    settings = clinic.settings
    password = partial(secret, settings.smtp_password) if settings.smtp_password else None
    server = Server(
        settings.smtp_host, settings.smtp_port, settings.smtp_security, settings.smtp_user, password,
        settings.mail_from, settings.mail_name or settings.clinic_name, settings.smtp_ca_file,
    )  # fmt: skip
    house = House(settings.clinic_name, settings.clinic_phone, settings.clinic_address)
    return ByEmail(Smtp(server), house)


def _calendly_itself(clinic: Clinic) -> Calendly:
    from ..integrations.calendly import Calendly
    from ..integrations.secrets import secret

    settings = clinic.settings
    return Calendly(partial(secret, settings.calendly_token), clinic.session.clock, settings.calendly_url)


def _booking(clinic: Clinic) -> Courier:
    from ..services.bookings_courier import ToCalendly
    from ..services.couriers import NotSetUp

    if not clinic.settings.calendly_token:
        return NotSetUp("booking", "The setting calendly_token is missing.")
    return ToCalendly(_calendly_itself(clinic))


def _calendly(clinic: Clinic) -> list[Chore]:
    from ..services.bookings_pass import CalendlyPass

    settings = clinic.settings
    if not settings.calendly_token:
        return []
    return [CalendlyPass(_calendly_itself(clinic), settings.calendly_days, settings.calendly_default_staff)]


_COURIERS: tuple[Callable[[Clinic], Courier | None], ...] = (_email, _booking)
"""One for each channel; None where its channel is of no use here."""
_CHORES: tuple[Callable[[Clinic], list[Chore]], ...] = (_calendly,)
"""One for each service; an empty list where it is not set up."""
