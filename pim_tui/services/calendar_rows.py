"""The members of somebody's calendar as we know them: one row each, whoever wrote it last."""

from __future__ import annotations

from dataclasses import dataclass

from ..db.bulk import insert_one, update
from ..db.connection import select
from ..domain.handout import VisitOut
from ..domain.text import clean, tidy
from ..exports.ical import title_of
from ..imports.ical.busy import Resource
from ..models import CalendarItem
from ..queries.calendars import Ours, item_at


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose calendar it is. ``folder`` is its path there, ``clinic`` what no other book has."""

    staff_id: int
    name: str
    folder: str
    clinic: str

    def file_name(self, appointment_id: int) -> str:
        """How we call the member that a visit is; nobody else calls one so."""
        return f"visit-{appointment_id}-{self.clinic}.ics"

    def owns(self, href: str, found: Ours) -> bool:
        """Whether a member with the uid of a visit is ours here: by whose visit it is, or by its name.

        Somebody may have brought a file of the whole clinic into their own calendar.
        """
        named = href == f"{self.folder}{self.file_name(found.appointment_id)}"
        return named or found.staff_id == self.staff_id


def keep_item(whose: Whose, href: str, uid: str, etag: str, sent: str, appointment_id: int | None) -> int:
    """Write down a member inside the running transaction; its id. A visit has one member: it is this one."""
    uid = clean(uid, limit=CalendarItem.uid.limit)
    if appointment_id is not None:
        for (other,) in select(_OTHERS, [whose.staff_id, appointment_id, href]):
            drop_item(other)
    if found := item_at(whose.staff_id, href):
        update(
            "update calendar_item set uid = ?, etag = ?, sent = ?, appointment_id = ?"
            " where id = ? returning id",
            [uid, etag, sent, appointment_id, found.id],
        )
        return found.id
    columns = (
        CalendarItem.staff,
        CalendarItem.href,
        CalendarItem.uid,
        CalendarItem.etag,
        CalendarItem.sent,
        CalendarItem.appointment,
    )
    return insert_one(columns, (whose.staff_id, href, uid, etag, sent, appointment_id))


_OTHERS = "select id from calendar_item where staff_id = ? and appointment_id = ? and href <> ?"


def drop_item(item_id: int) -> None:
    """Forget a member, and the time that it took before it was ours, inside the running transaction."""
    update("delete from blocked_time where item_id = ? returning id", [item_id])
    update("delete from calendar_item where id = ? returning id", [item_id])


def same(visit: VisitOut, resource: Resource, *, names: bool) -> bool:
    """Whether a member tells of a visit what we would; what its owner has added is nobody's business."""
    if len(resource.events) != 1:
        return False
    (event,) = resource.events
    tells = (event.starts_at, event.minutes, tidy(event.summary), event.canceled, event.transparent)
    wanted = (visit.starts_at, visit.minutes, tidy(title_of(visit, names=names)), False, False)
    place = tidy(visit.room) if names else ""
    return tells == wanted and event.repeats is None and tidy(event.location) == place
