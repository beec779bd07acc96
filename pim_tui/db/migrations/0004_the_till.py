"""The till: bills, payments, stock, returns, loans, papers, the drawer, and people who are merged or erased.

Asked for by the till, the bill page, the tabs of a customer, the day close and the duplicates list.
The tables are a frozen copy: later migrations change them, this file does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from peewee import Check, CompositeKey, Database, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator

from pim_tui.db.dialects import Dialect, dialect_of
from pim_tui.models.base import DayField, LineField, ProseField, WholeField, YesField, one_of

MOST = 10**13
BILLS = ("sale", "income", "borrow", "dispense")
KINDS = (*BILLS, "credit_note", "debit_note", "write_off", "void", "payment", "refund")
ACCOUNTS = (
    "receivable", "payer", "income", "tax", "written_off", "cash", "card", "transfer", "cheque", "other",
    "rounding",
)  # fmt: skip
METHODS = ("cash", "card", "transfer", "cheque", "other", "rounding")
PLACES = ("shelf", "quarantine")
MOVES = (
    "receipt", "sale", "borrow", "dispense", "return", "hand_back", "count", "adjust", "move", "scrap",
)  # fmt: skip
STATES = ("requested", "approved", "rejected", "paid", "credited", "withdrawn")
DISPOSITIONS = ("restock", "quarantine", "scrap", "none")
PAPER_KINDS = ("receipt", "bill", "credit_note", "statement", "label", "day_close", "record", "ledger")


class Table(Model):
    class Meta:
        legacy_table_names = False


class Versioned(Table):
    version = WholeField(default=1)


class Staff(Table):
    pass


class Customer(Table):
    pass


class Appointment(Table):
    pass


class StoredFile(Table):
    pass


class Product(Table):
    pass


class Lot(Table):
    pass


class Payer(Table):
    pass


class Drawer(Versioned):
    name = LineField(40)
    opened_at = WholeField()
    opened_by = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    day = DayField(index=True)
    float_amount = WholeField(constraints=[Check("float_amount >= 0")])
    closed_at = WholeField(null=True)
    closed_by = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")
    counted = WholeField(null=True, constraints=[Check("counted is null or counted >= 0")])
    expected = WholeField(null=True)

    class Meta:
        constraints = (Check("(closed_at is null) = (counted is null)"),)


class DrawerMove(Table):
    drawer = ForeignKeyField(Drawer, on_delete="RESTRICT")
    kind = LineField(10, constraints=[one_of("kind", "in", "out", "correction")])
    amount = WholeField(constraints=[Check("amount <> 0")])
    reason = LineField(200, constraints=[Check("length(reason) > 0")])
    at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")


class DayClose(Table):
    day = DayField(unique=True)
    number = WholeField(unique=True)
    at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    report = ProseField(400_000, default="{}")


class NumberSeries(Table):
    kind = LineField(12, constraints=[one_of("kind", *KINDS)])
    year = WholeField()
    last = WholeField(default=0)

    class Meta:
        primary_key = CompositeKey("kind", "year")


class Posting(Table):
    kind = LineField(12, constraints=[one_of("kind", *KINDS)])
    year = WholeField()
    number = WholeField(constraints=[Check("number > 0")])
    state = LineField(6, default="open", constraints=[one_of("state", "open", "posted")])
    at = WholeField()
    day = DayField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, null=True, index=False, on_delete="RESTRICT")
    payer = ForeignKeyField(Payer, null=True, index=False, on_delete="RESTRICT")
    appointment = ForeignKeyField(Appointment, null=True, index=False, on_delete="RESTRICT")
    currency = LineField(3, constraints=[Check("length(currency) = 3")])
    amount = WholeField(constraints=[Check(f"amount between 0 and {MOST}")])
    inclusive = YesField()
    corrects = ForeignKeyField("self", null=True, index=False, on_delete="RESTRICT")
    reason = LineField(400)
    note = LineField(400)

    class Meta:
        constraints = (
            Check("kind not in ('credit_note', 'debit_note', 'void') or corrects_id is not null"),
            Check("kind not in ('credit_note', 'debit_note', 'void', 'write_off') or length(reason) > 0"),
        )
        indexes = (
            (("kind", "year", "number"), True),
            (("customer", "day"), False),
            (("customer", "kind", "day"), False),
            (("kind", "day"), False),
            (("day", "kind"), False),
        )


class BillLine(Table):
    bill = ForeignKeyField(Posting, index=False, on_delete="RESTRICT")
    position = WholeField()
    product = ForeignKeyField(Product, null=True, index=False, on_delete="RESTRICT")
    code = LineField(60)
    description = LineField(300)
    unit = LineField(40)
    quantity = WholeField(constraints=[Check("quantity between 1 and 1000000")])
    unit_price = WholeField(constraints=[Check("unit_price >= 0")])
    list_price = WholeField(null=True)
    discount = WholeField(default=0, constraints=[Check("discount >= 0")])
    bill_discount = WholeField(default=0, constraints=[Check("bill_discount >= 0")])
    net = WholeField(constraints=[Check("net >= 0")])
    tax = WholeField(constraints=[Check("tax >= 0")])
    total = WholeField(constraints=[Check("total >= 0")])
    customer_share = WholeField(constraints=[Check("customer_share >= 0")])
    payer_share = WholeField(default=0, constraints=[Check("payer_share >= 0")])
    lot = ForeignKeyField(Lot, null=True, index=False, on_delete="RESTRICT")
    lot_reason = LineField(200)
    directions = LineField(200)
    returns = ForeignKeyField("self", null=True, index=False, on_delete="RESTRICT")

    class Meta:
        constraints = (
            Check("net + tax = total"),
            Check("customer_share + payer_share = total"),
        )
        indexes = (
            (("bill", "position"), True),
            (("product", "bill"), False),
        )


class LineTax(Table):
    line = ForeignKeyField(BillLine, index=False, on_delete="RESTRICT")
    position = WholeField()
    name = LineField(40)
    rate = WholeField()
    base = WholeField()
    amount = WholeField(constraints=[Check("amount >= 0")])

    class Meta:
        primary_key = CompositeKey("line", "position")


class PaymentPart(Table):
    payment = ForeignKeyField(Posting, index=False, on_delete="RESTRICT")
    position = WholeField()
    method = LineField(10, constraints=[one_of("method", *METHODS)])
    amount = WholeField(constraints=[Check("amount <> 0")])
    tendered = WholeField(null=True)
    reference = LineField(120)
    drawer = ForeignKeyField(Drawer, null=True, index=False, on_delete="RESTRICT")
    refunds = ForeignKeyField("self", null=True, on_delete="RESTRICT")

    class Meta:
        constraints = (Check("amount > 0 or method = 'rounding'"),)
        indexes = ((("payment", "position"), True),)


class Entry(Table):
    posting = ForeignKeyField(Posting, index=False, on_delete="RESTRICT")
    account = LineField(12, constraints=[one_of("account", *ACCOUNTS)])
    amount = WholeField(constraints=[Check(f"amount <> 0 and amount between -{MOST} and {MOST}")])
    customer = ForeignKeyField(Customer, null=True, index=False, on_delete="RESTRICT")
    payer = ForeignKeyField(Payer, null=True, index=False, on_delete="RESTRICT")
    day = DayField()

    class Meta:
        constraints = (Check("(account = 'payer') = (payer_id is not null)"),)
        indexes = (
            (("posting", "account", "amount"), False),
            (("customer", "account", "day", "amount"), False),
            (("payer", "day", "amount"), False),
            (("account", "day", "amount"), False),
        )


class Allocation(Table):
    credit = ForeignKeyField(Posting, index=False, on_delete="RESTRICT")
    debit = ForeignKeyField(Posting, index=False, on_delete="RESTRICT")
    account = LineField(10, default="receivable", constraints=[one_of("account", "receivable", "payer")])
    amount = WholeField(constraints=[Check("amount <> 0")])
    at = WholeField()
    day = DayField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        indexes = (
            (("debit", "account", "amount", "credit"), False),
            (("credit", "account", "amount", "debit"), False),
        )


class DraftBill(Versioned):
    kind = LineField(12, constraints=[one_of("kind", *BILLS)])
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
    label = LineField(120)
    basket = ProseField(400_000)
    amount = WholeField(default=0)
    created_at = WholeField()
    changed_at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")


class StockMovement(Table):
    lot = ForeignKeyField(Lot, index=False, on_delete="RESTRICT")
    place = LineField(10, default="shelf", constraints=[one_of("place", *PLACES)])
    kind = LineField(10, constraints=[one_of("kind", *MOVES)])
    quantity = WholeField(constraints=[Check("quantity <> 0")])
    on_hand = WholeField()
    below_zero = YesField()
    cost = WholeField(null=True)
    line = ForeignKeyField(BillLine, null=True, index=False, on_delete="RESTRICT")
    reason = LineField(200)
    at = WholeField()
    day = DayField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    witness = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")

    class Meta:
        indexes = ((("lot", "place", "id", "on_hand"), False),)


class StaffPin(Table):
    staff = ForeignKeyField(Staff, primary_key=True, on_delete="RESTRICT")
    hash = LineField(200)
    set_at = WholeField()
    failures = WholeField(default=0)
    wait_until = WholeField(default=0)


class ReturnRequest(Versioned):
    kind = LineField(10, default="return", constraints=[one_of("kind", "return", "credit")])
    bill = ForeignKeyField(Posting, null=True, on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
    payer = ForeignKeyField(Payer, null=True, index=False, on_delete="RESTRICT")
    state = LineField(10, default="requested", constraints=[one_of("state", *STATES)], index=True)
    value = WholeField(constraints=[Check("value >= 0")])
    payer_value = WholeField(default=0, constraints=[Check("payer_value >= 0")])
    method = LineField(10, default="original")
    reason = LineField(400, constraints=[Check("length(reason) > 0")])
    digest = LineField(64)
    requested_at = WholeField()
    requested_by = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    decided_at = WholeField(null=True)
    decided_by = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")
    decision = LineField(400)
    by_rule = LineField(80)
    credit_note = ForeignKeyField(Posting, null=True, unique=True, on_delete="RESTRICT")
    refund = ForeignKeyField(Posting, null=True, unique=True, on_delete="RESTRICT")

    class Meta:
        constraints = (
            Check("decided_by_id is null or decided_by_id <> requested_by_id"),
            Check(
                "state not in ('approved', 'paid', 'credited')"
                " or decided_by_id is not null or length(by_rule) > 0"
            ),
            Check("(kind = 'return') = (bill_id is not null)"),
            Check("kind = 'return' or (customer_id is null) <> (payer_id is null)"),
        )


class ReturnLine(Table):
    request = ForeignKeyField(ReturnRequest, index=False, on_delete="RESTRICT")
    line = ForeignKeyField(BillLine, on_delete="RESTRICT")
    quantity = WholeField(constraints=[Check("quantity > 0")])
    disposition = LineField(10, default="none", constraints=[one_of("disposition", *DISPOSITIONS)])

    class Meta:
        indexes = ((("request", "line"), True),)


class Loan(Table):
    line = ForeignKeyField(BillLine, unique=True, on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
    quantity = WholeField(constraints=[Check("quantity > 0")])
    due_on = DayField(index=True)
    condition = LineField(200)
    at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")


class LoanEvent(Table):
    loan = ForeignKeyField(Loan, on_delete="RESTRICT")
    kind = LineField(10, constraints=[one_of("kind", "hand_back", "lost", "extended")])
    quantity = WholeField(default=0, constraints=[Check("quantity >= 0")])
    due_on = DayField(null=True)
    condition = LineField(200)
    disposition = LineField(
        10, default="none", constraints=[one_of("disposition", "restock", "quarantine", "scrap", "none")]
    )
    reason = LineField(200)
    posting = ForeignKeyField(Posting, null=True, index=False, on_delete="RESTRICT")
    at = WholeField()
    day = DayField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        constraints = (
            Check("(kind = 'extended') = (due_on is not null)"),
            Check("(kind = 'extended') = (quantity = 0)"),
            Check("kind <> 'extended' or length(reason) > 0"),
        )


class Paper(Table):
    kind = LineField(12, constraints=[one_of("kind", *PAPER_KINDS)])
    posting = ForeignKeyField(Posting, null=True, index=False, on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
    line = ForeignKeyField(BillLine, null=True, index=False, on_delete="RESTRICT")
    file = ForeignKeyField(StoredFile, on_delete="RESTRICT")
    about = LineField(120)
    issued_at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        indexes = ((("posting", "kind"), False),)


class PaperPrint(Table):
    paper = ForeignKeyField(Paper, index=False, on_delete="RESTRICT")
    copy = WholeField(constraints=[Check("copy >= 0")])
    goes_to = LineField(10, constraints=[one_of("goes_to", "printer", "file", "email", "screen")])
    where_to = LineField(254)
    at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        indexes = ((("paper", "copy"), False),)


class CustomerMerge(Versioned):
    survivor = ForeignKeyField(Customer, on_delete="RESTRICT")
    loser = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    state = LineField(
        10, default="moving", constraints=[one_of("state", "moving", "merged", "undoing", "undone")]
    )
    filled = ProseField(20_000, default="{}")
    at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        constraints = (Check("survivor_id <> loser_id"),)


class MergedRow(Table):
    merge = ForeignKeyField(CustomerMerge, index=False, on_delete="RESTRICT")
    kind = LineField(20)
    row_id = WholeField()

    class Meta:
        primary_key = CompositeKey("merge", "kind", "row_id")


class Erasure(Table):
    customer = ForeignKeyField(Customer, primary_key=True, on_delete="RESTRICT")
    at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    reason = LineField(400, constraints=[Check("length(reason) > 0")])
    kept = ProseField(20_000, default="{}")


TABLES = (
    Drawer,
    DrawerMove,
    DayClose,
    NumberSeries,
    Posting,
    BillLine,
    LineTax,
    PaymentPart,
    Entry,
    Allocation,
    DraftBill,
    StockMovement,
    StaffPin,
    ReturnRequest,
    ReturnLine,
    Loan,
    LoanEvent,
    Paper,
    PaperPrint,
    CustomerMerge,
    MergedRow,
    Erasure,
)
VERSIONED = ("drawer", "draft_bill", "return_request", "customer_merge")
FIXED = (
    "bill_line", "line_tax", "payment_part", "allocation", "stock_movement", "return_line", "loan_event",
    "drawer_move", "day_close", "paper_print", "merged_row", "erasure",
)  # fmt: skip
"""Rows that are written once."""

KEPT_FOR_EVER = (
    *FIXED, "paper", "posting", "entry", "number_series", "loan", "drawer", "return_request",
    "customer_merge", "staff_pin",
)  # fmt: skip
PARTS = {"bill_line": "bill_id", "payment_part": "payment_id", "entry": "posting_id"}
"""What a posting is made of, by the column that names it."""

CHANGES_HANDS = (
    "new.customer_id <> old.customer_id and exists (select 1 from customer_merge m where"
    " (m.state = 'moving' and m.loser_id = old.customer_id and m.survivor_id = new.customer_id)"
    " or (m.state = 'undoing' and m.survivor_id = old.customer_id and m.loser_id = new.customer_id))"
)
"""A row goes from one record of a person to the other, and back (P4)."""

LEFT_BEHIND = (
    "exists (select 1 from customer_merge m where m.loser_id = new.customer_id"
    " and m.state in ('moving', 'merged', 'undoing') and m.state = 'merged')"
)
"""The record became part of another one: new rows belong there."""
ANONYMOUS = "exists (select 1 from erasure x where x.customer_id = new.customer_id)"
"""The customer was erased: nothing is added to what had to be kept."""
ADDED_TO_CUSTOMERS = ("appointment", "series", "note", "attachment", "coverage", "draft_bill")

ERASED_ROWS = ("note", "attachment", "appointment", "coverage", "draft_bill")
ERASED_ROW = (
    " or (j.kind = '{table}' and j.row_id in (select r.id from {table} r join erasure x"
    " on x.customer_id = r.customer_id where r.id = j.row_id))"
)
ERASED = (
    "exists (select 1 from journal j where j.seq = old.seq_id and ((j.kind = 'customer' and j.row_id in"
    " (select customer_id from erasure))"
    + "".join(ERASED_ROW.format(table=table) for table in ERASED_ROWS)
    + "))"
)
"""The line of the journal is about a customer who was erased, or about what belongs to one (P5)."""

LINES = "(select coalesce(sum({column}), 0) from bill_line where bill_id = new.id)"
ENTRIES = "(select coalesce(sum(amount), 0) from entry where posting_id = new.id and account = '{account}')"
SIGN = "(case when new.kind = 'credit_note' then -1 else 1 end)"
HAS_LINES = "new.kind in ('sale', 'income', 'borrow', 'dispense', 'credit_note', 'debit_note')"


def up(migrator: SchemaMigrator, db: Database) -> None:
    dialect = dialect_of(db)
    for table in TABLES:
        for option, value in dialect.table_options.items():
            setattr(table._meta, option, value)
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
    for statement in (*_indexes(dialect), *_rules(dialect)):
        db.execute_sql(statement)


def _indexes(dialect: Dialect) -> Iterator[str]:
    yield dialect.partial_index("bill_line_returned", "bill_line", "returns_id", "returns_id is not null")
    yield dialect.partial_index("posting_corrected", "posting", "corrects_id", "corrects_id is not null")
    yield dialect.partial_index("posting_of_visit", "posting", "appointment_id", "appointment_id is not null")
    yield dialect.partial_index("stock_movement_of_line", "stock_movement", "line_id", "line_id is not null")
    yield dialect.partial_index("paper_of_line", "paper", "line_id", "line_id is not null")
    yield "create unique index posting_void_once on posting (corrects_id) where kind = 'void'"
    yield "create unique index drawer_open_once on drawer (name) where closed_at is null"
    yield (
        "create unique index customer_merge_once on customer_merge (loser_id)"
        " where state in ('moving', 'merged', 'undoing')"
    )


def _rules(dialect: Dialect) -> Iterator[str]:
    for table in KEPT_FOR_EVER:
        yield from dialect.refusal(
            f"{table}_stays", table, "delete", "true", "A1", f"rows of {table} are never deleted"
        )
    for table in FIXED:
        yield from dialect.refusal(
            f"{table}_fixed", table, "update", "true", "M3", f"the {table} is never changed"
        )
    for table in VERSIONED:
        yield from dialect.refusal(
            f"{table}_version", table, "update", "new.version <> old.version + 1", "V1",
            "somebody else changed this meanwhile",
        )  # fmt: skip
    for rules in (_postings, _allocations, _stock, _returns, _refunds, _loans, _drawers, _people):
        yield from rules(dialect)


def _postings(dialect: Dialect) -> Iterator[str]:
    """M2-M4, M8: numbered without holes, complete and balanced when posted, never changed afterwards."""
    yield from dialect.refusal(
        "number_series_counts", "number_series", "update", "new.last <> old.last + 1", "M4",
        "numbers are given one after the other",
    )  # fmt: skip
    yield from dialect.refusal(
        "posting_begins", "posting", "insert",
        "new.state <> 'open' or new.number <> coalesce((select last from number_series s"
        " where s.kind = new.kind and s.year = new.year), 0)",
        "M4", "a posting takes the next number of its series",
    )  # fmt: skip
    same = " and ".join(f"new.{name} {dialect.same} old.{name}" for name in _FIXED_COLUMNS)
    yield from dialect.refusal(
        "posting_fixed", "posting", "update",
        f"not (({same}) and ((old.state = 'open' and new.state = 'posted'"
        " and coalesce(new.customer_id, 0) = coalesce(old.customer_id, 0))"
        f" or (old.state = 'posted' and new.state = 'posted' and {CHANGES_HANDS})))",
        "M3", "what was posted is never changed",
    )  # fmt: skip
    yield from dialect.refusal(
        "entry_fixed", "entry", "update",
        f"not (new.posting_id = old.posting_id and new.account = old.account and new.amount = old.amount"
        f" and new.day = old.day and coalesce(new.payer_id, 0) = coalesce(old.payer_id, 0)"
        f" and {CHANGES_HANDS})",
        "M3", "what was posted is never changed",
    )  # fmt: skip
    for table, column in PARTS.items():
        yield from dialect.refusal(
            f"{table}_in_time", table, "insert",
            f"not exists (select 1 from posting p where p.id = new.{column} and p.state = 'open')",
            "M3", "what was posted is never changed",
        )  # fmt: skip
    yield from _when_posted(dialect)


_FIXED_COLUMNS = (
    "id", "kind", "year", "number", "at", "day", "staff_id", "payer_id", "appointment_id", "currency",
    "amount", "inclusive", "corrects_id", "reason", "note",
)  # fmt: skip


def _when_posted(dialect: Dialect) -> Iterator[str]:
    becomes = "old.state = 'open' and new.state = 'posted'"

    def refused(name: str, condition: str, rule: str, says: str) -> Iterator[str]:
        yield from dialect.refusal(
            f"posting_{name}", "posting", "update of state", f"{becomes} and {condition}", rule, says
        )

    yield from refused(
        "balanced", "(select coalesce(sum(amount), 0) from entry where posting_id = new.id) <> 0", "M5",
        "the entries of a posting add up to nothing",
    )  # fmt: skip
    sums = {
        "total": "new.amount",
        "customer_share": f"{SIGN} * {ENTRIES.format(account='receivable')}",
        "payer_share": f"{SIGN} * {ENTRIES.format(account='payer')}",
        "net": f"-{SIGN} * {ENTRIES.format(account='income')}",
        "tax": f"-{SIGN} * {ENTRIES.format(account='tax')}",
    }
    for column, other in sums.items():
        yield from refused(
            f"adds_up_{column}", f"{HAS_LINES} and {LINES.format(column=column)} <> {other}", "M2",
            "the lines of a bill add up to it",
        )  # fmt: skip
    yield from refused(
        "has_lines", f"{HAS_LINES} and not exists (select 1 from bill_line where bill_id = new.id)", "M3",
        "a bill has lines",
    )  # fmt: skip
    yield from refused(
        "parts", "new.kind in ('payment', 'refund') and (select coalesce(sum(amount), 0) from payment_part"
        " where payment_id = new.id) <> new.amount",
        "M2", "the parts of a payment add up to it",
    )  # fmt: skip
    yield from refused(
        "void_in_time", "new.kind = 'void' and (exists (select 1 from posting o where o.id = new.corrects_id"
        " and (o.day <> new.day or o.kind = 'void'))"
        " or exists (select 1 from day_close d where d.day = new.day))",
        "M8", "only what was posted on the same day, before its close, can be voided",
    )  # fmt: skip
    yield from refused(
        "refund_allowed", "new.kind = 'refund' and not exists (select 1 from return_request r"
        " where r.refund_id = new.id and r.state = 'paid')",
        "R4", "money goes back only after somebody else approved it",
    )  # fmt: skip


def _allocations(dialect: Dialect) -> Iterator[str]:
    """M7: never more than is owed, never more than was paid, and only within one account."""
    for side, sign in (("debit", 1), ("credit", -1)):
        used = (
            f"(select coalesce(sum(a.amount), 0) from allocation a where a.{side}_id = new.{side}_id"
            " and a.account = new.account) + new.amount"
        )
        there = (
            f"(select coalesce(sum(e.amount), 0) * {sign} from entry e where e.posting_id = new.{side}_id"
            " and e.account = new.account)"
        )
        yield from dialect.refusal(
            f"allocation_{side}", "allocation", "insert", f"{used} < 0 or {used} > {there}", "M7",
            "a payment settles at most what is owed and at most what was paid", f"posting:{side}_id",
        )  # fmt: skip
    yield from dialect.refusal(
        "allocation_one_account", "allocation", "insert",
        "exists (select 1 from posting d join posting c on c.id = new.credit_id where d.id = new.debit_id"
        " and ((new.account = 'receivable' and coalesce(d.customer_id, 0) <> coalesce(c.customer_id, 0))"
        " or d.currency <> c.currency))",
        "M6", "a payment settles only what the same customer owes",
    )  # fmt: skip
    yield from dialect.refusal(
        "allocation_one_payer", "allocation", "insert",
        "new.account = 'payer' and coalesce((select min(payer_id) from entry where posting_id = new.debit_id"
        " and account = 'payer'), 0) <> coalesce((select min(payer_id) from entry"
        " where posting_id = new.credit_id and account = 'payer'), 0)",
        "M6", "the money of a payer settles only what that payer owes",
    )  # fmt: skip


def _stock(dialect: Dialect) -> Iterator[str]:
    """K1, K2, K5: every row follows from the one before, and nothing goes out that may not."""
    yield from dialect.refusal(
        "stock_movement_follows", "stock_movement", "insert",
        "new.on_hand <> new.quantity + coalesce((select m.on_hand from stock_movement m where"
        " m.lot_id = new.lot_id and m.place = new.place order by m.id desc limit 1), 0)",
        "K1", "somebody else moved this stock meanwhile", "lot:lot_id",
    )  # fmt: skip
    yield from dialect.refusal(
        "stock_movement_there", "stock_movement", "insert",
        "new.quantity < 0 and new.on_hand < 0 and new.below_zero = 0", "K1", "there is not so much in stock",
    )  # fmt: skip
    yield from dialect.refusal(
        "stock_movement_usable", "stock_movement", "insert",
        "new.kind in ('sale', 'borrow', 'dispense') and new.quantity < 0 and (new.place <> 'shelf' or exists"
        " (select 1 from lot l where l.id = new.lot_id and l.expires_on is not null"
        " and l.expires_on < new.day))",
        "K2", "expired or quarantined items are not handed out",
    )  # fmt: skip
    yield from dialect.refusal(
        "stock_movement_witnessed", "stock_movement", "insert",
        "new.kind in ('count', 'adjust', 'scrap') and exists (select 1 from lot l join product p"
        " on p.id = l.product_id where l.id = new.lot_id and p.controlled = 1)"
        " and (new.witness_id is null or new.witness_id = new.staff_id)",
        "K5", "a difference of a controlled item needs a second person",
    )  # fmt: skip
    yield from dialect.refusal(
        "stock_movement_serial", "stock_movement", "insert",
        "new.on_hand > 1 and exists (select 1 from lot l where l.id = new.lot_id and l.serial <> '')",
        "K3", "an item with a serial number is there once",
    )  # fmt: skip


def _returns(dialect: Dialect) -> Iterator[str]:
    """R1, R4: no more comes back than went out, and nobody approves what is his own."""
    yield from dialect.refusal(
        "return_line_left", "return_line", "insert",
        "new.quantity + (select coalesce(sum(r.quantity), 0) from return_line r join return_request q"
        " on q.id = r.request_id where r.line_id = new.line_id and q.state not in ('rejected', 'withdrawn'))"
        " > (select quantity from bill_line where id = new.line_id)",
        "R1", "more would come back than was sold", "bill_line:line_id",
    )  # fmt: skip
    yield from dialect.refusal(
        "return_line_of_bill", "return_line", "insert",
        "not exists (select 1 from bill_line l join posting p on p.id = l.bill_id join return_request q"
        " on q.id = new.request_id where l.id = new.line_id and q.bill_id = l.bill_id"
        " and q.state = 'requested' and p.kind in ('sale', 'income', 'borrow', 'dispense', 'debit_note'))",
        "R1", "only lines of the bill itself come back",
    )  # fmt: skip
    yield from dialect.refusal(
        "return_request_asked", "return_request", "insert", "new.state <> 'requested'", "R4",
        "a return begins as a request",
    )  # fmt: skip
    yield from dialect.refusal(
        "return_request_steps", "return_request", "update",
        "not ((old.state = 'requested' and new.state in ('approved', 'rejected', 'withdrawn'))"
        " or (old.state = 'approved' and new.state in ('paid', 'credited', 'withdrawn'))"
        f" or (new.state = old.state and {CHANGES_HANDS}))"
        " or new.value <> old.value or new.payer_value <> old.payer_value or new.digest <> old.digest"
        " or new.requested_by_id <> old.requested_by_id"
        " or (old.decided_by_id is not null and new.decided_by_id <> old.decided_by_id)",
        "R4", "a request goes from requested to approved or rejected, then to paid or credited",
    )  # fmt: skip
    yield from dialect.refusal(
        "return_request_two", "return_request", "update",
        "new.decided_by_id is not null and new.state = 'approved' and exists (select 1 from allocation a"
        " join posting p on p.id = a.credit_id where a.debit_id = new.bill_id and p.kind = 'payment'"
        " and p.staff_id = new.decided_by_id)",
        "R4", "whoever took the payment does not approve the refund",
    )  # fmt: skip


def _refunds(dialect: Dialect) -> Iterator[str]:
    """R3: money goes back the way it came, and never more of it. Rounding goes with its cash."""
    yield from dialect.refusal(
        "payment_part_refunds", "payment_part", "insert",
        "new.refunds_id is not null and new.method <> 'rounding' and exists (select 1 from payment_part q"
        " where q.id = new.refunds_id and (q.method <> new.method or new.amount + (select"
        " coalesce(sum(r.amount), 0) from payment_part r where r.refunds_id = q.id"
        " and r.method = new.method) > q.amount))",
        "R3", "no more goes back than came in that way", "payment_part:refunds_id",
    )  # fmt: skip
    yield from dialect.refusal(
        "payment_part_origin", "payment_part", "insert",
        "new.refunds_id is null and exists (select 1 from posting p where p.id = new.payment_id"
        " and p.kind = 'refund')",
        "R3", "money goes back the way it came",
    )  # fmt: skip


def _loans(dialect: Dialect) -> Iterator[str]:
    """K3: no more comes back, or is lost, than went out."""
    yield from dialect.refusal(
        "loan_event_left", "loan_event", "insert",
        "new.quantity + (select coalesce(sum(e.quantity), 0) from loan_event e where e.loan_id = new.loan_id)"
        " > (select quantity from loan where id = new.loan_id)",
        "K3", "more would come back than is out", "loan:loan_id",
    )  # fmt: skip
    yield from dialect.refusal(
        "loan_fixed", "loan", "update",
        "not (new.id = old.id and new.line_id = old.line_id and new.quantity = old.quantity"
        f" and new.due_on = old.due_on and new.condition = old.condition and {CHANGES_HANDS})",
        "K3", "a loan is never changed",
    )  # fmt: skip


def _drawers(dialect: Dialect) -> Iterator[str]:
    """M9: a drawer is counted once; afterwards only a correcting row speaks of it."""
    yield from dialect.refusal(
        "drawer_closed", "drawer", "update", "old.closed_at is not null", "M9", "a drawer is counted once"
    )
    yield from dialect.refusal(
        "drawer_move_open", "drawer_move", "insert",
        "new.kind <> 'correction' and exists (select 1 from drawer d where d.id = new.drawer_id"
        " and d.closed_at is not null)",
        "M9", "that drawer is closed",
    )  # fmt: skip
    yield from dialect.refusal(
        "payment_part_drawer", "payment_part", "insert",
        "new.drawer_id is not null and exists (select 1 from drawer d where d.id = new.drawer_id"
        " and d.closed_at is not null)",
        "M9", "that drawer is closed",
    )  # fmt: skip


def _people(dialect: Dialect) -> Iterator[str]:
    """P4, P5: who became part of another record or was erased, and what may be emptied for it."""
    yield from dialect.refusal(
        "paper_fixed", "paper", "update",
        "not (new.id = old.id and new.kind = old.kind and new.file_id = old.file_id"
        " and coalesce(new.posting_id, 0) = coalesce(old.posting_id, 0)"
        " and coalesce(new.line_id, 0) = coalesce(old.line_id, 0) and new.about = old.about"
        f" and new.issued_at = old.issued_at and new.staff_id = old.staff_id and {CHANGES_HANDS})",
        "M3", "the paper is never changed",
    )  # fmt: skip
    yield from dialect.refusal(
        "customer_merge_begins", "customer_merge", "insert", "new.state <> 'moving'", "P4",
        "a merge begins with moving",
    )  # fmt: skip
    yield from dialect.refusal(
        "customer_merge_steps", "customer_merge", "update",
        "new.survivor_id <> old.survivor_id or new.loser_id <> old.loser_id or not ("
        "(old.state = 'moving' and new.state = 'merged') or (old.state = 'merged' and new.state = 'undoing')"
        " or (old.state = 'undoing' and new.state = 'undone')"
        " or (new.state = old.state and new.filled = '{}' and exists"
        " (select 1 from erasure x where x.customer_id in (old.survivor_id, old.loser_id))))",
        "P4", "a merge goes from moving to merged, and back from undoing to undone",
    )  # fmt: skip
    for table in (*ADDED_TO_CUSTOMERS, "posting"):
        also = "" if table == "posting" else f" or {ANONYMOUS}"
        yield from dialect.refusal(
            f"{table}_of_somebody", table, "insert", f"{LEFT_BEHIND}{also}", "P4",
            "that record became part of another one, or was erased",
        )  # fmt: skip
    for table in ("appointment", "draft_bill"):
        yield from dialect.refusal(
            f"{table}_still_of_somebody", table, "update of customer_id",
            "coalesce(new.customer_id, 0) <> coalesce(old.customer_id, 0)"
            f" and ({LEFT_BEHIND} or {ANONYMOUS})",
            "P4", "that record became part of another one, or was erased",
        )  # fmt: skip
    yield from dialect.lifted("journal_values_fixed", "journal_values")
    yield from dialect.refusal(
        "journal_values_fixed", "journal_values", "update",
        "not (new.seq_id = old.seq_id and new.before = '' and new.after = ''"
        f" and (new.answer = old.answer or new.answer = '') and {ERASED})",
        "A1", "the journal_values is never changed",
    )  # fmt: skip
