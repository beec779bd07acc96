"""What collides, what fits, and where the next free time is (T1, T2, T5-T9)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pim_tui.domain.intervals import Interval
from pim_tui.domain.moments import resolve
from pim_tui.domain.scheduling import (
    Candidate,
    Occupied,
    Thing,
    check_fit,
    check_length,
    check_overbooking,
    clashes,
    free_starts,
    nearest_free,
    occupied_interval,
)
from pim_tui.errors import Forbidden, Invalid, NeedsAnswer, Refused

BERLIN = "Europe/Berlin"
DAY = resolve(datetime(2026, 11, 24), BERLIN)
LEE, ROOM, JANE = 1, 7, 42


def at(text: str) -> int:
    """A local time of the test's day as an instant."""
    hour, minute = text.split(":")
    return DAY + int(hour) * 3600 + int(minute) * 60


def between(start: str, end: str) -> Interval:
    return Interval(at(start), at(end))


def booked(
    start: str,
    end: str,
    *,
    id: int = 1,
    staff: int | None = LEE,
    room: int | None = None,
    customer: int | None = JANE,
    before: int = 0,
    after: int = 0,
    status: str = "S",
    marked_at: int | None = None,
    overbooked: bool = False,
) -> list[Occupied]:
    """The appointment as the check gets it: one, or none where it occupies nothing."""
    shown = between(start, end)
    interval = occupied_interval(shown.start, shown.end, status, before, after, marked_at)
    if interval is None:
        return []
    label = "Jane Doe, Follow-up"
    return [Occupied(id, staff, room, customer, interval, shown, label, "Dr Lee", overbooked, "Room 2")]


def wish(start: str, end: str, **changed: Any) -> Candidate:
    facts: dict[str, Any] = {"staff_id": LEE, "room_id": None, "customer_id": 99}
    return Candidate(shown=between(start, end), **(facts | changed))


# ---- the published cases


def _instant(text: str) -> int:
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(moment.timestamp())  # 23:59:59.999 stands for the half-open end of the day


def _number(name: str | None, known: dict[str, int]) -> int | None:
    return None if name is None else known.setdefault(name, len(known) + 1)


def _conflicting(case: dict[str, Any], **answers: Any) -> set[str] | str:
    """The ids in the way of a case's new appointment, or what the check refuses with."""
    known: dict[str, int] = {}

    def who(row: dict[str, Any]) -> tuple[int | None, int | None, int | None]:
        return (
            _number(row.get("practitioner"), known),
            _number(row.get("room"), known),
            _number(row.get("patient"), known),
        )

    existing = []
    for index, row in enumerate(case["existing"]):
        time = Interval(_instant(row["start"]), _instant(row["end"]))
        existing.append(Occupied(index, *who(row), time, time, row["id"], "somebody"))
    new = case["new"]
    candidate = Candidate(*who(new), Interval(_instant(new["start"]), _instant(new["end"])))
    found = {
        case["existing"][clash.other.id]["id"]
        for clash in clashes(candidate, existing, zone="UTC")
        if clash.other and clash.kind != "same_day"
    }
    if bool(found) and not answers:
        with pytest.raises(Refused):
            check_fit(candidate, existing, zone="UTC")
    else:
        check_fit(candidate, existing, zone="UTC", **answers)
    return found


def _conflict_cases(shared: Path, field: str) -> list[dict[str, Any]]:
    cases = json.loads((shared / "data/scheduling/conflicts.json").read_text())["cases"]
    chosen = [case for case in cases if field in case]
    assert chosen
    return chosen


def test_the_published_conflicts(shared: Path) -> None:
    for case in _conflict_cases(shared, "existing"):
        if "room_capacity" not in case:
            assert _conflicting(case) == set(case["expect_conflicts"]), case["id"]


def test_a_group_room_is_taken_when_its_places_are(shared: Path) -> None:
    # The source lets one practitioner treat several at once as well. Here the staff member is one person
    # and is overbooked by right (T9); the room alone is judged by its places.
    cases = [case for case in _conflict_cases(shared, "existing") if "room_capacity" in case]
    assert {case["expect_conflicts"] == [] for case in cases} == {True, False}
    for case in cases:
        times = [Interval(_instant(row["start"]), _instant(row["end"])) for row in case["existing"]]
        existing = [Occupied(n, 1, ROOM, n, time, time, "x", "y") for n, time in enumerate(times)]
        new = Interval(_instant(case["new"]["start"]), _instant(case["new"]["end"]))
        gym = Thing("room", ROOM, "Gym", case["room_capacity"])
        found = clashes(Candidate(1, ROOM, 99, new, things=(gym,)), existing, zone="UTC")
        in_room = {clash.other.id for clash in found if clash.kind == "room" and clash.other}
        assert in_room == (set() if case["expect_conflicts"] == [] else set(range(len(times)))), case["id"]


def _weekly_hours(case: dict[str, Any], day: datetime) -> list[Interval] | None:
    """A service's hours of one day as ``open_``: ``None`` where none are kept at all."""
    weekly, whole = case.get("service_weekly") or {}, case.get("service_hours")
    if not weekly and not whole:
        return None
    spans = [whole] if whole else weekly.get(("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day.weekday()], [])
    return [Interval(*(_instant(f"{day.date()}T{time}") for time in text.split("-"))) for text in spans]


def _is_outside(row: dict[str, Any], case: dict[str, Any]) -> bool:
    try:
        shown = Interval(_instant(row["start"]), _instant(row["end"]))
        open_ = _weekly_hours(case, datetime.fromisoformat(row["start"]))
        check_fit(Candidate(1, None, None, shown), (), zone="UTC", open_=open_)
    except (Invalid, Refused):  # Invalid: it would end before it starts
        return True
    return False


def test_the_published_service_hours(shared: Path) -> None:
    for case in _conflict_cases(shared, "appointments"):
        outside = [row["id"] for row in case["appointments"] if _is_outside(row, case)]
        assert outside == case["expect_outside_hours"], case["id"]


def test_the_published_slots(shared: Path) -> None:
    for case in json.loads((shared / "data/scheduling/slots.json").read_text())["cases"]:
        starts = free_starts(
            [Interval(_instant(start), _instant(end)) for start, end in case["free_ranges"]],
            case["event_minutes"],
            case["step_minutes"],
            zone=case["view_zone"],
            not_before=_instant(case["now"]) + case["min_notice_minutes"] * 60,
            packed=case["packed_start"],
        )
        expect = case["expect"]
        assert len(starts) == expect.get("count", len(starts)), case["id"]
        if "starts" in expect:
            assert list(starts) == [_instant(text) for text in expect["starts"]], case["id"]
        if "last_start" in expect:
            assert starts[-1] == _instant(expect["last_start"]), case["id"]


# ---- what collides, and in which words


def test_touching_appointments_fit() -> None:
    existing = booked("10:30", "11:00")
    assert check_fit(wish("10:00", "10:30"), existing, zone=BERLIN) == ()
    assert check_fit(wish("11:00", "11:30"), existing, zone=BERLIN) == ()


def test_a_refusal_names_who_is_busy_with_what_and_the_nearest_free_times() -> None:
    existing = booked("10:30", "11:00") + booked("10:00", "10:30", id=2)
    with pytest.raises(Refused) as refused:
        check_fit(wish("10:30", "11:00"), existing, zone=BERLIN)
    assert refused.value.message == "Dr Lee is busy 10:30-11:00 (Jane Doe, Follow-up)."
    assert refused.value.hint == "Nearest free: 11:00, 11:15, 11:30."
    assert refused.value.rule == "T7"
    assert refused.value.offers == (at("11:00"), at("11:15"), at("11:30"))


def test_each_appointment_in_the_way_is_named_once_and_many_are_counted() -> None:
    existing = [one for i in range(5) for one in booked("10:00", f"10:{10 + i}", id=i, room=ROOM)]
    with pytest.raises(Refused) as refused:
        check_fit(wish("10:00", "11:00", room_id=ROOM), existing, zone=BERLIN)
    assert refused.value.message.count("Dr Lee is busy") == 3
    assert "Room 2" not in refused.value.message
    assert refused.value.message.endswith("And 2 more.")


def test_a_room_is_taken_whoever_works_there() -> None:
    with pytest.raises(Refused, match=r"Room 2 is taken 10:30-11:00 \(Jane Doe, Follow-up, Dr Lee\)"):
        check_fit(
            wish("10:45", "11:15", staff_id=2, room_id=ROOM), booked("10:30", "11:00", room=ROOM), zone=BERLIN
        )


def test_nobody_and_nowhere_collide_with_nothing() -> None:
    existing = booked("10:30", "11:00", staff=None, room=None, customer=None)
    alone = wish("10:30", "11:00", staff_id=None, room_id=None, customer_id=None)
    assert check_fit(alone, existing, zone=BERLIN) == ()


def test_a_customer_who_is_elsewhere_is_asked_about_and_may_be_confirmed() -> None:
    candidate, existing = wish("10:45", "11:15", staff_id=2, customer_id=JANE), booked("10:30", "11:00")
    with pytest.raises(NeedsAnswer, match=r"already booked 10:30-11:00 \(Follow-up, Dr Lee\)") as asked:
        check_fit(candidate, existing, zone=BERLIN)
    assert asked.value.question == "same_customer"
    assert asked.value.offers[0] == at("11:00")
    told = check_fit(candidate, existing, zone=BERLIN, customer_confirmed=True)
    assert [clash.kind for clash in told] == ["customer"]


def test_a_confirmed_customer_does_not_open_a_busy_room() -> None:
    existing = booked("10:30", "11:00", room=ROOM)
    candidate = wish("10:30", "11:00", staff_id=2, room_id=ROOM, customer_id=JANE)
    with pytest.raises(Refused, match="Room 2") as refused:
        check_fit(candidate, existing, zone=BERLIN, customer_confirmed=True)
    assert not isinstance(refused.value, NeedsAnswer)


def test_the_same_day_is_told_and_never_refused() -> None:
    candidate = wish("15:00", "15:30", customer_id=JANE)
    (told,) = check_fit(candidate, booked("10:30", "11:00"), zone=BERLIN)
    assert told.kind == "same_day"
    assert told.message == "The customer also comes 10:30-11:00 that day (Follow-up, Dr Lee)"


def test_the_same_day_is_the_local_one() -> None:
    early, late = wish("0:15", "0:30", customer_id=JANE), booked("23:30", "23:45")  # two dates in UTC
    assert [clash.kind for clash in clashes(early, late, zone=BERLIN)] == ["same_day"]
    assert clashes(early, late, zone="UTC") == ()


def test_a_moved_appointment_is_not_in_its_own_way() -> None:
    moved = wish("10:45", "11:15", customer_id=JANE, ignore_id=1)
    assert check_fit(moved, booked("10:30", "11:00"), zone=BERLIN) == ()


def test_hardest_clashes_come_first() -> None:
    existing = booked("9:00", "9:30", id=1) + booked("10:00", "10:30", id=2, room=ROOM)
    candidate = wish("10:00", "10:30", room_id=ROOM, customer_id=JANE)
    found = clashes(candidate, existing, zone=BERLIN, open_=[between("12:00", "13:00")])
    assert [clash.kind for clash in found] == ["closed", "staff", "room", "customer", "same_day"]


# ---- buffers, and who frees what


@pytest.mark.parametrize(
    ("before", "start", "fits"),
    [(0, "11:09", False), (0, "11:10", True), (5, "11:14", False), (5, "11:15", True)],
)
def test_the_buffers_of_both_neighbours_count(before: int, start: str, fits: bool) -> None:
    existing = booked("10:30", "11:00", after=10)
    candidate = wish(start, "11:45", buffer_before=before)
    if fits:
        assert check_fit(candidate, existing, zone=BERLIN) == ()
    else:
        with pytest.raises(Refused, match=f"10:30-11:00 .* and needs {10 + before} min between the two"):
            check_fit(candidate, existing, zone=BERLIN)


def test_a_buffer_in_front_of_the_neighbour_counts_too() -> None:
    with pytest.raises(Refused, match="needs 15 min between the two"):
        check_fit(wish("10:00", "10:20", buffer_after=5), booked("10:30", "11:00", before=10), zone=BERLIN)


def test_a_customer_needs_no_buffer_between_two_of_ours() -> None:
    existing = booked("10:30", "11:00", after=30)
    (told,) = check_fit(wish("11:00", "11:30", staff_id=2, customer_id=JANE), existing, zone=BERLIN)
    assert told.kind == "same_day"


def test_scheduled_and_completed_occupy_their_time_and_buffers() -> None:
    for status in "SC":
        taken = occupied_interval(at("10:00"), at("10:30"), status, 5, 10)
        assert taken == between("9:55", "10:40")


def test_canceled_frees_its_time_at_once() -> None:
    existing = booked("10:30", "11:00", status="X")
    assert check_fit(wish("10:30", "11:00"), existing, zone=BERLIN) == ()


def test_missed_frees_what_is_left() -> None:
    existing = booked("10:30", "11:00", status="M", after=10, marked_at=at("10:40"))
    assert check_fit(wish("10:40", "11:00", customer_id=JANE), existing, zone=BERLIN)[0].kind == "same_day"
    with pytest.raises(Refused, match="busy 10:30-10:40"):
        check_fit(wish("10:39", "11:00"), existing, zone=BERLIN)


def test_what_missed_frees_is_offered_to_its_customer_again() -> None:
    existing = booked("10:30", "11:00", status="M", marked_at=at("10:40"))
    candidate = wish("10:30", "10:45", staff_id=2, customer_id=JANE)
    with pytest.raises(NeedsAnswer) as asked:
        check_fit(candidate, existing, zone=BERLIN, step_minutes=5, not_before=at("10:30"))
    assert asked.value.offers == (at("10:40"), at("10:45"), at("10:50"))


@pytest.mark.parametrize("marked", [None, "9:00", "10:00"])
def test_missed_without_a_later_mark_occupies_nothing(marked: str | None) -> None:
    marked_at = None if marked is None else at(marked)
    assert occupied_interval(at("10:00"), at("10:30"), "M", 0, 10, marked_at) is None


def test_missed_marked_long_after_keeps_its_slot_and_no_more() -> None:
    assert occupied_interval(at("10:00"), at("10:30"), "M", 0, 10, at("18:00")) == between("10:00", "10:40")


# ---- overbooking, closed time and lengths


def test_an_overbooked_appointment_is_in_the_way_of_others() -> None:
    existing = booked("10:30", "11:00", overbooked=True)
    with pytest.raises(Refused, match="overbooked"):
        check_fit(wish("10:30", "11:00"), existing, zone=BERLIN)


def test_overbooking_passes_staff_and_room_and_tells_them() -> None:
    existing = booked("10:30", "11:00", room=ROOM)
    told = check_fit(wish("10:30", "11:00", room_id=ROOM), existing, zone=BERLIN, overbook=True)
    assert [clash.kind for clash in told] == ["staff", "room"]


def test_overbooking_still_asks_about_the_customer() -> None:
    with pytest.raises(NeedsAnswer):
        check_fit(
            wish("10:30", "11:00", customer_id=JANE), booked("10:30", "11:00"), zone=BERLIN, overbook=True
        )


def test_overbooking_never_opens_closed_time() -> None:
    with pytest.raises(Refused) as refused:
        check_fit(wish("12:30", "13:30"), (), zone=BERLIN, overbook=True, open_=[between("8:00", "13:00")])
    assert refused.value.message == "12:30-13:30 is outside working hours (08:00-13:00)."
    assert refused.value.hint == "Nearest free: 12:00, 11:45, 11:30."


def test_a_closed_day_is_named() -> None:
    with pytest.raises(Refused, match="closed on Tue 24 Nov 2026") as refused:
        check_fit(wish("12:30", "13:30"), (), zone=BERLIN, open_=[])
    assert refused.value.hint == "Nothing else is free that day; try another day, person or room."


def test_hours_that_touch_are_one_stretch() -> None:
    hours = [between("8:00", "12:00"), between("12:00", "17:00")]
    assert check_fit(wish("11:30", "12:30"), (), zone=BERLIN, open_=hours) == ()


def test_an_offer_on_another_day_says_which() -> None:
    tomorrow = Interval(at("9:00") + 86400, at("9:30") + 86400)
    with pytest.raises(Refused) as refused:
        check_fit(wish("9:00", "9:30"), (), zone=BERLIN, open_=[tomorrow])
    assert refused.value.hint == "Nearest free: Wed 25 Nov 2026 09:00."


@pytest.mark.parametrize("seconds", [0, 59, 90])
def test_a_length_is_one_or_more_whole_minutes(seconds: int) -> None:
    with pytest.raises(Refused, match="whole minutes") as refused:
        check_length(Interval(DAY, DAY + seconds))
    assert refused.value.rule == "T2"


def test_overbooking_is_a_right_with_a_cap_and_a_reason() -> None:
    facts: dict[str, Any] = {
        "already": 1,
        "cap": 2,
        "may_overbook": True,
        "may_exceed_cap": False,
        "reason": "acute pain",
    }
    check_overbooking(**facts)
    check_overbooking(**facts | {"already": 2, "may_exceed_cap": True})
    with pytest.raises(Forbidden, match="may not overbook"):
        check_overbooking(**facts | {"may_overbook": False})
    with pytest.raises(Forbidden, match="overbooked 2 of 2 times"):
        check_overbooking(**facts | {"already": 2})
    with pytest.raises(Refused, match="needs a reason"):
        check_overbooking(**facts | {"reason": " "})


# ---- offers


def test_offers_lie_on_the_local_grid_and_before_none_that_is_too_early() -> None:
    existing = booked("10:30", "11:00")
    around = at("10:37")
    offers = nearest_free(
        wish("10:37", "11:07"),
        existing,
        open_=None,
        step_minutes=15,
        around=around,
        not_before=at("9:50"),
        zone=BERLIN,
    )
    assert offers == (at("11:00"), at("10:00"), at("11:15"))


def test_the_grid_is_local_where_the_zone_is_half_an_hour_off() -> None:
    kolkata = "Asia/Kolkata"
    start = resolve(datetime(2026, 11, 24, 9, 10), kolkata)
    candidate = Candidate(LEE, None, None, Interval(start, start + 3600))
    offers = nearest_free(
        candidate, (), open_=None, step_minutes=60, around=start, not_before=start, zone=kolkata
    )
    assert offers[0] == resolve(datetime(2026, 11, 24, 10, 0), kolkata)


def test_offers_stay_within_a_day_of_23_hours() -> None:
    start = resolve(datetime(2026, 3, 29, 23, 0), BERLIN)
    candidate = Candidate(LEE, None, None, Interval(start, start + 7200))
    offers = nearest_free(
        candidate, (), open_=None, step_minutes=30, around=start, not_before=None, limit=99, zone=BERLIN
    )
    assert max(offers) == resolve(datetime(2026, 3, 29, 22, 0), BERLIN)
    assert min(offers) == resolve(datetime(2026, 3, 29), BERLIN)
    assert len(offers) == (23 - 2) * 2 + 1


_ids = st.none() | st.integers(1, 2)
_times = st.builds(
    lambda start, length: Interval(DAY + start * 60, DAY + (start + length) * 60),
    st.integers(0, 200),
    st.integers(1, 40),
)
_buffers = st.integers(0, 12)
_candidates = st.builds(Candidate, _ids, _ids, _ids, _times, _buffers, _buffers, st.none() | st.just(3))


@st.composite
def _books(draw: st.DrawFn) -> list[Occupied]:
    """A few appointments of every status, some overbooked, as the check gets them."""
    book = []
    for number in range(draw(st.integers(0, 8))):
        shown, status = draw(_times), draw(st.sampled_from("SCMX"))
        mark = draw(st.none() | st.integers(DAY, DAY + 15000))
        interval = occupied_interval(shown.start, shown.end, status, draw(_buffers), draw(_buffers), mark)
        if interval is not None:
            who = (draw(_ids), draw(_ids), draw(_ids))
            book.append(Occupied(number, *who, interval, shown, "x", "y", draw(st.booleans())))
    return book


def _seconds(interval: Interval) -> range:
    return range(interval.start, interval.end)


def _share(one: Interval, other: Interval) -> bool:
    """Whether they have a second in common, by counting the way a set does."""
    return bool(set(_seconds(one)) & set(_seconds(other)))


def _is_free(candidate: Candidate, book: list[Occupied], open_: list[Interval] | None) -> bool:
    """The rule written out plainly, second by second."""
    if open_ is not None and not set(_seconds(candidate.shown)) <= {
        s for part in open_ for s in _seconds(part)
    }:
        return False
    for other in book:
        if other.id == candidate.ignore_id:
            continue
        same = {
            "staff": candidate.staff_id is not None and candidate.staff_id == other.staff_id,
            "room": candidate.room_id is not None and candidate.room_id == other.room_id,
            "customer": candidate.customer_id is not None and candidate.customer_id == other.customer_id,
        }
        if (same["staff"] or same["room"]) and _share(candidate.interval, other.interval):
            return False
        attended = set(_seconds(other.shown)) & set(_seconds(other.interval))
        if same["customer"] and attended & set(_seconds(candidate.shown)):
            return False
    return True


def _fits(candidate: Candidate, book: list[Occupied], open_: list[Interval] | None) -> bool:
    try:
        check_fit(candidate, book, zone=BERLIN, open_=open_)
    except Refused:
        return False
    return True


_hours = st.none() | st.lists(_times, max_size=4)


@given(_candidates, _books(), _hours)
def test_the_check_refuses_exactly_what_is_not_free(
    candidate: Candidate, book: list[Occupied], open_: list[Interval] | None
) -> None:
    assert _fits(candidate, book, open_) == _is_free(candidate, book, open_)


def _at(candidate: Candidate, start: int) -> Candidate:
    shown = Interval(start, start + candidate.shown.seconds)
    return Candidate(
        candidate.staff_id,
        candidate.room_id,
        candidate.customer_id,
        shown,
        candidate.buffer_before,
        candidate.buffer_after,
        candidate.ignore_id,
    )


@given(
    _candidates,
    _books(),
    st.lists(_times, max_size=4),
    st.sampled_from([5, 15, 20]),
    st.integers(0, 240),
    st.none() | st.integers(0, 240),
)
def test_offers_are_all_the_free_times_on_the_grid_nearest_first(
    candidate: Candidate,
    book: list[Occupied],
    open_: list[Interval],
    step: int,
    around: int,
    not_before: int | None,
) -> None:
    middle = DAY + around * 60
    earliest = None if not_before is None else DAY + not_before * 60
    offers = nearest_free(
        candidate,
        book,
        open_=open_,
        step_minutes=step,
        around=middle,
        not_before=earliest,
        limit=99,
        zone=BERLIN,
    )
    grid = range(
        DAY if earliest is None else earliest + (DAY - earliest) % (step * 60), DAY + 18000, step * 60
    )
    free = [start for start in grid if _fits(_at(candidate, start), book, open_)]
    assert list(offers) == sorted(free, key=lambda start: (abs(start - middle), -start))
    for limit in (0, 1, 3):
        few = nearest_free(
            candidate,
            book,
            open_=open_,
            step_minutes=step,
            around=middle,
            not_before=earliest,
            limit=limit,
            zone=BERLIN,
        )
        assert few == offers[:limit]


@given(_candidates, _books(), _hours)
def test_what_a_refusal_offers_is_accepted(
    candidate: Candidate, book: list[Occupied], open_: list[Interval] | None
) -> None:
    try:
        check_fit(candidate, book, zone=BERLIN, open_=open_)
        assume(False)
    except Refused as refused:
        for start in refused.offers:
            check_fit(_at(candidate, start), book, zone=BERLIN, open_=open_)


def test_two_half_hours_across_the_autumn_change_do_not_touch() -> None:
    first = resolve(datetime(2026, 10, 25, 2, 0), BERLIN, 0)
    second = resolve(datetime(2026, 10, 25, 2, 0), BERLIN, 1)
    half = timedelta(minutes=30).seconds
    taken = Interval(first, first + half)
    existing = [Occupied(1, LEE, None, None, taken, taken, "x", "Dr Lee")]
    assert check_fit(Candidate(LEE, None, None, Interval(second, second + half)), existing, zone=BERLIN) == ()
    with pytest.raises(Refused):
        check_fit(Candidate(LEE, None, None, taken), existing, zone=BERLIN)


def test_behind_a_full_day_comes_the_first_time_that_is_free() -> None:
    book = []
    for number in range(100):
        time = Interval(DAY + number * 600, DAY + number * 600 + 600)
        book.append(Occupied(number, LEE, ROOM, number, time, time, "x", "Dr Lee"))
    candidate = wish("8:00", "8:10", room_id=ROOM)
    offers = nearest_free(
        candidate, book, open_=None, step_minutes=5, around=at("8:00"), not_before=None, zone=BERLIN
    )
    assert offers[0] == DAY + 100 * 600
