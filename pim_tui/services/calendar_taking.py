"""What has changed in somebody's calendar on a server comes in: busy times, and what became of visits.

First everything is read, over the network and outside of any transaction; then all of it is written down
in one. A pass that is cut before that has changed nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..db.connection import write_tx
from ..domain.calendars import (
    UNKNOWN,
    Account,
    Changes,
    Item,
    Member,
    Memory,
    RemoteCalendar,
    Tally,
    TokenVoid,
    Window,
    digest,
)
from ..domain.delivery import Trouble, Undelivered
from ..domain.handout import VisitOut
from ..domain.intervals import Interval
from ..domain.recurrence.drawing import Effort
from ..domain.text import clean
from ..exports.ical import told_briefly
from ..imports.ical.busy import Resource, busy_times, read_resource, summary
from ..models import BlockedTime
from ..queries.calendars import ours, visits_with
from ..queries.exporting import clinic_key
from .blocked_time import Blocked, Stretches
from .calendar_rows import Whose, keep_item, same
from .chores import Stop
from .work import Work

MOST = 20_000
"""Stretches that one calendar takes of somebody's time within the window."""
FEW, MOST_MEMBERS = 500, 5_000
"""So many changes are taken one by one, of more all is listed; and so many members are read in one pass."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is new in a calendar: members as they are now, hrefs that are gone, and where to go on from."""

    members: Sequence[Member] = ()
    gone: Sequence[str] = ()
    token: str = ""
    mark: str = ""


class Read(NamedTuple):
    """A member as understood: the visit that it is, or the time that it takes."""

    href: str
    etag: str
    uid: str
    visit: int | None
    sent: str
    times: Stretches


@dataclass(frozen=True, slots=True)
class Taking:
    """What taking works with, for one pass over one calendar."""

    account: Account
    whose: Whose
    window: Window
    tally: Tally


def look(
    remote: RemoteCalendar, memory: Memory, account: Account, window: Window, known: Sequence[Item]
) -> Seen:
    """What has changed since the last whole pass, as far as the server tells; else what differs.

    On another day than the last one, or with other settings, the members of others are all read again: what
    comes again and again comes on other days by then.
    """
    standing, covered = remote.standing(), memory.covers(account, window)
    by_token = covered and standing.syncs and bool(memory.token)
    by_mark = covered and not standing.syncs and bool(standing.mark)
    if (by_token and standing.token == memory.token) or (by_mark and standing.mark == memory.mark):
        return Seen(token=memory.token, mark=memory.mark)
    etags = {item.href: item.etag for item in known}
    changes = _changes(remote, memory.token) if by_token else None
    if changes is not None and len(changes.there) <= FEW:
        there, gone, token = changes.there, [href for href in changes.gone if href in etags], changes.token
    else:
        there = remote.listing(window.first, window.last)
        near = (one for one in known if one.starts_at is None or window.first <= one.starts_at < window.last)
        gone, token = [one.href for one in near if one.href not in there], standing.token
    visits = {item.href for item in known if item.appointment_id is not None}
    fetch = [
        href
        for href, etag in there.items()
        if etags.get(href) != etag or not etag or not (covered or href in visits)
    ]
    if len(fetch) > MOST_MEMBERS:
        says = f"The calendar of {account.staff} holds more than {MOST_MEMBERS:,} events."
        raise Undelivered(Trouble.CONTENT, says)
    members = remote.fetched(fetch)
    gone += set(fetch).intersection(etags) - {one.href for one in members}
    return Seen(members, gone, token if standing.syncs else "", standing.mark)


def _changes(remote: RemoteCalendar, token: str) -> Changes | None:
    try:
        return remote.changes(token)
    except TokenVoid:
        return None


def take_in(work: Work, taking: Taking, seen: Seen, known: Sequence[Item], stop: Stop) -> bool:
    """Write down what was seen, in one transaction; what it takes of somebody's time is in the journal.

    False where it was stopped while it was still being read; then nothing was written.
    """
    resources = []
    for member in seen.members:
        if stop():
            return False
        resources.append((member, read_resource(member.data, work.session.zone)))
    read = list(_understood(work, taking, seen, known, resources))
    if not read and not seen.gone:
        return True
    items = {item.href: item for item in known}
    blocked = Blocked(taking.whose, taking.window)
    with write_tx():
        for href in seen.gone:
            blocked.let_go(items[href])
        for one in read:
            item_id = keep_item(taking.whose, one.href, one.uid, one.etag, one.sent, one.visit)
            blocked.take(item_id, one.times)
        blocked.tell(work)
    taking.tally.blocked += blocked.count
    return True


# --- understanding ----------------------------------------------------------------------------------


def _understood(
    work: Work,
    taking: Taking,
    seen: Seen,
    known: Sequence[Item],
    resources: Sequence[tuple[Member, Resource]],
) -> Iterator[Read]:
    """Each member by what it is here. One with the uid of a visit that is elsewhere already takes no time."""
    account, whose, window, tally = taking.account, taking.whose, taking.window, taking.tally
    effort, room = Effort(), MOST
    before = {item.href for item in known if item.appointment_id is not None}
    mine = ours(list({resource.uid for _, resource in resources}), clinic_key())
    gone = set(seen.gone)
    places = {i.appointment_id: i.href for i in known if i.appointment_id is not None and i.href not in gone}
    visits = _visits(work, whose, window, [one.appointment_id for one in mine.values()])
    for member, resource in resources:
        etag, found = member.etag or UNKNOWN, mine.get(resource.uid)
        if found is not None:
            own = (
                whose.owns(member.href, found)
                and places.setdefault(found.appointment_id, member.href) == member.href
            )
            visit = visits.get(found.appointment_id)
            sent = _sent(account, visit, resource) if own and visit else ""
            sent = sent or ("" if member.href in before else UNKNOWN)
            yield Read(member.href, etag, resource.uid, found.appointment_id if own else None, sent, ())
            continue
        tally.unread += resource.odd
        times = tuple(_busy(account, resource, window, effort))[:room]
        room -= len(times)
        yield Read(member.href, etag, resource.uid, None, "", times)
    if not room:
        tally.says.append(f"The calendar of {account.staff} is too full: not all of it takes time here.")


def _visits(work: Work, whose: Whose, window: Window, ids: Sequence[int]) -> Mapping[int, VisitOut]:
    found = visits_with(whose.staff_id, window, work.session.zone, ids) if ids else []
    return {one.id: one for one in found}


def _sent(account: Account, visit: VisitOut, resource: Resource) -> str:
    """What the member says counts as what we sent where it is just that."""
    alike = same(visit, resource, names=account.names)
    return digest(told_briefly(visit, names=account.names)) if alike else ""


def _busy(
    account: Account, resource: Resource, window: Window, effort: Effort
) -> Iterator[tuple[int, int, str]]:
    within = Interval(window.first, window.last)
    for event in resource.events:
        text = clean(summary(event), limit=BlockedTime.text.limit) if account.names else ""
        for one in busy_times(event, within, effort):
            yield one.start, one.end, text
