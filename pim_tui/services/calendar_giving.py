"""The visits of somebody go into their calendar on a server, and what was done to them there is put right.

Each write is decided on what the server has, and is refused by it where that is another by now: then it is
read and decided once more, and what is refused again waits for the next pass. What was written is noted
at once, so that a pass that is cut loses nothing; what was written and not noted is found by its name.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..db.connection import write_tx
from ..domain.calendars import UNKNOWN, Account, Item, Member, RemoteCalendar, Tally, Window, digest
from ..domain.handout import VisitOut
from ..exports.ical import resource, told_briefly, uid_of
from ..exports.instants import basic
from ..imports.ical.additions import additions
from ..imports.ical.busy import read_resource
from ..queries.calendars import items, visits_with
from . import audit
from .audit import Change
from .calendar_rows import Whose, drop_item, keep_item, same
from .chores import Stop
from .work import Work


@dataclass(frozen=True, slots=True)
class Giving:
    """What giving works with, for one pass over one calendar."""

    work: Work
    remote: RemoteCalendar
    account: Account
    whose: Whose
    window: Window
    tally: Tally


def give_out(giving: Giving, stop: Stop) -> bool:
    """Make the calendar have the visits that are in the book; False where it was stopped before the end."""
    all_ = items(giving.whose.staff_id, giving.window.first)
    known = [one for one in all_ if one.appointment_id is not None]
    by_visit = {one.appointment_id: one for one in known}
    zone, window = giving.work.session.zone, giving.window
    wanted = visits_with(giving.whose.staff_id, window, zone, [one.appointment_id or 0 for one in known])
    for visit in wanted:
        if stop():
            return False
        _keep(giving, visit, by_visit.get(visit.id))
    there = {one.id for one in wanted}
    for item in known:
        if item.appointment_id not in there:
            if stop():
                return False
            _take_out(giving, item)
    return True


def _keep(giving: Giving, visit: VisitOut, item: Item | None) -> None:
    """One visit is there, and as it is in the book."""
    sent = digest(told_briefly(visit, names=giving.account.names))
    if item is None:
        href = giving.remote.named(giving.whose.file_name(visit.id))
        if _write(giving, visit, href, None):
            giving.tally.put += 1
        return
    if item.sent == sent and item.etag not in ("", UNKNOWN):
        return
    there = giving.remote.get(item.href)
    if there is not None and _as_it_is(giving, visit, there):
        _note(giving, visit, there.href, there.etag)
    elif _write(giving, visit, item.href, there):
        if item.sent:
            giving.tally.put += 1
        else:
            giving.tally.put_back += 1
            _tell(giving, visit)


def _write(giving: Giving, visit: VisitOut, href: str, there: Member | None, *, again: bool = True) -> bool:
    """Write a visit in the place of what is there; whether it was done. A conflict is decided once more."""
    stamp, clinic = basic(giving.work.now), giving.whose.clinic
    kept = additions(there.data) if there else ()
    text = resource(visit, stamp, clinic, names=giving.account.names, kept=kept)
    put = giving.remote.put(href, text.encode(), there.etag if there else None)
    if put.end == "done":
        _note(giving, visit, href, put.etag)
        return True
    if put.end == "refused":
        giving.tally.says.append(put.says)
        return False
    uid = uid_of(visit, clinic)
    if put.end == "elsewhere":
        href = put.href or giving.remote.where(uid)
    now = giving.remote.get(href) if href else None
    if now is not None and read_resource(now.data, giving.work.session.zone).uid != uid:
        giving.tally.says.append(
            f"The calendar of {giving.account.staff} has something else in the place of a visit."
        )
        return False
    if now is not None and _as_it_is(giving, visit, now):
        _note(giving, visit, href, now.etag)
        return True
    return bool(href) and again and _write(giving, visit, href, now, again=False)


def _as_it_is(giving: Giving, visit: VisitOut, there: Member) -> bool:
    """Whether the server has it as it should be already."""
    found = read_resource(there.data, giving.work.session.zone)
    return found.uid == uid_of(visit, giving.whose.clinic) and same(visit, found, names=giving.account.names)


def _take_out(giving: Giving, item: Item) -> None:
    """A visit is canceled, or somebody else's by now."""
    remote, etag = giving.remote, item.etag
    if etag in ("", UNKNOWN):
        now = remote.get(item.href)
        etag = now.etag if now else ""
    gone = remote.delete(item.href, etag)
    if not gone:
        now = remote.get(item.href)
        gone = now is None or remote.delete(item.href, now.etag)
    if gone:
        with write_tx():
            drop_item(item.id)
        giving.tally.gone += 1


def _note(giving: Giving, visit: VisitOut, href: str, etag: str) -> None:
    """Write down what the server has now."""
    whose, sent = giving.whose, digest(told_briefly(visit, names=giving.account.names))
    with write_tx():
        keep_item(whose, href, uid_of(visit, whose.clinic), etag or UNKNOWN, sent, visit.id)


def _tell(giving: Giving, visit: VisitOut) -> None:
    """A visit was moved or deleted outside: the desks hear of it, and whose calendar it was."""
    about = {"name": giving.whose.name, "staff_id": giving.whose.staff_id}
    with write_tx():
        change = Change("put back", "calendar_item", None, None, {**about, "appointment_id": visit.id})
        audit.append(giving.work.session, [change])
