"""A form told as data: labelled fields in lines, a word on what is understood, every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from ...db.drafts import OVER
from ...errors import Difference, Fault, Invalid, PimError, Stale
from ..base import RecordDialog
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.choice import Choice
from ..widgets.prose import Prose

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Form = TypeVar("Form", bound=DataclassInstance)

YES_NO = ((False, "no"), (True, "yes"))
_FAULTS_SHOWN = 4

Values = Mapping[str, Hashable]
"""What a form holds, by field: text, or the answer of a choice."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``options`` make it a choice, ``lines`` above one a field of several lines.

    ``secret`` shows nothing of what is typed. What stands in a field is typed over, unless it is ``begun``:
    then it is gone on with.
    """

    key: str
    label: str
    options: tuple[tuple[Hashable, str], ...] = ()
    lines: int = 1
    limit: int = 240
    secret: bool = False
    begun: bool = False

    def told(self, value: Hashable) -> str:
        """A value as people read it: of a choice its label."""
        return dict(self.options).get(value, "") if self.options else str(value or "")


@dataclass(frozen=True, slots=True)
class FormSpec:
    """A whole form. ``lines`` are fields side by side; ``reads`` says what they mean and what is wrong.

    ``titles`` are what faults call the fields, ``note`` stands under the heading, ``wide`` gives long
    labels their room.
    """

    title: str
    lines: tuple[tuple[Field, ...], ...]
    reads: Callable[[Values], tuple[str, Sequence[Fault]]] | None = None
    titles: Mapping[str, str] | None = None
    note: str = ""
    wide: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields in their order."""
        return tuple(field for line in self.lines for field in line)


@dataclass(frozen=True, slots=True)
class DraftName:
    """Under what the form's draft is kept; an empty ``form`` keeps none.

    ``over`` is what the form was opened over, where that is more than the ``version`` of one record: it is
    kept with what is typed, as :data:`~pim_tui.db.drafts.OVER`.
    """

    form: str = ""
    record: str = ""
    version: int = 0
    over: str = ""


NO_DRAFT = DraftName()

Answer = dict[str, Hashable]
"""What a form returns, by field."""


class FieldForm(RecordDialog[Answer]):
    """Tab and Enter go on, Enter in the last field and Ctrl+S save, Esc leaves."""

    CSS_PATH = sheet("fields")

    def __init__(
        self,
        spec: FormSpec,
        values: Values,
        refusal: PimError | None = None,
        draft: DraftName = NO_DRAFT,
        start: str = "",
    ) -> None:
        """``values`` fill the form, ``start`` is the field that has the cursor at first."""
        super().__init__()
        self.set_class(spec.wide, "-wide-labels")
        self._spec, self._values, self._refusal = spec, dict(values), refusal
        self.draft, self._start, self._faulty = draft, start, False
        self.FORM, self._record, self._title = draft.form, draft.record, self._heading()

    def _heading(self) -> str:
        return self.keyed(f"{self._spec.title}   ", "(Ctrl+S saves, Esc leaves)")

    # --- drawing ----------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Heading, fields, what is understood, what is wrong."""
        with VerticalScroll(classes="panel", can_focus=False):
            yield Static(show(self._heading()), classes="heading")
            if self._spec.note:
                yield Static(show(self._spec.note), classes="reading")
            for line in self._spec.lines:
                tall = max(field.lines for field in line)
                row = Horizontal(*(_Labelled(field, self._widget(field)) for field in line), classes="line")
                row.styles.height = tall
                yield row
            yield Static("", classes="reading", id="reads")
            yield Static("", classes="warning")

    def _widget(self, field: Field) -> Widget:
        value = self._values.get(field.key)
        if field.options:
            return Choice(field.options, value, id=field.key)
        text = value if isinstance(value, str) else ""
        if field.lines > 1:
            return Prose(text, id=field.key, compact=True, tab_behavior="focus")
        return Input(
            text,
            id=field.key,
            compact=True,
            max_length=field.limit,
            password=field.secret,
            select_on_focus=not field.begun,
        )

    def on_mount(self) -> None:
        """Start in the first field, or where something was wrong."""
        self.pim.dress(self)
        self.query_one(".warning").display = False
        self._read()
        first = self._start or self._spec.fields[0].key
        self.query_one(f"#{first}").focus()
        if self._refusal is not None:
            self._refused(self._refusal)

    # --- while typing -----------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep a draft and say what is understood."""
        self._changed()

    def on_text_area_changed(self, event: Prose.Changed) -> None:
        """The same for fields of several lines."""
        self._changed()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """The same for fields with fixed answers."""
        self._changed()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on; in the last field it saves."""
        self._go_on(event.input.id)

    def on_choice_taken(self, event: Choice.Taken) -> None:
        """Enter in a choice is as good."""
        self._go_on(event.choice.id)

    def _go_on(self, key: str | None) -> None:
        if key == self._spec.fields[-1].key:
            self.action_save()
        else:
            self.focus_next()

    def _changed(self) -> None:
        entered = self.entered()
        if self.draft.form and entered != self._values:
            kept = {
                field.key: _as_draft(entered[field.key]) for field in self._spec.fields if not field.secret
            }
            if self.draft.over:
                kept[OVER] = self.draft.over
            self.pim.keep_draft(self.draft.form, kept, self.draft.record, self.draft.version)
        if self._faulty:  # what was typed since may be right: the reading says what is wrong with it now
            self._faulty = self.query_one(".warning").display = False
        self._read()

    def _read(self) -> None:
        told = self._spec.reads(self.entered())[0] if self._spec.reads else ""
        reading = self.query_one("#reads", Static)
        reading.update(show(told))
        reading.display = bool(told)

    # --- answering --------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Return what was typed, or show every fault at once."""
        entered = self.entered()
        faults = self._spec.reads(entered)[1] if self._spec.reads else ()
        if faults:
            self._refused(Invalid(faults))
        else:
            self.dismiss(entered)

    def entered(self) -> dict[str, Hashable]:
        """The form as it stands."""
        return {field.key: self._value(field) for field in self._spec.fields}

    def _value(self, field: Field) -> Hashable:
        widget = self.query_one(f"#{field.key}")
        if isinstance(widget, Choice):
            return widget.value
        return widget.text if isinstance(widget, Prose) else _typed(widget)

    def _refused(self, error: PimError) -> None:
        """Say what is wrong and put the cursor there."""
        faults = error.faults if isinstance(error, Invalid) else ()
        lines = [f"{self._named(fault.field)}: {fault.message}" for fault in faults[:_FAULTS_SHOWN]]
        if len(faults) > _FAULTS_SHOWN:
            lines.append(f"and {len(faults) - _FAULTS_SHOWN} more")
        if isinstance(error, Stale):
            lines = [error.message, *(_both(one) for one in error.differences[:_FAULTS_SHOWN])]
        warning = self.query_one(".warning", Static)
        warning.display = True
        warning.update(show("\n".join(lines) or str(error)))
        self._faulty = bool(faults)
        if faults:
            self.query_one("#reads").display = False
        keys = {field.key for field in self._spec.fields}
        at = next((key for fault in faults for key in (_bare(fault.field),) if key in keys), None)
        if at is not None:
            self.query_one(f"#{at}").focus()

    def _named(self, field: str) -> str:
        bare = _bare(field)
        titles: Mapping[str, str] = self._spec.titles or {}
        labels = {one.key: one.label for one in self._spec.fields}
        name = titles.get(bare) or labels.get(bare, bare)
        return name[:1].upper() + name[1:]


class _Labelled(Horizontal):
    """A label and its field."""

    def __init__(self, field: Field, widget: Widget) -> None:
        super().__init__(Static(show(field.label), classes="label"), widget, classes="field")


def _typed(widget: Any) -> str:
    text: str = widget.value
    return text


def _as_draft(value: Hashable) -> str:
    """A value as a draft keeps it."""
    return value if isinstance(value, str) else "yes" if value is True else str(value or "")


def fields_of_draft(draft: Mapping[str, str], base: Form) -> Form:
    """A draft over the record it was typed for; what it does not hold is as in ``base``."""
    typed: dict[str, Any] = {
        one.name: draft[one.name] == "yes" if isinstance(getattr(base, one.name), bool) else draft[one.name]
        for one in fields(base)
        if one.name in draft
    }
    return replace(base, **typed)


def _both(one: Difference) -> str:
    """What somebody else has made of a value meanwhile."""
    return f"{one.field}: {one.theirs} now, {one.was} when you began. Look again, then save."


def _bare(field: str) -> str:
    """``line 1: quantity`` is about the quantity."""
    return field.rpartition(": ")[2]
