"""A call: the number in large type, the link for a telephone program, and how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...domain import links
from ...domain.contact import Number, Outcome
from ..base import PimDialog
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.bigtype import BigType
from ..widgets.linkline import LinkLine
from .links import show_code

KEYS = {
    "r": Outcome.REACHED, "n": Outcome.NO_ANSWER, "m": Outcome.MESSAGE, "w": Outcome.WRONG, "b": Outcome.BACK,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Called:
    """Which number was dialled, and how it went."""

    number: str
    outcome: Outcome


class CallDialog(PimDialog[Called]):
    """Up and Down choose another number, a letter says how the call went."""

    CSS_PATH = sheet("contact")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("up", "step(-1)", "Before"),
        ("down", "step(1)", "Next"),
        ("y", "copy", "Copy"),
        ("q", "code", "Code"),
        *((letter, f"went('{letter}')", str(outcome)) for letter, outcome in KEYS.items()),
    ]

    def __init__(self, title: str, numbers: Sequence[Number], warning: str = "") -> None:
        """``numbers``, at least one; ``warning`` is what is to be known before dialling."""
        super().__init__()
        self._title, self._numbers, self._warning = title, numbers, warning
        self._at = 0

    def compose(self) -> ComposeResult:
        """Who, the number, its link, the keys."""
        outcomes = " · ".join(f"{letter} {outcome}" for letter, outcome in KEYS.items())
        with Vertical(classes="panel"):
            yield Static("", classes="heading")
            yield Static(show(self._warning), classes="warning")
            yield BigType(self._numbers[0].number)
            yield LinkLine(opens=self.pim.opens_links)
            yield Static(show(outcomes))
            yield Static(show(self._keys()), classes="reading")

    def _keys(self) -> str:
        more = "Up and Down: another number · " if len(self._numbers) > 1 else ""
        return f"{more}y copies it · q shows its QR code · Esc leaves"

    def on_mount(self) -> None:
        """The first number."""
        self.pim.dress(self)
        self.query_one(".warning").display = bool(self._warning)
        self._show()

    @property
    def _number(self) -> Number:
        return self._numbers[self._at]

    def _show(self) -> None:
        place = f" · {self._at + 1} of {len(self._numbers)}" if len(self._numbers) > 1 else ""
        self.query_one(".heading", Static).update(show(f"{self._title} · {self._number.told}{place}"))
        self.query_one(BigType).show(self._number.number)
        link = links.tel(self._number.e164)
        self.query_one(LinkLine).show(link or "It is not clear how this is dialled from elsewhere.", link)

    def action_step(self, step: int) -> None:
        """Another number."""
        self._at = (self._at + step) % len(self._numbers)
        self._show()

    def action_copy(self) -> None:
        """Send the number to the terminal's clipboard."""
        self.pim.copy_to_clipboard(self._number.e164 or self._number.number)

    def action_code(self) -> None:
        """Show it as a code for a telephone's camera; in capitals it is a small one."""
        if link := links.tel(self._number.e164):
            show_code(self.pim, self._number.told, link.upper())

    def action_went(self, letter: str) -> None:
        """Return how it went."""
        self.dismiss(Called(self._number.e164 or self._number.number, KEYS[letter]))
