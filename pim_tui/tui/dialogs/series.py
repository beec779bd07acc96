"""The form of a series: who, with whom, where, when, and how often (T11)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from ...domain import dates
from ...domain.moments import Zone, as_written, day_label, day_of
from ...domain.recurrence import in_words, read_rule, starts
from ...domain.recurrence.pattern import Kind, Pattern, pattern_of, read_pattern, typed
from ...domain.series import Asked, Course, course_of
from ...domain.visit import Details
from ...errors import Difference, Fault, Invalid, PimError
from ...queries.catalogue import Catalogue
from .fields import NO_DRAFT, DraftName, Field, FieldForm, FormSpec, Values

SERIES = "series"
"""The name of the draft, and the table."""

KINDS = (
    ("weeks", "every so many weeks"),
    ("days", "every so many days"),
    ("month_day", "monthly, on a day"),
    ("month_weekday", "monthly, on a weekday"),
)
KEPT = "kept"
"""Stands for a rule that the form has no words for; it stays as it is."""
TITLES = {
    "day": "First day", "time": "Time", "minutes": "Minutes", "every": "Every", "on": "On", "ends": "Ends",
}  # fmt: skip
SHOWN = 3
"""Dates shown of a rule."""


@dataclass(frozen=True, slots=True)
class SeriesForm:
    """What the form is about: whose series, the clinic's names, and what a day and a time are read by."""

    customer_id: int
    customer: str
    names: Catalogue
    zone: Zone
    today: date
    order: dates.Order
    opens_at: int
    rule: str = ""
    """The rule that stays where :data:`KEPT` is chosen."""

    def dialog(
        self, title: str, values: Values, refusal: PimError | None = None, draft: DraftName = NO_DRAFT
    ) -> FieldForm:
        """The form, filled with ``values``."""
        note = "On: mon thu · 31 · last · 2nd tue · last fri.   Ends: 10 times · 30 jun · empty goes on."
        spec = FormSpec(f"{title}: {self.customer}", self._lines(values), self.reads, TITLES, note)
        return FieldForm(spec, values, refusal, draft, start="day" if values.get("day") else "")

    def _lines(self, values: Values) -> tuple[tuple[Field, ...], ...]:
        names = self.names
        kinds = (*KINDS, (KEPT, "as it is")) if values.get("kind") == KEPT else KINDS
        return (
            (
                Field("staff", "Staff", tuple((one.id, one.name) for one in names.staff)),
                Field("room", "Room", ((None, "-"), *((one.id, one.name) for one in names.rooms))),
            ),
            (
                Field("type", "Type", ((None, "-"), *((one.id, one.name) for one in names.types))),
                Field("minutes", "Minutes", limit=10),
            ),
            (Field("day", "First day", limit=40), Field("time", "Time", limit=20)),
            (Field("kind", "How often", kinds), Field("every", "Every", limit=3)),
            (Field("on", "On", limit=60), Field("ends", "Ends", limit=40)),
            (Field("reason", "Reason", limit=200),),
        )

    def differences(self, now: Values, yours: Values) -> list[Difference]:
        """Where the series is not as it was typed; the fields are called by their labels."""
        told = [
            (field.label, field.told(now.get(field.key)), field.told(yours.get(field.key)))
            for line in self._lines({**yours, "kind": KEPT})
            for field in line
        ]
        return [Difference(label, "", theirs, typed) for label, theirs, typed in told if theirs != typed]

    def kept(self, now: Values, yours: Values, theirs: Collection[str]) -> dict[str, Hashable]:
        """What was typed, with what stays as it is of the fields that are labelled ``theirs``."""
        keys = [field.key for line in self._lines(now) for field in line if field.label in theirs]
        return {**yours, **{key: now.get(key) for key in keys}}

    def reads(self, values: Values) -> tuple[str, Sequence[Fault]]:
        """The rule in words with its first dates, or what is wrong."""
        try:
            asked = self.read(values)
            return self.told(values, course_of(asked)), ()
        except Invalid as error:
            first = error.faults[0]
            return f"{TITLES[first.field]}: {first.message}", error.faults
        except PimError as error:
            return error.message, (Fault("on", error.message),)

    def read(self, values: Values) -> Asked:
        """The series that is asked for; :class:`Invalid` with every fault."""
        faults: list[Fault] = []
        begin, minutes = self._begin(values, faults), self._minutes(values, faults)
        rule = self._rule(values, begin.date() if begin else self.today, faults)
        if faults or begin is None or minutes is None:
            raise Invalid(faults)
        type_id = _chosen(values, "type")
        mode = next((one.mode for one in self.names.types if one.id == type_id), "in_person")
        details = Details(
            self.customer_id,
            _chosen(values, "staff") or 0,
            as_written(begin, self.zone),
            minutes,
            type_id,
            _chosen(values, "room"),
            mode,
            _text(values, "reason"),
        )
        return Asked(details, rule, self.zone)

    def _begin(self, values: Values, faults: list[Fault]) -> datetime | None:
        text, times = _text(values, "day"), dates.read_time(_text(values, "time"))
        day = dates.read_day(text, self.today, self.order)
        if day is None:
            faults.append(Fault("day", dates.explain(text)))
        elif day < self.today:
            faults.append(Fault("day", "is over"))
        if not times:
            faults.append(Fault("time", dates.explain(_text(values, "time"), "time")))
        usual = [one for one in times if one.hour * 60 + one.minute >= self.opens_at]
        return datetime.combine(day, (usual or list(times))[0]) if day and times else None

    def _minutes(self, values: Values, faults: list[Fault]) -> int | None:
        """As typed, or those of the type."""
        text, type_id = _text(values, "minutes"), _chosen(values, "type")
        usual = next((one.minutes for one in self.names.types if one.id == type_id), None)
        minutes = dates.read_minutes(text) if text else usual
        if minutes is None:
            faults.append(Fault("minutes", dates.explain(text, "minutes")))
        return minutes

    def _rule(self, values: Values, start: date, faults: list[Fault]) -> str:
        if values.get("kind") == KEPT:
            return self.rule
        try:
            return str(self._pattern(values, start).rule(start, self.zone))
        except Invalid as error:
            faults += error.faults
            return ""

    def _pattern(self, values: Values, start: date) -> Pattern:
        kind = cast(Kind, values.get("kind") or "weeks")
        every, on, ends = (_text(values, name) for name in ("every", "on", "ends"))
        return read_pattern(kind, every, on, ends, start=start, today=self.today, order=self.order)

    def told(self, values: Values, course: Course) -> str:
        """The rule in words, its first dates, and what it leaves out (T12)."""
        at = starts(course.rule, course.begin, course.zone, most=SHOWN + 1).at
        days = ", ".join(day_label(day_of(one, course.zone)) for one in at[:SHOWN])
        remark = ""
        if values.get("kind") != KEPT:
            remark = self._pattern(values, course.begin.date()).remark
        told = f"{in_words(course.rule, course.zone)}: {days}{' ...' if len(at) > SHOWN else ''}"
        return f"{told}; {remark}" if remark else told

    def filled(self, details: Details, rule: str, begin: datetime) -> dict[str, Hashable]:
        """The form of a series that is here, from ``begin`` on."""
        pattern = pattern_of(read_rule(rule), begin.date(), self.zone)
        often: Mapping[str, Hashable] = typed(pattern) if pattern else {"kind": KEPT}
        return {**self.begun(details, begin), **often, "minutes": str(details.minutes)}

    def begun(self, details: Details, begin: datetime) -> dict[str, Hashable]:
        """The form of a new series that begins with these details; weekly unless said otherwise."""
        return {
            "staff": details.staff_id,
            "room": details.room_id,
            "type": details.type_id,
            "day": day_label(begin.date()),
            "time": f"{begin:%H:%M}",
            "kind": "weeks",
            "every": "1",
            "on": "",
            "ends": "",
            "reason": details.reason,
            "minutes": str(details.minutes) if details.minutes else "",
        }


def of_draft(fields: Mapping[str, str]) -> dict[str, Hashable]:
    """The form as a draft kept it: its choices of somebody, a room and a type are ids again."""
    ids = ("staff", "room", "type")
    chosen = {name: int(fields[name]) if fields.get(name, "").isdecimal() else None for name in ids}
    return {**fields, **chosen}


def _text(values: Values, name: str) -> str:
    return str(values.get(name) or "").strip()


def _chosen(values: Values, name: str) -> int | None:
    value = values.get(name)
    return value if isinstance(value, int) else None
