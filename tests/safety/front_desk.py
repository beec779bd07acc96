"""The steps of a front desk in :mod:`tests.safety.calendar_year`: holds, offers, series, several at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from pim_tui.domain.moments import MINUTE, wall
from pim_tui.domain.series import Asked, Change
from pim_tui.domain.seriesplan import Choice, Planned
from pim_tui.domain.session import Session
from pim_tui.domain.states import STEPS, Status
from pim_tui.domain.visit import Answers, Details
from pim_tui.domain.waiting import Slot, Wish
from pim_tui.errors import Refused
from pim_tui.queries.holds import Asker
from pim_tui.queries.series_members import series_of
from pim_tui.queries.series_plan import Preview, change_preview, nearest, preview
from pim_tui.queries.waiting import fitting
from pim_tui.services.arrivals import ASIDE, TakeStep, take_step
from pim_tui.services.holds import HoldTime, ReleaseHold, hold_time, release
from pim_tui.services.offers import AnswerOffer, OfferTime, answer_offer, offer_time
from pim_tui.services.pinboard import Move, MoveAll, move_all
from pim_tui.services.series_editing import ChangeSeries, EndSeries, change_series, end_series
from pim_tui.services.series_making import MakeSeries, make_series
from pim_tui.services.waiting import AddWaiting, add_waiting
from tests.safety.plain_calendar import BUFFERS, NIGHT, PEOPLE, Held, Visit, Year, meet
from tests.services.clinic import BUFFERED, LEE, PLAIN, SATO

TALK = 5
"""Steps that follow at once when a time was held."""
RULES = ("FREQ=WEEKLY;COUNT=4", "FREQ=DAILY;INTERVAL=3;COUNT=5", "FREQ=WEEKLY;INTERVAL=2;COUNT=3")
HARDEST = {"staff", "room", "equipment"}


@dataclass
class Waits:
    """Who waits in the second calendar."""

    id: int
    customer_id: int
    wish: Wish
    since: int
    appointment_id: int | None
    state: str = "waiting"


@dataclass
class Offered:
    """An offer in the second calendar."""

    id: int
    entry: int
    slot: Slot
    state: str = "offered"

    @property
    def span(self) -> tuple[int, int]:
        """The time that is offered."""
        return self.slot.starts_at, self.slot.starts_at + self.slot.minutes * MINUTE


@dataclass
class FrontDesk(Year):
    """A year with everything that a desk does."""

    waits: dict[int, Waits] = field(default_factory=dict)
    offers: dict[int, Offered] = field(default_factory=dict)

    def ways(self) -> list[tuple[Callable[[Session], None], int]]:
        """The steps of a front desk besides those of every day."""
        more = [
            (self.hold, 5), (self.let_go, 3), (self.wait, 5), (self.offer, 8), (self.answer, 6),
            (self.arrive, 5), (self.pin, 5), (self.repeat, 4), (self.change_rule, 3), (self.end_rule, 2),
        ]  # fmt: skip
        return [*super().ways(), *more]

    # --- holds ------------------------------------------------------------------------------------

    def hold(self, desk: Session) -> None:
        """A desk holds a time."""
        details = self._details(self._start())
        slot = Slot(details.staff_id, details.room_id, details.starts_at, details.minutes)
        command = HoldTime(*slot)
        done = self._try("hold", lambda: hold_time(desk, command), self._can_hold(slot, desk))
        if done is not None:
            self._held(done.ids[0], desk, slot, None)

    def let_go(self, desk: Session) -> None:
        """A desk lets a time go, if it holds it."""
        if self.holds:
            one = self.chance.choice(self.holds)
            done = self._try("let go", lambda: release(desk, ReleaseHold(one.id)), may=one.desk == desk.key)
            if done is not None:
                self.holds.remove(one)

    def _can_hold(self, slot: Slot, desk: Session, entry: Waits | None = None) -> bool:
        """Whether it lies ahead with nothing in the way; for an ``entry`` as the visit that is booked or what
        its later one becomes. Whether the customer is elsewhere is asked when it is booked.
        """
        was = self._was(entry) if entry else None
        if entry:
            visit = self._visit_of(entry, slot, was[1] if was else None)
            visit = replace(visit, details=replace(visit.details, customer_id=0))
        else:
            details = Details(0, slot.staff_id, slot.starts_at, slot.minutes, None, slot.room_id)
            visit = Visit(details, BUFFERS[None])
        return visit.shown[1] > self.now and not self._in_the_way(visit, was, desk)

    def _held(self, id_: int, desk: Session, slot: Slot, entry: int | None) -> None:
        """It holds one time by key, one for each entry, and none twice."""
        span = (slot.starts_at, slot.starts_at + slot.minutes * MINUTE)
        self.holds = [
            one
            for one in self.holds
            if one.desk != desk.key
            or (one.entry != entry and not (one.staff_id == slot.staff_id and meet(one.span, span)))
        ]
        until = self.now + 5 * MINUTE
        self.holds.append(Held(id_, desk.key, slot.staff_id, slot.room_id, span, until, entry))
        self.talking = TALK

    # --- the waiting list -------------------------------------------------------------------------

    def wait(self, desk: Session) -> None:
        """Somebody waits, perhaps with a later visit booked already."""
        pick, customer = self.chance.choice, self.chance.randrange(1, PEOPLE + 1)
        wish = Wish(
            pick((10, 15, 30, 45)),
            pick((0, 0, 1, 2)),
            pick((None, PLAIN, BUFFERED)),
            pick((None, LEE, SATO, NIGHT)),
            weekdays=pick(("", "", "0123", "456")),
            from_minute=pick((None, None, 480)),
            to_minute=pick((None, None, 960)),
        )
        later = [
            id_
            for id_, one in self.visits.items()
            if (one.status, one.details.customer_id) == ("S", customer) and one.details.starts_at > self.now
        ]
        appointment = pick(later) if later and self.chance.random() < 0.5 else None
        may = not any(
            (one.state, one.customer_id) == ("waiting", customer)
            and (one.wish.type_id, one.wish.staff_id) == (wish.type_id, wish.staff_id)
            for one in self.waits.values()
        )
        command = AddWaiting(customer, wish, "", appointment)
        done = self._try("wait", lambda: add_waiting(desk, command), may)
        if done is not None:
            id_ = done.ids[0]
            self.waits[id_] = Waits(id_, customer, wish, self.now, appointment)

    def offer(self, desk: Session) -> None:
        """Who fits a time is whom it can be booked for, and one of those who wait is offered it."""
        slot = self._free_slot()
        told = fitting(slot, self.zone, self.now, 9, session=desk.key)
        fits = [one.id for one in self._in_turn() if self._fits(one, slot, desk)]
        if self._begun(slot, desk) or any(
            one.state == "offered" and _same_start(one.slot, slot) for one in self.offers.values()
        ):
            fits = []
        assert [one.id for one in told] == fits[:9], (slot, told, fits)
        self._count("fits" if fits else "fits nobody")
        waiting = [one.id for one in self._in_turn()]
        if not waiting or slot.starts_at + slot.minutes * MINUTE <= self.now:
            return
        entry = self.waits[fits[0] if fits and self.chance.random() < 0.8 else self.chance.choice(waiting)]
        given = slot._replace(minutes=min(slot.minutes, entry.wish.minutes))
        open_ = [
            one
            for one in self.offers.values()
            if one.state == "offered" and (one.entry == entry.id or _same_start(one.slot, slot))
        ]
        over = [one for one in open_ if one.slot.starts_at <= self.now]
        may = open_ == over and slot.minutes >= entry.wish.minutes and self._can_hold(given, desk, entry)
        done = self._try("offer", lambda: offer_time(desk, OfferTime(entry.id, slot)), may)
        if done is not None:
            for one in over:
                self._close(one, "lapsed")
            room_id = self._visit_of(entry, given, self._later(entry)[1]).details.room_id
            self._held(done.ids[0], desk, given._replace(room_id=room_id), entry.id)
            self.holds[-1].id = self._newest_hold()
            self.offers[done.ids[0]] = Offered(done.ids[0], entry.id, given)

    def answer(self, desk: Session) -> None:
        """An offer is accepted, declined or lost; an accepted time is booked at once."""
        made = list(self.offers.values())[-6:]
        if not made:
            return
        one = self.chance.choice(made)
        if self.chance.random() < 0.4:
            self._decline(desk, one)
        else:
            self._accept(desk, one)

    def _decline(self, desk: Session, made: Offered) -> None:
        command = AnswerOffer(made.id, "declined")
        done = self._try("decline", lambda: answer_offer(desk, command), may=made.state == "offered")
        if done is not None:
            self._close(made, "declined")

    def _accept(self, desk: Session, made: Offered) -> None:
        entry, answers = self.waits[made.entry], self._answers()
        was = self._was(entry)
        old = was[1] if was else None
        visit = self._visit_of(entry, made.slot, old)
        kept, self.holds = self.holds, [one for one in self.holds if one.entry != entry.id]
        freely = old is not None and self._inside(visit, old)
        open_ = made.state == "offered" and entry.state == "waiting"
        may = open_ and (freely or self._may(visit, was, answers, desk))
        over = old.over if freely and old else self._overbooks(visit, was, desk)
        command = AnswerOffer(made.id, "accepted", answers=answers)
        done = self._try("accept", lambda: answer_offer(desk, command), may)
        if done is None:
            self.holds = kept
            return
        made.state, entry.state = "accepted", "booked"
        self._stands(done.ids[0], visit, over)
        self._booked_over(desk, visit)

    def _later(self, entry: Waits) -> tuple[int | None, Visit | None]:
        """The later visit that the customer has, while it is Scheduled."""
        id_ = entry.appointment_id
        old = self.visits[id_] if id_ is not None and self.visits[id_].status == "S" else None
        return (id_, old) if old is not None else (None, None)

    def _was(self, entry: Waits) -> tuple[int, Visit] | None:
        """The same as what is moved."""
        id_, old = self._later(entry)
        return (id_, old) if id_ is not None and old is not None else None

    def _visit_of(self, entry: Waits, slot: Slot, old: Visit | None) -> Visit:
        """The visit that is booked for an entry, or what its later one becomes."""
        wish = entry.wish
        new = Details(
            entry.customer_id, slot.staff_id, slot.starts_at, wish.minutes, wish.type_id, slot.room_id
        )
        if old is None:
            return Visit(new, BUFFERS[wish.type_id])
        was = old.details
        same = wish.type_id in (None, was.type_id)
        details = replace(
            was,
            staff_id=new.staff_id,
            starts_at=new.starts_at,
            minutes=new.minutes,
            room_id=new.room_id or was.room_id,
            type_id=was.type_id if same else wish.type_id,
            equipment_ids=was.equipment_ids if same else (),
        )
        return Visit(details, BUFFERS[details.type_id], over=old.over, steps=old.steps)

    def _in_turn(self) -> list[Waits]:
        waiting = [one for one in self.waits.values() if one.state == "waiting"]
        return sorted(waiting, key=lambda one: (-one.wish.urgency, one.since, one.id))

    def _fits(self, entry: Waits, slot: Slot, desk: Session) -> bool:
        """Whether the entry is offered this time: its wishes and everything in the way, one by one."""
        wish, mine = entry.wish, [one for one in self.offers.values() if one.entry == entry.id]
        if wish.minutes > slot.minutes or wish.staff_id not in (None, slot.staff_id):
            return False
        if any(one.state == "offered" and one.slot.starts_at > self.now for one in mine):
            return False
        if any(one.state == "declined" and _same_start(one.slot, slot) for one in mine):
            return False
        starts = wall(slot.starts_at, self.zone)
        ends = wall(slot.starts_at + wish.minutes * MINUTE, self.zone)
        if wish.weekdays and str(starts.weekday()) not in wish.weekdays:
            return False
        if starts.hour * 60 + starts.minute < (wish.from_minute or 0):
            return False
        last = ends.hour * 60 + ends.minute + 1440 * (ends.date() > starts.date())
        if wish.to_minute is not None and last > wish.to_minute:
            return False
        was = self._was(entry)
        if was is not None and was[1].details.starts_at <= slot.starts_at:
            return False
        return not self._in_the_way(self._visit_of(entry, slot, was[1] if was else None), was, desk)

    def _begun(self, slot: Slot, desk: Session) -> bool:
        """Whether the first minute of the time is somebody's."""
        first = (slot.starts_at, slot.starts_at + MINUTE)
        spans = [one.taken for one in self.visits.values() if one.details.staff_id == slot.staff_id]
        held = [one.span for one in self.holds if one.desk != desk.key and one.staff_id == slot.staff_id]
        return any(meet(one, first) for one in (*spans, *held))

    def _free_slot(self) -> Slot:
        """A time that has become free, or any."""
        freed = [one for one in list(self.visits.values())[-40:] if one.taken is None]
        freed = [one for one in freed if one.details.starts_at > self.now]
        if freed and self.chance.random() < 0.6:
            details = self.chance.choice(freed).details
        else:
            details = self._details(self._start())
        return Slot(details.staff_id, details.room_id, details.starts_at, details.minutes)

    def _close(self, made: Offered, state: str) -> None:
        made.state = state
        self.holds = [one for one in self.holds if one.entry != made.entry]

    def _newest_hold(self) -> int:
        return int(self.clinic.store.select("select max(id) from hold")[0][0])

    # --- arrivals ---------------------------------------------------------------------------------

    def arrive(self, desk: Session) -> None:
        """A step of a visit is taken, or taken back by the same key."""
        found = self._some("SMX")
        if found is None:
            return
        id_, visit = found
        place = self.chance.randrange(len(STEPS))
        here = visit.steps[place] is None
        steps = tuple(
            (self.now if here else None) if at == place else one for at, one in enumerate(visit.steps)
        )
        given = [one for one in steps if one is not None]
        near = visit.shown[0] - ASIDE <= self.now <= visit.shown[1] + ASIDE
        may = all(one <= other for one, other in pairwise(given)) and (not here or place == 0 or near)
        may = may and (visit.status == "S" or not given)
        command = TakeStep(id_, self.clinic.row(id_)["version"], STEPS[place])
        if self._try("arrive", lambda: take_step(desk, command), may) is not None:
            self.visits[id_].steps = steps
            self._remember(id_)

    # --- several at once --------------------------------------------------------------------------

    def pin(self, desk: Session) -> None:
        """Several appointments are picked up and put down one after another, or in each other's places."""
        newest = [(id_, one) for id_, one in list(self.visits.items())[-40:] if one.status == "S"]
        if len(newest) < 3:
            return
        picked = self.chance.sample(newest, self.chance.choice((2, 3)))
        start, staff = self._start(), self.chance.choice((LEE, SATO, NIGHT))
        wanted = dict[int, Visit]()
        for (id_, one), (_, next_) in zip(picked, (*picked[1:], picked[0]), strict=True):
            if self.chance.random() < 0.5:
                details = replace(one.details, starts_at=start, staff_id=staff)
            else:
                there = next_.details
                details = replace(one.details, starts_at=there.starts_at, staff_id=there.staff_id)
            wanted[id_] = replace(one, details=details)
            start += one.details.minutes * MINUTE
        moves = tuple(
            Move(id_, self.clinic.row(id_)["version"], one.details.starts_at, one.details.staff_id,
                 one.details.room_id)
            for id_, one in wanted.items()
        )  # fmt: skip
        done = self._try("pin", lambda: move_all(desk, MoveAll(moves)), self._goes_down(wanted, desk))
        if done is not None:
            for id_, visit in wanted.items():
                self._stands(id_, visit, over=False)
                self._booked_over(desk, visit)

    def _goes_down(self, wanted: Mapping[int, Visit], desk: Session) -> bool:
        """Each finds its place free of all that were not picked up, and of those put down before it.

        None goes to another day that is over: that is asked of one alone.
        """
        today = wall(self.now, self.zone).date()
        for id_, visit in wanted.items():
            was, day = (wall(one.details.starts_at, self.zone).date() for one in (self.visits[id_], visit))
            if was != day < today:
                return False
        others = [one for id_, one in self.visits.items() if one.taken and id_ not in wanted]
        others += [one.visit for one in self.holds if one.desk != desk.key]
        for visit in wanted.values():
            if self._meets(visit, others, None):
                return False
            others.append(replace(visit, taken=visit.whole))
        return True

    # --- series -----------------------------------------------------------------------------------

    def repeat(self, desk: Session) -> None:
        """A new series: what is in the way of each visit is shown before, and decided."""
        details = replace(self._details(self._start()), equipment_ids=())
        if details.starts_at < self.now:
            return
        asked = Asked(details, self.chance.choice(RULES), self.zone)

        def look(choices: Mapping[int, Choice]) -> Preview:
            return preview(asked, self._asker(desk), choices)

        choices = self._decided(desk, look, ())
        if choices is None:
            return
        found, before = look(choices), set(self.visits)
        kept = [one for one in found.visits if not one.skipped]
        done = self._try("series", lambda: make_series(desk, MakeSeries(asked, choices)), bool(kept))
        if done is not None:
            assert before.isdisjoint(done.ids)
            assert len(done.ids) == len(kept)
            self._planned(desk, dict(zip(done.ids, kept, strict=True)))

    def change_rule(self, desk: Session) -> None:
        """A series is moved or given somebody else, from one visit on or all of it."""
        seen = self._member(desk)
        if seen is None:
            return
        id_, visit = seen
        details = replace(visit.details, **self.chance.choice((
            {"starts_at": visit.details.starts_at + self._near()}, {"minutes": visit.details.minutes + 15},
            {"staff_id": self.chance.choice((LEE, SATO, NIGHT))},
        )))  # fmt: skip
        change = Change(id_, self.chance.choice(("later", "all")), details)
        asker, version = self._asker(desk), series_of(id_).version
        try:
            first = change_preview(change, asker, {})
        except Refused as error:
            self._count(f"series not changed: {error.rule}")
            return
        moving = {one.wanted.id for one in first.visits if one.wanted.id is not None}
        moving |= {one.id for one in first.dropped}

        def look(choices: Mapping[int, Choice]) -> Preview:
            return change_preview(change, asker, choices)

        choices = self._decided(desk, look, moving)
        if choices is None:
            return
        found, command = look(choices), ChangeSeries(change, version, choices)
        if not (found.visits or found.dropped):
            return
        done = self._try("series change", lambda: change_series(desk, command), may=True)
        if done is None:
            return
        skipped = [one.wanted.id for one in found.visits if one.skipped and one.wanted.id is not None]
        for gone in (*(one.id for one in found.dropped), *skipped):
            self.visits[gone] = replace(self.visits[gone], status="X", taken=None, steps=(None,) * 4)
            self._remember(gone)
        kept = [one for one in found.visits if not one.skipped]
        self._planned(desk, {one.wanted.id: one for one in kept if one.wanted.id is not None})
        new = sorted(id_ for id_ in self._rows() if id_ not in self.visits)
        fresh = [one for one in kept if one.wanted.id is None]
        starts = {self.clinic.row(id_)["starts_at"]: id_ for id_ in new}
        assert sorted(starts) == sorted(one.details.starts_at for one in fresh)
        self._planned(desk, {starts[one.details.starts_at]: one for one in fresh})

    def end_rule(self, desk: Session) -> None:
        """A series ends: its later visits are canceled."""
        seen = self._member(desk)
        if seen is None:
            return
        here = series_of(seen[0])
        rows = self.clinic.store.select(
            "select appointment_id from series_visit where series_id = ? and recurrence_at >= ?",
            [here.id, here.recurrence_at],
        )
        later = [id_ for (id_,) in rows if self.visits[id_].status == "S"]
        later = [id_ for id_ in later if self.visits[id_].details.starts_at >= self.now]
        command = EndSeries(seen[0], here.version, "moved away", "customer")
        done = self._try("series end", lambda: end_series(desk, command), may=bool(later))
        for id_ in later if done is not None else ():
            self.visits[id_] = replace(self.visits[id_], status="X", taken=None, steps=(None,) * 4)
            self._remember(id_)

    def _asker(self, desk: Session) -> Asker:
        return Asker(desk.key, self.now, self.zone)

    def _member(self, desk: Session) -> tuple[int, Visit] | None:
        """A visit of a series that is still to come."""
        rows = self.clinic.store.select(
            "select appointment_id from series_visit order by series_id desc, recurrence_at limit 12"
        )
        ahead = [(id_, self.visits[id_]) for (id_,) in rows]
        ahead = [(id_, one) for id_, one in ahead if one.status == "S" and one.details.starts_at >= self.now]
        return self.chance.choice(ahead) if ahead else None

    def _decided(
        self, desk: Session, look: Callable[[Mapping[int, Choice]], Preview], moving: Collection[int]
    ) -> dict[int, Choice] | None:
        """Decide about every visit that collides, as a person would; None to stop.

        What the preview shows must be what is in the way, and where another time is found nothing is.
        """
        try:
            found = look({})
        except Refused as error:
            self._count(f"series refused: {error.rule}")
            return None
        self._agrees(desk, found, moving)
        choices = dict[int, Choice]()
        free = nearest(found.open_, self.zone, self._asker(desk))
        for one in found.open_:
            way = self.chance.choice(("skip", "move", "book"))
            if way == "move" and one.key in free:
                self._is_free(desk, one, free[one.key])
                choices[one.key] = Choice("move", free[one.key])
            elif way == "book" and not one.missing:
                against = frozenset(clash.other.id for clash in one.hard if clash.other)
                choices[one.key] = Choice("book", 0, Answers(True, "acute"), against)
            else:
                choices[one.key] = Choice("skip")
        for _ in range(3):
            found = look(choices)
            self._agrees(desk, found, moving)
            choices.update({one.key: Choice("skip") for one in found.open_})
        return choices

    def _agrees(self, desk: Session, found: Preview, moving: Collection[int]) -> None:
        """Each visit's clashes are those that plain loops find, with the others of the series."""
        plans = [one for one in found.visits if not (one.skipped or one.missing)]
        here = [one.wanted.id for one in found.visits if one.wanted.id is not None]
        others = [one for id_, one in self.visits.items() if one.taken and id_ not in here]
        others += [one.visit for one in self.holds if one.desk != desk.key]
        for one in plans:
            own = [
                replace(visit, taken=visit.whole)
                for other in plans
                if other is not one
                for visit in [self._plain(other)]
            ]
            kinds = {clash.kind for clash in one.hard}
            assert kinds == self._meets(self._plain(one), [*others, *own], None), (one, kinds)
        self._count("preview")

    def _plain(self, plan: Planned) -> Visit:
        return Visit(plan.details, BUFFERS[plan.details.type_id])

    def _is_free(self, desk: Session, plan: Planned, at: int) -> None:
        """The time that is shown instead is in nobody's way."""
        id_ = plan.wanted.id
        was = (id_, self.visits[id_]) if id_ is not None else None
        if plan.wanted.problem:
            return
        visit = Visit(replace(plan.wanted.details, starts_at=at), BUFFERS[plan.details.type_id])
        gone = (was[0], replace(was[1], taken=None)) if was else None
        assert not self._in_the_way(visit, gone, desk), (plan, at)
        self._count("another time")

    def _planned(self, desk: Session, plans: Mapping[int, Planned]) -> None:
        """The visits of a series have their places now; those on taken ones are marked as overbooked."""
        for id_, plan in plans.items():
            steps = self.visits[id_].steps if id_ in self.visits else (None,) * 4
            self._stands(id_, replace(self._plain(plan), steps=steps), over=plan.overbooks)
            self._booked_over(desk, self.visits[id_])

    # --- what follows from each of them -------------------------------------------------------------

    def _stands(self, id_: int, visit: Visit, over: bool) -> None:
        """An open offer of the time that is taken lapses."""
        before = self.visits.get(id_)
        super()._stands(id_, visit, over)
        self._lapse(before, self.visits[id_])

    def _lapse(self, before: Visit | None, now: Visit) -> None:
        """Open offers of a time that is newly taken."""
        if before and (before.taken, before.details.staff_id) == (now.taken, now.details.staff_id):
            return
        for one in self.offers.values():
            same = one.slot.staff_id == now.details.staff_id
            if one.state == "offered" and same and meet(now.taken, one.span):
                self._close(one, "lapsed")

    def _marked(self, id_: int, desk: Session, status: Status) -> None:
        before = self.visits[id_]
        super()._marked(id_, desk, status)
        self._lapse(before, self.visits[id_])

    def take_back(self, desk: Session) -> None:
        """As every day; who had been given an earlier time may wait again."""
        before = {id_: replace(one) for id_, one in self.visits.items()}
        super().take_back(desk)
        for id_, now in self.visits.items():
            self._lapse(before.get(id_), now)
        for id_, state in self.clinic.store.select("select id, state from waiting_entry"):
            if self.waits[id_].state == "booked":
                self.waits[id_].state = state

    def compare(self) -> None:
        """The holds, the waiting list and the offers as well."""
        super().compare()
        select = self.clinic.store.select
        live = select("select id, session, entry_id from hold where expires_at > ? order by id", [self.now])
        assert live == sorted((one.id, one.desk, one.entry) for one in self.holds)
        assert dict(select("select id, state from waiting_offer")) == _states(self.offers.values())
        assert dict(select("select id, state from waiting_entry")) == _states(self.waits.values())


def _same_start(one: Slot, other: Slot) -> bool:
    return (one.staff_id, one.starts_at) == (other.staff_id, other.starts_at)


def _states(rows: Collection[Any]) -> dict[int, str]:
    return {one.id: one.state for one in rows}
