"""A text on a screen of its own, which its keys scroll."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from textual.app import ComposeResult

from ..base import PimScreen
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.textview import TextView

NARROWEST = 60


class TextScreen(PimScreen):
    """Asks for the text when it is opened and whenever its width is another; says which lines are shown."""

    CSS_PATH = sheet("textscreen")

    def __init__(self) -> None:
        super().__init__()
        self._title, self._width = "", 0

    @abstractmethod
    async def read(self, width: int) -> None:
        """Show the text in lines of so many cells."""

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

    def show_text(self, title: str, lines: Sequence[str]) -> None:
        """Show these lines; ``title`` is said above them."""
        self._title = title
        self.view.show(lines)

    def on_resize(self) -> None:
        """The text is set for the width there is."""
        width = max(NARROWEST, self.size.width - 2)
        if width != self._width:
            self._width = width
            self.load(self.read, width)

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
