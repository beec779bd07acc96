"""A second person says yes or no with a PIN, and a PIN is set. What is typed here is kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.pins import LONGEST, read_pin
from ...errors import Invalid, PimError
from ..base import PimDialog
from ..textsafe import show
from ..widgets.choice import Choice
from ..widgets.labelled import labelled


class Said(NamedTuple):
    """Who said it, with which PIN, and why."""

    staff_id: int
    pin: str
    reason: str

    def __repr__(self) -> str:
        """Without the PIN, wherever it may be shown."""
        return f"Said(staff_id={self.staff_id})"


class PinDialog(PimDialog[Said]):
    """Whoever approves chooses their name (Up, then Left and Right), types the PIN and presses Enter."""

    AUTO_FOCUS: ClassVar[str | None] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("up", "app.focus_previous", "Before"),
        ("down", "app.focus_next", "Next"),
    ]

    def __init__(
        self,
        title: str,
        people: Sequence[tuple[int, str]],
        *,
        about: str = "",
        reason: bool = False,
        refusal: PimError | None = None,
        was: tuple[int, str] | None = None,
        shortest: int = 1,
    ) -> None:
        """``people`` are those who may; ``reason``: one must be given, of ``shortest`` characters at least.
        ``was`` is who said what before a ``refusal``."""
        super().__init__()
        self._shortest = shortest
        self._title, self._people, self._about = title, tuple(people), about
        self._reason, self._refusal = reason, refusal
        self._who, self._why = was or (0, "")

    def compose(self) -> ComposeResult:
        """What is asked, who answers, why, the PIN."""
        with Vertical(classes="panel"):
            yield Static(show(self._title), classes="heading")
            yield Static(show(self._about), classes="reading about")
            yield from labelled("Who", Choice(self._people, self._who, id="who"))
            if self._reason:
                yield from labelled("Reason", Input(self._why, compact=True, max_length=200, id="reason"))
            yield from labelled("PIN", Input(compact=True, password=True, max_length=4 * LONGEST, id="pin"))
            other = "Up: who, then Left and Right · " if len(self._people) > 1 else ""
            yield Static(show(f"{other}Enter: yes · Esc: back"), classes="reading")
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """The PIN is next, or the reason."""
        self.pim.dress(self)
        self.query_one(".about").display = bool(self._about)
        self.warn(str(self._refusal) if self._refusal else "")
        self.query_one("#reason" if self._reason and not self._why else "#pin").focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """From the reason to the PIN; there it is said."""
        why = self.query_one("#reason", Input).value.strip() if self._reason else ""
        if self._reason and len(why) < self._shortest:
            more = f", in {self._shortest} characters at least" if self._shortest > 1 else ""
            self.warn(f"Type the reason first{more}.")
            self.query_one("#reason").focus()
        elif event.input.id == "reason":
            self.warn("")
            self.query_one("#pin").focus()
        elif not event.value:
            self.warn("Type the PIN.")
        else:
            self.dismiss(Said(int(str(self.query_one("#who", Choice).value)), event.value, why))

    def on_choice_taken(self, event: Choice.Taken) -> None:
        """Enter on the name goes on."""
        self.focus_next()


class NewPin(NamedTuple):
    """A PIN, and the one before it where that had to be known."""

    pin: str
    old: str

    def __repr__(self) -> str:
        """Without either."""
        return "NewPin()"


class NewPinDialog(PimDialog[NewPin]):
    """The new PIN twice; ``old`` asks for the one before it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss_none", "Back")]

    def __init__(
        self, name: str, *, old: bool, called: Sequence[str] = (), refusal: PimError | None = None
    ) -> None:
        """``called`` are names of its owner, which it may not be made of."""
        super().__init__()
        self._name_of, self._old, self._called, self._refusal = name, old, tuple(called), refusal

    def compose(self) -> ComposeResult:
        """Whose, then the fields."""
        with Vertical(classes="panel"):
            yield Static(show(f"PIN of {self._name_of}   (Enter goes on, Esc leaves)"), classes="heading")
            if self._old:
                yield from labelled("PIN now", _secret("old"))
            yield from labelled("New PIN", _secret("pin"))
            yield from labelled("Once more", _secret("again"))
            told = "A PIN or a passphrase: 6 to 64 letters, figures or other signs, spaces between them."
            yield Static(show(told), classes="reading")
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """From the first field on."""
        self.pim.dress(self)
        self.warn(str(self._refusal) if self._refusal else "")
        self.query(Input).first().focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """From field to field; at the end both must be the same."""
        if event.input.id != "again":
            self.focus_next()
            return
        pin = self.query_one("#pin", Input).value
        if pin != event.value:
            self._anew("The two are not the same; type both again.")
            return
        try:
            read_pin(pin, self._called)
        except Invalid as error:
            self._anew(str(error))
        else:
            old = self.query_one("#old", Input).value if self._old else ""
            self.dismiss(NewPin(pin, old))

    def _anew(self, why: str) -> None:
        self.warn(why)
        for name in ("again", "pin"):
            self.query_one(f"#{name}", Input).value = ""
        self.query_one("#pin").focus()


def _secret(name: str) -> Input:
    return Input(compact=True, password=True, max_length=4 * LONGEST, id=name)
