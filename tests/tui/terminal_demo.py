"""A small program for the terminal tests: ``terminal_demo.py MODE FOLDER``.

form    one field wired to the draft store, on `SafeApp`
busy    the same, painting all the time
crash   the same; typing ! raises with a patient's name in the message and in a local
reach   a link made of hostile text; typing c copies hostile text
hostile `SafeApp` with hostile text in many sinks
bare, leak  Textual as it comes, with one field or one hostile Static: the controls
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Button, DataTable, Header, Input, Label, OptionList, Static

from pim_tui.db.drafts import DraftStore
from pim_tui.domain import links
from pim_tui.errors import UsageError
from pim_tui.tui.safeapp import SafeApp
from pim_tui.tui.textsafe import cell, show
from pim_tui.tui.widgets.linkline import LinkLine

HOSTILE = "A\x1b]0;owned\x07B\x1b]52;c;b3duZWQ=\x07C\x1b[2JD\x9b2JE\u202eF\x00G[@click=app.quit]H[/]I[/foo]J"
JOIN = "https://meet.example.org/Harbour"
SECRET = "Mrs. Jane Doe"


class Form(SafeApp[None]):
    """One field; every change goes to the drafts."""

    def __init__(self, folder: Path) -> None:
        super().__init__(crash_folder=folder / "crashes", stall=float(os.environ.get("STALL", "1.5")))
        self.drafts = DraftStore(folder / "drafts.db", clock=lambda: int(time.time()))

    def save_drafts(self) -> None:
        self.drafts.save_now()

    def compose(self) -> ComposeResult:
        left = self.drafts.latest(1)
        yield Label(show(f"draft: {left[0].fields['name']}" if left else "no draft"))
        yield Input(max_length=20, id="name")
        yield Label("ready", id="echo")

    def on_input_changed(self, event: Input.Changed) -> None:
        self.keep(event.value)
        self.query_one("#echo", Label).update(show(f"<{event.value}>"))

    def keep(self, text: str) -> None:
        self.drafts.put(1, "customer", "new", 0, {"name": text})


class Late(Form):
    """Paints first and keeps some messages later, as on a busy machine."""

    def keep(self, text: str) -> None:
        self.call_later(self.call_later, super().keep, text)


class Busy(Form):
    """Paints without end, so that a terminal which stops reading fills up."""

    def on_mount(self) -> None:
        self.set_interval(0.01, self.paint)

    def paint(self) -> None:
        self.count = getattr(self, "count", 0) + 1
        self.query_one("#echo", Label).update(show(f"frame {self.count} {self.letters()}"))
        if "BEAT" in os.environ:
            os.write(int(os.environ["BEAT"]), b".")

    def letters(self) -> str:
        """A screenful, each letter another one than in the picture before."""
        return "".join(chr(97 + (self.count + 7 * at) % 26) for at in range(1400))


class Crash(Form):
    """Dies with a name in its hands."""

    def on_input_changed(self, event: Input.Changed) -> None:
        super().on_input_changed(event)
        if event.value.endswith("!"):
            patient = SECRET
            self.notify(patient)
            raise ValueError(f"cannot book {patient}")


class Reach(SafeApp[None]):
    """A link, and a text for the clipboard."""

    CSS = "LinkLine, Label { height: auto; }"

    def compose(self) -> ComposeResult:
        yield LinkLine(opens=True)
        yield Label("ready")

    def on_mount(self) -> None:
        self.query_one(LinkLine).show(JOIN, links.meeting(JOIN + HOSTILE))

    def on_key(self, event: events.Key) -> None:
        if event.key == "c":
            self.copy_to_clipboard(HOSTILE)
        else:
            self.exit()


class Hostile(SafeApp[None]):
    """Hostile text in the usual sinks."""

    TOOLTIP_DELAY = 0.01
    CSS = "Input { border: round; } Input, Label, Button, Static { height: auto; }"

    def compose(self) -> ComposeResult:
        yield Header()
        yield Static(show(HOSTILE))
        yield Label(show(HOSTILE))
        yield DataTable(show_header=True)
        yield OptionList(show(HOSTILE))
        button = Button(show(HOSTILE))
        button.tooltip = show(HOSTILE)
        yield button
        yield Input(value=HOSTILE, placeholder=HOSTILE)
        yield Static(HOSTILE.replace("[/foo]", ""), markup=False)  # forgotten: only the belt holds it

    def on_mount(self) -> None:
        self.title = self.sub_title = HOSTILE
        table: DataTable[object] = self.query_one(DataTable)
        table.add_column(cell(HOSTILE))
        table.add_row(cell(HOSTILE))
        self.query_one(Input).border_title = show(HOSTILE)
        self.notify(HOSTILE, title=HOSTILE, timeout=60)
        self.call_after_refresh(self.call_later, self.query_one(OptionList).focus)

    def on_key(self) -> None:
        self.exit(message=f"bye {HOSTILE}")


class Bare(App[None]):
    """Textual as it comes."""

    def compose(self) -> ComposeResult:
        yield Input(id="name")
        yield Label("ready", id="echo")

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#echo", Label).update(f"<{event.value}>")


class Leak(App[None]):
    """The careless way: hostile text as a plain string."""

    def compose(self) -> ComposeResult:
        yield Static(HOSTILE, markup=False)
        yield Label("ready")


SAFE = {"form": Form, "late": Late, "busy": Busy, "crash": Crash}
BARE = {"hostile": Hostile, "reach": Reach}


def main() -> int:
    mode, folder = sys.argv[1], Path(sys.argv[2])
    if mode in ("bare", "leak"):
        app = Bare() if mode == "bare" else Leak()
        app.run()
        return app.return_code or 0
    safe = BARE[mode](crash_folder=folder) if mode in BARE else SAFE[mode](folder)
    try:
        return safe.serve()
    except UsageError as error:
        print(error, file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
