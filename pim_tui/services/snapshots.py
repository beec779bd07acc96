"""Pictures that are taken at the desk: into the inbox first, where they are looked at."""

from __future__ import annotations

from datetime import datetime

from ..domain.moments import zone_info
from ..domain.rights import Right
from ..domain.session import Session
from ..integrations.inbox import Inbox


def take_picture(session: Session, command: str, inbox: Inbox) -> str:
    """Have the program in the setting camera take a picture; its name in the inbox.

    Takes up to ten seconds, and must not run on the event loop. Raises Refused and FileProblem.
    """
    session.needs(Right.ATTACH)
    from ..integrations.camera import taken

    return inbox.add(named(session, "camera"), taken(command))


def named(session: Session, what: str) -> str:
    """What a picture of this moment is called: ``camera-2026-03-09-101500.jpg``, by the clinic's clock."""
    session.needs(Right.ATTACH)
    moment = datetime.fromtimestamp(session.clock(), zone_info(session.zone))
    return f"{what}-{moment:%Y-%m-%d-%H%M%S}.jpg"
