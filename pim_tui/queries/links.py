"""How to join a video visit: the meeting that a service made for it, else the room that is its own.

``base`` is where rooms are, as :attr:`~pim_tui.config.Settings.video_base` says; empty where there are none.
"""

from __future__ import annotations

from ..db.connection import select
from ..domain.rights import Right
from ..domain.video import room_link
from .gate import guarded

SECRET = "video"
"""The row of ``service`` whose token the names of rooms are made with."""

_HANDED_ON = (
    "coalesce((select max(o.id) from outbox o where o.appointment_id = a.id and o.kind = 'cancellation'"
    " and o.customer_id <> a.customer_id and o.state <> 'withdrawn'), 0)"
)
# Who had the visit before its customer, and was told so, knows the room that it had then.
_LINK = (
    "select coalesce((select join_url from meeting where appointment_id = a.id and state = 'made'),"
    " (select max(join_url) from booking where appointment_id = a.id and state = 'active'), ''), s.id,"
    f" {_HANDED_ON} from appointment a left join series_visit v on v.appointment_id = a.id"
    " left join series s on s.id = v.series_id and s.customer_id = a.customer_id"
    " where a.id = ? and a.mode = 'virtual' and a.status <> 'X'"
)


@guarded(Right.SEE_APPOINTMENT)
def join_link(appointment_id: int, base: str = "") -> str:
    """How a customer joins a visit; empty where it is not by video, is canceled, or has no link (yet).

    Indexes: primary keys; ``meeting``, ``booking`` and ``outbox`` by appointment.
    """
    found = select(_LINK, [appointment_id])
    if not found:
        return ""
    made, series_id, handed_on = found[0]
    if made:
        return str(made)
    if series_id is not None:
        return series_link(series_id, base)
    return room_link(base, _secret(), f"visit {appointment_id} {handed_on}")


@guarded(Right.SEE_APPOINTMENT)
def series_link(series_id: int, base: str) -> str:
    """The room in which all video visits of a series are."""
    return room_link(base, _secret(), f"series {series_id}")


def _secret() -> str:
    """Index: service (name)."""
    found = select("select token from service where name = ?", [SECRET])
    return str(found[0][0]) if found else ""
