"""One conversation at the line: hears what is typed, answers in lines, and remembers what is being asked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from ..config import Settings
from ..db.drafts import DraftStore
from ..domain.moments import clock, day_label
from ..domain.rights import TITLES
from ..domain.session import Session
from ..domain.text import tidy
from ..errors import PimError, ProgramReplaced, StoreError
from ..services.signing import Door
from ..services.views import Views
from .answers import Ask, Kind, Say, Talk, sentence
from .clerk import Clerk
from .commands import BY_NAME, help_on
from .doorstep import Doorstep
from .drafts import offered
from .paper import Paper
from .presence import Over, Presence
from .speech import REST, Speech
from .stay import Due

LONGEST = 400
"""Characters of a line; of a longer one nothing is done."""
ENDED = 1
"""Exit code when the program has ended the session by itself."""

_GRAVE = (Due.LOCK, Due.OUT_IDLE, Due.OUT_LOCKED, Due.OUT_LATE)


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


class Conversation:
    """``over`` once it has ended, with exit ``code``."""

    def __init__(self, desk: Desk, *, full: bool = True) -> None:
        self._desk = desk
        self._clerk: Clerk | None = None
        self._doorstep = Doorstep(desk.door, desk.settings.clinic_name, desk.counted)
        self._presence: Presence | None = None
        self._talk: Talk | None = None
        self._ask: Ask | None = None
        self._speech = Speech(desk.paper, full=full)
        self.over, self.code = False, 0

    # --- beginning and ending ---------------------------------------------------------------------

    def begin(self) -> Answer:
        """The first sentence."""
        if self._desk.session.is_somebody:
            return self._answer(self._welcome(self._desk.session))
        return self._answer(self._doorstep.ask())

    def end(self, why: str, code: int = 0) -> None:
        """Leave, what was answered so far kept; ``why`` is for the journal. Twice is as good as once."""
        if self.over:
            return
        self.over, self.code = True, code
        self._desk.drafts.save_now()
        self._doorstep.close()
        if self._clerk is not None:
            with suppress(PimError):
                self._clerk.views.flush()
            with suppress(PimError):
                self._desk.door.leave(self._clerk.session, why)

    def _welcome(self, session: Session) -> Say | Ask:
        desk = self._desk
        self._clerk = clerk = Clerk(session, desk.settings, Views(desk.settings.journal_views), desk.drafts)
        self._presence = Presence(clerk, desk.door, desk.counted)
        when = f"{day_label(clerk.today)} {clock(clerk.now, clerk.zone)}"
        first = f"{desk.settings.clinic_name}, {session.name}, {when}."
        if left := desk.drafts.latest(session.staff_id):
            return self._begin(offered(clerk, left, first))
        return Say(first, details=("Say help for what can be said.",))

    # --- hearing ----------------------------------------------------------------------------------

    def hear(self, typed: str) -> Answer:
        """Answer one line as it was typed, without its end."""
        if (due := self._due()) in _GRAVE and due is not None:
            said = self._ended(self._here.carry_out(due))
            return self._aside(replace(said, details=("That line was not carried out.", *said.details)))
        try:
            self._desk.connect()
            answer = self._heard(typed)
        except ProgramReplaced as error:
            self.end("left", error.exit_code)
            answer = self._aside(Say(error.message, details=(error.hint,)))
        except PimError as error:
            answer = self._answer(Say(sentence(error.message), details=(error.hint,)))
        if self._clerk is not None and not self.over:
            # What cannot be written now is written with the next look.
            with suppress(StoreError):
                self._clerk.views.flush()
        return answer

    def tick(self) -> Answer | None:
        """Do what is due by now: lock, warn, sign out. None where nothing is."""
        if self._doorstep.is_late:
            return self._answer(self._doorstep.ask())
        due = self._due()
        return None if due is None else self._aside(self._ended(self._here.carry_out(due)))

    def seconds(self) -> float | None:
        """In how many seconds something is due, None for never."""
        return (self._doorstep if self._presence is None else self._presence).seconds()

    def break_off(self) -> Answer:
        """Ctrl+C: the question is given up."""
        if self._talk is None or self._locked:
            return self._aside(Say("Say quit to leave."))
        return self._answer(self._give_up())

    def _heard(self, typed: str) -> Answer:
        if self._clerk is None:
            return self._answer(self._at_door(typed))
        self._here.stir()
        if (news := self._here.stands()) is not None:
            return self._aside(self._ended(news))
        if self._locked:
            return self._unlocked(typed)
        if len(typed) > LONGEST:
            return self._aside(Say(f"That line was longer than {LONGEST} characters: nothing was done."))
        line = tidy(typed, limit=LONGEST)
        said = self._commanded(line) if self._ask is None else self._replied(self._ask, line, typed)
        if isinstance(said, Say) and (self.over or self._locked):
            return self._aside(said)
        return self._answer(said)

    def _at_door(self, typed: str) -> Say | Ask:
        if typed.strip().casefold() in BY_NAME["quit"].names:
            self.end("left")
            return Say("Good-bye.")
        said = self._doorstep.hear(typed[:LONGEST])
        if isinstance(said, Ask):
            return said
        self._ask = None
        return self._welcome(said)

    # --- commands ---------------------------------------------------------------------------------

    @property
    def _somebody(self) -> Clerk:
        assert self._clerk is not None
        return self._clerk

    @property
    def _here(self) -> Presence:
        assert self._presence is not None
        return self._presence

    @property
    def _locked(self) -> bool:
        return self._presence is not None and self._presence.locked

    def _commanded(self, line: str) -> Say | Ask | None:
        """Carry out a command, open a number, or take the line for a name or a booking."""
        name, _, text = line.partition(" ")
        if not line:
            return None
        if name.casefold() in self._own:
            return self._own[name.casefold()](text.strip())
        command = BY_NAME.get(name.casefold())
        if command is not None:
            return self._begin(command.carry_out(self._somebody, text.strip()))
        from .plain import plain

        return self._begin(plain(self._somebody, line))

    def _begin(self, answer: Say | Talk) -> Say | Ask:
        """An answer, or the first question of what asks for more."""
        if isinstance(answer, Say):
            return answer
        self._talk = answer
        return self._go_on(lambda: next(answer))

    def _go_on(self, step: Callable[[], Ask]) -> Say | Ask:
        """To the next question, or to the end of it. What a store would not take now stays a draft."""
        try:
            self._ask = step()
            return self._ask
        except StopIteration as end:
            self._talk, self._ask = None, None
            self._somebody.drop()
            said: Say = end.value
            return said
        except PimError as error:
            self._talk, self._ask = None, None
            if not isinstance(error, StoreError | ProgramReplaced):
                self._somebody.drop()
            raise

    def _give_up(self) -> Say:
        """Leave the question under way: nothing of it is done, and nothing is kept."""
        told = self._ask.otherwise if self._ask else "Nothing was done."
        if self._talk is not None:
            self._talk.close()
        self._talk, self._ask = None, None
        self._somebody.drop()
        return Say(told)

    def _replied(self, ask: Ask, line: str, typed: str) -> Say | Ask | None:
        """What was asked is answered or given up; or first a command of the conversation is carried out."""
        talk = self._talk
        assert talk is not None
        if not line:
            return self._give_up()
        free = ask.kind in (Kind.WORDS, Kind.SECRET)
        name, _, text = line.removeprefix(".").partition(" ")
        if (line.startswith(".") or not free) and name.casefold() in self._own:
            return self._own[name.casefold()](text.strip())
        if not free and line.casefold() in ("no", "n", "none"):
            return self._give_up()
        if (reply := ask.reply(line, typed)) is None:
            return Say("That is no answer.")
        return self._go_on(lambda: talk.send(reply))

    # --- about the conversation itself ------------------------------------------------------------

    @property
    def _own(self) -> dict[str, Callable[[str], Say | Ask | None]]:
        """What is carried out here, by every name of it."""
        own: dict[str, Callable[[str], Say | Ask | None]] = {
            "more": self._more, "again": self._again, "brief": self._brief, "full": self._all_words,
            "page": self._page, "help": self._help, "who": self._who, "lock": self._lock, "quit": self._quit,
        }  # fmt: skip
        return {name: act for first, act in own.items() for name in BY_NAME[first].names}

    def _more(self, text: str) -> Say:
        return REST if self._speech.has_more else Say("That was all.")

    def _again(self, text: str) -> Say | Ask:
        return self._ask or self._speech.last

    def _brief(self, text: str) -> Say | Ask | None:
        return self._in_words(text, full=False)

    def _all_words(self, text: str) -> Say | Ask | None:
        return self._in_words(text, full=True)

    def _in_words(self, text: str, *, full: bool) -> Say | Ask | None:
        """From now on, beginning with the last answer; or for one command alone."""
        if text and self._ask is not None:
            return Say("Answer the question first.")
        self._speech.in_words(full, once=bool(text))
        return self._commanded(text) if text else self._again(text)

    def _page(self, text: str) -> Say:
        if not (text.isascii() and text.isdigit() and len(text) < 4):
            return Say("How many lines at once? Such as: page 20; page 0 says all at once.")
        self._speech.at_once(int(text))
        return Say(f"{text} lines at once." if int(text) else "All lines at once.")

    def _help(self, text: str) -> Say:
        if self._ask is not None and not text:
            return Say("Enter alone leaves the question. With a dot before them: .again, .lock, .quit.")
        return help_on(text)

    def _who(self, text: str) -> Say:
        session, desk = self._somebody.session, self._desk
        may = "; ".join(title for right, title in TITLES.items() if right in session.rights)
        told = (f"Signed in from {desk.door.origin}.", f"You may {may}.")
        return Say(f"{session.name}, {desk.settings.clinic_name}.", details=told)

    def _quit(self, text: str) -> Say:
        kept = " What was asked is kept." if self._talk is not None else ""
        self.end("left")
        return Say(f"Good-bye.{kept}")

    # --- locking, and how somebody stands ---------------------------------------------------------

    def _lock(self, text: str) -> Say:
        if not self._here.has_pin:
            return Say("You have no PIN to unlock with.", details=("quit signs you out.",))
        self._here.lock("key")
        return Say(f"Locked. The PIN of {self._somebody.session.name} opens it, quit leaves.")

    def _unlocked(self, typed: str) -> Answer:
        """The PIN, and nothing else, opens the line again, as it was."""
        if typed.strip().casefold() in BY_NAME["quit"].names:
            return self._aside(self._quit(""))
        if not typed.strip():
            return self._aside(Say(f"Locked. Type the PIN of {self._somebody.session.name}, or quit."))
        try:
            self._here.unlock(typed[:LONGEST])
        except PimError as error:
            return self._aside(Say(error.message, details=(error.hint,)))
        if self._ask is not None:
            return self._answer(self._ask)
        return self._aside(Say("Unlocked.", details=("again repeats the last answer.",)))

    def _due(self) -> Due | None:
        return self._presence.due() if self._presence is not None and not self.over else None

    def _ended(self, news: Over | Say) -> Say:
        """What is said; where the session has to end, it does."""
        if isinstance(news, Say):
            return news
        self.end(news.why, ENDED)
        return news.said

    # --- what is said -----------------------------------------------------------------------------

    def _aside(self, said: Say) -> Answer:
        """What is no answer to be repeated."""
        return self._set(self._speech.aside(said))

    def _answer(self, said: Say | Ask | None) -> Answer:
        """What is said to a line, perhaps nothing; a question is open from then on."""
        if isinstance(said, Ask):
            self._ask = said
        if said is None:
            return self._set([])
        return self._set(self._speech.answer(said, None if self.over else self._ask))

    def _set(self, lines: list[str]) -> Answer:
        unseen = self._locked or (self._ask is not None and self._ask.kind is Kind.SECRET)
        prompt = "PIN: " if unseen else "? " if self._ask is not None else "> "
        return Answer(tuple(lines), "" if self.over else prompt, unseen and not self.over)
