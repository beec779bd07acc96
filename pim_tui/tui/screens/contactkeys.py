"""The contact key, for screens that show a customer and no appointment to act on."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from ..base import PimScreen

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object


class ContactKeys(_Base):
    """A screen says whom the key is about."""

    @property
    @abstractmethod
    def contacted(self) -> int | None:
        """The customer under the cursor, or whom the screen is about."""

    @property
    def contacted_visit(self) -> int | None:
        """The visit that it is about; None for the customer's next one."""
        return None

    def action_contact(self) -> None:
        """Write to the customer, call, copy how they are reached."""
        from .contacting import Contacting

        if (customer_id := self.contacted) is None:
            self.pim.say("There is no customer under the cursor.")
        else:
            Contacting(self).open(customer_id, self.contacted_visit)
