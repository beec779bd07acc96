"""What somebody at another desk did, in the words of the footer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .moments import Zone, clock, day_of, days_touched, near_moment
from .rights import Right
from .states import STEPS, Status

Values = Mapping[str, Any]

_ABOUT: dict[Right, str] = {
    Right.SEE_APPOINTMENT: "appointment series hold waiting_entry waiting_offer blocked_time calendar_item",
    Right.SEE_CUSTOMER: "customer note attachment coverage outbox inbound_text",
    Right.SEE_BILL: "posting draft_bill return_request loan drawer day_close payer",
    Right.SEE_PRODUCT: "product stock_movement lot",
    Right.REVIEW_GLASS: "break_glass",
}
NEEDED = {kind: right for right, kinds in _ABOUT.items() for kind in kinds.split()}
"""The right to hear what was done to a record of this kind, for the sentence names people; those of other
kinds are for everybody."""

CHANGE_NOTHING = (
    *("print", "not printed", "email", "export", "export report", "start"),
    *("see", "refused", "sign in", "sign out", "lock", "unlock"),
)
"""What the journal keeps although no record is different afterwards."""
_QUIET = ("draw", "extend", "fill", "book over")
"""What happens by itself: a series goes on, public holidays are filled in, a hold goes with its booking."""
_ON_DAYS = ("appointment", "hold", "waiting_offer")
"""Kinds of records that belong to days."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One change as the journal tells it.

    ``kind`` is the table. ``before`` and ``after`` are the values it keeps, empty where there were none
    or where they were erased. ``customer`` names whom the record is about, as far as that is known.
    """

    who: str
    action: str
    kind: str
    row_id: int | None
    before: Values
    after: Values
    customer_id: int | None = None
    customer: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """One change by another desk: what has to be read again, and a sentence.

    ``days`` are the ISO days it was on and is on now; empty where the record belongs to none. An empty
    ``kind`` means that anything may have changed. ``says`` is empty for what nobody at a desk cares about.
    """

    kind: str
    id: int | None = None
    days: tuple[str, ...] = ()
    customer_id: int | None = None
    who: str = ""
    says: str = ""


def news_of(line: JournalLine, zone: Zone) -> News:
    """The news that ``line`` is; ``zone`` is the clinic's."""
    told = _TOLD.get(line.kind)
    did = told(line, zone) if told and line.action not in _QUIET else ""
    if did and line.action == "take back":
        did = f"took back what was imported: {line.customer or _name(line)}".rstrip(": ")
    days = (*_days(line.before, zone), *_days(line.after, zone)) if line.kind in _ON_DAYS else ()
    says = f"{line.who} {did}." if line.who and did else ""
    return News(line.kind, line.row_id, tuple(dict.fromkeys(days)), line.customer_id, line.who, says)


def many(who: tuple[str, ...]) -> News:
    """More than is worth telling apart."""
    return News("", who=", ".join(who), says=f"Many changes by {', '.join(who) or 'another desk'}.")


def summed(news: list[News]) -> str:
    """Several as one sentence: the newest, and how many there were besides it."""
    told = [one.says for one in news if one.says]
    if not told:
        return ""
    more = len(dict.fromkeys(told)) - 1
    return f"{told[-1].removesuffix('.')} (and {more} more)." if more else told[-1]


def _days(values: Values, zone: Zone) -> tuple[str, ...]:
    start, end = values.get("starts_at"), values.get("ends_at")
    if type(start) is not int or type(end) is not int:
        return ()
    return days_touched(start, end, zone)


def _appointment(line: JournalLine, zone: Zone) -> str:
    before, after, whom = line.before, line.after, line.customer or "an appointment"
    start, was = after.get("starts_at"), before.get("starts_at")
    if type(start) is not int:
        return f"changed {whom}"
    at = f"{whom} {clock(start, zone)}"
    if not before:
        came = line.action in ("import", "come in")
        return f"{'brought in' if came else 'booked'} {whom}, {near_moment(start, zone)}"
    if before.get("status") != after.get("status"):
        return _MARKED.get(str(after.get("status")), "changed {}").format(at)
    if type(was) is int and was != start:
        same_day = day_of(was, zone) == day_of(start, zone)
        return f"moved {whom} to {clock(start, zone) if same_day else near_moment(start, zone)}"
    if before.get("minutes") != after.get("minutes"):
        return f"made {at} {after.get('minutes')} minutes long"
    return _step(before, after, at) or f"changed {at}"


def _step(before: Values, after: Values, whom: str) -> str:
    """The step of a visit that was taken, taken back or put right; empty where none was."""
    for step in STEPS:
        was, is_ = before.get(f"{step}_at"), after.get(f"{step}_at")
        if was != is_:
            if was is not None and is_ is not None:
                return f"put right when {whom} {step}"
            return f"marked {whom} {step if was is None else f'not {step}'}"
    return ""


def _hold(line: JournalLine, zone: Zone) -> str:
    """A time that is held, or let go before its end."""
    start = (line.after or line.before).get("starts_at")
    if type(start) is not int:
        return ""
    when = f"{near_moment(start, zone)}, {_name(line)}"
    return f"holds {when}" if line.after else f"let {when} go"


def _waiting_entry(line: JournalLine, zone: Zone) -> str:
    """Who was put on the waiting list or taken off; that one was booked is told by the booking."""
    whom = line.customer or "a customer"
    told = {
        "create": "put {} on the waiting list",
        "change": "changed what {} waits for",
        "withdraw": "took {} off the waiting list",
    }
    return told.get(line.action, "").format(whom)


def _waiting_offer(line: JournalLine, zone: Zone) -> str:
    start, whom = line.after.get("starts_at"), line.customer or "somebody who waits"
    if type(start) is not int or line.action not in ("offer", "declined"):
        return ""
    return (
        f"offered {whom} {near_moment(start, zone)}"
        if line.action == "offer"
        else f"wrote down that {whom} declined"
    )


_MARKED: dict[str, str] = {
    Status.SCHEDULED: "set {} back to Scheduled",
    Status.COMPLETED: "marked {} Completed",
    Status.MISSED: "marked {} Missed",
    Status.CANCELED: "canceled {}",
}


def _customer(line: JournalLine, zone: Zone) -> str:
    verbs = {
        "create": "added",
        "import": "brought in",
        "merge": "merged two records of",
        "unmerge": "parted two records of",
        "erase": "erased",
    }
    return f"{verbs.get(line.action, 'changed the record of')} {line.customer or 'a customer'}"


def _note(line: JournalLine, zone: Zone) -> str:
    verbs = {"write": "wrote", "withdraw": "withdrew"}
    about = f" about {line.customer}" if line.customer else ""
    return f"{verbs.get(line.action, 'changed')} a note{about}"


def _attachment(line: JournalLine, zone: Zone) -> str:
    verbs = {"remove": "removed a file of", "change": "changed a document of"}
    return f"{verbs.get(line.action, 'added a file for')} {line.customer or 'a customer'}"


def _product(line: JournalLine, zone: Zone) -> str:
    return f"{_DONE.get(line.action, 'changed')} {_name(line) or 'a product'}"


_DONE = {
    "import": "brought in", "create": "added", "retire": "took out of use", "count": "counted",
    "reactivate": "took into use again",
}  # fmt: skip


def _movement(line: JournalLine, zone: Zone) -> str:
    """Stock that came, went or was put right; a count is told once, by its product."""
    quantity, name = line.after.get("quantity"), _name(line) or "a product"
    if line.action == "count" or type(quantity) is not int:
        return ""
    if line.action == "move":
        if quantity < 0:
            return ""
        where = "into quarantine" if line.after.get("place") == "quarantine" else "back on the shelf"
        return f"put {quantity} of {name} {where}"
    if line.action in ("receipt", "scrap"):
        return f"{'received' if quantity > 0 else 'threw away'} {abs(quantity)} of {name}"
    return f"put the stock of {name} right by {quantity:+}"


def _lot(line: JournalLine, zone: Zone) -> str:
    called = line.after.get("lot") or "a lot"
    return f"changed {called} of {_name(line) or 'a product'}"


def _payer(line: JournalLine, zone: Zone) -> str:
    return f"{_DONE.get(line.action, 'changed')} the payer {_name(line)}".rstrip()


def _coverage(line: JournalLine, zone: Zone) -> str:
    return f"changed who pays for {line.customer or 'a customer'}"


def _tax_class(line: JournalLine, zone: Zone) -> str:
    return f"{_DONE.get(line.action, 'changed')} the tax class {_name(line)}".rstrip()


def _outbox(line: JournalLine, zone: Zone) -> str:
    """A message that has failed is everybody's news, and who was called; that others went is nobody's."""
    if line.action == "call":
        return f"called {line.customer or 'a customer'}"
    if line.action != "fail":
        return ""
    whom = f" to {line.customer}: G in the profile says why" if line.customer else ""
    if line.after.get("state") == "unknown":
        return f"cannot tell whether the {line.after.get('kind') or 'message'} went{whom}"
    return f"could not send the {line.after.get('kind') or 'message'}{whom}"


def _service(line: JournalLine, zone: Zone) -> str:
    """A channel or a service that has stopped working; that it works again shows by itself."""
    why = str(line.after.get("why") or "").rstrip(".")
    return f"cannot go on with {_name(line)}: {why}; G in the calendar tells more"


def _inbound_text(line: JournalLine, zone: Zone) -> str:
    """A text that came in is everybody's news."""
    whom = line.customer or "a number that nobody has"
    told = {"stop": f"took in STOP from {whom}: no more SMS", "start": f"took in START from {whom}"}
    read = ": G in the profile shows it" if line.customer else ""
    return told.get(str(line.after.get("word")), f"took in a text message from {whom}{read}")


def _posting(line: JournalLine, zone: Zone) -> str:
    """What was posted is named by its number, and what it is about by that of the other."""
    number, of = str(line.after.get("code") or "a bill"), str(line.after.get("of") or "a bill")
    if line.action in ("settle", "unsettle"):
        return f"{_POSTED[line.action]} {number}"
    whom = f" for {line.customer}" if line.customer and line.action != "pay" else ""
    payer = f" of {line.customer}" if line.customer and line.action == "pay" else ""
    return f"{_POSTED.get(line.action, 'posted {}').format(number, of)}{whom}{payer}"


_POSTED = {
    "post": "posted {}", "pay": "took the payment {}", "void": "voided {1}",
    "write off": "wrote off a part of {1}", "settle": "settled", "unsettle": "parted a payment from",
}  # fmt: skip


def _draft(line: JournalLine, zone: Zone) -> str:
    if line.action == "post":
        return ""
    whom = f" for {line.customer}" if line.customer else ""
    return f"{'parked' if line.action == 'park' else 'dropped'} a bill{whom}"


def _return(line: JournalLine, zone: Zone) -> str:
    verbs = {
        "request": "asked for a refund",
        "approve": "approved a refund",
        "reject": "rejected a refund",
        "approve again": "approved a refund again",
        "withdraw": "withdrew the request for a refund",
        "pay": "paid a refund out",
        "credit": "credited a refund",
    }
    return f"{verbs.get(line.action, 'changed a refund')}{f' of {line.customer}' if line.customer else ''}"


def _loan(line: JournalLine, zone: Zone) -> str:
    number, name = line.after.get("quantity"), _name(line) or "a loan"
    whom = f" of {line.customer}" if line.customer else ""
    if line.action == "extend time":
        return f"gave {line.customer or 'somebody'} more time for {name}"
    verbs = {"hand back": "took back", "lose": "wrote down as lost"}
    return f"{verbs.get(line.action, 'changed')} {number or ''} {name}{whom}".replace("  ", " ")


def _drawer(line: JournalLine, zone: Zone) -> str:
    """What was in it is nobody's business at another desk: whoever counts counts blindly."""
    if line.action == "overdraw":
        return ""
    way = "took cash out of" if line.after.get("way") == "out" else "put cash into"
    verbs = {
        "open": "opened the drawer",
        "count": "counted the drawer",
        "move": f"{way} the drawer",
        "correct": "corrected a count of cash",
    }
    return verbs.get(line.action, "changed the drawer")


def _day_close(line: JournalLine, zone: Zone) -> str:
    return f"closed {line.after.get('day') or 'a day'}: Z {line.after.get('number')}"


def _words(line: JournalLine, zone: Zone) -> str:
    return f"changed the words of the {line.after.get('kind') or 'messages'}"


def _staff(line: JournalLine, zone: Zone) -> str:
    return f"put {_name(line)} on the staff list" if line.action == "add" else "changed the staff list"


def _resource(line: JournalLine, zone: Zone) -> str:
    called = {"appointment_type": "appointment type"}.get(line.kind, line.kind)
    verb = "added" if line.action == "add" else _DONE.get(line.action, "changed")
    return f"{verb} the {called} {_name(line)}".rstrip()


def _working_hours(line: JournalLine, zone: Zone) -> str:
    return f"set new hours of {_name(line) or 'somebody'}"


def _leave(line: JournalLine, zone: Zone) -> str:
    verbs = {"add": "wrote down leave of", "withdraw": "took back leave of"}
    return f"{verbs.get(line.action, 'changed the leave of')} {_name(line) or 'somebody'}"


def _special_hours(line: JournalLine, zone: Zone) -> str:
    day, hours = line.after.get("day") or "a day", line.after.get("hours") or "other hours"
    if line.action == "withdraw":
        return f"made {day} a day like any other again"
    return f"said of {day}: {hours}{f', {_name(line)}' if _name(line) else ''}"


def _blocked(line: JournalLine, zone: Zone) -> str:
    return f"read in the calendar of {_name(line) or 'somebody'} when they are busy elsewhere"


def _calendar_item(line: JournalLine, zone: Zone) -> str:
    return f"put a visit right that was changed in the calendar of {_name(line) or 'somebody'}"


def _name(line: JournalLine) -> str:
    return str(line.after.get("name") or line.before.get("name") or "")


def _series(line: JournalLine, zone: Zone) -> str:
    verbs = {"book": "made a series for", "import": "brought in a series of", "end": "ended the series of"}
    return f"{verbs.get(line.action, 'changed the series of')} {line.customer or 'a customer'}"


def _break_glass(line: JournalLine, zone: Zone) -> str:
    """Who opened a closed record; that somebody has looked into it is no news."""
    return f"opened the closed record of {line.customer or 'a customer'}" if not line.before else ""


_TOLD = {
    "break_glass": _break_glass,
    "series": _series,
    "appointment": _appointment, "customer": _customer, "note": _note, "attachment": _attachment,
    "product": _product, "posting": _posting, "draft_bill": _draft,
    "return_request": _return, "staff": _staff,
    "stock_movement": _movement, "lot": _lot, "payer": _payer, "coverage": _coverage,
    "hold": _hold, "waiting_entry": _waiting_entry, "waiting_offer": _waiting_offer,
    "room": _resource, "equipment": _resource, "appointment_type": _resource,
    "working_hours": _working_hours, "leave": _leave, "special_hours": _special_hours,
    "tax_class": _tax_class, "loan": _loan, "drawer": _drawer, "day_close": _day_close,
    "message_template": _words, "outbox": _outbox, "service": _service, "inbound_text": _inbound_text,
    "blocked_time": _blocked, "calendar_item": _calendar_item,
}  # fmt: skip
