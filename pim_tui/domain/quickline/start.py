"""Where a quick line is opened: what is known of the booking besides what is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Start:
    """Somebody from a card or a list, whom the line does not name; the column under the cursor."""

    customer_id: int | None = None
    customer: str = ""
    staff_id: int | None = None
    room_id: int | None = None
    text: str = ""
    """The line as far as it was typed."""
    starts_at: int | None = None
    """When, UTC seconds, unless the line says otherwise: a free time that was chosen or is held, or now."""
    walk_in: bool = False
    """Whether they stand at the desk: a time that is taken is then asked about when it is booked (S6)."""

    def draft(self, line: str) -> dict[str, str]:
        """What has to be kept so that ``line`` means the same again, on the screens as in the line mode."""
        ids = {"customer_id": self.customer_id, "staff_id": self.staff_id, "room_id": self.room_id}
        return {
            "line": line,
            "customer": self.customer,
            "walk_in": "1" if self.walk_in else "",
            **{name: str(id_ or "") for name, id_ in ids.items()},
        }

    @classmethod
    def of_draft(cls, fields: Mapping[str, str]) -> Start:
        """The inverse of :meth:`draft`; the time is not kept, since it may be taken by then."""
        ids = (fields.get(name, "") for name in ("customer_id", "staff_id", "room_id"))
        customer_id, staff_id, room_id = (int(text) if text.isdigit() else None for text in ids)
        return cls(
            customer_id,
            fields.get("customer", ""),
            staff_id,
            room_id,
            fields.get("line", ""),
            walk_in=bool(fields.get("walk_in")),
        )
