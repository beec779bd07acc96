"""The waiting list: who waits, who is put on it, and who is taken off it (A15)."""

from __future__ import annotations

from ..domain.moments import short_day
from ..domain.quickline import Names
from ..domain.rights import Right
from ..domain.waiting import URGENCIES
from ..domain.wishes import as_line, read_wishes
from ..errors import Refused
from ..queries.catalogue import catalogue
from ..queries.waiting import Waiting, waiting_list
from ..services.waiting import AddWaiting, WithdrawWaiting, add_waiting, withdraw_waiting
from .answers import Besides, Row, Say, Talk, numbered, sentence, words, yes_or_no
from .clerk import Clerk
from .listed import Person, Waits
from .ways import said

LISTED = 60
"""Entries that are read out."""
_SUCH_AS = "what they would take, such as urgent mon,thu mornings lee 30m, or any for any time"
_NOBODY = "Nobody was put on the list."


def waiting(clerk: Clerk, text: str) -> Say:
    """``waiting``, ``waiting doe``: who waits, in the order in which they are offered a time."""
    page = clerk.fetch(waiting_list, text, LISTED, 0, clerk.zone)
    clerk.listed.show([_item(one) for one in page.rows])
    many = f"{page.total} {'person waits' if page.total == 1 else 'people wait'}"
    urgent = f", {page.totals.sums['urgent']} of them urgently" if page.totals.sums["urgent"] else ""
    more = f" Only the first {LISTED} are listed." if page.total > LISTED else ""
    how = "for, a number, a day and a time book for one; off, a number and why take one off."
    return Say(f"{many}{urgent}.", numbered(map(_row, page.rows)), (f"{how}{more}",) if page.rows else ())


def _item(one: Waiting) -> Waits:
    return Waits(one.id, one.version, Person(one.customer_id, one.customer))


def _row(one: Waiting) -> Row:
    urgent = URGENCIES[one.urgency] if one.urgency else ""
    more = (
        one.standing,
        f"telephone {one.reached}" if one.reached else "",
        one.note,
        f"since {short_day(one.since_day)}",
    )
    return Row(
        ", ".join(filter(None, (one.customer, urgent, _aloud(one.wishes, one.minutes)))),
        ", ".join(filter(None, more)),
    )


def wait(clerk: Clerk, text: str) -> Talk:
    """``wait 3 urgent mon,thu mornings lee 30m``: somebody is put on the list, after a yes."""
    clerk.require(Right.WAITING_LIST)
    person, wishes = clerk.listed.whose(text)
    request, label = clerk.request(), f"waiting list, {person.name}"
    clerk.keep_about(person, label, f"wait 1 {wishes}", request)
    known = clerk.fetch(catalogue)
    names = clerk.spoken(known)
    wanted = Besides(_SUCH_AS, lambda line: not _wrong(line, names))
    if not wishes or _wrong(wishes, names):
        slip = _wrong(wishes, names)
        wishes = yield from said(f"What would {person.name} take?", wanted, (), _NOBODY, slip)
        clerk.keep_about(person, label, f"wait 1 {wishes}", request)
    while True:
        wish, _ = read_wishes(wishes, names)
        told = as_line(wish, known.staff_name(wish.staff_id), known.type_name(wish.type_id))
        other = Besides("what they would take instead", wanted.takes)
        reply = yield yes_or_no(
            f"Put {person.name} on the waiting list: {_aloud(told, wish.minutes)}?", (), _NOBODY, other
        )
        if reply == "yes":
            done = clerk.carry_out(add_waiting, AddWaiting(person.id, wish, request=request))
            return Say(
                sentence(done.says), details=("waiting reads the list; off and a number take it back.",)
            )
        wishes = reply
        clerk.keep_about(person, label, f"wait 1 {wishes}", request)


def _wrong(line: str, names: Names) -> str:
    """What of the wishes was not understood, in sentences; empty where all was."""
    messages = (fault.message for fault in read_wishes(line, names)[1])
    return " ".join(sentence(f"{message[:1].upper()}{message[1:]}") for message in messages)


def _aloud(wishes: str, minutes: int) -> str:
    """Wishes with the length in words."""
    return wishes.replace(f"{minutes}m", f"{minutes} min", 1)


def off(clerk: Clerk, text: str) -> Talk:
    """``off 3``, ``off 3 has found another time``: somebody who was listed waits no more, after a yes."""
    clerk.require(Right.WAITING_LIST)
    number, _, reason = text.partition(" ")
    entry = clerk.listed[number]
    if not isinstance(entry, Waits):
        raise Refused(f"Number {number} is nobody who waits.", "waiting lists who waits.")
    otherwise, name = f"{entry.person.name} goes on waiting.", entry.person.name
    if not reason.strip():
        reason = yield words(
            f"Take {name} off the waiting list: why?", "Type the reason; Enter leaves.", (), otherwise
        )
    yield yes_or_no(f"Take {name} off the waiting list: {reason.strip()}?", (), otherwise)
    done = clerk.carry_out(
        withdraw_waiting, WithdrawWaiting(entry.id, entry.version, reason, clerk.request())
    )
    return Say(sentence(done.says))
