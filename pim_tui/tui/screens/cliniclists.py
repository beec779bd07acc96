"""The lists of the whole clinic: those of a customer's page, payments, overdue loans, and what else waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from ...lists.clinic import CLINIC_LISTS
from ...lists.spec import ListSpec, Scope
from ...queries.billlists import BillRow
from ...queries.calls import CallRow
from ...queries.customers import AppointmentRow
from ...queries.duplicates import DuplicateRow
from ...queries.files import DocumentRow
from ...queries.ledger import first_day
from ...queries.loanlists import LoanRow
from ...queries.messagelists import OutRow
from ...queries.notes import NoteRow
from ...queries.owing import OwingRow
from ...queries.returns import RequestRow
from ...queries.texting import TextRow
from ..base import PimScreen
from ..dialogs.pick import Pick
from ..keys import Key
from ..messages import Changed
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.listpane import ListPane
from .billlists import BillLists
from .contactkeys import ContactKeys
from .daydoor import show_in_calendar
from .fileacts import FileActs
from .labelkeys import ON_DISPENSED, LabelKeys
from .loankeys import ON_LOANS, LoanKeys
from .mergeacts import MergeActs
from .moneyletters import MoneyLetters
from .recordacts import RecordActs

if TYPE_CHECKING:
    from ...services.wanted import Wanted

READ_AGAIN = (
    "", "posting", "allocation", "customer", "appointment", "loan", "loan_event", "product", "lot",
    "stock_movement", "return_request", "note", "attachment", "outbox",
    "inbound_text",
)  # fmt: skip
ON_BILLS = frozenset(("add", "pay", "adjust", "cancel"))
"""Keys that work in the lists of bills only."""
ON_OWING = frozenset(("notice",))
"""Keys that work in the list of who owes."""


OF_CUSTOMERS = frozenset(("profile", "contact"))
"""Keys that work where a row is of a customer."""


class ListsScreen(
    ContactKeys,
    MoneyLetters,
    BillLists,
    LoanKeys,
    LabelKeys,
    PimScreen,
    inherit_bindings=False,
):
    """One list at a time; M chooses another one."""

    scope = "lists"

    def __init__(self, key: str = CLINIC_LISTS[0].key) -> None:
        """``key`` names the list that is open at first."""
        super().__init__()
        self._first = key
        self.records, self.files, self.merging = RecordActs(self), FileActs(self), MergeActs(self)

    def compose(self) -> ComposeResult:
        """Title, the list, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield self.compose_lists(next(at for at, spec in enumerate(self.lists) if spec.key == self._first))
        yield KeyBar(self._footer())

    def on_mount(self) -> None:
        """Read the first list."""
        self.pim.dress(self)
        self.show_list(self._open_at)

    @property
    def lists(self) -> Sequence[ListSpec[Any]]:
        """All that one may see."""
        rights = self.pim.desk.session.rights
        return [spec for spec in CLINIC_LISTS if spec.right is None or spec.right in rights]

    @property
    def list_scope(self) -> Scope:
        """The whole clinic, today."""
        session = self.pim.desk.session
        rules = session.calendar.unknown, session.house.notice_days
        return Scope(None, self.zone, self.pim.today, session.currency, *rules)

    def list_opened(self) -> None:
        """Say where one is, and offer the keys of it."""
        place = f"{self._open_at + 1} of {len(self.lists)}"
        self.query_one(TitleBar).show(f"{self.spec.title} · list {place}")
        self.query_one(KeyBar).offer(self._footer())
        self.pim.say("")

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Enter opens the document, note, product or customer, shows an appointment in the calendar, and
        compares two records of perhaps one person; refunds and messages have lists of their own."""
        match event.row:
            case RequestRow():
                self.pim.action_refunds()
            case DuplicateRow() as pair:
                self.merging.compare(pair.customer_id, pair.other_id)
            case AppointmentRow() as visit:
                show_in_calendar(self.pim, visit.id, visit.day)
            case OutRow() as message:
                self._open_message(message.id)
            case TextRow() as text:
                self._open_text(text)
            case NoteRow() as note:
                self.records.open_standing_note(note, note.customer)
            case CallRow():
                self.action_contact()
            case DocumentRow() as document:
                self.files.open(document)
            case row:
                self.open_row(row)

    def _open_text(self, text: TextRow) -> None:
        """A text is read among the messages of whom it is from."""
        from .messages import MessagesScreen

        if text.customer_id is None:
            self.pim.say(f"Nobody has {text.sender}: enter it where it belongs.")
        else:
            self.app.push_screen(MessagesScreen(text.customer_id, text.customer))

    def action_notice(self) -> None:
        """Write to the customer about what they owe, with their statement."""
        self.load(self._write_notice, group="act")

    async def _write_notice(self) -> None:
        from ...services.account_mail import AccountLetter
        from ...services.wanted import StatementPaper

        if isinstance(row := self.row, OwingRow):
            first = await self.fetch(first_day, row.customer_id) or self.pim.today
            statement = StatementPaper(row.customer_id, first, self.pim.today)
            self.write_about(AccountLetter("payment_notice", row.customer_id, statement))

    def _open_message(self, id_: int) -> None:
        """Messages are read, sent again and decided in a list of their own."""
        from .outbox import OutboxScreen

        self.app.push_screen(OutboxScreen(id_))

    def on_changed(self, event: Changed) -> None:
        """Something that a list may show was changed, here or at another desk."""
        if event.kind in READ_AGAIN:
            self.lists_changed(quiet=bool(event.news))
            self.tell_news(one for one in event.news if not one.kind)

    # --- keys -------------------------------------------------------------------------------------

    def elsewhere(self, action: str) -> str:
        """In which lists a key works that does nothing in the open one."""
        if action not in self._elsewhere:
            return ""
        if action in OF_CUSTOMERS:
            return "This is no list of customers: nobody is under the cursor."
        lists = [spec.title for spec in self.lists if action in _works_in(spec)]
        return f"That key works in {', '.join(lists)}: m chooses a list."

    @property
    def _elsewhere(self) -> frozenset[str]:
        """Keys that work in other lists than the open one."""
        return (ON_BILLS | ON_LOANS | ON_DISPENSED | ON_OWING | OF_CUSTOMERS) - _works_in(self.spec)

    def _footer(self) -> list[Key]:
        return [key for key in self.offered() if key.action not in self._elsewhere]

    def action_menu(self) -> None:
        """Choose another list."""

        def chosen(answer: tuple[Any] | None) -> None:
            if answer is not None:
                self.show_list(answer[0])

        choices = [(at, spec.title) for at, spec in enumerate(self.lists)]
        self.app.push_screen(Pick("Which list?", choices, self._open_at), chosen)

    def action_next_list(self) -> None:
        """The next list, round and round."""
        self.show_list(self._open_at + 1)

    def action_previous_list(self) -> None:
        """The list before."""
        self.show_list(self._open_at - 1)

    def action_add(self) -> None:
        """Begin a bill of the list's kind at the till."""
        self.open_till(self.spec.key.removeprefix("all-"), None)

    def action_cancel(self) -> None:
        """Void the bill."""
        self.action_void()

    def action_profile(self) -> None:
        """Open the profile of the row's customer."""
        self.open_customer(getattr(self.row, "customer_id", None))

    @property
    def contacted(self) -> int | None:
        """The row's customer."""
        return getattr(self.row, "customer_id", None)

    @property
    def contacted_visit(self) -> int | None:
        """The row, where it is an appointment."""
        return self.row.id if isinstance(self.row, AppointmentRow) else None

    def papers(self) -> Sequence[tuple[str, Wanted]]:
        """The open list as it is narrowed, and the document of the row."""
        from ...services.wanted import ListPaper

        listed = ListPaper(self.spec.key, None, self.pane.chosen)
        return [(f"list: {self.spec.title.lower()}", listed), *self.papers_of_row()]


def _works_in(spec: ListSpec[Any]) -> frozenset[str]:
    """The keys that some lists have and others have not, as far as this one has them."""
    loans = spec.row is LoanRow or spec.key == "all-borrow"
    return frozenset[str]().union(
        ON_BILLS if spec.row is BillRow else (),
        ON_LOANS if loans else (),
        ON_DISPENSED if spec.key == "all-dispense" else (),
        ON_OWING if spec.row is OwingRow else (),
        OF_CUSTOMERS if hasattr(spec.row, "customer_id") else (),
    )
