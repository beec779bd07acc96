"""Imports: what was read, what came of it, and which records it made."""

from __future__ import annotations

from peewee import CompositeKey, ForeignKeyField

from .base import LineField, ProseField, Table, WholeField, one_of
from .people import Staff

STATES = ("running", "done", "stopped", "undoing", "undone")


class ImportRun(Table):
    """One import. ``options`` say how the file was read, ``counts`` what became of its rows so far.

    ``report`` is written at the end; all three are JSON. A record that an import made may be deleted
    only while its run is ``undoing``.
    """

    kind = LineField(20)
    source = LineField(200)
    digest = LineField(64, index=True)
    options = ProseField(20_000, default="{}")
    state = LineField(10, default="running", constraints=[one_of("state", *STATES)])
    counts = ProseField(4000, default="{}")
    report = ProseField(4_000_000, default="{}")
    began_at = WholeField()
    ended_at = WholeField(null=True)
    staff = ForeignKeyField(Staff, backref="imports", index=False, on_delete="RESTRICT")


class ImportRow(Table):
    """A record that an import made; ``kind`` is its table. It goes when the record goes.

    The kind ``link`` is a customer who was here before and was given an id (ExternalId).
    """

    run = ForeignKeyField(ImportRun, index=False, on_delete="RESTRICT")
    kind = LineField(20)
    row_id = WholeField()

    class Meta:
        primary_key = CompositeKey("kind", "row_id", "run")
