"""Which customers an export reads, and all that is kept of them, a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from ..db.connection import select
from ..db.many import marks
from ..domain.customer import ConsentEntry, EmailEntry, NewCustomer, PhoneEntry
from ..domain.handout import CustomersWanted, PersonOut
from ..domain.names import PersonName
from ..domain.rights import Right
from .exporting import batches
from .gate import guarded

_PERSON = (
    "select id, number, active, prefix, first_name, middle_name, last_name, suffix, sex, birth_date,"
    " death_date, address, city, region, postal_code, country from customer where"
)
# What hangs on customers: their id, which kind, place, and up to four values.
_HANGING = (
    "select customer_id, 1, position, label, number, '', '' from phone where customer_id in ({0})"
    " union all select customer_id, 2, position, label, address, '', '' from email where customer_id in ({0})"
    " union all select customer_id, 3, id, name, '', '', '' from former_name where customer_id in ({0})"
    " union all select customer_id, 4, id, system, value, '', '' from external_id where customer_id in ({0})"
    " union all select customer_id, 5, id, channel, answer, coalesce(given_on, ''), source from consent"
    " where customer_id in ({0})"
    " union all select customer_id, 6, id, text, '', '', '' from alert where customer_id in ({0})"
    " union all select customer_id, 7, id, text, '', '', '' from note where customer_id in ({0})"
    " and withdrawn = 0"
    " union all select a.customer_id, 8, a.id, f.sha256, '', '', '' from attachment a"
    " join stored_file f on f.id = a.file_id where a.customer_id in ({0}) and a.kind = 'photo'"
    " and a.removed_at is null order by 1, 2, 3"
)
_KINDS = range(1, 9)
_NOTE = 7


@guarded(Right.SEE_CUSTOMER)
def customer_ids(wanted: CustomersWanted) -> list[int]:
    """Whom to export, by number. Index: ``customer (number)``, or the primary key."""
    if wanted.ids is not None:
        return list(dict.fromkeys(wanted.ids))
    where = " where active = 1" if wanted.active else ""
    return [row[0] for row in select(f"select id from customer{where} order by number")]


@guarded(Right.SEE_CUSTOMER)
def most_entries() -> tuple[int, int]:
    """How many phones, and e-mail addresses, one customer has at most.

    Indexes: ``phone (customer)``, ``email (customer)``, covering.
    """
    return _most("phone"), _most("email")


def _most(table: str) -> int:
    counted = f"select count(*) as n from {table} group by customer_id"
    return int(select(f"select coalesce(max(n), 0) from ({counted}) as counted")[0][0])


@guarded(Right.SEE_CUSTOMER)
def customers(ids: Sequence[int], *, notes: bool = True) -> Iterator[list[PersonOut]]:
    """The customers with these ids, in their order, in chunks; with their ``notes``, or without.

    Indexes: primary key; the index by customer of each table that hangs on it.
    """
    for some in batches(ids):
        hanging: dict[tuple[int, int], list[tuple[Any, ...]]] = {}
        for id_, kind, _, *values in select(_HANGING.format(marks(some)), [*some] * len(_KINDS)):
            if notes or kind != _NOTE:
                hanging.setdefault((id_, kind), []).append(tuple(values))
        rows = {row[0]: row for row in select(f"{_PERSON} id in ({marks(some)})", some)}
        yield [_person(rows[id_], hanging) for id_ in some if id_ in rows]


def _person(row: tuple[Any, ...], hanging: dict[tuple[int, int], list[tuple[Any, ...]]]) -> PersonOut:
    id_, number, active, *name, sex, born, died, address, city, region, postal_code, country = row
    phones, emails, former, external, consents, alerts, notes, photos = (
        hanging.get((id_, kind), ()) for kind in _KINDS
    )
    customer = NewCustomer(
        PersonName(*name), sex, _date(born), _date(died), address, city, region, postal_code, country,
        phones=tuple(PhoneEntry(*one[:2]) for one in phones),
        emails=tuple(EmailEntry(*one[:2]) for one in emails),
        former_names=tuple(one[0] for one in former),
        external_ids=tuple((one[0], one[1]) for one in external),
        consents=tuple(ConsentEntry(one[0], one[1], _date(one[2]), one[3]) for one in consents),
        alerts=tuple(one[0] for one in alerts),
    )  # fmt: skip
    photo = photos[0][0] if photos else ""
    return PersonOut(id_, number, bool(active), customer, tuple(one[0] for one in notes), photo)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
