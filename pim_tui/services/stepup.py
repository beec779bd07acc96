"""The own PIN once more, before what one would not want done at a desk that somebody left open.

Whatever asks for it takes the PIN with its command and checks it here, before its transaction. Without one it
answers with :class:`NeedsAnswer` and the question :data:`PIN`: whoever shows that asks, and sends the command
again.
"""

from __future__ import annotations

from typing import Final

from ..db.connection import select
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import NeedsAnswer, Refused
from .pins import is_given, verify

PIN: Final = "pin"
"""The question of :class:`NeedsAnswer` that the own PIN answers."""
FEW: Final = 50
"""So many people may leave in one export without more ado."""


def stepped_up(session: Session, pin: str) -> None:
    """Return when ``pin`` is the PIN of whoever works here, chosen by themselves.

    Raises Refused where they have none of their own yet, NeedsAnswer for none typed, a wrong one, or while
    they have to wait after too many; each wrong one stays in the journal.
    """
    session.needs(Right.WORK)
    kept = bool(select("select 1 from staff_pin where staff_id = ?", [session.staff_id]))
    if not kept or is_given(session.staff_id):
        had = "yours was given to you by somebody else" if kept else "you have none yet"
        asks = f"This asks for a PIN of your own, and {had}."
        raise Refused(asks, "Set one in the staff list first.", step="staff.own_pin")
    if not pin:
        raise NeedsAnswer("This asks for your own PIN.", "Nothing was done yet.", question=PIN)
    try:
        verify(session, session.staff_id, pin)
    except Refused as error:
        raise NeedsAnswer(error.message, error.hint, question=PIN, rule=error.rule) from error


def stepped_up_for(session: Session, people: int, pin: str) -> None:
    """Let so many people's data leave at once: for more than :data:`FEW` one needs a right, and the PIN."""
    session.needs(Right.EXPORT)
    if people > FEW:
        session.needs(Right.EXPORT_MANY)
        stepped_up(session, pin)
