"""What the settings set up of text messages, and what they are told is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.bootstrap import Clinic
from pim_tui.cli.outside import chores, couriers
from pim_tui.config import Settings, load
from pim_tui.domain.delivery import Trouble, Undelivered
from pim_tui.errors import SettingsError
from pim_tui.paths import Places
from pim_tui.queries.delivery import Taken
from pim_tui.services.couriers import NotSetUp
from pim_tui.services.sms_courier import BySms
from pim_tui.services.work import Work
from tests.services.clinic import practice

SET_UP = {
    "twilio": {"sms_from": "+15005550006", "sms_account": "AC1", "sms_secret": "env:WORD"},
    "vonage": {"sms_from": "Clinic", "sms_key": "abcd", "sms_secret": "env:WORD"},
    "gateway": {"sms_url": "https://sms.example/send", "sms_fields": {"to": "{to}", "text": "{text}"}},
    "gammu": {"sms_folder": "/var/spool/gammu"},
}


def settings(tmp_path: Path, **values: object) -> Settings:
    """The settings as they are read from a file."""
    file = tmp_path / "settings.toml"
    lines = []
    for name, value in values.items():
        table = isinstance(value, dict)
        told = ", ".join(f'{key} = "{text}"' for key, text in value.items()) if table else ""  # type: ignore[attr-defined]
        lines.append(f"{name} = {{ {told} }}" if table else f'{name} = "{value}"')
    file.write_text("\n".join(lines), "utf-8")
    return load(file, {})


@pytest.mark.parametrize("service", SET_UP)
def test_each_service_is_set_up_by_what_it_needs(tmp_path: Path, service: str) -> None:
    found = settings(tmp_path, sms_service=service, **SET_UP[service])
    made = practice(tmp_path)
    clinic = Clinic(made.store, made.session, found, Places(tmp_path, tmp_path, tmp_path))
    courier = couriers(clinic)["sms"]
    assert isinstance(courier, BySms)
    assert courier.texter.name == service
    names = [chore.name for chore in chores(clinic) if chore.name.startswith("sms")]
    assert names == ([] if service == "gateway" else ["sms status", "sms inbound"])
    courier.close()
    made.store.close()


def test_without_a_service_what_waits_is_told_which_setting_is_missing(tmp_path: Path) -> None:
    made = practice(tmp_path)
    clinic = Clinic(made.store, made.session, Settings(), Places(tmp_path, tmp_path, tmp_path))
    courier = couriers(clinic)["sms"]
    assert isinstance(courier, NotSetUp)
    row = Taken(1, "reminder", "", "waiting", "sms", None, None, None, "", "{}", 0, 0, 0, None, None, "", "")
    with pytest.raises(Undelivered, match="sms_service") as held:
        courier.carry(Work(made.session, 0), row)
    assert held.value.trouble == Trouble.SETTINGS
    made.store.close()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"sms_service": "twilio"}, "sms_service is twilio, which needs sms_from, sms_account, sms_secret"),
        ({"sms_service": "vonage", "sms_from": "x"}, "which needs sms_key, sms_secret"),
        ({"sms_service": "gateway"}, "which needs sms_url, sms_fields"),
        ({"sms_service": "gammu"}, "which needs sms_folder"),
        ({"sms_service": "pigeon"}, "must be one of"),
        (
            {"sms_secret": "hunter2"},
            "sms_secret must be env:NAME, file:/path, credential:NAME or cmd:program",
        ),
        ({"sms_fields": {"to": "{number}"}}, r"has \{number\} in it, and may have \{to\}, \{text\}"),
        ({"sms_success": "ok"}, "must be such as 200 /messages/0/id"),
        (
            {"sms_service": "gateway", "sms_url": "https://x.example", "sms_fields": {"to": "{to}"}},
            r"sms_fields must have \{to\} and \{text\} in it",
        ),
        (
            {"sms_service": "gateway", **SET_UP["gateway"], "sms_headers": {"X": "{secret}"}},
            "which needs sms_secret",
        ),
        ({"sms_service": "twilio", **SET_UP["twilio"], "sms_account": "SK1"}, "begins with AC"),
    ],
)
def test_what_is_missing_or_wrong_is_named(tmp_path: Path, values: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsError, match=told) as wrong:
        settings(tmp_path, **values)
    assert "hunter2" not in str(wrong.value)
