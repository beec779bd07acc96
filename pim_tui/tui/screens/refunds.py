"""Refunds and payouts that wait: approved by somebody else, rejected, or paid out (R4)."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult

from ...domain.news import News
from ...domain.rights import Right
from ...lists.returns import REFUNDS
from ...lists.spec import Scope
from ...queries.page import told
from ...queries.returns import RequestRow
from ..base import PimScreen
from ..messages import Changed
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.listpane import ListPane
from .contactkeys import ContactKeys
from .payoutkeys import PayoutKeys
from .refundkeys import RefundKeys

_SHOWN_BY = ("", "return_request", "posting", "staff", "staff_pin")
"""Kinds of records that the list tells of."""


class RefundsScreen(ContactKeys, RefundKeys, PayoutKeys, PimScreen):
    """One list; the keys act on the request under the cursor."""

    scope = "refunds"
    CSS_PATH: ClassVar = [sheet("profile"), sheet("refunds")]

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield ListPane(REFUNDS, desk.session.zone, self.pim.today, self.pim.order)
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Read and show."""
        self.pim.dress(self)
        self.query_one(TitleBar).show(REFUNDS.title)
        self._pane.table.focus()
        self._pane.ready()

    def on_changed(self, event: Changed) -> None:
        """Somebody asked, decided or paid, here or at another desk."""
        if event.kind in _SHOWN_BY:
            self._pane.stale(quiet=bool(event.news))
            self._tell(event.news)

    def _tell(self, news: list[News] | tuple[News, ...]) -> None:
        self.tell_news(one for one in news if one.kind == "return_request")

    def on_list_pane_wanted(self, event: ListPane.Wanted) -> None:
        """Read rows for the list."""
        read = self.reload if event.quiet else self.load
        read(self._read, event.offset, event.again)

    async def _read(self, offset: int, again: bool) -> None:
        pane, zone = self._pane, self.pim.desk.session.zone
        limit = max(REFUNDS.page_size, pane.reach) if again else REFUNDS.page_size
        page = await self.fetch(REFUNDS.query, Scope(None, zone, self.pim.today), pane.chosen, limit, offset)
        pane.show(page.rows, offset, more=len(page.rows) == limit)
        if offset:
            return
        page = await self.fetch(told, page)
        pane.add_up(page.total, REFUNDS.sums(page, zone))
        waits = "nothing waits" if not page.total else f"{page.total} waiting"
        self.query_one(TitleBar).show(f"{REFUNDS.title} · {page.total if pane.chosen else waits}")

    @property
    def _pane(self) -> ListPane:
        return self.query_one(ListPane)

    # --- keys -------------------------------------------------------------------------------------

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Enter on a row."""
        self.action_details()

    def action_details(self) -> None:
        """All of the request."""
        if (row := self._row()) is not None:
            self.show_request(row)

    @property
    def contacted(self) -> int | None:
        """Whose request it is."""
        row = self._pane.row
        return row.customer_id if row is not None else None

    def action_approve(self) -> None:
        """Somebody else approves it."""
        if (row := self._row()) is not None:
            self.decide(row, True)

    def action_reject(self) -> None:
        """Somebody else rejects it."""
        if (row := self._row()) is not None:
            self.decide(row, False)

    def action_pay(self) -> None:
        """Pay it out."""
        if (row := self._row()) is not None and self.allowed(Right.PAY_REFUND):
            self.pay_out(row)

    def action_payout(self) -> None:
        """Ask to pay a customer's credit out."""
        self.pay_somebody()

    def action_reimburse(self) -> None:
        """Ask to pay back to a payer."""
        self.pay_payer()

    def action_withdraw(self) -> None:
        """Take it back."""
        if (row := self._row()) is not None:
            self.withdraw(row)

    def action_filter(self) -> None:
        """Others than those that wait."""
        self._pane.open_filter({})

    def _row(self) -> RequestRow | None:
        row = self._pane.row
        if row is None:
            self.query_one(KeyBar).say(REFUNDS.empty)
        return row
