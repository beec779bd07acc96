"""What was typed and not saved: the screen that each form belongs to, and the form opened there again.

Every form of the screens that keeps drafts stands in :data:`WAYS`. Drafts of others, such as the line mode's,
are left to what made them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from ...db.drafts import Draft

if TYPE_CHECKING:
    from ..app import PimApp

APPOINTMENT_FORMS = ("quick", "appointment", "series")


def reopen(pim: PimApp, draft: Draft) -> None:
    """Give a draft of one of :data:`WAYS` to the screen whose form it is."""
    WAYS[draft.form](pim, draft)


def _appointment(pim: PimApp, draft: Draft) -> None:
    from .appointments import AppointmentKeys

    if isinstance(pim.screen, AppointmentKeys):
        pim.screen.restore(draft)


def _record(pim: PimApp, draft: Draft) -> None:
    from .recordacts import reopen_record

    reopen_record(pim, draft)


def _waiting(pim: PimApp, draft: Draft) -> None:
    from .waitinglist import reopen_waiting

    reopen_waiting(pim, draft)


def _hours(pim: PimApp, draft: Draft) -> None:
    from .hours import reopen_hours

    reopen_hours(pim, draft)


def _till(pim: PimApp, draft: Draft) -> None:
    from .till import TillScreen

    pim.push_screen(TillScreen(draft=draft))


def _bill(pim: PimApp, draft: Draft) -> None:
    from .bill import BillScreen

    pim.push_screen(BillScreen(int(draft.record), draft=draft))


def _letter(pim: PimApp, draft: Draft) -> None:
    from .moneyletters import reopen_letter

    reopen_letter(pim, draft)


def _message(pim: PimApp, draft: Draft) -> None:
    from .writing import reopen_message

    reopen_message(pim, draft)


def _call(pim: PimApp, draft: Draft) -> None:
    from .calling import reopen_call

    reopen_call(pim, draft)


def _product(pim: PimApp, draft: Draft) -> None:
    from .products import ProductsScreen

    screen = ProductsScreen()
    pim.push_then(screen, lambda: screen.restore_draft(draft))


def _stock(pim: PimApp, draft: Draft) -> None:
    from .product import ProductScreen

    screen = ProductScreen(int(draft.record))
    pim.push_then(screen, lambda: screen.restore_stock_draft(draft))


def _lot(pim: PimApp, draft: Draft) -> None:
    from .product import ProductScreen

    screen = ProductScreen(int(draft.record.split()[0]))
    pim.push_then(screen, lambda: screen.restore_lot_draft(draft))


def _taxes(pim: PimApp, draft: Draft) -> None:
    from .taxes import TaxesScreen

    screen = TaxesScreen()
    pim.push_then(screen, lambda: screen.restore_draft(draft))


def _coverage(pim: PimApp, draft: Draft) -> None:
    from .profile import ProfileScreen

    screen = ProfileScreen(int(draft.record.split()[0]))
    pim.push_then(screen, lambda: screen.coverage.restore(draft))


def _payer(pim: PimApp, draft: Draft) -> None:
    from .payers import PayersScreen

    screen = PayersScreen()
    pim.push_then(screen, lambda: screen.restore_draft(draft))


def _words(pim: PimApp, draft: Draft) -> None:
    from .templates import TemplatesScreen

    screen = TemplatesScreen()
    pim.push_then(screen, lambda: screen.restore_draft(draft))


def _keyback(pim: PimApp, draft: Draft) -> None:
    from .keyback import KeybackScreen

    pim.push_screen(KeybackScreen(date.fromisoformat(draft.record), draft.fields["line"]))


def _role(pim: PimApp, draft: Draft) -> None:
    from .roles import RolesScreen

    pim.push_screen(RolesScreen(draft))


def _staff(pim: PimApp, draft: Draft) -> None:
    from .staff import StaffScreen

    pim.push_screen(StaffScreen(draft))


def _resource(pim: PimApp, draft: Draft) -> None:
    from .resources import ResourcesScreen

    pim.push_screen(ResourcesScreen(draft))


WAYS: Mapping[str, Callable[[PimApp, Draft], None]] = {
    **dict.fromkeys(APPOINTMENT_FORMS, _appointment),
    **dict.fromkeys(("customer", "note"), _record),
    "waiting_entry": _waiting,
    **dict.fromkeys(("working_hours", "leave", "special_hours"), _hours),
    "till": _till,
    "bill": _bill,
    "money_letter": _letter,
    "message": _message,
    "call": _call,
    "product": _product,
    **dict.fromkeys(("delivery", "count"), _stock),
    **dict.fromkeys(("lot", "put_right", "set_aside", "throw_away"), _lot),
    "tax_class": _taxes,
    "payer": _payer,
    "coverage": _coverage,
    "message_template": _words,
    "keyback": _keyback,
    "role": _role,
    "staff": _staff,
    **dict.fromkeys(("room", "equipment", "appointment_type"), _resource),
}
