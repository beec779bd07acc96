"""The calendar in depth: working time, rooms and equipment, waiting list, holds, messages that wait.

Asked for by the working-time screen, the rooms screen, the search for the next opening, the waiting
list, the reminders and the reports. The tables are a frozen copy: later migrations change them, this
file does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from peewee import SQL, Check, CompositeKey, Database, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator

from pim_tui.db.dialects import Dialect, dialect_of
from pim_tui.models.base import DayField, LineField, ProseField, WholeField, YesField, one_of

MODES = ("in_person", "virtual", "phone")


class Table(Model):
    class Meta:
        legacy_table_names = False


class Versioned(Table):
    version = WholeField(default=1)


class Staff(Table):
    pass


class Customer(Table):
    pass


class AppointmentType(Table):
    pass


class Room(Versioned):
    name = LineField(80)
    initials = LineField(6)
    position = WholeField(default=0)
    active = YesField()
    capacity = WholeField(default=1, constraints=[SQL("default 1"), Check("capacity between 1 and 100")])


class Appointment(Versioned):
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    room = ForeignKeyField(Room, null=True, index=False, on_delete="RESTRICT")
    type = ForeignKeyField(AppointmentType, null=True, index=False, on_delete="RESTRICT")
    mode = LineField(10, default="in_person", constraints=[one_of("mode", *MODES)])
    starts_at = WholeField(constraints=[Check("starts_at % 60 = 0")])
    ends_at = WholeField()
    minutes = WholeField(constraints=[Check("minutes > 0")])
    day = DayField()
    wall = LineField(5)
    zone = LineField(60)
    crosses_midnight = YesField()
    occupied_from = WholeField(null=True)
    occupied_to = WholeField(null=True)
    status = LineField(1, default="S", constraints=[one_of("status", "S", "C", "M", "X")])
    reason = LineField(200)
    note = ProseField(4000)
    marked_at = WholeField(null=True)
    cancel_reason = LineField(200)
    cancelled_by = LineField(10, constraints=[one_of("cancelled_by", "", "clinic", "customer")])
    confirmed_at = WholeField(null=True)
    arrived_at = WholeField(null=True)
    seated_at = WholeField(null=True)
    left_at = WholeField(null=True)
    rebooked_from = ForeignKeyField("self", null=True, index=False, on_delete="RESTRICT")
    overbooked_by = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")
    overbook_reason = LineField(200)
    external_id = LineField(120, null=True, unique=True)
    created_at = WholeField()
    created_by = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    wished_day = DayField(null=True)
    late_cancel = YesField(constraints=[SQL("default 0")])
    fee_waived = LineField(200, constraints=[SQL("default ''")])

    class Meta:
        constraints = (
            Check("ends_at = starts_at + minutes * 60"),
            Check("(occupied_from is null) = (occupied_to is null)"),
            Check("status <> 'X' or occupied_from is null"),
            Check("occupied_from is not null or status in ('X', 'M')"),
            Check("occupied_from <= starts_at and occupied_from < occupied_to"),
            Check("status <> 'X' or (cancelled_by <> '' and length(cancel_reason) > 0)"),
            Check("status not in ('C', 'M') or (marked_at is not null and marked_at >= starts_at)"),
            Check("overbooked_by_id is null or length(overbook_reason) > 0"),
        )
        indexes = (
            (("day", "staff", "room", "type", "status", "minutes"), False),
            (("day", "starts_at"), False),
            (("staff", "occupied_from"), False),
            (("room", "occupied_from"), False),
            (("customer", "starts_at"), False),
        )


class MessageTemplate(Versioned):
    kind = LineField(20, constraints=[one_of("kind", "reminder", "invitation", "cancellation", "offer")])
    channel = LineField(10, constraints=[one_of("channel", "email", "sms")])
    language = LineField(10)
    subject = LineField(200)
    body = ProseField(2000)

    class Meta:
        constraints = (Check("length(body) > 0"),)
        indexes = ((("kind", "channel", "language"), True),)


class Outbox(Table):
    kind = LineField(40)
    appointment = ForeignKeyField(Appointment, null=True, on_delete="RESTRICT")
    appointment_version = WholeField(null=True)
    window = LineField(40)
    payload = ProseField(20_000, default="{}")
    due_at = WholeField(index=True)
    state = LineField(
        10,
        default="waiting",
        constraints=[one_of("state", "draft", "waiting", "sent", "failed", "withdrawn")],
    )
    created_at = WholeField()
    channel = LineField(
        10, constraints=[SQL("default ''"), one_of("channel", "", "email", "sms", "phone", "post")]
    )
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
    expires_at = WholeField(null=True)
    why = LineField(200, constraints=[SQL("default ''")])

    class Meta:
        indexes = ((("kind", "appointment", "window", "appointment_version"), True),)


class Equipment(Versioned):
    name = LineField(80)
    initials = LineField(6)
    position = WholeField(default=0)
    active = YesField()
    capacity = WholeField(default=1, constraints=[Check("capacity between 1 and 100")])


class TypeEquipment(Table):
    type = ForeignKeyField(AppointmentType, index=False, on_delete="RESTRICT")
    equipment = ForeignKeyField(Equipment, index=False, on_delete="RESTRICT")

    class Meta:
        primary_key = CompositeKey("type", "equipment")


class AppointmentEquipment(Table):
    appointment = ForeignKeyField(Appointment, index=False, on_delete="RESTRICT")
    equipment = ForeignKeyField(Equipment, index=False, on_delete="RESTRICT")
    occupied_from = WholeField(null=True)
    occupied_to = WholeField(null=True)

    class Meta:
        primary_key = CompositeKey("appointment", "equipment")
        constraints = (Check("(occupied_from is null) = (occupied_to is null)"),)
        indexes = ((("equipment", "occupied_from"), False),)


class Leave(Versioned):
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    kind = LineField(10, default="leave", constraints=[one_of("kind", "leave", "sick", "training", "other")])
    first_day = DayField()
    last_day = DayField()
    from_minute = WholeField(
        null=True, constraints=[Check("from_minute is null or from_minute between 0 and 1439")]
    )
    to_minute = WholeField(
        null=True, constraints=[Check("to_minute is null or to_minute between 1 and 1440")]
    )
    reason = LineField(200)
    active = YesField()
    created_at = WholeField()
    created_by = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        constraints = (
            Check("first_day <= last_day"),
            Check("(from_minute is null) = (to_minute is null)"),
            Check("from_minute is null or (from_minute < to_minute and first_day = last_day)"),
        )
        indexes = ((("staff", "last_day"), False), (("last_day",), False))


class SpecialHours(Versioned):
    day = DayField(index=True)
    staff = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")
    starts = WholeField(null=True, constraints=[Check("starts is null or starts between 0 and 1439")])
    ends = WholeField(null=True, constraints=[Check("ends is null or ends between 1 and 1440")])
    name = LineField(80)
    active = YesField()

    class Meta:
        constraints = (
            Check("(starts is null) = (ends is null)"),
            Check("starts is null or starts < ends"),
        )


class Holiday(Table):
    day = DayField()
    name = LineField(200)
    place = LineField(20)
    closes = YesField()

    class Meta:
        indexes = ((("place", "day"), True),)


class WaitingEntry(Versioned):
    customer = ForeignKeyField(Customer, on_delete="RESTRICT")
    urgency = WholeField(default=0, constraints=[Check("urgency between 0 and 2")])
    type = ForeignKeyField(AppointmentType, null=True, index=False, on_delete="RESTRICT")
    minutes = WholeField(constraints=[Check("minutes between 1 and 1440")])
    staff = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")
    first_day = DayField(null=True)
    last_day = DayField(null=True)
    weekdays = LineField(7)
    from_minute = WholeField(
        null=True, constraints=[Check("from_minute is null or from_minute between 0 and 1439")]
    )
    to_minute = WholeField(
        null=True, constraints=[Check("to_minute is null or to_minute between 1 and 1440")]
    )
    note = LineField(200)
    appointment = ForeignKeyField(Appointment, null=True, index=False, on_delete="RESTRICT")
    state = LineField(10, default="waiting", constraints=[one_of("state", "waiting", "booked", "withdrawn")])
    booked = ForeignKeyField(Appointment, null=True, index=False, on_delete="RESTRICT")
    closed_at = WholeField(null=True)
    closed_reason = LineField(200)
    created_at = WholeField()
    created_by = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        constraints = (
            Check("first_day is null or last_day is null or first_day <= last_day"),
            Check("(state = 'waiting') = (closed_at is null)"),
            Check("state <> 'booked' or booked_id is not null"),
        )
        indexes = ((("state", "urgency", "created_at"), False),)


class WaitingOffer(Versioned):
    entry = ForeignKeyField(WaitingEntry, on_delete="RESTRICT")
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    room = ForeignKeyField(Room, null=True, index=False, on_delete="RESTRICT")
    starts_at = WholeField(constraints=[Check("starts_at % 60 = 0")])
    minutes = WholeField(constraints=[Check("minutes > 0")])
    state = LineField(
        10, default="offered", constraints=[one_of("state", "offered", "accepted", "declined", "lapsed")]
    )
    offered_at = WholeField()
    offered_by = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    answered_at = WholeField(null=True)

    class Meta:
        constraints = (Check("(state = 'offered') = (answered_at is null)"),)


class Hold(Table):
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    room = ForeignKeyField(Room, null=True, index=False, on_delete="RESTRICT")
    starts_at = WholeField(constraints=[Check("starts_at % 60 = 0")])
    ends_at = WholeField()
    holder = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    session = LineField(40)
    entry = ForeignKeyField(WaitingEntry, null=True, on_delete="RESTRICT")
    expires_at = WholeField()
    created_at = WholeField()

    class Meta:
        constraints = (Check("starts_at < ends_at"), Check("created_at < expires_at"))
        indexes = ((("staff", "starts_at"), False),)


TABLES = (
    MessageTemplate,
    Equipment,
    TypeEquipment,
    AppointmentEquipment,
    Leave,
    SpecialHours,
    Holiday,
    WaitingEntry,
    WaitingOffer,
    Hold,
)
WIDENED = (Room, Appointment, Outbox)
"""Tables that were there before and have more columns now."""

VERSIONED = ("message_template", "equipment", "leave", "special_hours", "waiting_entry", "waiting_offer")
KEPT_FOR_EVER = VERSIONED
WITHOUT_ROWID = (TypeEquipment, AppointmentEquipment)

DAY = 86_400

FULL = (
    "exists (select 1 from (select new.occupied_from as at union select b.occupied_from from {table} b"
    " where b.{resource} = new.{resource} and b.{key} <> coalesce(new.{key}, -1)"
    " and b.occupied_from > new.occupied_from and b.occupied_from < new.occupied_to) p"
    " where (select count(*) from {table} c where c.{resource} = new.{resource}"
    " and c.{key} <> coalesce(new.{key}, -1) and c.occupied_from <= p.at and c.occupied_to > p.at"
    f" and c.occupied_from > p.at - {DAY})"
    " + (select count(*) from {table} d where d.{resource} = new.{resource}"
    " and d.{key} <> coalesce(new.{key}, -1) and d.occupied_from <= p.at - "
    + str(DAY)
    + " and d.occupied_to > p.at"
    f" and d.occupied_to - d.occupied_from > {DAY})"
    " >= (select capacity from {owner} where id = new.{resource}))"
)
"""Whether at some moment of the new stretch as many are there already as there is room for.

It is fullest when it begins or when another one begins; stays of over a day have an index of their own.
"""
GROWS = (
    "(old.occupied_from is null or new.{resource} <> old.{resource} or old.{resource} is null"
    " or new.occupied_from < old.occupied_from or new.occupied_to > old.occupied_to{more})"
)
"""A change that takes time it did not have; shortening or marking never collides."""
OVERBOOKED = (
    "exists (select 1 from appointment a where a.id = new.appointment_id and a.overbooked_by_id is not null)"
)


def up(migrator: SchemaMigrator, db: Database) -> None:
    dialect = dialect_of(db)
    for table in (*TABLES, *WIDENED):
        for option, value in dialect.table_options.items():
            setattr(table._meta, option, value)
            if table in WITHOUT_ROWID:
                table._meta.without_rowid = True
    with db.bind_ctx((*TABLES, *WIDENED)):
        for table in WIDENED:
            dialect.widen(db, table)
        db.create_tables(TABLES, safe=False)
    for statement in (*_indexes(dialect), *_rules(dialect)):
        db.execute_sql(statement)


def _indexes(dialect: Dialect) -> Iterator[str]:
    yield dialect.partial_index(
        "appointment_equipment_long", "appointment_equipment", "equipment_id, occupied_to",
        f"occupied_to - occupied_from > {DAY}",
    )  # fmt: skip
    # The report of lead times reads the wishes, which are few: the index costs next to nothing.
    yield dialect.partial_index("appointment_wished", "appointment", "day", "wished_day is not null")
    yield "create unique index waiting_offer_once on waiting_offer (entry_id) where state = 'offered'"
    yield (
        "create unique index waiting_offer_slot on waiting_offer (staff_id, starts_at)"
        " where state = 'offered'"
    )


def _rules(dialect: Dialect) -> Iterator[str]:
    for table in KEPT_FOR_EVER:
        yield from dialect.refusal(
            f"{table}_stays", table, "delete", "true", "A1", f"rows of {table} are never deleted"
        )
    for table in VERSIONED:
        yield from dialect.refusal(
            f"{table}_version", table, "update", "new.version <> old.version + 1", "V1",
            "somebody else changed this meanwhile",
        )  # fmt: skip
    yield from _rooms(dialect)
    yield from _equipment(dialect)
    yield from dialect.refusal(
        "hold_once", "hold", "insert",
        "exists (select 1 from hold h where h.staff_id = new.staff_id and h.starts_at < new.ends_at"
        " and h.ends_at > new.starts_at)",
        "T8", "somebody else holds that time", "staff:staff_id",
    )  # fmt: skip


def _rooms(dialect: Dialect) -> Iterator[str]:
    """A room takes as many at a time as it has places (T7); who overbooked is told by the row (T9)."""
    occupies = "new.room_id is not null and new.occupied_from is not null and new.overbooked_by_id is null"
    full = FULL.format(table="appointment", resource="room_id", key="id", owner="room")
    grows = GROWS.format(resource="room_id", more=" or old.overbooked_by_id is not null")
    says, lock = "the room is already booked at that time", "room:room_id"
    for rule in ("free", "still_free"):
        yield from dialect.lifted(f"appointment_room_{rule}", "appointment")
    yield from dialect.refusal(
        "appointment_room_free", "appointment", "insert", f"{occupies} and {full}", "T7", says, lock
    )
    yield from dialect.refusal(
        "appointment_room_still_free", "appointment",
        "update of room_id, occupied_from, occupied_to, overbooked_by_id",
        f"{occupies} and {grows} and {full}", "T7", says, lock,
    )  # fmt: skip


def _equipment(dialect: Dialect) -> Iterator[str]:
    """Equipment is taken for the time its appointment occupies, as many at a time as there are (T6, T7)."""
    occupies = f"new.occupied_from is not null and not {OVERBOOKED}"
    full = FULL.format(
        table="appointment_equipment", resource="equipment_id", key="appointment_id", owner="equipment"
    )
    grows = GROWS.format(resource="equipment_id", more="")
    says, lock = "the equipment is already taken at that time", "equipment:equipment_id"
    yield from dialect.refusal(
        "appointment_equipment_free", "appointment_equipment", "insert", f"{occupies} and {full}", "T7",
        says, lock,
    )  # fmt: skip
    yield from dialect.refusal(
        "appointment_equipment_still_free", "appointment_equipment", "update of occupied_from, occupied_to",
        f"{occupies} and {grows} and {full}", "T7", says, lock,
    )  # fmt: skip
    yield from dialect.consequence(
        "appointment_equipment_follows", "appointment", "update of occupied_from, occupied_to",
        "update appointment_equipment set occupied_from = new.occupied_from, occupied_to = new.occupied_to"
        " where appointment_id = new.id",
    )  # fmt: skip
