"""How an error reaches the person: over the keys of the screen, with the next step.

A dialog has no footer; over one it is a notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Invalid, PimError, StoreError
from .widgets.bars import KeyBar

if TYPE_CHECKING:
    from .seated import SeatedApp


def tell(app: SeatedApp, error: PimError) -> None:
    """Show what was refused and what to do; a database that fails stays on screen longer."""
    if bars := app.screen.query(KeyBar):
        refusal = f"{str(error).removesuffix(error.hint)}{app.caps.told(error.hint)}"
        bars.first().refuse(refusal)
        app.remember(refusal)
    else:
        message = error.message
        if isinstance(error, Invalid):
            message = "\n".join(f"{fault.field}: {fault.message}" for fault in error.faults)
        text = "\n".join(filter(None, (message, app.caps.told(error.hint))))
        severe = isinstance(error, StoreError)
        app.say_over(text, severity="error" if severe else "warning", timeout=20 if severe else 8)
