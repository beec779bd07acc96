"""The customer's profile: who it is on the left, everything of theirs in tabs on the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from ...domain.agenda import Block
from ...domain.halfblocks import half_blocks
from ...domain.moments import MINUTE, at_minute, day_of
from ...domain.quickline import Start
from ...domain.rights import Right
from ...errors import FileProblem, NotFound
from ...lists.bills import BILL_TABS
from ...lists.spec import ListSpec, Scope
from ...lists.tabs import OPENS_ON, TABS
from ...queries.balances import Balance, balance
from ...queries.contact import next_join
from ...queries.customers import AppointmentRow, Profile, profile
from ...queries.explain import explain
from ...queries.files import DocumentRow, Photo, photo_of
from ...queries.journal import JournalWanted
from ...queries.notes import NoteRow
from ...queries.payers import coverage_of
from ...queries.urgent import urgent_of
from ...queries.waiting import waits_for
from ...services.files import picture
from ...services.refunds import Owner
from ...services.work import Done
from ..base import PimScreen
from ..keys import Key
from ..messages import Changed
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.facts import Fact, FactSheet
from ..widgets.listpane import ListPane
from ..widgets.tabs import TabBar
from .accountmoney import AccountPapers
from .appointments import AppointmentKeys
from .arrivalkeys import ArrivalKeys
from .billbeside import BillBeside
from .billlists import BillLists
from .contactkeys import ContactKeys
from .coverageacts import CoverageActs
from .daydoor import show_in_calendar
from .explaining import Number
from .fileacts import FileActs
from .glasskeys import GlassKeys
from .labelkeys import ON_DISPENSED, LabelKeys
from .loankeys import ON_LOANS, LoanKeys
from .mergeacts import MergeActs
from .personfacts import facts_of, head_of, owed_of
from .privacyacts import PrivacyActs
from .recordacts import RecordActs

if TYPE_CHECKING:
    from ...services.wanted import Wanted

APPOINTMENTS, NOTES, DOCUMENTS = "appointments", "notes", "documents"
ON_APPOINTMENTS = frozenset(
    (
        *("add_form", "move", "later", "earlier", "next_free", "longer", "shorter"),
        *("again", "complete", "missed", "reopen", "fee", "show_day", "repeat"),
        *("confirm", "arrive", "seat", "gone", "step_time"),
    )
)
"""Keys that work in the appointments' tab only."""
ON_DOCUMENTS = frozenset(("save_copy", "kind"))
"""Keys that work in the documents' tab only."""
BILLS = tuple(spec.key for spec in BILL_TABS)
BORROW, DISPENSE = "borrow", "dispense"
ON_BILLS = frozenset(("pay", "adjust"))
"""Keys that work in the tabs of bills only."""
ONLY_ON = {
    APPOINTMENTS: ON_APPOINTMENTS,
    DOCUMENTS: ON_DOCUMENTS,
    **dict.fromkeys(BILLS, ON_BILLS),
    BORROW: ON_BILLS | ON_LOANS,
    DISPENSE: ON_BILLS | ON_DISPENSED,
}
"""Keys that work in some tabs only, by the tab."""
CALLED = {
    NOTES: {"add": "Write", "cancel": "Withdraw"},
    DOCUMENTS: {"add": "Attach", "cancel": "Remove"},
    **{key: {"add": "Till", "cancel": "Void"} for key in BILLS},
}
"""What keys of the appointments' tab are called in the other ones."""
NEEDS: Mapping[str, Mapping[str, Right]] = {
    APPOINTMENTS: {"add": Right.BOOK, "cancel": Right.CANCEL_APPOINTMENT},
    NOTES: {"add": Right.WRITE_NOTE, "cancel": Right.WRITE_NOTE, "missed": Right.WRITE_NOTE},
    DOCUMENTS: {"add": Right.ATTACH, "cancel": Right.REMOVE_FILE},
    **{key: {"add": Right.POST_BILL, "cancel": Right.VOID_BILL} for key in BILLS},
}
"""The rights that keys need whose meaning is another one in each tab."""


class ProfileScreen(
    ArrivalKeys,
    ContactKeys,
    GlassKeys,
    BillBeside,
    BillLists,
    LoanKeys,
    LabelKeys,
    AccountPapers,
    PimScreen,
    inherit_bindings=False,
):
    """One customer. Each tab reads its rows when it is first shown."""

    scope = "profile"
    CSS_PATH = sheet("profile")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as Textual declares it

    def __init__(self, customer_id: int, says: str = "") -> None:
        """``says`` is shown in the footer: why the screen was opened."""
        super().__init__()
        self.customer_id = self.customer_shown = customer_id
        self.records, self.coverage = RecordActs(self), CoverageActs(self)
        self.files = FileActs(self, attached=self._attached)
        self.merging = MergeActs(self, merged=self._merged, parted=self._parted_or_erased)
        self.privacy = PrivacyActs(self, erased=self._parted_or_erased)
        self._says = says
        self._person: Profile | None = None
        self._photo: Photo | None = None
        self._balance: Balance | None = None

    # --- drawing ----------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Title, the person, the tabs, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        with Horizontal():
            yield FactSheet(more="more: press e")
            with Vertical():
                yield TabBar([spec.tab for spec in TABS])
                yield self.compose_lists(OPENS_ON)
                yield self.compose_beside()
        yield KeyBar(self._footer())

    def on_mount(self) -> None:
        """Read the person and the first tab."""
        self.pim.dress(self)
        self.load(self._read_person, group="person")
        self.show_list(OPENS_ON)

    async def _read_person(self) -> None:
        try:
            person = await self.fetch(profile, self.customer_id, self.pim.today)
        except NotFound as error:
            if self.is_current:
                self.app.pop_screen()
            self.pim.tell(error)
            return
        self.pim.views.opened(self.pim.desk.session, self.customer_id)
        self._photo = await self.fetch(photo_of, self.customer_id)
        self._balance = await self.fetch(balance, self.customer_id)
        covers = await self.fetch(coverage_of, self.customer_id, self.pim.today)
        urgent = await self.fetch(urgent_of, self.customer_id, self.pim.today)
        waits = await self.fetch(waits_for, self.customer_id, self.zone)
        join = await self.fetch(next_join, self.customer_id, self.pim.now, self.pim.desk.settings.video_base)
        opened = await self._read_glass()
        self._person = person
        owed = owed_of(self._balance, self._currency)
        self._show_person(
            person,
            [
                *opened,
                *(Fact(f"! {told}", style="alert", rank=20) for told in urgent),
                *(Fact(told, style="strong", rank=18) for told in waits),
                *facts_of(person, self.pim.today, self.zone, covers, owed, join),
            ],
        )

    def _show_person(self, person: Profile, facts: Sequence[Fact]) -> None:
        """The title, and the sheet with the photo and the facts."""
        if self._says:
            self.opens_with(self._says)
            self._says = ""
        title = f"{person.name.full} · customer {person.number}"
        self.query_one(TitleBar).show(title if person.active else f"{title} · no longer active")
        photo = self._photo.sha256 if self._photo and self.pim.photos else ""
        self.query_one(FactSheet).show(person.sex, head_of(person), facts, photo=photo)

    def on_fact_sheet_photo_wanted(self, event: FactSheet.PhotoWanted) -> None:
        """Have the photo made small; no key waits for it."""
        self.load(self._draw_photo, event.columns, event.lines, group="photo", waits=False)

    async def _draw_photo(self, columns: int, lines: int) -> None:
        if self._photo is None:
            return
        size, drawn = (columns, 2 * lines), self.query_one(FactSheet)
        try:
            small = await self.pim.outside(picture, self.pim.desk.session, self._photo.sha256, *size)
        except FileProblem:
            drawn.show_photo(None)
            raise
        drawn.show_photo(half_blocks(small.rgb, *size, self.pim.depth))

    @property
    def full_name(self) -> str:
        """The customer's full name, as far as it was read."""
        return self._person.name.full if self._person else ""

    # --- tabs -------------------------------------------------------------------------------------

    @property
    def lists(self) -> Sequence[ListSpec[Any]]:
        """The tabs."""
        return TABS

    @property
    def list_scope(self) -> Scope:
        """Of the customer."""
        return Scope(self.customer_id, self.zone, self.pim.today)

    @property
    def whose(self) -> str:
        """The customer's name."""
        return self.full_name

    def list_opened(self) -> None:
        """Mark the tab, and offer the keys that work in it."""
        self.query_one(TabBar).open(self._open_at)
        self.show_beside()
        self.query_one(KeyBar).offer(self._footer())

    @property
    def is_of_bills(self) -> bool:
        """Whether the open tab is one of bills."""
        return self.spec.key in BILLS

    def on_tab_bar_clicked(self, event: TabBar.Clicked) -> None:
        """A mouse may help."""
        self.show_list(event.at)

    def action_next_tab(self) -> None:
        """The next tab, round and round."""
        self.show_list(self._open_at + 1)

    def action_previous_tab(self) -> None:
        """The tab before."""
        self.show_list(self._open_at - 1)

    def under_cursor(self) -> Block | None:
        """The appointment under the cursor."""
        return self.chosen

    def changed_behind(self, was: Block | None) -> None:
        """A key that is on its way was not meant for another appointment."""
        self.changed_under_cursor(was)

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Enter on a row opens it."""
        if isinstance(event.row, AppointmentRow):
            AppointmentKeys.action_edit(self)
        elif isinstance(event.row, NoteRow):
            self.records.open_standing_note(event.row, self.full_name)
        elif isinstance(event.row, DocumentRow):
            self.files.open(event.row)
        else:
            self.open_row(event.row)

    def on_changed(self, event: Changed) -> None:
        """Somebody changed something that may be of this customer."""
        mine = [one for one in event.news if one.customer_id in (None, self.customer_id)]
        if (event.news and not mine) or (event.kind == "customer" and self.customer_id not in event.ids):
            return
        (self.reload if event.news else self.load)(self._read_person, group="person")
        if event.kind != "customer":
            self.lists_changed(quiet=bool(event.news))
        self.tell_news(one for one in mine if one.customer_id or not one.kind)

    def _merged(self, done: Done) -> None:
        """Other rows are the customer's now; whose record went along is shown the one that stays."""
        stays, went = done.ids
        if self.customer_id == went and self.is_current:
            self.app.pop_screen()
            self.records.open_profile(stays, f"{done.says} This is the record that stays.")
        else:
            self.lists_changed(quiet=False)

    def _parted_or_erased(self, done: Done) -> None:
        """Some rows are the other customer's again, or gone."""
        self.lists_changed(quiet=False)

    def landed(self, done: Done) -> None:
        """The cursor goes to an appointment that was booked or moved here."""
        self._aim[APPOINTMENTS] = done.ids[0]

    def _attached(self, done: Done) -> None:
        """The cursor goes to a document that was attached."""
        self._aim[DOCUMENTS] = done.ids[0]

    @property
    def _currency(self) -> str:
        return self.pim.desk.session.currency

    # --- what the appointment keys work on --------------------------------------------------------

    @property
    def chosen(self) -> Block | None:
        """The appointment under the cursor; what the list does not read of it is left empty."""
        row = self.row
        if not isinstance(row, AppointmentRow):
            return None
        return Block(
            row.id, row.version, self.customer_id, self.full_name, 0, None, None, row.type_name,
            row.starts_at, row.starts_at + row.minutes * MINUTE, row.status, row.mode, row.reason,
        )  # fmt: skip

    @property
    def slot(self) -> tuple[int, int | None, int | None]:
        """The start of the next working day; nobody and no room in particular."""
        tomorrow = date.fromordinal(self.pim.today.toordinal() + 1)
        return at_minute(tomorrow, self.pim.desk.settings.opens_at, self.zone), None, None

    def start(self) -> Start:
        """A quick line for this customer."""
        return Start(customer_id=self.customer_id, customer=self.full_name)

    # --- keys -------------------------------------------------------------------------------------

    def needed(self, action: str, scope: str) -> Right | None:
        """The right that a key needs in the open tab."""
        own = NEEDS[self.spec.key].get(action) if scope == self.scope else None
        return own or super().needed(action, scope)

    def elsewhere(self, action: str) -> str:
        """In which tab a key works that does nothing in the open one."""
        if action not in self._elsewhere - {"missed"}:
            return ""
        if action == "break_glass":
            return "Nothing of this record is closed to you that you may open."
        tabs = [spec.tab for spec in TABS if action in ONLY_ON.get(spec.key, ())]
        return f"That key works in {', '.join(tabs)}: Tab goes from tab to tab."

    @property
    def _elsewhere(self) -> frozenset[str]:
        """Keys that work in other tabs than the open one."""
        glass = frozenset() if self.may_break_glass else frozenset(("break_glass",))
        return glass.union(*ONLY_ON.values()) - ONLY_ON.get(self.spec.key, frozenset())

    def _footer(self) -> list[Key]:
        """The keys that work in the open tab, by what they are called there."""
        named: Mapping[str, str] = CALLED.get(self.spec.key, {})
        return [
            replace(key, label=named.get(key.action, key.label)) if key.scope == self.scope else key
            for key in self.offered()
            if key.scope != self.scope or key.action not in self._elsewhere
        ]

    def action_add(self) -> None:
        """Add what the tab lists."""
        adds: dict[str, Callable[[], None]] = {
            APPOINTMENTS: super().action_add,
            NOTES: self.action_note,
            DOCUMENTS: lambda: self.files.choose_document(self.customer_id, self.full_name),
        }
        adds.get(self.spec.key, lambda: self.open_till(self.spec.key, self.customer_id))()

    def action_picture(self) -> None:
        """Choose a photo, or remove the one there is."""
        self.files.choose_photo(self.customer_id, self.full_name, self._photo)

    def action_coverage(self) -> None:
        """Who else pays for the customer."""
        self.coverage.choose(self.customer_id, self.full_name)

    def action_save_copy(self) -> None:
        """Save a copy of the document under the cursor."""
        if isinstance(row := self.pane.row, DocumentRow):
            self.files.save_copy(row)

    def action_kind(self) -> None:
        """Say what kind of document is under the cursor, and until when it is good."""
        if isinstance(row := self.pane.row, DocumentRow):
            self.files.change_kind(row)

    def action_merge(self) -> None:
        """Merge with another record of the same person, or take that back."""
        self.merging.choose(self.customer_id)

    def action_messages(self) -> None:
        """The messages to the customer, with their fate."""
        from .messages import MessagesScreen

        self.app.push_screen(MessagesScreen(self.customer_id, self.full_name))

    @property
    def journal_about(self) -> tuple[JournalWanted, str]:
        """What happened to this record."""
        number = f"customer {self._person.number}" if self._person else "this customer"
        return JournalWanted(customer_id=self.customer_id), number

    @property
    def contacted(self) -> int | None:
        """The customer."""
        return self.customer_id

    def action_contact(self) -> None:
        """About the appointment under the cursor, else about the next one."""
        kind = AppointmentKeys if self.chosen is not None else ContactKeys
        kind.action_contact(self)

    def action_archive(self) -> None:
        """Hand out everything about the person."""
        self.privacy.hand_out(self.customer_id)

    def action_erase(self) -> None:
        """Erase the person."""
        self.privacy.ask_erasing(self.customer_id)

    def action_note(self) -> None:
        """Write a note, whatever the tab."""
        if not self.lacks("note", self.scope):
            self.records.write_note(self.customer_id, self.full_name)

    def action_missed(self) -> None:
        """Mark the appointment Missed; where there are no appointments, N is for a note."""
        if self.spec.key == APPOINTMENTS:
            super().action_missed()
        else:
            self.action_note()

    def action_cancel(self) -> None:
        """Cancel the appointment, withdraw the note or remove the document, with a reason."""
        row = self.pane.row
        if isinstance(row, NoteRow):
            if row.withdrawn:
                self.pim.say("This note was withdrawn already.")
            else:
                self.records.ask_withdrawal(row)
        elif isinstance(row, DocumentRow):
            self.files.remove(row)
        elif self.spec.key == APPOINTMENTS:
            super().action_cancel()
        elif self.spec.key in BILLS:
            self.action_void()
        else:
            self.pim.say("There is nothing under the cursor.")

    def action_edit(self) -> None:
        """Change the customer's record; Enter changes the appointment."""
        self.records.edit_customer(self.customer_id)

    def action_show_day(self) -> None:
        """Show the chosen appointment in the calendar."""
        block = self.chosen
        if block is None:
            self.pim.say("Put the cursor on an appointment first; a books a new one.")
            return
        show_in_calendar(self.pim, block.id, day_of(block.starts_at, self.zone))

    def action_ledger(self) -> None:
        """The account of the customer."""
        from .ledger import LedgerScreen

        self.app.push_screen(LedgerScreen(self.customer_id, self.full_name))

    def action_receive(self) -> None:
        """Take a payment on account, whatever the tab."""
        self.take_on_account(Owner(self.customer_id), self.full_name)

    def action_spend(self) -> None:
        """Settle the oldest bills with the customer's credit."""
        self.spend_credit(Owner(self.customer_id), self.full_name)

    def numbers(self) -> Sequence[Number]:
        """The balance, the amounts of the row and the sums of the tab."""
        id_, owed = self.customer_id, self._balance
        found = []
        if owed is not None:
            found = [
                Number("Balance", owed.balance, self._currency, lambda: explain("balance", id_)),
                Number("Credit", owed.credit, self._currency, lambda: explain("credit", id_)),
            ]
        return [*found, *super().numbers()]

    def papers(self) -> Sequence[tuple[str, Wanted]]:
        """The receipt of a payment just taken; among bills the one under the cursor; the appointment card,
        what the open tab lists as it is filtered, the account and the record."""
        from ...services.wanted import CardPaper, LedgerPaper, ListPaper, RecordPaper, StatementPaper

        listed = ListPaper(self.spec.key, self.customer_id, self.pane.chosen)
        today = self.pim.today
        year = today.replace(month=1, day=1)
        return [
            *self.papers_of_payment(),
            *self.papers_of_row(),
            ("appointment card", CardPaper(self.customer_id)),
            (f"list: {self.spec.title.lower()}", listed),
            ("statement of this year", StatementPaper(self.customer_id, year, today)),
            ("ledger of this year", LedgerPaper(year, today, self.customer_id)),
            ("the whole record", RecordPaper(self.customer_id)),
        ]
