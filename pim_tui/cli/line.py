"""``pim-tui line``: a conversation (:mod:`pim_tui.line`) at a terminal, a teletype or over a pipe."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ..bootstrap import Clinic, Office, at_work, demo_clinic, office, since_start
from . import newbook, terminal
from .teletype import HUNG_UP, INTERRUPT, Broken, Teletype

if TYPE_CHECKING:
    import argparse

    from ..config import Settings
    from ..line.conversation import Conversation
    from ..line.desk import Answer
    from ..line.paper import Paper


def line(arguments: argparse.Namespace) -> int:
    """Work line by line; the exit code. Where there is no book yet, whoever starts it is asked for one."""
    if arguments.demo:
        with demo_clinic(office().settings) as clinic:
            return _serve(clinic, arguments.brief)
    found = office()
    if not arguments.key and not found.has_book:
        found = newbook.offered(found)
    return serve_line(found, arguments.key, brief=arguments.brief)


def serve_line(office: Office, key: str = "", *, brief: bool = False) -> int:
    """Open the clinic's book for a conversation; ``key`` is the login that the SSH key stands for."""
    with at_work(office, key) as clinic:
        return _serve(clinic, brief)


def _serve(clinic: Clinic, brief: bool) -> int:
    from ..db.drafts import DraftStore
    from ..line.conversation import Conversation
    from ..line.desk import Desk
    from ..program import guard

    guard()
    assert clinic.door is not None
    drafts = DraftStore(clinic.places.drafts_file, clock=clinic.session.clock, key=clinic.book.key)
    desk = Desk(
        clinic.session,
        clinic.settings,
        clinic.door,
        drafts,
        clinic.book.connect,
        since_start,
        partial(_paper, clinic.settings),
    )
    try:
        with Teletype() as teletype:
            return _converse(Conversation(desk, full=not brief), teletype)
    finally:
        drafts.close()


def _paper(settings: Settings) -> Paper:
    """What stdout is now: a window may change its size. Over a pipe everything is said at once."""
    from ..line.paper import WIDEST, Paper

    ascii_only = terminal.is_plain() if settings.symbols == "auto" else settings.symbols == "ascii"
    try:
        columns, rows = os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):
        return Paper(WIDEST, settings.line_page, ascii_only)
    return Paper(columns - 1 if columns else WIDEST, settings.line_page or rows, ascii_only)


def _converse(talk: Conversation, teletype: Teletype) -> int:
    """Until somebody leaves. A hang-up and the end of the input keep what was asked; Ctrl+C gives it up, and
    twice, with no line between, it leaves."""
    said, broken_off = talk.begin(), False
    try:
        while True:
            try:
                _say(teletype, said)
                if talk.over:
                    break
                typed = teletype.line(talk.seconds(), unseen=said.secret)
                said, broken_off = _answer(talk, teletype, said, typed), broken_off and typed is None
            except Broken as broken:
                if broken.number != INTERRUPT or broken_off:
                    raise
                teletype.say([""])
                said, broken_off = talk.break_off(), True
    except Broken as broken:
        if broken.number == INTERRUPT:
            _leave(talk, teletype, 128 + INTERRUPT)
        else:
            _lose(talk, 128 + broken.number)
    except EOFError:
        _leave(talk, teletype)
    except BrokenPipeError:
        talk.end("left")
        raise
    except OSError:
        _lose(talk, 128 + HUNG_UP)
    return talk.code


def _lose(talk: Conversation, code: int) -> None:
    """The other end is gone, or takes nothing: what it has not taken is not waited for."""
    talk.end("lost", code)
    terminal.fall_silent()


def _leave(talk: Conversation, teletype: Teletype, code: int = 0) -> None:
    """Somebody has left by a key. What they typed stands on the last line, and so would the shell."""
    talk.end("left", code)
    with suppress(Broken, OSError):
        teletype.prompt("\nGood-bye.\n")


def _say(teletype: Teletype, answer: Answer) -> None:
    teletype.say(answer.lines)
    teletype.prompt(answer.prompt)


def _answer(talk: Conversation, teletype: Teletype, said: Answer, typed: str | None) -> Answer:
    """What is answered to a line, or said where something is due before one has come."""
    if typed is not None:
        return talk.hear(typed)
    if (due := talk.tick()) is None:
        return replace(said, lines=(), prompt="")
    if said.secret or due.secret:
        teletype.forget()
    teletype.say([""])
    return due
