"""The pages for people: README, what the program is and how it is set up; manual, how to work with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
MANUAL: Final = ROOT / "pim_tui" / "manual" / "MANUAL.md"
PAGES: Final = (ROOT / "README.md", MANUAL)


def words() -> str:
    """All pages, one after another."""
    return "\n".join(page.read_text("utf-8") for page in PAGES)


def blocks(kind: str) -> list[str]:
    """The code blocks whose first line says ``kind``."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", words(), re.DOTALL | re.MULTILINE)


def block(kind: str) -> str:
    """The one block of this kind."""
    (found,) = blocks(kind)
    return found


def astray() -> Iterator[str]:
    """The links of the pages to files or headings that there are not."""
    for page in PAGES:
        for link in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text("utf-8")):
            name, _, heading = link.partition("#")
            target = (page.parent / name).resolve() if name else page
            if not target.is_file() or (heading and heading not in _headings(target)):
                yield f"{page.name}: {link}"


def _headings(page: Path) -> set[str]:
    """What the headings of a page are called in links, as GitHub calls them."""
    found = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}
