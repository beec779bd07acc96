"""A paper as text, to look at before it is printed."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult

from ...services.printing import Stationery, preview
from ...services.wanted import Wanted
from ..base import PimScreen
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.textview import TextView

NARROWEST = 60


class PreviewScreen(PimScreen):
    """Scrolls through the paper; P prints it, Esc goes back."""

    scope = "preview"
    CSS_PATH = sheet("preview")

    def __init__(self, wanted: Wanted, paper: Stationery, send: Callable[[], None]) -> None:
        """``send`` prints it, to where the menu said."""
        super().__init__()
        self._wanted, self._paper, self._send = wanted, paper, send
        self._title, self._width = "", 0

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield TextView()
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """The text has the keys."""
        self.pim.dress(self)
        self.view.focus()

    @property
    def view(self) -> TextView:
        """The text."""
        return self.query_one(TextView)

    def on_resize(self) -> None:
        """The text is set for the width there is."""
        width = max(NARROWEST, self.size.width - 2)
        if width != self._width:
            self._width = width
            self.load(self._read, width)

    async def _read(self, width: int) -> None:
        session = self.pim.desk.session
        found = await self.fetch(preview, session, self._wanted, self._paper, width, self.pim.ascii_only)
        self._title = found.title
        self.view.show(found.lines)

    def on_text_view_moved(self, event: TextView.Moved) -> None:
        """Tell where one is."""
        where = f"lines {event.first}-{event.last} of {event.total}"
        self.query_one(TitleBar).show(f"{self._title} · {where}")

    # --- keys -------------------------------------------------------------------------------------

    def action_up(self) -> None:
        """A line up."""
        self.view.scroll_lines(-1)

    def action_down(self) -> None:
        """A line down."""
        self.view.scroll_lines(1)

    def action_page_up(self) -> None:
        """A screenful up."""
        self.view.scroll_lines(-self.view.page)

    def action_page_down(self) -> None:
        """A screenful down."""
        self.view.scroll_lines(self.view.page)

    def action_top(self) -> None:
        """To the first line."""
        self.view.to_end(last=False)

    def action_bottom(self) -> None:
        """To the last line."""
        self.view.to_end(last=True)

    def action_print(self) -> None:
        """Print what is seen, and go back."""
        self.app.pop_screen()
        self._send()

    def action_back(self) -> None:
        """Back without printing."""
        self.app.pop_screen()
