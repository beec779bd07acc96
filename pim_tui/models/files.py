"""Photos and documents: what is kept, and whose it is."""

from __future__ import annotations

from peewee import Check, ForeignKeyField

from .base import DayField, LineField, Table, Versioned, WholeField, one_of
from .people import Customer, Staff


class StoredFile(Table):
    """A file in the store, known by the SHA-256 of its content; the row comes after the file."""

    sha256 = LineField(64, unique=True, constraints=[Check("length(sha256) = 64")])
    size = WholeField(constraints=[Check("size > 0")])
    media_type = LineField(60)
    created_at = WholeField()


SUBJECTS = ("", "consent", "insurance", "identity", "referral", "result", "other")


class Attachment(Versioned):
    """A photo or a document of a customer. A customer has one photo at a time; taken off, it stays known.

    ``subject`` says what kind of document it is, ``expires_on`` the last day it is good for.
    """

    customer = ForeignKeyField(Customer, backref="attachments", index=False, on_delete="RESTRICT")
    file = ForeignKeyField(StoredFile, backref="attachments", on_delete="RESTRICT")
    kind = LineField(10, constraints=[one_of("kind", "photo", "document")])
    name = LineField(200)
    added_at = WholeField()
    added_by = ForeignKeyField(Staff, backref="attachments", index=False, on_delete="RESTRICT")
    removed_at = WholeField(null=True)
    removed_reason = LineField(200)
    subject = LineField(10, constraints=[one_of("subject", *SUBJECTS)])
    expires_on = DayField(null=True)

    class Meta:
        indexes = ((("customer", "kind", "added_at"), False),)
