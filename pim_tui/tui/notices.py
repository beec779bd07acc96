"""How an error reaches the person: over the keys of the screen, with the next step.

A dialog has no footer; over one it is a notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Invalid, PimError, Refused, StoreError
from .base import PimScreen
from .widgets.bars import KeyBar

if TYPE_CHECKING:
    from .seated import SeatedApp


def tell(app: SeatedApp, error: PimError) -> None:
    """Show what was refused and what to do; a database that fails stays on screen longer."""
    if bars := app.screen.query(KeyBar):
        refusal = f"{str(error).removesuffix(error.hint)}{_next_step(app, error)}"
        bars.first().refuse(refusal)
        app.remember(refusal)
    else:
        message = error.message
        if isinstance(error, Invalid):
            message = "\n".join(f"{fault.field}: {fault.message}" for fault in error.faults)
        text = "\n".join(filter(None, (message, app.caps.told(error.hint))))
        severe = isinstance(error, StoreError)
        app.say_over(text, severity="error" if severe else "warning", timeout=20 if severe else 8)


def _next_step(app: SeatedApp, error: PimError) -> str:
    """What to do, with the keys for it by what they are called here."""
    hint, screen = error.hint, app.screen
    if isinstance(error, Refused) and error.step and isinstance(screen, PimScreen):
        hint = error.hint_by(screen.pim.keys.way(screen.scope, error.step))
    return app.caps.told(hint)
