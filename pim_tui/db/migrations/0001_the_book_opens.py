"""The book opens: staff, customers, calendar, notes, journal and outbox.

Asked for by the calendar, the customer profile and the commands of the first version. The tables
are a frozen copy: later migrations change them, this file does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from peewee import Check, CompositeKey, Database, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator

from pim_tui.db.dialects import Dialect, dialect_of
from pim_tui.models.base import DayField, LineField, ProseField, WholeField, YesField, one_of


class Table(Model):
    class Meta:
        legacy_table_names = False


class Versioned(Table):
    version = WholeField(default=1)


class Clinic(Table):
    name = LineField(120)
    zone = LineField(60)
    created_at = WholeField()

    class Meta:
        constraints = (Check("id = 1"),)


class Staff(Versioned):
    name = LineField(120)
    initials = LineField(6)
    speciality = LineField(120)
    role = LineField(40, default="everyone")
    login = LineField(64, null=True, unique=True)
    external_id = LineField(120, null=True, unique=True)
    position = WholeField(default=0)
    books = YesField()
    active = YesField()


class WorkingHours(Table):
    staff = ForeignKeyField(Staff, on_delete="RESTRICT")
    weekday = WholeField(constraints=[Check("weekday between 0 and 6")])
    starts = WholeField(constraints=[Check("starts between 0 and 1439")])
    ends = WholeField(constraints=[Check("ends between 1 and 1440")])
    effective_from = DayField(null=True)
    effective_to = DayField(null=True)

    class Meta:
        constraints = (Check("starts < ends"),)


class Customer(Versioned):
    number = WholeField(unique=True)
    prefix = LineField(40)
    first_name = LineField(120)
    middle_name = LineField(120)
    last_name = LineField(120)
    suffix = LineField(40)
    sort_name = LineField(300, index=True)
    sex = LineField(1, constraints=[one_of("sex", "", "F", "M", "X")])
    birth_date = DayField(null=True, index=True)
    death_date = DayField(null=True)
    address = ProseField(300)
    city = LineField(120)
    region = LineField(120)
    postal_code = LineField(20)
    country = LineField(60)
    created_at = WholeField()
    active = YesField()


class FormerName(Table):
    customer = ForeignKeyField(Customer, on_delete="RESTRICT")
    name = LineField(300)


class Phone(Table):
    customer = ForeignKeyField(Customer, on_delete="RESTRICT")
    position = WholeField(default=0)
    label = LineField(40)
    number = LineField(60)
    e164 = LineField(20, index=True)


class Email(Table):
    customer = ForeignKeyField(Customer, on_delete="RESTRICT")
    position = WholeField(default=0)
    label = LineField(40)
    address = LineField(254)
    folded = LineField(254, index=True)


class ExternalId(Table):
    customer = ForeignKeyField(Customer, on_delete="RESTRICT")
    system = LineField(40)
    value = LineField(120)

    class Meta:
        indexes = ((("system", "value"), True),)


class Consent(Table):
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    channel = LineField(10, constraints=[one_of("channel", "email", "sms", "phone", "post")])
    answer = LineField(10, default="unknown", constraints=[one_of("answer", "unknown", "yes", "no")])
    given_on = DayField(null=True)
    source = LineField(120)

    class Meta:
        indexes = ((("customer", "channel"), True),)


class Alert(Table):
    customer = ForeignKeyField(Customer, on_delete="RESTRICT")
    text = LineField(200)
    since = DayField(null=True)


class Note(Versioned):
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    author = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    text = ProseField(8000)
    written_at = WholeField()
    withdrawn = YesField()

    class Meta:
        indexes = ((("customer", "written_at"), False),)


class SearchWord(Table):
    word = LineField(60)
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    former = YesField()

    class Meta:
        primary_key = CompositeKey("word", "customer")


class SearchDigits(Table):
    tail = LineField(40)
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")

    class Meta:
        primary_key = CompositeKey("tail", "customer")


class SearchSound(Table):
    sound = LineField(40)
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")

    class Meta:
        primary_key = CompositeKey("sound", "customer")


MODES = ("in_person", "virtual", "phone")


class AppointmentType(Versioned):
    name = LineField(80)
    alias = LineField(12)
    minutes = WholeField(default=30, constraints=[Check("minutes between 1 and 1440")])
    colour = LineField(20)
    buffer_before = WholeField(default=0, constraints=[Check("buffer_before between 0 and 240")])
    buffer_after = WholeField(default=0, constraints=[Check("buffer_after between 0 and 240")])
    mode = LineField(10, default="in_person", constraints=[one_of("mode", *MODES)])
    position = WholeField(default=0)
    is_default = YesField()
    active = YesField()


class Room(Versioned):
    name = LineField(80)
    initials = LineField(6)
    position = WholeField(default=0)
    active = YesField()


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


class Journal(Table):
    seq = WholeField(primary_key=True)
    at_ms = WholeField()
    staff = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")
    session = LineField(40)
    action = LineField(60)
    kind = LineField(40)
    row_id = WholeField(null=True)
    reason = LineField(400)
    request = LineField(64, null=True, unique=True)
    before_hash = LineField(64)
    after_hash = LineField(64)
    prev = LineField(64)
    hash = LineField(64, unique=True)

    class Meta:
        indexes = ((("kind", "row_id"), False), (("session", "seq"), False))


class JournalValues(Table):
    seq = ForeignKeyField(Journal, primary_key=True, on_delete="RESTRICT")
    before = ProseField(1_000_000)
    after = ProseField(1_000_000)
    answer = ProseField(4000)


class Outbox(Table):
    kind = LineField(40)
    appointment = ForeignKeyField(Appointment, null=True, on_delete="RESTRICT")
    appointment_version = WholeField(null=True)
    window = LineField(40)
    payload = ProseField(20_000, default="{}")
    due_at = WholeField(index=True)
    state = LineField(
        10, default="waiting", constraints=[one_of("state", "waiting", "sent", "failed", "withdrawn")]
    )
    created_at = WholeField()

    class Meta:
        indexes = ((("kind", "appointment", "window", "appointment_version"), True),)


TABLES = (
    Clinic,
    Staff,
    WorkingHours,
    Customer,
    FormerName,
    Phone,
    Email,
    ExternalId,
    Consent,
    Alert,
    Note,
    SearchWord,
    SearchDigits,
    SearchSound,
    AppointmentType,
    Room,
    Appointment,
    Journal,
    JournalValues,
    Outbox,
)
KEYED_BY_WORD = (SearchWord, SearchDigits, SearchSound)
VERSIONED = ("staff", "customer", "note", "appointment_type", "room", "appointment")
KEPT_FOR_EVER = (*VERSIONED, "clinic", "journal", "journal_values")

DAY = 86_400
BUSY = (
    "exists (select 1 from appointment a where a.{resource} = new.{resource} and a.id <> coalesce(new.id, -1)"
    f" and a.occupied_from > new.occupied_from - {DAY} and a.occupied_from < new.occupied_to"
    " and a.occupied_to > new.occupied_from)"
    " or exists (select 1 from appointment a where a.{resource} = new.{resource}"
    " and a.id <> coalesce(new.id, -1)"
    f" and a.occupied_to - a.occupied_from > {DAY} and a.occupied_to > new.occupied_from"
    " and a.occupied_from < new.occupied_to)"
)
"""What occupies the same staff member or room: half-open, stays of over a day by an index of their own."""

GROWS = (
    "(old.occupied_from is null or new.{resource} <> old.{resource} or old.{resource} is null"
    " or new.occupied_from < old.occupied_from or new.occupied_to > old.occupied_to"
    " or old.overbooked_by_id is not null)"
)
"""A change that takes time it did not have; shortening or marking never collides."""


def up(migrator: SchemaMigrator, db: Database) -> None:
    dialect = dialect_of(db)
    for table in TABLES:
        for option, value in dialect.table_options.items():
            setattr(table._meta, option, value)
            if table in KEYED_BY_WORD:
                table._meta.without_rowid = True
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
    for statement in (*_indexes(dialect), *_rules(dialect)):
        db.execute_sql(statement)


def _indexes(dialect: Dialect) -> Iterator[str]:
    yield dialect.partial_index(
        "appointment_over_midnight", "appointment", "ends_at, starts_at", "crosses_midnight = 1"
    )
    for resource in ("staff_id", "room_id"):
        yield dialect.partial_index(
            f"appointment_long_{resource}", "appointment", f"{resource}, occupied_to",
            f"occupied_to - occupied_from > {DAY}",
        )  # fmt: skip
    yield "create index search_word_of on search_word (customer_id, word)"
    yield "create index search_digits_of on search_digits (customer_id)"
    yield "create index search_sound_of on search_sound (customer_id)"


def _rules(dialect: Dialect) -> Iterator[str]:
    for table in KEPT_FOR_EVER:
        yield from dialect.refusal(
            f"{table}_stays", table, "delete", "true", "A1", f"rows of {table} are never deleted"
        )
    for table in ("journal", "journal_values"):
        yield from dialect.refusal(
            f"{table}_fixed", table, "update", "true", "A1", f"the {table} is never changed"
        )
    for table in VERSIONED:
        yield from dialect.refusal(
            f"{table}_version", table, "update", "new.version <> old.version + 1", "V1",
            "somebody else changed this meanwhile",
        )  # fmt: skip
    yield from dialect.refusal(
        "journal_chain", "journal", "insert",
        "new.seq <> (select coalesce(max(seq), 0) + 1 from journal) or new.prev <> "
        "coalesce((select hash from journal order by seq desc limit 1), '0')",
        "A1", "the journal does not continue where it ended",
    )  # fmt: skip
    for resource, owner in (("staff_id", "staff member"), ("room_id", "room")):
        yield from _no_double_booking(dialect, resource, owner)
    yield from dialect.never_at_once(
        "appointment_staff_alone", "appointment", "staff_id", "occupied_from", "occupied_to",
        "overbooked_by_id is null",
    )  # fmt: skip


def _no_double_booking(dialect: Dialect, resource: str, owner: str) -> Iterator[str]:
    """T1, T5, T6, T8 and T9 as triggers: overlap only where the row says who overbooked it."""
    table = resource.removesuffix("_id")
    occupies = "new.occupied_from is not null and new.overbooked_by_id is null"
    busy, grows = BUSY.format(resource=resource), GROWS.format(resource=resource)
    says, lock = f"the {owner} is already booked at that time", f"{table}:{resource}"
    yield from dialect.refusal(
        f"appointment_{table}_free", "appointment", "insert", f"{occupies} and ({busy})", "T7", says, lock
    )
    yield from dialect.refusal(
        f"appointment_{table}_still_free", "appointment",
        f"update of {resource}, occupied_from, occupied_to, overbooked_by_id",
        f"{occupies} and {grows} and ({busy})", "T7", says, lock,
    )  # fmt: skip
