"""Commands that ask for the own PIN once more: the question, and the same command again with the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..errors import NeedsAnswer, PimError

if TYPE_CHECKING:
    from ..services.work import Done
    from .app import PimApp


def submit_with_pin(
    app: PimApp,
    service: Callable[..., Done],
    command: Any,
    on_done: Callable[[Done], object],
    on_refused: Callable[[PimError], object] | None = None,
    on_given_up: Callable[[], object] | None = None,
    *,
    waits: bool = True,
) -> None:
    """Submit ``command``, which has a field ``pin``; where the service wants it, ask for the PIN first.

    ``on_given_up`` is called when the question is left with Esc; without it the footer says so.
    """
    from ..services.stepup import PIN

    def refused(error: PimError) -> None:
        if isinstance(error, NeedsAnswer) and error.question == PIN:
            ask(error)
        else:
            (on_refused or app.tell)(error)

    def ask(error: NeedsAnswer) -> None:
        from .dialogs.ownpin import OwnPinDialog

        app.push_screen(OwnPinDialog(app.desk.session.name, error), answered)

    def answered(pin: str | None) -> None:
        if pin is not None:
            app.submit(service, replace(command, pin=pin), on_done, refused, waits=waits)
        elif on_given_up is not None:
            on_given_up()
        else:
            app.say("Nothing was done without your PIN.")

    app.submit(service, command, on_done, refused, waits=waits)
