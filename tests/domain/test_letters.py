"""What may stand in an email that is written at the desk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.domain.letters import SUBJECT_LIMIT, TEXT_LIMIT, Letter, faults_of, renewed

LETTER = Letter("jane@mail.example", "Your bill", "Good day,\nhere it is: 山田太郎 محمد.")


def test_a_letter_in_any_script_is_right() -> None:
    assert faults_of(LETTER) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", ""), ("to", "jane"), ("to", "jane@mail.example\nBcc: all@mail.example"),
        ("to", "jane@mail.example, bob@mail.example"), ("to", "Jane <jane@mail.example>"),
        ("to", "a\u202e@mail.example"), ("to", "x" * 300 + "@mail.example"), ("subject", " "),
        ("subject", "Bill\r\nBcc: all@mail.example"), ("subject", "Bill\x00"), ("subject", "\u202eBill"),
        ("subject", "x" * (SUBJECT_LIMIT + 1)), ("text", "\n"), ("text", "\x1b]0;owned\x07"),
        ("text", "x" * (TEXT_LIMIT + 1)),
    ],
)  # fmt: skip
def test_what_would_steer_a_mail_program_is_refused(field: str, value: str) -> None:
    assert [fault.field for fault in faults_of(replace(LETTER, **{field: value}))] == [field]


# --- a letter that is gone on with --------------------------------------------------------------------

LINES = st.lists(
    st.sampled_from(("", "Good day,", "9.28 EUR is left.", "5.00 EUR is left.", "Bye")), max_size=5
)
LETTERS = st.builds(
    lambda to, subject, lines: Letter(to, subject, "\n".join(lines)),
    st.sampled_from(("a@mail.example", "b@mail.example")), st.sampled_from(("Bill 1", "9.28 EUR")), LINES,
)  # fmt: skip

THEN = Letter("jane@mail.example", "9.28 EUR is left", "Good day,\n\n9.28 EUR is left.\nBye")
NOW = Letter("jane@mail.example", "5.00 EUR is left", "Good day,\n\n5.00 EUR is left.\nBye")


@given(LETTERS, LETTERS)
def test_what_was_not_touched_is_what_is_proposed_now(then: Letter, now: Letter) -> None:
    assert renewed(then, then, now) == now


@given(LETTERS, LETTERS)
def test_where_nothing_else_is_proposed_what_was_typed_stays(typed: Letter, then: Letter) -> None:
    assert renewed(typed, then, then) == typed


@given(LETTERS, LETTERS, LETTERS)
def test_no_line_is_left_that_is_proposed_otherwise_by_now(typed: Letter, then: Letter, now: Letter) -> None:
    made = renewed(typed, then, now)
    if made is not None and typed != then:
        gone = set(then.text.split("\n")) - set(now.text.split("\n"))
        assert not gone & set(made.text.split("\n"))


def test_amounts_are_those_of_now_and_the_words_those_that_were_typed() -> None:
    typed = replace(THEN, text=f"{THEN.text}\nPlease call us.")
    assert renewed(typed, THEN, NOW) == replace(NOW, text=f"{NOW.text}\nPlease call us.")


@pytest.mark.parametrize("typed", [
    replace(THEN, text="Good day,\n\nOnly 9.28 EUR is left.\nBye"), replace(THEN, subject="9.28 EUR!"),
    replace(THEN, text=""),
])  # fmt: skip
def test_an_amount_that_was_typed_over_is_nothing_to_guess_at(typed: Letter) -> None:
    assert renewed(typed, THEN, NOW) is None


def test_nor_is_a_letter_with_another_number_of_lines_or_one_line_twice() -> None:
    typed = replace(THEN, text=f"{THEN.text}\nPlease call us.")
    assert renewed(typed, THEN, replace(NOW, text=f"{NOW.text}\nPaid: 4.28")) is None
    twice = Letter("", "", "a\na")
    assert renewed(Letter("", "", "a\na\nb"), twice, Letter("", "", "a\nc")) is None
