"""A draft of a record that somebody changed since is not saved over it unseen: both values are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from pim_tui.db.drafts import DraftStore
from pim_tui.domain.messages import Words
from pim_tui.domain.payer import PayerFields
from pim_tui.domain.waiting import Wish
from pim_tui.domain.worktime import Absence
from pim_tui.services.leave import AddLeave, add_leave
from pim_tui.services.payers import AddPayer, add_payer
from pim_tui.services.templates import SaveTemplate, save_template
from pim_tui.services.waiting import AddWaiting, add_waiting
from tests.tui.stage import Stage, playing, set_up

MEANWHILE = "was changed by somebody else while you were editing"
BEFORE = 99
"""A version that the record is not of."""


def a_payer(stage: Stage) -> tuple[str, str, dict[str, str]]:
    id_ = add_payer(stage.session, AddPayer(PayerFields("North Fund"))).ids[0]
    return "payer", str(id_), asdict(PayerFields("South Fund"))


def a_leave(stage: Stage) -> tuple[str, str, dict[str, str]]:
    days = Absence(date(2026, 11, 25), date(2026, 11, 27))
    id_ = add_leave(stage.session, AddLeave(2, days)).ids[0]
    return "leave", str(id_), {"first": "2026-11-25", "last": "2026-11-30", "part": "", "reason": "South"}


def a_wish(stage: Stage) -> tuple[str, str, dict[str, str]]:
    id_ = add_waiting(stage.session, AddWaiting(stage.customers["Jane Doe"], Wish(30))).ids[0]
    return "waiting_entry", str(id_), {"wishes": "30m", "note": "South"}


def a_template(stage: Stage) -> tuple[str, str, dict[str, str]]:
    words = Words("Your visit", "You come on {date}.")
    save_template(stage.session, SaveTemplate("reminder", "email", "en", 0, words, words))
    return "message_template", "reminder email en", {"subject": "South", "body": "Come on {date}."}


@pytest.mark.parametrize(
    ("record", "keys"), [(a_payer, ()), (a_leave, ("ctrl+s",)), (a_wish, ("ctrl+s",)), (a_template, ())]
)
async def test_what_was_changed_meanwhile_is_shown_before_it_is_saved_over(
    tmp_path: Path, record: Callable[[Stage], tuple[str, str, dict[str, str]]], keys: tuple[str, ...]
) -> None:
    stage = set_up(tmp_path)
    form, id_, typed = record(stage)
    store = DraftStore(stage.places.drafts_file, clock=stage.session.clock)
    store.put(1, form, id_, BEFORE, typed)
    store.close()
    async with playing(stage) as p:
        await p.press("enter", *keys)
        assert MEANWHILE in " ".join(p.screen.split())
        assert "South" in p.screen
    stage.book.close()
