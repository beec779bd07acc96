"""Staff and customers, and what is known about them."""

from __future__ import annotations

from peewee import SQL, Check, CompositeKey, ForeignKeyField

from .base import DayField, LineField, ProseField, Table, Versioned, WholeField, YesField, one_of


class Clinic(Table):
    """The one row that says whose book this is; ``zone`` is the IANA zone all wall times are in."""

    name = LineField(120)
    zone = LineField(60)
    created_at = WholeField()

    class Meta:
        constraints = (Check("id = 1"),)


class Staff(Versioned):
    """Somebody who works here. ``login`` is the operating-system user, ``role`` the name of a role; by
    ``email`` services outside know them.
    """

    name = LineField(120)
    initials = LineField(6)
    speciality = LineField(120)
    role = LineField(40, default="receptionist")
    login = LineField(64, null=True, unique=True)
    external_id = LineField(120, null=True, unique=True)
    position = WholeField(default=0)
    books = YesField()
    active = YesField()
    email = LineField(254, constraints=[SQL("default ''")])


class WorkingHours(Table):
    """When somebody works on a weekday (Monday is 0), in minutes after midnight, half-open (T10)."""

    staff = ForeignKeyField(Staff, backref="hours", on_delete="RESTRICT")
    weekday = WholeField(constraints=[Check("weekday between 0 and 6")])
    starts = WholeField(constraints=[Check("starts between 0 and 1439")])
    ends = WholeField(constraints=[Check("ends between 1 and 1440")])
    effective_from = DayField(null=True)
    effective_to = DayField(null=True)

    class Meta:
        constraints = (Check("starts < ends"),)


class Customer(Versioned):
    """Somebody who is treated here. ``sort_name`` is the folded list name ("doe jane")."""

    number = WholeField(unique=True)
    prefix = LineField(40)
    first_name = LineField(120)
    middle_name = LineField(120)
    last_name = LineField(120)
    suffix = LineField(40)
    sort_name = LineField(300, index=True)
    sex = LineField(1, constraints=[one_of("sex", "", "F", "M", "X")])
    birth_date = DayField(null=True, index=True)
    death_date = DayField(null=True)
    address = ProseField(300)
    city = LineField(120)
    region = LineField(120)
    postal_code = LineField(20)
    country = LineField(60)
    created_at = WholeField()
    active = YesField()


class FormerName(Table):
    """A name the customer had before; still found by it (P1)."""

    customer = ForeignKeyField(Customer, backref="former_names", on_delete="RESTRICT")
    name = LineField(300)


class Phone(Table):
    """A telephone number as it was given, and what it is in E.164 when that is clear."""

    customer = ForeignKeyField(Customer, backref="phones", on_delete="RESTRICT")
    position = WholeField(default=0)
    label = LineField(40)
    number = LineField(60)
    e164 = LineField(20, index=True)


class Email(Table):
    """An email address; ``folded`` is what two spellings of it have in common."""

    customer = ForeignKeyField(Customer, backref="emails", on_delete="RESTRICT")
    position = WholeField(default=0)
    label = LineField(40)
    address = LineField(254)
    folded = LineField(254, index=True)


class ExternalId(Table):
    """What another program calls this customer."""

    customer = ForeignKeyField(Customer, backref="external_ids", on_delete="RESTRICT")
    system = LineField(40)
    value = LineField(120)

    class Meta:
        indexes = ((("system", "value"), True),)


class Consent(Table):
    """Whether the customer may be contacted by one channel, since when and how we know (P5)."""

    customer = ForeignKeyField(Customer, backref="consents", index=False, on_delete="RESTRICT")
    channel = LineField(10, constraints=[one_of("channel", "email", "sms", "phone", "post")])
    answer = LineField(10, default="unknown", constraints=[one_of("answer", "unknown", "yes", "no")])
    given_on = DayField(null=True)
    source = LineField(120)

    class Meta:
        indexes = ((("customer", "channel"), True),)


class Alert(Table):
    """Something whoever opens the record must see first."""

    customer = ForeignKeyField(Customer, backref="alerts", on_delete="RESTRICT")
    text = LineField(200)
    since = DayField(null=True)


class Note(Versioned):
    """Something written about a customer, perhaps about one visit. Never deleted, only withdrawn."""

    customer = ForeignKeyField(Customer, backref="notes", index=False, on_delete="RESTRICT")
    author = ForeignKeyField(Staff, backref="notes", index=False, on_delete="RESTRICT")
    text = ProseField(8000)
    written_at = WholeField()
    withdrawn = YesField()

    class Meta:
        indexes = ((("customer", "written_at"), False),)


class SearchWord(Table):
    """A folded word of a customer's names; a prefix range finds as you type on both engines (P1)."""

    word = LineField(60)
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    former = YesField()

    class Meta:
        primary_key = CompositeKey("word", "customer")


class SearchDigits(Table):
    """A tail of a customer's telephone number: any three digits in a row are a prefix of one (P1)."""

    tail = LineField(40)
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")

    class Meta:
        primary_key = CompositeKey("tail", "customer")


class SearchSound(Table):
    """How a word of a customer's name sounds; such matches come last and are marked (P1)."""

    sound = LineField(40)
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")

    class Meta:
        primary_key = CompositeKey("sound", "customer")
