"""How many keys each job of a receptionist's day takes, counted on the real screens.

Keys that only bring the cursor to the appointment are not part of a job, opening and closing dialogs is.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.waiting import Wish
from pim_tui.models import Email
from pim_tui.services.waiting import AddWaiting, add_waiting
from tests.tui.billstage import opened, posted, sold
from tests.tui.refundstage import type_pin, with_refunds
from tests.tui.stage import NOW, Player, Stage, at, playing, row
from tests.tui.tillstage import GEL, GEL_CODE, with_till
from tests.walks import some

SIZES = pytest.mark.parametrize("size", some([(80, 24), (120, 40)]), ids=["80x24", "120x40"])
A_WEEK_ON = "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00"


async def on(player: Player, id_: int) -> None:
    """Put the cursor on an appointment; nobody counts that."""
    player.app.screen.grid.go_to(block_id=id_)  # type: ignore[attr-defined]
    await player.press()
    player.keys = 0


async def in_profile(player: Player, name: str) -> None:
    """Open somebody's profile; nobody counts that."""
    await player.press("slash")
    await player.type(name)
    await player.press("enter")
    player.keys = 0


def assert_followup_is_booked(stage: Stage, player: Player) -> None:
    columns = "customer_id, starts_at, minutes, type_id, status"
    booked = (stage.customers["Jane Doe"], at("2026-11-30 10:30"), 30, 1, "S")
    assert stage.rows(f"select {columns} from appointment") == [booked]
    assert A_WEEK_ON in player.screen


@SIZES
async def test_a_follow_up_a_week_on_takes_twenty_keys(stage: Stage, size: tuple[int, int]) -> None:
    async with playing(stage, size) as p:
        await p.press("a")
        await p.type("doe 7d 1030 fu")
        await p.press("enter")
        assert p.keys <= 20
        assert_followup_is_booked(stage, p)


@pytest.mark.walk
@SIZES
@pytest.mark.parametrize("view", ["2", "3", "4"], ids=["week", "month", "list"])
async def test_where_no_column_says_with_whom_it_still_takes_twenty(
    stage: Stage, size: tuple[int, int], view: str
) -> None:
    """Enter goes to the question, Enter takes the first one."""
    async with playing(stage, size) as p:
        await p.press(view)
        p.keys = 0
        await p.press("a")
        await p.type("doe 7d 1030 fu")
        assert "With whom?" in p.screen
        await p.press("enter", "enter")
        assert p.keys <= 20
        assert_followup_is_booked(stage, p)


@pytest.mark.walk
@SIZES
@pytest.mark.parametrize("first", [(), ("f3",)], ids=["another's profile", "customers"])
async def test_a_follow_up_takes_twenty_keys_from_the_screens_beside_the_calendar(
    stage: Stage, size: tuple[int, int], first: tuple[str, ...]
) -> None:
    async with playing(stage, size) as p:
        await in_profile(p, "roe")
        await p.press(*first)
        p.keys = 0
        await p.press("f2", "a")
        await p.type("doe 7d 1030 fu")
        await p.press("enter")
        assert p.keys <= 20
        assert_followup_is_booked(stage, p)


@SIZES
async def test_a_follow_up_takes_ten_keys_from_the_profile(stage: Stage, size: tuple[int, int]) -> None:
    async with playing(stage, size) as p:
        await in_profile(p, "doe")
        await p.press("a")
        await p.type("7d 1030")
        await p.press("enter", "enter")  # with whom: the first one
        assert p.keys <= 10
        assert_followup_is_booked(stage, p)
        assert "10:30-11:00" in p.screen


@SIZES
@pytest.mark.parametrize("words", ["doe", "jan", "0101", "garc"])
async def test_a_customer_is_found_in_seven_keys(stage: Stage, size: tuple[int, int], words: str) -> None:
    async with playing(stage, size) as p:
        await p.press("slash")
        await p.type(words)
        await p.press("enter")
        assert p.keys <= 7
        assert ("José García · customer" if words == "garc" else "Jane Doe · customer") in p.screen
        assert "John Roe" not in p.screen


@pytest.mark.walk
@SIZES
@pytest.mark.parametrize(
    ("typed", "start"),
    [("+7d", "2026-11-30 10:00"), ("tue", "2026-11-24 10:00"), ("14 dec", "2026-12-14 10:00")],
)
async def test_moving_to_another_day_takes_nine_keys(
    stage: Stage, size: tuple[int, int], typed: str, start: str
) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 10:00")
    async with playing(stage, size) as p:
        await on(p, mine)
        await p.press("m")
        await p.type(typed)
        await p.press("enter")
        assert p.keys <= 9
        assert "Moved: Jane Doe" in p.screen
        assert "S◦ Jane Doe" not in p.screen
    assert row(stage, mine, "starts_at, minutes") == (at(start), 30)


@SIZES
@pytest.mark.parametrize(
    ("key", "most", "start"),
    [
        ("right_square_bracket", 2, "2026-11-23 10:15"),
        ("left_square_bracket", 2, "2026-11-23 09:45"),
        ("greater_than_sign", 3, "2026-11-23 11:00"),
    ],
    ids=["later", "earlier", "next free"],
)
async def test_moving_by_a_slot_and_to_the_next_free_time(
    stage: Stage, size: tuple[int, int], key: str, most: int, start: str
) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 10:00")
    if key == "greater_than_sign":
        stage.booked("John Roe", "2026-11-23 10:30")
    async with playing(stage, size) as p:
        await on(p, mine)
        await p.press(key)
        assert p.keys <= most
        assert f"Moved: Jane Doe, Mon 23 Nov 2026 {start[-5:]}" in p.screen
        assert "S◦ Jane Doe" in p.screen
    assert row(stage, mine, "starts_at, minutes") == (at(start), 30)


@SIZES
async def test_the_first_opening_of_all_takes_three_keys(stage: Stage, size: tuple[int, int]) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 14:00")
    stage.booked("John Roe", "2026-11-23 09:30")
    async with playing(stage, size) as p:
        await on(p, mine)
        await p.press("N", "enter")
        assert p.keys <= 3
        assert "Moved: Jane Doe, Mon 23 Nov 2026 10:00-10:30, Dr Lee" in p.screen


@SIZES
@pytest.mark.parametrize(("key", "letter", "shown"), [("c", "C", "C✓ Jane Doe"), ("n", "M", "M✗ Jane Doe")])
async def test_marking_takes_two_keys(
    stage: Stage, size: tuple[int, int], key: str, letter: str, shown: str
) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 09:00")
    async with playing(stage, size) as p:
        await on(p, mine)
        await p.press(key)
        assert p.keys <= 2
        assert shown in p.screen
    assert row(stage, mine, "status") == (letter,)


@pytest.mark.parametrize("screen", ["calendar", "list", "waiting room", "profile"])
async def test_somebody_has_arrived_takes_one_key(stage: Stage, screen: str) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 09:30")
    async with playing(stage) as p:
        if screen == "profile":
            await in_profile(p, "doe")
        elif screen == "calendar":
            await on(p, mine)
        else:
            await p.press("4" if screen == "list" else "f5")
        p.keys = 0
        await p.press("I" if screen == "profile" else "i")
        assert p.keys <= 1
        assert "Arrived: Jane Doe" in p.screen
    assert row(stage, mine, "arrived_at") == (NOW,)


# --- reaching somebody -------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", ["calendar", "profile"])
@pytest.mark.parametrize(
    ("pressed", "most", "shown"),
    [
        (("at", "c"), 2, "r reached · n no answer"),
        (("at", "e"), 3, "Email to Jane Doe"),
        (("at", "y", "enter"), 3, "Sent to your terminal's clipboard."),
    ],
    ids=["call", "email", "copy the number"],
)
async def test_a_person_is_called_in_two_keys_written_to_in_three_and_copied_in_three(
    stage: Stage, screen: str, pressed: tuple[str, ...], most: int, shown: str
) -> None:
    with stage.book.write_tx():
        Email.create(customer=stage.customers["Jane Doe"], address="jane@mail.example")
    mine = stage.booked("Jane Doe", "2026-11-23 10:00")
    mail = Settings(smtp_host="localhost", smtp_security="none", mail_from="desk@clinic.example")
    async with playing(stage, settings=mail) as p:
        await (on(p, mine) if screen == "calendar" else in_profile(p, "doe"))
        await p.press(*pressed)
        assert p.keys <= most
        assert shown in p.screen


# --- paper ------------------------------------------------------------------------------------------


@pytest.fixture
def printer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A queue that keeps what it was given; the file it is kept in."""
    kept, folder = tmp_path / "printed", tmp_path / "bin"
    folder.mkdir()
    program = folder / "lp"
    program.write_text(f'#!/bin/sh\nfor last; do :; done\ncat "$last" > {kept}\necho "request id is q-1"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return kept


async def printed(player: Player) -> None:
    """The printer works apart from everything else: wait until it is done."""
    await player.app.outside(int)
    await player.press()


@SIZES
async def test_a_cancelation_is_filled_from_the_waiting_list_in_two_keys(
    stage: Stage, size: tuple[int, int]
) -> None:
    add_waiting(stage.session, AddWaiting(stage.customers["Jane Doe"], Wish(30, urgency=2)))
    gone = stage.booked("John Roe", "2026-11-23 10:30")
    async with playing(stage, size) as p:
        await on(p, gone)
        await p.press("x")
        await p.type("ill")
        await p.press("enter")
        p.keys = 0
        await p.press("enter", "a")
        assert p.keys <= 2
        assert "Booked: Jane Doe, Mon 23 Nov 2026 10:30-11:00, Dr Lee" in p.screen
    assert stage.rows("select state, booked_id from waiting_entry") == [("booked", gone + 1)]


@SIZES
async def test_todays_sheet_is_printed_in_two_keys(
    stage: Stage, size: tuple[int, int], printer: Path
) -> None:
    stage.booked("Jane Doe", "2026-11-23 10:00")
    async with playing(stage, size) as p:
        await p.press("p", "enter")
        assert p.keys <= 2
        await printed(p)
        assert "was sent to the printer" in p.screen
    assert printer.read_bytes().startswith(b"%PDF-")
    assert stage.rows("select count(*) from journal where action like 'print%'") == [(1,)]


@SIZES
async def test_without_a_printer_the_same_two_keys_make_a_file(
    stage: Stage, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    async with playing(stage, size) as p:
        await p.press("p", "enter")
        assert p.keys <= 2
        await printed(p)
        assert "The day sheet of Mon 23 Nov 2026 is in" in p.screen
    assert (stage.places.outbox / "day-2026-11-23.pdf").read_bytes().startswith(b"%PDF-")


# --- the till ---------------------------------------------------------------------------------------


@SIZES
@pytest.mark.parametrize("method", [(), ("k",)], ids=["cash", "card"])
async def test_an_exact_payment_is_taken_and_printed_in_four_keys(
    tmp_path: Path, size: tuple[int, int], method: tuple[str, ...], printer: Path
) -> None:
    stage = with_till(tmp_path)
    async with playing(stage, size) as p:
        await p.press("f4")
        await p.type(GEL_CODE)
        await p.press("enter")
        p.keys = 0
        await p.press("enter", *method, "enter", "enter")
        assert p.keys <= 4
        await printed(p)
        assert "was sent to the printer" in p.screen
    assert printer.read_bytes().startswith(b"%PDF-")
    assert stage.rows("select method, amount from payment_part") == [("card" if method else "cash", 595)]
    assert stage.rows("select count(*) from journal where action like 'print%'") == [(1,)]


# --- the page of a bill -----------------------------------------------------------------------------


@SIZES
async def test_a_posted_bill_is_paid_exactly_and_printed_in_four_keys(
    tmp_path: Path, size: tuple[int, int], printer: Path
) -> None:
    stage = with_till(tmp_path)
    bill = posted(stage, [sold(GEL)])
    async with playing(stage, size) as p:
        await opened(p, bill)
        await p.press("y", "enter", "p")
        assert p.keys <= 4
        await printed(p)
        assert "was sent to the printer" in p.screen
    assert printer.read_bytes().startswith(b"%PDF-")
    assert stage.rows("select method, amount from payment_part") == [("cash", 595)]


@SIZES
async def test_one_item_is_asked_back_in_eight_keys_and_approved_in_three_and_a_pin(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = with_refunds(tmp_path, monkeypatch)
    bill = posted(stage, [sold(GEL, 3)], paid=1785, by=3)
    async with playing(stage, size) as p:
        await opened(p, bill)
        await p.press("r", "1", "enter", "1", "enter")
        assert p.keys <= 8
        assert stage.rows("select state, value from return_request") == [("requested", 595)]
        p.keys = 0
        await p.press("R")
        await type_pin(p)
        await p.press("enter")
        assert p.keys <= 3
    assert stage.rows("select state, decided_by_id from return_request") == [("approved", 2)]


@SIZES
async def test_a_bill_is_sent_by_email_in_three_keys(tmp_path: Path, size: tuple[int, int]) -> None:
    stage = with_till(tmp_path)
    with stage.book.write_tx():
        Email.create(customer=stage.customers["Jane Doe"], address="jane@mail.example")
    bill = posted(stage, [sold(GEL)])
    async with playing(stage, size) as p:
        await opened(p, bill)
        await p.press("e", "enter")
        assert p.keys <= 3
        assert "S-2026-000001 to jane@mail.example waits to be sent." in p.screen
    assert stage.rows("select kind, state from outbox") == [("email", "waiting")]
