"""Text messages that come in: STOP and START change the record, the rest is shown with the customer (P5).

Each is taken in once, however often the service lists it. Several people may share a telephone: a text from
it is in the record of each, and a word that it brings holds for all of them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from ..db.bulk import insert_one, update
from ..db.connection import select, write_tx
from ..domain.moments import day_of
from ..domain.people import Answer
from ..domain.phones import dialled
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.texts import Came, Texter, word_of
from ..models import InboundText
from ..queries.texting import came_before, memory_of, whose_number
from . import audit, messages
from .audit import Change
from .consents import answer_is
from .usecase import Work

AT_FIRST, OVERLAP = 7 * 86_400, 3600
"""Seconds: how far back the first round goes, and how much each later one reads once more."""
_ANSWERS = {"stop": Answer.NO, "start": Answer.YES}
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
        if came_before(service, one.key):
            return False
        number, word = dialled(one.sender, work.session.country) or one.sender, word_of(one.text)
        people: list[int | None] = [*whose_number(number)] or [None]
        for id_ in people:
            key = one.key if id_ == people[0] else f"{one.key} {id_}"
            row = insert_one(_COLUMNS, (service, key, number, one.text, word, id_, one.at))
            after = {"customer_id": id_, "word": word}
            work.changes.append(Change("arrive", "inbound_text", row, None, after))
            if id_ is not None and word and not _asked_since(id_, work, one.at):
                answer_is(work, id_, "sms", _ANSWERS[word], f"wrote {word.upper()}")
        messages.follow(work, work.changes)
        audit.append(work.session, work.changes)
    return True


def _asked_since(customer_id: int, work: Work, at: int) -> bool:
    """Whether the customer was asked on a later day than that of the text. Index: consent (customer)."""
    return bool(
        select(
            "select 1 from consent where customer_id = ? and channel = 'sms' and given_on > ?",
            [customer_id, day_of(at, work.session.zone).isoformat()],
        )
    )
