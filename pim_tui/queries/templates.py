"""The words of messages: the clinic's own, and those that are built in."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select
from ..domain.messages import BUILT_IN, Words


class TemplateRow(NamedTuple):
    """A template; ``version`` 0 is one that is built in, and stored once it is changed."""

    id: int
    version: int
    kind: str
    channel: str
    language: str
    subject: str
    body: str

    @property
    def words(self) -> Words:
        """What it says."""
        return Words(self.subject, self.body)

    @property
    def named(self) -> str:
        """The kind, in words."""
        return self.kind.replace("_", " ")

    @property
    def own(self) -> str:
        """Whose words they are."""
        return "the clinic's" if self.version else "built in"


_TEMPLATE = "select id, version, kind, channel, language, subject, body from message_template"


def templates() -> tuple[TemplateRow, ...]:
    """All of them: the clinic's own, and the built-in English ones that it has not changed.

    A clinic has a few dozen at most. The id of one that is built in is below zero.
    """
    own = [TemplateRow._make(row) for row in select(f"{_TEMPLATE} order by language, kind, channel")]
    there = {(row.kind, row.channel) for row in own if row.language == "en"}
    built = [
        TemplateRow(-at, 0, kind, channel, "en", words.subject, words.body)
        for at, ((kind, channel), words) in enumerate(BUILT_IN.items(), 1)
        if (kind, channel) not in there
    ]
    order = list(BUILT_IN)
    return tuple(
        sorted(
            [*own, *built],
            key=lambda row: (
                row.language,
                order.index((row.kind, row.channel)) if (row.kind, row.channel) in BUILT_IN else 99,
            ),
        )
    )


def template(kind: str, channel: str, language: str) -> TemplateRow | None:
    """The clinic's own words, None where it has none. Index: message_template (kind, channel, language)."""
    rows = select(f"{_TEMPLATE} where kind = ? and channel = ? and language = ?", [kind, channel, language])
    return TemplateRow._make(rows[0]) if rows else None


def words_for(kind: str, channel: str, language: str) -> tuple[Words, str]:
    """What a message says, and in which language: the clinic's words, else the English ones."""
    for wanted in dict.fromkeys((language, "en")):
        if (found := template(kind, channel, wanted)) is not None:
            return found.words, wanted
    return BUILT_IN.get((kind, channel), Words("", "")), "en"
