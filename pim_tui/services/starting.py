"""Starting a video visit: the link that makes its holder the host, asked for at that moment and handed on.

It is kept nowhere and said in no journal; that somebody asked for it is.
"""

from __future__ import annotations

from collections.abc import Callable

from ..db.connection import write_tx
from ..domain.delivery import Undelivered
from ..domain.meetings import Meetings
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import Refused
from ..queries.meetings import startable, why_none
from . import audit
from .audit import Change


def start_link(session: Session, meetings: Callable[[], Meetings], appointment_id: int) -> str:
    """The link that starts the meeting of a visit, for whoever holds it; it lives for two hours.

    The service is asked: not for a screen's own thread. Raises Refused where there is no meeting, or where
    the service does not give the link; :class:`~pim_tui.errors.SettingsError` for what is not set up.
    """
    session.needs(Right.START_VIDEO)
    if (found := startable(appointment_id)) is None:
        why = why_none(appointment_id)
        raise Refused(
            f"This visit has no video meeting yet{f': {why}' if why else '.'}",
            "It is made by whoever sends what waits: see pim-tui deliver --status.",
        )
    service = meetings()
    try:
        link = service.start_link(found.key)
    except Undelivered as undelivered:
        raise Refused(undelivered.says, "Try again, or start it in the service itself.") from undelivered
    finally:
        service.close()
    with write_tx():
        about = {"customer_id": found.customer_id, "appointment_id": appointment_id}
        told = {**about, "service": found.service}
        audit.append(session, [Change("start", "meeting", found.id, told, told)])
    return link
