"""What the program shares with services outside: how each stands, and what of theirs belongs to what of ours.

Instants are UTC seconds.
"""

from __future__ import annotations

from peewee import Check, ForeignKeyField

from .base import LineField, ProseField, Table, WholeField, one_of
from .calendar import Appointment
from .people import Customer, Staff


class Service(Table):
    """A service outside as it stands. ``good_at`` is when all of it was last read, ``due_at`` when it is
    next; ``trouble`` of which class is in the way, ``why`` in a sentence, ``troubled_since`` since when.

    ``memory`` is what its next round goes on from, as JSON. ``token`` is the pass that all processes share
    until ``token_ends``: whoever asks for another one makes this one void. One worker at a time has the
    row (``leased_by``, until ``leased_until``). A channel of the outbox has a row as well, ``channel email``:
    what holds it, and until when it is left alone.
    """

    name = LineField(60, unique=True)
    good_at = WholeField(null=True)
    due_at = WholeField(default=0)
    trouble = LineField(10)
    why = LineField(200)
    troubled_since = WholeField(null=True)
    memory = ProseField(500_000, default="{}")
    token = LineField(4000)
    token_ends = WholeField(null=True)
    leased_by = LineField(40)
    leased_until = WholeField(null=True)


class Meeting(Table):
    """A video meeting that a service made for an appointment. The link that starts it is never kept.

    ``starts_at``, ``minutes`` and ``topic`` are what the service was last told.
    """

    appointment = ForeignKeyField(Appointment, unique=True, on_delete="RESTRICT")
    service = LineField(20)
    key = LineField(120)
    host = LineField(254)
    join_url = LineField(1000)
    passcode = LineField(40)
    topic = LineField(200)
    starts_at = WholeField()
    minutes = WholeField(constraints=[Check("minutes > 0")])
    state = LineField(10, default="made", constraints=[one_of("state", "made", "gone")])
    made_at = WholeField()

    class Meta:
        indexes = ((("service", "key"), True),)


class Booking(Table):
    """Somebody booked through a service: one row for each invitee, ``key`` as the service names them.

    ``changed`` is when the service changed the event last, in its own words; ``missed`` counts the complete
    passes that did not have it. ``customer`` is null while nobody has said who it is, ``appointment`` until
    the visit is in the book. ``no_show`` names the mark that was set there.
    """

    service = LineField(20)
    key = LineField(300)
    event = LineField(300, index=True)
    changed = LineField(40)
    state = LineField(10, default="active", constraints=[one_of("state", "active", "canceled")])
    name = LineField(300)
    email = LineField(254)
    phone = LineField(60)
    title = LineField(200)
    host = LineField(254)
    starts_at = WholeField()
    minutes = WholeField(constraints=[Check("minutes > 0")])
    answers = ProseField(8000)
    join_url = LineField(1000)
    cancel_url = LineField(500)
    move_url = LineField(500)
    no_show = LineField(300)
    missed = WholeField(default=0)
    why = LineField(200)
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
    appointment = ForeignKeyField(Appointment, null=True, on_delete="RESTRICT")
    seen_at = WholeField()

    class Meta:
        indexes = ((("service", "key"), True),)


class InboundText(Table):
    """A text message that came in. ``word`` is ``stop`` or ``start`` where it is one of those."""

    service = LineField(20)
    key = LineField(120)
    sender = LineField(40)
    text = ProseField(1600)
    word = LineField(10, constraints=[one_of("word", "", "stop", "start")])
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
    at = WholeField(index=True)

    class Meta:
        indexes = ((("service", "key"), True),)


class CalendarItem(Table):
    """A member of somebody's calendar on a server: ours where ``appointment`` is set, else made elsewhere.

    ``etag`` is the server's mark of what it holds, ``sent`` the digest of what we last put there.
    """

    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    href = LineField(500)
    uid = LineField(255, index=True)
    etag = LineField(200)
    sent = LineField(64)
    appointment = ForeignKeyField(Appointment, null=True, on_delete="RESTRICT")

    class Meta:
        indexes = ((("staff", "href"), True),)


class BlockedTime(Table):
    """A stretch in which somebody is busy elsewhere, as their calendar on a server says: never a visit."""

    item = ForeignKeyField(CalendarItem, on_delete="RESTRICT")
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    starts_at = WholeField()
    ends_at = WholeField()
    text = LineField(200)

    class Meta:
        constraints = (Check("starts_at < ends_at"),)
        indexes = ((("staff", "ends_at"), False),)


class Upload(Table):
    """A page that takes one picture from a telephone, once, until ``expires_at``.

    ``digest`` is of the secret in its address. What came goes into the inbox of ``staff``, who gives it to
    somebody: a page names no customer. ``came_of`` is the picture's SHA-256 until it is there.
    """

    digest = LineField(64, unique=True)
    kind = LineField(10, constraints=[one_of("kind", "photo", "document", "inbox")])
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    created_at = WholeField()
    expires_at = WholeField(index=True)
    used_at = WholeField(null=True)
    came_of = LineField(200)

    class Meta:
        constraints = (Check("created_at < expires_at"),)
