"""What a use case has decided to tell, and how visits of one series are told together (S7).

A series is told as a whole, with one invitation that has its rule, where several of its visits are told at
once or its rule has changed; a visit of it that alone is moved or canceled is told alone. Such a message is
about one visit like any other, the first it tells, and holds for as long as that visit does; ``series`` in
its payload says that it is about all. What it is told by then is made when it goes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..queries.following import Course, Queued, Reach, courses, reach

MATTERS = ("starts_at", "staff_id", "room_id", "mode")
"""What a customer is told of a visit: where it differs, what was told is wrong."""
ALSO = {"invitation": ("minutes",)}
TOLD = ("sending", "sent", "delivered", "unknown")
"""States of what a customer has been told, or may have been."""


@dataclass(frozen=True, slots=True)
class New:
    """A message to be queued. ``more`` counts the further visits that it tells, ``series`` is its series."""

    kind: str
    visit: Reach
    channel: str
    due_at: int
    customer_id: int
    window: str = ""
    more: int = 0
    series: int | None = None

    @property
    def row(self) -> tuple[object, ...]:
        """Its columns in the outbox."""
        facts = {name: getattr(self.visit, name) for name in (*MATTERS, *ALSO.get(self.kind, ()))}
        facts |= {"more": self.more} if self.more else {}
        facts |= {"series": self.series} if self.series is not None else {}
        return (
            self.kind, self.visit.id, self.visit.version, self.window, json.dumps(facts), self.due_at,
            "waiting", self.channel, self.customer_id, self.visit.starts_at,
        )  # fmt: skip


@dataclass(slots=True)
class Decided:
    """The visits as they are now; what was queued before, by visit and by series; what is to be queued, and
    (id, why) of what waits no more. ``again`` are series whose message does not hold, though other visits
    of theirs are to be told.
    """

    seen: Sequence[Reach]
    earlier: Mapping[int, Sequence[Queued]]
    whole: Mapping[int, Sequence[Queued]]
    fresh: list[New] = field(default_factory=list)
    stale: list[tuple[int, str]] = field(default_factory=list)
    again: set[int] = field(default_factory=set)

    def of_series(self, series_id: int | None) -> Sequence[Queued]:
        """What was queued about a series as a whole."""
        return self.whole.get(series_id, ()) if series_id is not None else ()

    def stands(self, series_id: int, *states: str) -> bool:
        """Whether an invitation to the whole series is in one of ``states``, and not withdrawn just now."""
        gone = {id_ for id_, _ in self.stale}
        rows = self.of_series(series_id)
        return any(one.kind == "invitation" and one.state in states and one.id not in gone for one in rows)


@dataclass(frozen=True, slots=True)
class Telling:
    """``soon`` is when what is queued now goes, UTC seconds; ``invitation`` makes one to a visit."""

    soon: int
    invitation: Callable[[Reach], New | None]


def told_once(decided: Decided, redrawn: Collection[int], telling: Telling) -> list[New]:
    """What is queued: of several visits of a series the first, which counts the others.

    ``redrawn`` are the series whose rule or dates have changed: whoever was invited to them is told all of
    it again, even where none of the visits ahead is another.
    """
    groups, kept = _grouped(decided.fresh)
    known = any(decided.stands(id_, "waiting", *TOLD) for id_ in redrawn)
    retold = decided.again | (set(redrawn) if known else set())
    wanted = {id_ for (_, id_, _), some in groups.items() if len(some) > 1 or id_ in redrawn} | retold
    found = {course.id: course for course in courses(wanted, telling.soon)} if wanted else {}
    for (_, id_, _), some in groups.items():
        kept += [_first(some, found[id_])] if id_ in found else some
    told = {id_ for _, id_, _ in groups}
    for id_ in sorted(retold - told):
        if id_ in found and not decided.stands(id_, "waiting"):
            kept += _again(found[id_], decided, telling)
    return [one for one in kept if not _queued_before(one, decided)]


def _grouped(fresh: Sequence[New]) -> tuple[dict[tuple[str, int, int], list[New]], list[New]]:
    """What goes by email to the customer of a series about its visits, by kind, series and customer; and
    the rest.
    """
    groups = defaultdict[tuple[str, int, int], list[New]](list)
    rest = list[New]()
    for one in fresh:
        series_id = one.visit.series_id
        ours = one.customer_id == one.visit.series_customer and one.kind != "reminder"
        if series_id is None or not ours or one.channel != "email":
            rest.append(one)
        else:
            groups[one.kind, series_id, one.customer_id].append(one)
    return groups, rest


def _first(some: Sequence[New], course: Course) -> New:
    first = min(some, key=lambda one: one.visit.starts_at)
    return replace(first, more=len(some) - 1, series=course.id, window=_window(course))


def _window(course: Course) -> str:
    """What tells messages about one visit apart that are about all of its series."""
    return f"series {course.id}.{course.version}"


def _again(course: Course, decided: Decided, telling: Telling) -> Iterator[New]:
    """What tells a series again of which nothing else is told.

    Where none of its visits is ahead only calendars that have it must learn where it ended: that goes with
    the customer's next visit, or with one that is canceled.
    """
    ended = course.next_id is None and decided.stands(course.id, *TOLD)
    next_id = course.other_id if ended else course.next_id
    made = telling.invitation(reach([next_id])[0]) if next_id is not None else None
    if made is None and ended:
        mine = (one for one in decided.seen if one.customer_id == course.customer_id)
        gone = next((one for one in mine if one.status == "X" and one.starts_at > telling.soon), None)
        made = gone and New("cancellation", gone, "email", telling.soon, course.customer_id)
    if made is not None:
        more = max(0, course.ahead - 1)
        yield replace(made, more=more, series=course.id, window=_window(course))


def _queued_before(one: New, decided: Decided) -> bool:
    key = (one.kind, one.visit.id, one.window, one.visit.version)
    rows = decided.of_series(one.series)
    return any((was.kind, was.appointment_id, was.window, was.version) == key for was in rows)
