"""What is in the way of a time, and the numbered ways out of it (T7, T9)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..domain.moments import Zone, moment_label
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.visit import NO_ANSWERS, YES_QUESTIONS, Answers
from ..errors import NeedsAnswer, Refused
from ..services.work import Done
from .answers import Ask, Besides, sentence, which, words
from .clerk import Clerk

Anyway = Literal["", "yes", "overbook"]


@dataclass(frozen=True, slots=True)
class Way:
    """The way that was taken: another start, other words, or what was said to what is in the way."""

    starts_at: int | None = None
    words: str = ""
    answers: Answers = NO_ANSWERS

    def answered(self, earlier: Answers) -> Answers:
        """All that was said by now; of another start, what was said to the first one does not hold."""
        if self.starts_at is not None or self.words:
            return NO_ANSWERS
        return self.answers.besides(earlier)


@dataclass(frozen=True, slots=True)
class Blocked:
    """What is in the way, in sentences; ``offers`` are starts that can be had instead, with their labels.

    ``question`` is what a yes answers.
    """

    clashes: tuple[str, ...]
    offers: tuple[tuple[int, str], ...]
    anyway: Anyway = ""
    question: str = "same_customer"

    @property
    def has_ways(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self.offers or self.anyway)

    @classmethod
    def of(cls, error: Refused, zone: Zone) -> Blocked:
        """What a service has refused."""
        offers = tuple((at, moment_label(at, zone)) for at in error.offers)
        if isinstance(error, NeedsAnswer) and error.question in YES_QUESTIONS:
            return cls((error.message,), offers, "yes", error.question)
        return cls((error.message,), offers, "overbook" if error.rule == "T7" else "")


def tried(clerk: Clerk, service: Callable[[Session, Any], Done], command: object) -> Done | Blocked:
    """Carry out; else what is in the way, where there are ways out. Raises any other refusal."""
    try:
        return clerk.carry_out(service, command)
    except Refused as error:
        blocked = Blocked.of(error, clerk.zone)
        if not blocked.has_ways:
            raise
        return blocked


def way_out(
    clerk: Clerk, blocked: Blocked, details: Sequence[str], otherwise: str, besides: Besides
) -> Generator[Ask, str, Way]:
    """Ask which way is taken, or for the words of ``besides``; ``otherwise`` is said where nothing is."""
    starts = [f"Take {label}" for _, label in blocked.offers]
    told = {"yes": "Do it all the same"}.get(blocked.anyway, "")
    if blocked.anyway == "overbook" and clerk.may(Right.OVERBOOK):
        told = "Overbook, with a reason"
    labels = [*starts, told] if told else starts
    first, *others = map(sentence, blocked.clashes)
    if not labels:
        rights = ["Overbooking needs a right that you do not have."] if blocked.anyway else []
        return Way(words=(yield from said(first, besides, [*others, *rights, *details], otherwise)))
    reply = yield which(first, labels, [*others, *details], otherwise, besides)
    if not reply.isdigit():
        return Way(words=reply)
    taken = int(reply)
    if taken <= len(blocked.offers):
        return Way(blocked.offers[taken - 1][0])
    if blocked.anyway == "yes":
        return Way(answers=Answers.yes(blocked.question))
    reason = yield words("Why is it overbooked?", "Type the reason; Enter leaves.", otherwise=otherwise)
    return Way(answers=Answers(overbook=reason))


def said(
    told: str, wanted: Besides, details: Sequence[str], otherwise: str, slip: str = ""
) -> Generator[Ask, str, str]:
    """Ask for words until they are what is wanted: a slip loses nothing of what was typed before. ``slip`` is
    said of the first one."""
    first = f"{slip} {told}".strip()
    while True:
        more = yield words(first, f"Type {wanted.what}; Enter leaves.", details, otherwise, wanted)
        if wanted.takes(more):
            return more
        first = f"“{more[:30]}” {wanted.but(more)}. {told}"
