"""A link that is opened by the terminal, copied, read, or taken from the screen by a telephone's camera."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ..base import PimDialog
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.linkline import LinkLine
from ..widgets.qrcode import QrCode, Squares

if TYPE_CHECKING:
    from ..app import PimApp

START = "start"
"""The answer that a video visit is to be started."""


class LinkDialog(PimDialog[str]):
    """y copies it, q shows its code; ``start`` is returned where a video visit can be started from here."""

    CSS_PATH = sheet("contact")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,enter", "dismiss_none", "Back"),
        ("y", "copy", "Copy"),
        ("q", "code", "Code"),
        ("s", "start", "Start"),
    ]

    def __init__(self, title: str, told: str, link: str, code: str = "", *, starts: bool = False) -> None:
        """``link`` is as the domain makes it; ``code`` is what the code holds, the link where it is empty."""
        super().__init__()
        self._title, self._told, self._link, self._starts = title, told, link, starts
        self._code = code or link

    def compose(self) -> ComposeResult:
        """What it is, the address, the keys."""
        keys = "y copies it · q shows its QR code · Esc leaves"
        with Vertical(classes="panel"):
            yield Static(show(self._title), classes="heading")
            yield LinkLine(opens=self.pim.opens_links)
            yield Static(show(self._told), classes="reading")
            yield Static(show(f"s starts it as host · {keys}" if self._starts else keys))

    def on_mount(self) -> None:
        """Show the address."""
        self.pim.dress(self)
        self.query_one(".reading").display = bool(self._told)
        self.query_one(LinkLine).show(self._link, self._link)

    def action_copy(self) -> None:
        """Send it to the terminal's clipboard."""
        self.pim.copy_to_clipboard(self._link)

    def action_code(self) -> None:
        """Show it as a code."""
        show_code(self.pim, self._title, self._code)

    def action_start(self) -> None:
        """Return that it is to be started."""
        if self._starts:
            self.dismiss(START)


class QrDialog(PimDialog[None]):
    """A code over the whole screen, for 24 lines are just enough; any of its keys leaves it."""

    CSS_PATH = sheet("contact")
    BINDINGS: ClassVar[list[BindingType]] = [("escape,enter,q,space", "dismiss_none", "Back")]

    def __init__(self, title: str, squares: Squares) -> None:
        super().__init__()
        self._title, self._squares = title, squares

    def compose(self) -> ComposeResult:
        """The code, and one line."""
        yield QrCode(self._squares)
        yield Static(show(f" {self._title}   (Esc leaves)"))

    def on_mount(self) -> None:
        """Draw it as this terminal can."""
        self.pim.dress(self)


def show_code(pim: PimApp, title: str, text: str) -> None:
    """Put the code of ``text`` on the screen."""
    from ...integrations.qr import squares

    pim.push_screen(QrDialog(title, squares(text)))
