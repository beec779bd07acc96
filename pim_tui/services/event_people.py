"""Whose visit an incoming event is: nobody is guessed, and nobody is lost.

In this order, the first that names exactly one active customer:

1. our own customer number together with a name that fits it;
2. an email address: the invitee's, then those who attend;
3. a telephone number of the same;
4. the whole name, folded: in the customer's place, of those who attend, or in the title (``Jane Doe -
   follow-up``: what stands before `` - `` or ``:``, else the whole title). Middle names may be missing.

Two people of one name are not told apart by guessing. What becomes of the rest is the importer's option:
*keep* lets the visit hold its time under one customer called "To be linked", *create* makes a customer of
the name as it is given (never split by guess), *refuse* refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..domain.customer import CustomerFields, EmailEntry, NewCustomer, PhoneEntry, read_fields
from ..domain.moments import day_of
from ..domain.names import SPOKEN_TITLES, PersonName, fits
from ..domain.text import fold, tidy
from ..imports.events import EventRow, Who
from ..imports.report import ADDED
from ..queries import known
from .customer_rows import e164_of, folded_email, insert_customers
from .customers import values_of
from .incoming import CUSTOMERS, Run, Unknown
from .linking import KEEPER

_NAME = 120
_WORDS = 8
"""Words of a name beyond which it is a sentence."""


@dataclass(frozen=True, slots=True)
class Found:
    """The customer of an event: an id (below zero: a stand-in), or None with the reason why not.

    ``rest`` is what the title says beside the name. ``says`` is something to tell about the choice.
    ``kept``: under the record for visits without a known customer.
    """

    id: int | None
    rest: str
    says: str = ""
    kept: bool = False


@dataclass(slots=True)
class People:
    """Finds customers for one import. ``unknown`` is what becomes of events with somebody else."""

    run: Run
    unknown: Unknown
    staff_names: frozenset[str] = frozenset()
    _reached: dict[str, list[int]] = field(default_factory=dict)
    _numbers: dict[int, known.Called] = field(default_factory=dict)
    _names: dict[str, frozenset[int]] = field(default_factory=dict)
    _new: list[tuple[int, NewCustomer, tuple[tuple[str, str], ...]]] = field(default_factory=list)

    def look_up(self, rows: Sequence[EventRow]) -> None:
        """Ask once for all the numbers and addresses of a batch."""
        whos, self._names = [who for row in rows for who in _whos(row)], {}
        region = self.run.session.country
        self._reached = known.reached_by(
            {folded_email(who.email) for who in whos if who.email},
            {e164_of(who.phone, region) for who in whos if who.phone},
        )
        numbers = {int(who.number) for who in whos if _is_number(who.number)}
        self._numbers = known.customers_numbered(numbers)

    def of(self, row: EventRow) -> Found:
        """The customer of ``row``, decided by the rules of this module."""
        parts = _title_parts(row)
        for who in _whos(row)[:2]:
            if (id_ := self._numbered(who)) is not None:
                return Found(id_, _rest(parts, who.name))
        for found in (self._reached_by(row), self._called(row, parts)):
            if found is not None:
                return found
        if self.unknown == "create" and (named := _name_of(row, parts)):
            return self._created(row, named, parts)
        if self.unknown == "refuse":
            return Found(None, "", f"{_shown(row, parts)} is not a customer here")
        return Found(self._keeper(), row.summary, f"{_shown(row, parts)} is not known here", kept=True)

    # --- known? -----------------------------------------------------------------------------------

    def _numbered(self, who: Who) -> int | None:
        found = self._numbers.get(int(who.number)) if _is_number(who.number) else None
        return found.id if found and fits(who.name, found.sort_name) else None

    def _reached_by(self, row: EventRow) -> Found | None:
        """By email, then by phone; addresses of several customers tell nothing."""
        for kind in ("email", "phone"):
            for whos in ((row.customer,), row.attendees):
                ids = {id_ for who in whos for id_ in self._at(kind, getattr(who, kind))}
                if len(ids) == 1:
                    return Found(ids.pop(), _rest(_title_parts(row), row.customer.name))
        return None

    def _at(self, kind: str, address: str) -> Sequence[int]:
        if not address:
            return ()
        key = folded_email(address) if kind == "email" else e164_of(address, self.run.session.country)
        met = self.run.scratch.met(f"new customer {kind}", key) if key else None
        return (met.id,) if met else self._reached.get(key, ())

    def _called(self, row: EventRow, parts: tuple[str, str]) -> Found | None:
        """By the whole name, in the order in which an event may give it."""
        for name, rest in _given(row, parts):
            key = fold(name)
            if not key or key in self.staff_names:
                continue
            ids = set(self._named(key))
            if len(ids) < 2 and (met := self.run.scratch.met("new customer name", key)):
                ids.add(met.id)
            if len(ids) == 1:
                given = row.customer.email or row.customer.phone
                by_name = f"taken for the customer {tidy(name, limit=60)} by the name alone"
                return Found(ids.pop(), rest, by_name if given else "")
        return None

    def _named(self, key: str) -> frozenset[int]:
        """Who is called so, asked once in a batch: names change while an import runs."""
        if key not in self._names:
            self._names[key] = _called(key)
        return self._names[key]

    # --- not known --------------------------------------------------------------------------------

    def _created(self, row: EventRow, named: str, parts: tuple[str, str]) -> Found:
        customer, says = self._as_customer(row, named)
        keys = [("name", fold(named))]
        keys += [("email", folded_email(address)) for _, address in customer.emails]
        keys += [("phone", e164_of(number, self.run.session.country)) for _, number in customer.phones]
        known_by = tuple((f"new customer {kind}", key) for kind, key in keys if key)
        return Found(self._add(customer, known_by, row.line), _rest(parts, named), says)

    def _as_customer(self, row: EventRow, named: str) -> tuple[NewCustomer, str]:
        """A customer of what the event tells; the whole name is the last name unless it comes in parts."""
        first, last = row.own.get("first", ""), row.own.get("last", "")
        parted = bool(first and last)
        name = tidy(named, limit=_NAME)
        fields = CustomerFields(
            first=first if parted else "",
            last=last if parted else name,
            phones=(PhoneEntry("", row.customer.phone),) if row.customer.phone else (),
            emails=(EmailEntry("", row.customer.email),) if row.customer.email else (),
        )
        today = day_of(self.run.now, self.run.session.zone)
        customer, faults = read_fields(fields, today=today, order="dmy")
        says = "" if parted else f"created as “{name}”, all of it as the last name"
        if faults:
            customer = NewCustomer(PersonName(last=name))
            says = f"created as “{name}” without {faults[0].field}: {faults[0].message}"
        return customer, says

    def _keeper(self) -> int:
        """The record for visits without a known customer, made on first need."""
        if met := self.run.scratch.met("new customer kept", ""):
            return met.id
        if (here := known.kept_for_linking()) is not None:
            self.run.scratch.meet("new customer kept", "", 0, here)
            return here
        return self._add(KEEPER, (("new customer kept", ""),), 0)

    def _add(self, customer: NewCustomer, known_by: tuple[tuple[str, str], ...], line: int) -> int:
        id_ = self.run.scratch.stand_in()
        self.run.tally.count(CUSTOMERS, ADDED)
        for kind, key in known_by:
            self.run.scratch.meet(kind, key, line, id_)
        self._new.append((id_, customer, known_by))
        return id_

    def store(self) -> dict[int, int]:
        """Store those who were created in this batch; stand-in -> id. A dry run stores nobody."""
        new, self._new = self._new, []
        if self.run.dry or not new:
            return {}
        ids = insert_customers(self.run.session, [customer for _, customer, _ in new])
        for id_, (_, customer, known_by) in zip(ids, new, strict=True):
            # The record for visits to be linked serves every import: none of them takes it away again.
            kept = known.TO_BE_LINKED in customer.external_ids
            self.run.stored("customer", id_, values_of(customer), "create" if kept else "import")
            for kind, key in known_by:
                self.run.scratch.meet(kind, key, 0, id_)
        return dict(zip((stand_in for stand_in, _, _ in new), ids, strict=True))


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 16


def _whos(row: EventRow) -> tuple[Who, ...]:
    """Everybody the event names, whom we once named ourselves first."""
    if number := row.own.get("customer"):
        return (Who(row.own.get("name", ""), number=number), row.customer, *row.attendees)
    return (row.customer, *row.attendees)


def _title_parts(row: EventRow) -> tuple[str, str]:
    """What may be a name at the beginning of the title, and the rest: ``Jane Doe - follow-up``."""
    for mark in (" - ", " – ", " — ", ": "):
        head, found, rest = row.summary.partition(mark)
        if found and head.strip():
            return head.strip(), rest.strip()
    return row.summary.strip(), ""


def _rest(parts: tuple[str, str], name: str) -> str:
    """The title without the customer's name."""
    head, rest = parts
    if rest and (not name or fold(head) == fold(name)):
        return rest
    return "" if fold(head) == fold(name) else " - ".join(filter(None, parts))


def beside_name(row: EventRow) -> str:
    """What the title of an event says behind what may be a name; empty when there is nothing."""
    return _title_parts(row)[1]


def _given(row: EventRow, parts: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Every name the event may give its customer, each with what its title says beside it."""
    for who in _whos(row):
        if who.name:
            yield who.name, _rest(parts, who.name)
    if parts[0]:
        yield parts[0], parts[1]
    if parts[1]:
        yield row.summary, ""


def _name_of(row: EventRow, parts: tuple[str, str]) -> str:
    """The name to create somebody by; a title that does not look like name and purpose is none."""
    return (
        row.customer.name
        or (parts[0] if parts[1] else "")
        or next((who.name for who in row.attendees if who.name), "")
    )


def _shown(row: EventRow, parts: tuple[str, str]) -> str:
    name = row.customer.name or parts[0] or row.customer.email or row.customer.phone
    return f"“{tidy(name, limit=60)}”" if name else "nobody is named, so the customer"


def _called(folded: str) -> frozenset[int]:
    """Active customers of a folded whole name, written in either order; titles before it do not count."""
    parts = folded.split()
    while len(parts) > 2 and parts[0] in SPOKEN_TITLES:
        del parts[0]
    turned = [" ".join(parts[cut:] + parts[:cut]) for cut in range(len(parts[:_WORDS]))]
    return frozenset(one.id for one in known.customers_called(turned, longer=len(parts) > 1))
