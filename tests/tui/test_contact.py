"""The contact key: everywhere a person or a visit is shown, by key at 80x24, whatever the record holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import segno

from pim_tui.config import Settings
from pim_tui.domain.waiting import Wish
from pim_tui.domain.worktime import Absence
from pim_tui.lists.clinic import CLINIC_LISTS
from pim_tui.models import Consent, Email, Meeting, Phone
from pim_tui.services.leave import AddLeave, add_leave
from pim_tui.services.waiting import AddWaiting, add_waiting
from pim_tui.tui.app import PimApp
from pim_tui.tui.dialogs.composer import Composer
from pim_tui.tui.dialogs.contact import ContactDialog
from pim_tui.tui.looks import opens_links
from pim_tui.tui.screens.ledger import LedgerScreen
from pim_tui.tui.screens.profile import ProfileScreen
from pim_tui.tui.widgets.qrcode import drawn_code
from tests.tui.billstage import opened, posted, sold
from tests.tui.hostile import TEXTS, assert_harmless, paste
from tests.tui.stage import NOW, TODAY, Player, Stage, playing, set_up
from tests.tui.tillstage import GEL, with_till
from tests.walks import some

JOIN = "https://meet.example.org/Harbour-7f3a"
MAIL = Settings(
    clinic_name="Harbour Clinic", country="DE", smtp_host="localhost", smtp_security="none",
    mail_from="desk@clinic.example",
)  # fmt: skip


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Jane agreed to email and was never asked about SMS."""
    made = set_up(tmp_path)
    reachable(made)
    return made


def reachable(stage: Stage) -> None:
    jane = stage.customers["Jane Doe"]
    with stage.book.write_tx():
        Email.create(customer=jane, address="jane@example.org", folded="jane@example.org")
        Consent.create(customer=jane, channel="email", answer="yes")
        Phone.create(customer=jane, number="0151 12345678", e164="+4915112345678", position=1, label="work")


def met(stage: Stage, when: str = "2026-11-27 10:30") -> int:
    """A video visit with a meeting."""
    visit = stage.booked("Jane Doe", when, mode="virtual")
    with stage.book.write_tx():
        Meeting.create(
            appointment=visit, service="link", key=f"k{visit}", join_url=JOIN, starts_at=NOW, minutes=30,
            made_at=NOW,
        )  # fmt: skip
    return visit


async def in_profile(p: Player) -> None:
    await p.press("slash")
    await p.type("doe")
    await p.press("enter")


# --- where it is ------------------------------------------------------------------------------------


async def from_waiting_list(p: Player, stage: Stage) -> None:
    add_waiting(stage.session, AddWaiting(stage.customers["Jane Doe"], Wish(30, urgency=2)))
    await p.press("W", "at")


async def from_to_move(p: Player, stage: Stage) -> None:
    add_leave(stage.session, AddLeave(stage.staff["Dr Lee"], Absence(TODAY, TODAY)))
    await p.press("M", "at")


async def from_customers(p: Player, stage: Stage) -> None:
    await p.press("f3")
    await p.type("doe")
    await p.press("ctrl+e")


async def from_ledger(p: Player, stage: Stage) -> None:
    await p.app.push_screen(LedgerScreen(stage.customers["Jane Doe"], "Jane Doe"))
    await p.press("at")


async def from_lists(p: Player, stage: Stage) -> None:
    await p.press("f10", "m")
    await p.press(*["down"] * 4, "enter", "at")


async def from_messages(p: Player, stage: Stage) -> None:
    stage.booked("Jane Doe", "2026-11-27 10:30")
    await in_profile(p)
    await p.press("G", "at")


def keys(*pressed: str) -> Callable[[Player, Stage], Any]:
    async def press(p: Player, stage: Stage) -> None:
        await p.press(*pressed)

    return press


PLACES = {
    "customers": from_customers, "calendar": keys("4", "at"), "waiting room": keys("f5", "at"),
    "day close": keys("f12", "at"), "waiting list": from_waiting_list, "to move": from_to_move,
    "ledger": from_ledger, "lists": from_lists, "messages": from_messages,
}  # fmt: skip


@pytest.mark.parametrize("place", some(PLACES, 2))
async def test_it_opens_wherever_a_person_or_a_visit_is_shown(stage: Stage, place: str) -> None:
    stage.booked("Jane Doe", "2026-11-23 08:30")
    stage.booked("Jane Doe", "2026-11-23 09:30")
    async with playing(stage, settings=MAIL) as p:
        await PLACES[place](p, stage)
        assert isinstance(p.app.screen, ContactDialog), p.screen
        assert "Contact Jane Doe" in p.screen
        assert "▶e    Email     jane@example.org" in p.screen
        await p.press("escape")
        assert not isinstance(p.app.screen, ContactDialog)


async def test_it_opens_from_a_bill_and_from_the_palette(tmp_path: Path) -> None:
    stage = with_till(tmp_path)
    reachable(stage)
    bill = posted(stage, [sold(GEL)])
    async with playing(stage, settings=MAIL) as p:
        await opened(p, bill)
        await p.press("at")
        assert "Contact Jane Doe" in p.screen
        await p.press("at", "ctrl+p")
        await p.type("reach")
        await p.press("enter")
        assert "Contact Jane Doe" in p.screen


async def test_what_is_not_set_up_says_which_setting_is_missing(stage: Stage) -> None:
    async with playing(stage) as p:
        await in_profile(p)
        await p.press("at")
        assert "not set: smtp_host, mail_from" in p.screen
        assert "not set: sms_service" in p.screen
        assert "no video visit ahead" in p.screen
        await p.press("e")
        assert "Email: not set: smtp_host, mail_from." in p.screen
        await p.press("s")
        assert "SMS: not set: sms_service." in p.screen
        assert isinstance(p.app.screen, ContactDialog)


# --- writing ----------------------------------------------------------------------------------------


@pytest.mark.walk
async def test_an_email_is_written_with_fields_filled_in_and_seen_before_it_waits(stage: Stage) -> None:
    stage.session = replace(stage.session, calendar=replace(stage.session.calendar, invitations=False))
    stage.booked("Jane Doe", "2026-11-24 10:30")
    async with playing(stage, settings=MAIL) as p:
        await in_profile(p)
        await p.press("at", "e")
        await paste(p, "Please come at {time} on {date}.")
        assert "Please come at 10:30 on Tue 24 Nov 2026." in p.screen
        assert "Dear Jane Doe," in p.screen
        await p.type(" {reason}")
        assert "{reason} is no field" in " ".join(p.screen.split())
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, Composer)
        await p.press(*["backspace"] * 9, "ctrl+s")
        assert "The email waits to be sent." in p.screen
        await p.press("G")
        assert "email" in p.screen
        await p.press("enter")
        assert "Please come at 10:30 on Tue 24 Nov 2026." in p.screen
        assert stage.rows("select kind, state from outbox") == [("email", "waiting")]


@pytest.mark.walk
async def test_words_of_the_clinic_are_taken_and_typed_ones_come_back(stage: Stage) -> None:
    met(stage)
    async with playing(stage, settings=MAIL) as p:
        await in_profile(p)
        await p.press("at", "e")
        await p.type("mine")
        await p.press("shift+tab", "shift+tab", "shift+tab", "right")
        assert "invitation, en < >" in p.screen
        assert "Harbour Clinic: your visit on Fri 27 Nov 2026, 10:30" in p.screen
        await p.press("left")
        assert "mine" in p.screen
        await p.press("escape")
        assert stage.rows("select count(*) from outbox where kind = 'email'") == [(0,)]


async def test_who_was_never_asked_is_asked_and_the_answer_is_kept(stage: Stage) -> None:
    await_no = stage.customers["John Roe"]
    with stage.book.write_tx():
        Email.create(customer=await_no, address="john@example.org", folded="john@example.org")
    async with playing(stage, settings=MAIL) as p:
        await p.app.push_screen(ProfileScreen(await_no))
        await p.press("at", "e")
        await p.type("hello")
        await p.press("ctrl+s")
        assert "John Roe was never asked about email." in p.screen
        await p.press("escape")
        assert isinstance(p.app.screen, Composer)
        assert "hello" in p.screen
        await p.press("ctrl+s", "down", "enter")
        assert "John Roe does not want email. Nothing was sent." in " ".join(p.screen.split())
        assert stage.rows("select answer from consent where customer_id = ?", await_no) == [("no",)]
        await p.press("at")
        assert "does not want email" in p.screen
    assert stage.rows("select count(*) from outbox") == [(0,)]


@pytest.mark.walk
async def test_a_text_message_is_counted_in_parts_and_what_was_typed_survives(stage: Stage) -> None:
    async with playing(stage, settings=MAIL) as p:
        p.app.seat.desk = replace(p.app.desk, settings=replace(MAIL, sms_service="gateway"))
        await in_profile(p)
        await p.press("at", "s")
        assert "of 160, 1 part" in p.screen
        await p.type("ж")
        assert "of 70, 1 part" in p.screen
        await paste(p, "x" * 60)
        assert "of 134, 2 parts" in p.screen
        p.app.save_drafts()
    async with playing(stage, settings=MAIL) as p:
        assert "Typed and not saved" in p.screen
        assert "SMS to Jane Doe" in p.screen
        await p.press("enter")
        assert isinstance(p.app.screen, Composer)
        assert "x" * 60 in p.screen.replace("\n", "")


@pytest.mark.walk
async def test_a_message_that_is_left_half_written_is_there_the_next_time_until_it_is_left_so(
    stage: Stage,
) -> None:
    async with playing(stage, settings=MAIL) as p:
        await in_profile(p)
        await p.press("at", "e")
        await p.type("Bring your card")
        await p.press("escape")
        assert "what you typed is there when you write to them again" in " ".join(p.screen.split())
        await p.press("at", "e")
        assert "Bring your card" in p.screen
        await p.press("escape", "at", "e")
        assert "Bring your card" not in p.screen
        assert "u takes it back until then" in p.screen


# --- calling and copying ----------------------------------------------------------------------------


@pytest.mark.walk
async def test_a_call_is_made_by_large_type_and_written_down_with_its_outcome(stage: Stage) -> None:
    async with playing(stage, settings=MAIL) as p:
        await in_profile(p)
        await p.press("at", "c")
        assert "██████  ██████" in p.screen
        assert "tel:+49305550101" in p.screen
        await p.press("down")
        assert "0151 12345678 work · 2 of 2" in p.screen
        await p.press("b")
        await p.type("fri")
        assert "Is on the list of calls from Fri 27 Nov 2026 on." in p.screen
        await p.press("enter")
        await p.type("results")
        await p.press("enter")
        assert "The call is written down: call back on 2026-11-27." in p.screen
        await p.press("G")
        assert "to be made: results" in p.screen
        await p.press("down")
        assert "call back on 2026-11-27: results" in p.screen
        stage.clock[0] += 4 * 86_400
        await p.press("f10", "m")
        await p.press(*["down"] * [spec.key for spec in CLINIC_LISTS].index("calls"), "enter")
        assert "Calls to make" in p.screen
        assert "Jane Doe" in p.screen
        await p.press("enter")
        assert "Contact Jane Doe" in p.screen


@pytest.mark.walk
async def test_a_note_about_a_call_survives_a_lost_line(stage: Stage) -> None:
    async with playing(stage, settings=MAIL) as p:
        await in_profile(p)
        await p.press("at", "c", "r")
        await paste(p, "wants to come earlier")
        p.app.save_drafts()
    async with playing(stage, settings=MAIL) as p:
        assert "wants to come earlier" in p.screen
        await p.press("enter")
        assert "Call to Jane Doe: reached" in p.screen
        await p.press("enter")
        assert "The call is written down: reached." in p.screen
    assert stage.rows("select kind, state, why from outbox") == [
        ("call", "sent", "reached: wants to come earlier")
    ]


async def test_what_is_copied_is_sent_to_the_terminal_and_never_said_to_be_copied(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    met(stage)
    async with playing(stage, settings=MAIL) as p:
        sent: list[str] = []
        assert p.app._driver is not None
        monkeypatch.setattr(p.app._driver, "write", sent.append)
        await in_profile(p)
        await p.press("at", "y", "enter")
        assert "Sent to your terminal's clipboard." in p.screen
        assert [one for one in sent if "]52;" in one] == ["\x1b]52;c;MDMwIDU1NTAxMDE=\x07"]
        assert p.app.clipboard == "030 5550101"
        await p.press("at", "v", "y")
        assert p.app.clipboard == JOIN
        sent.clear()
        p.app.sends_clipboard = False
        await p.press("escape", "at", "y", "enter")
        assert "Kept for pasting here: the setting clipboard is off." in p.screen
        assert not any("]52;" in one for one in sent)


# --- links and codes --------------------------------------------------------------------------------


def links_of(app: PimApp) -> set[str]:
    """Every link that the screen would send."""
    strips = app.screen._compositor.render_strips()
    return {
        segment.style.link for strip in strips for segment in strip if segment.style and segment.style.link
    }


async def test_links_are_the_terminals_where_it_takes_them_and_text_everywhere(stage: Stage) -> None:
    met(stage)
    async with playing(stage, settings=MAIL) as p:
        p.app.opens_links = True
        await in_profile(p)
        assert "Video https://meet." in p.screen
        await p.press("at")
        assert links_of(p.app) == {"mailto:jane@example.org"}
        await p.press("v")
        assert links_of(p.app) == {JOIN}
        assert JOIN in p.screen
        await p.press("escape", "at", "down", "l")
        assert links_of(p.app) == {"sms:+4915112345678"}
        p.app.opens_links = False
        await p.press("escape", "at", "v")
        assert links_of(p.app) == set()
        assert JOIN in p.screen


@pytest.mark.parametrize(
    ("setting", "env", "takes"),
    [
        ("auto", {"TERM": "xterm-256color"}, True), ("auto", {"TERM": "tmux-256color", "TMUX": "x"}, True),
        ("auto", {"TERM": "linux"}, False), ("auto", {"TERM": "vt220"}, False), ("auto", {}, False),
        ("auto", {"TERM": "screen", "STY": "1"}, False), ("off", {"TERM": "xterm"}, False),
        ("on", {"TERM": "linux"}, True),
    ],
)  # fmt: skip
def test_terminals_that_would_print_a_link_are_sent_none(
    setting: str, env: dict[str, str], takes: bool
) -> None:
    assert opens_links(Settings(links=setting), env) is takes


def read_back(lines: tuple[str, ...], *, mono: bool) -> list[list[bool]]:
    """The squares that a camera sees: True is dark."""
    rows = []
    for line in lines:
        for half in (0, 1):
            rows.append([(" ▀▄█".index(char) >> half & 1 == 1) != mono for char in line])
    return rows


@pytest.mark.parametrize("mono", [False, True], ids=["colour", "mono"])
@pytest.mark.parametrize("text", ["TEL:+49305550101", "mailto:jane@example.org", JOIN + "?pwd=" + "x" * 60])
def test_a_code_is_drawn_square_for_square_and_fits_twenty_three_lines(text: str, mono: bool) -> None:
    matrix = tuple(tuple(map(bool, row)) for row in segno.make(text, micro=False, error="l").matrix)
    drawn = drawn_code(matrix, 80, 23, ascii_only=False, mono=mono)
    assert drawn
    assert len(drawn) <= 23
    seen, size = read_back(drawn, mono=mono), len(matrix)
    margin = (len(drawn[0]) - size) // 2
    assert margin >= 1
    for y, row in enumerate(seen):
        for x, dark in enumerate(row):
            inside = margin <= y < margin + size and margin <= x < margin + size
            assert dark == (inside and matrix[y - margin][x - margin])


def test_a_code_that_does_not_fit_is_not_drawn() -> None:
    matrix = tuple(tuple(map(bool, row)) for row in segno.make("x" * 200, micro=False).matrix)
    assert drawn_code(matrix, 80, 23, ascii_only=False, mono=False) == ()
    small = tuple(tuple(map(bool, row)) for row in segno.make("TEL:+49305550101", micro=False).matrix)
    assert len(drawn_code(small, 80, 23, ascii_only=True, mono=True)) == 23
    assert drawn_code((), 80, 23, ascii_only=False, mono=False) == ()


async def test_what_hostile_records_hold_is_shown_and_obeyed_by_nobody(stage: Stage) -> None:
    jane = stage.customers["Jane Doe"]
    visit = met(stage)
    with stage.book.write_tx():
        Phone.update(number=TEXTS[0], e164=TEXTS[1], label=TEXTS[2]).where(Phone.customer == jane).execute()
        Email.update(address=TEXTS[3]).where(Email.customer == jane).execute()
        Meeting.update(join_url=f"https://x\x1b]8;;http://evil/\x07{TEXTS[4]}").where(
            Meeting.appointment == visit
        ).execute()
    async with playing(stage, settings=MAIL) as p:
        p.app.opens_links = True
        await in_profile(p)
        for pressed in (("at",), ("v",), ("escape", "at", "c"), ("escape", "at", "e"), ("escape", "at", "y")):
            await p.press(*pressed)
            assert_harmless(p, " ".join(pressed))
            assert not any("evil" in link for link in links_of(p.app))
