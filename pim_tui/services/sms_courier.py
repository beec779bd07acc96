"""Text messages out of the outbox, at most once each (S7).

Before a text is handed over its row notes when, to whom and what. Where the service does not say whether it
took it, it is asked for what it has: what is there is not sent again. What is not there may still be on its
way, so it is asked once more a minute later; then it is sent once more and no more. Whatever cannot be told
is ``unknown``, and a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, NoReturn

from ..domain.delivery import Trouble, Undelivered, ends_at
from ..domain.jsontext import from_json
from ..domain.messages import House
from ..domain.phones import dialled, takes_texts
from ..domain.texts import LONGEST, Search, Text, Texter, next_look
from ..errors import SettingsError
from ..queries.delivery import Taken
from ..queries.exporting import clinic_key
from ..queries.messages import composed
from ..queries.texting import NO_NUMBER, has_key, texting
from .couriers import Handed, NotWanted
from .leasing import note
from .mail_courier import kept
from .work import Work

BEGUN, AGAIN = "begun", "again"
"""What a row notes: when it was handed over, and when it was once more."""
LOOK_AGAIN = 60
"""Seconds after which the service is asked again for a text that it did not have."""
_A_MONTH = 30 * 86_400


@dataclass(frozen=True, slots=True)
class BySms:
    """The :class:`~pim_tui.services.couriers.Courier` of text messages."""

    texter: Texter
    house: House
    channel: ClassVar[str] = "sms"

    def carry(self, work: Work, row: Taken) -> Handed:
        """Send one; see :class:`~pim_tui.services.couriers.Courier`."""
        facts = from_json(row.payload)
        text = text_of(work, self.house, row)
        if BEGUN not in facts:
            return self._hand(work, row, text, {BEGUN: work.now})
        # Where the clock was set back since, it went earlier than was noted.
        since = min(int(facts[BEGUN]), work.now)
        if key := self._found(work, row, text, since):
            return self._taken(work, row, text, key)
        if AGAIN in facts:
            self._give_up(work, row, "The text was tried twice, and nobody can say whether it went.")
        return self._hand(work, row, text, {BEGUN: since, AGAIN: work.now})

    def close(self) -> None:
        """Let go of the line."""
        self.texter.close()

    def _hand(self, work: Work, row: Taken, text: Text, marks: dict[str, Any]) -> Handed:
        """Hand it over, after it was noted."""
        noted = {**plain(row), "to": text.to, "text": text.text, **marks}
        if not note(work, row, {"payload": kept(noted)}):
            raise NotWanted("it is in other hands")
        try:
            return self._taken(work, row, text, self.texter.send(text))
        except SettingsError:
            note(work, row, {"payload": row.payload})
            raise
        except Undelivered as undelivered:
            if undelivered.trouble != Trouble.UNSURE:
                refused = {**plain(row), "to": text.to}
                bad = undelivered.trouble == Trouble.ADDRESS
                note(work, row, {"payload": kept(refused) if bad else row.payload})
                raise
            says = undelivered.says
        if key := self._found(work, row, text, int(marks[BEGUN])):
            return self._taken(work, row, text, key)
        raise Undelivered(Trouble.UNSURE, says, work.session.clock() + LOOK_AGAIN)

    def _found(self, work: Work, row: Taken, text: Text, since: int) -> str | None:
        """The key of a text that may have gone; None where the service does not have it.

        Where it is not reached it is asked later. Where it cannot say a person has to.
        """
        known = partial(has_key, self.texter.name, since=since - _A_MONTH, besides=row.id)
        try:
            return self.texter.find(Search(text, since, known))
        except Undelivered as undelivered:
            if undelivered.trouble == Trouble.UNSURE:
                self._give_up(work, row, undelivered.says)
            at = max(undelivered.at or 0, work.session.clock() + LOOK_AGAIN)
            raise Undelivered(Trouble.UNSURE, undelivered.says, at) from undelivered

    def _give_up(self, work: Work, row: Taken, says: str) -> NoReturn:
        """A person decides; where they say that it goes again, it goes as for the first time."""
        note(work, row, {"payload": kept(plain(row))})
        raise Undelivered(Trouble.UNSURE, says)

    def _taken(self, work: Work, row: Taken, text: Text, key: str) -> Handed:
        """The service has it, and is asked later what became of it."""
        now = work.session.clock()
        look_at = next_look(now, now) if self.texter.tells else None
        said = {**plain(row), "to": text.to, "text": text.text}
        return Handed(self.texter.name, key, look_at=look_at, payload=said)


def plain(row: Taken) -> dict[str, Any]:
    """What a row is about, without what was noted of its tries."""
    return {name: value for name, value in from_json(row.payload).items() if name not in (BEGUN, AGAIN)}


def text_of(work: Work, house: House, row: Taken) -> Text:
    """The text, its words made of the template as it is now. Raises :class:`Undelivered`."""
    found = composed(row.id, house, work.session.calendar.language)
    number = dialled(found.to, work.session.country)
    if not number or not takes_texts(number):
        why = texting([row.customer_id])[row.customer_id].says if row.customer_id else ""
        told = f"{why or NO_NUMBER}".rstrip(".")
        raise Undelivered(Trouble.ADDRESS, f"{told[:1].upper()}{told[1:]}.")
    words = found.words.body
    if len(words) > LONGEST:
        raise Undelivered(Trouble.CONTENT, f"A text message has at most {LONGEST} characters.")
    left = ends_at(row.expires_at, row.created_at) - work.now
    return Text(number, words, f"{clinic_key()}-{row.id}", max(left, 1))
