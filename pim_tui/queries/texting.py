"""Text messages: which of a customer's numbers takes them, what is asked about those that went, and what
came in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from ..db.connection import select
from ..db.many import AT_ONCE, marks, pieces
from ..domain.jsontext import from_json
from ..domain.phones import takes_texts
from ..domain.rights import Right
from .gate import guarded
from .page import Page, Totals
from .paging import behind

NO_NUMBER = "no number takes text messages"


class Way(NamedTuple):
    """The number a customer's texts go to, ``+`` and digits; empty where there is none, and ``says`` why.

    ``refused`` are numbers that a service has said no to, each with its words.
    """

    number: str
    says: str
    refused: tuple[tuple[str, str], ...] = ()


@guarded(Right.SEE_CUSTOMER)
def texting(customers: Iterable[int]) -> dict[int, Way]:
    """How each of these customers is reached by text. Indexes: phone (customer), outbox (customer)."""
    wanted = list(dict.fromkeys(customers))
    numbers, refused = defaultdict[int, list[str]](list), defaultdict[int, dict[str, str]](dict)
    for some in pieces(wanted, AT_ONCE // 2):
        for id_, is_refused, _, value, why in select(_WAYS.format(marks(some)), [*some, *some]):
            if is_refused:
                refused[id_][str(from_json(value).get("to", ""))] = why
            else:
                numbers[id_].append(value)
    return {id_: _way(numbers[id_], refused[id_]) for id_ in wanted}


_WAYS = (
    "select customer_id, 0, position, e164, '' from phone where customer_id in ({0}) and e164 <> ''"
    " union all select customer_id, 1, id, payload, why from outbox where customer_id in ({0})"
    " and channel = 'sms' and state = 'failed' and trouble = 'address' order by 2, 3"
)


def _way(numbers: list[str], refused: dict[str, str]) -> Way:
    told = tuple((number, refused[number]) for number in numbers if number in refused)
    good = next((number for number in numbers if number not in refused and takes_texts(number)), "")
    if good:
        return Way(good, "", told)
    return Way("", told[0][1] if told else NO_NUMBER, told)


class Looked(NamedTuple):
    """A text that its service has taken, and is asked about. Instants are UTC seconds."""

    id: int
    kind: str
    customer_id: int | None
    key: str
    payload: str
    sent_at: int
    look_at: int
    created_at: int
    expires_at: int | None


def looked_at(service: str, now: int, limit: int) -> list[Looked]:
    """Those it is time to ask about, the longest due first. Index: outbox_look (channel, look_at)."""
    rows = select(
        "select id, kind, customer_id, key, payload, coalesce(sent_at, due_at), look_at, created_at,"
        " expires_at from outbox where channel = 'sms' and look_at is not null and look_at <= ?"
        " and state = 'sent' and service = ? order by look_at, id limit ?",
        [now, service, limit],
    )
    return [Looked._make(row) for row in rows]


def has_key(service: str, key: str, since: int, besides: int) -> bool:
    """Whether another text that was due since then is known to its service by this key. Index: outbox
    (due_at)."""
    return bool(
        select(
            "select 1 from outbox where due_at >= ? and channel = 'sms' and service = ? and id <> ?"
            " and key = ? limit 1",
            [since, service, besides, key],
        )
    )


def came_before(service: str, key: str) -> bool:
    """Whether a text that came in was taken in already. Index: inbound_text (service, key)."""
    return bool(select("select 1 from inbound_text where service = ? and key = ?", [service, key]))


def whose_number(e164: str) -> list[int]:
    """The customers with this number, whoever was written down first, those of once among them: they may
    come back. Index: phone (e164).
    """
    rows = select("select distinct customer_id from phone where e164 = ? order by customer_id", [e164])
    return [id_ for (id_,) in rows]


def memory_of(name: str) -> dict[str, Any]:
    """What the next round of a chore goes on from. Index: service (name)."""
    rows = select("select memory from service where name = ?", [name])
    return from_json(rows[0][0]) if rows else {}


class TextRow(NamedTuple):
    """A text that came in, at ``at`` UTC seconds. ``customer`` is empty where nobody has the number."""

    id: int
    at: int
    sender: str
    text: str
    word: str
    customer_id: int | None
    customer: str


_TEXTS = (
    "select t.id, t.at, t.sender, t.text, t.word, t.customer_id,"
    " coalesce(trim(c.first_name || ' ' || c.last_name), '') from inbound_text t"
    " left join customer c on c.id = t.customer_id where {} order by t.at desc, t.id desc limit ? offset ?"
)
_TEXTS_COUNTED = (
    "select count(*), coalesce(sum(case when t.word = 'stop' then 1 else 0 end), 0),"
    " coalesce(sum(case when t.customer_id is null then 1 else 0 end), 0) from inbound_text t where {}"
)


@guarded(Right.SEE_CUSTOMER)
def texts_in(
    first: int | None,
    last: int | None,
    limit: int = 50,
    offset: int = 0,
    *,
    strangers: bool = False,
    after: int | None = None,
) -> Page[TextRow]:
    """The texts that came in, the latest first, from ``offset`` on or those behind the one with the id
    ``after``; sums: ``texts``, ``stop``, ``strangers``.

    ``first`` and ``last`` are instants, half-open; ``strangers``: only from numbers that nobody has.
    Indexes: ``inbound_text (at)``, primary key of ``customer``.
    """
    where, params = "t.at >= ?", [first or 0]
    if last is not None:
        where, params = f"{where} and t.at < ?", [*params, last]
    if strangers:
        where += " and t.customer_id is null"
    further, more = behind(after, "inbound_text", "t", "at", "id")
    rows = select(_TEXTS.format(where + further), [*params, *more, limit, 0 if more else offset])
    return Page(tuple(map(TextRow._make, rows)), lambda: _texts_added_up(where, params), offset)


def _texts_added_up(where: str, params: list[int]) -> Totals:
    ((total, stop, unknown),) = select(_TEXTS_COUNTED.format(where), params)
    return Totals(total, {"texts": total, "stop": stop, "strangers": unknown})
