"""What only our own exports say of a customer: read back, so that nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from ..domain.customer import ConsentEntry, ExternalEntry
from ..domain.handout import parted
from ..domain.people import Answer, Channel
from .people import Draft
from .people_layouts import GOOGLE_CONTACTS, Layout
from .rows import Cells

VCARD = "vcard"
"""The system of the UIDs of cards."""


def consent(parts: Sequence[str]) -> ConsentEntry | None:
    """Channel, answer, ISO day and source; None for anything else, which is then left out."""
    channel, answer, day, source = [*parts, "", "", "", ""][:4]
    if channel not in set(Channel) or answer not in set(Answer):
        return None
    try:
        given = date.fromisoformat(day) if day else None
    except ValueError:
        given = None
    return ConsentEntry(channel, answer, given, source)


def consents(entries: Iterable[Sequence[str]]) -> tuple[ConsentEntry, ...]:
    """Those of ``entries`` that are one."""
    return tuple(found for parts in entries if (found := consent(parts)))


def ids(pairs: Iterable[Sequence[str]]) -> tuple[ExternalEntry, ...]:
    """What other programs call the customer; a pair without its second half is left out."""
    return tuple(ExternalEntry(pair[0], pair[1]) for pair in pairs if len(pair) == 2 and all(pair))


def _table(cells: Cells) -> Draft:
    """Google's columns, and behind them our own."""
    draft = GOOGLE_CONTACTS.read(cells)
    fields = replace(
        draft.fields,
        death_date=cells("date of death"),
        former_names=parted(cells("former names")),
        alerts=parted(cells("alerts")),
        consents=consents(one.split("; ", 3) for one in parted(cells("consents"))),
        external_ids=(
            ExternalEntry(VCARD, cells("uid")),
            *ids(one.split(": ", 1) for one in parted(cells("other ids"))),
        ),
    )
    return replace(draft, fields=fields, own_id=True)


OUR_CUSTOMERS = Layout(
    "customers exported by pim_tui",
    (("Uid",), ("First Name",), ("Last Name",), ("Customer Number",), ("Former Names",)),
    _table,
    {
        **GOOGLE_CONTACTS.shown, "uid": "id", "date of death": "death_date", "former names": "former",
        "alerts": "alerts",
    },
)  # fmt: skip
