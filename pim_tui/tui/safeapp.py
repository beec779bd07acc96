"""The application below the clinic's own: what any program that shows patients' text must hold to.

Nothing typed or imported can command the terminal or the program; nobody gets at the host's files or
programs through the screen; the process never outlives its terminal; a crash tells no names.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar

from rich.console import RenderableType
from rich.text import Text
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.events import Resize
from textual.filter import LineFilter
from textual.geometry import Offset
from textual.notifications import SeverityLevel
from textual.screen import Screen

from ..config import Settings
from ..domain.text import visible
from ..errors import Refused
from . import crashes, keyboard, sortorder, textsafe
from .keycaps import caps_of
from .lifeline import HELD, STALL, Lifeline, require_terminal
from .lineend import line_end
from .parsedsheets import ParsedSheets
from .terminal import profile as profiles
from .terminal.driver import CellDriver
from .terminal.profile import Profile

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.widget import Widget
    from textual.widgets import Input

Answer = TypeVar("Answer")


class SafeApp(App[Answer], Generic[Answer], inherit_bindings=False):
    """A Textual app with the terminal and text guards in place.

    Override `save_drafts`. Textual's own keys (``ctrl+q``), palette commands, screenshots, file
    delivery, browser and suspension are off.
    """

    ENABLE_COMMAND_PALETTE = False
    COMMANDS: ClassVar[set[Any]] = set()
    sends_clipboard = True
    """Whether what is copied is sent to the terminal as well."""

    def __init__(
        self, *, crash_folder: Path, stall: float = STALL, profile: Profile | None = None, **options: Any
    ) -> None:
        """``crash_folder`` receives crash reports; ``stall`` is in seconds, see `Lifeline`; ``profile`` is
        the terminal's, if it is not to be told by the environment alone."""
        self.profile = profile or profiles.of(Settings())
        line = line_end()
        self.caps = caps_of(self.profile.name, flow=line.flow)
        put_guards_on()
        keyboard.install(self.caps, line)
        sortorder.install()
        for name in ("_display", "_begin_update", "_end_update", "_register", "_unnotify"):
            textsafe.private(App, name)
        super().__init__(driver_class=CellDriver, **options)
        self.stylesheet = ParsedSheets(variables=textsafe.private(self.stylesheet, "_variables"))
        self.animation_level = "none"
        self._crash_folder = crash_folder
        self._stall = max(stall, HELD) if line.flow else stall
        self._lifeline: Lifeline | None = None
        self._keys_begun = 0

    def save_drafts(self) -> None:
        """Write every draft now. Called from any thread, with the screen possibly stuck: wait for
        nothing it may hold (`DraftStore.save_now` does not)."""

    def leaving(self) -> None:
        """The program is about to leave: end what the screens wait for and will not come."""

    def serve(self) -> int:
        """Run on the terminal and answer the exit code. Raises UsageError without a terminal."""
        require_terminal()
        crashes.silence(self._crash_folder)
        self._lifeline = Lifeline(
            self.save_drafts,
            self._leave,
            stall=self._stall,
            restore=self.profile.leave.encode(),
            waits=lambda: isinstance(self._driver, CellDriver) and self._driver.waiting,
        )
        try:
            self.run(mouse=self.profile.mouse)
        finally:
            # The last keys may have come to their drafts while the screen was leaving.
            self.save_drafts()
            self._lifeline.stop()
        return self.return_code or 0

    def on_load(self) -> None:
        """Guard the process from before the terminal is switched to full screen."""
        if self._lifeline is not None:
            self._lifeline.start(asyncio.get_running_loop())

    def on_mount(self) -> None:
        """Textual's driver has just taken the signals to stop and go on; a kiosk has no shell to stop to."""
        if self._lifeline is not None:
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)
            self._lifeline.keep_through_stops(self.show_anew)

    # --- pictures ---------------------------------------------------------------------------------

    @property
    def _caret(self) -> Offset | None:
        """Where the terminal's cursor belongs: in the field that is typed into, and else nowhere."""
        place = getattr(self.focused, "cursor_screen_offset", None)
        return None if place is None else self.screen.outer_size.clamp_offset(place)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """None before our driver: it knows which colours the terminal has and must be told of all."""
        return () if isinstance(self._driver, CellDriver) else super().get_line_filters()

    def _set_pointer_shape(self, shape: str) -> None:
        """No pointer, no shape of it."""
        if self.profile.mouse:
            super()._set_pointer_shape(shape)

    def hold_picture(self) -> None:
        """What a key changes is about to be drawn."""
        if isinstance(self._driver, CellDriver):
            self._keys_begun += 1
            self._driver.hold()

    def show_picture(self) -> None:
        """All of it is under way: show it when Textual has drawn it."""
        driver, key = self._driver, self._keys_begun
        if isinstance(driver, CellDriver):
            self.screen.call_after_refresh(lambda: driver.let_go(all_of_it=key == self._keys_begun))

    def show_anew(self) -> None:
        """Somebody else had the terminal: take it again, and send the whole picture."""
        if isinstance(self._driver, CellDriver):
            self._driver.take_again()

    def on_resize(self, event: Resize) -> None:
        """The window has another size, or had one for a moment."""
        if isinstance(self._driver, CellDriver):
            self._driver.resized(*event.size)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Hand the driver what was painted, not what Textual would write for it."""
        driver = self._driver
        if not isinstance(driver, CellDriver) or not isinstance(renderable, CompositorUpdate):
            super()._display(screen, renderable)
            return
        if self._batch_count or not self._running or self._closed:
            return
        try:
            driver.paint(renderable, self._caret)
        except Exception as error:
            self._handle_exception(error)
        self.post_display_hook()

    def _leave(self, return_code: int) -> None:
        self.exit(return_code=return_code)

    def _register(self, parent: DOMNode, *widgets: Widget, **options: Any) -> list[Widget]:
        """Nothing comes on a screen that blinks."""
        _hold_cursors_still()
        return super()._register(parent, *widgets, **options)

    # --- text -------------------------------------------------------------------------------------

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a notice. ``message`` is plain text whatever ``markup`` says."""
        super().notify(
            visible(message), title=visible(title), severity=severity, timeout=timeout, markup=False
        )

    def exit(
        self, result: Answer | None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """Leave; a ``message`` given as text is printed literally."""
        self.leaving()
        if isinstance(message, str):
            message = Text(visible(message))
        super().exit(result, return_code, message)

    def copy_to_clipboard(self, text: str) -> None:
        """Keep ``text`` for pasting here and send it to the terminal's clipboard, without what a paste could
        do elsewhere. :meth:`told_of_clipboard` is told what was done: no terminal says whether it took it.
        """
        self._clipboard = visible(text)
        self._copying = asyncio.create_task(self._send_to_clipboard(self._clipboard))

    async def _send_to_clipboard(self, text: str) -> None:
        if not self.sends_clipboard:
            self.told_of_clipboard("Kept for pasting here: the setting clipboard is off.")
            return
        from ..integrations import clipboard

        through = clipboard.way()
        try:
            taken = through is clipboard.Way.TMUX and await asyncio.to_thread(clipboard.load_tmux, text)
            if not taken and self._driver is not None:
                self._driver.write(clipboard.sequence(text, through))
        except Refused as refused:
            self.told_of_clipboard(str(refused))
        else:
            self.told_of_clipboard("Sent to your terminal's clipboard.")

    def told_of_clipboard(self, says: str) -> None:
        """What became of a text that was to be copied."""
        self.notify(says, timeout=4)

    async def on_event(self, event: events.Event) -> None:
        """Cut a paste to what the focused field still takes; Textual would refuse all of it."""
        if isinstance(event, events.Paste):
            from textual.widgets import Input

            if isinstance(self.focused, Input):
                event.text = _fitting(event.text, self.focused)
        await super().on_event(event)

    # --- the host ---------------------------------------------------------------------------------

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Show the address. A text browser started on this terminal would offer a shell."""
        self.notify(url, title="Address")

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Refused: it would write the record on the screen to a path of anyone's choice."""
        self._refuse_file()

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """Refused, as `action_screenshot`."""
        self._refuse_file()
        return None

    def save_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str:
        """Refused, as `action_screenshot`."""
        self._refuse_file()
        return ""

    def deliver_text(self, *args: Any, **options: Any) -> str | None:
        """Refused: files leave the program by its own exports only."""
        self._refuse_file()
        return None

    def deliver_binary(self, *args: Any, **options: Any) -> str | None:
        """Refused, as `deliver_text`."""
        self._refuse_file()
        return None

    def action_suspend_process(self) -> None:
        """Nothing: there is no shell to go back to."""

    def _refuse_file(self) -> None:
        self.notify("The screen is not written to files here. Use print or export.", severity="warning")

    # --- crashes ----------------------------------------------------------------------------------

    def _handle_exception(self, error: Exception) -> None:
        """Every uncaught error ends here: keep a report without a name in it, and leave."""
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._crashed(crashes.advice(crashes.keep(error, self._crash_folder, time.time())))

    def panic(self, *renderables: RenderableType) -> None:
        """Textual gives up with something to print; it may hold values, so it is not printed."""
        from rich.traceback import Traceback

        traces = [item.trace for item in renderables if isinstance(item, Traceback)]
        lines = [
            line
            for trace in traces
            for stack in trace.stacks
            for line in (stack.exc_type, *(f"  {f.filename}:{f.lineno} {f.name}" for f in stack.frames))
        ]
        self._crashed(crashes.advice(crashes.keep_lines(lines, self._crash_folder, time.time())))

    def _fatal_error(self) -> None:
        self._crashed(crashes.advice(None))

    def _crashed(self, line: str) -> None:
        """Leave with one line: the first; what fails while leaving is a consequence."""
        self.save_drafts()
        self.leaving()
        self._return_code = crashes.EXIT_CODE
        if not self._exit_renderables:
            self._exit_renderables.append(Text(visible(line), overflow="fold"))
        self._close_messages_no_wait()


@cache
def put_guards_on() -> None:
    """The guards of text, once per process. Raises TextualChanged when they cannot hold."""
    textsafe.install()


def _hold_cursors_still() -> None:
    """No blinking cursor anywhere: the blink keeps sshd from ever noticing a dead client.

    Fields are loaded with the first screen that has one. Those of several lines hold theirs still themselves
    (`widgets.prose`).
    """
    if _FIELD in sys.modules:
        blink = sys.modules[_FIELD].Input.cursor_blink
        textsafe.private(blink, "_default")
        blink._default = False


_FIELD: Final = "textual.widgets._input"


def _fitting(text: str, field: Input) -> str:
    """As much of ``text`` as ``field`` still takes in place of its selection: what is pasted in several lines
    becomes one, and nothing of it is lost unseen."""
    lines = text.splitlines()
    line = " ".join(filter(None, map(str.strip, lines))) if len(lines) > 1 else "".join(lines)
    if not field.max_length:
        return line
    start, end = sorted(field.selection)
    return line[: max(0, field.max_length - len(field.value) + end - start)]
