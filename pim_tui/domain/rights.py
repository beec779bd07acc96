"""Who may do what: named rights and the one table that grants them.

Until people sign in, every staff member holds the one role in use; the services already check the
right they need, so later roles only add rows to :data:`ROLES`.
"""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """One thing a person may be allowed to do."""

    BOOK = "appointment.book"
    CHANGE_APPOINTMENT = "appointment.change"
    CANCEL_APPOINTMENT = "appointment.cancel"
    MARK_APPOINTMENT = "appointment.mark"
    REOPEN_APPOINTMENT = "appointment.reopen"
    OVERBOOK = "appointment.overbook"
    OVERBOOK_BEYOND_CAP = "appointment.overbook_beyond_cap"
    SEE_CUSTOMER = "customer.see"
    CHANGE_CUSTOMER = "customer.change"
    WRITE_NOTE = "note.write"
    IMPORT = "data.import"
    UNDO_IMPORT = "data.undo_import"
    EXPORT = "data.export"
    SEE_PRODUCT = "product.see"
    ATTACH = "file.attach"
    PRINT = "paper.print"
    SET_UP = "clinic.set_up"
    CHECK = "clinic.check"


ROLES: dict[str, frozenset[Right]] = {"everyone": frozenset(Right)}


def rights_of(role: str) -> frozenset[Right]:
    """The rights of ``role``; none at all for a name that is not in the table."""
    return ROLES.get(role, frozenset())
