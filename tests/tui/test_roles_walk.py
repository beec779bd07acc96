"""Every screen as every role: it opens, every key of it answers, and nothing is there to be read that is not
theirs to see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.domain.rights import ROLES, Right, rights_of
from pim_tui.integrations.inbox import Inbox
from pim_tui.lists.clinic import CLINIC_LISTS
from pim_tui.services.files import AttachFile, attach_document
from pim_tui.services.notes import AddNote, add_note
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.tui.base import PimScreen
from pim_tui.tui.screens.bill import BillScreen
from pim_tui.tui.screens.calendar import CalendarScreen
from pim_tui.tui.screens.cliniclists import ListsScreen
from pim_tui.tui.screens.customers import CustomersScreen
from pim_tui.tui.screens.dayclose import DayCloseScreen
from pim_tui.tui.screens.glass import GlassScreen
from pim_tui.tui.screens.hours import HoursScreen
from pim_tui.tui.screens.imports import ImportsScreen
from pim_tui.tui.screens.journal import JournalScreen
from pim_tui.tui.screens.keyback import KeybackScreen
from pim_tui.tui.screens.ledger import LedgerScreen
from pim_tui.tui.screens.messages import MessagesScreen
from pim_tui.tui.screens.moving import MovingScreen
from pim_tui.tui.screens.outbox import OutboxScreen
from pim_tui.tui.screens.payers import PayersScreen
from pim_tui.tui.screens.product import ProductScreen
from pim_tui.tui.screens.products import ProductsScreen
from pim_tui.tui.screens.profile import ProfileScreen
from pim_tui.tui.screens.refunds import RefundsScreen
from pim_tui.tui.screens.reports import ReportsScreen
from pim_tui.tui.screens.resources import ResourcesScreen
from pim_tui.tui.screens.roles import RolesScreen
from pim_tui.tui.screens.staff import StaffScreen
from pim_tui.tui.screens.taxes import TaxesScreen
from pim_tui.tui.screens.templates import TemplatesScreen
from pim_tui.tui.screens.till import TillScreen
from pim_tui.tui.screens.waitinglist import WaitingScreen
from pim_tui.tui.screens.waitingroom import WaitingRoomScreen
from tests.tui.billstage import GEL, posted, sold
from tests.tui.hostile import LONG
from tests.tui.stage import TODAY, Player, Stage, playing
from tests.tui.tillstage import GEL_CODE, with_till

NOTE, TEXT = "penicillin rash", "biopsy benign"
"""What only some may read: of a note, and of a document."""
PERSON = ("Doe", "5550101", "1984")
SCREENS: dict[str, Callable[[int], PimScreen]] = {
    "calendar": lambda bill: CalendarScreen(),
    "customers": lambda bill: CustomersScreen(),
    "profile": lambda bill: ProfileScreen(1),
    "ledger": lambda bill: LedgerScreen(1, "Jane"),
    "messages": lambda bill: MessagesScreen(1, "Jane"),
    "bill": BillScreen,
    "till": lambda bill: TillScreen(),
    "products": lambda bill: ProductsScreen(),
    "product": lambda bill: ProductScreen(1),
    "taxes": lambda bill: TaxesScreen(),
    "payers": lambda bill: PayersScreen(),
    "refunds": lambda bill: RefundsScreen(),
    "day close": lambda bill: DayCloseScreen(),
    "reports": lambda bill: ReportsScreen(),
    "imports": lambda bill: ImportsScreen(),
    "staff": lambda bill: StaffScreen(),
    "roles": lambda bill: RolesScreen(),
    "resources": lambda bill: ResourcesScreen(),
    "journal": lambda bill: JournalScreen(),
    "opened records": lambda bill: GlassScreen(),
    "hours": lambda bill: HoursScreen(),
    "templates": lambda bill: TemplatesScreen(),
    "outbox": lambda bill: OutboxScreen(),
    "waiting list": lambda bill: WaitingScreen(),
    "waiting room": lambda bill: WaitingRoomScreen(),
    "moving": lambda bill: MovingScreen(),
    "keying back": lambda bill: KeybackScreen(TODAY),
}
OF_PEOPLE = ("customers", "profile", "bill", "day close", "outbox", "waiting room", "journal", "staff")
"""Where people would be seen first."""
PARTS = 4
"""In so many goes all screens are walked through, each in a clinic of its own."""
LEAVES = frozenset(("app.leave", "app.help", "app.palette"))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Jane's clinic."""
    return clinic_with_everything(tmp_path)


def clinic_with_everything(folder: Path) -> Stage:
    """Jane's clinic: visits, a bill, a note, a document; whoever works in it has a PIN."""
    made, inbox = with_till(folder), folder / "inbox"
    inbox.mkdir()
    (inbox / "result.txt").write_text(f"{TEXT}\n", "utf-8")
    made.booked("Jane Doe", "2026-11-23 10:30")
    made.booked("Jane Doe", "2026-11-16 10:30")
    add_note(made.session, AddNote(1, NOTE))
    attach_document(made.session, AttachFile(1, Inbox(inbox), "result.txt"))
    posted(made, [sold(GEL, 2)])
    set_pin(made.session, SetPin(1, "Harbour-7"))
    return made


def become(stage: Stage, role: str) -> None:
    """Whoever works here has this role alone."""
    with stage.book.write_tx():
        stage.book.db.execute_sql("update staff set role = ?, version = version + 1 where id = 1", (role,))
    stage.session = replace(stage.session, rights=rights_of(role))


def screens() -> Iterator[tuple[str, Callable[[int], PimScreen]]]:
    yield from SCREENS.items()
    for spec in CLINIC_LISTS:
        yield f"list {spec.key}", lambda bill, key=spec.key: ListsScreen(key)  # type: ignore[misc]


def not_theirs(role: str) -> list[str]:
    """What must not be on any screen of this role."""
    rights = rights_of(role)
    return [
        *(() if Right.SEE_NOTE in rights else (NOTE,)),
        *(() if Right.SEE_FILE in rights else (TEXT,)),
        *(() if Right.SEE_CUSTOMER in rights or Right.SEE_APPOINTMENT in rights else PERSON),
    ]


def looking(role: str) -> Callable[[Player, str], None]:
    """How a screen of this role is looked at."""
    hidden = not_theirs(role)

    def look(p: Player, where: str) -> None:
        assert p.app.is_running, (role, where)
        shown = p.screen
        for words in hidden:
            assert words not in shown, (role, where, words, shown)

    return look


async def leave_dialogs(p: Player, screen: PimScreen) -> None:
    for _ in range(6):
        if p.app.screen is screen or screen not in p.app.screen_stack:
            return
        await p.press("escape")
    while p.app.screen is not screen:
        p.app.pop_screen()
        await p.press()


async def walk(
    p: Player, look: Callable[[Player, str], None], deep: bool, only: Collection[str] = ()
) -> None:
    """Through all screens, or ``only`` these, looking at each; ``deep`` presses every key on each."""
    for name, make in screens():
        if only and name not in only:
            continue
        screen = make(1)
        if isinstance(screen, ListsScreen) and screen._first not in [one.key for one in screen.lists]:
            continue
        p.app.push_screen(screen)
        await p.press()
        look(p, name)
        for key in [*p.app.keys.of(screen.scope)] if deep else ():
            if key.id in LEAVES or not key.keys or key.action == "back":
                continue
            await p.press(key.keys[0])
            look(p, f"{name}, {key.id}")
            await leave_dialogs(p, screen)
            if screen not in p.app.screen_stack:
                p.app.push_screen(screen := make(1))
                await p.press()
        while len(p.app.screen_stack) > 1:
            p.app.pop_screen()
        await p.press()


@pytest.mark.walk
async def test_screens_of_people_open_to_whoever_sees_to_the_program_and_show_nobody(stage: Stage) -> None:
    become(stage, "administrator")
    async with playing(stage) as p:
        assert "Appointments: not yours to see" in p.screen
        await walk(p, looking("administrator"), deep=False, only=OF_PEOPLE)


@pytest.mark.walk
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("role", ROLES if LONG else ("administrator", "receptionist"))
async def test_every_key_of_every_screen_answers_every_role(stage: Stage, role: str, part: int) -> None:
    become(stage, role)
    async with playing(stage) as p:
        await walk(p, looking(role), deep=True, only=[name for name, _ in screens()][part::PARTS])


async def test_keys_that_mean_another_thing_in_each_tab_need_the_right_to_that(stage: Stage) -> None:
    become(stage, "receptionist")
    async with playing(stage) as p:
        p.app.push_screen(ProfileScreen(1))
        await p.press()
        await p.press("shift+tab", "shift+tab", "shift+tab", "shift+tab", "x")
        assert "[Sale]" in p.screen
        assert "You do not have the right to void bills. Who may: owner, supervisor." in p.screen
        assert "x Void" not in p.screen
        assert "a Till" in p.screen
        for keys, right, who in (
            (("tab",) * 5, "write notes", "owner, clinician"),
            (("tab",), "remove documents and photos", "owner, supervisor, clinician"),
        ):
            await p.press(*keys, "x")
            told = " ".join(p.screen.split())
            assert f"You do not have the right to {right}. Who may: {who}." in told
            assert "Withdraw" not in p.screen
            assert "Remove" not in p.screen
        assert "a Attach" in p.screen


async def test_who_may_bill_and_take_no_money_leaves_it_on_account(stage: Stage) -> None:
    become(stage, "clinician")
    async with playing(stage) as p:
        await p.press("f4")
        for key in GEL_CODE:
            await p.press(key)
        await p.press("enter", "ctrl+g", *"doe", "enter", "enter")
        assert "Stays on account" in p.screen
        await p.press("enter")
        assert "S-2026-000002 posted, 5.95 is owed." in p.screen
