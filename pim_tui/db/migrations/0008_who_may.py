"""Roles and their rights, who is at work, tries to sign in, and records opened for a reason.

Asked for by sign-in, the roles screen, the journal's screen and the list of records opened for a reason. The
tables are a frozen copy: later migrations change them, this file does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from peewee import SQL, Check, Database, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator

from pim_tui.db.dialects import Dialect, dialect_of
from pim_tui.models.base import LineField, WholeField, YesField, one_of

VERDICTS = ("", "in order", "not in order")


class Table(Model):
    class Meta:
        legacy_table_names = False


class Staff(Table):
    pass


class Customer(Table):
    pass


class StaffPin(Table):
    staff = ForeignKeyField(Staff, primary_key=True, on_delete="RESTRICT")
    hash = LineField(200)
    set_at = WholeField()
    failures = WholeField(default=0)
    wait_until = WholeField(default=0)
    given = YesField(constraints=[SQL("default 0")])


class Role(Table):
    version = WholeField(default=1)
    name = LineField(40, unique=True, constraints=[Check("length(name) > 0")])
    position = WholeField(default=0)


class RoleRight(Table):
    role = ForeignKeyField(Role, index=False, on_delete="RESTRICT")
    name = LineField(60, constraints=[Check("length(name) > 0")])

    class Meta:
        indexes = ((("role", "name"), True),)


class SignInWait(Table):
    origin = LineField(120, unique=True)
    failures = WholeField(default=0)
    wait_until = WholeField(default=0)


class DeskSession(Table):
    key = LineField(40, unique=True)
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    began_at = WholeField()
    origin = LineField(120)
    host = LineField(120)
    pid = WholeField()
    ended_at = WholeField(null=True)
    ended_why = LineField(40)
    end_asked_by = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")

    class Meta:
        constraints = (Check("ended_at is null or ended_at >= began_at"),)


class BreakGlass(Table):
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    reason = LineField(400, constraints=[Check("length(reason) >= 10")])
    began_at = WholeField()
    until_at = WholeField()
    verdict = LineField(20, constraints=[one_of("verdict", *VERDICTS)])
    remark = LineField(400)
    reviewed_by = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")
    reviewed_at = WholeField(null=True)

    class Meta:
        constraints = (
            Check("began_at < until_at"),
            Check("reviewed_by_id is null or reviewed_by_id <> staff_id"),
            Check("(verdict = '') = (reviewed_by_id is null)"),
            Check("(reviewed_by_id is null) = (reviewed_at is null)"),
        )
        indexes = ((("staff", "customer", "until_at"), False),)


TABLES = (Role, RoleRight, SignInWait, DeskSession, BreakGlass)
WIDENED = (StaffPin,)
"""A table that was there before: whether the person was given the PIN by somebody else."""

_ANYBODY = "desk.work appointment.see product.see staff.see"
_DESK = (
    f"{_ANYBODY} appointment.book appointment.change appointment.cancel appointment.mark appointment.hold"
    " waiting.change message.send call.log customer.see customer.change file.attach paper.print bill.see"
)
_TILL = "bill.post payment.take return.request drawer.use bill.see paper.print"
_CLINICAL = "note.see note.write file.see"
_HOUSE = (
    "staff.change role.change session.end journal.see clinic.set_up clinic.check clinic.back_up"
    " message.deliver resource.change template.change hours.change"
)
_MORE = (
    "appointment.reopen appointment.overbook appointment.overbook_beyond_cap fee.waive video.start"
    " report.see glass.break glass.review data.import data.undo_import data.export data.export_many"
    " product.change stock.receive stock.count stock.restock_medicine bill.override_price bill.discount"
    " bill.adjust bill.void bill.write_off return.approve refund.pay loan.change day.close payer.change"
    " customer.merge customer.erase file.remove"
)
_EVERYTHING = frozenset(f"{_DESK} {_TILL} {_CLINICAL} {_HOUSE} {_MORE}".split())

ROLES = {
    "owner": _EVERYTHING,
    "administrator": frozenset(f"desk.work staff.see product.see {_HOUSE}".split()),
    "supervisor": _EVERYTHING - frozenset(f"{_CLINICAL} role.change clinic.set_up clinic.back_up".split()),
    "receptionist": frozenset(f"{_DESK} {_TILL} glass.break".split()),
    "clinician": frozenset(
        f"{_DESK} {_CLINICAL} appointment.reopen appointment.overbook video.start bill.post loan.change"
        " file.remove data.export".split()
    ),
    "cashier": frozenset(
        f"{_ANYBODY} {_TILL} customer.see bill.discount refund.pay day.close loan.change".split()
    ),
}

KEPT_FOR_EVER = ("role", "desk_session", "break_glass")
INDEXES = (
    ("journal_of_staff", "journal", "staff_id, seq"),
    ("journal_of_action", "journal", "action, seq"),
    ("journal_of_kind", "journal", "kind, seq"),
    ("journal_at", "journal", "at_ms"),
    ("break_glass_of", "break_glass", "customer_id"),
    ("desk_session_of", "desk_session", "staff_id, origin"),
)
AS_IT_WAS = (
    "new.staff_id <> old.staff_id or new.customer_id <> old.customer_id or new.reason <> old.reason"
    " or new.began_at <> old.began_at or new.until_at > old.until_at or old.reviewed_by_id is not null"
)


def up(migrator: SchemaMigrator, db: Database) -> None:
    dialect = dialect_of(db)
    for table in (*WIDENED, *TABLES):
        for option, value in dialect.table_options.items():
            setattr(table._meta, option, value)
    with db.bind_ctx((*WIDENED, *TABLES, Staff, Customer)):
        for table in WIDENED:
            dialect.widen(db, table)
        db.create_tables(TABLES, safe=False)
        for position, (name, rights) in enumerate(ROLES.items()):
            role = Role.insert(name=name, position=position).execute()
            RoleRight.insert_many([{"role": role, "name": right} for right in sorted(rights)]).execute()
    # Until now whoever was on the list could do everything.
    db.execute_sql("update staff set role = 'owner', version = version + 1 where role = 'everyone'")
    for statement in _rules(dialect):
        db.execute_sql(statement)


def _rules(dialect: Dialect) -> Iterator[str]:
    for table in KEPT_FOR_EVER:
        yield from dialect.refusal(
            f"{table}_stays", table, "delete", "true", "A1", f"rows of {table} are never deleted"
        )
    yield from dialect.refusal(
        "break_glass_fixed", "break_glass", "update", AS_IT_WAS, "A1", "what was done is not told otherwise"
    )
    yield from dialect.refusal(
        "desk_session_fixed", "desk_session", "update",
        "new.key <> old.key or new.staff_id <> old.staff_id or new.began_at <> old.began_at"
        " or new.origin <> old.origin or new.host <> old.host or new.pid <> old.pid"
        " or old.ended_at is not null",
        "A1", "what was done is not told otherwise",
    )  # fmt: skip
    yield dialect.partial_index("desk_session_open", "desk_session", "staff_id", "ended_at is null")
    yield dialect.partial_index("break_glass_open", "break_glass", "began_at", "reviewed_by_id is null")
    for name, table, columns in INDEXES:
        yield f"create index {name} on {table} ({columns})"
