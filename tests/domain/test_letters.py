"""What may stand in an email that is written at the desk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pim_tui.domain.letters import SUBJECT_LIMIT, TEXT_LIMIT, Letter, faults_of

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
