"""Calendars in the settings: whose, where, and where the password is; said by name where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.config import Settings, load
from pim_tui.errors import SettingsError


def settings(folder: Path, text: str) -> Settings:
    file = folder / "settings.toml"
    file.write_text(text, "utf-8")
    return load(file, {})


def test_calendars_are_read_by_name(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        '[caldav]\n"Dr Lee" = "https://lee@dav.example/lee/"\n"Dr Sato" = "http://localhost:5232/sato/"\n'
        '[caldav_passwords]\n"Dr Lee" = "env:LEE"\n',
    )
    assert list(found.caldav) == ["Dr Lee", "Dr Sato"]
    assert (found.caldav_days, found.caldav_details) == (60, "busy")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('caldav = "x"', "caldav must be a table of text"),
        ('[caldav]\na = "https://u:secret@dav.example/"', "without a password"),
        ('[caldav]\na = "http://dav.example/"', "must be addresses such as https"),
        ('[caldav]\na = "https://dav.example/x"\nb = "https://c@dav.example/x/"', "a calendar of their own"),
        (f'[caldav]\n"{"n" * 51}" = "https://dav.example/"', "staff names"),
        (
            '[caldav]\na = "https://u@dav.example/"',
            "caldav_passwords must say where the password of a is kept",
        ),
        ('[caldav_passwords]\nb = "env:X"', "caldav_passwords names b, who has no calendar in caldav"),
        ('[caldav_passwords]\nb = "secret"', "must be env:NAME, file:/path, credential:NAME or cmd:program"),
        ("caldav_days = 0", "must be from 1 to 730"),
        ('caldav_details = "all"', "must be one of busy, names"),
    ],
)
def test_what_is_wrong_is_said_and_no_secret_is(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as refused:
        settings(tmp_path, text)
    assert "secret" not in str(refused.value)
