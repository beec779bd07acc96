"""What a driver raises is told as what it is, whatever the values say that it repeats."""

from __future__ import annotations

import pytest
from peewee import DataError, IntegrityError, OperationalError

from pim_tui.db.dialects import broken_rule
from pim_tui.db.faults import explained
from pim_tui.errors import StoreAway, StoreError


def raised(error: Exception, behind: Exception | None = None) -> BaseException:
    """What becomes of an error, with another that it hides."""
    with pytest.raises(Exception) as caught, explained(None):  # noqa: PT011  # any of them
        raise error from behind
    return caught.value


NAMES = ("malformed", "database or disk is full", "locked", "not a database", "connection refused")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", [IntegrityError, DataError])
def test_a_name_that_reads_like_a_fault_of_the_disk_is_none(kind: type[Exception], name: str) -> None:
    error = kind(f'duplicate key value violates unique constraint "x"\nDETAIL:  Key (name)=({name}) exists.')
    assert raised(error) is error
    hidden = raised(OperationalError("the connection is lost"), behind=error)
    assert type(hidden) is StoreAway


def test_a_name_breaks_no_rule_of_the_book() -> None:
    assert broken_rule(IntegrityError("duplicate key\nDETAIL:  Key (name)=(PIM T8: pay me) exists.")) is None
    assert broken_rule(IntegrityError("PIM T8: taken\nCONTEXT:  PL/pgSQL")) == ("T8", "taken")


def test_what_a_server_says_is_told_in_one_line_that_steers_no_terminal() -> None:
    told = raised(OperationalError("odd \x1b[2J\u202ething\nLINE 1: select secret"))
    assert type(told) is StoreError
    assert told.message == "The database refused: odd ␛[2J\ufffdthing"
