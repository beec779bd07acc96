"""Text messages that come in: STOP and START change the record, the rest is shown with the customer (P5).

Each is taken in once, however often the service lists it. Several people may share a telephone: a text from
it is in the record of each, and a word that it brings holds for all of them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ..db.bulk import insert_one, update
from ..db.connection import select, write_tx
from ..domain.moments import day_of
from ..domain.people import Answer
from ..domain.phones import dialled
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.text import clean
from ..domain.texts import Came, Texter, word_of
from ..models import InboundText
from ..queries.texting import came_before, memory_of, whose_number
from . import audit, messages
from .audit import Change
from .consents import TOLD_THE_SERVICE, answer_is
from .work import Work

AT_FIRST, OVERLAP = 7 * 86_400, 3600
"""Seconds: how far back the first round goes, and how much each later one reads once more."""
_ANSWERS = {"stop": Answer.NO, "start": Answer.YES}
_BY_TEXT = ("wrote STOP", TOLD_THE_SERVICE)
"""Sources of a no that a text has set."""
LONGEST_KEY = 100
"""Characters of a service's key that are kept, with room for the number of a customer."""
_COLUMNS = (
    InboundText.service, InboundText.key, InboundText.sender, InboundText.text, InboundText.word,
    InboundText.customer, InboundText.at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SmsInbound:
    """The :class:`~pim_tui.services.chores.Chore` that takes texts in."""

    texter: Texter
    name: ClassVar[str] = "sms inbound"
    every: ClassVar[int] = 300

    def run(self, session: Session, stop: Callable[[], bool]) -> str:
        """Take in what is new, the oldest first; see :class:`~pim_tui.services.chores.Chore`."""
        session.needs(Right.DELIVER)
        began = session.clock()
        since = int(memory_of(self.name).get("since", began - AT_FIRST)) - OVERLAP
        if since > began - OVERLAP:
            # The clock was ahead: what came meanwhile is older than it seemed.
            since = began - AT_FIRST
        counted = Counter[str]()
        try:
            came = sorted(self.texter.inbound(since), key=lambda one: (one.at, one.key))
        finally:
            self.texter.close()
        for one in came:
            if stop():
                return _told(counted)
            if taken_in(Work(session, session.clock()), self.texter.name, one):
                counted[word_of(one.text)] += 1
        with write_tx():
            update(
                "update service set memory = ? where name = ? returning id",
                [json.dumps({"since": began}), self.name],
            )
        return _told(counted)


def _told(counted: Counter[str]) -> str:
    total = sum(counted.values())
    words = ", ".join(f"{counted[word]} {word.upper()}" for word in ("stop", "start") if counted[word])
    came = "1 text has" if total == 1 else f"{total} texts have"
    return f"{came} come in{f', of them {words}' if words else ''}." if total else ""


def taken_in(work: Work, service: str, one: Came) -> bool:
    """Take in one text, for each of the customers it may be from; whether it was new."""
    with write_tx():
        number, word = _number(work, one), word_of(one.text)
        name = _kept(one.key, number)
        if came_before(service, name):
            return False
        at = one.at if one.at > 0 else work.now
        zone = work.session.zone
        people: list[int | None] = [*whose_number(number)] or [None]
        for id_ in people:
            key = name if id_ == people[0] else f"{name} {id_}"
            row = insert_one(_COLUMNS, (service, key, number, one.text, word, id_, at))
            after = {"customer_id": id_, "word": word}
            work.changes.append(Change("arrive", "inbound_text", row, None, after))
            if id_ is not None and word and _holds(id_, word, day_of(at, zone), shared=len(people) > 1):
                answer_is(work, id_, "sms", _ANSWERS[word], f"wrote {word.upper()}")
        messages.follow(work, work.changes)
        audit.append(work.session, work.changes)
    return True


def _number(work: Work, one: Came) -> str:
    sender = clean(one.sender, limit=InboundText.sender.limit)
    return dialled(sender, work.session.country) or sender


def _kept(key: str, number: str) -> str:
    """A key as it is looked for again. One that would be stored as another one is kept as its digest, and one
    that holds the number is as well: an erased customer's texts keep their keys.
    """
    tells = len(number) > 5 and number.lstrip("+") in key
    if tells or clean(key, limit=LONGEST_KEY) != key:
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return key


def _holds(customer_id: int, word: str, day: date, *, shared: bool) -> bool:
    """Whether a word of that day changes what the customer has said. Index: consent (customer).

    Not where they were asked on a later day. A ``start`` never lifts a no of the same day that was said
    otherwise; from a telephone that several share it lifts only what a ``stop`` from there has set, since
    nobody knows which of them wrote it.
    """
    found = select(
        "select answer, coalesce(given_on, ''), source from consent where customer_id = ?"
        " and channel = 'sms'",
        [customer_id],
    )
    answer, given_on, source = found[0] if found else (Answer.UNKNOWN, "", "")
    if str(given_on) > day.isoformat():
        return False
    if word == "stop" or source in _BY_TEXT:
        return True
    said_no_today = answer == Answer.NO and str(given_on) == day.isoformat()
    return not (shared or said_no_today)
