"""What is sold, lent and handed out, by lot; who else pays; and what kind a document is.

Asked for by the catalogue, the till's search, stock, payers' shares, and the documents of a customer.
The tables are a frozen copy: later migrations change them, this file does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from peewee import Check, Database, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator

from pim_tui.db.dialects import Dialect, dialect_of
from pim_tui.models.base import DayField, LineField, ProseField, WholeField, YesField, one_of

MOST = 10**13
SUBJECTS = ("", "consent", "insurance", "identity", "referral", "result", "other")


class Table(Model):
    class Meta:
        legacy_table_names = False


class Versioned(Table):
    version = WholeField(default=1)


class Staff(Table):
    pass


class Customer(Table):
    pass


class StoredFile(Table):
    pass


class TaxClass(Versioned):
    name = LineField(40, unique=True)
    active = YesField()


class Tax(Table):
    tax_class = ForeignKeyField(TaxClass, index=False, on_delete="RESTRICT")
    position = WholeField(default=0)
    name = LineField(40)
    kind = LineField(10, default="percent", constraints=[one_of("kind", "percent", "of_total", "per_unit")])
    rate = WholeField(constraints=[Check(f"rate between 0 and {MOST}")])
    in_next_base = YesField()

    class Meta:
        indexes = ((("tax_class", "position"), True),)


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
    tax_class = ForeignKeyField(TaxClass, null=True, index=False, on_delete="RESTRICT")
    lots = YesField()
    serials = YesField()
    medicine = YesField()
    lendable = YesField()
    loan_days = WholeField(default=14, constraints=[Check("loan_days between 1 and 3660")])
    reorder_at = WholeField(null=True, constraints=[Check("reorder_at is null or reorder_at >= 0")])
    directions = LineField(200)

    class Meta:
        constraints = (
            Check("price is null or length(currency) = 3"),
            Check("length(barcode) = 0 or length(barcode) between 8 and 14"),
        )


class Lot(Versioned):
    product = ForeignKeyField(Product, index=False, on_delete="RESTRICT")
    code = LineField(60)
    serial = LineField(60)
    expires_on = DayField(null=True, index=True)
    note = LineField(200)
    created_at = WholeField()

    class Meta:
        indexes = ((("product", "code", "serial"), True),)


class Attachment(Versioned):
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    file = ForeignKeyField(StoredFile, on_delete="RESTRICT")
    kind = LineField(10, constraints=[one_of("kind", "photo", "document")])
    name = LineField(200)
    added_at = WholeField()
    added_by = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    removed_at = WholeField(null=True)
    removed_reason = LineField(200)
    subject = LineField(10, constraints=[one_of("subject", *SUBJECTS)])
    expires_on = DayField(null=True)

    class Meta:
        indexes = ((("customer", "kind", "added_at"), False),)


class Payer(Versioned):
    name = LineField(120)
    sort_name = LineField(300, index=True)
    address = ProseField(300)
    phone = LineField(60)
    email = LineField(254)
    external_id = LineField(120, null=True, unique=True)
    active = YesField()


class Coverage(Versioned):
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    payer = ForeignKeyField(Payer, index=False, on_delete="RESTRICT")
    policy = LineField(60)
    share = WholeField(default=0, constraints=[Check("share between 0 and 100000")])
    valid_to = DayField(null=True)
    active = YesField()

    class Meta:
        indexes = ((("customer", "payer"), False),)


TABLES = (TaxClass, Tax, Lot, Payer, Coverage)
WIDENED = (Product, Attachment)
"""Tables that were there before and have more columns now."""

VERSIONED = ("tax_class", "lot", "payer", "coverage")
KEPT_FOR_EVER = ("tax_class", "lot", "payer", "coverage")

UNDONE = (
    "not (old.version = 1 and exists (select 1 from import_row i join import_run r on r.id = i.run_id"
    " where i.kind = '{table}' and i.row_id = old.id and r.state = 'undoing'))"
)


def up(migrator: SchemaMigrator, db: Database) -> None:
    dialect = dialect_of(db)
    for table in (*TABLES, *WIDENED):
        for option, value in dialect.table_options.items():
            setattr(table._meta, option, value)
    with db.bind_ctx((*TABLES, *WIDENED)):
        db.create_tables([TaxClass], safe=False)
        for table in WIDENED:
            for rule in ("stays", "version"):
                name = table._meta.table_name
                for statement in dialect.lifted(f"{name}_{rule}", name):
                    db.execute_sql(statement)
            dialect.widen(db, table)
        db.create_tables(TABLES[1:], safe=False)
    for statement in _rules(dialect):
        db.execute_sql(statement)


def _rules(dialect: Dialect) -> Iterator[str]:
    for table in KEPT_FOR_EVER:
        yield from dialect.refusal(
            f"{table}_stays", table, "delete", "true", "A1", f"rows of {table} are never deleted"
        )
    for table in ("product", "attachment"):
        yield from dialect.refusal(
            f"{table}_stays", table, "delete", UNDONE.format(table=table), "A1",
            f"rows of {table} are never deleted",
        )  # fmt: skip
    for table in (*VERSIONED, "product", "attachment"):
        yield from dialect.refusal(
            f"{table}_version", table, "update", "new.version <> old.version + 1", "V1",
            "somebody else changed this meanwhile",
        )  # fmt: skip
