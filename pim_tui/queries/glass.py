"""Records that were opened for a reason: which are open now, and which nobody has looked into yet."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.glass import open_between
from ..domain.rights import Right
from ..errors import NotFound
from .gate import guarded
from .page import Page, Totals


class GlassRow(NamedTuple):
    """One use. Moments are UTC seconds; ``verdict`` is empty until somebody has looked into it."""

    id: int
    staff_id: int
    staff: str
    customer_id: int
    number: int
    customer: str
    reason: str
    began_at: int
    until_at: int
    verdict: str
    remark: str
    reviewer: str

    @property
    def state(self) -> str:
        """The verdict, or that there is none yet."""
        return self.verdict or "to be reviewed"

    @property
    def withdrawn(self) -> bool:
        """Whether it is dealt with: such rows are drawn dimly."""
        return bool(self.verdict)


class OpenGlass(NamedTuple):
    """A record that somebody has open: until when, UTC seconds, and why."""

    until_at: int
    reason: str


_ROW = (
    "select g.id, g.staff_id, s.name, g.customer_id, c.number, trim(c.first_name || ' ' || c.last_name),"
    " g.reason, g.began_at, g.until_at, g.verdict, g.remark, coalesce(r.name, '')"
    " from break_glass g join staff s on s.id = g.staff_id join customer c on c.id = g.customer_id"
    " left join staff r on r.id = g.reviewed_by_id"
)


@guarded(Right.REVIEW_GLASS)
def glass_uses(every: bool = False, limit: int = 100, offset: int = 0) -> Page[GlassRow]:
    """Those that wait for a review, the oldest first, or with ``every`` all, the newest first; sums:
    ``waiting``. Index: ``break_glass_open``, or primary key."""
    waiting = to_review()
    if every:
        ((total,),) = select("select count(*) from break_glass")
        rows = select(f"{_ROW} order by g.id desc limit ? offset ?", [limit, offset])
    else:
        total = waiting
        rows = select(
            f"{_ROW} where g.reviewed_by_id is null order by g.began_at, g.id limit ? offset ?",
            [limit, offset],
        )
    return Page(tuple(map(GlassRow._make, rows)), Totals(total, {"waiting": waiting}), offset)


@guarded(Right.REVIEW_GLASS)
def to_review() -> int:
    """How many wait for a review. Index: ``break_glass_open``."""
    ((count,),) = select("select count(*) from break_glass where reviewed_by_id is null")
    return int(count)


@guarded(Right.REVIEW_GLASS)
def glass_use(id_: int) -> GlassRow:
    """One use; :class:`NotFound` when there is none. Index: primary key."""
    rows: list[tuple[Any, ...]] = select(f"{_ROW} where g.id = ?", [id_])
    if not rows:
        raise NotFound("That was never opened.", "Go back to the list.")
    return GlassRow._make(rows[0])


@guarded(Right.WORK)
def open_glass(staff_id: int, customer_id: int, now: int) -> OpenGlass | None:
    """Until when this person has the customer's record open, None where they have not. Index:
    ``break_glass (staff, customer, until_at)``."""
    rows = select(
        "select until_at, reason from break_glass where staff_id = ? and customer_id = ?"
        " and until_at between ? and ? order by until_at desc limit 1",
        [staff_id, customer_id, *open_between(now)],
    )
    return OpenGlass._make(rows[0]) if rows else None
