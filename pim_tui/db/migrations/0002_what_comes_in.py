"""What comes in from elsewhere: series, products, files, and imports that can be taken back.

Asked for by the imports of calendars, people and products, by the photo in the profile, and by the
export of series. The tables are a frozen copy: later migrations change them, this file does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from peewee import Check, CompositeKey, Database, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator

from pim_tui.db.dialects import Dialect, dialect_of
from pim_tui.models.base import LineField, ProseField, WholeField, YesField, one_of


class Table(Model):
    class Meta:
        legacy_table_names = False


class Versioned(Table):
    version = WholeField(default=1)


class Staff(Table):
    pass


class Customer(Table):
    pass


class Room(Table):
    pass


class AppointmentType(Table):
    pass


class Appointment(Table):
    pass


MODES = ("in_person", "virtual", "phone")


class Series(Versioned):
    uid = LineField(255, unique=True)
    sequence = WholeField(default=0)
    rule = LineField(1000)
    zone = LineField(60)
    wall = LineField(20)
    starts_at = WholeField(constraints=[Check("starts_at % 60 = 0")])
    minutes = WholeField(constraints=[Check("minutes > 0")])
    customer = ForeignKeyField(Customer, on_delete="RESTRICT")
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    room = ForeignKeyField(Room, null=True, index=False, on_delete="RESTRICT")
    type = ForeignKeyField(AppointmentType, null=True, index=False, on_delete="RESTRICT")
    mode = LineField(10, default="in_person", constraints=[one_of("mode", *MODES)])
    reason = LineField(200)
    note = ProseField(4000)
    drawn_to = WholeField(null=True, index=True)
    created_at = WholeField()
    created_by = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")


class SeriesDate(Table):
    series = ForeignKeyField(Series, index=False, on_delete="RESTRICT")
    at = WholeField()
    kind = LineField(3, constraints=[one_of("kind", "out", "in")])

    class Meta:
        indexes = ((("series", "at"), True),)


class SeriesVisit(Table):
    appointment = ForeignKeyField(Appointment, primary_key=True, on_delete="RESTRICT")
    series = ForeignKeyField(Series, index=False, on_delete="RESTRICT")
    recurrence_at = WholeField()

    class Meta:
        indexes = ((("series", "recurrence_at"), True),)


class OutsideEvent(Table):
    appointment = ForeignKeyField(Appointment, primary_key=True, on_delete="RESTRICT")
    uid = LineField(255, index=True)
    sequence = WholeField(default=0)


class Product(Versioned):
    code = LineField(60, index=True)
    name = LineField(300)
    sort_name = LineField(300, index=True)
    kind = LineField(10, default="product", constraints=[one_of("kind", "product", "service")])
    category = LineField(120)
    unit = LineField(40)
    pack = LineField(40)
    price = WholeField(null=True, constraints=[Check("price is null or price >= 0")])
    currency = LineField(3)
    tax = LineField(40)
    barcode = LineField(14, index=True)
    tracked = YesField()
    controlled = YesField()
    description = ProseField(2000)
    external_id = LineField(160, null=True, unique=True)
    created_at = WholeField()
    active = YesField()

    class Meta:
        constraints = (
            Check("price is null or length(currency) = 3"),
            Check("length(barcode) = 0 or length(barcode) between 8 and 14"),
        )


class StoredFile(Table):
    sha256 = LineField(64, unique=True, constraints=[Check("length(sha256) = 64")])
    size = WholeField(constraints=[Check("size > 0")])
    media_type = LineField(60)
    created_at = WholeField()


class Attachment(Versioned):
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    file = ForeignKeyField(StoredFile, on_delete="RESTRICT")
    kind = LineField(10, constraints=[one_of("kind", "photo", "document")])
    name = LineField(200)
    added_at = WholeField()
    added_by = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    removed_at = WholeField(null=True)
    removed_reason = LineField(200)

    class Meta:
        indexes = ((("customer", "kind", "added_at"), False),)


STATES = ("running", "done", "stopped", "undoing", "undone")


class ImportRun(Table):
    kind = LineField(20)
    source = LineField(200)
    digest = LineField(64, index=True)
    options = ProseField(20_000, default="{}")
    state = LineField(10, default="running", constraints=[one_of("state", *STATES)])
    counts = ProseField(4000, default="{}")
    report = ProseField(4_000_000, default="{}")
    began_at = WholeField()
    ended_at = WholeField(null=True)
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")


class ImportRow(Table):
    run = ForeignKeyField(ImportRun, index=False, on_delete="RESTRICT")
    kind = LineField(20)
    row_id = WholeField()

    class Meta:
        primary_key = CompositeKey("kind", "row_id", "run")


TABLES = (
    Series,
    SeriesDate,
    SeriesVisit,
    OutsideEvent,
    Product,
    StoredFile,
    Attachment,
    ImportRun,
    ImportRow,
)
VERSIONED = ("series", "product", "attachment")
KEPT_FOR_EVER = ("stored_file", "import_run")
THERE_BEFORE = ("customer", "appointment", "note", "appointment_type", "staff")
COMES_WITH_AN_IMPORT = (*THERE_BEFORE, "series", "product", "attachment")
"""What an import makes, and takes away again when it is undone and nobody has changed it since."""

UNDOING = (
    "exists (select 1 from import_row i join import_run r on r.id = i.run_id"
    " where i.kind = '{table}' and i.row_id = old.id and r.state = 'undoing')"
)


def up(migrator: SchemaMigrator, db: Database) -> None:
    dialect = dialect_of(db)
    for table in TABLES:
        for option, value in dialect.table_options.items():
            setattr(table._meta, option, value)
        if table is ImportRow:
            table._meta.without_rowid = bool(dialect.table_options)
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
    for statement in (*_indexes(dialect), *_rules(dialect)):
        db.execute_sql(statement)


def _indexes(dialect: Dialect) -> Iterator[str]:
    yield (
        "create unique index attachment_one_photo on attachment (customer_id)"
        " where kind = 'photo' and removed_at is null"
    )
    yield "create index import_row_of on import_row (run_id, kind, row_id)"
    # Without it every appointment that goes looks through all others for one that was booked again from it.
    yield dialect.partial_index(
        "appointment_rebooked", "appointment", "rebooked_from_id", "rebooked_from_id is not null"
    )


def _rules(dialect: Dialect) -> Iterator[str]:
    for table in COMES_WITH_AN_IMPORT:
        if table in THERE_BEFORE:
            yield from dialect.lifted(f"{table}_stays", table)
        undone = f"old.version = 1 and {UNDOING.format(table=table)}"
        yield from dialect.refusal(
            f"{table}_stays", table, "delete", f"not ({undone})", "A1", f"rows of {table} are never deleted"
        )
    for table in KEPT_FOR_EVER:
        yield from dialect.refusal(
            f"{table}_stays", table, "delete", "true", "A1", f"rows of {table} are never deleted"
        )
    # An id may be given again: what an import made is forgotten together with the record.
    yield from dialect.refusal(
        "import_row_stays", "import_row", "delete",
        "not exists (select 1 from import_run r where r.id = old.run_id and r.state = 'undoing')",
        "A1", "what an import made is known as long as it is there",
    )  # fmt: skip
    for table in VERSIONED:
        yield from dialect.refusal(
            f"{table}_version", table, "update", "new.version <> old.version + 1", "V1",
            "somebody else changed this meanwhile",
        )  # fmt: skip
    for table in ("stored_file", "import_row"):
        yield from dialect.refusal(
            f"{table}_fixed", table, "update", "true", "A1", f"the {table} is never changed"
        )
    yield from dialect.refusal(
        "import_run_ended", "import_run", "update", "old.state = 'undone'", "A1",
        "an import that was taken back stays so",
    )  # fmt: skip
