"""What an import has met so far."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.intervals import Interval
from pim_tui.domain.names import PersonName
from pim_tui.domain.people import Identity, likely_same
from pim_tui.errors import FileProblem
from pim_tui.imports.scratch import Met, Scratch, traits

JANE = Identity(
    PersonName(first="Jane", last="Doe"), (), date(1990, 5, 14), ("+1 617 555 0123",), ("J@x.org",)
)


def test_a_key_keeps_its_first_line_and_its_newest_record() -> None:
    with Scratch() as scratch:
        assert scratch.met("visit", "a") is None
        scratch.meet("visit", "a", 3)
        scratch.meet("visit", "a", 9, 7)
        assert scratch.met("visit", "a") == Met(3, 7)
        assert scratch.met("staff", "a") is None


def test_a_person_is_found_by_name_and_birth_date_phone_and_email_and_later_by_the_stored_record() -> None:
    with Scratch() as scratch:
        stand_in = scratch.stand_in()
        scratch.add_person(stand_in, True, JANE)
        for wanted in (
            Identity(PersonName(first="DOE", last="jane"), birth_date=JANE.birth_date),
            Identity(PersonName(first="X"), phones=("555-0123 617 5550123",)),
            Identity(PersonName(first="X"), emails=("j@X.org",)),
        ):
            assert [found.id for found in scratch.perhaps(wanted)] == [stand_in]
        assert scratch.perhaps(Identity(JANE.name)) == []
        assert scratch.perhaps(Identity(PersonName(first="X"), birth_date=JANE.birth_date)) == []
        assert not scratch.added(44)
        scratch.settle([(stand_in, 44)])
        (found,) = scratch.perhaps(JANE)
        assert (found.id, found.own_id, found.identity) == (44, True, JANE)
        assert scratch.added(44)


def test_two_traits_that_look_alike_to_the_memory_make_two_people_only_worth_comparing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pim_tui.imports.scratch.hash", lambda text: 1, raising=False)
    with Scratch() as scratch:
        scratch.add_person(scratch.stand_in(), True, JANE)
        (found,) = scratch.perhaps(Identity(PersonName(first="Max"), birth_date=date(1950, 1, 1)))
        assert found.identity == JANE


NAMES = st.sampled_from(["Jane", "jane", "Doe", "Zoë", ""])
PEOPLE = st.builds(
    Identity,
    st.builds(PersonName, first=NAMES, last=NAMES),
    st.sampled_from([(), ("Jane Zoe",), ("Doe",)]),
    st.sampled_from([None, date(1990, 5, 14), date(1991, 1, 1)]),
    st.sampled_from([(), ("+1 617 555 0123",), ("001 617-555-0123",), ("5550123", "9")]),
    st.sampled_from([(), ("j@x.org",), (" J@X.org",)]),
)


@given(PEOPLE, PEOPLE)
def test_whoever_is_strongly_alike_is_compared(one: Identity, two: Identity) -> None:
    likeness = likely_same(one, two)
    assert not (likeness and likeness.strong) or not set(traits(one)).isdisjoint(traits(two))


def test_a_full_disk_is_told_in_one_line() -> None:
    def fill() -> None:
        with Scratch() as scratch:
            scratch._db.execute("pragma max_page_count = 20")
            for line in range(10_000):
                scratch.meet("visit", str(line) * 20, line)

    with pytest.raises(FileProblem, match="temporary file cannot be written"):
        fill()


HOURS = st.integers(0, 60).map(lambda hour: hour * 3600)
SPANS = st.lists(st.tuples(st.integers(1, 2), HOURS, st.integers(1, 60).map(lambda h: h * 3600)), max_size=12)


@given(SPANS)
@settings(max_examples=100, deadline=None)
def test_time_is_occupied_exactly_when_an_earlier_span_overlaps(spans: list[tuple[int, int, int]]) -> None:
    with Scratch() as scratch:
        before: list[tuple[int, Interval]] = []
        for staff, start, length in spans:
            span = Interval(start, start + length)
            expected = any(other == staff and taken.overlaps(span) for other, taken in before)
            assert scratch.occupied(f"staff {staff}", span.start, span.end) is expected
            scratch.occupy(f"staff {staff}", span.start, span.end)
            before.append((staff, span))
