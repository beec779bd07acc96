"""The appointment that a number stands for: as it is now, what was done to it, what is asked about it."""

from __future__ import annotations

from collections.abc import Callable

from ..domain.moments import clock, day_label
from ..domain.states import Status
from ..errors import Refused
from ..queries.calendar import Visit, visit
from ..services.work import Done
from .answers import Say
from .clerk import LINE_FORM, Clerk
from .listed import Booked

TAKES_BACK = "u takes it back."


def named(clerk: Clerk, text: str) -> tuple[Booked, Visit, str]:
    """The appointment that the number stands for, as it is now, and what follows the number.

    Raises Refused where somebody has changed it since it was read out: nobody acts on what they did not hear.
    """
    number, _, rest = text.partition(" ")
    item = clerk.listed.booked(number)
    seen = clerk.fetch(visit, item.id)
    if seen.version != item.version:
        clerk.listed.renew(item.id, seen.version)
        now = f"{day_label(seen.day)} {clock(seen.starts_at, clerk.zone)} with {seen.staff}"
        told = f"{seen.customer} was changed meanwhile: {Status(seen.status).word}, {now}."
        raise Refused(told, "Nothing was done. Say it again if it is still right.")
    return item, seen, rest.strip()


def tell_done(clerk: Clerk, item: Booked, outcome: Done) -> Say:
    """What was done to it; its number goes on standing for it."""
    clerk.listed.renew(item.id, outcome.version)
    return Say(f"{outcome.says}.", details=(TAKES_BACK,))


def keeper(clerk: Clerk, item: Booked, command: str, what: str) -> Callable[[str], None]:
    """Keeps a command as a draft, as far as it was answered; it is said again with the number 1."""
    ids = {
        "id": str(item.id),
        "version": str(item.version),
        "label": item.label,
        "customer_id": str(item.person.id),
        "customer": item.person.name,
    }

    def keep(rest: str) -> None:
        clerk.keep(LINE_FORM, {"what": what, "line": f"{command} 1 {rest}".strip(), **ids}, str(item.id))

    return keep
