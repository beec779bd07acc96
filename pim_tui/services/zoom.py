"""Zoom, as the clinic's settings set it up."""

from __future__ import annotations

from functools import partial

from ..config import Settings
from ..domain.meetings import Meetings, Passes
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import SettingsError
from .passes import SharedPass

NAME = "zoom"
"""The row of ``service`` with the pass that all processes share."""
NEEDED = ("zoom_account", "zoom_client", "zoom_secret")


def missing(settings: Settings) -> tuple[str, ...]:
    """The settings that Zoom still needs, by their names; empty where it is set up."""
    return tuple(name for name in NEEDED if not getattr(settings, name))


def told_missing(settings: Settings) -> str:
    """The same in a sentence, empty where nothing is missing."""
    lacks = missing(settings)
    return (
        f"Zoom is not set up: {' and '.join(lacks)} {'is' if len(lacks) == 1 else 'are'} empty."
        if lacks
        else ""
    )


def passes(session: Session, settings: Settings) -> Passes:
    """The pass, renewed by this process as soon as that is needed: for the worker."""
    session.needs(Right.DELIVER)
    from ..integrations.secrets import secret
    from ..integrations.web import Web
    from ..integrations.zoom import SignIn

    sign_in = SignIn(
        settings.zoom_account,
        settings.zoom_client,
        partial(secret, settings.zoom_secret),
        session.clock,
        Web("Zoom", settings.zoom_login_url),
        settings.zoom_url,
    )
    return SharedPass(session, NAME, sign_in)


def meetings(session: Session, settings: Settings) -> Meetings:
    """Zoom for the worker, which signs in where that is needed."""
    session.needs(Right.DELIVER)
    from ..integrations.zoom import Zoom

    return Zoom(passes(session, settings), session.clock)


def meetings_at_a_desk(session: Session, settings: Settings) -> Meetings:
    """Zoom for a session, with the worker's pass. Raises SettingsError where it is not set up."""
    session.needs(Right.START_VIDEO)
    from ..integrations.zoom import Zoom

    if settings.video_service != "zoom":
        raise SettingsError(
            "Video visits are not made at Zoom: see video_service.", "Join by the visit's link."
        )
    if lacks := told_missing(settings):
        raise SettingsError(lacks, "Set it, and start again.")
    return Zoom(SharedPass(session, NAME), session.clock)
