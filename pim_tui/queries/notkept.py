"""What a customer did not keep: for whoever books the next visit."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select
from ..domain.rights import Right
from .gate import guarded


class NotKept(NamedTuple):
    """How many visits a customer missed, and how many were canceled late, in twelve months."""

    missed: int
    late: int

    @property
    def says(self) -> str:
        """``2 missed, 1 late cancel in 12 months``; empty for nothing."""
        told = [f"{self.missed} missed"] if self.missed else []
        told += [f"{self.late} late cancel{'' if self.late == 1 else 's'}"] if self.late else []
        return f"{', '.join(told)} in 12 months" if told else ""


@guarded(Right.SEE_APPOINTMENT)
def not_kept(customer_id: int, now: int) -> NotKept:
    """Since a year before ``now``. Index: ``appointment (customer, starts_at)``."""
    ((missed, late),) = select(
        "select coalesce(sum(case when status = 'M' then 1 else 0 end), 0),"
        " coalesce(sum(case when status = 'X' and late_cancel = 1 then 1 else 0 end), 0)"
        " from appointment where customer_id = ? and starts_at >= ?",
        [customer_id, now - 365 * 86_400],
    )
    return NotKept(missed, late)
