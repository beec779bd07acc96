"""Emails out of the outbox: the words of now, the file as it was stored, one Message-ID each try (M10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ..db.connection import current
from ..db.filestore import store_of
from ..domain.delivery import Attachment, Carrier, Mail, Trouble, Undelivered
from ..domain.invites import Guest
from ..domain.jsontext import from_json, to_json
from ..domain.messages import House
from ..domain.text import clean
from ..errors import FileProblem
from ..models import Outbox
from ..queries.delivery import Taken
from ..queries.exporting import clinic_key
from ..queries.messages import composed
from .couriers import Handed
from .inviting import calendar_of
from .work import Work


@dataclass(frozen=True, slots=True)
class ByEmail:
    """The :class:`~pim_tui.services.couriers.Courier` of emails; ``house`` is the clinic as they name it."""

    carrier: Carrier
    house: House
    channel: ClassVar[str] = "email"

    def carry(self, work: Work, row: Taken) -> Handed:
        """Send one; see :class:`~pim_tui.services.couriers.Courier`."""
        mail = mail_of(work, self.house, row)
        said = {"to": mail.to, "subject": mail.subject, "text": mail.text}
        payload = {**from_json(row.payload), **said}
        if len(kept(payload)) > Outbox.payload.limit:
            raise Undelivered(Trouble.CONTENT, "The message is too long.")
        self.carrier.send(mail)
        return Handed(payload=payload, extra={"message_id": mail.message_id})

    def close(self) -> None:
        """Let go of the line."""
        self.carrier.close()


def mail_of(work: Work, house: House, row: Taken) -> Mail:
    """The email, its words made of the template as it is now. Raises :class:`Undelivered`."""
    facts = from_json(row.payload)
    found = composed(row.id, house, work.session.calendar.language)
    message_id = (
        facts.get("message_id") or f"<outbox-{row.id}-{row.created_at}@{clinic_key()}.pim-tui.invalid>"
    )
    words, guest = found.words, Guest(found.row.customer, found.to)
    calendar = calendar_of(work, house, row, guest)
    return Mail(found.to, words.subject, words.body, message_id, work.now, _file(facts), calendar)


def kept(payload: object) -> str:
    """What is kept of a message, as the outbox stores it."""
    return clean(to_json(payload), limit=10**6, lines=True)


def _file(facts: dict[str, Any]) -> Attachment | None:
    """What goes with it: the very bytes that were stored, found by their digest (M10)."""
    if "file" not in facts:
        return None
    try:
        return Attachment(str(facts.get("name", "")), store_of(current()).read(str(facts["file"])))
    except FileProblem as problem:
        raise Undelivered(Trouble.FILE, problem.message) from problem
