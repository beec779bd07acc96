"""The clinic's own screens on terminals of several kinds: what is shown is what Textual has painted."""

from __future__ import annotations

import pytest

from pim_tui.tui.terminal.cells import Cells
from tests.tui.linestage import Clerk, counting
from tests.tui.lineterm import LineTerm, wanted

WALK = (
    ("down", "down", "right"), ("pagedown",), ("2",), ("full_stop",), ("3",), ("1",), ("a",), ("m", "a"),
    ("escape",),
    ("A",), ("tab", "x"), ("f1",), ("pagedown",), ("escape",), ("escape",), ("f3",), ("l", "i"), ("down",),
    ("enter",), ("right",), ("escape",), ("f4",), ("f6",), ("f2",),
)  # fmt: skip


class Watched:
    """A terminal that is sent what the app sends."""

    def __init__(self, clerk: Clerk) -> None:
        self.clerk, self._read = clerk, 0
        width, height = clerk.app.size
        self.term = LineTerm(clerk.app.profile, width, height)

    def faults(self) -> list[object]:
        """Cells of the terminal that do not look as what is painted now."""
        taken, app = self.clerk.line.taken, self.clerk.app
        self.term.take(taken[self._read :].decode())
        self._read = len(taken)
        cells = Cells(app.profile)
        painted = [cells.of(strip) for strip in app.screen._compositor.render_strips()]
        looks = self.term.looks()
        return [
            (x, y, looks[y][x], wanted(cell))
            for y, row in enumerate(painted)
            for x, cell in enumerate(row)
            if looks[y][x] != wanted(cell)
            and not (x + y == app.size.width + app.size.height - 2 and not app.profile.last_cell)
        ]


@pytest.mark.walk
@pytest.mark.parametrize("term", ["xterm-256color", "linux", "vt100", "screen"])
async def test_after_every_key_the_terminal_shows_what_is_painted(term: str) -> None:
    async with counting(term) as p:
        watched = Watched(p)
        for keys in WALK:
            await p.press(*keys)
            await p.quiet()
            assert watched.faults() == [], keys


async def test_whatever_happens_in_between_the_terminal_shows_what_is_painted() -> None:
    async with counting() as p:
        watched = Watched(p)
        assert watched.faults() == []
        for keys in WALK[:3]:
            await p.press(*keys)
            await p.quiet()
            assert watched.faults() == [], keys

        watched.term.resize(30, 100)
        await p.pilot.resize_terminal(100, 30)
        await p.quiet()
        assert watched.faults() == []

        watched.term.take("\x1b[5;5H\x1b[31mBroadcast message\x1b[3;9r\r\n\n\n")
        assert watched.faults() != [], "somebody else has written"
        before = p.line.count
        await p.press("ctrl+underscore")
        await p.quiet()
        assert watched.faults() == []
        assert p.line.taken[before:].startswith(p.app.profile.again.encode()), "and changed its modes"

        await p.press("a", *"jane")
        await p.quiet()
        watched.term.take("\x1b[5;5HBroadcast message")
        await p.press("ctrl+underscore")
        await p.quiet()
        assert watched.faults() == [], "also over a dialog in which somebody types"
        await p.press("escape")

        watched.term.resize(30, 60)
        watched.term.resize(30, 100)
        assert watched.faults() != [], "what was cut off is gone"
        await p.pilot.resize_terminal(100, 30)
        await p.quiet()
        assert watched.faults() == []

        before = p.line.count
        p.app.write_through("\x1b[5iPAPER\x1b[4i")
        await p.press("down")
        await p.quiet()
        p.app.write_through("\x07")
        sent = bytes(p.line.taken[before:])
        assert sent.startswith(b"\x1b[5iPAPER\x1b[4i"), "between two pictures, and in its order"
        assert sent.endswith(b"\x07")
