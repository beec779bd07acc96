"""The messages to one customer: what waits, what was sent, what was withdrawn and why (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from ...domain.rights import Right
from ...lists.messages import MESSAGES
from ...lists.spec import ListSpec, Scope
from ...queries.messages import MessageRow, composed
from ...services.house import house_of
from ...services.messages import WithdrawMessage, withdraw_message
from ...services.resending import RetryMessage, retry_message
from ...services.usecase import Done
from ..dialogs.messages import MessageDialog
from ..messages import Changed
from ..requests import new_request
from ..widgets.listpane import ListPane
from .listscreen import ListScreen
from .messagekeys import MessageKeys


class MessagesScreen(MessageKeys, ListScreen):
    """Enter reads the message under the cursor, x withdraws it, t tries again to send it."""

    scope: ClassVar[str] = "messages"
    listed = MESSAGES
    kinds = frozenset(("outbox", "appointment", "customer", "message_template"))

    def __init__(self, customer_id: int, name: str) -> None:
        super().__init__()
        self._customer_id, self._whose = customer_id, name
        self._listed = replace(MESSAGES, title=f"Messages to {name}")

    @property
    def lists(self) -> Sequence[ListSpec[Any]]:
        """The only one, by whose they are."""
        return (self._listed,)

    @property
    def list_scope(self) -> Scope:
        """Those to the customer."""
        return Scope(self._customer_id, self.zone, self.pim.today, self.pim.desk.session.currency)

    def concerns(self, event: Changed) -> bool:
        """What is about other customers is none of this list's business."""
        others = event.news and event.kind in ("appointment", "customer")
        if others and all(one.customer_id != self._customer_id for one in event.news):
            return False
        return super().concerns(event)

    @property
    def whose(self) -> str:
        """The customer's name."""
        return self._whose

    def action_read(self) -> None:
        """Read the message under the cursor."""
        if isinstance(row := self.row, MessageRow):
            self.load(self._read, row.id, group="message")

    async def _read(self, message_id: int) -> None:
        desk = self.pim.desk
        language = desk.session.calendar.language
        found = await self.fetch(composed, message_id, house_of(desk.settings), language)
        self.app.push_screen(MessageDialog(found))

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Enter reads it."""
        self.action_read()

    def action_withdraw(self) -> None:
        """Withdraw the message under the cursor, if it still waits."""
        if (row := self._mine) is not None:
            self.pim.submit(withdraw_message, WithdrawMessage(row.id, "", new_request()), self._done)

    def action_retry(self) -> None:
        """Send the message under the cursor again, if it has failed."""
        if (row := self._mine) is not None:
            self.pim.submit(retry_message, RetryMessage(row.id, new_request()), self._done)

    @property
    def _mine(self) -> MessageRow | None:
        """The message under the cursor, for who may decide over it."""
        if Right.CHANGE_APPOINTMENT not in self.pim.desk.session.rights:
            self.pim.say("You do not have the right to change appointments.")
            return None
        return self.row if isinstance(self.row, MessageRow) else None

    def _done(self, done: Done) -> None:
        self.pim.say(done.says)
