"""Changing a series: this visit and later ones, or all that are not over; and ending it (T8, T11).

A change of one visit only is that of any appointment: it becomes an exception by itself. A change that
leaves earlier visits as they are ends the series before them and begins a new one, with an identity of its
own for other calendars; one that leaves none keeps the series' identity. Appointments stay what they are:
they only get another place in a rule, so that what was moved, marked or canceled keeps its story.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..domain.moments import as_written
from ..domain.recurrence import read_rule
from ..domain.rights import Right
from ..domain.series import Change, Member, ended
from ..domain.seriesplan import Choice, Planned
from ..domain.visit import Details, check_days
from ..errors import Refused
from ..queries.series_members import dates_of, members, series_of
from ..queries.series_plan import Changing, Preview, changing, planned
from . import booking
from .appointment_rows import Rewrite, rewrite_all, stored_all
from .series_making import told
from .series_rows import (
    MOST_TOLD,
    add_visits,
    answers_of,
    book_over,
    create_series,
    days_told,
    journal_new,
    link,
    new_uid,
    placed_columns,
    places,
    require_decided,
    series_columns,
    set_dates,
    snapshot,
    unlink,
    update_series,
)
from .usecase import use_case
from .work import Done, Work

CHANGED = "the series was changed"
"""Why visits are canceled that a changed series has no place for any more."""


@dataclass(frozen=True, slots=True)
class ChangeSeries:
    """Change a series. ``version`` is the series' as it was seen, the rest as for making one."""

    change: Change
    version: int
    choices: Mapping[int, Choice] = field(default_factory=dict)
    request: str = ""
    past: bool = False


@dataclass(frozen=True, slots=True)
class EndSeries:
    """Cancel the visits of a series from one of them on, and make no more of them (S2)."""

    appointment_id: int
    version: int
    reason: str
    cancelled_by: str
    request: str = ""


@use_case(Right.CHANGE_APPOINTMENT)
def change_series(work: Work, command: ChangeSeries) -> Done:
    """Carry a change through to every visit it reaches, or to none of them.

    What is over, marked or canceled stays. :class:`Refused` (T8) when a visit collides with something that
    was not decided about; :class:`NeedsAnswer` (``question="past"``) before one comes to lie on a day that is
    over.
    """
    found = changing(command.change, work.now)
    _require_fresh(found.here.version, command.version)
    if found.idle:
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    booking.check_sound(found.pattern)
    visits = planned(found.redrawn.wanted, command.choices, found.course.zone, work.asker)
    preview = Preview(found.course, visits, found.drawn.drawn_to, found.dropped, found.drawn.says)
    require_decided(preview)
    if not command.past:
        check_days(places(preview.visits, found.stood), work.now, work.session.zone)
    uid = found.here.uid if found.whole else new_uid()
    before = snapshot(found.here.id)
    links = _rewritten(work, found, preview, uid)
    new = _whole(found, preview) if found.whole else _parted(work, found, preview, uid)
    link(new, links)
    work.changed("change", "series", found.here.id, before, snapshot(found.here.id))
    if new != found.here.id:
        work.changed("book", "series", new, None, snapshot(new))
    return _done(work, preview, "Series changed")


@use_case(Right.CANCEL_APPOINTMENT)
def end_series(work: Work, command: EndSeries) -> Done:
    """Cancel a visit and the later ones; what is over or marked stays, and no further ones are made."""
    here = series_of(command.appointment_id)
    _require_fresh(here.version, command.version)
    before = snapshot(here.id)
    later = [one for one in members(here.id, here.recurrence_at) if not one.settled(work.now)]
    if not later:
        raise Refused("No later visit of this series is left to cancel.", "Look at its visits.", rule="S2")
    booking.cancel_all(work, [one.id for one in later], command.reason, command.cancelled_by)
    _end(here.id, here.version, here.rule, here.recurrence_at)
    work.changed("end", "series", here.id, before, snapshot(here.id), command.reason)
    days = days_told((one.details.starts_at for one in later), work.session.zone)
    says = f"Series ended: {len(later)} visit{'' if len(later) == 1 else 's'} of {here.customer} canceled"
    return Done("appointment", tuple(one.id for one in later)[:MOST_TOLD], days, 1, says)


def _require_fresh(version: int, seen: int) -> None:
    if version != seen:
        raise Refused("Somebody else changed this series meanwhile.", "Look again and repeat it.", rule="V1")


# --- the visits ------------------------------------------------------------------------------------


def _rewritten(work: Work, found: Changing, preview: Preview, uid: str) -> dict[int, int]:
    """Write every visit; where the rule puts each appointment, by its id."""
    new = [one for one in preview.visits if one.wanted.id is None and not one.skipped]
    _require_rights(work, found, preview, new)
    skipped = [one.wanted.id for one in preview.visits if one.skipped and one.wanted.id is not None]
    booking.cancel_all(work, [*(one.id for one in found.dropped), *skipped], CHANGED, "clinic")
    _reword_all(work, found.redrawn.words)
    _move_all(work, preview.visits)
    ids = add_visits(work, uid, new, f" {found.here.version}")
    journal_new(work, ids.values(), {ids[one.key]: answers_of(one).overbook for one in new})
    return found.redrawn.links | {ids[one.key]: one.key for one in new}


def _require_rights(work: Work, found: Changing, preview: Preview, new: Sequence[Planned]) -> None:
    """Whoever may change a series may not yet book or cancel visits by it."""
    if new:
        work.session.needs(Right.BOOK)
    if found.dropped or any(one.skipped and one.wanted.id for one in preview.visits):
        work.session.needs(Right.CANCEL_APPOINTMENT)


def _reword_all(work: Work, words: Sequence[tuple[Member, Details]]) -> None:
    """Give appointments other words; they keep their place."""
    here = stored_all(member.id for member, _ in words)
    rewrite_all(
        work,
        [
            Rewrite("change", here[member.id], _words(details), details.equipment_ids)
            for member, details in words
        ],
    )


def _words(details: Details) -> dict[str, str]:
    return {"reason": details.reason, "note": details.note, "mode": details.mode}


def _move_all(work: Work, visits: Sequence[Planned]) -> None:
    """Give appointments their new places."""
    moving = {one.wanted.id: one for one in visits if one.wanted.id is not None and not one.skipped}
    here = stored_all(moving)
    rewrite_all(work, [_moved(work, plan, here[id_]) for id_, plan in moving.items()])
    book_over(work, moving.values())
    for id_, plan in moving.items():
        if plan.overbooks:
            booking.check_overbookings(work, plan.details, answers_of(plan).overbook, id_)


def _moved(work: Work, plan: Planned, before: dict[str, Any]) -> Rewrite:
    reason = answers_of(plan).overbook if plan.overbooks else ""
    columns = placed_columns(work, plan.details, reason)
    moved = before["starts_at"] != plan.details.starts_at
    action = "move" if moved else "stretch" if before["minutes"] != plan.details.minutes else "change"
    return Rewrite(action, before, columns, plan.details.equipment_ids, reason)


# --- the series ------------------------------------------------------------------------------------


def _whole(found: Changing, preview: Preview) -> int:
    """Nothing is before the change: the series stays the same for other calendars; its id."""
    here = found.here
    unlink(_gone(found))
    kept = {at: kind for at, kind in dates_of(here.id).items() if kind == "in"}
    set_dates(here.id, kept | _dates(found, preview))
    update_series(here.id, here.version, _columns(found, preview))
    return here.id


def _parted(work: Work, found: Changing, preview: Preview, uid: str) -> int:
    """The series ends before the change, and a new one begins with it; the new one's id."""
    here = found.here
    dates = dates_of(here.id)
    added = {at: kind for at, kind in dates.items() if kind == "in" and at >= found.split}
    later = members(here.id, found.split)
    of_added = {one.id: one.recurrence_at for one in later if one.recurrence_at in added}
    unlink([*_gone(found), *of_added])
    _end(here.id, here.version, here.rule, found.split)
    new = create_series(work, {"uid": uid, **_columns(found, preview)})
    set_dates(new, added | _dates(found, preview))
    link(new, of_added)
    return new


def _columns(found: Changing, preview: Preview) -> dict[str, Any]:
    first = as_written(found.course.begin, found.course.zone)
    return series_columns(found.pattern, preview, first)


def _gone(found: Changing) -> list[int]:
    """The appointments that lose their place in the rule; most of them get another."""
    return [*found.redrawn.links, *(one.id for one in found.redrawn.parted)]


def _dates(found: Changing, preview: Preview) -> dict[int, str]:
    """The dates that are left out of the new rule."""
    skipped = {one.key for one in preview.visits if one.skipped and one.wanted.id is None}
    return dict.fromkeys(found.redrawn.out | skipped, "out")


def _end(series_id: int, version: int, rule: str, at: int) -> None:
    """Let a series end before ``at``; dates that were listed for later are forgotten."""
    update_series(
        series_id, version, {"rule": str(ended(read_rule(rule), at)) if rule else "", "drawn_to": None}
    )
    set_dates(series_id, {one: kind for one, kind in dates_of(series_id).items() if one < at})


def _done(work: Work, preview: Preview, did: str) -> Done:
    made = [one for one in preview.visits if not one.skipped]
    days = days_told((one.details.starts_at for one in made), work.session.zone)
    ids = tuple(one.wanted.id for one in made if one.wanted.id is not None)[:MOST_TOLD]
    return Done("appointment", ids, days if ids else (), 1, told(preview, did))
