"""The form of somebody who waits: the wishes in one line, read while it is typed, and a note."""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.quickline import Names
from ...domain.waiting import Wish
from ...domain.wishes import LIMIT, as_line, read_wishes
from ...errors import Fault
from ...queries.catalogue import Catalogue
from .fields import Field, FormSpec, Values

WAITING = "waiting_entry"
"""The name of the draft, and the table."""
TITLES = {"wishes": "wishes", "note": "note", "minutes": "length", "type_id": "type", "staff_id": "staff"}
HOW = "urgent mon,thu mornings dr lee 30m · from 1 dec until 20 dec · 9-12"


def waiting_form(title: str, names: Names, catalogue: Catalogue) -> FormSpec:
    """What somebody would take."""

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        wish, faults = read_wishes(str(values["wishes"]), names)
        told = faults[0].message if faults else f"waits for: {told_wish(wish, catalogue)}"
        return told, faults

    lines = ((Field("wishes", "Wishes", limit=LIMIT, begun=True),), (Field("note", "Note", limit=200),))
    return FormSpec(title, lines, reads, TITLES, note=HOW)


def told_wish(wish: Wish, catalogue: Catalogue) -> str:
    """A wish with the names of its staff member and type."""
    return as_line(wish, catalogue.staff_name(wish.staff_id), catalogue.type_name(wish.type_id))
