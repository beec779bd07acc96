"""A command that asks before it is carried out: the question that is open, and what becomes of its answer."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import PimError, ProgramReplaced, StoreError
from .answers import Ask, Say, Talk
from .clerk import Clerk


class Dialogue:
    """At most one command is under way; ``ask`` is what it asks, None where nothing is asked."""

    def __init__(self, clerk: Clerk) -> None:
        self._clerk = clerk
        self._talk: Talk | None = None
        self.ask: Ask | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is under way."""
        return self._talk is not None

    def begin(self, answer: Say | Talk) -> Say | Ask:
        """An answer, or the first question of what asks for more."""
        if isinstance(answer, Say):
            return answer
        self._talk = answer
        return self._go_on(lambda: next(answer))

    def reply(self, ask: Ask, line: str, typed: str) -> Say | Ask:
        """The next question, or how it ended; a line that is no answer leaves the question open."""
        talk = self._talk
        assert talk is not None
        if (reply := ask.reply(line, typed)) is None:
            return Say("That is no answer.")
        return self._go_on(lambda: talk.send(reply))

    def give_up(self) -> Say:
        """Leave the question under way: nothing of it is done, and nothing is kept."""
        told = self.ask.otherwise if self.ask else "Nothing was done."
        if self._talk is not None:
            self._talk.close()
        self._talk, self.ask = None, None
        self._clerk.drop()
        return Say(told)

    def _go_on(self, step: Callable[[], Ask]) -> Say | Ask:
        """To the next question, or to the end of it. What a store would not take now stays a draft."""
        try:
            self.ask = step()
            return self.ask
        except StopIteration as end:
            self._talk, self.ask = None, None
            self._clerk.drop()
            said: Say = end.value
            return said
        except PimError as error:
            self._talk, self.ask = None, None
            if not isinstance(error, StoreError | ProgramReplaced):
                self._clerk.drop()
            raise
