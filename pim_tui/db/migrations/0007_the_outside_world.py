"""The outside world: services and how they stand, meetings, bookings, calendars on servers, texts that came.

Asked for by ``pim-tui deliver`` and ``pim-tui sync``, the list of messages and the contact keys. The tables
are a frozen copy: later migrations change them, this file does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex

from peewee import SQL, Check, Database, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator

from pim_tui.db.dialects import Dialect, dialect_of
from pim_tui.models.base import LineField, ProseField, WholeField, YesField, one_of

STATES = ("draft", "waiting", "sending", "sent", "delivered", "unknown", "failed", "withdrawn")
KINDS = ("reminder", "invitation", "cancellation", "offer", "payment_notice", "statement")
CHANNELS = ("", "email", "sms", "phone", "post", "meeting", "booking", "calendar")


class Table(Model):
    class Meta:
        legacy_table_names = False


class Appointment(Table):
    pass


class Customer(Table):
    pass


class Staff(Table):
    version = WholeField(default=1)
    name = LineField(120)
    initials = LineField(6)
    speciality = LineField(120)
    role = LineField(40, default="everyone")
    login = LineField(64, null=True, unique=True)
    external_id = LineField(120, null=True, unique=True)
    position = WholeField(default=0)
    books = YesField()
    active = YesField()
    email = LineField(254, constraints=[SQL("default ''")])


class MessageTemplate(Table):
    version = WholeField(default=1)
    kind = LineField(20, constraints=[one_of("kind", *KINDS)])
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
        constraints=[one_of("state", *STATES)],
    )
    created_at = WholeField()
    channel = LineField(10, constraints=[SQL("default ''"), one_of("channel", *CHANNELS)])
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
    expires_at = WholeField(null=True)
    why = LineField(200, constraints=[SQL("default ''")])
    leased_by = LineField(40, constraints=[SQL("default ''")])
    leased_until = WholeField(null=True)
    tries = WholeField(default=0, constraints=[SQL("default 0")])
    trouble = LineField(10, constraints=[SQL("default ''")])
    troubled_since = WholeField(null=True)
    sent_at = WholeField(null=True)
    message_id = LineField(200, constraints=[SQL("default ''")])
    service = LineField(20, constraints=[SQL("default ''")])
    key = LineField(120, constraints=[SQL("default ''")])
    look_at = WholeField(null=True)

    class Meta:
        indexes = ((("kind", "appointment", "window", "appointment_version"), True),)


class Service(Table):
    name = LineField(60, unique=True)
    good_at = WholeField(null=True)
    due_at = WholeField(default=0)
    trouble = LineField(10)
    why = LineField(200)
    troubled_since = WholeField(null=True)
    memory = ProseField(500_000, default="{}")
    token = LineField(4000)
    token_ends = WholeField(null=True)
    leased_by = LineField(40)
    leased_until = WholeField(null=True)


class Meeting(Table):
    appointment = ForeignKeyField(Appointment, unique=True, on_delete="RESTRICT")
    service = LineField(20)
    key = LineField(120)
    host = LineField(254)
    join_url = LineField(1000)
    passcode = LineField(40)
    topic = LineField(200)
    starts_at = WholeField()
    minutes = WholeField(constraints=[Check("minutes > 0")])
    state = LineField(10, default="made", constraints=[one_of("state", "made", "gone")])
    made_at = WholeField()

    class Meta:
        indexes = ((("service", "key"), True),)


class Booking(Table):
    service = LineField(20)
    key = LineField(300)
    event = LineField(300, index=True)
    changed = LineField(40)
    state = LineField(10, default="active", constraints=[one_of("state", "active", "canceled")])
    name = LineField(300)
    email = LineField(254)
    phone = LineField(60)
    title = LineField(200)
    host = LineField(254)
    starts_at = WholeField()
    minutes = WholeField(constraints=[Check("minutes > 0")])
    answers = ProseField(8000)
    join_url = LineField(1000)
    cancel_url = LineField(500)
    move_url = LineField(500)
    no_show = LineField(300)
    missed = WholeField(default=0)
    why = LineField(200)
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
    appointment = ForeignKeyField(Appointment, null=True, on_delete="RESTRICT")
    seen_at = WholeField()

    class Meta:
        indexes = ((("service", "key"), True),)


class InboundText(Table):
    service = LineField(20)
    key = LineField(120)
    sender = LineField(40)
    text = ProseField(1600)
    word = LineField(10, constraints=[one_of("word", "", "stop", "start")])
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
    at = WholeField(index=True)

    class Meta:
        indexes = ((("service", "key"), True),)


class CalendarItem(Table):
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    href = LineField(500)
    uid = LineField(255, index=True)
    etag = LineField(200)
    sent = LineField(64)
    appointment = ForeignKeyField(Appointment, null=True, on_delete="RESTRICT")

    class Meta:
        indexes = ((("staff", "href"), True),)


class BlockedTime(Table):
    item = ForeignKeyField(CalendarItem, on_delete="RESTRICT")
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    starts_at = WholeField()
    ends_at = WholeField()
    text = LineField(200)

    class Meta:
        constraints = (Check("starts_at < ends_at"),)
        indexes = ((("staff", "ends_at"), False),)


class Upload(Table):
    digest = LineField(64, unique=True)
    kind = LineField(10, constraints=[one_of("kind", "photo", "document", "inbox")])
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    created_at = WholeField()
    expires_at = WholeField(index=True)
    used_at = WholeField(null=True)
    came_of = LineField(200)

    class Meta:
        constraints = (Check("created_at < expires_at"),)


TABLES = (Service, Meeting, Booking, InboundText, CalendarItem, BlockedTime, Upload)
WIDENED = (Staff, MessageTemplate, Outbox)
"""Tables that were there before and have more columns now, or take more."""


def up(migrator: SchemaMigrator, db: Database) -> None:
    dialect = dialect_of(db)
    for table in (*WIDENED, *TABLES):
        for option, value in dialect.table_options.items():
            setattr(table._meta, option, value)
    with db.bind_ctx((*WIDENED, *TABLES, Appointment, Customer)):
        for table in WIDENED:
            dialect.widen(db, table)
        db.create_tables(TABLES, safe=False)
        # Links of video visits are made with it: see domain/video.py.
        Service.insert(name="video", token=token_hex(32)).execute()
    for statement in _rules(dialect):
        db.execute_sql(statement)


def _rules(dialect: Dialect) -> Iterator[str]:
    """What is asked for each minute is asked of few rows."""
    yield dialect.partial_index("outbox_look", "outbox", "channel, look_at", "look_at is not null")
    yield dialect.partial_index("booking_ahead", "booking", "service, starts_at", "state = 'active'")
    yield dialect.partial_index("booking_told", "booking", "appointment_id", "why <> ''")
    yield dialect.partial_index("outbox_drafts", "outbox", "due_at", "state = 'draft'")
    yield dialect.partial_index("outbox_unsure", "outbox", "due_at", "state = 'unknown'")
