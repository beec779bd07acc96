"""One posted document on the whole screen: what it is, its money, and everything that happened to it."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal

from ...db.drafts import Draft
from ...domain.bills import PostingKind
from ...domain.news import News
from ...domain.rights import Right
from ...errors import Forbidden, NotFound
from ...queries.bills import BillPage, Event, bill_page, timeline
from ...queries.journal import JournalWanted
from ...queries.returns import request_page
from ..base import PimScreen
from ..dialogs.request import RequestDialog
from ..keys import Key
from ..messages import Changed
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.billview import BillView
from .billfacts import title_of, works
from .billnumbers import BillNumbers
from .billpapers import BillPapers
from .billrows import history_of, parts_of
from .contactkeys import ContactKeys
from .labelkeys import LabelKeys
from .loankeys import Asking, LoanKeys
from .refundkeys import RefundKeys

WATCHED = ("", "posting", "return_request", "loan", "loan_event", "paper", "customer", "payer")
"""Records whose changes may be seen on the page."""


class BillScreen(
    BillPapers,
    ContactKeys,
    RefundKeys,
    BillNumbers,
    LoanKeys,
    LabelKeys,
    PimScreen,
    inherit_bindings=False,
):
    """Any document: a bill, a note, a payment, a refund. Enter opens the one the cursor points at."""

    scope = "bill"
    CSS_PATH = sheet("bill")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]  # noqa: RUF012 - as Textual declares it

    def __init__(self, posting_id: int, says: str = "", draft: Draft | None = None) -> None:
        """``says`` is shown in the footer: why the screen was opened; ``draft`` is gone on with."""
        super().__init__()
        self.posting_id = posting_id
        self._says, self._draft = says, draft
        self._page: BillPage | None = None
        self._history: tuple[Event, ...] = ()
        self._heard: list[News] = []

    # --- drawing ----------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Title, the document, its history beside it where there is room, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        with Horizontal():
            yield BillView(quiet=True, id="page")
            yield BillView(quiet=True, id="history")
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Read it."""
        self.pim.dress(self)
        self.view.focus()
        self.load(self._read)
        if self._draft is not None:
            self.restore_typed(self._draft.fields)

    @property
    def view(self) -> BillView:
        """The document."""
        return self.query_one("#page", BillView)

    @property
    def bill_id(self) -> int | None:
        """The document that the keys work on."""
        return self.posting_id

    @property
    def journal_about(self) -> tuple[JournalWanted, str]:
        """What happened to this document."""
        called = self._page.header.code if self._page else "this document"
        return JournalWanted(kinds=("posting",), row_id=self.posting_id), called

    @property
    def page(self) -> BillPage | None:
        """The document as it was read last."""
        return self._page

    async def _read(self) -> None:
        try:
            self.pim.desk.session.needs(Right.SEE_BILL)
            self._page = await self.fetch(bill_page, self.posting_id)
        except (Forbidden, NotFound) as error:
            if self.is_current:
                self.app.pop_screen()
            self.pim.tell(error)
            return
        self._history = await self.fetch(timeline, self.posting_id)
        self._draw()
        if self._says:
            self.opens_with(self._says)
            self._says = ""

    def _draw(self) -> None:
        if self._page is None:
            return
        zone = self.pim.desk.session.zone
        self.query_one(TitleBar).show(title_of(self._page))
        parts = parts_of(self._page, self._history, zone)
        history = history_of(self._page, self._history, zone)
        self.view.show(parts if self._is_wide else [*parts, history])
        self.query_one("#history", BillView).show([history])
        self.query_one(KeyBar).offer(self._footer(self._page))

    @property
    def _is_wide(self) -> bool:
        return self.size.width >= self.HORIZONTAL_BREAKPOINTS[1][0]

    def on_resize(self) -> None:
        """The history goes beside the document, or below it."""
        self._draw()

    def _footer(self, page: BillPage) -> list[Key]:
        """The keys that do something to this kind of document, as it stands."""
        today = self.pim.today
        return [key for key in self.offered() if key.scope != self.scope or works(key.action, page, today)]

    # --- what others do ---------------------------------------------------------------------------

    def on_changed(self, event: Changed) -> None:
        """Read it again when it may have changed; what others did is told when it did."""
        if event.kind not in WATCHED:
            return
        self._heard += event.news
        (self.reload if event.news else self.load)(self._read_again)

    async def _read_again(self) -> None:
        heard, self._heard = self._heard, []
        before = self._page, self._history
        await self._read()
        if before != (self._page, self._history):
            self.tell_news(heard)

    # --- keys -------------------------------------------------------------------------------------

    def on_bill_view_row_chosen(self, event: BillView.RowChosen) -> None:
        """Open what the cursor points at."""
        match event.key:
            case ("posting", int(id_), *_):
                self.open_posting(id_)
            case ("number", str(kind)):
                self.explain_kind(kind)
            case ("return", int(id_)):
                self.load(self._show_return, id_, group="return")
            case ("customer", int(id_)):
                self.action_profile()
            case ("event", int(at)) if at < len(self._history):
                self._open_event(self._history[at])
            case _:
                self.pim.say("Enter opens a document, and there is none behind this row.")

    async def _show_return(self, request_id: int) -> None:
        self.app.push_screen(RequestDialog(await self.fetch(request_page, request_id)))

    def _open_event(self, event: Event) -> None:
        if event.other_id is None or event.other_id == self.posting_id:
            self.pim.say("This was done to the document itself.")
        else:
            self.open_posting(event.other_id)

    @property
    def row(self) -> Any | None:
        """The document itself: there are no rows of others here."""
        return self._page.header if self._page is not None else None

    def pointed_at(self, ids: set[int]) -> int | None:
        """The document under the cursor."""
        key = self.view.cursor_key
        return key[1] if isinstance(key, tuple) and key[0] == "posting" and key[1] in ids else None

    def action_timeline(self) -> None:
        """Go to what happened last, and back."""
        other = self.query_one("#history", BillView)
        if self._is_wide:
            (self.view if other.has_focus else other).focus()
        elif isinstance(key := self.view.cursor_key, tuple) and key[0] == "event":
            self.view.action_edge(-1)
        else:
            self.view.action_edge(1)

    def on_loan(self, ask: Asking) -> None:
        """The loan of the line under the cursor, or the one of the bill."""
        self.on_loans_of(self.posting_id, ask, self._line_id)

    def label_line(self) -> int | None:
        """The line under the cursor."""
        return self._line_id

    @property
    def _line_id(self) -> int | None:
        key = self.view.cursor_key
        return key[1] if isinstance(key, tuple) and key[0] == "line" else None

    def action_give_back(self) -> None:
        """Take items of the bill back, with a request."""
        self.return_items(self.posting_id)

    def action_refund(self) -> None:
        """Approve what was asked for, or pay out what was approved."""
        self.waiting_refund(self._bill_of_it())

    def _bill_of_it(self) -> int:
        """The bill itself; of a credit note the bill that it corrects."""
        head = self._page.header if self._page is not None else None
        if head is not None and head.kind == PostingKind.CREDIT_NOTE and head.corrects_id is not None:
            return head.corrects_id
        return self.posting_id

    # --- elsewhere --------------------------------------------------------------------------------

    @property
    def contacted(self) -> int | None:
        """Whose the document is."""
        return self._page.header.customer_id if self._page is not None else None

    def action_profile(self) -> None:
        """Open the customer's profile."""
        from .profile import ProfileScreen

        if self._page is None or self._page.header.customer_id is None:
            self.pim.say("This document has no customer.")
        else:
            self.app.push_screen(ProfileScreen(self._page.header.customer_id))
