"""What happened."""

from __future__ import annotations

from peewee import Check, ForeignKeyField

from ..domain.chain import REASON, VALUES
from .base import LineField, ProseField, Table, WholeField
from .people import Staff


class Journal(Table):
    """One change: who, when, what. Append-only; ``hash`` covers ``prev``, so a gap or an edit shows (A1).

    ``at_ms`` is UTC milliseconds. ``before_hash`` and ``after_hash`` are digests of the values in
    :class:`JournalValues`, which may be erased for a person's sake without breaking the chain.
    """

    seq = WholeField(primary_key=True)
    at_ms = WholeField()
    staff = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")
    session = LineField(40)
    action = LineField(60)
    kind = LineField(40)
    row_id = WholeField(null=True)
    reason = LineField(REASON)
    request = LineField(64, null=True, unique=True)
    before_hash = LineField(64)
    after_hash = LineField(64)
    prev = LineField(64)
    hash = LineField(64, unique=True)

    class Meta:
        indexes = ((("kind", "row_id"), False), (("session", "seq"), False))


class JournalValues(Table):
    """The values of a changed record before and after, as JSON, and the answer the request was given."""

    seq = ForeignKeyField(Journal, primary_key=True, on_delete="RESTRICT")
    before = ProseField(VALUES)
    after = ProseField(VALUES)
    answer = ProseField(4000)


class JournalHead(Table):
    """Where the journal ends: the one row with its last line's number and hash, 0 and ``0`` before the first.

    The tables move it themselves with every line, and each line must go on from it: lines that were taken
    away from the end are missed for ever, whatever is written after them.
    """

    id = WholeField(primary_key=True, constraints=[Check("id = 1")])
    seq = WholeField()
    hash = LineField(64)
