"""What not everybody may read is refused to whoever lacks the right, wherever it is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pim_tui.db.connection import select, write_tx
from pim_tui.domain.rights import Right
from pim_tui.errors import Forbidden
from pim_tui.models import BreakGlass
from pim_tui.queries.gate import guarded, on_behalf_of
from tests.services.clinic import JANE, JOHN, Practice


@guarded(Right.SEE_NOTE, of="customer_id")
def secret(customer_id: int) -> str:
    return f"about {customer_id}, {inner()}"


@guarded(Right.SEE_FILE)
def inner() -> int:
    return int(select("select count(*) from customer")[0][0])


def test_a_right_opens_the_query_and_what_it_asks_in_turn(clinic: Practice) -> None:
    may = replace(clinic.session, rights=frozenset({Right.SEE_NOTE}))
    with on_behalf_of(may):
        assert secret(JANE) == "about 1, 3"
        with pytest.raises(Forbidden, match="read documents"):
            inner()
    with on_behalf_of(replace(may, rights=frozenset())), pytest.raises(Forbidden, match="read notes"):
        secret(customer_id=JANE)
    assert secret(JANE) == "about 1, 3"


def test_a_record_that_was_opened_for_a_reason_is_open_to_that_person_for_that_time(clinic: Practice) -> None:
    now = clinic.clock[0]
    with write_tx():
        BreakGlass.create(
            staff=clinic.session.staff_id,
            customer=JANE,
            reason="unconscious at the desk",
            began_at=now,
            until_at=now + 1800,
        )
    nobody = replace(clinic.session, rights=frozenset())
    with on_behalf_of(nobody):
        assert secret(JANE) == "about 1, 3"
        with pytest.raises(Forbidden):
            secret(JOHN)
        clinic.clock[0] += 1800
        with pytest.raises(Forbidden):
            secret(JANE)
    with on_behalf_of(replace(nobody, staff_id=2)), pytest.raises(Forbidden):
        secret(JANE)
