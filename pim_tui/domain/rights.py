"""Who may do what: named rights, and the roles that a book begins with.

What a role may do is in the book, where the clinic changes it; :data:`ROLES` is what is written there
first. A right that no role of somebody's grants is denied.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Right(StrEnum):
    """One thing a person may be allowed to do."""

    WORK = "desk.work"
    SEE_APPOINTMENT = "appointment.see"
    BOOK = "appointment.book"
    CHANGE_APPOINTMENT = "appointment.change"
    CANCEL_APPOINTMENT = "appointment.cancel"
    MARK_APPOINTMENT = "appointment.mark"
    REOPEN_APPOINTMENT = "appointment.reopen"
    OVERBOOK = "appointment.overbook"
    OVERBOOK_BEYOND_CAP = "appointment.overbook_beyond_cap"
    HOLD = "appointment.hold"
    WAITING_LIST = "waiting.change"
    WAIVE_FEE = "fee.waive"
    CHANGE_HOURS = "hours.change"
    CHANGE_RESOURCES = "resource.change"
    CHANGE_TEMPLATE = "template.change"
    SEND_MESSAGE = "message.send"
    CALL = "call.log"
    DELIVER = "message.deliver"
    START_VIDEO = "video.start"
    SEE_REPORT = "report.see"
    SEE_CUSTOMER = "customer.see"
    CHANGE_CUSTOMER = "customer.change"
    SEE_NOTE = "note.see"
    WRITE_NOTE = "note.write"
    SEE_FILE = "file.see"
    BREAK_GLASS = "glass.break"
    REVIEW_GLASS = "glass.review"
    IMPORT = "data.import"
    UNDO_IMPORT = "data.undo_import"
    EXPORT = "data.export"
    EXPORT_MANY = "data.export_many"
    SEE_PRODUCT = "product.see"
    CHANGE_PRODUCT = "product.change"
    RECEIVE_STOCK = "stock.receive"
    COUNT_STOCK = "stock.count"
    RESTOCK_MEDICINE = "stock.restock_medicine"
    SEE_BILL = "bill.see"
    POST_BILL = "bill.post"
    OVERRIDE_PRICE = "bill.override_price"
    DISCOUNT = "bill.discount"
    ADJUST_BILL = "bill.adjust"
    VOID_BILL = "bill.void"
    WRITE_OFF = "bill.write_off"
    TAKE_PAYMENT = "payment.take"
    REQUEST_RETURN = "return.request"
    APPROVE_RETURN = "return.approve"
    PAY_REFUND = "refund.pay"
    CHANGE_LOAN = "loan.change"
    USE_DRAWER = "drawer.use"
    CLOSE_DAY = "day.close"
    CHANGE_PAYER = "payer.change"
    SEE_STAFF = "staff.see"
    CHANGE_STAFF = "staff.change"
    CHANGE_ROLES = "role.change"
    END_SESSION = "session.end"
    SEE_JOURNAL = "journal.see"
    MERGE_CUSTOMERS = "customer.merge"
    ERASE_CUSTOMER = "customer.erase"
    ATTACH = "file.attach"
    REMOVE_FILE = "file.remove"
    PRINT = "paper.print"
    SET_UP = "clinic.set_up"
    CHECK = "clinic.check"
    BACK_UP = "clinic.back_up"


_ANYBODY = frozenset({Right.WORK, Right.SEE_APPOINTMENT, Right.SEE_PRODUCT, Right.SEE_STAFF})
"""What everybody needs who works at a desk."""

_DESK = _ANYBODY | {
    Right.BOOK, Right.CHANGE_APPOINTMENT, Right.CANCEL_APPOINTMENT, Right.MARK_APPOINTMENT, Right.HOLD,
    Right.WAITING_LIST, Right.SEND_MESSAGE, Right.CALL, Right.SEE_CUSTOMER, Right.CHANGE_CUSTOMER,
    Right.ATTACH, Right.PRINT, Right.SEE_BILL,
}  # fmt: skip

_TILL = frozenset({
    Right.POST_BILL, Right.TAKE_PAYMENT, Right.REQUEST_RETURN, Right.USE_DRAWER, Right.SEE_BILL, Right.PRINT,
})  # fmt: skip

_CLINICAL = frozenset({Right.SEE_NOTE, Right.WRITE_NOTE, Right.SEE_FILE})

_HOUSE = frozenset({
    Right.CHANGE_STAFF, Right.CHANGE_ROLES, Right.END_SESSION, Right.SEE_JOURNAL, Right.SET_UP, Right.CHECK,
    Right.BACK_UP, Right.DELIVER, Right.CHANGE_RESOURCES, Right.CHANGE_TEMPLATE, Right.CHANGE_HOURS,
})  # fmt: skip

ROLES: dict[str, frozenset[Right]] = {
    "owner": frozenset(Right),
    "administrator": frozenset({Right.WORK, Right.SEE_STAFF, Right.SEE_PRODUCT}) | _HOUSE,
    "supervisor": frozenset(Right) - _CLINICAL - {Right.CHANGE_ROLES, Right.SET_UP, Right.BACK_UP},
    "receptionist": _DESK | _TILL | {Right.BREAK_GLASS},
    "clinician": _DESK | _CLINICAL | {
        Right.REOPEN_APPOINTMENT, Right.OVERBOOK, Right.START_VIDEO, Right.POST_BILL, Right.CHANGE_LOAN,
        Right.REMOVE_FILE, Right.EXPORT,
    },
    "cashier": _ANYBODY | _TILL | {
        Right.SEE_CUSTOMER, Right.DISCOUNT, Right.PAY_REFUND, Right.CLOSE_DAY, Right.CHANGE_LOAN,
    },
}  # fmt: skip
"""The roles of a new book. The owner does everything, as whoever works alone has to; the administrator sees
to the program and sees no customer's data; a receptionist sees the titles of notes and documents, not their
text.
"""


def rights_of(role: str) -> frozenset[Right]:
    """The rights that ``role`` has in a new book; none at all for a name that is not in the table."""
    return ROLES.get(role, frozenset())


def read_rights(names: Iterable[str]) -> frozenset[Right]:
    """The rights with these names; names that this version does not know grant nothing."""
    known = {right.value: right for right in Right}
    return frozenset(known[name] for name in names if name in known)
