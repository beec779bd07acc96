"""The stage with something on every screen of the calendar: leave, a series, who waits, messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from pim_tui.domain.messages import BUILT_IN
from pim_tui.domain.resourcefields import ThingFields
from pim_tui.domain.series import Asked
from pim_tui.domain.states import Status
from pim_tui.domain.visit import Details
from pim_tui.domain.waiting import Slot, Wish
from pim_tui.domain.worktime import Absence
from pim_tui.models import Alert, AppointmentEquipment, Consent, Email, Holiday, TypeEquipment
from pim_tui.queries.calendar import visit
from pim_tui.services.arrivals import TakeStep, take_step
from pim_tui.services.booking import BookAppointment, MarkAppointment, book, mark
from pim_tui.services.holds import HoldTime, hold_time
from pim_tui.services.leave import AddLeave, add_leave
from pim_tui.services.offers import OfferTime, offer_time
from pim_tui.services.resources import AddResource, add_resource
from pim_tui.services.series_making import MakeSeries, make_series
from pim_tui.services.special_days import SetSpecialDays, set_special_days
from pim_tui.services.templates import SaveTemplate, save_template
from pim_tui.services.waiting import AddWaiting, add_waiting
from tests.tui.hostile import GUARDS
from tests.tui.stage import NOW, TODAY, ZONE, Stage, at
from tests.tui.tillstage import with_till

DAY = TODAY.isoformat()
HERE, DUE, MISSED, LATE, LOST, SERIES = 1, 2, 3, 4, 5, 6
"""What is booked: somebody who waits, one to come, one missed, one canceled late, one in leave, a series."""
COLUMNS = {
    "alert": "text",
    "appointment": "reason note cancel_reason overbook_reason fee_waived",
    "appointment_type": "name alias",
    "customer": "first_name last_name",
    "email": "address",
    "equipment": "name initials",
    "holiday": "name",
    "leave": "reason",
    "message_template": "subject body language",
    "outbox": "window why",
    "phone": "number",
    "product": "name",
    "room": "name initials",
    "series": "reason note",
    "special_hours": "name",
    "staff": "name initials speciality",
    "waiting_entry": "note closed_reason",
}
"""Every column of the calendar that holds words."""


def busy(folder: Path) -> Stage:
    """A little of everything that the calendar knows."""
    stage = with_till(folder)
    rules = replace(stage.session.calendar, late_fee="PHY", missed_fee="PHY")
    stage.session = replace(stage.session, calendar=rules)
    session, jane = stage.session, stage.customers["Jane Doe"]
    with stage.book.write_tx():
        Email.create(customer=jane, address="jane@mail.example", folded="jane@mail.example")
        Consent.create(customer=jane, channel="email", answer="yes")
        Alert.create(customer=jane, text="Penicillin", created_at=NOW)
        Holiday.create(day=date(2026, 12, 25), name="Christmas", place="DE", closes=True)
    add_resource(session, AddResource("equipment", ThingFields("Laser", "L")))
    stage.booked("Jane Doe", f"{DAY} 09:00", room_id=1, reason="cough", note="a note")
    stage.booked("John Roe", f"{DAY} 09:45", reason="knee")
    stage.booked("Aaron Smith", f"{DAY} 08:00", staff="Dr Sato")
    wished = Details(stage.customers["José García"], 3, at(f"{DAY} 14:00"), 30, type_id=1)
    book(session, BookAppointment(wished, wished=date(2026, 11, 20)))
    stage.booked("John Roe", "2026-11-26 10:00", staff="Nurse Ito")
    visits = Details(jane, 3, at("2026-11-24 09:00"), 30, type_id=1, room_id=2)
    make_series(session, MakeSeries(Asked(visits, "FREQ=WEEKLY;COUNT=4", ZONE)))
    with stage.book.write_tx():
        TypeEquipment.create(type=1, equipment=1)
        AppointmentEquipment.create(
            appointment=DUE, equipment=1, occupied_from=at(f"{DAY} 09:45"), occupied_to=at(f"{DAY} 10:15")
        )
    take_step(session, TakeStep(HERE, visit(HERE).version, "arrived"))
    mark(session, MarkAppointment(MISSED, visit(MISSED).version, Status.MISSED))
    mark(session, MarkAppointment(LATE, visit(LATE).version, Status.CANCELED, "ill", "customer"))
    add_leave(session, AddLeave(4, Absence(date(2026, 11, 25), date(2026, 11, 27)), "away"))
    set_special_days(session, SetSpecialDays(date(2026, 12, 24), date(2026, 12, 24), None, (), "Eve"))
    set_special_days(session, SetSpecialDays(TODAY, TODAY, 4, ((480, 1200),), "Late day"))
    for customer, more in (("John Roe", {"urgency": 2}), ("Jane Doe", {"staff_id": 2})):
        command = AddWaiting(stage.customers[customer], Wish(30, **more), "by telephone")  # type: ignore[arg-type]
        add_waiting(session, command)
    offer_time(session, OfferTime(2, Slot(2, None, at(f"{DAY} 13:00"), 30)))
    other = replace(session, staff_id=3, name="Dr Sato", key="desk-2")
    hold_time(other, HoldTime(3, 1, at(f"{DAY} 11:00"), 30))
    words = BUILT_IN["reminder", "email"]
    save_template(session, SaveTemplate("reminder", "email", "en", 0, words, replace(words, subject="Soon")))
    return stage


def poison(stage: Stage, texts: Sequence[str], most: int = 60) -> None:
    """Put the texts into every column that holds words, past all cleaning, rules and limits."""
    write = stage.book.db.execute_sql
    write("pragma ignore_check_constraints = on")
    with stage.book.write_tx():
        for (name,) in stage.rows(GUARDS):
            write(f"drop trigger {name}")
        for place, (table, columns) in enumerate(COLUMNS.items()):
            for nth, column in enumerate(columns.split()):
                for (id_,) in stage.rows(f"select rowid from {table}"):
                    text = texts[(id_ + nth + place) % len(texts)][:most]
                    write(f"update {table} set {column} = ? where rowid = ?", (text, id_))
        write("update appointment set fee_waived = '' where id = ?", (MISSED,))
        for id_, payload in stage.rows("select id, payload from outbox"):
            told = {key: texts[id_ % len(texts)] for key in json.loads(payload)}
            write("update outbox set payload = ? where id = ?", (json.dumps(told), id_))
