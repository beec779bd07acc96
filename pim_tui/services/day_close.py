"""Closing a clinic day, once: its Z number, and its figures as they are then (M8, M9).

From then on nothing of that day can be voided. What is posted on it later is told by the next close.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ..db.bulk import insert_one
from ..domain.moments import clock, day_of, short_day
from ..domain.money import shown
from ..domain.records import to_text
from ..domain.rights import Right
from ..errors import Refused
from ..models import DayClose
from ..queries.day_figures import DayFigures, closed_on, figures_of, last_closed
from ..queries.daywalk import not_closed, open_visits
from ..queries.drawers import open_until
from .posting import require_one_currency
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class CloseDay:
    """Close a day. What is left open of its appointments and bills is told in the report, not refused."""

    day: date
    request: str = ""


@use_case(Right.CLOSE_DAY)
def close_day(work: Work, command: CloseDay) -> Done:
    """Keep the figures of the day under the next Z number.

    Raises Refused in another currency than the book's (M1), and (M9): for a day to come, one that is closed,
    one before the last that was closed, while a day since then is not closed, and while a drawer is not
    counted.
    """
    require_one_currency(work.session.currency)
    last = _require_open(work, command.day)
    number = last + 1
    figures = replace(figures_of(command.day), open_visits=open_visits(command.day))
    id_ = insert_one(
        [DayClose.day, DayClose.number, DayClose.at, DayClose.staff, DayClose.report],
        (command.day, number, work.now, work.session.staff_id, to_text(figures)),
    )
    told = {"day": command.day.isoformat(), "number": number, "journal": figures.journal, **_sums(figures)}
    work.changed("close", "day_close", id_, None, told)
    says = f"{short_day(command.day)} is closed: Z {number:06}{_drawer_said(work, figures)}."
    return Done("day_close", (id_,), (command.day.isoformat(),), says=says)


def _require_open(work: Work, day: date) -> int:
    """The Z number given last; Refused where the day cannot be closed (M9)."""
    if day > day_of(work.now, work.session.zone):
        raise Refused(f"{short_day(day)} has not come yet.", "Close today.", rule="M9")
    if (closed := closed_on(day)) is not None:
        at = clock(closed.at, work.session.zone)
        raise Refused(
            f"{short_day(day)} was closed by {closed.staff} at {at}: Z {closed.number:06}.",
            "Print its report; what is posted now is told by the next one.",
            rule="M9",
        )
    last = last_closed()
    if last is not None and day < last[0]:
        raise Refused(
            f"{short_day(last[0])} is closed already, and days are closed one after the other.",
            f"The X report tells what {short_day(day)} came to.",
            rule="M9",
        )
    for earlier in not_closed(day) if last is not None else ():
        raise Refused(
            f"{short_day(earlier)} is not closed, and days are closed one after the other.",
            f"Go back to {short_day(earlier)} first and close it.",
            rule="M9",
            step="dayclose.before",
        )
    for drawer in open_until(day):
        raise Refused(
            f"The drawer that {drawer.opened_by} opened on {short_day(drawer.day)} is not counted.",
            "Count it first.",
            rule="M9",
            step="dayclose.count",
        )
    return last[1] if last is not None else 0


def _sums(figures: DayFigures) -> dict[str, int | None]:
    """What the journal keeps of the figures."""
    drawer = figures.drawer
    return {
        "sales": sum(one.amount for one in figures.sales),
        "tax": sum(one.amount for one in figures.taxes),
        "payments": sum(one.amount for one in figures.payments),
        "refunds": sum(one.amount for one in figures.refunds),
        "written_off": figures.write_offs.amount,
        "voids": len(figures.voids),
        "expected": drawer.expected,
        "counted": drawer.counted,
        "overdrawn": len(drawer.overdrawn),
    }


def _drawer_said(work: Work, figures: DayFigures) -> str:
    drawer = figures.drawer
    if drawer.counted is None:
        return ", no drawer was counted"
    difference = drawer.counted - drawer.expected
    below = ", of which more went out than was in it" if drawer.overdrawn else ""
    return f", drawer difference {shown(difference, work.session.currency)}{below}"
