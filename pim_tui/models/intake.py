"""Imports: what was read, what came of it, and which records it made."""

from __future__ import annotations

from peewee import CompositeKey, ForeignKeyField

from .base import LineField, ProseField, Table, WholeField, one_of
from .people import Staff

STATES = ("running", "done", "stopped", "undoing", "undone")


class ImportRun(Table):
    """One import. ``report`` is its report as JSON, ``options`` how the file was read.

    A record that an import made may be deleted only while its run is ``undoing``.
    """

    kind = LineField(20)
    source = LineField(200)
    digest = LineField(64, index=True)
    options = ProseField(20_000, default="{}")
    state = LineField(10, default="running", constraints=[one_of("state", *STATES)])
    report = ProseField(4_000_000, default="{}")
    began_at = WholeField()
    ended_at = WholeField(null=True)
    staff = ForeignKeyField(Staff, backref="imports", index=False, on_delete="RESTRICT")


class ImportRow(Table):
    """A record that an import made; ``kind`` is its table."""

    run = ForeignKeyField(ImportRun, index=False, on_delete="RESTRICT")
    kind = LineField(20)
    row_id = WholeField()

    class Meta:
        primary_key = CompositeKey("kind", "row_id", "run")
