"""What is said about the conversation itself: more and less of it, help, who, locking, leaving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from ..domain.rights import TITLES
from ..services.signing import anybody_has_a_pin
from .answers import Ask, Row, Say
from .commands import BY_NAME, help_on
from .speech import REST

if TYPE_CHECKING:
    from .seat import Seat

HELP: Final = "?"
"""Asks for help wherever it is said alone: nobody's reason or PIN is that."""
Own: TypeAlias = "Callable[[Seat, str], Say | Ask | None]"


def more(seat: Seat, text: str) -> Say:
    """``more``: what is left of the last answer."""
    return REST if seat.speech.has_more else Say("That was all.", passing=True)


def again(seat: Seat, text: str) -> Say | Ask:
    """``again``: the question that is open, else the last answer."""
    return seat.dialogue.ask or seat.speech.last


def brief(seat: Seat, text: str) -> Say | Ask | None:
    """``brief``, ``brief day``."""
    return _in_words(seat, text, full=False)


def full(seat: Seat, text: str) -> Say | Ask | None:
    """``full``, ``full day``."""
    return _in_words(seat, text, full=True)


def _in_words(seat: Seat, text: str, *, full: bool) -> Say | Ask | None:
    """From now on, beginning with the last answer; or for one command alone."""
    if text and seat.dialogue.ask is not None:
        return Say("Answer the question first.")
    seat.speech.in_words(full, once=bool(text))
    return seat.commanded(text) if text else again(seat, text)


def page(seat: Seat, text: str) -> Say:
    """``page 20``."""
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        return Say("How many lines at once? Such as: page 20; page 0 says all at once.")
    seat.speech.at_once(int(text))
    return Say(f"{text} lines at once." if int(text) else "All lines at once.", passing=True)


def help_(seat: Seat, text: str) -> Say:
    """``help``, ``help find``; while something is asked, how to leave that."""
    if seat.dialogue.ask is not None and not text:
        return Say("Enter alone leaves the question. With a dot before them: .again, .lock, .quit.")
    return help_on(text)


def who(seat: Seat, text: str) -> Say:
    """``who``: somebody else may have sat here before. ``who may``: what they may do."""
    session, clinic = seat.clerk.session, seat.clerk.settings.clinic_name
    if text.casefold() == "may":
        titles = (title for right, title in TITLES.items() if right in session.rights)
        return Say(f"{session.name} may:", tuple(Row(f"{title}.") for title in titles))
    return Say(
        f"{session.name}, {clinic}.", details=(f"Signed in from {seat.origin}.", "who may says what you may.")
    )


def lock(seat: Seat, text: str) -> Say:
    """``lock``."""
    if not seat.presence.has_pin:
        return Say("You have no PIN to unlock with.", details=("quit signs you out.",))
    seat.presence.lock("key")
    return Say(f"Locked. The PIN of {seat.clerk.session.name} opens it, quit leaves.")


def out(seat: Seat, text: str) -> Say | Ask:
    """``out``: somebody else comes in at this line; what is under way is kept for whoever leaves."""
    if not anybody_has_a_pin():
        return Say("Nobody has a PIN to come in with.", details=("quit leaves.",))
    return seat.sign_out()


def quit_(seat: Seat, text: str) -> Say:
    """``quit``: what is under way is kept."""
    kept = " What was asked is kept." if seat.dialogue.is_open else ""
    seat.leave()
    return Say(f"Good-bye.{kept}")


_FIRST: Final[Mapping[str, Own]] = {
    "more": more, "again": again, "brief": brief, "full": full, "page": page, "help": help_, "who": who,
    "lock": lock, "out": out, "quit": quit_,
}  # fmt: skip
OWN: Final[Mapping[str, Own]] = {name: act for first, act in _FIRST.items() for name in BY_NAME[first].names}
"""What carries them out, by every name of each."""
