"""What is changed behind the rules of money, stock and the journal is found, and without the seals is not."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from pim_tui.queries import money_seals
from pim_tui.queries.heads import head
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
    book, kept = till.shop.store, (head(till.shop.session.clock()),)
    with tamper.without_rules(book):
        every = [one for one in tamper.tries() if one[1] and one[0] not in tamper.UNFOUND]
        for name, statement, params in Random().sample(every, 12):
            assert tamper.outcome(book, name, statement, params, kept), name
        # The control: of whom a payment refers to, only the seal knows.
        forged = "update payment_part set reference = 'x'"
        assert tamper.outcome(book, "", forged, []) == "C38"
        monkeypatch.setattr(money_seals, "_SEALED", "nothing")
        assert tamper.outcome(book, "", forged, []) == ""


@pytest.mark.walk
def test_every_column_of_every_table_is_found_or_told_why_not() -> None:
    assert tamper.main([]) == 0
