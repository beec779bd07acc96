"""Paper without the fonts of the machine the tests happen to run on."""

from __future__ import annotations

import pytest

from pim_tui.documents.fonts import Fonts, SystemFonts


@pytest.fixture(scope="session")
def roboto() -> Fonts:
    """Roboto and nothing else."""
    return Fonts(SystemFonts(()))
