"""One line of the journal, whole: what was there before and after, field by field, and its seals."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...domain.moments import Zone, moment_label
from ...domain.rights import TITLES
from ...queries.journal_line import Field, JournalLine
from ..base import PimDialog
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.facts import flowed
from ..widgets.textview import TextView


class JournalLineDialog(PimDialog[None]):
    """Up, Down and the page keys move in it; Enter or Esc leaves."""

    CSS_PATH = sheet("journal")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,enter", "dismiss_none", "Back"),
        ("up", "scroll(-1)", "Up"),
        ("down", "scroll(1)", "Down"),
        ("pageup,b,ctrl+b", "page(-1)", "Page up"),
        ("pagedown,space,ctrl+f", "page(1)", "Page down"),
    ]

    def __init__(self, line: JournalLine) -> None:
        super().__init__()
        self._line = line

    def compose(self) -> ComposeResult:
        """The line's number, then everything it tells."""
        with Vertical(classes="panel tall"):
            heading = f"Line {self._line.row.id} of the journal   (arrows move, Esc leaves)"
            yield Static(show(heading), classes="heading")
            yield TextView()

    def on_mount(self) -> None:
        """Lines that fit."""
        self.pim.dress(self)
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        view = self.query_one(TextView)
        width = max(20, (view.size.width or self.size.width - 4) - 2)
        told = told_of(self._line, self.pim.desk.session.zone)
        view.show([part for line in told for part in (flowed(line, lambda _: width) or [""])])

    def action_scroll(self, step: int) -> None:
        """Some lines on."""
        self.query_one(TextView).scroll_lines(step)

    def action_page(self, step: int) -> None:
        """A page on."""
        view = self.query_one(TextView)
        view.scroll_lines(step * view.page)


def told_of(line: JournalLine, zone: Zone) -> list[str]:
    """Everything in lines of text: title and value, then the fields, changed ones first, then the seals."""
    row = line.row
    facts = (
        ("When", moment_label(row.at, zone)),
        ("Who", row.who),
        ("Session", row.session),
        ("Did", row.action),
        ("What", row.what),
        ("Why", row.reason),
        ("Request", line.request),
    )
    seals = (
        ("before", line.before_hash),
        ("after", line.after_hash),
        ("line before", line.prev),
        ("this line", line.hash),
    )
    return [
        *(f"{title}: {value}" for title, value in facts if value),
        "",
        *_values(line),
        "",
        "Seals (SHA-256)",
        *(f"{title}: {value}" for title, value in seals if value),
    ]


def _values(line: JournalLine) -> list[str]:
    if line.erased:
        return ["The values were erased for the person's sake; that something was changed stays."]
    if line.hidden is not None:
        named = ", ".join(one.name.replace("_", " ") for one in line.fields)
        return [f"Of: {named}", f"What they were is for those who may {TITLES[line.hidden]}."]
    if not line.fields:
        return ["Nothing more is told of it."]
    told = [one for one in line.fields if one.before or one.after]
    return [_told(one) for one in sorted(told, key=lambda one: not one.changed)]


def _told(one: Field) -> str:
    name = one.name.replace("_", " ")
    if not one.changed:
        return f"{name}: {one.after}"
    if one.gone or one.new:
        parts = (("gone", one.gone), ("new", one.new))
        return f"* {name}: " + "; ".join(f"{what}: {', '.join(which)}" for what, which in parts if which)
    was = f"{one.before} -> " if one.before else ""
    return f"* {name}: {was}{one.after or 'nothing'}"
