"""One conversation at the line: hears what is typed, answers in lines, and ends when it has to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial

from ..domain.moments import clock, day_label, day_of
from ..domain.session import Session
from ..domain.text import tidy
from ..errors import PimError, ProgramReplaced, Refused, StoreError
from ..services.views import Views
from .answers import Ask, Kind, Say, sentence
from .clerk import Clerk
from .commands import BY_NAME
from .desk import Answer, Desk
from .dialogue import Dialogue
from .doorstep import Doorstep
from .drafts import offered
from .ownwords import HELP
from .presence import Over, Presence
from .seat import Seat
from .speech import Speech
from .stay import Due

LONGEST = 400
"""Characters of a line; of a longer one nothing is done."""
ENDED = 1
"""Exit code when the program has ended the session by itself."""

_GRAVE = (Due.LOCK, Due.OUT_IDLE, Due.OUT_LOCKED, Due.OUT_LATE)


class Conversation:
    """``seat`` is of whoever has come in, None before; ``over`` once it has ended, with exit ``code``."""

    def __init__(self, desk: Desk, *, full: bool = True) -> None:
        self._desk = desk
        self._doorstep = Doorstep(desk.door, desk.settings.clinic_name, desk.counted)
        self._speech = Speech(desk.paper, self._today, full=full)
        self.seat: Seat | None = None
        self.over, self.code = False, 0

    # --- beginning and ending ---------------------------------------------------------------------

    def begin(self) -> Answer:
        """The first sentence."""
        session = self._desk.session
        return self._answer(self._welcome(session) if session.is_somebody else self._doorstep.ask())

    def end(self, why: str, code: int = 0) -> None:
        """Leave, what was answered so far kept; ``why`` is for the journal. Twice is as good as once."""
        if self.over:
            return
        self.over, self.code = True, code
        self._desk.drafts.save_now()
        self._doorstep.close()
        self._part(why)

    def _part(self, why: str) -> None:
        """Whoever is here is no longer."""
        if self.seat is not None:
            with suppress(PimError):
                self.seat.clerk.views.flush()
            with suppress(PimError):
                self._desk.door.leave(self.seat.clerk.session, why)

    def _sign_out(self) -> Ask:
        """Somebody else is asked who they are; what was under way is kept for whoever leaves."""
        self._desk.drafts.save_now()
        self._part("left")
        self.seat = None
        return self._doorstep.ask()

    def _today(self) -> date:
        session = self._desk.session
        return day_of(session.clock(), session.zone)

    def _welcome(self, session: Session) -> Say | Ask:
        desk = self._desk
        views, plain = Views(desk.settings.journal_views), desk.paper().ascii_only
        clerk = Clerk(session, desk.settings, views, desk.drafts, plain=plain)
        presence, dialogue = Presence(clerk, desk.door, desk.counted), Dialogue(clerk)
        leave = partial(self.end, "left")
        self.seat = Seat(clerk, presence, dialogue, self._speech, desk.door.origin, leave, self._sign_out)
        when = f"{day_label(clerk.today)} {clock(clerk.now, clerk.zone)}"
        first = f"{desk.settings.clinic_name}, {session.name}, {when}."
        if left := desk.drafts.latest(session.staff_id):
            return dialogue.begin(offered(clerk, left, first))
        return Say(first, details=("Say help for what can be said.",))

    # --- hearing ----------------------------------------------------------------------------------

    def hear(self, typed: str) -> Answer:
        """Answer one line as it was typed, without its end."""
        if self.seat is not None and (due := self._due()) in _GRAVE and due is not None:
            said = self._ended(self.seat.presence.carry_out(due))
            return self._aside(replace(said, details=("That line was not carried out.", *said.details)))
        try:
            self._desk.connect()
            answer = self._at_door(typed) if self.seat is None else self._heard(self.seat, typed)
        except ProgramReplaced as error:
            self.end("left", error.exit_code)
            answer = self._aside(Say(error.message, details=(error.hint,)))
        except PimError as error:
            answer = self._answer(Say(sentence(error.message), details=(_next_step(error),)))
        if self.seat is not None and not self.over:
            # What cannot be written now is written with the next look.
            with suppress(StoreError):
                self.seat.clerk.views.flush()
        return answer

    def break_off(self) -> Answer:
        """Ctrl+C: the question is given up."""
        if self.seat is None or self.seat.presence.locked or not self.seat.dialogue.is_open:
            return self._aside(Say("Say quit to leave."))
        return self._answer(self.seat.dialogue.give_up())

    def _at_door(self, typed: str) -> Answer:
        if typed.strip().casefold() in BY_NAME["quit"].names:
            self.end("left")
            return self._answer(Say("Good-bye."))
        if typed.strip() == HELP:
            return self._aside(Say("Name and PIN are asked for, one after the other; quit leaves."))
        said = self._doorstep.hear(typed[:LONGEST])
        return self._answer(said if isinstance(said, Ask) else self._welcome(said))

    def _heard(self, seat: Seat, typed: str) -> Answer:
        seat.presence.stir()
        if (news := seat.presence.stands()) is not None:
            return self._aside(self._ended(news))
        if seat.presence.locked:
            opened = seat.unlock(typed[:LONGEST])
            return self._answer(opened) if isinstance(opened, Ask) else self._aside(opened)
        if len(typed) > LONGEST:
            return self._aside(Say(f"That line was longer than {LONGEST} characters: nothing was done."))
        said = seat.hear(tidy(typed, limit=LONGEST), typed)
        if isinstance(said, Say) and (self.over or seat.presence.locked or said.passing):
            return self._aside(said)
        return self._answer(said)

    # --- what becomes due -------------------------------------------------------------------------

    def tick(self) -> Answer | None:
        """Do what is due by now: lock, warn, sign out. None where nothing is."""
        if self._doorstep.is_late:
            return self._answer(self._doorstep.ask())
        due = self._due()
        if self.seat is None or due is None:
            return None
        return self._aside(self._ended(self.seat.presence.carry_out(due)))

    def seconds(self) -> float | None:
        """In how many seconds something is due, None for never."""
        return (self._doorstep if self.seat is None else self.seat.presence).seconds()

    def _due(self) -> Due | None:
        return self.seat.presence.due() if self.seat is not None and not self.over else None

    def _ended(self, news: Over | Say) -> Say:
        """What is said; where the session has to end, it does."""
        if isinstance(news, Say):
            return news
        self.end(news.why, ENDED)
        return news.said

    # --- what is said -----------------------------------------------------------------------------

    @property
    def _asked(self) -> Ask | None:
        """The question that is open."""
        if self.over:
            return None
        return self._doorstep.asked if self.seat is None else self.seat.dialogue.ask

    def _aside(self, said: Say) -> Answer:
        """What is no answer to be repeated."""
        return self._set(self._speech.aside(said))

    def _answer(self, said: Say | Ask | None) -> Answer:
        """What is said to a line, perhaps nothing; then how the question is answered that is open."""
        return self._set([] if said is None else self._speech.answer(said, self._asked))

    def _set(self, lines: list[str]) -> Answer:
        locked = self.seat is not None and self.seat.presence.locked
        unseen = locked or (self._asked is not None and self._asked.kind is Kind.SECRET)
        prompt = "PIN: " if unseen else "? " if self._asked is not None else "> "
        return Answer(tuple(lines), "" if self.over else prompt, unseen and not self.over)


def _next_step(error: PimError) -> str:
    """What to do, with the command for it."""
    if isinstance(error, Refused):
        command = error.step.partition(".")[2]
        return error.hint_by(command if command in BY_NAME else "")
    return error.hint
