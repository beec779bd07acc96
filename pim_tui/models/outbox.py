"""What is still to be sent, and the words of it."""

from __future__ import annotations

from peewee import SQL, Check, ForeignKeyField

from .base import LineField, ProseField, Table, Versioned, WholeField, one_of
from .calendar import Appointment
from .people import Customer

TEMPLATE_KINDS = ("reminder", "invitation", "cancellation", "offer", "payment_notice", "statement")
OUTBOX_STATES = ("draft", "waiting", "sending", "sent", "delivered", "unknown", "failed", "withdrawn")
OUTBOX_CHANNELS = ("", "email", "sms", "phone", "post", "meeting", "booking", "calendar")


class MessageTemplate(Versioned):
    """The words of a message; the named fields in braces are filled in, and nothing else."""

    kind = LineField(20, constraints=[one_of("kind", *TEMPLATE_KINDS)])
    channel = LineField(10, constraints=[one_of("channel", "email", "sms")])
    language = LineField(10)
    subject = LineField(200)
    body = ProseField(2000)

    class Meta:
        constraints = (Check("length(body) > 0"),)
        indexes = ((("kind", "channel", "language"), True),)


class Outbox(Table):
    """Something to do outside once the change is committed: written with it, delivered later (S7).

    ``draft`` waits for a person to release it. ``sending`` may be on its way already: a worker has taken it
    (``leased_by``, until ``leased_until``), or the line broke when the answer was due. ``why`` tells what
    became of a row that was not sent, or what is in the way (``trouble``, of which class). ``expires_at``,
    UTC seconds like all moments here: after it nobody wants to hear it any more.

    ``sent`` was taken by the service, which names it ``key``; what it says later makes it ``delivered`` or
    ``failed``, and is asked for at ``look_at``. Of what is ``unknown`` nobody can say whether it went: a
    person decides. The channels ``meeting``, ``booking`` and ``calendar`` tell a service about a visit.
    """

    kind = LineField(40)
    appointment = ForeignKeyField(Appointment, null=True, on_delete="RESTRICT")
    appointment_version = WholeField(null=True)
    window = LineField(40)
    payload = ProseField(20_000, default="{}")
    due_at = WholeField(index=True)
    state = LineField(
        10,
        default="waiting",
        constraints=[one_of("state", *OUTBOX_STATES)],
    )
    created_at = WholeField()
    channel = LineField(10, constraints=[SQL("default ''"), one_of("channel", *OUTBOX_CHANNELS)])
    customer = ForeignKeyField(Customer, null=True, backref="messages", on_delete="RESTRICT")
    expires_at = WholeField(null=True)
    why = LineField(200, constraints=[SQL("default ''")])
    leased_by = LineField(40, constraints=[SQL("default ''")])
    leased_until = WholeField(null=True)
    tries = WholeField(default=0, constraints=[SQL("default 0")])
    trouble = LineField(10, constraints=[SQL("default ''")])
    troubled_since = WholeField(null=True)
    sent_at = WholeField(null=True)
    message_id = LineField(200, constraints=[SQL("default ''")])
    service = LineField(20, constraints=[SQL("default ''")])
    key = LineField(120, constraints=[SQL("default ''")])
    look_at = WholeField(null=True)

    class Meta:
        indexes = ((("kind", "appointment", "window", "appointment_version"), True),)
