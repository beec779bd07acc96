"""The second person that a difference of a controlled product needs (K5).

The PIN is checked before the transaction of the difference begins: it takes its time on purpose, and a
wrong one stays in the journal although nothing else does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ..domain.rights import Right
from ..domain.session import Session
from ..errors import Refused
from ..queries.product_records import ProductRecord
from .independence import require_independent
from .pins import verify

_HINT = "Let somebody else look at it with you and type their PIN."


class Difference(Protocol):
    """A command that says who else has seen the difference, and that person's PIN."""

    @property
    def witness_id(self) -> int | None: ...
    @property
    def witness_pin(self) -> str: ...
    @property
    def request(self) -> str: ...


C = TypeVar("C", bound=Difference)


@dataclass(frozen=True, slots=True)
class Witnessed(Generic[C]):
    """A command whose witness, if it names one, has typed the right PIN."""

    command: C

    @property
    def request(self) -> str:
        """The request id of the command."""
        return self.command.request

    def by(self, product: ProductRecord) -> int | None:
        """The witness of a difference of *product*; None for one that is not controlled. Refused without."""
        if not product.fields.controlled:
            return None
        if self.command.witness_id is None:
            name = product.fields.name
            raise Refused(f"{name} is controlled: a difference needs a second person.", _HINT, rule="K5")
        return self.command.witness_id


def witnessed(session: Session, command: C, right: Right = Right.COUNT_STOCK) -> Witnessed[C]:
    """*command* once its witness is somebody else and has typed their PIN. Raises Refused (K5, R4).

    ``right`` is what the command needs.
    """
    session.needs(right)
    if command.witness_id is None:
        return Witnessed(command)
    if command.witness_id == session.staff_id:
        raise Refused("The second person is somebody else than who counts.", _HINT, rule="K5")
    verify(session, command.witness_id, command.witness_pin)
    require_independent(session.clock(), command.witness_id, {session.staff_id}, right)
    return Witnessed(command)
