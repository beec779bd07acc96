"""Meetings as a service is told of them: the visit as it is by now, compared with what the service knows.

Before a service is asked to make a meeting it is written down which one. So whoever comes after a broken line
or a dead worker looks for that one first, takes it as the visit's own, or removes it. Of one visit only one
worker tells at a time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from ..db.connection import write_tx
from ..domain.delivery import Trouble, Undelivered
from ..domain.jsontext import from_json
from ..domain.meetings import CHANNEL, Made, Meetings, Wish, is_off, reference_of, takes_place, topic_of
from ..models import Meeting
from ..queries.delivery import Taken
from ..queries.exporting import clinic_key
from ..queries.meetings import Errand, Met, errands, in_other_hands, met
from . import audit
from .couriers import Handed, NotWanted
from .leasing import note
from .messages import tell_link
from .work import Work


@dataclass(frozen=True, slots=True)
class ByMeeting:
    """The :class:`~pim_tui.services.couriers.Courier` of meetings. ``clinic`` is its name; ``host`` whose all
    meetings are, empty for whoever the visit is with.
    """

    meetings: Meetings
    clinic: str
    host: str = ""
    service: str = "zoom"
    channel: ClassVar[str] = CHANNEL

    def carry(self, work: Work, row: Taken) -> Handed:
        """Tell of one visit; see :class:`~pim_tui.services.couriers.Courier`."""
        visit = _visit(row)
        if in_other_hands(visit.id, work.session.key, work.now):
            raise Undelivered(Trouble.BUSY, "Another worker is telling of this visit.")
        earlier = errands([visit.id])
        doubtful = [one for one in earlier if one.doubtful]
        if takes_place(visit.mode, visit.status, visit.ends_at, work.now):
            if visit.brought and not visit.key and not doubtful:
                raise NotWanted("its booking has brought a link")
            others = any(one.state in ("sending", "failed") for one in earlier if one.id != row.id)
            sure = row.state == "waiting" and not doubtful and not others
            return self._kept(work, row, visit, doubtful, sure=sure)
        if is_off(visit.mode, visit.status):
            return self._removed(visit, doubtful)
        raise NotWanted("the visit is over")

    def close(self) -> None:
        """Let go of the line."""
        self.meetings.close()

    def _removed(self, visit: Met, doubtful: Sequence[Errand]) -> Handed:
        for key in dict.fromkeys(
            filter(None, (visit.key, *(one.key for one in self._strays(visit, doubtful))))
        ):
            self.meetings.remove(key)
        return Handed(self.service, visit.key, also=partial(_gone, visit))

    def _kept(self, work: Work, row: Taken, visit: Met, doubtful: Sequence[Errand], *, sure: bool) -> Handed:
        """The meeting as the visit asks for it. ``sure``: the service has heard of nothing besides."""
        wish = self._wish(visit)
        if sure and _knows(visit, wish):
            return Handed(self.service, visit.key)
        made = self._there(work, visit, wish, doubtful) or self._new(work, row, wish)
        return Handed(self.service, made.key, also=partial(_written, visit, made, wish.topic, self.service))

    def _wish(self, visit: Met) -> Wish:
        if not (host := self.host or visit.email):
            raise Undelivered(
                Trouble.CONTENT,
                "Nobody can be its host: zoom_host is empty, and so is the email of whoever it is with.",
            )
        topic, reference = topic_of(self.clinic, visit.staff), reference_of(clinic_key(), visit.id)
        return Wish(host, topic, visit.starts_at, visit.minutes, visit.zone, reference)

    def _there(self, work: Work, visit: Met, wish: Wish, doubtful: Sequence[Errand]) -> Made | None:
        """The visit's meeting as it is after the service was told; None where there is none any more.

        What is another host's, or one too many, goes.
        """
        known = {one.key: one for one in self._strays(visit, doubtful)}
        hosts = {key: one.host for key, one in known.items()} | ({visit.key: visit.host} if visit.key else {})
        mine: Made | None = None
        for key, host in sorted(hosts.items(), key=lambda one: one[0] != visit.key):
            if mine is not None or host != wish.host:
                self.meetings.remove(key)
            elif (found := known.get(key)) and _tells(found, wish):
                mine = found
            elif mine := self.meetings.change(key, wish):
                _require_told(work, visit, mine, wish, self.service)
        return mine

    def _new(self, work: Work, row: Taken, wish: Wish) -> Made:
        asked = {**from_json(row.payload), "host": wish.host, "asked_at": wish.starts_at}
        if not note(work, row, {"payload": json.dumps(asked)}):
            raise Undelivered(Trouble.BUSY, "Another worker is telling of this visit.")
        return self.meetings.make(wish)

    def _strays(self, visit: Met, doubtful: Sequence[Errand]) -> list[Made]:
        """What earlier tries may have left at the service."""
        asked = dict.fromkeys((one.host, one.starts_at) for one in doubtful)
        reference = reference_of(clinic_key(), visit.id)
        return [made for host, at in asked for made in self.meetings.find(host, reference, at)]


def _visit(row: Taken) -> Met:
    found = met([row.appointment_id]) if row.appointment_id is not None else []
    if not found:
        raise NotWanted("there is no such visit")
    return found[0]


def _knows(visit: Met, wish: Wish) -> bool:
    """Whether the service was told just that."""
    told = (visit.host, visit.topic, visit.told_starts_at, visit.told_minutes)
    return bool(visit.key) and told == (wish.host, wish.topic, wish.starts_at, wish.minutes)


def _tells(made: Made, wish: Wish) -> bool:
    return (made.starts_at, made.minutes) == (wish.starts_at, wish.minutes)


def _require_told(work: Work, visit: Met, made: Made, wish: Wish, service: str) -> None:
    """A service may ignore a start that has passed without a word: that is found out and said."""
    if made.starts_at == wish.starts_at:
        return
    if wish.starts_at > work.now:
        raise Undelivered(Trouble.BUSY, "The service still names the old time.")
    with write_tx():
        seen = Work(work.session, work.now)
        _written(visit, made, wish.topic, service, seen)
        audit.append(seen.session, seen.changes)
    raise Undelivered(
        Trouble.CONTENT,
        "The visit has begun, so the service keeps the time before. The link is good all the same.",
    )


def _written(visit: Met, made: Made, topic: str, service: str, work: Work) -> None:
    """Write down what the service has; its link and passcode are for the visit, not for the journal."""
    known = {
        "service": service,
        "key": made.key,
        "host": made.host,
        "join_url": made.join_url,
        "topic": topic,
        "passcode": made.passcode,
        "starts_at": made.starts_at,
        "minutes": made.minutes,
        "state": "made",
    }
    ((id_,),) = (
        Meeting.insert(appointment=visit.id, made_at=work.now, **known)
        .on_conflict(conflict_target=[Meeting.appointment], update=known)
        .returning(Meeting.id)
        .tuples()
        .execute()
    )
    before = _told(visit, visit.told_starts_at, visit.told_minutes) if visit.key else None
    told = _told(visit, made.starts_at, made.minutes)
    work.changed("change" if visit.key else "make", "meeting", id_, before, told)
    tell_link(work, visit.id, made.join_url)


def _gone(visit: Met, work: Work) -> None:
    if visit.meeting_id is None:
        return
    forgotten = {"state": "gone", "join_url": "", "passcode": ""}
    Meeting.update(**forgotten).where(Meeting.id == visit.meeting_id).execute()
    before = _told(visit, visit.told_starts_at, visit.told_minutes)
    after = {"customer_id": visit.customer_id, "appointment_id": visit.id}
    work.changed("remove", "meeting", visit.meeting_id, before, after)


def _told(visit: Met, starts_at: int | None, minutes: int | None) -> dict[str, object]:
    ends_at = (starts_at or 0) + (minutes or 0) * 60
    about = {"customer_id": visit.customer_id, "appointment_id": visit.id}
    return {**about, "starts_at": starts_at, "ends_at": ends_at}
