"""When a message is tried again, and what each trouble ends as."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.delivery import (
    CHANNELS,
    ENDS,
    HELD_AT_MOST,
    KEPT,
    LONGEST,
    TRIES,
    End,
    Trouble,
    end_of,
    ends_at,
    held_until,
    next_try,
    pause,
)
from pim_tui.domain.sendtimes import quiet_around

ZONE = "Europe/Berlin"
NOW = 1_795_000_000
SHARES = st.floats(0, 1)


def test_every_trouble_ends_as_it_should() -> None:
    assert set(ENDS) == set(Trouble)
    ends = {end: {one.value for one, found in ENDS.items() if found == end} for end in End}
    assert ends == {
        End.HOLD: {"line", "later"},
        End.SETTINGS: {"login", "settings", "plan"},
        End.RETRY: {"busy", "unsure", "file"},
        End.FAIL: {"address", "content", "opt_out", "route"},
        End.ASK: set(),
    }
    assert {channel: end_of(Trouble.UNSURE, channel) for channel in CHANNELS} == {
        **dict.fromkeys(CHANNELS, End.RETRY),
        "sms": End.ASK,
    }


@given(st.integers(0, 10 * 86_400), st.sampled_from(list(Trouble)), SHARES)
def test_a_channel_is_held_as_long_as_it_was_in_trouble_up_to_a_limit(
    long: int, trouble: Trouble, share: float
) -> None:
    most = LONGEST if ENDS[trouble] == End.SETTINGS else HELD_AT_MOST
    until = held_until(NOW, NOW - long, trouble, None, share)
    assert 15 <= until - NOW <= most
    assert held_until(NOW, NOW - long, trouble, NOW + 9_000, share) == NOW + 9_000
    assert held_until(NOW, NOW, trouble, None, 1) == NOW + 30


@given(st.integers(0, 10_000), SHARES)
def test_pauses_grow_up_to_an_hour(tries: int, share: float) -> None:
    assert 1 <= pause(tries, share) <= LONGEST
    assert pause(tries, share) <= pause(tries + 1, share)
    assert pause(tries, 1) == min(30 * 2 ** max(0, tries - 1), LONGEST)


minutes = st.integers(0, 1439)


@settings(max_examples=60)
@given(
    st.integers(NOW, NOW + 400 * 86_400),
    st.integers(0, 12),
    SHARES,
    st.integers(-3600, 5 * 86_400),
    st.tuples(minutes, minutes),
)
def test_a_try_is_later_before_the_end_and_never_in_quiet_hours(
    now: int, tries: int, share: float, left: int, quiet: tuple[int, int]
) -> None:
    again = next_try(now, tries, share, now + left, quiet, ZONE)
    if tries >= TRIES:
        assert again is None
    if again is not None:
        assert now < again < now + left
        assert quiet_around(again, quiet, ZONE) is None


def test_what_has_no_end_of_its_own_is_kept_for_three_days() -> None:
    assert (ends_at(None, NOW), ends_at(NOW + 5, NOW)) == (NOW + KEPT, NOW + 5)
