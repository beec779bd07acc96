"""The form of a customer's record: everything on one screen, every fault at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, Static

from ...domain.customer import (
    FIELD_TITLES,
    LIMITS,
    ConsentEntry,
    CustomerFields,
    EmailEntry,
    PhoneEntry,
    read_fields,
)
from ...domain.moments import day_label
from ...domain.people import Answer, Channel, Sex, age
from ...errors import Fault, Invalid, PimError
from ..base import RecordDialog
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.choice import Choice
from ..widgets.prose import Prose

SEXES = ((Sex.UNKNOWN, "unknown"), (Sex.F, "female"), (Sex.M, "male"), (Sex.X, "other"))
ANSWERS = ((Answer.UNKNOWN, "?"), (Answer.YES, "yes"), (Answer.NO, "no"))
OLD_NAMES = ((True, "keep it as a former name"), (False, "drop it: it was a slip"))
SOURCE = "asked at the desk"
"""Where a consent comes from that is entered here (P5)."""

_LINES = (
    *("first", "last", "middle", "prefix", "suffix", "birth_date", "death_date"),
    *("postal_code", "city", "region", "country"),
)
_AREAS = ("address", "former_names", "alerts")
_LISTS = ("phones", "emails")
_TYPED = (*_LINES, *_LISTS, *_AREAS)
_LABELLED = re.compile(r"([^+(\d:]*+)[\s:]*+([+(\d].*)")
_FAULTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class CustomerAnswer:
    """What the form returns. ``keep_former``: another name leaves the old one findable."""

    fields: CustomerFields
    keep_former: bool = True


class CustomerForm(RecordDialog[CustomerAnswer]):
    """Tab goes from field to field, Enter too except in fields of several lines; Ctrl+S saves."""

    FORM = "customer"
    CSS_PATH = sheet("customers")

    def __init__(
        self,
        title: str,
        typed: CustomerFields,
        was: CustomerFields | None = None,
        refusal: PimError | None = None,
        *,
        record: str = "",
        version: int = 0,
    ) -> None:
        """``typed`` fills the form; ``was`` is the record that is changed, None for a new one."""
        super().__init__()
        self._title, self._typed, self._was, self._refusal = title, typed, was, refusal
        self._record, self._version = record, version
        self._filled = {**as_text(typed)}

    # --- drawing ----------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Two fields a line, so that all of them are in sight at 80x24."""
        with Vertical(classes="panel"):
            yield self.headed(self._title, "Ctrl+S saves, Esc leaves")
            yield from _line(self._input("First name", "first"), self._input("Last name", "last"))
            yield from _line(self._input("Middle", "middle"), self._input("Title", "prefix"))
            yield from _line(
                self._input("Born", "birth_date", 40), _Field("Sex", Choice(SEXES, self._sex(), id="sex"))
            )
            yield from _line(self._input("Phones", "phones", 300))
            yield from _line(self._input("Emails", "emails", 600))
            yield from _line(self._area("Street", "address"), self._area("Alerts", "alerts"))
            yield from _line(self._input("Postcode", "postal_code"), self._input("City", "city"))
            yield from _line(self._input("Region", "region"), self._input("Country", "country"))
            yield from _line(self._area("Was called", "former_names"), self._more())
            yield from _line(_Field("Consent", *self._consents()))
            if self._was is not None:
                yield from _line(_Field("Old name", Choice(OLD_NAMES, True, id="keep_former")))
            yield Static("", classes="reading")
            yield Static("", classes="warning")

    def _more(self) -> _Field:
        lines = (self._input("Suffix", "suffix"), self._input("Died", "death_date", 40))
        return _Field("", Vertical(*lines), classes="stack")

    def _input(self, label: str, name: str, limit: int = 0) -> _Field:
        # The limit is above what is kept, so that a fault says so instead of a key that does nothing.
        most = limit or LIMITS[name] + 40
        return _Field(
            label, Input(self._filled[name], id=name, compact=True, max_length=most, select_on_focus=False)
        )

    def _area(self, label: str, name: str) -> _Field:
        return _Field(
            label, Prose(self._filled[name], id=name, compact=True, tab_behavior="focus"), classes="two"
        )

    def _sex(self) -> str:
        return self._typed.sex if self._typed.sex in tuple(Sex) else Sex.UNKNOWN

    def _consents(self) -> list[Widget]:
        given = {entry.channel: entry.answer for entry in self._typed.consents}
        fields: list[Widget] = []
        for channel in Channel:
            fields.append(Static(show(channel.word), classes="channel"))
            fields.append(Choice(ANSWERS, given.get(channel, Answer.UNKNOWN), id=f"consent-{channel.value}"))
        return fields

    def on_mount(self) -> None:
        """Start where the work is: the first empty name, or what was wrong."""
        self.pim.dress(self)
        self.query_one(".warning").display = False
        self._read()
        if self._refusal is not None:
            self._refused(self._refusal)
        else:
            start = "last" if self._typed.first and not self._typed.last else "first"
            self.query_one(
                f"#{start if self._was is not None or not self._typed.last else 'birth_date'}"
            ).focus()

    # --- while typing -----------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep a draft, say what the birth date means."""
        self._changed()

    def on_text_area_changed(self, event: Prose.Changed) -> None:
        """The same for fields of several lines."""
        self._changed()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """The same for fields with fixed answers."""
        self._changed()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on."""
        self.focus_next()

    def on_choice_taken(self, event: Choice.Taken) -> None:
        """Enter in a choice goes on."""
        self.focus_next()

    def _changed(self) -> None:
        entered = self._entered()
        if entered != self._typed:
            self.pim.keep_draft(self.FORM, draft_of(entered), self._record, self._version)
        self._read()

    def _read(self) -> None:
        """What the birth date and the name are understood as."""
        read, faults = self._checked(self._entered())
        told = [read.name.listed]
        if read.birth_date:
            told.append(f"born {day_label(read.birth_date)}, {_years(read.birth_date, self.pim.today)}")
        told += [fault.message for fault in faults if fault.field in ("birth_date", "death_date")]
        self.query_one(".reading", Static).update(show(" · ".join(filter(None, told))))

    def _checked(self, entered: CustomerFields) -> tuple[Any, tuple[Fault, ...]]:
        return read_fields(entered, today=self.pim.today, order=self.pim.order)

    # --- answering --------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Return the record, or show every fault at once."""
        entered = self._entered()
        known = set(self._checked(self._was)[1]) if self._was is not None else set()
        faults = [fault for fault in self._checked(entered)[1] if fault not in known]
        if faults:
            self._refused(Invalid(faults))
            return
        keep = self.query("#keep_former").first(Choice).value if self._was is not None else True
        self.dismiss(CustomerAnswer(entered, bool(keep)))

    def _refused(self, error: PimError) -> None:
        """Say what is wrong and put the cursor there."""
        faults = error.faults if isinstance(error, Invalid) else ()
        lines = [f"{_titled(fault.field)}: {fault.message}" for fault in faults[:_FAULTS_SHOWN]]
        if len(faults) > _FAULTS_SHOWN:
            lines.append(f"and {len(faults) - _FAULTS_SHOWN} more")
        warning = self.query_one(".warning", Static)
        warning.display = True
        warning.update(show("\n".join(lines) or str(error)))
        if faults and (field := self.query(f"#{faults[0].field.partition(' ')[0]}")):
            field.first().focus()

    # --- fields -----------------------------------------------------------------------------------

    def _entered(self) -> CustomerFields:
        """The form as it stands; what was not touched is exactly as it came."""
        text = {name: self.query_one(f"#{name}", Input).value for name in (*_LINES, *_LISTS)}
        text |= {name: self.query_one(f"#{name}", Prose).text for name in _AREAS}
        touched = {name: value for name, value in text.items() if value != self._filled[name]}
        return replace(
            self._typed,
            **{name: as_value(name, value) for name, value in touched.items()},
            sex=str(self.query_one("#sex", Choice).value or ""),
            consents=self._answers(),
        )

    def _answers(self) -> tuple[ConsentEntry, ...]:
        """An answer that was changed is of today; the others keep their date and source (P5)."""
        given = {entry.channel: entry for entry in self._typed.consents}
        answers = []
        for channel in Channel:
            answer = str(self.query_one(f"#consent-{channel.value}", Choice).value)
            before = given.get(channel.value)
            if before is not None and before.answer == answer:
                answers.append(before)
            elif answer != Answer.UNKNOWN:
                answers.append(ConsentEntry(channel.value, answer, self.pim.today, SOURCE))
        return tuple(answers)


class _Field(Horizontal):
    """A label and what is filled in."""

    def __init__(self, label: str, *fields: Widget, classes: str = "") -> None:
        labels = [Static(show(label), classes="label")] if label else []
        super().__init__(*labels, *fields, classes=f"field {classes}")


def _line(*fields: _Field) -> ComposeResult:
    yield Horizontal(*fields, classes="line")


def _titled(field: str) -> str:
    """``phones 2`` as the form calls it."""
    name, _, place = field.partition(" ")
    return f"{FIELD_TITLES.get(name, name)} {place}".strip()


def _years(birth: date, today: date) -> str:
    years = age(birth, today)
    return "1 year" if years == 1 else f"{years} years"


# --- text of a field -------------------------------------------------------------------------------


def as_text(fields: CustomerFields) -> dict[str, str]:
    """Every typed field as the form shows it: lists of one line are parted by ``; ``, others by lines."""
    text = {name: getattr(fields, name) for name in (*_LINES, "address")}
    text["phones"] = "; ".join(map(_phone_text, fields.phones))
    text["emails"] = "; ".join(f"{label} {address}".strip() for label, address in fields.emails)
    text |= {name: "\n".join(getattr(fields, name)) for name in ("former_names", "alerts")}
    return text


def as_value(name: str, text: str) -> Any:
    """The inverse of :func:`as_text` for one field."""
    if name in _LISTS:
        read = _phone if name == "phones" else _email
        return tuple(read(part) for part in text.split(";") if part.strip())
    if name in ("former_names", "alerts"):
        return tuple(line for line in text.split("\n") if line.strip())
    return text


def _phone_text(entry: tuple[str, str]) -> str:
    label, number = entry
    found = _LABELLED.fullmatch(f"{label} {number}")
    return f"{label} {number}".strip() if found and found[1].strip() == label else f"{label}: {number}"


def _phone(text: str) -> PhoneEntry:
    """``mobile 030 5550101``: what stands before the number says what it is for."""
    label, colon, number = text.partition(":")
    if colon:
        return PhoneEntry(label.strip(), number.strip())
    found = _LABELLED.fullmatch(text)
    return PhoneEntry(found[1].strip(), found[2].strip()) if found else PhoneEntry("", text.strip())


def _email(text: str) -> EmailEntry:
    label, _, address = text.strip().rpartition(" ")
    return EmailEntry(label.strip(), address) if "@" in address else EmailEntry("", text.strip())


# --- drafts ----------------------------------------------------------------------------------------

_SEPARATOR = "\n"


def draft_of(fields: CustomerFields) -> dict[str, str]:
    """The form as a draft keeps it."""
    consents = _SEPARATOR.join(f"{entry.channel} {entry.answer}" for entry in fields.consents)
    return {**as_text(fields), "sex": fields.sex, "consents": consents}


def fields_of_draft(draft: Mapping[str, str], base: CustomerFields, today: date) -> CustomerFields:
    """A draft over the record it was typed for; what it does not hold is as in ``base``."""
    filled = as_text(base)
    touched = {name: draft[name] for name in _TYPED if draft.get(name, filled[name]) != filled[name]}
    values = {name: as_value(name, text) for name, text in touched.items()}
    given = {entry.channel: entry for entry in base.consents}
    answers = []
    for line in draft.get("consents", "").split(_SEPARATOR):
        channel, _, answer = line.partition(" ")
        before = given.get(channel)
        if before is not None and before.answer == answer:
            answers.append(before)
        elif channel in set(Channel) and answer in set(Answer):
            answers.append(ConsentEntry(channel, answer, today, SOURCE))
    return replace(base, **values, sex=draft.get("sex", base.sex), consents=tuple(answers))
