"""Rows of people becoming customers: who is here already, who may be, and who is new (P3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from ..db.bulk import insert
from ..db.connection import select
from ..domain.customer import CustomerFields, NewCustomer, as_fields
from ..domain.people import likely_same
from ..domain.text import fold, words
from ..imports.ownfields import VCARD
from ..imports.people import Row
from ..imports.people_table import TABLE
from ..imports.report import ADDED, ALREADY
from ..models import Customer, ExternalId, Note
from ..queries import known
from ..queries.customers import record
from .customer_rows import FoundBy, e164_of, folded_email, found_by
from .customers import insert_customers, values_of
from .incoming import CUSTOMERS, Run
from .incoming_photos import IncomingPhotos


@dataclass(frozen=True, slots=True)
class _Twin:
    """A customer who is, or may be, the same person. ``id`` is a stand-in when they are not stored yet."""

    id: int
    why: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What the book knows about a batch: ids by key, and who shares a birth date or an address.

    ``listed`` are the folded names of those whom a plain table's ids mean, ``called`` ids by the folded name
    where a telephone number of the batch is none that the country has, and finds nobody by itself.
    """

    keys: dict[tuple[str, str], int]
    listed: dict[int, str]
    born: dict[date, list[known.Namesake]]
    reached: dict[str, list[int]]
    called: dict[str, list[int]]


class CustomerIntake:
    """Customers from a file. A row is known by its external id, else by the duplicate rule.

    Somebody with the same name and birth date, or name and contact, is taken for the same person and
    gets the row's external id as well; not so when the source itself gave the two different ids: then
    both are kept, with a notice.
    """

    kind = CUSTOMERS

    def __init__(self, run: Run) -> None:
        self._run = run
        self._file = ""
        self._new: list[tuple[int, Row, FoundBy | None]] = []
        self._found: list[FoundBy] = []
        self._links: list[tuple[int, tuple[str, str]]] = []
        self._photos = IncomingPhotos(run)

    def look_ahead(self, rows: Sequence[Row]) -> None:
        """Do what takes long and asks nobody, before the batch's transaction: no desk waits for it."""
        if not self._run.dry:
            region = self._run.session.country
            self._found = [found_by(row.customer, region) for row in rows]
        self._look_at_photos(rows)

    def _look_at_photos(self, rows: Sequence[Row]) -> None:
        """Decode the photos of those who are new."""
        carrying = [row for row in rows if row.photo]
        if carrying:
            keys = self._keys(carrying)
            met = self._run.scratch.met
            self._photos.prepare(
                row
                for row in carrying
                if row.key not in keys and met(f"customer {row.key[0]}", row.key[1]) is None
            )

    def take(self, rows: Sequence[Row], file: str) -> None:
        """Decide about every row in order, then store those that are new."""
        self._file, self._new, self._links = file, [], []
        here = self._known(rows)
        for row, found in zip_longest(rows, self._found):
            self._decide(row, found, here)
        if not self._run.dry:
            self._store()

    def _decide(self, row: Row, found: FoundBy | None, here: _Known) -> None:
        """``found`` is what the search will find them by; a dry run does without."""
        run, (system, value) = self._run, row.key
        before = run.scratch.met(f"customer {system}", value)
        id_ = here.keys.get(row.key)
        if before and row.own_id:
            self._refuse_again(row, before.line)
        elif id_ is not None and not before and self._is_another(row, here.listed.get(id_)):
            self._refuse_other_list(row, here.listed[id_])
        elif before or id_ is not None:
            run.tally.count(CUSTOMERS, ALREADY)
            if before is None and id_ is not None:
                run.scratch.meet(f"customer {system}", value, row.line, id_)
        elif (twin := self._twin(row, here)) and twin.is_same:
            self._link(row, twin)
        else:
            self._add(row, found, here)
            if twin:
                run.notice(CUSTOMERS, self._file, row.line, f"may be the same person as {twin.why}")

    def _refuse_again(self, row: Row, line: int) -> None:
        self._run.refuse(CUSTOMERS, self._file, row.line, f"has the Id of line {line} again")

    def _is_another(self, row: Row, listed: str | None) -> bool:
        """Whether an id that any list may give means somebody whose name shares no word with the row's."""
        name = row.customer.name
        return listed is not None and set(words(f"{name.first} {name.last}")).isdisjoint(listed.split())

    def _refuse_other_list(self, row: Row, listed: str) -> None:
        says = f"id {row.key[1]} already belongs to somebody else ({listed}), perhaps by another list"
        self._run.refuse(CUSTOMERS, self._file, row.line, f"{says}; leave the ids out by --map id=")

    def _link(self, row: Row, twin: _Twin) -> None:
        """Somebody who is here already, and from now on is also known by this row's key."""
        run, (system, value) = self._run, row.key
        run.tally.count(CUSTOMERS, ALREADY)
        run.notice(CUSTOMERS, self._file, row.line, f"taken for {twin.why}, whose record stays as it is")
        run.scratch.meet(f"customer {system}", value, row.line, twin.id)
        self._links.append((twin.id, row.key))

    def _add(self, row: Row, found: FoundBy | None, here: _Known) -> None:
        run = self._run
        run.tally.count(CUSTOMERS, ADDED)
        for remark in (*row.remarks, *self._photos.remarks(row)):
            run.notice(CUSTOMERS, self._file, row.line, remark)
        id_, (key, *others) = run.scratch.stand_in(), row.customer.external_ids
        free = [one for one in others if one not in here.keys and not run.scratch.met("also", " ".join(one))]
        if len(free) < len(others):
            row = replace(row, customer=replace(row.customer, external_ids=(key, *free)))
        run.scratch.meet(f"customer {key[0]}", key[1], row.line, id_)
        for one in free:
            run.scratch.meet("also", " ".join(one), row.line, id_)
        run.scratch.add_person(id_, row.own_id, row.customer.identity)
        self._new.append((id_, row, found))

    # --- who is it? ------------------------------------------------------------------------------

    def _known(self, rows: Sequence[Row]) -> _Known:
        keys, region = self._keys(rows), self._run.session.country
        return _Known(
            keys,
            known.sort_names(id_ for (system, _), id_ in keys.items() if system == TABLE),
            known.born_on(row.customer.birth_date for row in rows if row.customer.birth_date),
            known.reached_by(
                {folded_email(address) for row in rows for _, address in row.customer.emails},
                {e164_of(number, region) for row in rows for _, number in row.customer.phones},
            ),
            known.called(fold(row.customer.name.listed) for row in rows if _is_odd(row.customer, region)),
        )

    def _keys(self, rows: Sequence[Row]) -> dict[tuple[str, str], int]:
        """Customer ids by those external ids of ``rows`` that the book knows."""
        keys: dict[str, set[str]] = {}
        for row in rows:
            for system, value in row.customer.external_ids:
                keys.setdefault(system, set()).add(value)
        found = {
            (system, value): id_
            for system, values in keys.items()
            for value, id_ in known.customers_by_external_id(system, values).items()
        }
        return self._of_this_book(rows) | found

    def _of_this_book(self, rows: Sequence[Row]) -> dict[tuple[str, str], int]:
        """Customers whose cards an export of this very book has made.

        The number in the UID may be somebody else's by now: an import that is taken back frees its ids.
        """
        named = {row.key[1]: row for row in rows if row.key[0] == VCARD}
        ours = known.ours("customer", named)
        names = known.sort_names(ours.values())
        return {
            (VCARD, uid): id_
            for uid, id_ in ours.items()
            if id_ in names and not self._is_another(named[uid], names[id_])
        }

    def _twin(self, row: Row, here: _Known) -> _Twin | None:
        """The likeliest twin: one who is the same person before one who only may be."""
        twins = sorted(self._twins(row, here), key=lambda twin: not twin.is_same)
        return twins[0] if twins else None

    def _twins(self, row: Row, here: _Known) -> Iterator[_Twin]:
        identity = row.customer.identity
        for met in self._run.scratch.perhaps(identity):
            likeness = likely_same(identity, met.identity)
            if likeness and likeness.strong:
                why = f"{met.identity.name.listed}, who is in this file as well ({likeness})"
                yield _Twin(met.id, why, is_same=not (row.own_id and met.own_id))
        for id_ in self._candidates(row.customer, here):
            if self._run.scratch.added(id_):
                continue  # compared above, without looking up the whole record
            found = record(id_)
            likeness = likely_same(identity, found.customer.identity)
            if likeness and likeness.strong:
                why = f"customer {found.number}, {found.customer.name.listed} ({likeness})"
                yield _Twin(id_, why, is_same=not (row.own_id and _has_id(found.customer, row.key[0])))

    def _candidates(self, customer: NewCustomer, here: _Known) -> list[int]:
        """Stored customers worth comparing: a shared contact, or a birth date and a word of the name."""
        name, region = customer.name, self._run.session.country
        mine = set(words(f"{name.first} {name.last}"))
        born = here.born.get(customer.birth_date, []) if customer.birth_date else []
        ids = [one.id for one in born if not mine.isdisjoint(one.sort_name.split())]
        for _, address in customer.emails:
            ids += here.reached.get(folded_email(address), [])
        for _, number in customer.phones:
            ids += here.reached.get(e164_of(number, region), [])
        ids += here.called.get(fold(name.listed), [])
        return list(dict.fromkeys(ids))

    # --- storing ---------------------------------------------------------------------------------

    def _store(self) -> None:
        run = self._run
        rows = [row for _, row, _ in self._new]
        gone = {place for place, row in enumerate(rows) if not row.active}
        found = [one for *_, one in self._new if one is not None]
        ids = insert_customers(run.session, [row.customer for row in rows], gone, found)
        settled = dict(zip((stand_in for stand_in, *_ in self._new), ids, strict=True))
        run.scratch.settle(settled.items())
        for id_, row in zip(ids, rows, strict=True):
            run.stored("customer", id_, _told(row.customer))
            self._photos.keep(id_, row)
        self._store_notes(ids, rows)
        for id_, key in self._links:
            self._store_link(settled.get(id_, id_), key)

    def _store_notes(self, ids: Sequence[int], rows: Sequence[Row]) -> None:
        run, author = self._run, self._run.session.staff_id
        noted = [(id_, row.note) for id_, row in zip(ids, rows, strict=True) if row.note]
        before = select("select coalesce(max(id), 0) from note")[0][0]
        insert(_NOTE, ((1, id_, author, text, run.now, 0) for id_, text in noted))
        made = select("select id from note where id > ? order by id", [before])
        for (note_id,), (id_, text) in zip(made, noted, strict=True):
            run.stored("note", note_id, {"customer_id": id_, "text": text})

    def _store_link(self, id_: int, key: tuple[str, str]) -> None:
        """One more external id for a customer who is here; a change of the record like any other.

        Whom this import has just made it may complete: the record is as the import left it.
        """
        run, (system, value) = self._run, key
        insert((ExternalId.customer, ExternalId.system, ExternalId.value), [(id_, system, value)])
        if not run.scratch.added(id_):
            run.linked(id_)
            Customer.update(version=Customer.version + 1).where(Customer.id == id_).execute()
        run.stored("customer", id_, {"external_ids": [[system, value]]}, "link")


_NOTE = (Note.version, Note.customer, Note.author, Note.text, Note.written_at, Note.withdrawn)


def _told(customer: NewCustomer) -> dict[str, object]:
    """What the journal keeps: the fields of the form that hold anything, as when a person adds somebody."""
    if customer.consents:  # the only field whose parts are not all text
        return {field: value for field, value in values_of(customer).items() if value}
    entered = as_fields(customer)
    return {field: value for field in CustomerFields.__slots__ if (value := getattr(entered, field))}


def _has_id(customer: NewCustomer, system: str) -> bool:
    return any(known_by == system for known_by, _ in customer.external_ids)


def _is_odd(customer: NewCustomer, region: str) -> bool:
    """Whether a telephone number of theirs is none that the country has."""
    return any(not e164_of(number, region) for _, number in customer.phones)
