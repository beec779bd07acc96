"""The close of the day: everything that is still open on one list, one key for each, then the reports."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from ...domain.agenda import Block
from ...domain.fees import charged
from ...domain.moments import at_minute, day_label
from ...domain.rights import Right
from ...errors import PimError
from ...queries.daywalk import DayWalk, day_walk
from ...queries.drawers import DrawerRow
from ...queries.glass import GlassRow, glass_uses
from ...queries.loanlists import LoanRow
from ...queries.returns import RequestRow
from ...queries.visitlists import UnpaidRow
from ...services.day_close import CloseDay, close_day
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.pick import Pick
from ..messages import Changed
from ..requests import new_request
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.billview import BillView, Part
from .appointments import AppointmentKeys
from .backupnews import backup_news
from .contactkeys import ContactKeys
from .daynumbers import DayNumbers
from .dayrows import parts_of, title_of, told_open
from .drawerkeys import DrawerKeys
from .loankeys import ON_LOANS, LoanKeys
from .papers import PrintKeys
from .refundkeys import RefundKeys

if TYPE_CHECKING:
    from ...services.wanted import Wanted

READ_AGAIN = (
    "", "appointment", "posting", "return_request", "loan", "drawer", "day_close", "customer", "allocation",
    "break_glass",
)  # fmt: skip
ON = {
    "visit": frozenset(("complete", "missed", "cancel", "profile")),
    "unpaid": frozenset(("till", "profile")),
    "fee": frozenset(("fee", "profile")),
    "refund": frozenset(("approve",)),
    "loan": ON_LOANS | {"profile"},
    "glass": frozenset(("profile",)),
}
"""Keys that work on one kind of row only."""
CALLED = {
    "visit": "an appointment that is not marked", "unpaid": "a visit that is not paid", "fee": "a fee",
    "refund": "a refund that waits", "loan": "an overdue loan", "glass": "an opened record",
}  # fmt: skip
"""What the kinds of rows are called in a sentence."""
ITEMS = frozenset(action for actions in ON.values() for action in actions)
MOST_OPENED = 50
"""Opened records that wait to be looked into, of those that are listed."""
AT_DRAWER = frozenset(("float", "cash", "count", "correct"))
"""Keys that work everywhere, but are offered where the drawer is."""


class DayCloseScreen(
    ContactKeys,
    AppointmentKeys,
    RefundKeys,
    LoanKeys,
    DrawerKeys,
    DayNumbers,
    PrintKeys,
    PimScreen,
    inherit_bindings=False,
):
    """One day. The cursor stays where it was when what it was on is dealt with."""

    scope = "dayclose"
    CSS_PATH = sheet("bill")

    def __init__(self) -> None:
        super().__init__()
        self._day = self.pim.today
        self._walk: DayWalk | None = None
        self._backup = ""
        self._parts: list[Part] = []

    def compose(self) -> ComposeResult:
        """Title, the list, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield BillView()
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Read the day."""
        self.pim.dress(self)
        self.view.focus()
        self.load(self._read)

    @property
    def view(self) -> BillView:
        """The list."""
        return self.query_one(BillView)

    async def _read(self, quiet: bool = False) -> None:
        before = self.chosen
        self._walk = await self.fetch(day_walk, self._day, charged(self.pim.desk.session.calendar))
        self._backup = await backup_news(self)
        session = self.pim.desk.session
        if Right.REVIEW_GLASS in session.rights:
            waiting = await self.fetch(glass_uses, limit=MOST_OPENED)
            self._walk = replace(self._walk, opened=waiting.rows)
        self.query_one(TitleBar).show(title_of(self._walk, self.pim.today))
        self._parts = parts_of(self._walk, session.zone, session.currency)
        self.view.show(self._parts)
        self._offer()
        if quiet:
            self.changed_under_cursor(before)

    def on_changed(self, event: Changed) -> None:
        """Something of the day was dealt with, here or at another desk."""
        if event.kind in READ_AGAIN:
            (self.reload if event.news else self.load)(self._read, bool(event.news))
            self.tell_news(event.news)

    def on_bill_view_moved(self, event: BillView.Moved) -> None:
        """Offer the keys of the row under the cursor."""
        self._offer()

    def action_section(self) -> None:
        """The next section, round and round."""
        self._to_section(+1)

    def action_section_before(self) -> None:
        """The section before."""
        self._to_section(-1)

    def _to_section(self, step: int) -> None:
        """The first item of the section that is ``step`` further on; a day without any has none to go to."""
        sections = [[row.key for row in part.rows] for part in self._parts if part.rows[0].key]
        if not sections:
            return
        mine = (at for at, keys in enumerate(sections) if self.view.cursor_key in keys)
        self.view.go_to(sections[(next(mine, 0) + step) % len(sections)][0])

    # --- what the cursor is on --------------------------------------------------------------------

    @property
    def _at(self) -> tuple[str, Any]:
        views = self.query(BillView)
        key = views.first().cursor_key if views else None
        return key if isinstance(key, tuple) else ("", None)

    def _row_of(self, rows: Callable[[DayWalk], Sequence[Any]]) -> Any | None:
        walk, id_ = self._walk, self._at[1]
        return next((row for row in rows(walk) if row.id == id_), None) if walk else None

    @property
    def item(self) -> Block | UnpaidRow | RequestRow | LoanRow | GlassRow | DrawerRow | None:
        """The row under the cursor, where it is an item."""
        lists: dict[str, Callable[[DayWalk], Sequence[Any]]] = {
            "visit": lambda walk: walk.visits,
            "unpaid": lambda walk: walk.unpaid,
            "refund": lambda walk: walk.refunds,
            "loan": lambda walk: walk.loans,
            "glass": lambda walk: walk.opened,
            "drawer": lambda walk: walk.drawers,
            "fee": lambda walk: walk.fees,
        }
        rows = lists.get(self._at[0])
        return self._row_of(rows) if rows else None

    @property
    def row(self) -> Any | None:
        """What the keys of loans work on."""
        return self.item

    @property
    def chosen(self) -> Block | None:
        """The appointment under the cursor."""
        item = self.item
        return item if isinstance(item, Block) else None

    @property
    def slot(self) -> tuple[int, int | None, int | None]:
        """Nothing is booked here; a start there must be."""
        return at_minute(self._day, self.pim.desk.settings.opens_at, self.pim.desk.session.zone), None, None

    @property
    def drawers(self) -> tuple[DrawerRow, ...]:
        """The drawers of the day."""
        return self._walk.drawers if self._walk else ()

    @property
    def drawer_chosen(self) -> DrawerRow | None:
        """The drawer under the cursor."""
        item = self.item
        return item if isinstance(item, DrawerRow) else None

    def counted_in(self, drawer: DrawerRow) -> int:
        """What counts as counted, as the walk has it."""
        assert self._walk is not None
        return self._walk.expected[drawer.id] + self._walk.differences[drawer.id]

    @property
    def report_chosen(self) -> bool:
        """Whether the cursor is on the report of the day."""
        return self._at[0] == "report"

    # --- keys of the items ------------------------------------------------------------------------

    def elsewhere(self, action: str) -> str:
        """On which kind of item a key works that does nothing on the one under the cursor."""
        if action not in ITEMS or action in ON.get(self._at[0], frozenset()):
            return ""
        kinds = [CALLED[kind] for kind, actions in ON.items() if action in actions]
        return f"That key works on {', '.join(kinds)}: Tab goes from section to section."

    def _offer(self) -> None:
        at, closed = self._at[0], bool(self._walk and self._walk.number)
        hidden = (ITEMS - ON.get(at, frozenset())) | (frozenset() if at == "drawer" else AT_DRAWER)
        hidden |= {"close_day"} if closed else set()
        self.query_one(KeyBar).offer(
            [key for key in self.offered() if key.scope != self.scope or key.action not in hidden]
        )

    def on_bill_view_row_chosen(self, event: BillView.RowChosen) -> None:
        """Enter opens the item, or does what the row says."""
        kind, value = self._at
        acts: dict[str, Callable[[], None]] = {
            "visit": self.action_profile,
            "unpaid": self.action_till,
            "refund": self._open_request,
            "fee": self.action_fee,
            "loan": self._open_bill,
            "glass": self.pim.action_glass,
            "drawer": self._go_on_with_drawer,
            "report": self.action_report,
            "close": self.action_close_day,
            "tomorrow": self.action_tomorrow,
            "day": lambda: self._go_to(value),
        }
        acts[kind]()

    @property
    def contacted(self) -> int | None:
        """Who the item is about."""
        return getattr(self.item, "customer_id", None)

    @property
    def contacted_visit(self) -> int | None:
        """The appointment, where the item is one."""
        return self.chosen.id if self.chosen is not None else None

    def action_profile(self) -> None:
        """Open the customer's profile."""
        from .profile import ProfileScreen

        customer_id = getattr(self.item, "customer_id", None)
        if customer_id is not None:
            self.app.push_screen(ProfileScreen(customer_id))

    def action_till(self) -> None:
        """Bill the visit at the till; one that has a bill is paid on its page."""
        from .bill import BillScreen
        from .till import TillScreen

        if isinstance(row := self.item, UnpaidRow):
            if row.bill_id is not None:
                self.app.push_screen(BillScreen(row.bill_id, "y takes what is left to pay."))
            else:
                self.app.push_screen(TillScreen("income", row.customer_id, visit_id=row.id))

    def action_fee(self) -> None:
        """Charge the fee, or waive it."""
        from .fees import Fees

        if isinstance(row := self.item, UnpaidRow):
            Fees(self).ask(row.id)

    def action_approve(self) -> None:
        """The next step of the refund."""
        if isinstance(row := self.item, RequestRow):
            self.go_on(row)

    def _open_request(self) -> None:
        if isinstance(row := self.item, RequestRow):
            self.show_request(row)

    def _open_bill(self) -> None:
        from .bill import BillScreen

        if isinstance(row := self.item, LoanRow):
            self.app.push_screen(BillScreen(row.bill_id))

    def _go_on_with_drawer(self) -> None:
        drawer = self.item
        if not isinstance(drawer, DrawerRow):
            self.action_float()
        elif drawer.closed_at is None:
            self.action_count()
        else:
            self.action_correct()

    # --- reports ----------------------------------------------------------------------------------

    @property
    def _tomorrow(self) -> date:
        return self._day + timedelta(days=1)

    def papers(self) -> Sequence[tuple[str, Wanted]]:
        """The report of the day, and the sheets of this day and the next."""
        from ...services.wanted import ClosePaper, DayPaper, DowntimePaper

        closed = bool(self._walk and self._walk.number)
        return [
            (f"{'Z' if closed else 'X'} report", ClosePaper(self._day)),
            *([("Z report as a copy", ClosePaper(self._day, again=True))] if closed else []),
            (f"day sheet of {day_label(self._tomorrow)}", DayPaper(self._tomorrow)),
            (f"day sheet of {day_label(self._day)}", DayPaper(self._day)),
            (f"downtime pack of {day_label(self._tomorrow)}", DowntimePaper(self._tomorrow)),
        ]

    def action_report(self) -> None:
        """Look at the X report, or at the Z report of a day that is closed; P there prints it."""
        from ...services.printing import stationery
        from ...services.wanted import ClosePaper
        from .preview import PreviewScreen

        wanted, paper = ClosePaper(self._day), stationery(self.pim.desk.settings)
        self.app.push_screen(PreviewScreen(wanted, paper, lambda: self._print(wanted)))

    def action_tomorrow(self) -> None:
        """Print the sheet of the next day."""
        from ...services.wanted import DayPaper

        self._print(DayPaper(self._tomorrow))

    def _print(
        self, wanted: Wanted, also: str = "", refused: Callable[[PimError], object] | None = None
    ) -> None:
        """The usual way; without a printer it goes into a file. ``also`` and ``refused`` as in sending."""
        from ...services.printing import stationery

        paper = stationery(self.pim.desk.settings)
        self.send_paper(wanted, paper, self.pim.printing.usual_place(wanted), also, refused)

    def action_close_day(self) -> None:
        """Close the day, after one more look: no where anything is open. The Z report is printed and kept."""
        if self._walk is None:
            return
        if self._walk.number:
            self.pim.say("This day is closed: X shows its Z report.")
            return
        day, waits = self._day, told_open(self._walk)
        told = f"Open: {waits}. " if waits else ""
        options: list[tuple[Hashable, str]] = [(True, f"Close {day_label(day)}"), (False, "Not yet")]

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer is not None and answer[0]:
                self.pim.submit(close_day, CloseDay(day, new_request()), self._day_closed)

        told += "Nothing of the day can be voided then, and the report stays as it is."
        told += f" {self._backup}" if self._backup else ""
        self.app.push_screen(Pick("Close the day?", options, not waits, told=told), answered)

    def _day_closed(self, done: Done) -> None:
        from ...services.wanted import ClosePaper

        def refused(error: PimError) -> None:
            self.pim.say(self.keyed(f"{done.says} Not printed: {error.message} ", error.hint))

        self._print(ClosePaper(date.fromisoformat(done.days[0])), done.says, refused)

    # --- which day --------------------------------------------------------------------------------

    def _go_to(self, day: date) -> None:
        self._day = min(day, self.pim.today)
        self.load(self._read)

    def action_before(self) -> None:
        """The day before."""
        self._go_to(self._day - timedelta(days=1))

    def action_after(self) -> None:
        """The day after; no further than today."""
        self._go_to(self._day + timedelta(days=1))
