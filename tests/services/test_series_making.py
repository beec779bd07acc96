"""Series made by the form: previewed, decided visit by visit, written all or not at all (T3, T7-T9, T11)."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest

from pim_tui.domain.moments import wall
from pim_tui.domain.recurrence import BadRule
from pim_tui.domain.rights import Right
from pim_tui.domain.series import Asked
from pim_tui.domain.seriesplan import Choice, Planned
from pim_tui.domain.states import Status
from pim_tui.domain.visit import Answers
from pim_tui.errors import Forbidden, NeedsAnswer, Refused
from pim_tui.queries.holds import Asker
from pim_tui.queries.series_plan import Preview, preview
from pim_tui.services.holds import HoldTime, hold_time
from pim_tui.services.series import ExtendSeries, extend_series
from pim_tui.services.series_making import MakeSeries, make_series
from tests.services.clinic import BUFFERED, JANE, JOHN, LEE, SATO, ZONE, Practice, at, broken_line, overlaps

DAY = 86_400
TUESDAY = at("2026-11-24 10:00")


def asked(clinic: Practice, rule: str = "FREQ=WEEKLY;BYDAY=TU;COUNT=4", **more: Any) -> Asked:
    when = more.pop("when", TUESDAY)
    return Asked(clinic.details(when, **more), rule, ZONE)


def seen(clinic: Practice, one: Asked, **choices: Choice) -> Preview:
    return preview(one, asker(clinic), {})


def asker(clinic: Practice) -> Asker:
    return Asker("desk-1", clinic.clock[0], ZONE)


def starts(clinic: Practice) -> list[str]:
    rows = clinic.store.select(
        "select a.starts_at from appointment a join series_visit v on v.appointment_id = a.id order by 1"
    )
    return [f"{wall(when, ZONE):%Y-%m-%d %H:%M}" for (when,) in rows]


def skip(*visits: Planned) -> dict[int, Choice]:
    return {one.key: Choice("skip") for one in visits}


def anyway(visit: Planned, reason: str = "", same_customer: bool = False) -> dict[int, Choice]:
    against = frozenset(clash.other.id for clash in visit.hard if clash.other)
    return {visit.key: Choice("book", 0, Answers(same_customer, reason), against)}


def test_every_visit_is_made_in_one_step_with_one_request(clinic: Practice) -> None:
    command = MakeSeries(asked(clinic), request="r1")
    done = make_series(clinic.session, command)
    assert make_series(clinic.session, command) == done
    assert done.says == "Series booked: every week on Tue, 4 times, 4 visits"
    assert starts(clinic) == [f"2026-{day} 10:00" for day in ("11-24", "12-01", "12-08", "12-15")]
    assert clinic.store.select("select rule, wall, drawn_to from series") == [
        ("FREQ=WEEKLY;COUNT=4;BYDAY=TU", "2026-11-24T10:00", None)
    ]
    assert clinic.actions() == ["book"] * 5
    assert clinic.store.select("select count(distinct request), count(request) from journal") == [(1, 1)]
    assert broken_line(clinic.store) is None


def test_one_without_an_end_is_drawn_for_two_years_and_goes_on_by_itself(clinic: Practice) -> None:
    make_series(clinic.session, MakeSeries(asked(clinic, "FREQ=WEEKLY;BYDAY=TU")))
    assert clinic.count() == 105
    clinic.store.db.execute_sql(
        "insert into holiday (day, name, place, closes) values ('2028-12-26', 'Boxing Day', 'DE', 1)"
    )
    clinic.clock[0] += 400 * DAY
    done = extend_series(clinic.session, ExtendSeries())
    assert len(done.ids) == 57
    assert done.says == (
        "1 further visit of a series falls into closed time and wants moving: Tue 26 Dec 2028"
    )
    assert overlaps(clinic.store) == []


def test_what_collides_is_shown_before_anything_is_written_and_each_is_decided(clinic: Practice) -> None:
    for day, who in (("2026-12-01", JOHN), ("2026-12-08", JOHN), ("2026-12-15", JOHN)):
        clinic.book(f"{day} 10:15", customer_id=who)
    first = asked(clinic)
    found = seen(clinic, first)
    assert [one.open_ for one in found.visits] == [False, True, True, True]
    assert "Dr Lee is busy 10:15-10:45 (John Roe)" in found.visits[1].problem
    with pytest.raises(Refused, match="Dr Lee is busy") as refused:
        make_series(clinic.session, MakeSeries(first))
    assert (refused.value.rule, clinic.count(), clinic.count("series")) == ("T8", 3, 0)
    _, two, three, four = found.visits
    choices = {
        **skip(two),
        three.key: Choice("move", at("2026-12-08 11:00")),
        **anyway(four, "asked for it"),
    }
    done = make_series(clinic.session, MakeSeries(first, choices))
    assert done.says.endswith("3 visits, 1 skipped, 1 moved, 1 overbooked")
    assert starts(clinic) == ["2026-11-24 10:00", "2026-12-08 11:00", "2026-12-15 10:00"]
    assert clinic.store.select("select at, kind from series_date") == [(two.key, "out")]
    kept = clinic.store.select("select recurrence_at from series_visit order by 1")
    assert [at for (at,) in kept] == [TUESDAY, three.key, four.key]
    assert clinic.row(done.ids[2])["overbook_reason"] == "asked for it"


def test_buffers_rooms_the_customer_and_closed_days_count(clinic: Practice) -> None:
    clinic.book("2026-12-01 10:35", customer_id=JOHN)
    clinic.book("2026-12-08 10:00", staff_id=SATO, room_id=1, customer_id=JOHN)
    clinic.book("2026-12-15 10:20", staff_id=SATO)
    clinic.store.db.execute_sql(
        "insert into holiday (day, name, place, closes) values ('2026-12-22', 'Founding day', 'DE', 1)"
    )
    one = asked(clinic, "FREQ=WEEKLY;BYDAY=TU;COUNT=5", type_id=BUFFERED, room_id=1)
    found = seen(clinic, one)
    kinds = [[clash.kind for clash in visit.hard] for visit in found.visits]
    assert kinds == [[], ["staff"], ["room"], ["customer"], ["closed"]]
    assert "Founding day" in found.visits[4].remark
    closed = anyway(found.visits[4], "please", same_customer=True)
    rest = anyway(found.visits[3], same_customer=True) | skip(found.visits[1], found.visits[2])
    with pytest.raises(Refused, match="outside working hours"):
        make_series(clinic.session, MakeSeries(one, closed | rest))
    make_series(clinic.session, MakeSeries(one, skip(found.visits[4]) | rest))
    assert len(starts(clinic)) == 2


def test_overbooking_needs_the_right_the_reason_and_room_below_the_cap(clinic: Practice) -> None:
    clinic.book("2026-12-01 10:00", customer_id=JOHN)
    one = asked(clinic)
    visit = seen(clinic, one).visits[1]
    for session, choice, says in (
        (clinic.as_(1, Right.OVERBOOK), anyway(visit, "please"), "may not overbook"),
        (clinic.session, anyway(visit, "", same_customer=True), "Dr Lee is busy"),
    ):
        with pytest.raises(Refused, match=says):
            make_series(session, MakeSeries(one, choice))
    tight = replace(clinic.session, calendar=replace(clinic.session.calendar, overbookings=0))
    tight = replace(tight, rights=tight.rights - {Right.OVERBOOK_BEYOND_CAP})
    with pytest.raises(Forbidden, match="Already overbooked 0 of 0"):
        make_series(tight, MakeSeries(one, anyway(visit, "please")))
    assert clinic.count("series") == 0


def test_a_visit_moved_onto_another_of_the_series_collides_with_it(clinic: Practice) -> None:
    one = asked(clinic, "FREQ=DAILY;COUNT=3")
    key = seen(clinic, one).visits[1].key
    found = preview(one, asker(clinic), {key: Choice("move", TUESDAY)})
    assert [visit.open_ for visit in found.visits] == [True, True, False]
    assert "this series' visit of 24 Nov 2026" in found.visits[1].problem


def test_the_wall_time_stays_over_the_clock_changes_and_a_gap_is_offered_another_time(
    clinic: Practice,
) -> None:
    clinic.store.db.execute_sql("delete from working_hours")
    one = asked(clinic, "FREQ=DAILY;COUNT=3", when=at("2027-03-27 02:30"))
    found = seen(clinic, one)
    assert [visit.missing for visit in found.visits] == [False, True, False]
    gap = found.visits[1]
    assert "02:30 does not exist on 28 Mar 2027" in gap.problem
    assert gap.wanted.instead == at("2027-03-28 03:00")
    with pytest.raises(Refused, match="does not exist"):
        make_series(clinic.session, MakeSeries(one))
    make_series(clinic.session, MakeSeries(one, {gap.key: Choice("move", at("2027-03-28 03:00"))}))
    assert starts(clinic) == ["2027-03-27 02:30", "2027-03-28 03:00", "2027-03-29 02:30"]
    fold = seen(clinic, asked(clinic, "FREQ=DAILY;COUNT=3", when=at("2027-10-30 02:30"))).visits[1]
    assert (fold.open_, fold.remark) == (False, "02:30 comes twice that day: the first")
    assert fold.details.starts_at == at("2027-10-31 02:30", 0)


def test_two_desks_take_the_last_place_while_a_preview_is_open(clinic: Practice) -> None:
    one = asked(clinic)
    assert seen(clinic, one).open_ == ()
    ready, results = threading.Barrier(2), list[str]()

    def act(work: Any) -> None:
        ready.wait()
        try:
            results.append(work().says[:6])
        except Refused as error:
            results.append(error.rule)
        finally:
            clinic.store.close()

    desks = [
        threading.Thread(target=act, args=(lambda: make_series(clinic.session, MakeSeries(one)),)),
        threading.Thread(
            target=act,
            args=(lambda: make_series(clinic.as_(2), MakeSeries(asked(clinic, customer_id=JOHN))),),
        ),
    ]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert sorted(results) == ["Series", "T8"]
    assert (clinic.count(), overlaps(clinic.store)) == (4, [])


def test_one_more_in_the_way_than_was_decided_about_is_asked_anew(clinic: Practice) -> None:
    clinic.book("2026-12-01 10:00", 15, customer_id=JOHN)
    one = asked(clinic)
    choices = anyway(seen(clinic, one).visits[1], "please")
    clinic.book("2026-12-01 10:15", 15, customer_id=JOHN)
    with pytest.raises(Refused, match="10:15-10:30"):
        make_series(clinic.session, MakeSeries(one, choices))
    again = preview(one, asker(clinic), choices)
    assert (again.visits[1].open_, again.visits[1].choice) == (True, choices[again.visits[1].key])


def test_what_another_desk_holds_is_in_the_way_and_what_this_one_holds_goes_with_it(
    clinic: Practice,
) -> None:
    for session, day in ((clinic.as_(SATO), "2026-12-01"), (clinic.session, "2026-12-08")):
        start = at(f"{day} 10:00")
        hold_time(session, HoldTime(LEE, None, start, 30))
    one = asked(clinic)
    (held,) = seen(clinic, one).open_
    assert "held by" in held.problem
    choices = {held.key: Choice("move", at("2026-12-01 11:00"))}
    make_series(clinic.session, MakeSeries(one, choices))
    assert clinic.count("hold") == 1


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("FREQ=SECONDLY", "which no appointment does"),
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "no date at all"),
        ("FREQ=DAILY;COUNT=20001", "more than 20000 visits"),
        ("FREQ=DAILY;UNTIL=20991231", "more than 20000 visits"),
        ("FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2;UNTIL=20300101", "no date at all"),
        ("FREQ=MINUTELY;COUNT=9999999999", "more than 20000 visits"),
    ],
)
def test_hostile_rules_are_refused_at_once(clinic: Practice, rule: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        make_series(clinic.session, MakeSeries(asked(clinic, rule)))
    with pytest.raises(BadRule):
        make_series(clinic.session, MakeSeries(asked(clinic, "FREQ=DAILY;BYDAY=2MO")))
    assert clinic.count() == 0


def test_without_the_right_nothing_is_booked(clinic: Practice) -> None:
    with pytest.raises(Forbidden):
        make_series(clinic.as_(1, Right.BOOK), MakeSeries(asked(clinic)))
    nothing = skip(*seen(clinic, asked(clinic)).visits)
    with pytest.raises(Refused, match="nothing is left"):
        make_series(clinic.session, MakeSeries(asked(clinic), nothing))


def test_a_series_for_an_unknown_day_begins_where_its_rule_does(clinic: Practice) -> None:
    clinic.store.db.execute_sql("delete from working_hours")
    make_series(clinic.session, MakeSeries(asked(clinic, "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3")))
    assert starts(clinic) == ["2026-12-31 10:00", "2027-01-31 10:00", "2027-03-31 10:00"]
    assert date.fromisoformat(clinic.store.select("select wall from series")[0][0][:10]).day == 31
    assert clinic.store.select("select customer_id from series")[0][0] == JANE


@pytest.mark.walk
def test_the_preview_refuses_exactly_what_a_single_booking_would(clinic: Practice) -> None:
    """Forty days of random bookings with buffers and rooms; each visit is tried by itself afterwards."""
    clinic.store.db.execute_sql("delete from working_hours")
    dice = Random(7)
    for _ in range(110):
        day, minute = dice.randrange(40), 5 * dice.randrange(-9, 10)
        start = TUESDAY + day * DAY + minute * 60
        who = {"customer_id": dice.choice((JANE, JOHN)), "staff_id": dice.choice((LEE, SATO))}
        more = {"type_id": dice.choice((None, BUFFERED)), "room_id": dice.choice((None, 1, 2))}
        with suppress(Refused):
            clinic.book(start, dice.choice((10, 20, 30)), **who, **more)
    found = seen(clinic, asked(clinic, "FREQ=DAILY;COUNT=40", type_id=BUFFERED, room_id=1))
    refused = []
    for visit in found.visits:
        try:
            made = clinic.book(visit.key, type_id=BUFFERED, room_id=1).ids[0]
        except Refused:
            refused.append(visit.key)
        else:
            clinic.mark(made, Status.CANCELED, "only tried", "clinic")
    assert [visit.key for visit in found.open_] == refused
    assert 5 < len(refused) < 35


def test_a_series_that_begins_on_a_day_that_is_over_is_asked_about_unless_that_one_is_skipped(
    clinic: Practice,
) -> None:
    one = asked(clinic, when=at("2026-11-17 10:00"))
    with pytest.raises(NeedsAnswer, match="Tue 17 Nov 2026 was 6 days ago"):
        make_series(clinic.session, MakeSeries(one))
    assert starts(clinic) == []
    make_series(clinic.session, MakeSeries(one, {at("2026-11-17 10:00"): Choice("skip")}))
    assert starts(clinic)[0] == "2026-11-24 10:00"
    make_series(clinic.session, MakeSeries(asked(clinic, when=at("2026-11-17 11:00")), past=True))
    assert starts(clinic)[0] == "2026-11-17 11:00"
