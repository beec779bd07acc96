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
    WRITE_NOTE = "note.write"
    IMPORT = "data.import"
    UNDO_IMPORT = "data.undo_import"
    EXPORT = "data.export"
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
    CHANGE_STAFF = "staff.change"
    MERGE_CUSTOMERS = "customer.merge"
    ERASE_CUSTOMER = "customer.erase"
    ATTACH = "file.attach"
    REMOVE_FILE = "file.remove"
    PRINT = "paper.print"
    SET_UP = "clinic.set_up"
    CHECK = "clinic.check"


ROLES: dict[str, frozenset[Right]] = {"everyone": frozenset(Right)}


def rights_of(role: str) -> frozenset[Right]:
    """The rights of ``role``; none at all for a name that is not in the table."""
    return ROLES.get(role, frozenset())
