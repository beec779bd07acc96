"""Series: unrolled within bounds, their exceptions kept, met again without doubles, and going on (T11)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pim_tui.domain.moments import same_wall, wall
from pim_tui.domain.recurrence import LONGEST, BadRule, drawing, end_in_utc, in_words, read_rule
from pim_tui.domain.recurrence.drawing import HORIZON, MOST
from pim_tui.domain.rights import Right
from pim_tui.domain.series import Asked
from pim_tui.errors import Forbidden, Refused
from pim_tui.imports.events import Who
from pim_tui.imports.report import Count
from pim_tui.models import Room
from pim_tui.queries.calendar import visit
from pim_tui.queries.series import any_due
from pim_tui.services import series as going_on
from pim_tui.services.series import ExtendSeries, extend_series
from pim_tui.services.series_making import MakeSeries, make_series
from tests.services.clinic import ANNA, JANE, JOHN, NOW, SATO, ZONE, Practice, at, broken_line, overlaps
from tests.services.events import come_in, weekly

DAY = 86_400
TUESDAY = at("2026-11-24 10:00")


def starts(clinic: Practice) -> list[str]:
    rows = clinic.store.select("select starts_at from appointment order by starts_at")
    return [f"{wall(when, ZONE):%Y-%m-%d %H:%M}" for (when,) in rows]


def test_a_series_becomes_its_visits_and_stays_a_series(clinic: Practice) -> None:
    report = come_in(clinic, [weekly(TUESDAY, "freq=weekly;count=3", sequence=4, kind="Follow-up")])
    assert report.counts == (Count("series", added=1), Count("appointments", added=3))
    assert starts(clinic) == ["2026-11-24 10:00", "2026-12-01 10:00", "2026-12-08 10:00"]
    row = clinic.store.select(
        "select uid, sequence, rule, zone, wall, minutes, drawn_to, type_id from series"
    )
    assert row == [("series-1", 4, "FREQ=WEEKLY;COUNT=3", ZONE, "2026-11-24T10:00", 30, None, 1)]
    kept = clinic.store.select("select appointment_id, series_id, recurrence_at from series_visit")
    assert kept == [(n + 1, 1, TUESDAY + n * 7 * DAY) for n in range(3)]
    assert visit(1).series_rule == "FREQ=WEEKLY;COUNT=3"
    assert broken_line(clinic.store) is None


@pytest.mark.parametrize("until", ["20261208", "20261208T100000", "20261208T090000Z"])
def test_the_end_of_a_series_is_kept_as_strict_programs_read_it(clinic: Practice, until: str) -> None:
    come_in(clinic, [weekly(TUESDAY, f"FREQ=WEEKLY;UNTIL={until}")])
    assert starts(clinic)[-1] == "2026-12-08 10:00"
    end = "20261208T225959Z" if len(until) == 8 else "20261208T090000Z"
    assert clinic.store.select("select rule from series") == [(f"FREQ=WEEKLY;UNTIL={end}",)]
    assert come_in(clinic, [weekly(TUESDAY, f"FREQ=WEEKLY;UNTIL={until}")]).notices == ()


def test_an_end_in_utc_that_makes_a_rule_too_long_is_refused() -> None:
    days = ",".join(map(str, range(-366, -174)))
    rule = read_rule(f"FREQ=YEARLY;UNTIL=20261231;BYYEARDAY={days}")
    assert LONGEST - 8 < len(str(rule)) <= LONGEST
    with pytest.raises(BadRule, match="longer than"):
        end_in_utc(rule, ZONE)


@pytest.mark.parametrize("until", ["00010101", "99991231", "99991231T235959"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_an_end_at_the_edge_of_time_stays_one(until: str, zone: str) -> None:
    rule = end_in_utc(read_rule(f"FREQ=DAILY;UNTIL={until}"), zone)
    assert read_rule(str(rule)) == rule
    assert in_words(rule, zone).endswith(until[:4].lstrip("0"))


def test_the_wall_time_stays_when_the_clocks_change(clinic: Practice) -> None:
    summer = at("2026-10-20 10:00")
    come_in(clinic, [weekly(summer, "FREQ=WEEKLY;COUNT=2")])
    assert starts(clinic) == ["2026-10-20 10:00", "2026-10-27 10:00"]
    assert clinic.row(2)["starts_at"] - clinic.row(1)["starts_at"] == 7 * DAY + 3600


def test_exceptions_keep_their_own_time_people_and_state(clinic: Practice) -> None:
    week = 7 * DAY
    base = weekly(TUESDAY)
    moved = replace(base, repeats=None, starts_at=TUESDAY + week + 3600, recurrence_at=TUESDAY + week,
                    staff=Who("Dr Sato"), minutes=60)  # fmt: skip
    off = replace(base, repeats=None, recurrence_at=TUESDAY + 2 * week, starts_at=TUESDAY + 2 * week,
                  canceled=True, cancel_reason="holiday")  # fmt: skip
    rows = [weekly(TUESDAY, changed=(moved, off), out=(TUESDAY + 3 * week,), added=(TUESDAY + DAY,))]
    come_in(clinic, rows)
    assert starts(clinic) == [
        "2026-11-24 10:00",
        "2026-11-25 10:00",
        "2026-12-01 11:00",
        "2026-12-08 10:00",
    ]
    one, two = clinic.row(3), clinic.row(4)
    assert (one["staff_id"], one["minutes"], one["status"]) == (SATO, 60, "S")
    assert (two["status"], two["cancel_reason"]) == ("X", "holiday")
    dates = clinic.store.select("select at, kind from series_date order by at")
    assert dates == [(TUESDAY + DAY, "in"), (TUESDAY + 3 * week, "out")]
    kept = clinic.store.select("select recurrence_at from series_visit where appointment_id = 3")
    assert kept == [(TUESDAY + week,)]


def test_a_series_met_again_adds_only_what_a_broken_off_import_left_out(clinic: Practice) -> None:
    come_in(clinic, [weekly(TUESDAY)])
    again = come_in(clinic, [weekly(TUESDAY)])
    assert again.counts == (Count("series", already_here=1), Count("appointments", already_here=4))
    other = come_in(clinic, [weekly(TUESDAY, "FREQ=DAILY;COUNT=4")])
    assert [notice.reason for notice in other.notices] == ["is here with another rule, and stays so"]
    assert clinic.count() == 4
    run = clinic.store.select("select max(run_id) from import_row where kind = 'appointment'")[0][0]
    with clinic.store.write_tx():
        for statement in (
            f"update import_run set state = 'undoing' where id = {run}",
            "delete from series_visit where appointment_id = 4",
            "delete from outside_event where appointment_id = 4",
            "delete from appointment where id = 4",
        ):
            clinic.store.db.execute_sql(statement)
    assert come_in(clinic, [weekly(TUESDAY)]).count("appointments").added == 1
    assert clinic.count("series_visit") == 4


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("FREQ=SECONDLY", "it comes 1000 times within 1 day,"),
        ("FREQ=MINUTELY;INTERVAL=30", "it comes 1000 times within 21 days"),
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "gives no date at all"),
        ("FREQ=WEEKLY;UNTIL=20200101", "gives no date at all"),
        ("FREQ=FORTNIGHTLY", "is no frequency"),
    ],
)
def test_a_rule_that_no_appointment_has_is_refused_at_once(clinic: Practice, rule: str, reason: str) -> None:
    report = come_in(clinic, [weekly(TUESDAY, rule)])
    assert reason in report.refusals[0].reason
    assert clinic.count() == clinic.count("series") == 0


def test_hostile_rules_use_up_what_one_file_may_waste(clinic: Practice) -> None:
    never = "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"
    rows = [weekly(TUESDAY, never, uid=str(n)) for n in range(4)]
    report = come_in(clinic, [*rows, weekly(TUESDAY)], dry_run=True)
    assert "all the work that is given to one file" in report.refusals[-1].reason
    assert len(report.refusals) == 5


def test_a_series_without_an_end_is_made_up_to_its_horizon(clinic: Practice) -> None:
    come_in(clinic, [weekly(TUESDAY, "FREQ=MONTHLY")])
    assert clinic.count() == 24
    assert clinic.store.select("select drawn_to from series") == [(NOW + HORIZON,)]


def test_of_a_very_old_series_the_recent_visits_are_made_and_it_is_said(clinic: Practice) -> None:
    old = at("1990-01-02 10:00")
    report = come_in(clinic, [weekly(old, "FREQ=DAILY;BYDAY=MO,TU,WE,TH")])
    assert clinic.count() <= MOST
    assert report.notices[0].reason == "visits before 23 Nov 2024 are not made"
    assert starts(clinic)[0] == "2024-11-25 10:00"


def test_two_series_of_one_hour_are_both_kept_and_marked(clinic: Practice) -> None:
    rows = [weekly(TUESDAY), weekly(TUESDAY, uid="series-2", customer=Who("John Roe"))]
    report = come_in(clinic, rows)
    assert len(report.notices) == 4
    assert not overlaps(clinic.store)


# --- going on -------------------------------------------------------------------------------------------


def test_a_series_goes_on_as_its_horizon_comes_nearer(clinic: Practice) -> None:
    skipped = same_wall(TUESDAY, ZONE, 7 * 110)
    come_in(clinic, [weekly(TUESDAY, "FREQ=WEEKLY", out=(skipped,))])
    assert clinic.count() == 105
    assert not any_due(NOW)
    with pytest.raises(Refused, match="No series needs"):
        extend_series(clinic.session, ExtendSeries())
    clinic.clock[0] += HORIZON // 2 + DAY
    booked = clinic.book(same_wall(TUESDAY, ZONE, 7 * 106), customer_id=JOHN)
    assert any_due(clinic.clock[0])
    done = extend_series(clinic.session, ExtendSeries())
    assert done.says.startswith(
        "51 further visits of series made; 1 overlap and are marked as overbooked: Tue"
    )
    assert not any_due(clinic.clock[0])
    assert clinic.count() == 105 + 1 + 51
    made = starts(clinic)
    assert f"{wall(skipped, ZONE):%Y-%m-%d %H:%M}" not in made
    assert {day.split()[1] for day in made} == {"10:00"}
    assert clinic.row(booked.ids[0])["overbooked_by_id"] is None
    assert not overlaps(clinic.store)
    assert broken_line(clinic.store) is None
    key = clinic.store.select("select external_id from appointment order by id desc limit 1")[0][0]
    assert key.startswith("ics:")


def test_a_series_whose_room_is_out_of_use_goes_on_without_it_and_it_is_told(clinic: Practice) -> None:
    asked = Asked(clinic.details(TUESDAY, room_id=1), "FREQ=WEEKLY", ZONE)
    make_series(clinic.session, MakeSeries(asked))
    with clinic.store.write_tx():
        Room.update(active=False, version=Room.version + 1).where(Room.id == 1).execute()
    clinic.clock[0] += HORIZON // 2 + DAY
    done = extend_series(clinic.session, ExtendSeries())
    assert done.says == "Room 1 is out of use: the further visits of Jane Doe have no room"
    rooms = "select room_id, count(*) from appointment group by room_id order by 2"
    assert clinic.store.select(rooms) == [(None, 52), (1, 105)]
    assert clinic.store.select("select room_id from series") == [(1,)], "it may come back"


def test_it_goes_on_in_batches_until_nothing_is_left(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(going_on, "AT_ONCE", 20)
    monthly = weekly(TUESDAY + DAY, "FREQ=MONTHLY;COUNT=30", uid="b")
    come_in(clinic, [weekly(TUESDAY, "FREQ=WEEKLY"), monthly])
    clinic.clock[0] += HORIZON - DAY
    batches = []
    while any_due(clinic.clock[0]):
        batches.append(len(extend_series(clinic.session, ExtendSeries()).ids))
    assert max(batches) <= 20
    assert len(batches) >= 3
    assert sum(batches) >= 52 + 6
    assert clinic.store.select("select drawn_to from series where uid = 'b'") == [(None,)]
    with pytest.raises(Forbidden):
        extend_series(clinic.as_(ANNA, Right.BOOK), ExtendSeries())


def test_a_series_that_can_no_longer_be_worked_out_ends_and_is_told(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_in(clinic, [weekly(TUESDAY, "FREQ=WEEKLY"), weekly(TUESDAY + 3600, "FREQ=WEEKLY", uid="b")])
    clinic.clock[0] += HORIZON - DAY
    monkeypatch.setattr(drawing, "PATIENCE", 1)
    done = extend_series(clinic.session, ExtendSeries())
    assert done.ids == ()
    assert done.says == "no further visits can be made of the series of Jane Doe: look at the last ones"
    assert clinic.store.select("select drawn_to from series") == [(None,), (None,)]
    told = clinic.store.select("select reason from journal where action = 'extend'")
    assert told == [("its rule cannot be worked out",)] * 2
    assert broken_line(clinic.store) is None


# --- linking --------------------------------------------------------------------------------------------


def test_a_visit_kept_for_somebody_unknown_gets_its_customer_whatever_its_state(clinic: Practice) -> None:
    past = at("2026-11-10 10:00")
    come_in(clinic, [weekly(past, "FREQ=WEEKLY;COUNT=1", customer=Who("Zoe"))])
    assert clinic.row(1)["status"] == "C"
    clinic.change(1, customer_id=JANE, note="")
    assert clinic.row(1)["customer_id"] == JANE
    with pytest.raises(Refused, match="no longer changes"):
        clinic.change(1, customer_id=JOHN)


# --- in words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", "every week on Tue"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=10", "every 2 weeks on Mon, Thu, 10 times"),
        ("FREQ=MONTHLY;BYDAY=2TU;UNTIL=20261231", "every month on the 2nd Tue, until 31 Dec 2026"),
        ("FREQ=DAILY;UNTIL=20261230T225959Z", "every day, until 30 Dec 2026"),
        ("FREQ=DAILY;UNTIL=20261230T230000Z", "every day, until 31 Dec 2026"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=12", "every year on the 12th in Mar"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-2", "every month on Mon, Tue (the 2nd last of these)"),
        ("FREQ=DAILY;COUNT=1", "every day, once"),
        ("FREQ=DAILY;BYHOUR=9,15", "every day at certain times"),
    ],
)
def test_a_rule_is_told_in_the_words_of_the_desk(rule: str, words: str) -> None:
    assert in_words(read_rule(rule), ZONE) == words
