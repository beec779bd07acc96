"""Open the form of a draft again, as it was typed: each kind of form by the screen that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..db.drafts import Draft
    from .app import PimApp

OF_APPOINTMENTS: Final = ("quick", "appointment", "series")
"""Forms that stand on the screens of visits: the book, a profile."""


def reopen(app: PimApp, draft: Draft) -> None:
    """Show the form of ``draft`` with what was typed into it. What another version kept, and this one has no
    form for, stays as it is."""
    if by := BY.get(draft.form):
        by(app, draft)


def _appointment(app: PimApp, draft: Draft) -> None:
    from .screens.appointments import AppointmentKeys

    if isinstance(app.screen, AppointmentKeys):
        app.screen.restore(draft)


def _record(app: PimApp, draft: Draft) -> None:
    from .screens.records import reopen as reopen_record

    reopen_record(app, draft)


def _till(app: PimApp, draft: Draft) -> None:
    from .screens.till import TillScreen

    app.push_screen(TillScreen(draft=draft))


def _bill(app: PimApp, draft: Draft) -> None:
    from .screens.bill import BillScreen

    app.push_screen(BillScreen(int(draft.record), draft=draft))


def _letter(app: PimApp, draft: Draft) -> None:
    from .screens.moneyletters import reopen_letter

    reopen_letter(app, draft)


def _message(app: PimApp, draft: Draft) -> None:
    from .screens.writing import reopen_message

    reopen_message(app, draft)


def _call(app: PimApp, draft: Draft) -> None:
    from .screens.calling import reopen_call

    reopen_call(app, draft)


def _waiting(app: PimApp, draft: Draft) -> None:
    from .screens.waitinglist import reopen_waiting

    reopen_waiting(app, draft)


def _goods(app: PimApp, draft: Draft) -> None:
    from .screens.goodsdrafts import reopen_goods

    reopen_goods(app, draft)


def _resource(app: PimApp, draft: Draft) -> None:
    from .screens.resources import ResourcesScreen

    app.push_screen(ResourcesScreen(draft))


def _role(app: PimApp, draft: Draft) -> None:
    from .screens.roles import RolesScreen

    app.push_screen(RolesScreen(draft))


def _staff(app: PimApp, draft: Draft) -> None:
    from .screens.staff import StaffScreen

    app.push_screen(StaffScreen(draft))


def _keyback(app: PimApp, draft: Draft) -> None:
    from .screens.keyback import KeybackScreen

    app.push_screen(KeybackScreen(date.fromisoformat(draft.record), draft.fields["line"]))


def _hours(app: PimApp, draft: Draft) -> None:
    from .screens.hours import reopen_hours

    reopen_hours(app, draft)


BY: Final[dict[str, Callable[[PimApp, Draft], None]]] = {
    **dict.fromkeys(OF_APPOINTMENTS, _appointment),
    **dict.fromkeys(("customer", "note"), _record),
    **dict.fromkeys(("product", "payer", "delivery", "count", "message_template"), _goods),
    **dict.fromkeys(("room", "equipment", "appointment_type"), _resource),
    **dict.fromkeys(("working_hours", "leave", "special_hours"), _hours),
    "till": _till,
    "bill": _bill,
    "money_letter": _letter,
    "message": _message,
    "call": _call,
    "waiting_entry": _waiting,
    "role": _role,
    "staff": _staff,
    "keyback": _keyback,
}
"""By the form of a draft. A form that is not here keeps none: nobody could take it up again."""
