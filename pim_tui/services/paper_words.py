"""The words that several papers have in common."""

from __future__ import annotations

from datetime import date

from ..domain.moments import short_day
from ..domain.states import Status
from ..errors import NotFound
from ..queries import calendar
from ..queries.calendar import EVERYTHING, Filter
from ..queries.catalogue import catalogue
from ..queries.daysheets import SheetRow

TEAM = "The whole team"
MODES = {"in_person": "in person", "virtual": "video", "phone": "by phone"}
"""How a visit takes place, as papers say it."""


METHODS = {
    "cash": "Cash", "card": "Card", "transfer": "Transfer", "cheque": "Cheque", "other": "Other",
    "rounding": "Rounding",
}  # fmt: skip
"""How money comes and goes, as papers say it."""


def about(row: SheetRow) -> str:
    """Type and reason."""
    return " - ".join(part for part in (row.type, row.reason) if part)


def where(room: str, mode: str) -> str:
    """The room, or how the visit takes place without one."""
    return room if mode == "in_person" else MODES[mode]


def whose(staff_id: int | None) -> str:
    """The staff member's name, or the team; :class:`NotFound` for nobody's id."""
    if staff_id is None:
        return TEAM
    found = calendar.staff_name(staff_id)
    if found is None:
        raise NotFound("That staff member does not exist.", "Choose another.")
    return found


def days(first: date, last: date) -> str:
    """``23 Nov 2026 to 29 Nov 2026``."""
    return short_day(first) if first == last else f"{short_day(first)} to {short_day(last)}"


def remark(shown: Filter) -> str:
    """What a filter leaves on the paper, so that nobody takes it for all there is."""
    if shown == EVERYTHING:
        return ""
    names = catalogue()
    known = (
        (shown.staff_ids, {one.id: one.name for one in names.staff}),
        (shown.room_ids, {one.id: one.name for one in names.rooms}),
        (shown.type_ids, {one.id: one.name for one in names.types}),
    )
    told = [of.get(id_, f"no. {id_}") for ids, of in known for id_ in ids]
    told += [Status(letter).word for letter in shown.statuses]
    return f"only {', '.join(told)}"
