"""Where this program keeps its files on each platform."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of one user: settings, the clinic's data, and state such as drafts and crash notes."""

    config: Path
    data: Path
    state: Path
    person: str = ""
    """The folder in inbox and outbox of one of several who work in the same account."""

    def of(self, staff_id: int) -> Places:
        """The same, with an inbox and an outbox that are this person's alone."""
        return replace(self, person=f"staff-{staff_id}")

    @property
    def settings_file(self) -> Path:
        """The TOML file with the clinic's settings."""
        return self.config / "pim_tui.toml"

    @property
    def database_file(self) -> Path:
        """The clinic's book, unless ``PIM_DATABASE`` names another."""
        return self.data / "clinic.db"

    @property
    def drafts_file(self) -> Path:
        """What was typed and not saved."""
        return self.state / "drafts.db"

    @property
    def outbox(self) -> Path:
        """Files made for the person who works here: sheets and exports."""
        return self.data / "outbox" / self.person

    @property
    def inbox(self) -> Path:
        """Files for this person to take in: scans, photos, exports of other programs."""
        return self.data / "inbox" / self.person

    @property
    def crash_folder(self) -> Path:
        """Notes about crashes: code locations, never values."""
        return self.state / "crashes"


def import_folders() -> list[str]:
    """What this process imports from, by whole paths: for another one under ``python -I``, which by itself
    knows neither what is installed for one user nor what PYTHONPATH names.

    The folder of the script, or the one that Python was started in, is not among them, where the program is
    not there itself.
    """
    home = os.path.dirname(os.path.dirname(__file__))
    found = [folder for folder in sys.path[not sys.flags.safe_path :] if os.path.isabs(folder)]
    return found if home in found else [home, *found]


def places() -> Places:
    """The platform's own places; ``PIM_HOME`` puts everything below one folder instead."""
    home = os.environ.get("PIM_HOME")
    if home:
        root = Path(home).expanduser()
        return Places(root / "config", root / "data", root / "state")
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("pim_tui", appauthor=False)
    return Places(dirs.user_config_path, dirs.user_data_path, dirs.user_state_path)


def private_folder(folder: Path) -> Path:
    """Make ``folder`` and what is missing above it, readable by their owner alone; return it."""
    for one in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        one.mkdir(mode=0o700, exist_ok=True)
    return folder
