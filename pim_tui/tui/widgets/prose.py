"""A field of several lines. Textual's is slow to load, so it is known here alone."""

from __future__ import annotations

from textual.reactive import Reactive, reactive
from textual.widgets import TextArea


class Prose(TextArea):
    """Textual's own, with a cursor that never blinks (see `safeapp`)."""

    cursor_blink: Reactive[bool] = reactive(False, init=False)
