"""Zoom as far as the program knows it: one that signs in, one that keeps meetings."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Any

from .fakeweb import Asked, FakeWeb, Said

ACCOUNT, CLIENT, SECRET = "acc-1", "client-1", "very-secret"
NAMED = {"topic", "type", "start_time", "duration", "timezone", "agenda", "default_password", "settings"}
"""What a meeting may be told, as the program uses it."""
SETTINGS = {
    "waiting_room": True, "join_before_host": False, "approval_type": 2, "auto_recording": "none",
    "use_pmi": False, "email_notification": False,
}  # fmt: skip
START = "https://zoom.example/s/{}?zak=host-key"


class FakeSignIn(FakeWeb):
    """Gives out passes; each makes the one before void."""

    spec = "zoom-oauth.handwritten.openapi.json"

    def __init__(self, api: str = "") -> None:
        super().__init__()
        self.issued = 0
        self.api = api

    @property
    def good(self) -> str:
        """The one pass that is good."""
        return f"pass-{self.issued}"

    def do(self, asked: Asked) -> Said:
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked.headers.get("authorization") != basic:
            return Said(401, {"reason": "Invalid client_id or client_secret", "error": "invalid_client"})
        if asked.form != {"grant_type": "account_credentials", "account_id": ACCOUNT} or asked.query:
            return Said(400, {"reason": "Bad Request", "error": "invalid_request"})
        self.issued += 1
        more = {"api_url": self.api} if self.api else {}
        return Said(
            200, {"access_token": self.good, "token_type": "bearer", "expires_in": 3600, "scope": "", **more}
        )


class FakeZoom(FakeWeb):
    """Keeps meetings by their number; ``now`` is the present, UTC seconds. A start that has passed is ignored
    without a word, as the real one does. ``hosts`` are who is known there; each takes ``share`` changes.
    """

    spec = "zoom-meetings.openapi.json"
    prefix = "/v2"

    def __init__(self, sign_in: FakeSignIn, now: int, *hosts: str) -> None:
        super().__init__()
        self.sign_in, self.now, self.hosts = sign_in, now, hosts
        self.meetings: dict[int, dict[str, Any]] = {}
        self.removed: list[int] = []
        self.share = 100

    @property
    def did(self) -> list[str]:
        """What was asked for, in short."""
        return [f"{one.method} {re.sub('[0-9]{9,}', '#', one.path)}" for one in self.asked]

    def do(self, asked: Asked) -> Said:
        if asked.headers.get("authorization") != f"Bearer {self.sign_in.good}" or not self.sign_in.issued:
            return Said(401, {"code": 124, "message": "Invalid access token."})
        if found := re.fullmatch(r"/v2/users/([^/]+)/meetings", asked.path):
            return self._of_host(asked, found[1])
        if found := re.fullmatch(r"/v2/meetings/([0-9]+)", asked.path):
            return self._one(asked, int(found[1]))
        self.blame(f"{asked.method} {asked.path} is nothing")
        return Said(404, {"code": 0, "message": "No such path."})

    def _of_host(self, asked: Asked, host: str) -> Said:
        if host not in self.hosts:
            return Said(404, {"code": 1001, "message": f"User does not exist: {host}."})
        if asked.method == "POST":
            return self._make(asked, host)
        listed = [one for one in self.meetings.values() if one["host"] == host and self._within(asked, one)]
        per = int(asked.query.get("page_size", "30"))
        first = int(asked.query.get("next_page_token") or 0)
        more = str(first + per) if first + per < len(listed) else ""
        shown = [
            {
                **{k: one[k] for k in ("id", "topic", "start_time", "duration", "join_url")},
                "agenda": one["agenda"][:250],
            }
            for one in listed[first : first + per]
        ]
        return Said(200, {"meetings": shown, "next_page_token": more, "page_size": per})

    def _within(self, asked: Asked, one: dict[str, Any]) -> bool:
        upcoming = asked.query["type"] != "upcoming" or instant(one["start_time"]) > self.now
        return upcoming and asked.query["from"] <= one["start_time"][:10] <= asked.query["to"]

    def _make(self, asked: Asked, host: str) -> Said:
        self._check(asked.json, new=True)
        if refused := self._spent(host):
            return refused
        id_ = 90_000_000_000 + len(self.meetings) + len(self.removed) + 1
        self.meetings[id_] = {
            **asked.json,
            "id": id_,
            "host": host,
            "password": "pw-1",
            "join_url": f"https://zoom.example/j/{id_}?pwd=door-key",
            "start_url": START.format(id_),
        }
        return Said(201, self.meetings[id_])

    def _one(self, asked: Asked, id_: int) -> Said:
        if id_ not in self.meetings:
            return Said(404, {"code": 3001, "message": "Meeting does not exist."})
        one = self.meetings[id_]
        if asked.method == "DELETE":
            if asked.query != {"schedule_for_reminder": "false", "cancel_meeting_reminder": "false"}:
                self.blame(f"people are told of a removed meeting: {asked.query}")
            self.removed.append(id_)
            del self.meetings[id_]
            return Said(204)
        if asked.method == "PATCH":
            self._check(asked.json, new=False)
            if refused := self._spent(one["host"]):
                return refused
            told = dict(asked.json)
            if instant(told["start_time"]) <= self.now:
                del told["start_time"]
            one.update(told)
            return Said(204)
        return Said(200, one)

    def _spent(self, host: str) -> Said | None:
        self.share -= 1
        if self.share >= 0:
            return None
        said = f"You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for the user {host}. You may resume at GMT 00:00:00."  # noqa: E501
        return Said(429, {"code": 429, "message": said})

    def _check(self, told: dict[str, Any], *, new: bool) -> None:
        """What the interface description allows and the clinic does not want."""
        if told.keys() - NAMED:
            self.blame(f"{sorted(told.keys() - NAMED)} are not told")
        if new and (told["type"], told["default_password"], told["settings"]) != (2, True, SETTINGS):
            self.blame(f"not as safe as it should be: {told}")
        if (
            not re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z", told["start_time"])
            or type(told["duration"]) is not int
        ):
            self.blame(f"{told['start_time']} for {told['duration']}")
        if not told["agenda"].startswith("[pim-tui ") or len(told["topic"]) > 200:
            self.blame(f"{told['topic']}: {told['agenda']}")


def instant(text: str) -> int:
    """UTC seconds of a moment as Zoom writes it."""
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp())
