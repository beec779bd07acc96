"""Messages to a customer with their fate, and what each of them says (C8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..db.connection import select
from ..domain.jsontext import from_json
from ..domain.messages import House, Told, Words, filled, values_of
from ..domain.rights import Right
from ..errors import NotFound
from .gate import guarded
from .links import join_link
from .page import Page, Totals
from .templates import words_for
from .texting import texting


class MessageRow(NamedTuple):
    """A message and its fate. ``visit_at`` is when the visit begins that it is about, ``due_at`` when it goes
    or was to go, UTC seconds both. A text that came in has an id below 0, and its words as ``why``.
    """

    id: int
    kind: str
    window: str
    channel: str
    state: str
    due_at: int
    why: str
    appointment_id: int | None
    visit_at: int | None
    customer_id: int | None
    customer: str

    @property
    def withdrawn(self) -> bool:
        """Whether it will not be sent."""
        return self.state == "withdrawn"

    @property
    def came(self) -> bool:
        """Whether it came in, and did not go out."""
        return self.id < 0

    @property
    def about(self) -> str:
        """Its kind, and of a reminder how long before the visit."""
        named = self.kind.replace("_", " ")
        return f"{named} {self.window}" if self.kind == "reminder" else named

    @property
    def fate(self) -> str:
        """What became of it, and why; of a call how it went."""
        if self.kind == "call" and self.why and not self.withdrawn:
            return self.why
        return f"{self.state}: {self.why}" if self.why else self.state


_MESSAGE = (
    'select o.id, o.kind, o."window", o.channel, o.state, o.due_at, o.why, o.appointment_id, a.starts_at,'
    " o.customer_id, coalesce(trim(c.first_name || ' ' || c.last_name), '') from ({}) o"
    " left join customer c on c.id = o.customer_id left join appointment a on a.id = o.appointment_id"
    " order by o.due_at desc, o.id desc"
)
_WENT = (
    'select id, kind, "window", channel, state, due_at, why, appointment_id, customer_id from outbox where {}'
)
_CAME = (
    "select -id as id, 'text' as kind, '' as \"window\", 'sms' as channel, 'came in' as state, at as due_at,"
    " text as why, cast(null as integer) as appointment_id, customer_id from inbound_text where {}"
)
_OF = _MESSAGE.format(
    f"{_WENT.format('customer_id = ? {}')} union all {_CAME.format('customer_id = ?')}"
    " order by due_at desc, id desc limit ? offset ?"
)
_COUNTED = (
    "select count(*), coalesce(sum(case when state in ('waiting', 'sending', 'draft') then 1 else 0 end), 0),"
    " coalesce(sum(case when state in ('sent', 'delivered') then 1 else 0 end), 0),"
    " coalesce(sum(case when state = 'failed' then 1 else 0 end), 0) from outbox where customer_id = ? {}"
)


@guarded(Right.SEE_CUSTOMER)
def messages_of(
    customer_id: int, limit: int = 100, offset: int = 0, *, withdrawn: bool = True
) -> Page[MessageRow]:
    """The messages to a customer and the texts from them, the latest first; sums: ``waiting``, ``sent``,
    ``failed``. Indexes: ``outbox (customer)``, ``inbound_text (customer)``.
    """
    only = "" if withdrawn else "and state <> 'withdrawn'"
    rows = select(_OF.format(only), [customer_id, customer_id, limit, offset])
    return Page(tuple(map(MessageRow._make, rows)), lambda: _added_up(customer_id, only), offset)


def _added_up(customer_id: int, only: str) -> Totals:
    ((came,),) = select("select count(*) from inbound_text where customer_id = ?", [customer_id])
    total, waiting, sent, failed = select(_COUNTED.format(only), [customer_id])[0]
    return Totals(total + came, {"waiting": waiting, "sent": sent, "failed": failed})


@dataclass(frozen=True, slots=True)
class Composed:
    """A message as it reads now, or as it was sent; ``to`` is where it goes, empty where that is unknown."""

    row: MessageRow
    to: str
    words: Words


_ONE = _MESSAGE.format(_WENT.format("id = ?"))
_CAME_IN = _MESSAGE.format(_CAME.format("id = ?"))


@guarded(Right.SEE_CUSTOMER)
def composed(message_id: int, house: House, language: str) -> Composed:
    """One message. What was sent, and what somebody wrote by hand, stands in its payload; what waits is made
    of the template and the visit as they are now. Index: primary key. Raises :class:`NotFound`.
    """
    if message_id < 0:
        return _came_in(-message_id)
    found = select(
        "select o.kind, o.channel, o.payload, a.starts_at, a.minutes, a.zone, s.name, coalesce(r.name, ''),"
        " a.mode, c.first_name, c.last_name from outbox o left join appointment a on a.id = o.appointment_id"
        " left join staff s on s.id = a.staff_id left join room r on r.id = a.room_id"
        " left join customer c on c.id = o.customer_id where o.id = ?",
        [message_id],
    )
    rows = select(_ONE, [message_id])
    if not found or not rows:
        raise NotFound("That message does not exist.", "Go back to the customer and choose another.")
    row = MessageRow._make(rows[0])
    kind, channel, payload, starts, minutes, zone, staff, room, mode, first, last = found[0]
    kept = from_json(payload)
    if "text" in kept or starts is None:
        words = Words(str(kept.get("subject", "")), str(kept.get("text", "")))
        return Composed(row, str(kept.get("to", "")), words)
    words, spoken = words_for(kind, channel, language)
    # Whose visit it is not any more is not told how to join it.
    visit_id = row.appointment_id if kind != "cancellation" else None
    link = join_link(visit_id, house.video) if visit_id is not None else ""
    told = Told(first, last, starts, minutes, zone, staff, room, mode, link, _more(kept))
    return Composed(row, _to(row), filled(words, values_of(told, house, spoken)))


def _came_in(id_: int) -> Composed:
    """A text that came in; ``to`` is whom it is from. Index: primary key. Raises :class:`NotFound`."""
    rows = select(_CAME_IN, [id_])
    if not rows:
        raise NotFound("That text message does not exist.", "Look at the list again.")
    ((sender,),) = select("select sender from inbound_text where id = ?", [id_])
    row = MessageRow._make(rows[0])
    return Composed(row._replace(why=""), str(sender), Words("", row.why))


def _more(kept: Mapping[str, object]) -> int:
    """How many further visits are told with it; none where another program wrote something else."""
    more = kept.get("more")
    return more if type(more) is int else 0


def _to(row: MessageRow) -> str:
    """The first address, or the number that takes text messages."""
    if row.customer_id is None:
        return ""
    if row.channel == "sms":
        return texting([row.customer_id])[row.customer_id].number
    sql = "select address from email where customer_id = ? order by position, id limit 1"
    found = select(sql, [row.customer_id]) if row.channel == "email" else []
    return str(found[0][0]) if found else ""
