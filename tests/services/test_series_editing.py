"""Changing a series: this visit, this and later ones, all of them; exceptions before and after stay (T11)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pim_tui.domain.moments import wall
from pim_tui.domain.rights import Right
from pim_tui.domain.series import Asked, Change, Reach
from pim_tui.domain.seriesplan import Choice
from pim_tui.domain.states import Status
from pim_tui.domain.visit import Answers, Details
from pim_tui.errors import Forbidden, NeedsAnswer, Refused
from pim_tui.queries.holds import Asker
from pim_tui.queries.series_members import members, series_of
from pim_tui.queries.series_plan import change_preview, preview
from pim_tui.services.appointment_rows import stored
from pim_tui.services.series import ExtendSeries, extend_series
from pim_tui.services.series_editing import ChangeSeries, EndSeries, change_series, end_series
from pim_tui.services.series_making import MakeSeries, make_series
from pim_tui.services.undo import Undo, undo
from pim_tui.services.work import Done
from tests.services.clinic import AARON, JOHN, SATO, ZONE, Practice, at, broken_line, overlaps, practice

DAY = 86_400
WEEK = 7 * DAY
TUESDAY = at("2026-11-24 10:00")


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    rule = "FREQ=WEEKLY;BYDAY=TU;COUNT=6"
    make_series(clinic.session, MakeSeries(Asked(clinic.details(TUESDAY), rule, ZONE)))
    return clinic


def visits(clinic: Practice) -> list[str]:
    """Id, local start and state of each appointment."""
    rows = clinic.store.select("select id, starts_at, status from appointment order by id")
    return [f"{id_} {wall(when, ZONE):%m-%d %H:%M} {status}" for id_, when, status in rows]


def change(
    clinic: Practice, id_: int, reach: Reach, choices: dict[int, Choice] | None = None, **fields: Any
) -> Done:
    rule = fields.pop("rule", "")
    asked = Change(id_, reach, replace(Details.of(stored(id_)), **fields), rule)
    return change_series(clinic.session, ChangeSeries(asked, series_of(id_).version, choices or {}))


def rules(clinic: Practice) -> list[tuple[Any, ...]]:
    return clinic.store.select("select id, rule, wall, staff_id from series order by id")


def links(clinic: Practice, series: int) -> dict[int, str]:
    return {one.id: f"{wall(one.recurrence_at, ZONE):%m-%d %H:%M}" for one in members(series)}


def test_this_and_later_ends_the_old_series_and_begins_a_new_one(clinic: Practice) -> None:
    clinic.change(2, starts_at=at("2026-12-02 15:00"))  # an exception before
    clinic.change(5, starts_at=at("2026-12-23 09:00"), note="fasting")  # and one after
    clinic.mark(6, Status.CANCELED, "away", "customer")
    done = change(clinic, 3, "later", starts_at=at("2026-12-08 11:30"), staff_id=SATO)
    assert done.says.startswith("Series changed: every week on Tue, 4 times, 3 visits")
    assert visits(clinic) == [
        "1 11-24 10:00 S", "2 12-02 15:00 S", "3 12-08 11:30 S", "4 12-15 11:30 S", "5 12-23 09:00 S",
        "6 12-29 10:00 X",
    ]  # fmt: skip
    assert rules(clinic) == [
        (1, "FREQ=WEEKLY;UNTIL=20261208T085959Z;BYDAY=TU", "2026-11-24T10:00", 2),
        (2, "FREQ=WEEKLY;COUNT=4;BYDAY=TU", "2026-12-08T11:30", SATO),
    ]
    assert links(clinic, 1) == {1: "11-24 10:00", 2: "12-01 10:00"}
    assert links(clinic, 2) == {3: "12-08 11:30", 4: "12-15 11:30", 5: "12-22 11:30", 6: "12-29 11:30"}
    # What was its own stays its own: the time and the note; the person who sees the customer changed.
    assert (clinic.row(5)["staff_id"], clinic.row(5)["note"]) == (SATO, "fasting")
    assert broken_line(clinic.store) is None


def test_all_keeps_what_is_over_and_the_series_identity_where_nothing_is(clinic: Practice) -> None:
    uid = series_of(1).uid
    change(clinic, 4, "all", minutes=45)
    assert clinic.store.select("select minutes from appointment") == [(45,)] * 6
    assert clinic.store.select("select uid, version, minutes from series") == [(uid, 2, 45)]
    clinic.clock[0] = at("2026-12-02 09:00")
    clinic.mark(1, Status.COMPLETED)
    change(clinic, 4, "all", starts_at=at("2026-12-15 14:00"))
    assert visits(clinic)[:3] == ["1 11-24 10:00 C", "2 12-01 10:00 S", "3 12-08 14:00 S"]
    assert [rule for _, rule, _, _ in rules(clinic)] == [
        "FREQ=WEEKLY;UNTIL=20261208T085959Z;BYDAY=TU",
        "FREQ=WEEKLY;COUNT=4;BYDAY=TU",
    ]


def test_another_weekday_moves_the_rule_and_its_end(clinic: Practice) -> None:
    change(clinic, 3, "all", starts_at=at("2026-12-10 10:00"))
    assert [visit[2:7] for visit in visits(clinic)] == [
        "11-26", "12-03", "12-10", "12-17", "12-24", "12-31",
    ]  # fmt: skip
    assert rules(clinic)[0][1:3] == ("FREQ=WEEKLY;COUNT=6;BYDAY=TH", "2026-11-26T10:00")


def test_another_rule_keeps_days_it_shares_and_cancels_what_it_has_no_place_for(clinic: Practice) -> None:
    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=3"
    asked = Change(1, "all", Details.of(stored(1)), rule)
    found = change_preview(asked, Asker("desk-1", clinic.clock[0], ZONE), {})
    assert [one.id for one in found.dropped] == [2, 4, 6]
    done = change(clinic, 1, "all", rule=rule)
    assert done.says.endswith("3 canceled")
    assert [visit[-1] for visit in visits(clinic)] == list("SXSXSX")
    change(clinic, 1, "all", rule="FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4")
    booked = [visit for visit in visits(clinic) if visit.endswith("S")]
    assert booked == ["1 11-24 10:00 S", "3 11-26 10:00 S", "5 12-01 10:00 S", "7 12-03 10:00 S"]
    assert overlaps(clinic.store) == []


def test_a_change_that_collides_is_shown_and_written_whole_or_not_at_all(clinic: Practice) -> None:
    clinic.book("2026-12-15 11:30", customer_id=JOHN)
    before = visits(clinic)
    asked = Change(2, "later", replace(Details.of(stored(2)), starts_at=at("2026-12-01 11:30")))
    found = change_preview(asked, Asker("desk-1", clinic.clock[0], ZONE), {})
    (open_,) = found.open_
    assert open_.problem == "Dr Lee is busy 11:30-12:00 (John Roe)"
    with pytest.raises(Refused, match="John Roe"):
        change(clinic, 2, "later", starts_at=at("2026-12-01 11:30"))
    assert (visits(clinic), clinic.count("series")) == (before, 1)
    elsewhere = {open_.key: Choice("move", at("2026-12-15 13:00"))}
    change(clinic, 2, "later", elsewhere, starts_at=at("2026-12-01 11:30"))
    assert visits(clinic)[1:4] == ["2 12-01 11:30 S", "3 12-08 11:30 S", "4 12-15 13:00 S"]
    assert links(clinic, 2)[4] == "12-15 11:30"


def test_a_change_may_overbook_with_a_reason_as_far_as_the_cap_goes(clinic: Practice) -> None:
    clinic.book("2026-12-15 11:30", customer_id=JOHN)
    details = replace(Details.of(stored(2)), starts_at=at("2026-12-01 11:30"))
    asked = Change(2, "later", details)
    (open_,) = change_preview(asked, Asker("desk-1", clinic.clock[0], ZONE), {}).open_
    against = frozenset(clash.other.id for clash in open_.hard if clash.other)
    over = {open_.key: Choice("book", 0, Answers(False, "asked for it"), against)}
    rights = clinic.session.rights - {Right.OVERBOOK_BEYOND_CAP}
    tight = replace(clinic.session.calendar, overbookings=0)
    with pytest.raises(Forbidden, match="Already overbooked 0 of 0"):
        change_series(replace(clinic.session, calendar=tight, rights=rights), ChangeSeries(asked, 1, over))
    change_series(clinic.session, ChangeSeries(asked, 1, over))
    assert (clinic.row(4)["wall"], clinic.row(4)["overbook_reason"]) == ("11:30", "asked for it")


def test_equipment_goes_with_the_visits_and_is_in_the_way_of_others(clinic: Practice) -> None:
    run = clinic.store.db.execute_sql
    run(
        "insert into equipment (id, name, initials, position, active, capacity, version)"
        " values (1, 'Ultrasound', 'U', 0, 1, 1, 1)"
    )
    run("insert into type_equipment (type_id, equipment_id) values (2, 1)")
    clinic.book("2026-12-09 10:00", staff_id=SATO, customer_id=JOHN, equipment_ids=(1,))
    asked = Asked(clinic.details(at("2026-12-02 10:00"), type_id=2), "FREQ=WEEKLY;BYDAY=WE;COUNT=3", ZONE)
    (open_,) = preview(asked, Asker("desk-1", clinic.clock[0], ZONE), {}).open_
    assert [clash.kind for clash in open_.hard] == ["equipment"]
    first, *_ = make_series(clinic.session, MakeSeries(asked, {open_.key: Choice("skip")})).ids
    change(clinic, first, "all", starts_at=at("2026-12-02 11:00"))
    taken = clinic.store.select(
        "select e.occupied_from, e.occupied_to from appointment_equipment e order by 1"
    )
    assert [wall(since, ZONE).hour for since, _ in taken] == [11, 10, 11]


def test_days_that_change_places_do_not_stand_in_each_others_way(clinic: Practice) -> None:
    daily = Asked(clinic.details(at("2026-11-23 15:00")), "FREQ=DAILY;COUNT=5", ZONE)
    first, *_ = make_series(clinic.session, MakeSeries(daily)).ids
    for hour, expected in (("2026-11-23 15:15", "15:15"), ("2026-11-23 14:50", "14:50")):
        change(clinic, first, "all", starts_at=at(hour))
        assert {visit[-7:-2] for visit in visits(clinic)[6:]} == {expected}
    change(clinic, first, "all", rule="FREQ=DAILY;INTERVAL=1;COUNT=5", starts_at=at("2026-11-23 15:00"))
    assert overlaps(clinic.store) == []


def test_ending_cancels_this_and_later_ones_with_a_reason(clinic: Practice) -> None:
    clinic.clock[0] = at("2026-12-09 09:00")
    session = clinic.session
    with pytest.raises(Refused, match="needs a reason"):
        end_series(session, EndSeries(3, 1, " ", "customer"))
    with pytest.raises(Refused, match="who asked for it"):
        end_series(session, EndSeries(3, 1, "better", ""))
    done = end_series(session, EndSeries(3, 1, "better", "customer"))
    assert done.says == "Series ended: 3 visits of Jane Doe canceled"
    assert [visit[-1] for visit in visits(clinic)] == list("SSSXXX")
    assert rules(clinic)[0][1] == "FREQ=WEEKLY;UNTIL=20261208T085959Z;BYDAY=TU"
    assert clinic.row(4)["cancel_reason"] == "better"
    with pytest.raises(Refused, match="changed this series meanwhile"):
        end_series(session, EndSeries(2, 1, "x", "clinic"))


def test_a_changed_series_without_an_end_goes_on_by_its_new_rule(clinic: Practice) -> None:
    ids = endless(clinic)
    change(clinic, ids[1], "later", starts_at=at("2026-12-02 08:30"))
    clinic.clock[0] += 400 * DAY
    made = extend_series(clinic.session, ExtendSeries())
    assert {clinic.row(id_)["wall"] for id_ in made.ids} == {"08:30"}
    assert clinic.store.select("select drawn_to from series where id = 2") == [(None,)]


def endless(clinic: Practice, rule: str = "FREQ=WEEKLY;BYDAY=WE", **more: Any) -> tuple[int, ...]:
    """A series of John's without an end, with its visits of the next two years."""
    asked = Asked(clinic.details(at("2026-11-25 08:00"), customer_id=JOHN), rule, ZONE)
    make_series(clinic.session, MakeSeries(asked, **more))
    rows = clinic.store.select("select id from appointment where customer_id = ? order by starts_at", [JOHN])
    return tuple(id_ for (id_,) in rows)


def placed(clinic: Practice) -> dict[int, tuple[int, str]]:
    """Where each visit of John's begins, and its state."""
    rows = clinic.store.select(
        "select id, starts_at, status from appointment where customer_id = ? order by starts_at", [JOHN]
    )
    return {id_: (at_, status) for id_, at_, status in rows}


@pytest.mark.parametrize("reach", ["later", "all"])
@pytest.mark.parametrize("days", [1, 7, 21, 28, 365])
def test_a_series_without_an_end_that_is_moved_on_loses_none_of_its_visits(
    clinic: Practice, reach: Reach, days: int
) -> None:
    """Those of two years on are moved beyond the two years, and are no reason to cancel any."""
    ids = endless(clinic)
    clinic.clock[0] += 14 * DAY  # two of them are over
    before = placed(clinic)
    moved = before[ids[4]][0] + days * DAY
    done = change(clinic, ids[4], reach, starts_at=at(f"{wall(moved, ZONE):%Y-%m-%d} 08:00"))
    assert "canceled" not in done.says
    after = placed(clinic)
    from_ = 4 if reach == "later" else 2
    for place, id_ in enumerate(ids):
        start = wall(before[id_][0], ZONE).date().toordinal() + (days if place >= from_ else 0)
        assert (wall(after[id_][0], ZONE).date().toordinal(), after[id_][1]) == (start, "S")


def test_a_calendars_series_of_several_hours_a_day_is_changed_from_the_middle_of_a_day(
    clinic: Practice,
) -> None:
    ids = endless(clinic, "FREQ=WEEKLY;BYDAY=WE;BYHOUR=8,11,14")
    before = placed(clinic)
    done = change(clinic, ids[4], "later", minutes=20)
    assert "canceled" not in done.says
    assert before.items() <= placed(clinic).items(), "each stays at its hour"
    minutes = dict(clinic.store.select("select id, minutes from appointment"))
    assert {minutes[id_] for id_ in ids[:4]} == {30}
    assert {minutes[id_] for id_ in ids[4:]} == {20}


@pytest.mark.parametrize("reach", ["later", "all"])
@pytest.mark.parametrize("rule", ["", "FREQ=WEEKLY;BYDAY=TU;COUNT=6"])
def test_a_change_of_nothing_is_refused_and_leaves_no_trace(
    clinic: Practice, reach: Reach, rule: str
) -> None:
    """Taking back would else have taken back what was done before it, a booking of somebody else."""
    with pytest.raises(Refused, match="Nothing was changed"):
        change(clinic, 1, reach, rule=rule)
    assert clinic.store.select("select version, rule from series") == [(1, "FREQ=WEEKLY;COUNT=6;BYDAY=TU")]
    clinic.change(2, room_id=2)
    change(clinic, 2, reach, room_id=None)
    assert clinic.row(2)["room_id"] is None, "a visit that becomes like its series again is a change"


def test_a_change_of_the_rule_alone_is_the_last_change_and_is_taken_back(clinic: Practice) -> None:
    ids = endless(clinic, "FREQ=WEEKLY;BYDAY=WE;COUNT=300")
    other = clinic.book("2026-11-26 15:00", customer_id=AARON).ids[0]
    before = placed(clinic)
    change(clinic, ids[0], "all", rule="FREQ=WEEKLY;BYDAY=WE")
    assert placed(clinic) == before
    done = undo(clinic.session, Undo())
    assert done.says.startswith("Change of a series taken back · u again: booking of Aaron Smith")
    assert rules(clinic)[1][1] == "FREQ=WEEKLY;COUNT=300;BYDAY=WE"
    assert clinic.row(other)["status"] == "S"
    undo(clinic.session, Undo())
    assert clinic.row(other)["status"] == "X"
    assert broken_line(clinic.store) is None


def test_what_was_canceled_or_left_out_two_years_on_stays_so_when_the_series_is_moved(
    clinic: Practice,
) -> None:
    first = at("2026-11-25 08:00")
    skipped = at("2028-11-15 08:00")
    ids = endless(clinic, choices={skipped: Choice("skip")})
    last = ids[-1]
    clinic.mark(last, Status.CANCELED, "away", "customer")
    far = at("2030-01-02 08:00")
    clinic.store.db.execute_sql(
        f"insert into series_date (series_id, at, kind) values (2, {far}, 'out')"  # from a calendar
    )
    change(clinic, ids[0], "all", starts_at=first + 7 * DAY)
    assert links(clinic, 2)[last] == f"{wall(placed(clinic)[last][0] + 7 * DAY, ZONE):%m-%d %H:%M}"
    out = clinic.store.select("select at from series_date where kind = 'out' order by at")
    assert out == [(skipped + 7 * DAY,), (far + 7 * DAY,)]
    clinic.clock[0] += 1200 * DAY
    with suppress(Refused):
        while True:
            extend_series(clinic.session, ExtendSeries())
    starts = {start for start, status in placed(clinic).values() if status == "S"}
    assert starts.isdisjoint({skipped + 7 * DAY, far + 7 * DAY, placed(clinic)[last][0] + 7 * DAY})


@pytest.mark.parametrize("far", ["2040-01-03 10:00", "9999-12-28 10:00"])
def test_a_day_that_a_calendar_leaves_out_and_its_rule_does_not_have_is_no_reason_to_make_visits(
    clinic: Practice, far: str
) -> None:
    clinic.store.db.execute_sql(f"insert into series_date (series_id, at, kind) values (1, {at(far)}, 'out')")
    change(clinic, 1, "all", starts_at=at("2026-12-01 10:00"))
    assert [visit[2:7] for visit in visits(clinic)] == ["12-01", "12-08", "12-15", "12-22", "12-29", "01-05"]
    change(clinic, 1, "all", rule="FREQ=WEEKLY;BYDAY=TU")
    assert clinic.count("appointment") == 104, "those of two years"
    assert clinic.count("series_date") == 0


def test_what_is_over_or_somebody_elses_by_now_is_refused(clinic: Practice) -> None:
    clinic.mark(2, Status.CANCELED, "away", "customer")
    with pytest.raises(Refused, match="over or marked"):
        change(clinic, 2, "later", minutes=45)
    with pytest.raises(Refused, match="belong to one customer"):
        change(clinic, 3, "later", customer_id=JOHN)
    command = ChangeSeries(Change(3, "all", Details.of(stored(3))), 9)
    with pytest.raises(Refused, match="changed this series meanwhile"):
        change_series(clinic.session, command)
    with pytest.raises(Forbidden):
        change_series(clinic.as_(1, Right.CHANGE_APPOINTMENT), command)
    other = Change(3, "all", Details.of(stored(3)), "FREQ=DAILY;COUNT=2")
    with pytest.raises(Forbidden, match="cancel"):
        change_series(clinic.as_(1, Right.CANCEL_APPOINTMENT), ChangeSeries(other, 1))
    with pytest.raises(Forbidden):
        end_series(clinic.as_(1, Right.CANCEL_APPOINTMENT), EndSeries(3, 1, "x", "clinic"))


def test_a_series_that_is_over_is_not_changed(clinic: Practice) -> None:
    clinic.clock[0] += 90 * DAY
    with pytest.raises(Refused, match="left to change"):
        change(clinic, 3, "all", minutes=45)
    with pytest.raises(Refused, match="left to cancel"):
        end_series(clinic.session, EndSeries(1, 1, "better", "customer"))


@pytest.mark.parametrize("reach", ["later", "all"])
def test_a_series_that_comes_to_lie_on_days_that_are_over_is_asked_about_once(
    clinic: Practice, reach: Reach
) -> None:
    before = visits(clinic)
    moved = replace(Details.of(stored(1)), starts_at=at("2026-11-10 10:00"))
    asked = Change(1, reach, moved)
    with pytest.raises(NeedsAnswer) as told:
        change_series(clinic.session, ChangeSeries(asked, 1))
    assert told.value.message == "Tue 10 Nov 2026 was 13 days ago, and 1 more lies on a day that is over."
    assert told.value.question == "past"
    assert visits(clinic) == before
    change_series(clinic.session, ChangeSeries(asked, 1, past=True))
    assert visits(clinic)[:3] == ["1 11-10 10:00 S", "2 11-17 10:00 S", "3 11-24 10:00 S"]


def test_a_series_whose_visits_stay_on_their_days_is_not_asked_about(clinic: Practice) -> None:
    clinic.clock[0] = at("2026-12-01 12:00")
    change(clinic, 3, "all", minutes=20)
    clinic.clock[0] = TUESDAY + 3600
    change(clinic, 2, "later", starts_at=at("2026-12-01 11:00"))


@pytest.mark.parametrize(
    ("rule", "to"),
    [
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=6", "2026-12-01 10:00"),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=6", "2026-12-08 11:15"),
        ("FREQ=WEEKLY;BYDAY=TU,FR;COUNT=6", "2026-12-01 10:00"),
        ("FREQ=DAILY;COUNT=3", "2026-11-25 10:00"),
    ],
)
def test_a_series_that_is_moved_by_its_own_step_keeps_its_visits_in_order(
    tmp_path: Path, rule: str, to: str
) -> None:
    clinic = practice(tmp_path)
    make_series(clinic.session, MakeSeries(Asked(clinic.details(TUESDAY), rule, ZONE)))
    before = clinic.store.select("select id, starts_at from appointment order by id")
    change(clinic, 1, "later", starts_at=at(to))
    after = clinic.store.select("select id, starts_at from appointment order by id")
    step = at(to) - TUESDAY
    assert after == [(id_, starts_at + step) for id_, starts_at in before]


def test_of_two_weekdays_one_is_moved_and_the_other_stays(tmp_path: Path) -> None:
    clinic = practice(tmp_path)
    rule = "FREQ=WEEKLY;BYDAY=TU,FR;COUNT=4"
    make_series(clinic.session, MakeSeries(Asked(clinic.details(TUESDAY), rule, ZONE)))
    change(clinic, 1, "later", starts_at=at("2026-11-25 10:00"))
    assert visits(clinic) == ["1 11-25 10:00 S", "2 11-27 10:00 S", "3 12-02 10:00 S", "4 12-04 10:00 S"]
