"""What is said at the line: an answer begins with a short sentence, a question ends with how to answer it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, TypeAlias


class Row(NamedTuple):
    """One line of a list: what is always said of it, and what only who wants more words hears."""

    text: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """An answer. ``first`` is the sentence that is heard first; ``rows`` follow it, ``details`` come last and
    are left out where few words are wanted. ``passing``: it takes the place of no answer, for it is about how
    they are said."""

    first: str
    rows: tuple[Row, ...] = ()
    details: tuple[str, ...] = ()
    passing: bool = False

    def told(self, full: bool) -> tuple[str, ...]:
        """The sentences in order, each to stand on a line of its own."""
        rows = (", ".join(filter(None, row if full else row[:1])) for row in self.rows)
        return tuple(filter(None, (self.first, *rows, *(self.details if full else ()))))


class Kind(Enum):
    """What answers a question."""

    YES = "yes or no"
    CHOICE = "a number"
    WORDS = "in words"
    SECRET = "unseen"


class Besides(NamedTuple):
    """What a question takes besides a yes or a number: ``what`` says it to whoever is asked, ``takes`` is
    whether a line is that, ``but`` what is said of one that is not."""

    what: str
    takes: Callable[[str], bool]
    but: Callable[[str], str] = lambda line: "was not understood"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: what is told before it, and ``how`` it is answered.

    ``choices`` are how many numbers can be answered; ``otherwise`` is said when it is left open, with Enter
    on an empty line or a no. ``besides`` are the words that answer it as well, or of one that is answered in
    words those that do.
    """

    say: Say
    kind: Kind
    how: str
    choices: int = 0
    otherwise: str = "Nothing was done."
    besides: Besides | None = None

    def asked(self, full: bool) -> str:
        """How it is answered, in more words or fewer."""
        return self.how if full else f"Answer {self.kind.value}."

    def wants(self, line: str) -> bool:
        """Whether a line is an answer, whatever else it may be: any words where any are asked for."""
        if self.kind is Kind.WORDS and self.besides is not None:
            return self.besides.takes(line)
        return self.kind in (Kind.WORDS, Kind.SECRET)

    def reply(self, line: str, typed: str) -> str | None:
        """What is sent for a ``line``, ``typed`` letter for letter; None where that is no answer."""
        if self.kind is Kind.YES:
            return "yes" if line.casefold() in ("yes", "y") else self._in_words(line)
        if self.kind is Kind.CHOICE:
            plain = line.isascii() and line.isdigit() and len(line) < 6
            return line if plain and 1 <= int(line) <= self.choices else self._in_words(line)
        return typed if self.kind is Kind.SECRET else line

    def _in_words(self, line: str) -> str | None:
        """A line that is neither a yes nor one of the numbers. Another number is a slip."""
        return line if self.besides and not line.isdigit() and self.besides.takes(line) else None


Talk: TypeAlias = Generator[Ask, str, Say]
"""A command that asks: it is sent ``yes``, the number as it was typed, or the words."""


def sentence(text: str) -> str:
    """The text with an end: faults and what is in the way have none."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def numbered(labels: Iterable[str | Row], first: int = 1) -> tuple[Row, ...]:
    """Rows with a number before each, and a breath after it."""
    rows = (Row(label) if isinstance(label, str) else label for label in labels)
    return tuple(Row(f"{number}, {row.text}", row.rest) for number, row in enumerate(rows, first))


def yes_or_no(
    first: str,
    details: Sequence[str] = (),
    otherwise: str = "Nothing was done.",
    besides: Besides | None = None,
    rows: Sequence[str] = (),
) -> Ask:
    """A question before something is written; ``rows`` are said in few words as well."""
    how = f"Answer yes or no{_or_say(besides)}; Enter is no."
    say = Say(first, tuple(map(Row, rows)), tuple(details))
    return Ask(say, Kind.YES, how, otherwise=otherwise, besides=besides)


def which(
    first: str,
    labels: Sequence[str | Row],
    details: Sequence[str] = (),
    otherwise: str = "Nothing was done.",
    besides: Besides | None = None,
) -> Ask:
    """A choice by number."""
    how = f"Answer {f'a number from 1 to {len(labels)}' if len(labels) > 1 else '1'}"
    say = Say(first, numbered(labels), tuple(details))
    return Ask(say, Kind.CHOICE, f"{how}{_or_say(besides)}; Enter is none.", len(labels), otherwise, besides)


def _or_say(besides: Besides | None) -> str:
    return f", or say {besides.what}" if besides else ""


def words(
    first: str,
    how: str,
    details: Sequence[str] = (),
    otherwise: str = "Nothing was done.",
    besides: Besides | None = None,
) -> Ask:
    """A question that is answered in words: in any, or in those of ``besides``."""
    return Ask(Say(first, (), tuple(details)), Kind.WORDS, how, otherwise=otherwise, besides=besides)


def secret(first: str, how: str, otherwise: str = "Nothing was done.") -> Ask:
    """A question whose answer is not shown."""
    return Ask(Say(first), Kind.SECRET, how, otherwise=otherwise)
