"""Looks at a record are in the journal by the setting, once in a while, and of a broken glass beforehand."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from pim_tui.db.connection import write_tx
from pim_tui.domain.rights import rights_of
from pim_tui.domain.session import Session
from pim_tui.errors import Forbidden, StoreError
from pim_tui.models import BreakGlass, Note
from pim_tui.queries.gate import on_behalf_of
from pim_tui.queries.notes import notes_of
from pim_tui.services import views
from pim_tui.services.views import ANEW, Views
from tests.services.clinic import ANNA, JANE, JOHN, LEE, NOW, ZONE, Practice


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    with write_tx():
        for customer in (JANE, JOHN):
            Note.create(customer=customer, author=LEE, text="Sleeps badly", written_at=NOW)
    return clinic


def seen(clinic: Practice) -> list[tuple[int, int, str, str]]:
    return clinic.store.select(
        "select j.staff_id, j.row_id, j.session, v.after from journal j join journal_values v"
        " on v.seq_id = j.seq where j.action = 'see' order by j.seq"
    )


def read(kept: Views, session: Session, customer_id: int | None) -> None:
    with on_behalf_of(session, partial(kept.read, session=session)):
        notes_of(customer_id, zone=ZONE)


def test_reading_notes_is_told_once_in_ten_minutes_and_written_together(clinic: Practice) -> None:
    kept, other = Views("notes"), replace(clinic.session, staff_id=LEE, key="desk-2")
    for _ in range(3):
        read(kept, clinic.session, JANE)
    read(kept, other, None)
    kept.opened(clinic.session, JANE)
    assert kept.waiting
    assert seen(clinic) == []

    kept.flush()
    kept.flush()

    part = '{"part":"notes"}'
    assert seen(clinic) == [
        (ANNA, JANE, "desk-1", part),
        (LEE, JANE, "desk-2", part),
        (LEE, JOHN, "desk-2", part),
    ]
    clinic.clock[0] += ANEW
    read(kept, clinic.session, JANE)
    kept.flush()
    assert len(seen(clinic)) == 4


@pytest.mark.parametrize(("kept", "count"), [("off", 0), ("notes", 1), ("all", 2)])
def test_the_setting_says_which_looks_are_kept(clinic: Practice, kept: str, count: int) -> None:
    made = Views(kept)
    read(made, clinic.session, JANE)
    made.opened(clinic.session, JANE)
    made.flush()
    assert len(seen(clinic)) == count


def test_a_broken_glass_is_told_before_anything_is_read_whatever_the_setting(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = replace(clinic.session, rights=rights_of("receptionist"))
    made = Views("off")
    with pytest.raises(Forbidden):
        read(made, desk, JANE)
    with write_tx():
        BreakGlass.create(
            staff=ANNA, customer=JANE, reason="unconscious at the desk", began_at=NOW, until_at=NOW + 60
        )
    with monkeypatch.context() as broken:

        def full(*_: object) -> None:
            raise StoreError("The disk is full.")

        broken.setattr(views.audit, "append", full)
        with pytest.raises(StoreError):
            read(made, desk, JANE)
    read(made, desk, JANE)
    assert [row[1] for row in seen(clinic)] == [JANE]
    with pytest.raises(Forbidden):
        read(made, desk, JOHN)
