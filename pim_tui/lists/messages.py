"""The messages to a customer, and the words of the clinic's messages, as lists."""

from __future__ import annotations

from ..domain.rights import Right
from ..queries.messages import MessageRow, messages_of
from ..queries.page import Page, Totals
from ..queries.templates import TemplateRow, templates
from .spec import Chosen, Column, Filter, ListSpec, Metric, Scope


def _messages(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[MessageRow]:
    withdrawn = bool(chosen.get("withdrawn", False))
    return messages_of(scope.whose, limit, offset, withdrawn=withdrawn)


MESSAGES = ListSpec(
    key="messages",
    title="Messages",
    row=MessageRow,
    query=_messages,
    columns=(
        Column("Message", "about", width=12, rank=10),
        Column("By", "channel", width=5, rank=7),
        Column("Visit", "visit_at", "moment", 21, rank=6),
        Column("Goes", "due_at", "moment", 21, rank=8),
        Column("Fate", "fate", width=12, rank=9, grow=True),
    ),
    filters=(Filter("withdrawn", "Withdrawn too", "yes"),),
    metrics=(Metric("Waiting", "waiting"), Metric("Sent", "sent"), Metric("Failed", "failed")),
    empty="No messages. Those that were withdrawn are shown by f, then: withdrawn.",
    right=Right.SEE_CUSTOMER,
)


def _templates(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[TemplateRow]:
    found = templates()
    return Page(found[offset : offset + limit], Totals(len(found)), offset)


TEMPLATES = ListSpec(
    key="templates",
    title="Words of the messages",
    row=TemplateRow,
    query=_templates,
    columns=(
        Column("Message", "named", width=14, rank=10),
        Column("By", "channel", width=5, rank=9),
        Column("Language", "language", width=8, rank=7),
        Column("Words", "own", width=12, rank=6),
        Column("Text", "body", "lines", 30, rank=8, grow=True),
    ),
    empty="No words at all.",
)
