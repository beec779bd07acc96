"""The states of an appointment and the moves between them (S1-S6)."""

from __future__ import annotations

import unicodedata
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.domain.states import Arrival, Status, check_arrival, check_move, is_late_cancel
from pim_tui.errors import Forbidden, Refused

START = 1_800_000_000
S, C, M, X = Status.SCHEDULED, Status.COMPLETED, Status.MISSED, Status.CANCELED


def _move(old: Status, new: Status, **changed: Any) -> None:
    check_move(old, new, **({"now": START, "starts_at": START} | changed))


def test_there_are_exactly_four_states_and_each_looks_different() -> None:
    assert [status.value for status in Status] == ["S", "C", "M", "X"]
    assert [status.word for status in Status] == ["Scheduled", "Completed", "Missed", "Canceled"]
    assert len({status.shape for status in Status}) == len({status.glyph for status in Status}) == 4
    for status in Status:
        assert status.shape.isascii()
        assert len(status.shape) == 1
        assert unicodedata.east_asian_width(status.glyph) == "N"  # one column everywhere


@given(
    old=st.sampled_from(Status),
    new=st.sampled_from(Status),
    minutes=st.integers(-2000, 2000),
    own_today=st.booleans(),
    may_reopen=st.booleans(),
    reason=st.sampled_from(["", "  ", "ill"]),
    cancelled_by=st.sampled_from(["", "clinic", "customer", "nobody"]),
)
def test_the_whole_matrix_of_moves(
    old: Status,
    new: Status,
    minutes: int,
    own_today: bool,
    may_reopen: bool,
    reason: str,
    cancelled_by: str,
) -> None:
    reasoned = reason == "ill"
    allowed = {
        (S, C): minutes >= 0,
        (S, M): minutes >= 0,
        (S, X): reasoned and cancelled_by in ("clinic", "customer"),
    } | {(back, S): own_today or (may_reopen and reasoned) for back in (C, M, X)}
    facts: dict[str, Any] = {
        "now": START + minutes * 60,
        "own_today": own_today,
        "may_reopen": may_reopen,
        "reason": reason,
        "cancelled_by": cancelled_by,
    }
    if allowed.get((old, new), False):
        _move(old, new, **facts)
        return
    with pytest.raises(Refused) as refused:
        _move(old, new, **facts)
    assert refused.value.rule == ("S3" if new is S and old is not S else "S2")
    assert refused.value.message.endswith(".")
    assert refused.value.hint


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 minute"), (25 * 60, "25 minutes"), (3600, "1 hour"), (49 * 3600, "2 days")],
)
def test_an_appointment_is_not_over_before_it_began(seconds: int, words: str) -> None:
    with pytest.raises(Refused, match=f"cannot be Missed before it has started; it starts in {words}"):
        _move(S, M, now=START - seconds)


def test_it_may_be_completed_or_missed_from_its_very_start() -> None:
    for status in (C, M):
        _move(S, status, now=START, starts_at=START)


def test_it_may_be_canceled_before_and_after_its_start() -> None:
    for now in (START - 9999, START + 9999):
        _move(S, X, now=now, reason="ill", cancelled_by="customer")


def test_canceling_tells_all_that_is_missing_at_once() -> None:
    with pytest.raises(Refused, match="Canceling needs a reason and who asked for it"):
        _move(S, X)


def test_taking_back_what_a_colleague_set_needs_the_right_and_then_the_reason() -> None:
    with pytest.raises(Forbidden) as forbidden:
        _move(C, S, reason="slip")
    assert forbidden.value.rule == "S3"
    with pytest.raises(Refused, match="needs a reason"):
        _move(C, S, may_reopen=True)
    _move(C, S, may_reopen=True, reason="slip")


def test_no_state_turns_into_another_without_passing_through_scheduled() -> None:
    for old, new in product((C, M, X), repeat=2):
        with pytest.raises(Refused, match=r"directly|already"):
            _move(old, new, own_today=True, may_reopen=True, reason="x", cancelled_by="clinic")


@given(st.sampled_from(Status), st.lists(st.none() | st.integers(0, 5), min_size=4, max_size=4))
def test_arrival_times_are_in_order_and_only_where_they_make_sense(
    status: Status, times: list[int | None]
) -> None:
    arrival = Arrival(*times)
    given_times = [at for at in times if at is not None]
    in_order = all(one <= then for one, then in pairwise(given_times))
    if not given_times or (in_order and status in (S, C)):
        assert check_arrival(status, arrival) is arrival
        return
    with pytest.raises(Refused) as refused:
        check_arrival(status, arrival)
    assert refused.value.rule == "S1"


def test_the_time_out_of_order_is_named() -> None:
    with pytest.raises(Refused, match="'seated' is before the time for 'arrived'"):
        check_arrival(S, Arrival(arrived=START, seated=START - 1))


def test_a_missed_appointment_has_no_arrival() -> None:
    with pytest.raises(Refused, match="Missed appointment has no arrival"):
        check_arrival(M, Arrival(arrived=START))


def test_waiting_is_counted_from_arrival_until_seated() -> None:
    assert Arrival().waiting_minutes(START) is None
    assert Arrival(arrived=START).waiting_minutes(START + 659) == 10
    assert Arrival(arrived=START, seated=START + 300).waiting_minutes(START + 6000) == 5
    assert Arrival(arrived=START, left=START + 120).waiting_minutes(START + 6000) == 2


def test_a_cancelation_inside_the_notice_is_late() -> None:
    assert is_late_cancel(START - 60, START, 24 * 60)
    assert not is_late_cancel(START - 24 * 3600, START, 24 * 60)
