"""Who may do what: named rights, and the roles that a book begins with.

What a role may do is in the book, where the clinic changes it; :data:`ROLES` is what is written there
first. A right that no role of somebody's grants is denied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
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


AREAS: dict[str, dict[Right, str]] = {
    "At the desk": {
        Right.WORK: "work at a desk: sign in, lock, unlock",
        Right.SEE_STAFF: "see staff list, roles, working hours",
    },
    "Appointments": {
        Right.SEE_APPOINTMENT: "see the calendar and every appointment",
        Right.BOOK: "book appointments",
        Right.CHANGE_APPOINTMENT: "move and change appointments",
        Right.CANCEL_APPOINTMENT: "cancel appointments",
        Right.MARK_APPOINTMENT: "mark arrivals, Completed and Missed",
        Right.REOPEN_APPOINTMENT: "open closed appointments again",
        Right.OVERBOOK: "overbook, up to the daily cap",
        Right.OVERBOOK_BEYOND_CAP: "overbook beyond the daily cap",
        Right.HOLD: "hold a time",
        Right.WAITING_LIST: "change the waiting list",
        Right.WAIVE_FEE: "waive fees for late or missed visits",
        Right.START_VIDEO: "start video visits",
        Right.SEE_REPORT: "see reports",
    },
    "Customers": {
        Right.SEE_CUSTOMER: "see customers and how to reach them",
        Right.CHANGE_CUSTOMER: "add and change customers",
        Right.MERGE_CUSTOMERS: "merge records of one person",
        Right.ERASE_CUSTOMER: "erase customers",
        Right.SEND_MESSAGE: "write to customers",
        Right.CALL: "list and write down calls",
    },
    "Notes and documents": {
        Right.SEE_NOTE: "read notes",
        Right.WRITE_NOTE: "write notes",
        Right.SEE_FILE: "read documents",
        Right.ATTACH: "attach documents and photos",
        Right.REMOVE_FILE: "remove documents and photos",
        Right.BREAK_GLASS: "open a closed record for a reason",
        Right.REVIEW_GLASS: "look into who opened closed records",
    },
    "Bills and payments": {
        Right.SEE_BILL: "see bills, payments and balances",
        Right.POST_BILL: "post bills",
        Right.TAKE_PAYMENT: "take payments",
        Right.DISCOUNT: "give discounts",
        Right.OVERRIDE_PRICE: "charge another price",
        Right.ADJUST_BILL: "adjust posted bills",
        Right.VOID_BILL: "void bills",
        Right.WRITE_OFF: "write off what is owed",
        Right.REQUEST_RETURN: "ask for a return or refund",
        Right.APPROVE_RETURN: "approve the refunds of others",
        Right.PAY_REFUND: "pay refunds out",
        Right.USE_DRAWER: "open, count and close a cash drawer",
        Right.CLOSE_DAY: "close the day",
        Right.CHANGE_PAYER: "change who else pays",
        Right.CHANGE_LOAN: "take loans back and extend them",
    },
    "Products and stock": {
        Right.SEE_PRODUCT: "see products and stock",
        Right.CHANGE_PRODUCT: "change products and prices",
        Right.RECEIVE_STOCK: "take deliveries in",
        Right.COUNT_STOCK: "count and correct stock",
        Right.RESTOCK_MEDICINE: "put returned medicine on the shelf",
    },
    "In and out": {
        Right.PRINT: "print",
        Right.EXPORT: "export",
        Right.EXPORT_MANY: "export more than 50 people at once",
        Right.IMPORT: "import files",
        Right.UNDO_IMPORT: "take whole imports back",
    },
    "The clinic": {
        Right.CHANGE_HOURS: "change hours, leave and holidays",
        Right.CHANGE_RESOURCES: "change rooms, equipment and types",
        Right.CHANGE_TEMPLATE: "change the words of messages",
        Right.CHANGE_STAFF: "change the staff list",
        Right.CHANGE_ROLES: "change what roles may do",
        Right.END_SESSION: "end somebody else's session",
        Right.SEE_JOURNAL: "read the journal",
        Right.DELIVER: "run deliveries and outside services",
        Right.SET_UP: "set up the clinic",
        Right.CHECK: "check the book",
        Right.BACK_UP: "back up and restore the book",
    },
}
"""Every right in words, completing "this role may ...", by what it is about."""

TITLES: dict[Right, str] = {right: title for area in AREAS.values() for right, title in area.items()}
"""Every right in words."""

_ANYBODY = frozenset({Right.WORK, Right.SEE_APPOINTMENT, Right.SEE_PRODUCT, Right.SEE_STAFF})
"""What everybody needs who works at a desk."""

_DESK = _ANYBODY | {
    Right.BOOK, Right.CHANGE_APPOINTMENT, Right.CANCEL_APPOINTMENT, Right.MARK_APPOINTMENT, Right.HOLD,
    Right.WAITING_LIST, Right.SEND_MESSAGE, Right.CALL, Right.SEE_CUSTOMER, Right.CHANGE_CUSTOMER,
    Right.ATTACH, Right.PRINT, Right.SEE_BILL,
}  # fmt: skip

_TILL = frozenset(
    {Right.POST_BILL, Right.TAKE_PAYMENT, Right.REQUEST_RETURN, Right.USE_DRAWER, Right.SEE_BILL, Right.PRINT}
)

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


def may_now(before: Collection[Right], now: Collection[Right]) -> str:
    """What somebody may no longer do and what they may now, in one sentence."""
    lost = ", ".join(title for right, title in TITLES.items() if right in before and right not in now)
    new = ", ".join(title for right, title in TITLES.items() if right in now and right not in before)
    told = (f"no longer {lost}" if lost else "", f"now {new}" if new else "")
    return f"What you may do was changed: {'; '.join(filter(None, told))}."
