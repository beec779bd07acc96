"""What is changed behind the rules of money, stock and the journal is found, and without the seals is not."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from pim_tui.queries import money_seals
from pim_tui.queries.money_checks import numbers
from tests.safety import tamper
from tests.safety.money import Till

pytestmark = pytest.mark.sqlite


@pytest.fixture
def till() -> Iterator[Till]:
    """A till at which a little has happened."""
    made = tamper.worked(7, 24)
    yield made
    made.teardown()


def test_a_change_of_any_kind_is_found(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not tamper.is_found()
    book = till.shop.store
    with tamper.without_rules(book):
        every = [one for one in tamper.tries() if one.steps and one.name.split()[0] not in tamper.UNFOUND]
        for one in Random().sample(every, 12):
            assert tamper.outcome(book, one), one.name
        # The control: of whom a payment refers to, only the seal knows.
        forged = tamper.Try("", (("update payment_part set reference = 'x'", ()),))
        assert tamper.outcome(book, forged) == "C38"
        monkeypatch.setattr(money_seals, "_SEALED", "nothing")
        assert tamper.outcome(book, forged) == ""


def test_a_change_taken_back_with_its_lines_is_found_by_where_the_journal_ended(till: Till) -> None:
    """The control goes along: with that set back as well, nothing in the book finds it."""
    found = list(tamper.taken_back(till, Random(7), 24))
    assert len(found) > 3
    assert {(inside, without) for _, inside, without in found} == {("C41", "+C40")}


def test_a_kind_that_there_is_not_is_told_of_as_it_stands_there(till: Till) -> None:
    book = till.shop.store
    for table in ("posting", "number_series"):
        with tamper.without_rules(book), book.undone():
            book.db.execute_sql(f"update {table} set kind = 'salex' where kind = 'sale'")
            told = [message for _, _, message in numbers()]
            assert any("of the kind salex" in message for message in told)


@pytest.mark.walk
def test_every_column_of_every_table_is_found_or_told_why_not() -> None:
    assert tamper.main([]) == 0
