"""The README's pictures, taken of the running app: ``python -m tests.readme.picture``.

The clinic is the demo's at a fixed moment, so that a picture only changes with its screen. Needs
``rsvg-convert`` and fonts for the names that are shown.
"""

from __future__ import annotations

import asyncio
import io
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from pim_tui.bootstrap import Clinic, desk, open_session
from pim_tui.config import Settings
from pim_tui.db.connection import open_book
from pim_tui.db.newfile import new_book
from pim_tui.domain.moments import resolve
from pim_tui.paths import Places
from pim_tui.services.demo import furnish
from pim_tui.tui.app import PimApp
from pim_tui.tui.desk import Desk

HERE = Path(__file__).parent
PICTURES: dict[str, tuple[str, ...]] = {
    "calendar.png": (),
    "till.png": (
        "f4", *"ban", "enter", "2", "asterisk", *"par", "enter", *"phy", "enter",
        "ctrl+g", *"jane doe", "enter",
    ),
}  # fmt: skip
"""Each with the keys that lead to it."""
SIZE = (100, 30)
SETTINGS = Settings(clinic_name="Riverside Clinic", country="IE", zone="Europe/Dublin", backup_warn_hours=0)
NOW = resolve(datetime(2026, 11, 27, 10, 20), SETTINGS.zone)
FONT = "DejaVu Sans Mono"
PALETTE = TerminalTheme(
    (24, 26, 31),
    (212, 216, 223),
    [(36, 39, 46), (214, 92, 92), (126, 176, 109), (222, 177, 92),
     (47, 92, 150), (156, 106, 178), (96, 178, 190), (200, 204, 212)],
    [(122, 128, 140), (228, 112, 112), (150, 200, 130), (235, 196, 120),
     (110, 160, 220), (186, 140, 206), (130, 205, 215), (250, 251, 253)],
)  # fmt: skip


@contextmanager
def demo(now: int = NOW) -> Iterator[Desk]:
    """The demo clinic, opened by its receptionist at that moment, UTC seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = str(folder / "clinic.db")
        new_book(file, lambda book: furnish(book, SETTINGS.zone, lambda: now, "robin", SETTINGS.country))
        book = open_book(file)
        session = replace(open_session(book, SETTINGS, "robin"), clock=lambda: now)
        made = desk(Clinic(book, session, SETTINGS, Places(folder, folder, folder)))
        try:
            yield made
        finally:
            made.drafts.close()
            book.close()


async def drawn(made: Desk, keys: Sequence[str]) -> str:
    """The screen that ``keys`` lead to, as SVG."""
    app = PimApp(made)
    async with app.run_test(size=SIZE) as pilot:
        for key in ("", *keys):
            await pilot.press(*filter(None, [key]))
            await app.turns.settled()
            await pilot.pause()
        console = Console(
            width=SIZE[0], height=SIZE[1], file=io.StringIO(), force_terminal=True, color_system="truecolor",
            record=True, legacy_windows=False, safe_box=False,
        )  # fmt: skip
        console.print(app.screen._compositor.render_update(full=True))
        return console.export_svg(title="", theme=PALETTE).replace("Fira Code, monospace", FONT)


def main() -> None:
    """Draw the screens and write the pictures."""
    for name, keys in PICTURES.items():
        with demo() as made:
            _write(asyncio.run(drawn(made, keys)), HERE / name)


def _write(svg: str, picture: Path) -> None:
    large = subprocess.run(["rsvg-convert"], input=svg.encode(), stdout=subprocess.PIPE, check=True).stdout
    window = Image.open(io.BytesIO(large)).convert("RGB")
    screen = window.crop((4, 37, window.width - 4, window.height - 4))
    screen.quantize(160, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(picture, optimize=True)


if __name__ == "__main__":
    main()
