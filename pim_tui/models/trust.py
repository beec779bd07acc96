"""Who may do what and signs in how, who is at work, and who looked where they usually may not."""

from __future__ import annotations

from peewee import SQL, Check, ForeignKeyField

from .base import LineField, Table, Versioned, WholeField, YesField, one_of
from .people import Customer, Staff

VERDICTS = ("", "in order", "not in order")


class Role(Versioned):
    """A named set of rights; ``staff.role`` names one."""

    name = LineField(40, unique=True, constraints=[Check("length(name) > 0")])
    position = WholeField(default=0)


class RoleRight(Table):
    """A role has this right, by the name that :class:`~pim_tui.domain.rights.Right` gives it."""

    role = ForeignKeyField(Role, backref="rights", index=False, on_delete="RESTRICT")
    name = LineField(60, constraints=[Check("length(name) > 0")])

    class Meta:
        indexes = ((("role", "name"), True),)


class StaffPin(Table):
    """What a person signs in, unlocks and approves with: an argon2id hash, wrong tries since, and until when
    to wait. ``given`` is one that somebody else has set: its owner sets another before anything else.
    """

    staff = ForeignKeyField(Staff, primary_key=True, on_delete="RESTRICT")
    hash = LineField(200)
    set_at = WholeField()
    failures = WholeField(default=0)
    wait_until = WholeField(default=0)
    given = YesField(constraints=[SQL("default 0")])


class SignInWait(Table):
    """Wrong tries to sign in from one place (an SSH key, a terminal), and until when to wait."""

    origin = LineField(120, unique=True)
    failures = WholeField(default=0)
    wait_until = WholeField(default=0)


class DeskSession(Table):
    """Somebody at work: since when, where from, in which process; until when, and why it ended.

    ``key`` is the session's in the journal. ``end_asked_by`` wants it closed: it ends by itself then.
    """

    key = LineField(40, unique=True)
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    began_at = WholeField()
    origin = LineField(120)
    host = LineField(120)
    pid = WholeField()
    ended_at = WholeField(null=True)
    ended_why = LineField(40)
    end_asked_by = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")

    class Meta:
        constraints = (Check("ended_at is null or ended_at >= began_at"),)


class BreakGlass(Table):
    """Somebody opened one customer's closed record for a reason, for a while; later another looks into it."""

    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    reason = LineField(400, constraints=[Check("length(reason) >= 10")])
    began_at = WholeField()
    until_at = WholeField()
    verdict = LineField(20, constraints=[one_of("verdict", *VERDICTS)])
    remark = LineField(400)
    reviewed_by = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")
    reviewed_at = WholeField(null=True)

    class Meta:
        constraints = (
            Check("began_at < until_at"),
            Check("reviewed_by_id is null or reviewed_by_id <> staff_id"),
            Check("(verdict = '') = (reviewed_by_id is null)"),
            Check("(reviewed_by_id is null) = (reviewed_at is null)"),
        )
        indexes = ((("staff", "customer", "until_at"), False),)
