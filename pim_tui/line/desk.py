"""What a conversation is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..config import Settings
from ..db.drafts import DraftStore
from ..domain.session import Session
from ..services.signing import Door
from .paper import Paper


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said, line by line, what then stands before what is typed, and whether that is unseen."""

    lines: tuple[str, ...]
    prompt: str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What a conversation is wired from. ``session`` is nobody's where they have to say who they are.

    ``connect`` gives the connection to the book back where a server went away; ``counted`` counts the
    machine's seconds; ``paper`` is what is written on, asked for each answer anew.
    """

    session: Session
    settings: Settings
    door: Door
    drafts: DraftStore
    connect: Callable[[], object]
    counted: Callable[[], float]
    paper: Callable[[], Paper]
