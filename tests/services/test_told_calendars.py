"""Whatever is done to visits and series: a calendar told by invitations alone has what the book has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

import pytest
import recurring_ical_events
from icalendar import Calendar, Event

from pim_tui.db.connection import select
from pim_tui.domain.delivery import Mail
from pim_tui.domain.series import Reach
from pim_tui.domain.states import Status
from pim_tui.errors import PimError
from pim_tui.queries.series_members import series_of
from pim_tui.services.series_editing import EndSeries, end_series
from pim_tui.services.undo import Undo, undo
from tests.services.clinic import JANE, Practice, at
from tests.services.test_inviting import change_from, clinic, sent, told, weekly

__all__ = ["clinic"]
DAY = 86_400
DEEDS = ("book", "series", "move", "cancel", "stretch", "later", "all", "words", "end", "undo")


@dataclass
class Diary:
    """A calendar that does what it is asked to, as RFC 5546 has it, and nothing else."""

    events: dict[str, dict[int, Event]] = field(default_factory=dict)
    number: dict[tuple[str, int], int] = field(default_factory=dict)

    def take(self, mail: Mail) -> None:
        method, found = told(mail)
        uid = str(found[0]["UID"])
        assert {str(one["UID"]) for one in found} == {uid}
        if method == "REQUEST" and "RECURRENCE-ID" not in found[0]:
            self.events[uid] = {}
        for event in found:
            self._one(method, uid, event)

    def _one(self, method: str, uid: str, event: Event) -> None:
        key = int(event["RECURRENCE-ID"].dt.timestamp()) if "RECURRENCE-ID" in event else 0
        newest = max(self.number.get((uid, key), -1), self.number.get((uid, 0), -1))
        assert event["SEQUENCE"] > newest or key, "a change that no program would believe"
        assert event["SEQUENCE"] >= newest
        self.number[uid, key] = int(event["SEQUENCE"])
        kept = self.events.setdefault(uid, {})
        if method == "CANCEL" and not key:
            del self.events[uid]
        else:
            kept[key] = event

    def visits(self, first: int) -> list[tuple[int, int]]:
        """Start and minutes of what stands in it from ``first`` on."""
        found = list[tuple[int, int]]()
        for events in self.events.values():
            whole = Calendar()
            for event in events.values():
                whole.add_component(event)
            for one in recurring_ical_events.of(whole).between(date(2026, 11, 23), date(2027, 6, 1)):
                start = int(one.start.timestamp())
                if one.get("STATUS") != "CANCELLED" and start > first:
                    found.append((start, (one.end - one.start).seconds // 60))
        return sorted(found)


def in_book(now: int) -> list[tuple[int, int]]:
    return select(
        "select starts_at, minutes from appointment where customer_id = ? and status = 'S' and starts_at > ?"
        " order by 1, 2",
        [JANE, now],
    )


def scheduled(clinic: Practice) -> list[tuple[int, bool]]:
    """Ids of Jane's visits ahead, and whether they are of a series."""
    return select(
        "select a.id, v.series_id is not null from appointment a left join series_visit v"
        " on v.appointment_id = a.id where a.customer_id = ? and a.status = 'S' and a.starts_at > ?",
        [JANE, clinic.clock[0]],
    )


def act(clinic: Practice, random: Random) -> str:
    """Something that happens to visits; its name."""
    ahead = scheduled(clinic)
    id_, of_series = random.choice(ahead) if ahead else (0, 0)
    what = random.choice(
        ("book", "series", "move", "cancel", "stretch", "later", "all", "words", "end", "undo")
    )
    shift = random.choice((1, 2, 3)) * 30 * 60
    match what:
        case "book":
            clinic.book(at(f"2026-12-{random.randint(1, 28):02} 13:00"))
        case "series":
            weekly(clinic, random.randint(2, 5))
        case "undo":
            undo(clinic.session, Undo())
        case _ if not id_:
            return ""
        case "move":
            starts = clinic.row(id_)["starts_at"] + random.choice((shift, DAY + shift))
            clinic.change(id_, action="move", starts_at=starts)
        case "stretch":
            clinic.change(id_, action="stretch", minutes=random.choice((15, 45)))
        case "cancel":
            clinic.mark(id_, Status.CANCELED, "ill", "customer")
        case _ if not of_series:
            return ""
        case "end":
            end_series(clinic.session, EndSeries(id_, series_of(id_).version, "away", "customer"))
        case "words":
            change_from(clinic, id_, "later", reason=random.choice(("knee", "hip", "toe")))
        case _:
            reach: Reach = "later" if what == "later" else "all"
            change_from(clinic, id_, reach, starts_at=clinic.row(id_)["starts_at"] + shift)
    return what


def begun(clinic: Practice, ahead: set[int]) -> bool:
    """Whether a visit that was ahead was put where it would have begun: of that nobody is told (S7)."""
    now = clinic.clock[0]
    return any(clinic.row(id_)["status"] == "S" and clinic.row(id_)["starts_at"] <= now for id_ in ahead)


def lived(clinic: Practice, seed: int, steps: int = 9) -> Iterator[Any]:
    """Some steps, between which what waits goes out or not yet, and days pass or not."""
    random, diary = Random(seed), Diary()
    for _ in range(steps):
        ahead = {id_ for id_, _ in scheduled(clinic)}
        try:
            yield act(clinic, random)
        except PimError as refused:
            yield refused.message
        if begun(clinic, ahead):
            return
        if random.random() < 0.6:
            for mail in sent(clinic):
                diary.take(mail)
        if random.random() < 0.2:
            clinic.clock[0] += random.choice((1, 5)) * DAY
    for mail in (*sent(clinic), *sent(clinic)):
        diary.take(mail)
    assert diary.visits(clinic.clock[0]) == in_book(clinic.clock[0])


@pytest.mark.parametrize("seed", range(6))
def test_a_calendar_that_was_told_everything_has_what_the_book_has(clinic: Practice, seed: int) -> None:
    clinic.open_always()
    list(lived(clinic, seed))
