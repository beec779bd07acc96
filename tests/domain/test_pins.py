"""What a PIN or passphrase may be, and how long somebody waits who typed a wrong one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from pim_tui.domain.pins import COMMON, LONGEST, SHORTEST, as_compared, read_pin, so_long, wait_after
from pim_tui.errors import Invalid


@given(some.text(max_size=300), some.text(max_size=40), some.text(max_size=12))
@settings(max_examples=60)
def test_whatever_is_typed_is_taken_or_refused_and_never_repeated(typed: str, name: str, login: str) -> None:
    try:
        pin = read_pin(typed, (name, login))
    except Invalid as error:
        refused = str(error)
    else:
        refused = ""
        assert SHORTEST <= len(pin) <= LONGEST
        assert as_compared(pin) == pin
        assert pin.encode()
    assert len(typed) < SHORTEST or typed not in refused


@pytest.mark.parametrize(
    "pin", ["heron on 1 leg", "Zürich 17:45", "480217", "סיסמה טובה", "demo-pin", "Lee-way 9 to 5"]
)
def test_what_nobody_guesses_is_taken(pin: str) -> None:
    assert read_pin(pin, ("Dr Anna Lee", "lee")) == pin


@pytest.mark.parametrize(
    "pin",
    ["annalee", "annaanna-12", "LEE123", "--lee--", "Dr. Anna Lee", "eel 4711", "Passwort1", "qwertz-99",
     "147258", "correct horse battery staple"],
)  # fmt: skip
def test_what_is_tried_first_is_refused(pin: str) -> None:
    with pytest.raises(Invalid):
        read_pin(pin, ("Dr Anna Lee", "lee"))


def test_the_commonest_are_written_as_they_are_compared() -> None:
    assert all(word == word.casefold() and word.isalnum() for word in COMMON)


def test_waits_grow_and_end() -> None:
    waits = [wait_after(failures) for failures in range(200)]
    assert waits == sorted(waits)
    assert waits[4:7] == [0, 30, 60]
    assert max(waits) == 900


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 second"), (30, "30 seconds"), (90, "90 seconds"), (91, "2 minutes"), (900, "15 minutes")],
)
def test_a_wait_is_told_in_words(seconds: int, said: str) -> None:
    assert so_long(seconds) == said
