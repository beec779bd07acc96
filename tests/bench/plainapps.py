"""Textual as it comes, for baselines: ``plainapps.py table|input|tabs|static``, through its own driver."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Input, Static, TabbedContent, TabPane

ROWS = 1000
NAMES = ("Okafor", "Lindqvist", "Marchetti", "Yamamoto", "Novak", "Fernandez", "Osei", "Petrov")


class Table(App[None]):
    """A thousand rows of what a list of visits has."""

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table: DataTable[str] = self.query_one(DataTable)
        table.add_columns("time", "customer", "type", "with", "state")
        for n in range(ROWS):
            name = f"{NAMES[n % 8]}, {NAMES[n // 8 % 8]}"
            table.add_row(f"{8 + n % 10}:{n % 4 * 15:02}", name, "Follow-up", "Dr Lee", f"ready {n}")


class Field(App[None]):
    """One field."""

    def compose(self) -> ComposeResult:
        yield Input(placeholder="ready")


class Tabs(App[None]):
    """Tabs with a screenful of text each."""

    def compose(self) -> ComposeResult:
        with TabbedContent():
            for name in NAMES:
                with TabPane(name):
                    yield Static("\n".join(f"{line} ready, {name} {line * 37 % 89}" for line in range(18)))


class Bare(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        yield Static("ready")


KINDS: dict[str, type[App[None]]] = {"table": Table, "input": Field, "tabs": Tabs, "static": Bare}

if __name__ == "__main__":
    KINDS[sys.argv[1]]().run()
