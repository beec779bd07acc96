"""The one table of what can be said: how it is said, what it does, and what help tells of it.

What carries a command out is loaded when it is said for the first time.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import cast

from .answers import Row, Say, Talk
from .clerk import Clerk


@dataclass(frozen=True, slots=True)
class Command:
    """``names`` are what it is said by, the first one in help; ``usage`` is what follows the name there.

    ``act`` is ``module:function`` of what carries it out, empty where the conversation does so itself.
    """

    names: tuple[str, ...]
    subject: str
    usage: str
    help: str
    act: str = ""

    @property
    def shown(self) -> str:
        """As help shows it."""
        return f"{self.names[0]} {self.usage}".strip()

    def carry_out(self, clerk: Clerk, text: str) -> Say | Talk:
        """The answer, or what asks for more."""
        module, _, name = self.act.partition(":")
        act = getattr(import_module(f".{module}", __package__), name)
        return cast("Say | Talk", act(clerk, text))


SUBJECTS = {
    "book": "booking an appointment",
    "find": "finding people, their cards and notes",
    "day": "appointments of a day, the waiting room, free times, the waiting list",
    "visit": "what is done to an appointment by its number",
    "money": "what somebody owes, and payments",
    "answers": "hearing more, less, or the same again",
    "you": "who you are, locking, leaving",
}
"""The subjects of help, in the order in which they are told."""

TABLE: tuple[Command, ...] = (
    Command(
        ("book", "b", "a"), "book", "WHO DAY TIME LENGTH TYPE - REASON",
        "book in one line, the pieces in any order; it is read back, and a yes books it", "booking:book",
    ),
    Command(
        ("for",), "book", "NUMBER DAY TIME ...", "book for somebody of the list; for this: of the card",
        "booking:book_for",
    ),
    Command(("take",), "book", "NUMBER WHO ...", "book a free time that openings has listed", "booking:take"),
    Command(("here",), "book", "WHO LENGTH ...", "book somebody who is here now", "booking:walk_in"),
    Command(("undo", "u"), "book", "", "take back your last change", "visits:undo"),
    Command(
        ("find", "f"), "find", "NAME", "people by name, telephone, birth date or #number; a number opens one",
        "people:find",
    ),
    Command(("card", "o"), "find", "NUMBER", "the card of somebody of the list", "people:card"),
    Command(
        ("new",), "find", "NAME BORN TELEPHONE", "enter somebody who is not in the book yet, after a yes",
        "newcomers:enter",
    ),
    Command(
        ("notes",), "find", "NUMBER", "the notes about them; without a number: of the card", "people:notes"
    ),
    Command(("note",), "find", "NUMBER TEXT", "write a note about them, after a yes", "people:note"),
    Command(
        ("owes", "balance"), "money", "NUMBER", "what they owe, bill by bill; without a number: of the card",
        "money:owes",
    ),
    Command(
        ("pay", "p"), "money", "NUMBER AMOUNT HOW", "take a payment: pay 3 12.50 card, pay this all cash",
        "money:pay",
    ),
    Command(("glass",), "find", "", "open a closed record for a reason, with your PIN", "people:glass"),
    Command(
        ("day", "d"), "day", "WHO WHEN",
        "the appointments of a day: day, day lee, day me next tue; day now: what is ahead", "days:day",
    ),
    Command(("room",), "day", "", "the waiting room: who waits, is seated, is expected", "days:room"),
    Command(
        ("openings", "free"), "day", "WHO LENGTH DAYS", "free times: openings lee 45m mon,thu morning",
        "days:openings",
    ),
    Command(("waiting",), "day", "NAME", "the waiting list, or those on it of a name", "waiting:waiting"),
    Command(
        ("wait",), "day", "NUMBER WISHES", "put them on it: wait 3 urgent mon,thu mornings lee 30m",
        "waiting:wait",
    ),
    Command(("off",), "day", "NUMBER WHY", "take them off it", "waiting:off"),
    Command(
        ("arrived", "i"), "visit", "NUMBER", "they are here; with a time: then; with back: not",
        "visits:arrived",
    ),
    Command(("seated", "h"), "visit", "NUMBER", "they were called in", "visits:seated"),
    Command(("left", "q"), "visit", "NUMBER", "they are gone again", "visits:left"),
    Command(("confirmed", "y"), "visit", "NUMBER", "they said that they come", "visits:confirmed"),
    Command(("completed", "c"), "visit", "NUMBER", "it took place", "visits:completed"),
    Command(("missed", "n"), "visit", "NUMBER", "nobody came", "visits:missed"),
    Command(
        ("cancel", "x"), "visit", "NUMBER WHO WHY", "cancel it: who asked for it and why is asked",
        "visits:cancel",
    ),
    Command(("reopen", "r"), "visit", "NUMBER WHY", "set it back to Scheduled", "visits:reopen"),
    Command(
        ("move", "m"), "visit", "NUMBER WHEN",
        "move it: move 3 thu 9:30, move 3 +7d, move 3 later, move 3 next", "moving:move",
    ),
    Command(("more", "next"), "answers", "", "what is left of the last answer"),
    Command(("again",), "answers", "", "the last answer once more, from its beginning"),
    Command(("brief",), "answers", "COMMAND", "fewer words from now on; with a command: for that one"),
    Command(("full",), "answers", "COMMAND", "all words"),
    Command(("page",), "answers", "LINES", "so many lines at once; 0: all"),
    Command(("help", "?"), "answers", "SUBJECT", "what can be said"),
    Command(
        ("manual",), "answers", "SUBJECT", "the manual on a subject; alone: its subjects", "manual:manual"
    ),
    Command(("who",), "you", "may", "who is signed in here; who may: what they may do"),
    Command(("out",), "you", "", "sign out; somebody else may come in"),
    Command(("lock",), "you", "", "lock the line; your PIN opens it again, as it was"),
    Command(("quit", "exit", "bye"), "you", "", "leave; a question under way is kept"),
)  # fmt: skip

BY_NAME = {name: command for command in TABLE for name in command.names}


def help_on(text: str) -> Say:
    """The subjects, or what can be said about one of them, or about one command."""
    wanted = text.casefold().strip()
    if wanted in SUBJECTS:
        rows = [Row(f"{one.shown}: {one.help}.") for one in TABLE if one.subject == wanted]
        return Say(f"Help on {SUBJECTS[wanted]}.", tuple(rows))
    if wanted in BY_NAME:
        found = BY_NAME[wanted]
        others = f" Also: {', '.join(found.names[1:])}." if found.names[1:] else ""
        return Say(f"{found.shown}: {found.help}.{others}")
    rows = [Row(f"help {name}: {about}.") for name, about in SUBJECTS.items()]
    first = "Say help and one of these words." if not wanted else f"There is no help on {wanted[:30]}."
    return Say(
        first,
        tuple(rows),
        ("A name alone finds it; a line with a day or a time books; Enter alone does nothing.",),
    )
