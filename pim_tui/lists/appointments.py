"""The appointments of a customer, and clinic-wide, as lists."""

from __future__ import annotations

from dataclasses import replace

from ..domain.rights import Right
from ..domain.states import Status
from ..queries.calendar import types
from ..queries.customers import AppointmentFilter, AppointmentRow, appointments_of
from ..queries.page import Page
from .periods import ANY, Period
from .spec import AFTER, Choice, Chosen, Column, Filter, ListSpec, Metric, Scope
from .wide import CUSTOMER, staff_filter


def _page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[AppointmentRow]:
    period: Period = chosen.get("days") or ANY
    wanted = AppointmentFilter(
        statuses=tuple(chosen.get("status", ())),
        first=period.first,
        last=period.last,
        type_ids=tuple(map(int, chosen.get("type", ()))),
        text=str(chosen.get("text", "")),
        staff_ids=tuple(map(int, chosen.get("staff", ()))),
    )
    return appointments_of(scope.customer_id, wanted, limit, offset, after=chosen.get(AFTER))


def _types() -> tuple[Choice, ...]:
    return tuple(Choice(str(row.id), row.name) for row in types())


APPOINTMENTS = ListSpec(
    key="appointments",
    title="Appointments",
    tab="Appointment",
    row=AppointmentRow,
    query=_page,
    columns=(
        Column("Date", "day", "day", 15, rank=10),
        Column("Time", "wall", "time", 5, rank=9),
        Column("Length", "minutes", "minutes", 8, rank=3),
        Column("Type", "type_name", width=16, rank=7),
        Column("Staff", "staff", width=14, rank=6),
        Column("Room", "room", width=8, rank=1),
        Column("Mode", "mode", "mode", 9, rank=2),
        Column("Status", "status", "status", 11, rank=8),
        Column("Late", "late", width=4, rank=4),
        Column("Reason", "reason", width=14, rank=5, grow=True),
    ),
    filters=(
        Filter("status", "Status", "choice", tuple(Choice(one.value, one.word) for one in Status)),
        Filter("days", "Dates", "days", prefer="nearest"),
        Filter("type", "Type", "choice", load=_types),
        Filter("text", "Containing", "text"),
    ),
    metrics=(
        *(Metric(one.word, one.value) for one in Status),
        Metric("Time", "minutes", "minutes"),
    ),
    empty="No appointments yet. Press a to book one.",
    right=Right.SEE_APPOINTMENT,
)

_DAY, _TIME, _LENGTH, _TYPE, _STAFF, *_OTHERS = APPOINTMENTS.columns
CLINIC_APPOINTMENTS = replace(
    APPOINTMENTS,
    key="all-appointments",
    columns=(
        replace(_DAY, kind="date", width=11),
        _TIME,
        CUSTOMER,
        _LENGTH,
        _TYPE,
        replace(_STAFF, width=12),
        *_OTHERS,
    ),
    filters=(*APPOINTMENTS.filters[:3], staff_filter("Staff"), *APPOINTMENTS.filters[3:]),
    empty="No appointments in this time; f changes the filter.",
    page_size=50,
    usual="this month",
)
"""Of everybody."""
