"""The rows of a series and its visits, written in the transaction that decided about them (T8, T11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from ..db.bulk import insert
from ..domain.intervals import Interval
from ..domain.moments import MINUTE, day_of, moment_label
from ..domain.seriesplan import Planned
from ..domain.states import Status
from ..domain.visit import Answers, Details
from ..errors import Refused
from ..models import Series, SeriesDate, SeriesVisit
from ..queries.fitting import buffers_of
from ..queries.holds import own_holds
from ..queries.series_members import dates_of, links_of
from ..queries.series_plan import Preview
from . import booking, hold_rows
from .appointment_rows import stored_all
from .event_keys import visit_key
from .event_storing import ICAL
from .visit_rows import KnownType, Visit, columns, insert_visits, overbook
from .work import Work

MOST_TOLD = 100
"""Visits that an answer names; more of them are told by the number only."""


def new_uid() -> str:
    """What other calendars will know a new series by."""
    return f"{uuid4()}@pim"


def require_decided(preview: Preview) -> None:
    """Refuse what still collides: it was not seen, or has come up since the preview was looked at (T8)."""
    left = preview.open_
    if not left:
        return
    zone = preview.course.zone
    told = [f"{moment_label(one.details.starts_at, zone)}: {one.problem}" for one in left[:3]]
    more = f" And {len(left) - 3} more." if len(left) > 3 else ""
    raise Refused(
        f"{'. '.join(told)}.{more}", "Skip, move or overbook each of them, then write the series.", rule="T8"
    )


def places(
    visits: Iterable[Planned], stood: Mapping[int, int] = MappingProxyType({})
) -> Iterator[tuple[int, int | None]]:
    """Where each visit that is not skipped begins, and where it began; ``stood`` has that, by its id."""
    for one in visits:
        if not one.skipped:
            yield one.details.starts_at, None if one.wanted.id is None else stood[one.wanted.id]


def series_columns(details: Details, preview: Preview, first: int) -> dict[str, Any]:
    """The columns of a series that say what its visits are and when; ``first`` is its start, UTC seconds."""
    course = preview.course
    return {
        "rule": str(course.rule), "zone": course.zone, "wall": f"{course.begin:%Y-%m-%dT%H:%M}",
        "starts_at": first, "minutes": details.minutes, "customer_id": details.customer_id,
        "staff_id": details.staff_id, "room_id": details.room_id, "type_id": details.type_id,
        "mode": details.mode, "reason": details.reason, "note": details.note, "drawn_to": preview.drawn_to,
    }  # fmt: skip


def create_series(work: Work, values: Mapping[str, Any]) -> int:
    """Store a new series; its id."""
    made = {"created_at": work.now, "created_by_id": work.session.staff_id, "version": 1, "sequence": 0}
    return int(Series.insert({**values, **made}).execute())


def add_visits(work: Work, uid: str, plans: Sequence[Planned], salt: str = "") -> dict[int, int]:
    """Book the visits of a series: their ids by where the rule puts them.

    Those that take a taken time come last, one by one, so that the day's cap counts each of them (T9).
    ``salt`` tells visits of a series apart from those it had at the same times before.
    """
    ids: dict[int, int] = {}
    rows = {one.key: _of(work, one.details, visit_key(ICAL, uid + salt, one.key)) for one in plans}
    free = [one for one in plans if not one.overbooks]
    ids.update(zip((one.key for one in free), insert_visits([rows[one.key] for one in free]), strict=True))
    book_over(work, plans)
    for one in plans:
        if one.overbooks:
            reason = answers_of(one).overbook
            booking.check_overbookings(work, one.details, reason)
            overbook(rows[one.key], work.session, reason)
            ids[one.key] = insert_visits([rows[one.key]])[0]
    return ids


def book_over(work: Work, plans: Iterable[Planned]) -> None:
    """What the session holds of the times that the visits take is held no more (T8)."""
    if own_holds(work.session.key):
        for one in plans:
            starts = one.details.starts_at
            taken = Interval(starts, starts + one.details.minutes * MINUTE)
            hold_rows.booked_over(work, one.details.staff_id, taken)


def _of(work: Work, details: Details, external_id: str) -> dict[str, Any]:
    type_ = None
    if details.type_id is not None:
        type_ = KnownType(details.type_id, details.mode, *buffers_of(details.type_id))
    return columns(
        Visit(
            external_id, details.customer_id, details.staff_id, details.starts_at, details.minutes,
            Status.SCHEDULED, type_, details.room_id, details.mode, details.reason, details.note,
        ),
        work.session,
        work.now,
    )  # fmt: skip


def placed_columns(work: Work, details: Details, overbooked: str) -> dict[str, Any]:
    """The columns of an appointment that gets another place; ``overbooked`` is why a taken time is taken."""
    values = _of(work, details, "")
    if overbooked:
        overbook(values, work.session, overbooked)
    return {name: value for name, value in values.items() if name not in _OWN}


_OWN = (
    "status", "marked_at", "cancel_reason", "cancelled_by", "external_id", "created_at", "created_by_id",
    "version",
)  # fmt: skip
"""What stays with an appointment wherever it goes."""


def answers_of(plan: Planned) -> Answers:
    """What was said to the questions that the visit raised."""
    return plan.choice.answers if plan.choice else Answers()


def link(series_id: int, at: Mapping[int, int]) -> None:
    """Say where the series' rule puts each appointment, by its id."""
    insert(
        (SeriesVisit.appointment, SeriesVisit.series, SeriesVisit.recurrence_at),
        [(id_, series_id, start) for id_, start in at.items()],
    )


def unlink(ids: Iterable[int]) -> None:
    """Part appointments from their series, to be linked anew."""
    SeriesVisit.delete().where(SeriesVisit.appointment.in_(list(ids))).execute()


def set_dates(series_id: int, dates: Mapping[int, str]) -> None:
    """The dates left out (``out``) and added (``in``) of a series, in place of those it had."""
    SeriesDate.delete().where(SeriesDate.series == series_id).execute()
    insert(
        (SeriesDate.series, SeriesDate.at, SeriesDate.kind),
        [(series_id, at, kind) for at, kind in sorted(dates.items())],
    )


def update_series(series_id: int, version: int, values: Mapping[str, Any]) -> None:
    """Change a series, if nobody was quicker."""
    fields = {Series._meta.columns[name]: value for name, value in values.items()}
    query = Series.update({**fields, Series.version: version + 1})
    if query.where(Series.id == series_id, Series.version == version).execute() != 1:
        raise Refused("Somebody else changed this series meanwhile.", "Look again and repeat it.", rule="V1")


def snapshot(series_id: int) -> dict[str, Any]:
    """A series as the journal keeps it: its columns, dates, and where its rule puts each visit.

    That is all that taking a change back needs.
    """
    row: Any = Series.select().where(Series.id == series_id).dicts().get()
    by_column = {Series._meta.fields[name].column_name: value for name, value in row.items()}
    dates = [[at, kind] for at, kind in dates_of(series_id).items()]
    return {**by_column, "dates": dates, "visits": [list(pair) for pair in links_of(series_id)]}


def days_told(starts: Iterable[int], zone: str) -> tuple[str, ...]:
    """The ISO days of some visits; empty where they are too many to name."""
    days = tuple(dict.fromkeys(day_of(at, zone).isoformat() for at in sorted(starts)))
    return days if len(days) <= MOST_TOLD else ()


def journal_new(work: Work, ids: Iterable[int], reasons: Mapping[int, str]) -> None:
    """Note every appointment that was booked."""
    for id_, row in stored_all(ids).items():
        work.changed("book", "appointment", id_, None, row, reasons.get(id_, ""))
