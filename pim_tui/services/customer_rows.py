"""A customer as rows: the record, what hangs on it, and the words, digits and sounds that find it (P1).

One way for the form, the import and the demo alike. Values pass the fields of the models, so they are
cleaned as everywhere; the rows then go to the database in one statement per table, because building
them one by one would make an import of 100 000 people a matter of hours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from ..db.bulk import insert
from ..db.connection import select
from ..domain.customer import NewCustomer
from ..domain.moments import day_of
from ..domain.names import search_words, sound_words
from ..domain.phones import dialled, search_suffixes
from ..domain.session import Session
from ..domain.text import fold
from ..models import (
    Alert,
    Consent,
    Customer,
    Email,
    ExternalId,
    FormerName,
    Phone,
    SearchDigits,
    SearchSound,
    SearchWord,
)

BATCH = 5_000
"""Customers per round of statements: keeps the memory of a large import level."""

_CUSTOMER = (
    Customer.version, Customer.number, Customer.prefix, Customer.first_name, Customer.middle_name,
    Customer.last_name, Customer.suffix, Customer.sort_name, Customer.sex, Customer.birth_date,
    Customer.death_date, Customer.address, Customer.city, Customer.region, Customer.postal_code,
    Customer.country, Customer.created_at, Customer.active,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """The words of the names somebody has, those of names they had alone, and how all of them sound (P1)."""

    words: Collection[str]
    former: Collection[str]
    sounds: Collection[str]


@dataclass(frozen=True, slots=True)
class FoundBy:
    """What the search finds somebody by (P1): their names, and the tails of their telephone numbers."""

    names: Names
    tails: Collection[str]


def found_by(row: NewCustomer, region: str) -> FoundBy:
    """Worked out of the record alone, so that it can be done before the transaction that stores it."""
    return FoundBy(_names_of(row), _tails_of(row, region))


def insert_customers(
    session: Session,
    rows: Sequence[NewCustomer],
    gone: Container[int] = (),
    found: Sequence[FoundBy] = (),
) -> list[int]:
    """Store *rows* inside the running write transaction; their ids, in order.

    ``gone`` are the places among *rows* of those who are no longer customers, ``found`` is what each of them
    is found by, where that is known already. Numbers go on from the highest one given. Nothing is checked for
    likeness (P3) and no journal line is written: both are the caller's. ``IntegrityError`` when an external
    id is already taken.
    """
    ids: list[int] = []
    for start in range(0, len(rows), BATCH):
        end = start + BATCH
        ids += _insert_batch(session, rows[start:end], gone, start, found[start:end])
    return ids


def _insert_batch(
    session: Session,
    rows: Sequence[NewCustomer],
    gone: Container[int],
    start: int,
    known: Sequence[FoundBy],
) -> list[int]:
    now, first = session.clock(), next_number()
    insert(
        _CUSTOMER,
        (
            (1, first + place, *customer_values(row).values(), now, start + place not in gone)
            for place, row in enumerate(rows)
        ),
    )
    found = select("select id from customer where number >= ? order by number", [first])
    ids = [int(id_) for (id_,) in found]
    satellites = Satellites(session.country, day_of(now, session.zone))
    for id_, row, by in zip(ids, rows, known or _found(rows, session.country), strict=True):
        satellites.add(id_, row, by)
    satellites.write()
    return ids


def _found(rows: Iterable[NewCustomer], region: str) -> Iterator[FoundBy]:
    return (found_by(row, region) for row in rows)


def next_number() -> int:
    """The customer number after the highest one. Index: ``customer (number)``."""
    return int(select("select coalesce(max(number), 0) + 1 from customer")[0][0])


def customer_values(row: NewCustomer) -> dict[str, Any]:
    """The columns of ``customer`` that a form decides, in the order of the table."""
    name = row.name
    return {
        "prefix": name.prefix, "first_name": name.first, "middle_name": name.middle, "last_name": name.last,
        "suffix": name.suffix, "sort_name": fold(name.listed), "sex": row.sex, "birth_date": row.birth_date,
        "death_date": row.death_date, "address": row.address, "city": row.city, "region": row.region,
        "postal_code": row.postal_code, "country": row.country,
    }  # fmt: skip


@dataclass(slots=True)
class Satellites:
    """The rows that hang on customers, gathered and then written in one statement per table.

    ``region`` is the country whose telephone numbers need no prefix. ``since`` keeps the day of an
    alert that was there before; a new one is of ``today``.
    """

    region: str
    today: date
    since: Mapping[str, date | None] = field(default_factory=dict)
    phones: list[tuple[Any, ...]] = field(default_factory=list)
    digits: list[tuple[Any, ...]] = field(default_factory=list)
    emails: list[tuple[Any, ...]] = field(default_factory=list)
    former: list[tuple[Any, ...]] = field(default_factory=list)
    words: list[tuple[Any, ...]] = field(default_factory=list)
    sounds: list[tuple[Any, ...]] = field(default_factory=list)
    external: list[tuple[Any, ...]] = field(default_factory=list)
    consents: list[tuple[Any, ...]] = field(default_factory=list)
    alerts: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, id_: int, row: NewCustomer, by: FoundBy) -> None:
        """Everything that hangs on customer ``id_``, who is found ``by`` that."""
        self._keep_names(id_, row, by.names)
        self._keep_phones(id_, row, by.tails)
        self.add_emails(id_, row)
        self.add_external_ids(id_, row)
        self.add_consents(id_, row)
        self.add_alerts(id_, row)

    def add_names(self, id_: int, row: NewCustomer) -> None:
        """Former names, and the words and sounds of all names."""
        self._keep_names(id_, row, _names_of(row))

    def _keep_names(self, id_: int, row: NewCustomer, names: Names) -> None:
        self.former += [(id_, former) for former in row.former_names]
        self.words += [(word, id_, 0) for word in names.words]
        self.words += [(word, id_, 1) for word in names.former]
        self.sounds += [(sound, id_) for sound in names.sounds]

    def add_phones(self, id_: int, row: NewCustomer) -> None:
        """Telephone numbers and the tails they are found by."""
        self._keep_phones(id_, row, _tails_of(row, self.region))

    def _keep_phones(self, id_: int, row: NewCustomer, tails: Iterable[str]) -> None:
        self.phones += [
            (id_, place, label, number, e164_of(number, self.region))
            for place, (label, number) in enumerate(row.phones)
        ]
        self.digits += [(tail, id_) for tail in tails]

    def add_emails(self, id_: int, row: NewCustomer) -> None:
        """Email addresses, and what two spellings of one have in common."""
        self.emails += [
            (id_, place, label, address, folded_email(address))
            for place, (label, address) in enumerate(row.emails)
        ]

    def add_external_ids(self, id_: int, row: NewCustomer) -> None:
        """What other programs call the customer."""
        self.external += [(id_, system, value) for system, value in row.external_ids]

    def add_consents(self, id_: int, row: NewCustomer) -> None:
        """Consent per channel (P5)."""
        self.consents += [(id_, *consent) for consent in row.consents]

    def add_alerts(self, id_: int, row: NewCustomer) -> None:
        """What whoever opens the record must see first."""
        self.alerts += [(id_, text, self.since.get(text, self.today)) for text in row.alerts]

    def write(self) -> None:
        """Insert what was gathered.

        Search rows in the order of their keys: each page of a large table is then fetched and written once.
        """
        insert((Phone.customer, Phone.position, Phone.label, Phone.number, Phone.e164), self.phones)
        insert((Email.customer, Email.position, Email.label, Email.address, Email.folded), self.emails)
        insert((FormerName.customer, FormerName.name), self.former)
        insert((ExternalId.customer, ExternalId.system, ExternalId.value), self.external)
        insert(
            (Consent.customer, Consent.channel, Consent.answer, Consent.given_on, Consent.source),
            self.consents,
        )
        insert((Alert.customer, Alert.text, Alert.since), self.alerts)
        for columns, rows in (
            ((SearchWord.word, SearchWord.customer, SearchWord.former), self.words),
            ((SearchDigits.tail, SearchDigits.customer), self.digits),
            ((SearchSound.sound, SearchSound.customer), self.sounds),
        ):
            insert(columns, sorted(rows, key=itemgetter(0)), derived=True)


def _names_of(row: NewCustomer) -> Names:
    """A word of a name they have and of one they had counts as one they have."""
    name = row.name
    present = (name.first, name.middle, name.last)
    now = _cut(search_words(present) | _doubled(present))
    before = _cut(search_words(row.former_names)) - now if row.former_names else frozenset[str]()
    sounds = sound_words((*present, *row.former_names))
    return Names(now, before, [sound[:40] for sound in sounds])


def _tails_of(row: NewCustomer, region: str) -> Collection[str]:
    return frozenset[str]().union(*(_tails(number, region) for _, number in row.phones))


def _doubled(names: Iterable[str]) -> set[str]:
    """``martinmartin`` for Martin Martin: the search wants another word for each one typed."""
    found = [word for name in names for word in fold(name).split()]
    if len(set(found)) == len(found):
        return set()
    return {word * 2 for word, times in Counter(found).items() if times > 1}


def _cut(words: Iterable[str]) -> set[str]:
    """Words as long as the index keeps them."""
    return {word[:60] for word in words}


@lru_cache(maxsize=256)
def _tails(number: str, region: str) -> frozenset[str]:
    """The tails that find a number. Families share numbers and stand together in a file, hence the cache."""
    return frozenset(tail[:40] for tail in search_suffixes(number, region))


def e164_of(number: str, region: str) -> str:
    """The number in E.164 when it is clear; empty otherwise."""
    return dialled(number, region)


def folded_email(address: str) -> str:
    """What two spellings of an address have in common: case does not tell people apart."""
    return address.strip().casefold()[:254]
