"""People as vCards 2.1, 3.0 and 4.0: what the properties of a card mean.

- **Name**: N as it is given; without it FN, whose parts are then a guess and said to be one. A card in
  several languages (ALTID, or a second N) is one person: the first name is theirs, the others stand
  among the former names, so that each of them finds the customer. An FN that says something else than
  N stands in the note.
- **Reached by**: the preferred number and address first, fax and pager last; a label of one's own
  (X-ABLabel) before the types. The home address is the customer's, others stand in the note.
- **Dates**: a birth date needs its year; a time of day is left off, the day stays as written.
- **Photo**: kept as it is in the card, undecoded; a photo that is a link is never fetched.
- Everything else that tells something about the person becomes a line of the note. What no form would
  take (a telephone number without digits) is put there as well, with a remark: a card is refused
  only when it has no name at all, or is a group of contacts.

The UID is the external id; without one the card's values make a key. Cards of our own are read whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ..domain.customer import (
    CONTENTS,
    CustomerFields,
    EmailEntry,
    ExternalEntry,
    PhoneEntry,
    read_fields,
)
from ..domain.names import PersonName
from ..domain.text import tidy
from ..errors import Fault
from .cardproperties import Property
from .cards import LARGEST_CARD, Card, CardFile
from .cardvalues import (
    LABELLED,
    NOTED,
    READ,
    Place,
    kind,
    label,
    letters,
    mailbox,
    phone_number,
    picture,
    says_no_more,
    structured,
    urgency,
    whole_day,
)
from .ownfields import VCARD, consents, ids
from .people import Draft, Row, forgiven, known_sex, name_in_one, row_of, titled, usable_id
from .plainfile import Opened
from .report import Refusal
from .rows import Faults

VCARD_CONTENTS = VCARD + CONTENTS
"""The system of the keys made for cards without a UID."""

_KINDS = ("KIND", "X-ADDRESSBOOKSERVER-KIND")
"""What a card is about; address books write a list of contacts as a card of its own."""
_PLACE = {name: place for place, name in enumerate(NOTED)}
_MOST_ENTRIES = 20
"""Phones, emails and former names that one customer gets from a card; the rest goes into the note."""
_SHOWN = 60


def open_cards(path: Path, today: date) -> CardRows:
    """The people in a vCard file; :class:`FileProblem` when it holds no card, or is a calendar.

    ``today`` tells which dates lie in the future.
    """
    return CardRows(CardFile(path), today)


class CardRows(Opened):
    """An open file of cards whose rows are people. Use ``with``."""

    remarks: tuple[str, ...] = ()

    def __init__(self, file: CardFile, today: date) -> None:
        self.file = file
        self.name, self.size = file.name, file.size
        self._today = today

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self.file.position

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What is known before reading, as (title, value)."""
        return (("encoding", self.file.encoding or "as each card says, else UTF-8"),)

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def rows(self) -> Iterator[Row | Refusal]:
        """Every card once, in order; ``line`` is where it begins."""
        for card in self.file.cards():
            row = read_card(card, self._today)
            if isinstance(row, Faults):
                reason = "; ".join(f"{fault.field}: {fault.message}" for fault in row)
                yield Refusal(self.name, card.line, reason)
            else:
                yield row


def read_card(card: Card, today: date) -> Row | Faults:
    """The person a card is about."""
    if card.too_large:
        return Faults([Fault("card", f"is larger than {LARGEST_CARD >> 20} MB or has too many properties")])
    if any(one.name in _KINDS and one.text.strip().lower() == "group" for one in card.properties):
        return Faults([Fault("card", "is a group of contacts, not a person")])
    reading = _Reading.of(card)
    draft = reading.draft()
    customer, faults = read_fields(draft.fields, today=today, order="ymd")
    if not (customer.name.first or customer.name.last):
        return Faults([Fault("card", "has no name: neither N nor FN says one")])
    if faults:
        fields, remarks, lines = forgiven(draft.fields, faults)
        customer, left = read_fields(fields, today=today, order="ymd")
        if left:
            return Faults(map(titled, left))
        note = "\n".join(filter(None, (draft.note, *lines)))
        draft = replace(draft, fields=fields, note=note, remarks=(*draft.remarks, *remarks))
    row = row_of(card.line, draft, customer)
    return replace(row, photo=reading.photo, photo_type=reading.photo_type) if reading.photo else row


# --- one card ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """A card being understood: its properties by name, and what was said about it so far."""

    named: Mapping[str, list[Property]]
    labels: Mapping[str, str]
    remarks: list[str]
    lines: list[str]
    photo: bytes = b""
    photo_type: str = ""

    @classmethod
    def of(cls, card: Card) -> _Reading:
        """The card's properties by name; empty ones are passed over."""
        named: dict[str, list[Property]] = {}
        labels: dict[str, str] = {}
        remarks = ["the card has no END; the file may be damaged or cut off here"] if card.unended else []
        for one in card.properties:
            if one.name == "AGENT":
                remarks.append("the card of somebody else in it (AGENT) was left out")
            elif one.name == "X-ABLABEL" and one.group:
                labels[one.group] = label(one.text)
            elif one.raw.strip(" ;\n"):
                named.setdefault(one.name, []).append(one)
        return cls(named, labels, remarks, [])

    def draft(self) -> Draft:
        """The fields of the form, the note and the remarks."""
        name, former = self._names()
        birth, death = self._day("Birthday", "BDAY"), self._day("Date of death", "DEATHDATE")
        sex, place = self._sex(), self._address()
        self._photo()
        fields = CustomerFields(
            name.prefix, name.first, name.middle, name.last, name.suffix, sex, birth, death,
            place.street, place.city, place.region, place.code, place.country,
            phones=tuple(PhoneEntry(*pair) for pair in self._reached("TEL", "Phone", phone_number)),
            emails=tuple(EmailEntry(*pair) for pair in self._reached("EMAIL", "Email", mailbox)),
            former_names=(*former, *(one.text for one in self._all("X-PIM-FORMER-NAME"))),
            external_ids=(
                *(ExternalEntry(VCARD, uid) for uid in self._uid()),
                *ids(one.parts() for one in self._all("X-PIM-ID")),
            ),
            consents=consents(one.parts() for one in self._all("X-PIM-CONSENT")),
            alerts=tuple(one.text for one in self._all("X-PIM-ALERT")),
        )  # fmt: skip
        self._notes()
        active = all(one.text.strip() != "no" for one in self._all("X-PIM-ACTIVE"))
        return Draft(
            fields,
            bool(fields.external_ids),
            "\n".join(self.lines),
            tuple(self.remarks),
            system=VCARD_CONTENTS,
            active=active,
        )

    def _all(self, name: str) -> list[Property]:
        return self.named.get(name, [])

    def _label(self, one: Property) -> str:
        """A label of one's own that stands in the property's group."""
        return self.labels.get(one.group, "") if one.group else ""

    def _line(self, title: str, text: str) -> None:
        """One more line of the note."""
        if text := text.strip():
            self.lines.append(f"{title}: {text}")

    # --- who -------------------------------------------------------------------------------------

    def _names(self) -> tuple[PersonName, tuple[str, ...]]:
        """The name, and every other one as a former name."""
        lists = not any(one.text.strip() == "2.1" for one in self._all("VERSION"))
        names = (structured(one, lists=lists) for one in self._all("N"))
        given = [name for name in names if name.first or name.last]
        shown = list(dict.fromkeys(filter(None, (tidy(one.text, limit=400) for one in self._all("FN")))))
        if given:
            name, others = given[0], [one.full for one in given[1:]]
            if len(shown) > 1:
                others += shown
            elif shown and not says_no_more(shown[0], name.full):
                self._line("Shown as", shown[0])
        elif shown:
            name, said = name_in_one(shown[0])
            self.remarks += said
            others = shown[1:]
        else:
            return PersonName(), ()
        return name, tuple(self._others(others, name))

    def _others(self, others: Sequence[str], name: PersonName) -> Iterator[str]:
        """Further names of the same person, with a remark on each."""
        known = {letters(name.full)} if others else set()
        for other in others[:_MOST_ENTRIES]:
            if letters(other) not in known:
                known.add(letters(other))
                self.remarks.append(
                    f"is also called “{tidy(other, limit=_SHOWN)}”, which is kept among the former names"
                )
                yield other

    def _sex(self) -> str:
        """GENDER, or one of the older spellings; its words of one's own go into the note."""
        for found in (*self._all("GENDER"), *self._all("SEX"), *self._all("X-GENDER")):
            code, *said = found.parts()
            self._line("Gender", " ".join(said))
            sex, remarks = known_sex(code.strip())
            self.remarks += remarks
            if sex:
                return sex
        return ""

    def _day(self, title: str, name: str) -> str:
        """A birthday or date of death as ISO text; one without its year, or without sense, is noted."""
        found = self._all(name)
        for one in found:
            if day := whole_day(one):
                return day
        if found:
            self.remarks.append(
                f"{title.lower()} “{tidy(found[0].text, limit=30)}” is no date with a year; it is in the note"
            )
            self._line(title, found[0].text)
        return ""

    def _uid(self) -> list[str]:
        return [usable_id(text) for one in self._all("UID")[:1] if (text := one.text.strip())]

    # --- how they are reached --------------------------------------------------------------------

    def _reached(self, name: str, title: str, read: Callable[[Property], str]) -> Iterator[tuple[str, str]]:
        """(label, value) of numbers or addresses, the likeliest first."""
        entries = sorted(self._all(name), key=urgency)
        for one in entries[:_MOST_ENTRIES]:
            yield self._label(one) or kind(one), read(one)
        for one in entries[_MOST_ENTRIES:]:
            self._line(title, read(one))
        if len(entries) > _MOST_ENTRIES:
            self.remarks.append(
                f"has {len(entries)} entries {name}; those beyond {_MOST_ENTRIES} are in the note"
            )

    def _address(self) -> Place:
        """The home address, else the preferred one, else the first; the others become lines of the note."""
        entries = sorted(self._all("ADR"), key=lambda one: ("home" not in one.types, *urgency(one)))
        places = [(one, place) for one in entries if (place := Place.of(one))]
        for one, place in places[1:]:
            what = self._label(one) or kind(one)
            self._line(f"Address ({what})" if what else "Address", place.in_one)
        if places:
            return places[0][1]
        written = [one.text for one in self._all("LABEL")]
        return Place(written[0] if written else "")

    # --- photo and note --------------------------------------------------------------------------

    def _photo(self) -> None:
        """The first photo that is in the card itself."""
        for one in self._all("PHOTO"):
            data, said, media = picture(one)
            if data:
                self.photo, self.photo_type = data, media
                return
            if said not in self.remarks:
                self.remarks.append(said)

    def _notes(self) -> None:
        """The notes as they are, and behind them a line for all that has no field."""
        told = [one.text.strip() for one in self._all("NOTE")]
        for name in sorted(NOTED.keys() & self.named.keys(), key=_PLACE.__getitem__):
            for one in self.named[name]:
                parts = one.parts() if name == "ORG" else [one.text]
                self._line(NOTED[name], ", ".join(filter(None, map(str.strip, parts))))
        for name in sorted(LABELLED.keys() & self.named.keys()):
            for one in self.named[name]:
                what = self._label(one) or LABELLED[name]
                self._line(what[:1].upper() + what[1:], one.text)
        if unread := sorted(name.lower() for name in self.named if name not in READ):
            more = f" and {len(unread) - 8} more" if len(unread) > 8 else ""
            named = ", ".join(tidy(name, limit=30) for name in unread[:8])
            self.remarks.append(f"left out: {named}{more}")
        self.lines = [*filter(None, told), *dict.fromkeys(self.lines)]
