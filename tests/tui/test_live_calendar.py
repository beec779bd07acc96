"""Two desks on one clinic: leave, days, things, who waits and who came, on every screen that shows them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from pim_tui.db.connection import Book
from pim_tui.domain.calendars import Account, Member, Tally, Window
from pim_tui.domain.messages import BUILT_IN
from pim_tui.domain.resourcefields import ThingFields
from pim_tui.domain.session import Session
from pim_tui.domain.waiting import Wish
from pim_tui.domain.worktime import Absence
from pim_tui.queries.calendar import visit
from pim_tui.queries.resources import resource
from pim_tui.services.arrivals import TakeStep, take_step
from pim_tui.services.calendar_rows import Whose
from pim_tui.services.calendar_taking import Seen, Taking, take_in
from pim_tui.services.leave import AddLeave, add_leave
from pim_tui.services.offers import AnswerOffer, answer_offer
from pim_tui.services.pinboard import Move, MoveAll, move_all
from pim_tui.services.resources import ChangeResource, change_resource
from pim_tui.services.special_days import SetSpecialDays, set_special_days
from pim_tui.services.templates import SaveTemplate, save_template
from pim_tui.services.waiting import AddWaiting, add_waiting
from pim_tui.services.work import Work
from pim_tui.tui.widgets.linetable import LineTable
from tests.tui.clinicstage import DUE, HERE, SERIES, busy
from tests.tui.stage import TODAY, Stage, at
from tests.tui.test_live import Desk, at_desk


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return busy(tmp_path)


@pytest.fixture
def other(stage: Stage) -> Session:
    """Dr Sato at another desk."""
    return replace(stage.session, staff_id=3, name="Dr Sato", key="desk-2")


@pytest.fixture
def selects(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every select, as it is sent."""
    sent: list[str] = []
    real = Book.select

    def counted(book: Book, sql: str, *more: Any) -> Any:
        sent.append(sql)
        return real(book, sql, *more)

    monkeypatch.setattr(Book, "select", counted)
    return sent


def leave(session: Session) -> None:
    add_leave(session, AddLeave(2, Absence(TODAY, TODAY, 630, 660)))


def closed(session: Session) -> None:
    set_special_days(session, SetSpecialDays(date(2026, 11, 24), date(2026, 11, 24), None, (), "Outing"))


def renamed(session: Session) -> None:
    seen = resource("room", 1)
    to = ThingFields("Attic", "A", "1")
    change_resource(session, ChangeResource("room", 1, seen.version, seen.fields, to))


def waits(session: Session) -> None:
    add_waiting(session, AddWaiting(3, Wish(45)))


def declined(session: Session) -> None:
    answer_offer(session, AnswerOffer(1, "declined"))


def seated(session: Session) -> None:
    take_step(session, TakeStep(HERE, visit(HERE).version, "seated"))


def moved(session: Session) -> None:
    move_all(session, MoveAll((Move(DUE, visit(DUE).version, at("2026-11-23 15:00"), 2, 1),)))


def worded(session: Session) -> None:
    words = BUILT_IN["offer", "sms"]
    save_template(session, SaveTemplate("offer", "sms", "en", 0, words, replace(words, body="Come {date}")))


def elsewhere(session: Session) -> None:
    """Dr Lee's own calendar says when they swim, in the words of a hostile one."""
    event = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:x\nDTSTART:20261123T103000Z\nDURATION:PT45M\nSUMMARY:[b]Go\n"
    account, window = Account("Dr Lee", "", 60, True), Window.of(session.clock(), session.zone, 60)
    taking = Taking(account, Whose(2, "Dr Lee", "/", ""), window, Tally())
    seen = Seen([Member("/x.ics", '"1"', event)])
    take_in(Work(session, session.clock()), taking, seen, (), lambda: False)


HEARD: tuple[tuple[tuple[str, ...], Callable[[Session], None], str, str], ...] = (
    (("f2",), leave, "Leave", "wrote down leave of Dr Lee."),
    ((), moved, "1 to move", "moved John Roe to 15:00."),
    (
        (),
        elsewhere,
        "Busy elsewhere: [b]Go",
        "read in the calendar of Dr Lee when they are busy elsewhere.",
    ),
    (("2",), closed, "closed", "said of 2026-11-24: closed, Outing."),
    (("1", "E"), leave, "Leave", "wrote down leave of Dr Lee."),
    (("M",), leave, "Needs moving", "wrote down leave of Dr Lee."),
    (("f2", "T"), renamed, "Attic", "changed the room Attic."),
    (("f2", "W"), waits, "Aaron Smith", "put Aaron Smith on the waiting list."),
    ((), declined, "3 rows", "wrote down that Jane Doe declined."),
    (("f2", "G", "t"), worded, "Come {date}", "changed the words of the offer."),
    (("f2", "f5"), seated, "seated 0", "marked Jane Doe 09:00 seated."),
)
"""Where one looks, what a colleague does, what is to be seen of it, and what the footer says."""
MOST = 39
"""Selects with which the screen and those below it read what was changed, however much there is on a day. Two
of them ask who is booked when, so that of what may need moving only what is in doubt is read."""
CHECKS = 7
"""Selects that ask whether whoever reads still may: one for each reading of those screens."""


@pytest.mark.walk
async def test_what_a_colleague_does_is_on_every_screen_at_once_and_nothing_moves(
    stage: Stage, other: Session, watch: ThreadPoolExecutor, selects: list[str]
) -> None:
    async with at_desk(stage, watch) as desk:
        for keys, act, seen, said in HEARD:
            await desk.press(*keys, "down")
            cursor = where(desk)
            act(other)
            selects.clear()
            await desk.look()
            assert desk.says == f"Dr Sato {said}", act
            assert seen in desk.screen, (act, desk.screen)
            assert where(desk) == cursor, act
            checks = [sql for sql in selects if "join role_right" in sql]
            assert len(checks) <= CHECKS, (act, checks)
            assert len(selects) - len(checks) <= MOST, (act, selects)
            selects.clear()
            assert await desk.look() == ()
            # A server tells by itself when to look; its sign counts what is done in other databases as well.
            assert selects == [] or stage.book.file is None, "nothing is asked where nothing was committed"


def where(desk: Desk) -> object:
    """What the cursor is on."""
    screen: Any = desk.app.screen
    if hasattr(screen, "grid"):
        return screen.grid.cursor_day, screen.grid.cursor_instant
    return [(table.cursor_key, table.scroll_offset) for table in screen.query(LineTable)]


@pytest.mark.walk
async def test_dialogs_read_again_what_came_in_the_way_and_keep_what_is_typed(
    stage: Stage, other: Session, watch: ThreadPoolExecutor
) -> None:
    async with at_desk(stage, watch) as desk:
        await desk.press("N", "ctrl+u")
        await desk.type("dr sato fu wed")
        assert "Wed 25 Nov 2026   08:00" in desk.screen
        line = desk.app.focused
        add_leave(other, AddLeave(3, Absence(date(2026, 11, 25), date(2026, 11, 25))))
        await desk.look()
        assert "Wed 25 Nov 2026   08:00" not in desk.screen
        assert isinstance(line, Input)
        assert (desk.app.focused, line.value) == (line, "dr sato fu wed")
        await desk.press("escape", "full_stop")
        desk.app.screen.grid.go_to(block_id=SERIES)  # type: ignore[attr-defined]
        await desk.press("R", "down", "down")
        key = desk.table.cursor_key
        assert "Tue 8 Dec 2026 09:00" in desk.screen
        move_all(other, MoveAll((Move(SERIES + 2, 1, at("2026-12-08 11:00"), 3, 2),)))
        await desk.look()
        assert "Tue 8 Dec 2026 11:00" in desk.screen
        assert desk.table.cursor_key == key
        await desk.press("c", "tab", "ctrl+u")
        await desk.type("9:30")
        await desk.press("ctrl+s")
        assert "Ctrl+S writes" in desk.screen
        set_special_days(other, SetSpecialDays(date(2026, 12, 1), date(2026, 12, 1), 3, (), "Away"))
        await desk.look()
        assert "1 to decide" in desk.screen
