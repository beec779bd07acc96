"""Where the journal ends is a row of its own, which every line moves on and the next line must go on from.

Asked for by ``pim-tui check``: of lines that were taken away from the end nothing told before. The table is a
frozen copy: later migrations change it, this file does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from peewee import Check, Database, Model
from playhouse.migrate import SchemaMigrator

from pim_tui.db.dialects import Dialect, dialect_of
from pim_tui.models.base import LineField, WholeField


class Table(Model):
    class Meta:
        legacy_table_names = False


class JournalHead(Table):
    id = WholeField(primary_key=True, constraints=[Check("id = 1")])
    seq = WholeField()
    hash = LineField(64)


TABLES = (JournalHead,)

AS_IT_IS = (
    "insert into journal_head (id, seq, hash) select 1, coalesce(max(seq), 0),"
    " coalesce((select hash from journal order by seq desc limit 1), '0') from journal"
)
GOES_ON = "exists (select 1 from journal_head h where new.seq = h.seq + 1 and new.prev = h.hash)"
ONE_LINE_ON = (
    "new.id = old.id and new.seq = old.seq + 1 and exists"
    " (select 1 from journal j where j.seq = new.seq and j.prev = old.hash and j.hash = new.hash)"
)


def up(migrator: SchemaMigrator, db: Database) -> None:
    dialect = dialect_of(db)
    for table in TABLES:
        for option, value in dialect.table_options.items():
            setattr(table._meta, option, value)
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
    db.execute_sql(AS_IT_IS)
    for statement in _rules(dialect):
        db.execute_sql(statement)


def _rules(dialect: Dialect) -> Iterator[str]:
    yield from dialect.refusal(
        "journal_head_stays", "journal_head", "delete", "true", "A1",
        "rows of journal_head are never deleted",
    )  # fmt: skip
    yield from dialect.refusal(
        "journal_head_alone", "journal_head", "insert", "true", "A1", "the journal has one end"
    )
    yield from dialect.refusal(
        "journal_head_moves_on", "journal_head", "update", f"not ({ONE_LINE_ON})", "A1",
        "where the journal ends moves on with its lines, one by one",
    )  # fmt: skip
    yield from dialect.lifted("journal_chain", "journal")
    yield from dialect.refusal(
        "journal_chain", "journal", "insert", f"not {GOES_ON}", "A1",
        "the journal does not continue where it ended",
    )  # fmt: skip
    yield from dialect.consequence(
        "journal_ends", "journal", "insert", "update journal_head set seq = new.seq, hash = new.hash"
    )
