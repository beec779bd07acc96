"""Twilio, as far as text messages go: a clock of its own, messages newest first in pages, a status to set."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from email.utils import formatdate, parsedate_to_datetime
from typing import Any

from tests.peers.fakeweb import Asked, FakeWeb, Said, Trick

ACCOUNT, USER, WORD, OURS = f"AC{'0' * 32}", f"SK{'1' * 32}", "right-horse", "+15005550006"
HOME = f"/2010-04-01/Accounts/{ACCOUNT}"


class FakeTwilio(FakeWeb):
    """Keeps what it was given; ``page`` is how many messages one page holds at most."""

    spec = "twilio-messages.openapi.json"

    def __init__(self, clock: Callable[[], int], page: int = 100) -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []
        self._clock, self._page = clock, page

    def do(self, asked: Asked) -> Said:
        signed = "Basic " + b64encode(f"{USER}:{WORD}".encode()).decode()
        if asked.headers.get("authorization") != signed:
            return refused(401, 20003)
        if asked.path == f"{HOME}/Messages.json":
            return self._sent(asked.form) if asked.method == "POST" else self._listed(asked)
        name = asked.path.removeprefix(f"{HOME}/Messages/").removesuffix(".json")
        found = next((one for one in self.messages if one["sid"] == name), None)
        return Said(200, found) if found else refused(404, 20404)

    def _sent(self, form: dict[str, str]) -> Said:
        made = self._kept("outbound-api", form.get("From", OURS), form["To"], form["Body"], "queued")
        return Said(201, made)

    def arrives(self, sender: str, text: str, at: int | None = None) -> dict[str, Any]:
        """Somebody writes to us."""
        return self._kept("inbound", sender, OURS, text, "received", at)

    def _kept(
        self, direction: str, sender: str, to: str, body: str, status: str, at: int | None = None
    ) -> dict[str, Any]:
        when = formatdate(self._clock() if at is None else at, usegmt=True).replace("GMT", "+0000")
        made = {
            "sid": f"SM{len(self.messages) + 1:032x}", "direction": direction, "from": sender, "to": to,
            "body": body, "status": status, "error_code": None, "date_created": when,
            "date_sent": when if direction == "inbound" else None,
        }  # fmt: skip
        self.messages.insert(0, made)
        return made

    def _listed(self, asked: Asked) -> Said:
        """Those asked for; what waits has no date of sending and is in no list by date."""
        sent = asked.query.get("DateSent>")
        rows = [
            one
            for one in self.messages
            if asked.query.get("To", one["to"]) == one["to"] and (not sent or _sent_since(one, sent))
        ]
        first = int(asked.query.get("Page", "0")) * self._page
        more = first + self._page < len(rows)
        query = "&".join(f"{name}={value}" for name, value in asked.query.items() if name == "To")
        follows = f"{HOME}/Messages.json?Page={first // self._page + 1}&{query}".replace("+", "%2B")
        return Said(
            200,
            {
                "messages": rows[first : first + self._page],
                "next_page_uri": follows.rstrip("&") if more else None,
            },
        )


def _sent_since(one: dict[str, Any], first: str) -> bool:
    when = one["date_sent"]
    return bool(when) and parsedate_to_datetime(when) >= datetime.fromisoformat(first)


def refused(status: int, code: int, **headers: str) -> Said:
    """What Twilio says instead of doing it."""
    return Said(status, {"code": code, "message": f"It is {code}.", "status": status}, headers)


def refusing(status: int, code: int, **headers: str) -> Trick:
    """One message that is not taken."""
    return Trick(refused(status, code, **headers), only="POST Messages")
