"""A few lines to type, with a live reading of what they would do: the small forms of the bill page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...errors import Invalid, PimError
from ..base import PimDialog
from ..textsafe import show
from ..widgets.labelled import labelled

Typed = Mapping[str, str]


class Field(NamedTuple):
    """One line: its name in the answer, its label, what stands in it at first, how long it may be."""

    name: str
    label: str
    text: str = ""
    limit: int = 200


class Fields(PimDialog[Typed]):
    """Enter goes on to the next empty line; in the last one it returns what was typed.

    ``told`` says what it would do, or raises what is wrong with it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("up", "app.focus_previous", "Before"),
        ("down", "app.focus_next", "Next"),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        told: Callable[[Typed], str],
        *,
        typed: Typed | None = None,
        refusal: PimError | None = None,
        keep: Callable[[Typed], None] | None = None,
    ) -> None:
        """``typed`` and ``refusal`` are of an answer that was refused; ``keep`` keeps a draft."""
        super().__init__()
        self._title, self._fields, self._told = title, tuple(fields), told
        self._typed, self._refusal, self._keep = dict(typed or {}), refusal, keep
        self._before: Typed = {}

    def compose(self) -> ComposeResult:
        """The lines, and what they mean."""
        with Vertical(classes="panel"):
            yield Static(show(f"{self._title}   (Enter does it, Esc leaves)"), classes="heading")
            for field in self._fields:
                text = self._typed.get(field.name, field.text)
                line = Input(text, compact=True, max_length=field.limit, id=field.name)
                yield from labelled(field.label, line)
            yield Static("", classes="reading")
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """The first line that is empty has the keys; after a refusal the one that it is about."""
        self.pim.dress(self)
        (self._faulty() or self._empty() or self.query(Input).last()).focus()
        self._before = self.typed
        self._read(self._refusal)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what it would do; keep what was typed. What was refused stays until something is changed."""
        if self.typed == self._before:
            return
        self._before = self.typed
        self._read()
        if self._keep is not None:
            self._keep(self.typed)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to what is still empty, or answer."""
        if (empty := self._empty()) is None:
            if self._read():
                self.dismiss(self.typed)
            return
        if empty is event.input:
            label = next(field.label for field in self._fields if field.name == empty.id)
            self.warn(f"{label}: type it first.")
        empty.focus()

    @property
    def typed(self) -> Typed:
        """What stands in the lines."""
        return {field.id or "": field.value for field in self.query(Input)}

    def _empty(self) -> Input | None:
        return next((field for field in self.query(Input) if not field.value.strip()), None)

    def _faulty(self) -> Input | None:
        """The line that a refusal names."""
        names = [fault.field for fault in getattr(self._refusal, "faults", ())]
        return next((field for field in self.query(Input) if field.id in names), None)

    def _read(self, refusal: PimError | None = None) -> bool:
        """Tell what it would do, or what is wrong; whether it can be done."""
        reading, wrong = "", refusal
        try:
            reading = self._told(self.typed)
        except PimError as error:
            wrong = wrong or error
        self.query_one(".reading", Static).update(show(reading))
        self.warn("" if wrong is None or self._is_early(wrong) else self._said(wrong))
        return wrong is None

    def _is_early(self, error: PimError) -> bool:
        """Whether it is only about lines that nobody has typed yet: Enter asks for those."""
        empty = {field.id for field in self.query(Input) if not field.value.strip()}
        faults = error.faults if isinstance(error, Invalid) else ()
        return bool(faults) and all(fault.field in empty for fault in faults)

    def _said(self, error: PimError) -> str:
        """What is wrong and what to do, each line called as it is here."""
        labels = {field.name: field.label for field in self._fields}
        message = error.message
        if isinstance(error, Invalid):
            message = "; ".join(
                f"{labels.get(fault.field, fault.field)}: {fault.message}" for fault in error.faults
            )
        return "\n".join(filter(None, (message, error.hint)))
