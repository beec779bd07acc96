"""The keys that lead to messages: all of them from the calendar, those of a customer from the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..base import PimScreen

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object


class MessageKeys(_Base):
    """A screen from which one goes to messages."""

    def action_templates(self) -> None:
        """The words of the clinic's messages."""
        from .templates import TemplatesScreen

        self.app.push_screen(TemplatesScreen())

    def action_outbox(self) -> None:
        """Everything that goes out of the house."""
        from .outbox import OutboxScreen

        self.app.push_screen(OutboxScreen())

    def open_messages(self, customer_id: int, name: str) -> None:
        """The messages to a customer, with their fate."""
        from .messages import MessagesScreen

        self.app.push_screen(MessagesScreen(customer_id, name))
