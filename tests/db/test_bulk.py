"""Rows that are written many at a time are cleaned as those that are written one by one."""

from __future__ import annotations

from enum import StrEnum

from hypothesis import given
from hypothesis import strategies as some

from pim_tui.db.bulk import _adapted
from pim_tui.models import Customer, Note


class Word(StrEnum):
    """A text that is more than that."""

    YES = "yes"


TEXTS = some.text(max_size=8) | some.sampled_from(
    ["", "Jane", "x" * 200, "x" * 500, "Zoë", "a\x1b[2J", "two\nlines", "\u202e", "tab\there", Word.YES]
)


@given(some.lists(some.tuples(TEXTS, TEXTS, some.none() | some.integers(0, 9)), max_size=6))
def test_a_column_of_plain_texts_is_taken_whole_and_any_other_cleaned_text_by_text(
    rows: list[tuple[str, str, int | None]],
) -> None:
    columns = (Customer.last_name, Note.text, Customer.number)
    one_by_one = [
        tuple(column.db_value(value) for column, value in zip(columns, row, strict=True)) for row in rows
    ]
    assert list(_adapted(columns, rows)) == one_by_one
