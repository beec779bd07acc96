"""A message that waits is taken back, because somebody says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..db.connection import select
from ..domain.rights import Right
from ..errors import NotFound, Refused
from ..models import Outbox
from .messages import BY_HAND
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class WithdrawMessage:
    """Take a message back that waits."""

    id: int
    reason: str = ""
    request: str = ""


@use_case(Right.CHANGE_APPOINTMENT)
def withdraw_message(work: Work, command: WithdrawMessage) -> Done:
    """Take back by hand what waits. Raises NotFound; Refused for what was sent or withdrawn already."""
    found = select("select kind, state from outbox where id = ?", [command.id])
    if not found:
        raise NotFound("That message does not exist.", "Look at the list again.")
    kind, state = found[0]
    named = kind.replace("_", " ")
    if state not in ("waiting", "draft"):
        raise Refused(f"This {named} is {state} and stays as it is.", "Only what waits can be withdrawn.")
    why = f"{BY_HAND}{work.session.name}" + (f": {command.reason.strip()}" if command.reason.strip() else "")
    changed: dict[str, Any] = {"state": "withdrawn", "why": why}
    Outbox.update(**changed).where(Outbox.id == command.id, Outbox.state == state).execute()
    work.changed("withdraw", "outbox", command.id, {"kind": kind, "state": state}, {"kind": kind, **changed})
    return Done("outbox", (command.id,), says=f"The {named} is withdrawn; u lets it wait again.")
