"""What a customer says about a channel, written down at the moment they say it (P5)."""

from __future__ import annotations

from typing import Any

from ..domain.customer import ConsentEntry
from ..domain.moments import day_of
from ..domain.people import Answer, Channel
from ..models import Consent, Customer
from ..queries.customers import Record, record
from .usecase import Work


def note_consent(work: Work, customer_id: int, channel: Channel, answer: Answer, source: str) -> None:
    """Keep an answer with its day and source, as a change of the customer's record.

    The record is a version newer afterwards: a form that was open over it compares before it saves.
    """
    found = record(customer_id)
    given: dict[str, Any] = {
        "answer": str(answer), "given_on": day_of(work.now, work.session.zone), "source": source,
    }  # fmt: skip
    changed = (
        Consent.update(**given)
        .where(Consent.customer == customer_id, Consent.channel == str(channel))
        .execute()
    )
    if not changed:
        Consent.insert(customer=customer_id, channel=str(channel), **given).execute()
    Customer.update(version=found.version + 1).where(
        Customer.id == customer_id, Customer.version == found.version
    ).execute()
    work.changed("change", "customer", customer_id, _told(found), _told(record(customer_id)))


def _told(found: Record) -> dict[str, Any]:
    return {"consents": [_plain(one) for one in found.customer.consents]}


def _plain(one: ConsentEntry) -> list[str | None]:
    return [one.channel, one.answer, one.given_on.isoformat() if one.given_on else None, one.source]
