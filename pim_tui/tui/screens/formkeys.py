"""What screens whose forms are told as data share: how one is asked, and what is done when it was saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...services.work import Done
from ..base import PimScreen
from ..dialogs.fields import Answer, FieldForm

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object


def ask(screen: PimScreen, form: FieldForm, then: Callable[[Answer], object]) -> None:
    """Open a form over ``screen`` and hand on its answer; the draft of one that is left is forgotten."""

    def answered(answer: Answer | None) -> None:
        if answer is not None:
            then(answer)
        elif form.draft.form:
            screen.pim.drop_draft(form.draft.form, form.draft.record)

    screen.app.push_screen(form, answered)


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
