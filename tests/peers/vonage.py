"""Vonage, as far as text messages go: 200 for whatever it is told, parts by their length, and reports."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pim_tui.domain.smslength import length_of
from tests.peers.fakeweb import Asked, FakeWeb, Said

KEY, WORD = "abcd1234", "right-horse"
_TAKES = {"api_key", "api_secret", "from", "to", "text", "type", "ttl", "client-ref"}
_REPORTS = {"account_id", "product", "direction", "date_start", "date_end", "id", "include_message", "cursor"}


class FakeVonage(FakeWeb):
    """Keeps a record for each part. ``says`` are the statuses of coming parts, in turn; ``reported`` whether
    the account has reports, and whether they know it already.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        super().__init__()
        self.records: list[dict[str, Any]] = []
        self.says: list[str] = []
        self.reported, self.late = True, False
        self._clock = clock

    def do(self, asked: Asked) -> Said:
        if asked.path == "/sms/json":
            return self._sent(asked.form)
        signed = "Basic " + b64encode(f"{KEY}:{WORD}".encode()).decode()
        if not self.reported or asked.headers.get("authorization") != signed:
            return Said(403, {"title": "Forbidden"})
        self._strange(asked.query, _REPORTS)
        return self._report(asked.query)

    def _sent(self, form: dict[str, str]) -> Said:
        self._strange(form, _TAKES)
        if (form["api_key"], form["api_secret"]) != (KEY, WORD):
            return Said(200, {"message-count": "1", "messages": [{"status": "4", "error-text": "Bad"}]})
        parts = []
        for _ in range(length_of(form["text"]).parts):
            status = self.says.pop(0) if self.says else "0"
            key = f"0A000000{len(self.records):08X}" if status == "0" else ""
            if key:
                self._record("outbound", key, form["from"], form["to"], form["text"], form["client-ref"])
            parts.append({"status": status, "to": form["to"], "message-id": key, "error-text": "No."})
        return Said(200, {"message-count": str(len(parts)), "messages": parts})

    def arrives(self, sender: str, text: str) -> None:
        """Somebody writes to us."""
        self._record("inbound", f"0B000000{len(self.records):08X}", sender, "15005550006", text, "")

    def _record(self, direction: str, key: str, sender: str, to: str, text: str, ref: str) -> None:
        self.records.append(
            {
                "message_id": key, "direction": direction, "from": sender, "to": to, "client_ref": ref,
                "message_body": text, "status": "accepted", "error_code": "", "at": self._clock(),
                "date_received": datetime.fromtimestamp(self._clock(), UTC).isoformat(),
            }
        )  # fmt: skip

    def _report(self, query: Any) -> Said:
        """One record to a page: whoever reads only the first misses the rest."""
        rows = [one for one in self.records if one["direction"] == query["direction"] and not self.late]
        if "id" in query:
            rows = [one for one in rows if one["message_id"] == query["id"]]
        else:
            first, last = (datetime.fromisoformat(query[f"date_{end}"]) for end in ("start", "end"))
            if (last - first).total_seconds() > 86_400:
                self.blame("more than a day at once")
            rows = [one for one in rows if first.timestamp() <= one["at"] <= last.timestamp()]
        page = int(query.get("cursor", "0"))
        asked = "&".join(f"{name}={value}" for name, value in query.items() if name != "cursor")
        follows = {"next": {"href": f"/v2/reports/records?{asked}&cursor={page + 1}"}}
        return Said(
            200, {"records": rows[page : page + 1], "_links": follows if page + 1 < len(rows) else {}}
        )

    def _strange(self, given: Any, named: set[str]) -> None:
        for name in sorted(set(given) - named):
            self.blame(f"{name} is not named")
