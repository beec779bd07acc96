"""What a customer answers by a message itself: stop, or start again (P5)."""

from __future__ import annotations

from dataclasses import replace

from ..domain.moments import day_of
from ..domain.people import Answer
from ..models import Consent, Customer
from ..queries.customers import record
from ..queries.merging import erased, pointer
from .customers import values_of
from .work import Work

TOLD_THE_SERVICE = "told the service"
"""The source of a no that a service has passed on."""


def answer_is(work: Work, customer_id: int, channel: str, answer: Answer, source: str) -> bool:
    """Write a customer's answer into the record, inside a running transaction; whether it is another one.

    It becomes a change of the work under way, from which the messages follow. The record of somebody who was
    erased, or became part of another one, stays as it is.
    """
    if pointer(customer_id) or erased(customer_id):
        return False
    found = record(customer_id)
    before = found.customer
    if any(one.channel == channel and one.answer == answer for one in before.consents):
        return False
    today = day_of(work.now, work.session.zone)
    told = {"answer": answer.value, "given_on": today, "source": source}
    ours = (Consent.customer == customer_id) & (Consent.channel == channel)
    if not Consent.update(**told).where(ours).execute():
        Consent.insert(customer=customer_id, channel=channel, **told).execute()
    Customer.update(version=found.version + 1).where(Customer.id == customer_id).execute()
    after = replace(before, consents=record(customer_id).customer.consents)
    work.changed(
        "change",
        "customer",
        customer_id,
        {"consents": values_of(before)["consents"]},
        {"consents": values_of(after)["consents"]},
    )
    return True
