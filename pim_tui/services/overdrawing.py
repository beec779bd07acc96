"""Cash that goes out of a drawer although it is not in it by the book (M9).

It is not refused: a refusal would tell whoever counts blindly what the book says, and the cash may well be
there, put in by somebody who did not note it. It is an exception that the journal and the reports tell.
"""

from __future__ import annotations

from ..queries.drawers import drawer_now, held
from .payments import DRAWER
from .work import Work


def note_overdrawn(work: Work, why: str, amount: int) -> None:
    """Tell the journal if the cash that just went out, in minor units, has left less than nothing in the
    drawer that is open. ``why`` is the reason, or the number of what was posted.
    """
    drawer = drawer_now(DRAWER) if amount > 0 else None
    if drawer is not None and (left := held(drawer)) < 0:
        told = {"name": drawer.name, "amount": amount, "left": left}
        work.changed("overdraw", "drawer", drawer.id, None, told, why)
