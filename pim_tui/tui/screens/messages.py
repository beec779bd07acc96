"""The messages to one customer: what waits, what was sent, what was withdrawn and why (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...lists.messages import MESSAGES
from ...lists.spec import ListSpec, Scope
from ..messages import Changed
from .messageacts import MessageActs


class MessagesScreen(MessageActs):
    """The messages of a customer, with the keys of :class:`MessageActs`."""

    listed = MESSAGES

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
