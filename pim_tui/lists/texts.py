"""The text messages that came in, of the whole clinic, as a list (C8)."""

from __future__ import annotations

from typing import Final

from ..domain.moments import at_minute
from ..domain.rights import Right
from ..queries.page import Page
from ..queries.texting import TextRow, texts_in
from .periods import ANY, Period
from .spec import AFTER, Chosen, Column, Filter, ListSpec, Metric, Scope


def _page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[TextRow]:
    period: Period = chosen.get("days") or ANY
    first = at_minute(period.first, 0, scope.zone) if period.first else None
    last = at_minute(period.last, 1440, scope.zone) if period.last else None
    strangers = bool(chosen.get("strangers", False))
    return texts_in(first, last, limit, offset, strangers=strangers, after=chosen.get(AFTER))


TEXTS: Final = ListSpec(
    key="texts",
    title="Texts that came in",
    row=TextRow,
    query=_page,
    columns=(
        Column("Came", "at", "moment", 21, rank=8),
        Column("From", "customer", width=16, rank=10),
        Column("Number", "sender", width=14, rank=7),
        Column("Text", "text", "lines", 20, rank=9, grow=True),
    ),
    filters=(Filter("days", "Dates", "days"), Filter("strangers", "Numbers that nobody has", "yes")),
    metrics=(Metric("Texts", "texts"), Metric("STOP", "stop"), Metric("Of nobody", "strangers")),
    empty="No text message has come in.",
    page_size=50,
    right=Right.SEE_CUSTOMER,
)
