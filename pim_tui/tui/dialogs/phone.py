"""A code that a telephone's camera reads, to take one picture with it; it waits for the picture."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from ...domain.moments import clock
from ...integrations.qr import squares
from ...queries.uploads import UploadRow, upload
from ...services.uploads import (
    FETCHED,
    MINUTES,
    ClosePage,
    OpenPage,
    close_upload,
    digest_of,
    new_secret,
    open_upload,
)
from ...services.work import Done
from ..base import PimDialog
from ..messages import Changed
from ..requests import new_request
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.qrcode import QrCode


class PhonePicture(PimDialog[str]):
    """The code over the whole screen, for three minutes; Esc closes the page. Returns when a picture came."""

    CSS_PATH = sheet("contact")
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "withdraw", "Back")]
    CAME = "came"

    def __init__(self) -> None:
        super().__init__()
        self._secret = new_secret()
        self._page: int | None = None
        self._left = False

    @property
    def link(self) -> str:
        """What the telephone opens."""
        return f"{self.pim.desk.settings.upload_url.rstrip('/')}/{self._secret}"

    def compose(self) -> ComposeResult:
        """The code, the address for terminals that cannot show it, and one line."""
        yield QrCode(squares(self.link))
        yield Static(show(f" {self.link}"), id="address")
        yield Static(show(" One moment…"), classes="told")

    def on_mount(self) -> None:
        """Open the page, then let it be seen."""
        self.pim.dress(self)
        self._let_see(seen=False)
        command = OpenPage(digest_of(self._secret), new_request())
        self.pim.submit(open_upload, command, self._opened, self._refused)

    def _opened(self, done: Done) -> None:
        (self._page,) = done.ids
        if self._left:
            self._close()
            return
        ends = clock(self.pim.now + MINUTES * 60, self.pim.desk.session.zone)
        self._say(f"Read it with a telephone: one picture, until {ends}   (Esc closes the page)")
        self._let_see(seen=True)
        self.set_timer(MINUTES * 60 + 1, self._over)

    def _refused(self, error: Exception) -> None:
        self._say(f"{error}   (Esc leaves)")

    def _over(self) -> None:
        """Its time has come, if nothing else has."""
        self._page = None
        self._let_see(seen=False)
        self._say("The three minutes are over, and no picture came.   (Esc leaves)")

    def _let_see(self, *, seen: bool) -> None:
        for part in (QrCode, "#address"):
            self.query(part).set(display=seen)

    def _say(self, text: str) -> None:
        self.query_one(".told", Static).update(show(f" {text}"))

    # --- what comes of it -------------------------------------------------------------------------

    def on_changed(self, event: Changed) -> None:
        """Somebody closed the page: perhaps with a picture."""
        if event.kind in ("", "upload") and self._page is not None:
            self.reload(self._look, self._page, group="page")

    async def _look(self, page: int) -> None:
        row: UploadRow | None = await self.fetch(upload, page)
        if row is not None and row.used_at is not None and self.is_attached:
            self._page = None
            self.dismiss(self.CAME if row.came_of else FETCHED)

    def action_withdraw(self) -> None:
        """Leave; nothing comes by that page any more."""
        self._left = True
        if self._page is not None:
            self._close()
        self.dismiss(None)

    def _close(self) -> None:
        assert self._page is not None
        # A picture that was faster is in the inbox: there is nothing to tell.
        self.pim.submit(close_upload, ClosePage(self._page, new_request()), None, lambda _: None)
