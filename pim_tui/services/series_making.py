"""Making a series: all of its visits in one transaction, or none of them (T8, T11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..domain.moments import as_written
from ..domain.rights import Right
from ..domain.series import Asked
from ..domain.seriesplan import Choice
from ..domain.visit import check_days
from ..errors import Refused
from ..queries.series_plan import Preview, equipped, preview
from . import booking
from .series_rows import (
    MOST_TOLD,
    add_visits,
    answers_of,
    create_series,
    days_told,
    journal_new,
    link,
    new_uid,
    places,
    require_decided,
    series_columns,
    set_dates,
    snapshot,
)
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class MakeSeries:
    """Make a series. ``choices`` say what is done about visits that collide, by where the rule puts them.

    ``past``: yes, although some of it lies on days that are over.
    """

    asked: Asked
    choices: Mapping[int, Choice] = field(default_factory=dict)
    request: str = ""
    past: bool = False


@use_case(Right.BOOK)
def make_series(work: Work, command: MakeSeries) -> Done:
    """Book every visit of a series that is not skipped.

    What is in the way is read again under the lock; :class:`Refused` (T8) when a visit collides with
    something that was not decided about, and then nothing is written. :class:`NeedsAnswer`
    (``question="past"``) before one is booked on a day that is over.
    """
    asked = command.asked
    booking.check_sound(asked.details)
    found = preview(asked, work.asker, command.choices)
    require_decided(found)
    plans = [one for one in found.visits if not one.skipped]
    if not plans:
        raise Refused("Every visit is skipped: nothing is left.", "Say it in another way.", rule="T11")
    if not command.past:
        check_days(places(plans), work.now, work.session.zone)
    details, uid = equipped(asked.details), new_uid()
    first = as_written(found.course.begin, found.course.zone)
    id_ = create_series(work, {"uid": uid, **series_columns(details, found, first)})
    set_dates(id_, {one.key: "out" for one in found.visits if one.skipped})
    ids = add_visits(work, uid, plans)
    link(id_, {ids[one.key]: one.key for one in plans})
    journal_new(work, ids.values(), {ids[one.key]: answers_of(one).overbook for one in plans})
    work.changed("book", "series", id_, None, snapshot(id_))
    days = days_told((one.details.starts_at for one in plans), work.session.zone)
    first_ids = tuple(ids[one.key] for one in plans)[:MOST_TOLD]
    return Done("appointment", first_ids, days, 1, told(found, "Series booked"))


def told(found: Preview, did: str) -> str:
    """What became of the visits, in a sentence."""
    made = [one for one in found.visits if not one.skipped]
    parts = [f"{did}: {found.words}", f"{len(made)} visit{'' if len(made) == 1 else 's'}"]
    for word, count in (
        ("skipped", len(found.visits) - len(made)),
        ("moved", sum(one.choice is not None and one.choice.kind == "move" for one in made)),
        ("overbooked", sum(one.overbooks for one in made)),
        ("canceled", len(found.dropped)),
    ):
        parts += [f"{count} {word}"] if count else []
    return ", ".join(filter(None, (*parts, found.says)))
