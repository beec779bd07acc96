"""What was said last, in how many words, and how much of it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from .answers import Ask, Say
from .paper import Paper
from .spoken import spoken

REST = Say("")
"""Stands for what is left of the last answer."""


class Speech:
    """Sets what is said into lines. ``paper`` is asked for what is written on, and ``today`` for the day,
    each time anew."""

    def __init__(self, paper: Callable[[], Paper], today: Callable[[], date], *, full: bool) -> None:
        self._asked_paper, self._today = paper, today
        self._full = full
        self._once: bool | None = None
        self._at_once: int | None = None
        self._rest: list[str] = []
        self.last: Say | Ask = Say("Nothing was said yet.")
        """The last answer, or question."""

    @property
    def has_more(self) -> bool:
        """Whether something of the last answer is left."""
        return bool(self._rest)

    def in_words(self, full: bool, *, once: bool) -> None:
        """In all words or in few, from now on or only the next time."""
        if once:
            self._once = full
        else:
            self._full = full

    def at_once(self, lines: int) -> None:
        """So many lines at once from now on, 0 for all, whatever is written on."""
        self._at_once = lines

    def aside(self, said: Say) -> list[str]:
        """What is no answer: it is not repeated, and what is left of one stays."""
        return self._lines(said.told(self._full))

    def answer(self, said: Say | Ask, asked: Ask | None) -> list[str]:
        """As much as comes at once; then how the question that is open is answered."""
        full, self._once = self._full if self._once is None else self._once, None
        if said is not REST:
            self.last = said
            self._rest = self._lines((said.say if isinstance(said, Ask) else said).told(full))
        how = self._lines([asked.asked(full)]) if asked is not None else []
        shown = self._paper.first_page(self._rest, len(how))
        lines, self._rest = self._rest[:shown], self._rest[shown:]
        left = [f"{len(self._rest)} lines more: say more."] if self._rest else []
        return [*lines, *left, *how]

    def _lines(self, sentences: Iterable[str]) -> list[str]:
        today = self._today()
        return self._paper.lines(spoken(sentence, today) for sentence in sentences)

    @property
    def _paper(self) -> Paper:
        paper = self._asked_paper()
        return paper if self._at_once is None else replace(paper, height=self._at_once)
