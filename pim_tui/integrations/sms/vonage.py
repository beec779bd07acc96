"""Text messages by Vonage: handed over part by part, and asked about by its reports.

It answers 200 to whatever it is told; what became of each part stands inside. Our own mark travels with a
text, so that one that may have gone is known again in the reports. They may be late, and not every
account has them: that a text is not in them says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NoReturn

from ...domain.delivery import Trouble, Undelivered
from ...domain.smslength import length_of
from ...domain.text import tidy
from ...domain.texts import Came, Fate, Search, Stand, Text, worst
from ..instants import instant, written
from ..web import Answer, Web, quoted, told_to_wait

BASE, REPORTS = "https://rest.nexmo.com", "https://api.nexmo.com"
KEYS, ROOM = 7, 120
"""Parts of one text that are asked about, and characters that their keys may have together."""
LIVES = range(20, 604_801)
"""Seconds for which a text may be kept there."""
PAUSE, SKEW, WINDOW = 60, 300, 86_000
"""Seconds: a pause where none is named, how far its clock may be off, and what one report may span."""
PAGES = 40

REFUSED: Mapping[str, tuple[Trouble, str]] = {
    "1": (Trouble.BUSY, "Vonage asks to go slower."),
    "2": (Trouble.CONTENT, "Vonage says that something is missing in the text."),
    "3": (Trouble.CONTENT, "Vonage says that something in the text is not right."),
    "4": (Trouble.LOGIN, "Vonage does not take sms_key or sms_secret."),
    "5": (Trouble.UNSURE, "Vonage had an error of its own: the text may have gone."),
    "6": (Trouble.ADDRESS, "Vonage cannot reach this number."),
    "7": (Trouble.ADDRESS, "This number is barred at Vonage."),
    "8": (Trouble.PLAN, "The Vonage account is barred."),
    "9": (Trouble.PLAN, "The Vonage account has no money left."),
    "10": (Trouble.BUSY, "Vonage has too many of our lines open."),
    "15": (Trouble.SETTINGS, "Vonage does not take sms_from as a sender."),
    "29": (
        Trouble.ROUTE,
        "The Vonage account is on trial: confirm this number at Vonage, or pay for the account.",
    ),
}
"""What it says instead of taking a part."""
LOST: Mapping[str, tuple[Stand, Trouble, str]] = {
    "2": (Stand.AGAIN, Trouble.ADDRESS, "The telephone was not reached, twice."),
    "3": (Stand.FAILED, Trouble.ADDRESS, "There is no telephone with this number any more."),
    "4": (Stand.FAILED, Trouble.OPT_OUT, "The customer has blocked our texts."),
    "5": (Stand.FAILED, Trouble.ADDRESS, "The number has gone to another network, which is not known."),
    "6": (Stand.FAILED, Trouble.PLAN, "The network took the text for advertising and dropped it."),
    "7": (Stand.AGAIN, Trouble.BUSY, "The telephone was busy, twice."),
    "8": (Stand.AGAIN, Trouble.BUSY, "The network had a fault, twice."),
    "9": (Stand.FAILED, Trouble.ADDRESS, "There is no telephone with this number."),
    "11": (Stand.FAILED, Trouble.ADDRESS, "This number takes no texts."),
    "14": (Stand.FAILED, Trouble.PLAN, "The network has blocked our texts."),
}
"""What it says later of a part that did not arrive."""
_FAILED = ("failed", "expired", "rejected", "undelivered", "undeliverable")


class Vonage:
    """A :class:`~pim_tui.domain.texts.Texter`. ``password`` is the key's secret, asked for when needed;
    ``reports`` the line to its other machine.
    """

    name, tells, hears = "vonage", True, True

    def __init__(
        self,
        web: Web,
        reports: Web,
        key: str,
        password: Callable[[], str],
        sender: str,
        clock: Callable[[], int],
    ) -> None:
        self._web, self._reports, self._clock = web, reports, clock
        self._key, self._password, self._sender = key, password, sender

    def send(self, text: Text) -> str:
        """Hand it over; the keys of its parts. Where some were taken and others not, it has failed: another
        try would send those once more."""
        form = {
            "api_key": self._key,
            "api_secret": self._password(),
            "from": self._sender.lstrip("+"),
            "to": text.to.lstrip("+"),
            "text": text.text,
            "client-ref": text.ref,
            "type": "unicode" if length_of(text.text).odd else "text",
            "ttl": str(min(max(text.seconds, LIVES.start), LIVES.stop - 1) * 1000),
        }
        answer = self._web.ask("POST", "/sms/json", form=form)
        parts = _rows(answer.json(), "messages")
        if answer.status != 200 or not parts:
            self._refuse(answer)
        said = [_text(part, "status") for part in parts]
        if wrong := [part for part, status in zip(parts, said, strict=True) if status != "0"]:
            if "0" in said:
                raise Undelivered(Trouble.CONTENT, "Vonage took only a part of the text.")
            told = f"Vonage does not take this text ({tidy(_text(wrong[0], 'error-text'), limit=100)})."
            raise Undelivered(*REFUSED.get(_text(wrong[0], "status"), (Trouble.CONTENT, told)))
        return _joined(_text(part, "message-id") for part in parts)

    def find(self, search: Search) -> str | None:
        """In the report of that hour, by our mark; that it is not there says nothing."""
        first = search.since - SKEW
        found = [
            _text(one, "message_id")
            for one in self._between("outbound", first, min(self._clock(), search.since + 3600))
            if _text(one, "client_ref") == search.text.ref
        ]
        if found:
            return _joined(found)
        raise Undelivered(Trouble.UNSURE, "Vonage does not say whether the text went.")

    def status(self, key: str) -> Fate:
        """What became of its parts; the worst of them counts."""
        return worst([self._part(one) for one in key.split()])

    def inbound(self, since: int) -> Iterator[Came]:
        """The texts to us, day by day."""
        now = self._clock()
        for start in range(since, now, WINDOW):
            for one in self._between("inbound", start, min(start + WINDOW, now)):
                sender, key = _text(one, "from"), _text(one, "message_id")
                number = f"+{sender}" if sender.isdigit() else sender
                if key:
                    yield Came(key, number, _text(one, "message_body"), _moment(one, "date_received") or now)

    def close(self) -> None:
        """Let go of the lines."""
        self._web.close()
        self._reports.close()

    def _part(self, key: str) -> Fate:
        rows = list(self._reported({"direction": "outbound", "id": key}))
        said = _text(rows[0], "status") if rows else ""
        if said == "delivered":
            return Fate(Stand.DELIVERED)
        if said not in _FAILED:
            return Fate(Stand.UNDER_WAY)
        code = _text(rows[0], "error_code")
        otherwise = (Stand.FAILED, Trouble.CONTENT, f"Vonage could not deliver the text ({code or said}).")
        return Fate(*LOST.get(code, otherwise))

    def _between(self, direction: str, first: int, last: int) -> Iterator[Any]:
        """The records of a stretch of time, the bodies too of what came in."""
        query = {"direction": direction, "date_start": written(first), "date_end": written(last)}
        return self._reported({**query, "include_message": str(direction == "inbound").lower()})

    def _reported(self, query: Mapping[str, str]) -> Iterator[Any]:
        """Records, page by page."""
        asked: Mapping[str, str] | None = {"account_id": self._key, "product": "SMS", **query}
        path = "/v2/reports/records"
        for _ in range(PAGES):
            basic = (self._key, self._password())
            answer = self._reports.ask("GET", path, query=asked, basic=basic)
            if answer.status in (402, 403):
                raise Undelivered(Trouble.PLAN, "The Vonage account has no reports: none tell what arrived.")
            if answer.status != 200:
                self._refuse(answer, sending=False)
            found = answer.json()
            yield from _rows(found, "records")
            links = found.get("_links") if isinstance(found, dict) else None
            path, asked = _text(links.get("next") if isinstance(links, dict) else None, "href"), None
            if not path:
                return

    def _refuse(self, answer: Answer, *, sending: bool = True) -> NoReturn:
        """Raise what an answer other than 200 means; what is only read is asked again."""
        trouble, says = Trouble.UNSURE if sending else Trouble.LINE, "Vonage had an error of its own."
        if answer.status in (401, 403):
            trouble, says = REFUSED["4"]
        elif answer.status in (420, 429):
            trouble, says = Trouble.LATER, "Vonage asks to go slower."
        elif 400 <= answer.status < 500:
            trouble, says = Trouble.CONTENT, f"Vonage does not take this{quoted(answer, 'title', 'detail')}."
        at = told_to_wait(answer, self._clock(), PAUSE) if trouble == Trouble.LATER else None
        raise Undelivered(trouble, says, at)


def _joined(keys: Iterable[str]) -> str:
    """The keys of a text's parts as one, as far as there is room for them."""
    whole = ""
    for key in list(keys)[:KEYS]:
        if len(whole) + len(key) < ROOM:
            whole = f"{whole} {key}".strip()
    return whole


def _rows(found: Any, name: str) -> list[Any]:
    rows = found.get(name) if isinstance(found, dict) else None
    return rows if isinstance(rows, list) else []


def _text(found: Any, name: str) -> str:
    value = found.get(name) if isinstance(found, dict) else None
    return str(value) if isinstance(value, str | int) else ""


def _moment(found: Any, name: str) -> int:
    return instant(_text(found, name)) or 0
