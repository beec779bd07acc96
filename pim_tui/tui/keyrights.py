"""Which right a key needs, where that is known before anything is asked.

The footer leaves out what would be refused, and the key itself says what is missing and who has it. This
only spares people a way that leads nowhere: the services refuse all the same.
"""

from __future__ import annotations

from typing import Final

from ..domain.rights import Right

_VISITS: Final = {
    **dict.fromkeys(("add_form", "again", "repeat", "book_there", "walk_in"), Right.BOOK),
    **dict.fromkeys(
        ("move", "later", "earlier", "next_free", "longer", "shorter", "pick_up", "put_down"),
        Right.CHANGE_APPOINTMENT,
    ),
    **dict.fromkeys(
        ("confirm", "arrive", "seat", "gone", "step_time", "complete", "missed"), Right.MARK_APPOINTMENT
    ),
    "hold": Right.HOLD,
    "profile": Right.SEE_CUSTOMER,
    "contact": Right.SEE_CUSTOMER,
}
"""What is done to appointments, wherever one is under the cursor."""

_MONEY: Final = {
    "pay": Right.TAKE_PAYMENT, "receive": Right.TAKE_PAYMENT, "adjust": Right.ADJUST_BILL,
    "spend": Right.TAKE_PAYMENT, "label": Right.PRINT, "print": Right.PRINT, "print_menu": Right.PRINT,
    "hand_back": Right.CHANGE_LOAN, "extend": Right.CHANGE_LOAN, "lost": Right.CHANGE_LOAN,
    "ledger": Right.SEE_BILL, "statement": Right.PRINT,
}  # fmt: skip
"""What is done to bills, loans and accounts, and what is printed."""

_EVERYWHERE: Final = _VISITS | _MONEY

_HERE: Final[dict[str, dict[str, Right]]] = {
    "app": {
        "customers": Right.SEE_CUSTOMER, "find": Right.SEE_CUSTOMER, "till": Right.POST_BILL,
        "products": Right.SEE_PRODUCT, "imports": Right.IMPORT, "refunds": Right.SEE_BILL,
        "day_close": Right.SEE_BILL, "lists": Right.SEE_BILL, "staff": Right.SEE_STAFF,
        "roles": Right.SEE_STAFF, "journal": Right.SEE_JOURNAL, "glass": Right.REVIEW_GLASS,
        "export": Right.EXPORT, "back_up": Right.BACK_UP,
    },
    "calendar": {
        "add": Right.BOOK, "cancel": Right.CANCEL_APPOINTMENT, "outbox": Right.SEE_CUSTOMER,
        "reports": Right.SEE_REPORT,
    },
    "moving": {"cancel": Right.CANCEL_APPOINTMENT},
    "waiting_room": {"cancel": Right.CANCEL_APPOINTMENT, "add": Right.BOOK},
    "waiting_list": dict.fromkeys(("add", "add_other", "edit", "withdraw"), Right.WAITING_LIST),
    "hours": dict.fromkeys(("week", "leave", "day", "change", "take_back"), Right.CHANGE_HOURS),
    "customers": {"add": Right.CHANGE_CUSTOMER, "payers": Right.SEE_BILL},
    "products": {"add": Right.CHANGE_PRODUCT, "taxes": Right.SEE_PRODUCT},
    "product": {
        "edit": Right.CHANGE_PRODUCT, "retire": Right.CHANGE_PRODUCT, "receive": Right.RECEIVE_STOCK,
        **dict.fromkeys(("count", "adjust", "quarantine", "scrap", "lot"), Right.COUNT_STOCK),
    },
    "payers": dict.fromkeys(("add", "edit", "retire"), Right.CHANGE_PAYER),
    "taxes": dict.fromkeys(("add", "edit", "retire", "match"), Right.CHANGE_PRODUCT),
    "bill": {
        "pay_payer": Right.TAKE_PAYMENT, "credit": Right.TAKE_PAYMENT, "unsettle": Right.TAKE_PAYMENT,
        "give_back": Right.REQUEST_RETURN, "void": Right.VOID_BILL, "write_off": Right.WRITE_OFF,
    },
    "profile": {
        "note": Right.WRITE_NOTE, "merge": Right.MERGE_CUSTOMERS, "erase": Right.ERASE_CUSTOMER,
        "archive": Right.EXPORT, "save_copy": Right.EXPORT, "picture": Right.ATTACH, "kind": Right.ATTACH,
    },
    "till": {"discount": Right.DISCOUNT, "bill_discount": Right.DISCOUNT},
    "lists": {"add": Right.POST_BILL, "cancel": Right.VOID_BILL},
    "refunds": {"pay": Right.PAY_REFUND},
    "dayclose": {
        "cancel": Right.CANCEL_APPOINTMENT, "till": Right.POST_BILL, "close_day": Right.CLOSE_DAY,
        **dict.fromkeys(("float", "cash", "count", "correct"), Right.USE_DRAWER),
    },
    "resources": dict.fromkeys(("add", "change"), Right.CHANGE_RESOURCES),
    "staff": dict.fromkeys(("add", "change"), Right.CHANGE_STAFF),
    "roles": dict.fromkeys(("add", "copy", "change", "before", "after"), Right.CHANGE_ROLES),
    "templates": dict.fromkeys(("add", "edit"), Right.CHANGE_TEMPLATE),
}  # fmt: skip
"""What keys of one place need."""


_SHARED: Final = frozenset((
    "calendar", "waiting_room", "moving", "profile", "customers", "lists", "ledger", "bill", "dayclose",
    "payers", "waiting_list", "report_rows", "reports", "messages", "preview", "product",
))  # fmt: skip
"""Where the shared names mean the same thing: in the till ``pay`` posts, among refunds it pays out."""


def needed(scope: str, action: str) -> Right | None:
    """The right that a key needs in any case; None where none does, or where it depends on the row."""
    return _HERE.get(scope, {}).get(action) or (_EVERYWHERE.get(action) if scope in _SHARED else None)
