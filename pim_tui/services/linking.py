"""Visits for somebody the book does not know are kept under one record until a person says whose they are.

Open such a visit and give it its customer: its time is its own already and is not judged anew.
"""

from __future__ import annotations

from ..domain.customer import NewCustomer
from ..domain.names import PersonName
from ..queries import known
from .customer_rows import insert_customers
from .customers import values_of
from .work import Work

TO_BE_LINKED = "To be linked"
_ALERT = (
    "Not a person: visits that came in for somebody the book did not know."
    " Open each visit and give it its customer."
)
KEEPER = NewCustomer(PersonName(last=TO_BE_LINKED), external_ids=(known.TO_BE_LINKED,), alerts=(_ALERT,))
"""That record."""


def keeper(work: Work) -> int:
    """The id of that record, which is made on first need, inside the running transaction."""
    if (here := known.kept_for_linking()) is not None:
        return here
    (id_,) = insert_customers(work.session, [KEEPER])
    work.changed("create", "customer", id_, None, values_of(KEEPER))
    return id_
