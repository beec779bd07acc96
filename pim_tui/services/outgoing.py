"""What goes out: whether a message still holds, asked of the book as it is now, and what it says."""

from __future__ import annotations

import json
from typing import Any

from ..db.connection import current
from ..db.filestore import store_of
from ..domain.delivery import Attachment, Mail, Trouble, Undelivered, ends_at
from ..domain.messages import House
from ..domain.sendtimes import soonest
from ..domain.text import clean
from ..errors import FileProblem
from ..models import Outbox
from ..queries.delivery import Taken, said_no, was_told
from ..queries.exporting import clinic_key
from ..queries.following import ABOUT_VISITS, facts_of, reach
from ..queries.messages import composed
from .messages import why_not
from .usecase import Work


def why_withdrawn(work: Work, row: Taken) -> str:
    """Why it is not to be sent any more; empty where it is (S7, P5)."""
    if work.now >= (ends := ends_at(row.expires_at, row.created_at)):
        return "it was too late"
    if row.payload == "{}":
        return "the customer's record was erased"
    if said_no(row.customer_id, row.channel):
        return "the customer does not want it"
    if soonest(work.now, ends, work.session.calendar.quiet, work.session.zone) is None:
        return "only quiet hours are left"
    if row.kind not in ABOUT_VISITS or row.appointment_id is None:
        return ""
    if row.kind == "cancellation" and not was_told(row.appointment_id, row.customer_id):
        return "nobody was told of the visit"
    (visit,) = reach([row.appointment_id])
    return why_not(work, row.queued, visit)


def after_quiet(work: Work, row: Taken) -> int:
    """Now, or when the quiet hours end that it is."""
    rules, zone = work.session.calendar, work.session.zone
    when = soonest(work.now, ends_at(row.expires_at, row.created_at), rules.quiet, zone)
    return work.now if when is None else when


def mail_of(work: Work, house: House, row: Taken) -> Mail:
    """The email, its words made of the template as it is now. Raises :class:`Undelivered`."""
    kept = facts_of(row.payload)
    found = composed(row.id, house, work.session.calendar.language)
    message_id = (
        kept.get("message_id") or f"<outbox-{row.id}-{row.created_at}@{clinic_key()}.pim-tui.invalid>"
    )
    mail = Mail(found.to, found.words.subject, found.words.body, message_id, work.now, _file(kept))
    if len(kept_of(row, mail)) > Outbox.payload.limit:
        raise Undelivered(Trouble.CONTENT, "The message is too long.")
    return mail


def kept_of(row: Taken, mail: Mail) -> str:
    """What is kept of a message that went: what it was about, where it went and what it said."""
    said = {"to": mail.to, "subject": mail.subject, "text": mail.text}
    return clean(json.dumps({**facts_of(row.payload), **said}, ensure_ascii=False), limit=10**6, lines=True)


def _file(kept: dict[str, Any]) -> Attachment | None:
    """What goes with it: the very bytes that were stored, found by their digest (M10)."""
    if "file" not in kept:
        return None
    try:
        return Attachment(str(kept.get("name", "")), store_of(current()).read(str(kept["file"])))
    except FileProblem as problem:
        raise Undelivered(Trouble.FILE, problem.message) from problem
