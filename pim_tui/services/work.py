"""What goes through a use case: the command, the work under way, and the answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Protocol

from ..domain.jsontext import to_json
from ..domain.session import Session
from ..queries.holds import Asker
from .audit import Change, Values


class Command(Protocol):
    """Every command carries the id made when its form opened: the same one twice is answered once."""

    @property
    def request(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Done:
    """What a use case answers: the records it changed, their ISO days, and a sentence for the footer."""

    kind: str
    ids: tuple[int, ...]
    days: tuple[str, ...] = ()
    version: int = 0
    says: str = ""

    def to_json(self) -> str:
        """The answer as kept beside the journal line."""
        return to_json({name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def from_json(cls, text: str) -> Done:
        """The inverse of :meth:`to_json`."""
        raw = json.loads(text)
        return cls(**{**raw, "ids": tuple(raw["ids"]), "days": tuple(raw["days"])})


@dataclass(slots=True)
class Work:
    """A use case under way: who acts, when it is, and what has been changed so far.

    ``told`` are words for whoever acts, about what follows from that.
    """

    session: Session
    now: int
    changes: list[Change] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def asker(self) -> Asker:
        """Whoever carries this out: what this session holds is not in its way (T8)."""
        return Asker(self.session.key, self.now, self.session.zone)

    def money(self, amount: int) -> str:
        """Minor units for people: ``12.50 EUR``."""
        from ..domain.money import shown

        return shown(amount, self.session.currency)

    def figures(self, amount: int) -> str:
        """The same without the currency, where that is told already."""
        from ..domain.money import figures

        return figures(amount, self.session.currency)

    def changed(
        self,
        action: str,
        kind: str,
        row_id: int | None,
        before: Values | None,
        after: Values | None,
        reason: str = "",
    ) -> None:
        """Note a change for the journal."""
        self.changes.append(Change(action, kind, row_id, before, after, reason))
