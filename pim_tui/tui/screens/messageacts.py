"""What is done with a message under the cursor: read, taken back, sent again, decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ...domain.rights import Right
from ...queries.messagelists import OutRow
from ...queries.messages import MessageRow
from ...services.house import house_of
from ...services.work import Done
from ..requests import new_request
from ..widgets.listpane import ListPane
from .contactkeys import ContactKeys
from .listscreen import ListScreen

if TYPE_CHECKING:
    from ...queries.messagelists import Step, Tried
    from ...queries.messages import Composed

    Read = tuple[Composed, Tried | None, list[Step]]


class MessageActs(ContactKeys, ListScreen):
    """Enter reads the message, x takes it back, r tries again to send it, d decides one that is unknown."""

    scope: ClassVar[str] = "messages"
    kinds = frozenset(("outbox", "service", "inbound_text", "appointment", "customer", "message_template"))

    def action_templates(self) -> None:
        """The words of the clinic's messages."""
        from .templates import TemplatesScreen

        self.app.push_screen(TemplatesScreen())

    def action_read(self) -> None:
        """Read the message under the cursor: its words, and what became of it."""
        if isinstance(row := self.row, MessageRow | OutRow):
            self.load(self._read, row.id, group="message")

    async def _read(self, message_id: int) -> None:
        from ..dialogs.messages import MessageDialog

        found, tried, steps = await self.fetch(_everything_about, self, message_id)
        self.app.push_screen(MessageDialog(found, tried, steps, self.zone, self.pim.now))

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Enter reads it."""
        self.action_read()

    @property
    def contacted(self) -> int | None:
        """Whom the message is for."""
        return row.customer_id if isinstance(row := self.row, MessageRow | OutRow) else None

    def action_withdraw(self) -> None:
        """Take back the message under the cursor, if it still waits."""
        from ...services.withdrawing import WithdrawMessage, withdraw_message

        if (row := self._mine) is not None:
            self.pim.submit(withdraw_message, WithdrawMessage(row.id, "", new_request()), self.pim.said)

    def action_retry(self) -> None:
        """Send the message under the cursor again, if it has failed."""
        from ...services.resending import RetryMessage, retry_message

        if (row := self._mine) is not None:
            self.pim.submit(retry_message, RetryMessage(row.id, new_request()), self._sends_now)

    def action_decide(self) -> None:
        """Say of a message that nobody knows of whether it went."""
        from ...services.deciding import DecideMessage, decide_message
        from ..dialogs.pick import Pick

        row = self._mine
        if row is None:
            return
        if row.state != "unknown":
            self.pim.say("Only what is unknown is decided by a person.")
            return
        id_, request = row.id, new_request()

        def answered(answer: tuple[object] | None) -> None:
            if answer is not None:
                went = answer[0] == "went"
                on_done = self.pim.said if went else self._sends_now
                self.pim.submit(decide_message, DecideMessage(id_, went, request), on_done)

        ways = (("went", "It went: leave it so"), ("again", "It did not: send it again"))
        self.app.push_screen(Pick("Did it go?", ways, told=row.why), answered)

    def action_profile(self) -> None:
        """Open the profile of the message's customer."""
        from .profile import ProfileScreen

        if (id_ := getattr(self.row, "customer_id", None)) is None:
            self.pim.say("This message is about no customer.")
        else:
            self.app.push_screen(ProfileScreen(id_))

    @property
    def _mine(self) -> MessageRow | OutRow | None:
        """The message under the cursor, for who may decide over it."""
        if not self.allowed(Right.CHANGE_APPOINTMENT):
            return None
        if isinstance(self.row, MessageRow) and self.row.came:
            self.pim.say("This text came in: there is nothing to be done with it.")
            return None
        return self.row if isinstance(self.row, MessageRow | OutRow) else None

    def _sends_now(self, done: Done) -> None:
        """It is due at once: this session may send it, which shows what becomes of it."""
        self.pim.say(done.says)
        self.pim.errands.carry(done.ids[0])


def _everything_about(screen: MessageActs, message_id: int) -> Read:
    from ...queries.messagelists import steps, tried
    from ...queries.messages import composed

    desk = screen.pim.desk
    found = composed(message_id, house_of(desk.settings), desk.session.calendar.language)
    return (found, None, []) if found.row.came else (found, tried(message_id), steps(message_id))
