"""What is to be known of a posted document at a glance, and which keys do something to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from ...domain.bills import BILLS, OWED, PostingKind
from ...domain.money import figures
from ...queries.bills import BillPage, Event, SettledRow
from .loankeys import ON_LOANS

_COPY = re.compile(r"COPY (\d+)")
_HANDED_OUT = ("printed", "saved", "emailed", "shown")


def title_of(page: BillPage) -> str:
    """What the document is, for the title of the screen; that it is void comes first."""
    head = page.header
    kind = f"{head.kind.word} bill" if head.kind in BILLS else head.kind.word
    void = "VOID · " if head.void_id is not None else ""
    return f"{void}{head.code} · {kind} · {head.customer or head.payer or 'no customer'}"


def status_of(page: BillPage) -> str:
    """How far it is paid, with its letter; of what is no bill what is still to somebody's credit."""
    status, credit = page.status, max(0, -page.due) + max(0, -page.payer_due)
    if status is not None:
        return f"{status.letter} {status.word}"
    if page.header.void_id is not None:
        return "V Void"
    return f"credit left {figures(credit, page.header.currency)}" if credit else ""


def amounts_of(page: BillPage) -> dict[str, int]:
    """The numbers of a document that can be explained, by their key."""
    paid = sum(row.amount for row in paying(page) if row.account == "receivable")
    off = sum(row.amount for row in page.settled_by if row.account == "receivable") - paid
    lines = {"total": page.header.amount, "payer_share": page.payer_share} if page.lines else {}
    return {**lines, "paid": paid, "off": off, "left": page.due, "payer_left": page.payer_due}


def paying(page: BillPage) -> tuple[SettledRow, ...]:
    """What settles it besides its own corrections."""
    own = {row.id for row in page.corrections}
    return tuple(row for row in page.settled_by if row.id not in own)


def works(action: str, page: BillPage, today: date) -> bool:
    """Whether a key of the page does something to this document: the footer offers only those."""
    head = page.header
    bill = head.kind in OWED and head.void_id is None
    waits = any(row.state in ("requested", "approved") for row in page.returns)
    return {
        "pay": bill and page.due > 0,
        "notice": bill and page.due > 0 and head.customer_id is not None,
        "pay_payer": bill and page.payer_due > 0,
        "credit": page.due < 0 or page.payer_due < 0,
        "give_back": bill and any(line.quantity > line.returned for line in page.lines),
        "refund": waits,
        "unsettle": bool(page.payments) or bool(page.settles and page.parts),
        "adjust": bill,
        "write_off": bill and (page.due > 0 or page.payer_due > 0),
        "void": _can_be_void(page, today),
        "profile": head.customer_id is not None,
        "label": head.kind == PostingKind.DISPENSE and head.void_id is None,
        **dict.fromkeys(ON_LOANS, bill and any(line.out for line in page.lines)),
    }.get(action, True)


def _can_be_void(page: BillPage, today: date) -> bool:
    """Whether it is of today, and neither void already nor returned in part (M8)."""
    head = page.header
    returned = any(row.state not in ("rejected", "withdrawn") for row in page.returns)
    fixed = head.void_id is not None or head.kind in (PostingKind.VOID, PostingKind.REFUND)
    return head.day == today and not returned and not fixed


def copies_of(history: Iterable[Event]) -> str:
    """The last copy that was printed; empty while only the original was."""
    notes = (_COPY.search(one.note) for one in history if one.what in _HANDED_OUT)
    copies = [found[1] for found in notes if found]
    return f"{copies[-1]} was the last one handed out" if copies else ""
