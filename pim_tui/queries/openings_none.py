"""Why a search for openings found none, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..domain.moments import MINUTE, short_day
from ..domain.openings import Span, longest_within, part_text
from ..domain.rights import Right
from ..domain.worktime import week_of, why_closed
from .freetime import days_of_week
from .gate import guarded
from .worktime import work_time

if TYPE_CHECKING:
    from .openings import Search

_NAMED = 3  # people written out
_WEEKS = 4  # looked through for what is usual


@guarded(Right.SEE_APPOINTMENT)
def why_none(search: Search) -> str:
    """The first of these that holds: nobody to ask, no such time, nobody works then, or it is taken.

    ``search`` has looked through all its weeks.
    """
    wanted, until = search.wanted, short_day(search.last)
    text = part_text(wanted.weekdays, wanted.from_minute, wanted.to_minute)
    part = f" {text}" if text else ""
    if not search.names:
        return "Nobody who is asked for takes appointments."
    spans = {week: found for week in search.weeks if (found := search.spans(week))}
    if not spans:
        return f"{wanted.minutes} min do not fit{part} until {until}."
    if not _works(search, spans):
        return _nobody_works(search, part, until)
    longest = max(
        longest_within(search.free(staff_id, week), days, search.length)
        for staff_id in search.names
        for week, days in spans.items()
    )
    who = _one(search)
    if not longest:
        nothing = f"{who} has nothing" if who else "Nobody has anything"
        return f"{nothing} free{part} until {until}."
    if longest < search.length.shown:
        return (
            f"Every gap{part} until {until} is shorter than {wanted.minutes} min: the longest is"
            f" {longest // MINUTE}."
        )
    others = " or ".join(_others(search))
    return f"Whenever {who or 'somebody'} is free{part} until {until}, the {others} is not."


def _works(search: Search, spans: dict[int, list[Span]]) -> bool:
    """Whether anybody works at any of the times that are wanted."""
    length = search.length.shown
    return any(
        time.start < last + length and first < time.end
        for week, days in spans.items()
        for staff_id in search.names
        for time in search.open(staff_id, week)
        for first, last in days
    )


def _nobody_works(search: Search, part: str, until: str) -> str:
    """Leave or closed days where they are why, else that there is no such working time."""
    who = _one(search)
    nobody = f"{who} does not work" if who else "Nobody works"
    whys = dict(_usual_but_closed(search))
    if not whys:
        return f"{nobody}{part} until {until}."
    told = tuple(dict.fromkeys(whys.values()))
    if len(told) > 1:
        told = tuple(f"{search.names[id_]}: {why}" for id_, why in whys.items())
    return f"{nobody}{part}: {'; '.join(told[:_NAMED])}."


def _usual_but_closed(search: Search) -> Iterator[tuple[int, str]]:
    """Whose week has such a time, and what is said of the first day on which it is not worked."""
    wanted = search.wanted
    days = [day for week in search.weeks[:_WEEKS] for day in days_of_week(week) if day >= search.first]
    work = work_time(tuple(search.names), days[0], days[-1])
    for staff_id, worker in work.workers.items():
        for day in days:
            usual = week_of(worker.hours, day)[day.weekday()]
            if (not wanted.weekdays or day.weekday() in wanted.weekdays) and any(
                starts < wanted.to_minute and wanted.from_minute < ends for starts, ends in usual
            ):
                yield staff_id, why_closed(worker, work.clinic, day)
                break


def _one(search: Search) -> str:
    """The name of the only one who is asked for."""
    return next(iter(search.names.values())) if len(search.names) == 1 else ""


def _others(search: Search) -> Iterator[str]:
    wanted = search.wanted
    if wanted.room_id is not None:
        yield "room"
    if wanted.equipment_ids:
        yield "equipment"
    if wanted.customer_id is not None:
        yield "customer"
