"""Rooms and equipment that several may have at once are in the way only while every place is taken (T7)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.intervals import Interval, crowded, union
from pim_tui.domain.scheduling import Candidate, Occupied, Thing, check_fit, clashes, nearest_free
from pim_tui.errors import Refused

MINUTE = 60
NINE, END = 9 * 60, 13 * 60
GYM, LASER = 7, 1


def minutes(start: int, length: int) -> Interval:
    return Interval(start * MINUTE, (start + length) * MINUTE)


_times = st.builds(minutes, st.integers(NINE, NINE + 90), st.integers(1, 40))
_ids = st.lists(st.integers(1, 2), unique=True, max_size=2).map(lambda ids: tuple(sorted(ids)))
_rooms = st.none() | st.integers(1, 2)


@st.composite
def _wishes(draw: st.DrawFn) -> Candidate:
    """Somebody who wants a room and equipment with any number of places."""
    things = [Thing("room", 1, "Gym", draw(st.integers(1, 3))), Thing("room", 2, "Room 2")]
    things += [Thing("equipment", 1, "Laser", draw(st.integers(1, 3))), Thing("equipment", 2, "Scales", 2)]
    buffers = draw(st.integers(0, 10)), draw(st.integers(0, 10))
    ignored, equipment = draw(st.none() | st.just(3)), draw(_ids)
    return Candidate(None, draw(_rooms), None, draw(_times), *buffers, ignored, equipment, tuple(things))


_others = st.lists(st.tuples(_times, _rooms, _ids), max_size=7).map(
    lambda rows: [
        Occupied(number, 5, room, None, time, time, "x", "y", equipment_ids=equipment)
        for number, (time, room, equipment) in enumerate(rows)
    ]
)


def _allowed(wish: Candidate, book: list[Occupied]) -> bool:
    """The rule written out plainly: in no minute is anything it wants used up."""
    for minute in range(wish.interval.start, wish.interval.end, MINUTE):
        there = [
            one
            for one in book
            if one.id != wish.ignore_id and one.interval.start <= minute < one.interval.end
        ]
        used = Counter(thing for one in there for thing in wish.things if one.has(thing))
        if any(used[thing] >= thing.capacity for thing in wish.wanted):
            return False
    return True


@settings(max_examples=60)
@given(_wishes(), _others)
def test_what_is_refused_is_what_has_no_place_left(wish: Candidate, book: list[Occupied]) -> None:
    assert bool(clashes(wish, book, zone="UTC")) is not _allowed(wish, book)


@settings(max_examples=25)
@given(_wishes(), _others)
def test_every_offer_fits_and_whatever_fits_is_offered(wish: Candidate, book: list[Occupied]) -> None:
    open_ = [Interval(NINE * MINUTE, END * MINUTE)]
    offers = nearest_free(
        wish, book, open_=open_, step_minutes=5, around=wish.shown.start, not_before=None, limit=999
    )
    last = END * MINUTE - wish.shown.seconds
    starts = range(NINE * MINUTE, last + 1, 5 * MINUTE)
    fit = {start for start in starts if _allowed(replace(wish, shown=_from(wish, start)), book)}
    assert set(offers) == fit


def _from(wish: Candidate, start: int) -> Interval:
    return Interval(start, start + wish.shown.seconds)


@given(st.lists(_times, max_size=6), st.integers(1, 3))
def test_crowded_is_where_so_many_are_at_once(times: list[Interval], depth: int) -> None:
    found = crowded(times, depth)
    for minute in range(NINE * MINUTE, (NINE + 140) * MINUTE, MINUTE):
        here = sum(one.start <= minute < one.end for one in times)
        assert any(part.start <= minute < part.end for part in found) is (here >= depth)
    assert found == union(found)


def _in_gym(number: int, start: int, length: int, *equipment: int) -> Occupied:
    time = minutes(start, length)
    return Occupied(number, number, GYM, None, time, time, "Jane Doe", "Dr Lee", False, "Gym", equipment)


def test_a_refusal_names_the_thing_its_places_who_has_them_and_what_is_free() -> None:
    gym, laser = Thing("room", GYM, "Gym", 2), Thing("equipment", LASER, "Laser")
    wish = Candidate(9, GYM, None, minutes(600, 30), equipment_ids=(LASER,), things=(gym, laser))
    with pytest.raises(Refused) as refused:
        check_fit(wish, [_in_gym(1, 600, 30), _in_gym(2, 570, 90)], zone="UTC")
    assert refused.value.message == (
        "Gym (2 places) is taken 09:30-11:00 (Jane Doe, Dr Lee)."
        " Gym (2 places) is taken 10:00-10:30 (Jane Doe, Dr Lee)."
    )
    assert refused.value.hint == "Nearest free: 10:30, 09:30, 10:45."
    with pytest.raises(Refused, match=r"Laser is taken 10:15-10:45 \(Jane Doe, Dr Lee\)"):
        check_fit(wish, [_in_gym(1, 615, 30, LASER)], zone="UTC")
    three = replace(wish, things=(gym, Thing("equipment", LASER, "Laser", 1)), equipment_ids=(LASER, 2))
    with pytest.raises(Refused, match=r"Laser and The equipment are taken"):
        check_fit(three, [_in_gym(1, 615, 30, LASER, 2)], zone="UTC")


def test_a_place_that_is_left_is_taken_and_overbooking_passes_a_full_room() -> None:
    gym = (Thing("room", GYM, "Gym", 2),)
    wish = Candidate(9, GYM, None, minutes(600, 30), things=gym)
    assert check_fit(wish, [_in_gym(1, 600, 30)], zone="UTC") == ()
    full = [_in_gym(1, 600, 30), _in_gym(2, 600, 30)]
    found = check_fit(wish, full, zone="UTC", overbook=True)
    assert [clash.kind for clash in found] == ["room", "room"]
    with pytest.raises(Refused, match="outside working hours"):
        check_fit(wish, full, zone="UTC", overbook=True, open_=[minutes(700, 60)])
