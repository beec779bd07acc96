"""The reasons that acts need: kept on one line, and never empty."""

from __future__ import annotations

from ..domain.text import tidy
from ..errors import Fault, Invalid, Refused

LONGEST = 400
"""Characters of a reason."""
NOT_HERE = "Type why it does not belong here."
"""What to do about a reason that is missing where something is taken out of a record."""


def typed_reason(text: str, hint: str = "Type why.", *, limit: int = LONGEST) -> str:
    """The reason that was typed into a form. Raises :class:`Invalid` where there is none."""
    if not (reason := tidy(text, limit=limit)):
        raise Invalid([Fault("reason", "is empty")], hint)
    return reason


def reason_for(what: str, text: str, *, rule: str, hint: str = "Type why.", limit: int = LONGEST) -> str:
    """The reason for ``what`` is asked for. Raises :class:`Refused` where there is none, by that rule."""
    if not (reason := tidy(text, limit=limit)):
        raise Refused(f"{what} needs a reason.", hint, rule=rule)
    return reason
