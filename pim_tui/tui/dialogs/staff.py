"""Somebody on the staff list, in fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.stafflist import LIMITS, TITLES, StaffFields, read_staff
from ...errors import Invalid, PimError
from ..base import RecordDialog
from ..stylesheets import sheet
from ..widgets.choice import Choice
from ..widgets.labelled import labelled

_TYPED = ("name", "initials", "speciality", "login", "email")
YES_NO = ((True, "yes"), (False, "no"))


class StaffForm(RecordDialog[StaffFields]):
    """Tab and Enter go from field to field, Ctrl+S saves from anywhere."""

    FORM = "staff"
    CSS_PATH = sheet("refunds")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("up", "app.focus_previous", "Before"),
        ("down", "app.focus_next", "Next"),
    ]

    def __init__(
        self,
        title: str,
        roles: Sequence[str],
        typed: StaffFields,
        refusal: PimError | None = None,
        *,
        record: str = "",
        version: int = 0,
    ) -> None:
        """``roles`` are those of the clinic, by name."""
        super().__init__()
        self._title, self._roles, self._typed, self._refusal = title, tuple(roles), typed, refusal
        self._record, self._version = record, version

    def compose(self) -> ComposeResult:
        """One line per field."""
        typed = self._typed
        with Vertical(classes="panel"):
            yield self.headed(self._title, "Ctrl+S saves, Esc leaves")
            for name in _TYPED:
                value = getattr(typed, name)
                # The limit is above what is kept, so that a fault says so instead of a key that does nothing.
                yield from _row(name, Input(value, compact=True, max_length=LIMITS[name] + 40, id=name))
            yield from _row("role", Choice([(role, role) for role in self._roles], typed.role, id="role"))
            yield from _row("books", Choice(YES_NO, typed.books, id="books"))
            yield from _row("active", Choice(YES_NO, typed.active, id="active"))
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """Start with the name."""
        self.pim.dress(self)
        self.warn(str(self._refusal) if self._refusal else "")
        self.query_one("#name").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep a draft."""
        self._keep()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """The same."""
        self._keep()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on."""
        self.focus_next()

    def on_choice_taken(self, event: Choice.Taken) -> None:
        """Enter in a choice goes on; in the last one it saves."""
        if event.choice.id == "active":
            self.action_save()
        else:
            self.focus_next()

    def action_save(self) -> None:
        """Return the fields, or show every fault at once."""
        entered = self._entered()
        if faults := read_staff(entered)[1]:
            self.warn(str(Invalid(faults)))
        else:
            self.dismiss(entered)

    def _entered(self) -> StaffFields:
        typed = {name: self.query_one(f"#{name}", Input).value for name in _TYPED}
        choices = {name: self.query_one(f"#{name}", Choice).value for name in ("role", "books", "active")}
        return StaffFields(
            **typed, role=str(choices["role"]), books=bool(choices["books"]), active=bool(choices["active"])
        )

    def _keep(self) -> None:
        entered = self._entered()
        if entered == self._typed:
            return
        kept = {name: getattr(entered, name) for name in (*_TYPED, "role")}
        kept |= {name: "yes" if getattr(entered, name) else "no" for name in ("books", "active")}
        self.pim.keep_draft(self.FORM, kept, self._record, self._version)


def _row(name: str, field: Input | Choice) -> ComposeResult:
    title = TITLES[name]
    yield from labelled(f"{title[:1].upper()}{title[1:]}", field, "label wide")
