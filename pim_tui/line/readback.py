"""What a line would book, said back in a sentence before anything is written."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.moments import MINUTE, day_label, day_of, short_day, span
from ..queries.catalogue import Catalogue
from ..queries.notkept import not_kept
from ..queries.proposals import Proposal
from ..queries.search import Found
from .clerk import Clerk


@dataclass(frozen=True, slots=True)
class Understood:
    """The sentence, what is always said after it, and what only who wants more words hears."""

    first: str
    rows: tuple[str, ...]
    details: tuple[str, ...]


def understood(clerk: Clerk, names: Catalogue, proposal: Proposal, customer: str) -> Understood:
    """The reading in a sentence, with the customer found, else ``customer``, and the staff member taken."""
    details, zone = proposal.details, clerk.zone
    assert details is not None
    who = person(proposal.person) if proposal.person else customer
    end = details.starts_at + details.minutes * MINUTE
    when = f"{day_label(day_of(details.starts_at, zone))} {span(details.starts_at, end, zone)}"
    kind, room = names.type_name(details.type_id), names.room_name(details.room_id)
    mode = {"virtual": "online", "phone": "by phone"}.get(details.mode, "")
    parts = (who, when, kind, f"with {proposal.staff}", room, mode)
    missed = clerk.fetch(not_kept, details.customer_id, clerk.now).says
    return Understood(
        ", ".join(filter(None, parts)),
        (
            *((f"Reason: {details.reason}.",) if details.reason else ()),
            *(f"{one.rstrip('.')}." for one in (*proposal.reading.notices, *proposal.told)),
        ),
        (f"{missed}.",) if missed else (),
    )


def person(found: Found) -> str:
    """Who it is, told from others of the name."""
    born = f"born {short_day(found.birth_date)}" if found.birth_date else "birth date unknown"
    return f"{found.full}, {born}"
