"""An email as it is written at the desk: what may stand in it, and what stands in it at first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

from ..errors import Fault
from .customer import EMAIL_LIMIT, is_email
from .moments import short_day
from .text import tidy, visible

SUBJECT_LIMIT, TEXT_LIMIT = 200, 4000


@dataclass(frozen=True, slots=True)
class Letter:
    """To one address; ``text`` may have several lines."""

    to: str
    subject: str
    text: str


def letter_about(
    number: str, kind: str, day: date, amount: str, left: str, whom: str, clinic: str, phone: str = ""
) -> Letter:
    """What goes with a document: nothing of what was done or sold stands in it (S7).

    ``amount`` and ``left`` are written with their currency; ``left`` is empty when nothing is owed.
    """
    owed = f"\n{left} is left to pay." if left else ""
    lines = (
        f"Dear {tidy(whom)}," if whom else "Good day,",
        "",
        f"with this email comes {kind} {number} of {short_day(day)} over {amount}.{owed}",
        "",
        "Kind regards",
        clinic,
        phone,
    )
    return Letter("", f"{kind.capitalize()} {number} from {clinic}", "\n".join(lines).rstrip())


def renewed(typed: Letter, then: Letter, now: Letter) -> Letter | None:
    """``typed``, with what is proposed ``now`` wherever it still says what was proposed ``then``.

    A text is taken line by line. None where something that is proposed otherwise by now was typed over.
    """
    names = [one.name for one in fields(Letter)]
    made = [_renewed(*(getattr(one, name).split("\n") for one in (typed, then, now))) for name in names]
    if any(one is None for one in made):
        return None
    return Letter(*("\n".join(one or ()) for one in made))


def _renewed(typed: list[str], then: list[str], now: list[str]) -> list[str] | None:
    if typed == then or then == now:
        return now if typed == then else typed
    if len(then) != len(now):
        return None
    anew = {before: after for before, after in zip(then, now, strict=True) if before != after}
    told_apart = all(then.count(line) == 1 for line in anew)
    return [anew.get(line, line) for line in typed] if told_apart and anew.keys() <= set(typed) else None


def faults_of(letter: Letter) -> list[Fault]:
    """Everything that is wrong with a letter; what would steer a mail program or a terminal is refused."""
    return [*_address(letter.to), *_subject(letter.subject), *text_faults(letter.text, TEXT_LIMIT)]


def _address(to: str) -> Iterator[Fault]:
    if not to.strip():
        yield Fault("to", "is empty")
    elif len(to) > EMAIL_LIMIT or not is_email(to):
        yield Fault("to", "is not an email address; it looks like name@example.org")


def _subject(subject: str) -> Iterator[Fault]:
    if not subject.strip():
        yield Fault("subject", "is empty")
    elif len(subject) > SUBJECT_LIMIT:
        yield Fault("subject", f"takes at most {SUBJECT_LIMIT} characters")
    elif "\n" in subject or visible(subject) != subject:
        yield Fault("subject", "has characters that may not stand in it; type it anew")


def text_faults(text: str, most: int) -> Iterator[Fault]:
    """What is wrong with the words of a message that takes ``most`` characters."""
    if not text.strip():
        yield Fault("text", "is empty")
    elif len(text) > most:
        yield Fault("text", f"takes at most {most} characters, and this has {len(text)}")
    elif visible(text) != text:
        yield Fault("text", "has characters that may not stand in it; type it anew")
