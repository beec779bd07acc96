"""What screens whose forms are told as data share: what is done when one of them was saved."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from ...services.work import Done
from ..base import PimScreen

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object

Answer = dict[str, Hashable]
"""What a form returns, by field."""


class FormKeys(_Base):
    """A screen that opens forms and says what came of them."""

    def told(self, done: Done) -> None:
        """Say what was done."""
        self.pim.say(done.says)

    def saved_form(
        self, form: str, record: str = "", then: Callable[[Done], None] | None = None
    ) -> Callable[[Done], None]:
        """Forget the draft of a form, then say what was done, or what ``then`` does."""

        def saved(done: Done) -> None:
            self.pim.drop_draft(form, record)
            (then or self.told)(done)

        return saved

    @property
    def currency(self) -> str:
        """The clinic's."""
        return self.pim.desk.session.currency
