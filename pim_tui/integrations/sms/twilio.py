"""Text messages by Twilio: handed over, looked for, asked about, and read where somebody answered.

Sending is not idempotent there, and a repeat after an error of theirs may send twice. So a text that may
have gone is looked for among the account's messages to that number, by its words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz
from typing import Any, NoReturn

from ...domain.delivery import Trouble, Undelivered
from ...domain.texts import Came, Fate, Search, Stand, Text
from ..web import Answer, Web, quoted, told_to_wait

BASE = "https://api.twilio.com"
VALID = range(1, 36_001)
"""Seconds for which a message may be kept there."""
PAUSE, CROWDED = 60, 3600
"""Seconds to leave it alone where it does not say for how long, and where hours of messages wait."""
SKEW = 300
"""Seconds by which its clock and ours may differ."""
PAGES = 40

REFUSED: Mapping[int, tuple[Trouble, str]] = {
    20003: (Trouble.LOGIN, "Twilio does not take sms_account, sms_key or sms_secret."),
    20404: (Trouble.SETTINGS, "Twilio does not know the account in sms_account."),
    20429: (Trouble.LATER, "Twilio asks to go slower."),
    20500: (Trouble.UNSURE, "Twilio had an error of its own: the text may have gone."),
    21211: (Trouble.ADDRESS, "Twilio says that this is no telephone number."),
    21212: (Trouble.SETTINGS, "Twilio says that sms_from is no number that can send."),
    21408: (
        Trouble.ROUTE,
        "The Twilio account may not send to this country: allow it at Twilio, then send again.",
    ),
    21606: (Trouble.SETTINGS, "Twilio says that sms_from cannot send texts, or is not ours."),
    21608: (
        Trouble.ROUTE,
        "The Twilio account is on trial: confirm this number at Twilio, or pay for the account.",
    ),
    21610: (Trouble.OPT_OUT, "The customer has answered STOP and wants no texts."),
    21611: (Trouble.LATER, "Too many texts of ours already wait at Twilio."),
    21612: (Trouble.ADDRESS, "This number cannot be reached from ours."),
    21614: (Trouble.ADDRESS, "This is not a mobile number."),
    21617: (Trouble.CONTENT, "The text is longer than 1600 characters."),
}
"""What it says instead of taking a message."""
LOST: Mapping[int, tuple[Stand, Trouble, str]] = {
    30001: (Stand.AGAIN, Trouble.BUSY, "Too many texts waited at Twilio, and it dropped this one."),
    30003: (Stand.AGAIN, Trouble.ADDRESS, "The telephone was not reached, twice."),
    30004: (Stand.FAILED, Trouble.OPT_OUT, "The customer or the network has blocked our texts."),
    30005: (Stand.FAILED, Trouble.ADDRESS, "There is no telephone with this number."),
    30006: (Stand.FAILED, Trouble.ADDRESS, "This is a landline, or a network that takes no texts."),
    30007: (Stand.FAILED, Trouble.PLAN, "The network took the text for advertising and dropped it."),
    30008: (Stand.AGAIN, Trouble.BUSY, "The network does not say why the text did not arrive."),
    30034: (Stand.FAILED, Trouble.PLAN, "Our number is not registered for texts in the United States."),
}
"""What it says later of a message that did not arrive."""
_STANDS = {"delivered": Stand.DELIVERED, "read": Stand.DELIVERED, "received": Stand.DELIVERED}
_FAILED = ("failed", "undelivered", "canceled", "partially_delivered")


class Twilio:
    """A :class:`~pim_tui.domain.texts.Texter`. ``user`` is the API key, or the account itself; ``password``
    its secret, asked for the moment it is needed.
    """

    name, tells, hears = "twilio", True, True

    def __init__(
        self,
        web: Web,
        account: str,
        user: str,
        password: Callable[[], str],
        sender: str,
        clock: Callable[[], int],
    ) -> None:
        self._web, self._account, self._sender, self._clock = web, account, sender, clock
        self._basic: Callable[[], tuple[str, str]] = lambda: (user, password())

    def send(self, text: Text) -> str:
        """Hand it over; see :class:`~pim_tui.domain.texts.Texter`."""
        sender = "MessagingServiceSid" if self._sender.startswith("MG") else "From"
        valid = str(min(max(text.seconds, VALID.start), VALID.stop - 1))
        form = {
            "To": text.to,
            sender: self._sender,
            "Body": text.text,
            "ValidityPeriod": valid,
            "SmartEncoded": "true",
        }
        answer = self._web.ask("POST", self._place("Messages"), form=form, basic=self._basic())
        if answer.status in (200, 201) and (key := _text(answer.json(), "sid")):
            return key
        self._refuse(answer, sending=True)

    def find(self, search: Search) -> str | None:
        """Among the messages to that number since then; those that wait have no date of sending yet."""
        wanted, since = search.text, search.since - SKEW
        for query in ({"DateSent>": _day(since)}, {}):
            for one in self._listed({"To": wanted.to, **query}, since):
                ours = _text(one, "direction") != "inbound" and _text(one, "body") == wanted.text
                key = _text(one, "sid")
                if ours and key and _moment(one, "date_created") >= since and not search.known(key):
                    return key
        return None

    def status(self, key: str) -> Fate:
        """What became of it; of a message that is not there any more nothing more will be known."""
        answer = self._web.ask("GET", self._place(f"Messages/{key}"), basic=self._basic())
        if answer.status == 404:
            return Fate(Stand.TAKEN)
        if answer.status != 200:
            self._refuse(answer)
        found = answer.json()
        said = _text(found, "status")
        if said not in _FAILED:
            return Fate(_STANDS.get(said, Stand.UNDER_WAY))
        code = _code(found, "error_code")
        otherwise = (Stand.FAILED, Trouble.CONTENT, f"Twilio could not deliver the text ({code or said}).")
        return Fate(*LOST.get(code, otherwise))

    def inbound(self, since: int) -> Iterator[Came]:
        """The texts to our number; to any of ours where a messaging service sends."""
        ours = {"To": self._sender} if self._sender.startswith("+") else {}
        for one in self._listed({**ours, "DateSent>": _day(since)}, since):
            if _text(one, "direction") == "inbound" and (key := _text(one, "sid")):
                at = _moment(one, "date_sent") or _moment(one, "date_created") or self._clock()
                yield Came(key, _text(one, "from"), _text(one, "body"), at)

    def close(self) -> None:
        """Let go of the line."""
        self._web.close()

    def _place(self, name: str) -> str:
        return f"/2010-04-01/Accounts/{self._account}/{name}.json"

    def _listed(self, query: Mapping[str, str], since: int) -> Iterator[Any]:
        """Messages, the latest first, page by page, until they are older than ``since``."""
        path, asked = self._place("Messages"), {**query, "PageSize": "100"}
        for _ in range(PAGES):
            answer = self._web.ask("GET", path, query=asked or None, basic=self._basic())
            if answer.status != 200:
                self._refuse(answer)
            found = answer.json()
            rows = found.get("messages") if isinstance(found, dict) else None
            rows = rows if isinstance(rows, list) else []
            yield from rows
            path, asked = _text(found, "next_page_uri"), {}
            if not path or not rows or 0 < _moment(rows[-1], "date_created") < since:
                return

    def _refuse(self, answer: Answer, *, sending: bool = False) -> NoReturn:
        """Raise what an answer other than yes means; what is only read is asked again."""
        code = _code(answer.json(), "code")
        trouble, says = REFUSED.get(code) or _by_status(answer)
        if trouble == Trouble.UNSURE and not sending:
            trouble, says = Trouble.LINE, "Twilio had an error of its own."
        now = self._clock()
        waits = CROWDED if code == 21611 else PAUSE
        at = told_to_wait(answer, now, waits) if trouble == Trouble.LATER else None
        raise Undelivered(trouble, says, at)


def _by_status(answer: Answer) -> tuple[Trouble, str]:
    """What a status means whose code is not known: only 429 and their own errors are not for good."""
    if answer.status in (401, 403):
        return REFUSED[20003]
    if answer.status == 404:
        return REFUSED[20404]
    if answer.status == 429:
        return REFUSED[20429]
    if 400 <= answer.status < 500:
        return Trouble.CONTENT, f"Twilio does not take this text{quoted(answer, 'message')}."
    return REFUSED[20500]


def _text(found: Any, name: str) -> str:
    value = found.get(name) if isinstance(found, dict) else None
    return str(value) if isinstance(value, str | int) else ""


def _code(found: Any, name: str) -> int:
    text = _text(found, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _moment(found: Any, name: str) -> int:
    """A date as RFC 2822 writes it; 0 where there is none."""
    try:
        read = parsedate_tz(_text(found, name))
        return mktime_tz(read) if read else 0
    except (ValueError, OverflowError):
        return 0


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT00:00:00Z")
