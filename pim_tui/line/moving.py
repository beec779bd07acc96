"""An appointment goes to another time, after a yes."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from ..domain import dates
from ..domain.moments import MINUTE, clock, day_label, day_of, wall
from ..domain.rights import Right
from ..domain.states import Status, check_changes
from ..domain.visit import NO_ANSWERS, day_over
from ..errors import Refused
from ..queries.calendar import Visit
from ..queries.openings import next_free
from ..queries.proposals import resolved
from ..services import booking
from .answers import Ask, Besides, Talk, which, yes_or_no
from .appointment import keeper, named, tell_done
from .clerk import Clerk, new_request
from .ways import Blocked, said, tried, way_out

_NEXT = ("next", "next free")


def move(clerk: Clerk, text: str) -> Talk:
    """``move 3 thu 9:30``, ``move 3 +7d``, ``move 3 later``, ``move 3 next``: elsewhere, after a yes."""
    clerk.require(Right.CHANGE_APPOINTMENT)
    item, seen, rest = named(clerk, text)
    check_changes(Status(seen.status))
    otherwise, request, answers = "Nothing was moved.", new_request(), NO_ANSWERS
    keep = keeper(clerk, item, "move", f"move {item.label}")
    keep(rest)
    when = Besides("another time", lambda text: _is_when(clerk, seen, text))
    if not when.takes(rest):
        slip = f"“{rest[:30]}” was not understood." if rest else ""
        wanted = Besides(_WHEN, when.takes)
        rest = yield from said(f"Move {item.label}: to when?", wanted, (), otherwise, slip)
        keep(rest)
    starts_at = yield from _moved_to(clerk, seen, rest, otherwise)
    series = ("Of its series only this one is moved.",) if seen.series_rule is not None else ()
    while True:
        day = day_of(starts_at, clerk.zone)
        to = f"{day_label(day)} {clock(starts_at, clerk.zone)}"
        over = "" if day == seen.day else day_over(day, clerk.today)
        asked = f"{over}. Move {item.label} to {to}, all the same?" if over else f"Move {item.label} to {to}?"
        reply = yield yes_or_no(asked, series, otherwise, when)
        if reply != "yes":
            starts_at, answers = (yield from _moved_to(clerk, seen, reply, otherwise)), NO_ANSWERS
            continue
        details = replace(seen.details, starts_at=starts_at)
        yes = replace(answers, past=bool(over))
        command = booking.ChangeAppointment(
            seen.id, seen.version, seen.details, details, request, yes, "move"
        )
        done = tried(clerk, booking.change, command)
        if not isinstance(done, Blocked):
            return tell_done(clerk, item, done)
        way = yield from way_out(clerk, done, (), otherwise, when)
        answers = way.answered(answers)
        starts_at = way.starts_at or starts_at
        if way.words:
            starts_at = yield from _moved_to(clerk, seen, way.words, otherwise)


_WHEN = "a day, a time or both, such as +7d, next tue, 11:15, thu 9:30, later, or next for the next free time"


def _is_when(clerk: Clerk, seen: Visit, text: str) -> bool:
    """Whether this says when something is to be."""
    if text.casefold() in _NEXT or _shift(clerk, text):
        return True
    return dates.read_start(text, clerk.today, wall(seen.starts_at, clerk.zone), clerk.order) is not None


def _shift(clerk: Clerk, text: str) -> int:
    """Minutes of ``later`` and ``earlier``, one slot, and of ``45m later``; 0 where it says no such thing."""
    length, _, way = f" {text.casefold()}".rpartition(" ")
    sign = {"later": 1, "earlier": -1}.get(way, 0)
    return sign * ((dates.read_minutes(length) or 0) if length.strip() else clerk.settings.slot_minutes)


def _moved_to(clerk: Clerk, seen: Visit, text: str, otherwise: str) -> Generator[Ask, str, int]:
    """The start that is asked for: a day keeps the time, a time keeps the day. Where the clocks change it is
    asked which (T3)."""
    if text.casefold() in _NEXT:
        return clerk.fetch(
            next_free, seen, clerk.zone, clerk.now, clerk.session.calendar.step, clerk.session.key
        )
    if minutes := _shift(clerk, text):
        return seen.starts_at + minutes * MINUTE
    starts = dates.read_start(text, clerk.today, wall(seen.starts_at, clerk.zone), clerk.order)
    if starts is None:
        raise Refused(dates.explain(text))
    starts_at, offers, problem = resolved(starts, clerk.zone)
    if starts_at is None:
        labels = [label for _, label in offers]
        starts_at = offers[int((yield which(problem, labels, otherwise=otherwise))) - 1][0]
    return starts_at
