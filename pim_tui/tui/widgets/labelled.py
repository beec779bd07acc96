"""A field of a form with its name before it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static

from ..textsafe import show


def labelled(label: str, field: Widget, classes: str = "label") -> ComposeResult:
    """A row of a dialog: the name, of these classes, and the field, which has the room that is left."""
    with Horizontal(classes="row"):
        yield Static(show(label), classes=classes)
        yield field
