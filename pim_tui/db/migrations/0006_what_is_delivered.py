"""Delivery: who has taken a message to send it, how often it was tried, what was in the way, when it went.

Asked for by ``pim-tui deliver`` and the list of messages. The table is a frozen copy: later migrations
change it, this file does not.
"""

from __future__ import annotations

from peewee import SQL, Database, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator

from pim_tui.db.dialects import dialect_of
from pim_tui.models.base import LineField, ProseField, WholeField, one_of


class Table(Model):
    class Meta:
        legacy_table_names = False


class Appointment(Table):
    pass


class Customer(Table):
    pass


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
        constraints=[one_of("state", "draft", "waiting", "sending", "sent", "failed", "withdrawn")],
    )
    created_at = WholeField()
    channel = LineField(
        10, constraints=[SQL("default ''"), one_of("channel", "", "email", "sms", "phone", "post")]
    )
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

    class Meta:
        indexes = ((("kind", "appointment", "window", "appointment_version"), True),)


TABLES: tuple[type[Model], ...] = ()
WIDENED = (Outbox,)
"""The table that was there before and has more columns now."""


def up(migrator: SchemaMigrator, db: Database) -> None:
    dialect = dialect_of(db)
    for option, value in dialect.table_options.items():
        setattr(Outbox._meta, option, value)
    with db.bind_ctx(WIDENED):
        dialect.widen(db, Outbox)
    # Delivery asks for these each minute; what was sent in all the years before is not looked through.
    db.execute_sql(
        dialect.partial_index("outbox_open", "outbox", "channel, due_at", "state in ('waiting', 'sending')")
    )
    db.execute_sql(dialect.partial_index("outbox_failed", "outbox", "due_at", "state = 'failed'"))
