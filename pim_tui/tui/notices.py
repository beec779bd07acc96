"""How an error reaches the person: as a notice in the footer line, with the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Invalid, PimError, StoreError

if TYPE_CHECKING:
    from .app import PimApp


def tell(app: PimApp, error: PimError) -> None:
    """Show what was refused and what to do; a database that fails stays on screen longer."""
    message = error.message
    if isinstance(error, Invalid):
        message = "\n".join(f"{fault.field}: {fault.message}" for fault in error.faults)
    text = "\n".join(filter(None, (message, error.hint)))
    severity = "error" if isinstance(error, StoreError) else "warning"
    app.notify(text, severity=severity, timeout=20 if severity == "error" else 8)  # type: ignore[arg-type]
