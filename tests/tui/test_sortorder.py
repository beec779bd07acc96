"""A new widget changes no class: what Python has learnt of them stays."""

from __future__ import annotations

from textual.widget import Widget
from textual.widgets import Static

from pim_tui.tui import sortorder


def test_widgets_are_counted_beside_their_class() -> None:
    sortorder.install()
    sortorder.install()
    written = vars(Widget)["_sort_order"]
    first, second = Static(), Static()
    assert second.sort_order == first.sort_order + 1
    assert Widget._sort_order == second.sort_order
    assert vars(Widget)["_sort_order"] == written
