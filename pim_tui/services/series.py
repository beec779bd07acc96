"""Series that go on: further visits are made as the end of those that are made comes nearer (T11).

What is taken by then is not left out: such a visit is made, marked as overbooked, and told, so that
somebody moves one of the two (T9). One that falls into leave, a holiday or other hours is made and told as
well (T10), and so is one whose room is out of use: it has none. A series whose rule cannot be worked out
any further ends, and is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..db.bulk import insert
from ..domain.intervals import Interval
from ..domain.moments import MINUTE, Zone, day_label, day_of
from ..domain.recurrence import read_rule
from ..domain.recurrence.drawing import HORIZON, Plan, plan
from ..domain.rights import Right
from ..domain.seriesplan import hours_near
from ..domain.states import Status
from ..errors import Refused
from ..models import Series, SeriesVisit
from ..queries.series import SeriesRow, dates, due, made
from ..queries.worktime import open_time
from .event_keys import visit_key
from .event_storing import ICAL
from .usecase import use_case
from .visit_rows import KnownType, Visit, columns, insert_visits, overbook_taken
from .work import Done, Work

AT_ONCE = 250
"""Visits made in one transaction: the desks that wait for the lock get it in between."""
SERIES_AT_ONCE = 20
OVERBOOKED = "series: overlapped when its next visits were made"


@dataclass(frozen=True, slots=True)
class ExtendSeries:
    """Make the next visits of the series that need it most."""

    request: str = ""


@use_case(Right.BOOK)
def extend_series(work: Work, command: ExtendSeries) -> Done:
    """Make up to :data:`AT_ONCE` visits; :class:`Refused` when no series needs any.

    The answer says only what somebody must see to; mostly there is nothing.
    """
    made_ids, overlapping, ended = list[int](), list[dict[str, Any]](), list[SeriesRow]()
    closed, roomless = list[int](), list[SeriesRow]()
    series = due(work.now, SERIES_AT_ONCE)
    if not series:
        raise Refused("No series needs further visits.", "Nothing is to be done.", rule="T11")
    for row in series:
        if len(made_ids) >= AT_ONCE:
            break
        try:
            at, drawn_to = _next(work, row, AT_ONCE - len(made_ids))
        except Refused as error:
            _note(work, row, None, error.message)
            ended.append(row)
            continue
        ids, over = _extended(work, row, at, drawn_to)
        made_ids += ids
        overlapping += over
        closed += _closed(row, at, work.session.zone)
        roomless += [row] if ids and row.room_gone else []
    says = filter(
        None,
        (
            _told_over(work, len(made_ids), overlapping),
            _told_closed(work, closed),
            _told_roomless(roomless),
            _told_ended(ended),
        ),
    )
    return Done("appointment", tuple(made_ids), says="; ".join(says))


def _extended(
    work: Work, series: SeriesRow, at: Sequence[int], drawn_to: int | None
) -> tuple[list[int], list[dict[str, Any]]]:
    """Make the next visits of one series: their ids, and the columns of those that overlap."""
    rows = [columns(_visit(series, one), work.session, work.now) for one in at]
    overbook_taken(rows, work.session, OVERBOOKED)
    ids = insert_visits(rows)
    insert(
        (SeriesVisit.appointment, SeriesVisit.series, SeriesVisit.recurrence_at),
        [(id_, series.id, one) for id_, one in zip(ids, at, strict=True)],
    )
    _note(work, series, drawn_to)
    for id_, values in zip(ids, rows, strict=True):
        work.changed("draw", "appointment", id_, None, {"id": id_, **values}, values["overbook_reason"])
    return ids, [values for values in rows if values["overbook_reason"]]


def _closed(series: SeriesRow, at: Sequence[int], zone: Zone) -> list[int]:
    """The starts at which nobody works by then: leave, a holiday, other hours (T10)."""
    if not at:
        return []
    first, last = day_of(at[0], zone), day_of(at[-1] + series.minutes * MINUTE, zone)
    open_ = open_time((series.staff_id,), first, last, zone)[series.staff_id]
    visits = [Interval(start, start + series.minutes * MINUTE) for start in at]
    return [one.start for one in visits if not any(part.contains(one) for part in hours_near(open_, one))]


def _note(work: Work, series: SeriesRow, drawn_to: int | None, reason: str = "") -> None:
    """Up to when the visits of a series are made from now on."""
    fresh = {Series.drawn_to: drawn_to, Series.version: series.version + 1}
    Series.update(fresh).where(Series.id == series.id, Series.version == series.version).execute()
    before, after = {"drawn_to": series.drawn_to}, {"drawn_to": drawn_to}
    work.changed("extend", "series", series.id, before, after, reason)


def _next(work: Work, series: SeriesRow, most: int) -> tuple[list[int], int | None]:
    """Where the next visits are, and up to when they are made then; :class:`Refused` as :func:`plan`."""
    found = _planned(series, work.now + HORIZON)
    here = made(series.id, series.drawn_to)
    new = [at for at in found.at if at not in here]
    return (new, found.drawn_to) if len(new) <= most else (new[:most], new[most])


def _planned(series: SeriesRow, until: int) -> Plan:
    out, added = dates(series.id)
    rule = read_rule(series.rule) if series.rule else None
    return plan(rule, series.wall, series.zone, first=series.drawn_to, until=until, out=out, added=added)


def _visit(series: SeriesRow, at: int) -> Visit:
    before, after = series.buffer_before, series.buffer_after
    type_ = KnownType(series.type_id, series.type_mode, before, after) if series.type_id else None
    return Visit(
        visit_key(ICAL, series.uid, at), series.customer_id, series.staff_id, at, series.minutes,
        Status.SCHEDULED, type_, series.room_id, series.mode, series.reason, series.note,
    )  # fmt: skip


def _told_over(work: Work, count: int, overlapping: Sequence[dict[str, Any]]) -> str:
    if not overlapping:
        return ""
    days = _days((values["starts_at"] for values in overlapping), work.session.zone)
    says = f"{count} further {'visit' if count == 1 else 'visits'} of series made"
    return f"{says}; {len(overlapping)} overlap and are marked as overbooked: {days}"


def _told_closed(work: Work, closed: Sequence[int]) -> str:
    if not closed:
        return ""
    fall = "1 further visit of a series falls" if len(closed) == 1 else f"{len(closed)} further visits fall"
    return f"{fall} into closed time and wants moving: {_days(closed, work.session.zone)}"


def _told_roomless(series: Sequence[SeriesRow]) -> str:
    if not series:
        return ""
    rooms = ", ".join(dict.fromkeys(one.room_gone for one in series))
    names = ", ".join(dict.fromkeys(one.customer for one in series))
    return f"{rooms} is out of use: the further visits of {names} have no room"


def _days(starts: Iterable[int], zone: Zone) -> str:
    """The first few days on which something starts."""
    when = sorted({day_of(at, zone) for at in starts})
    return ", ".join(map(day_label, when[:3])) + (" ..." if len(when) > 3 else "")


def _told_ended(ended: Sequence[SeriesRow]) -> str:
    if not ended:
        return ""
    names = ", ".join(dict.fromkeys(series.customer for series in ended))
    return f"no further visits can be made of the series of {names}: look at the last ones"
