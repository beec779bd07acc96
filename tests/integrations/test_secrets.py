"""Secrets are read from where a setting says, and no sentence ever says one."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from pim_tui.config import Settings, load
from pim_tui.errors import SettingsError
from pim_tui.integrations.secrets import secret

WORD = "right-horse"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    kept = tmp_path / "word"
    kept.write_text(f"{WORD}\nsecond line\n", "utf-8")
    kept.chmod(0o600)
    return kept


def says(code: str) -> str:
    return f"cmd:{shlex.join((sys.executable, '-c', code))}"


def test_a_variable_a_file_and_a_program_are_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_MAIL", WORD)
    for reference in ("env:CLINIC_MAIL", f"file:{file}", says(f"print('{WORD}')")):
        assert secret(reference) == WORD


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_can_read_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(SettingsError, match="Others can read") as refused:
        secret(f"file:{file}")
    assert "chmod 600" in refused.value.hint


def test_what_is_not_there_is_told_without_what_is(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_EMPTY", "")
    references = (
        WORD, "env:CLINIC_NOT_THERE", "env:CLINIC_EMPTY", f"file:{file.parent}", f"file:{file}2", "file:a\0b",
        "file:/dev/zero", says(f"print('{WORD}'); exit(3)"), f"cmd:/no/such/program {WORD}", "cmd:'",
        says(f"import time; print('{WORD}', flush=True); time.sleep(60)"),
    )  # fmt: skip
    for reference in references:
        with pytest.raises(SettingsError) as refused:
            secret(reference, timeout=0.3)
        assert WORD not in str(refused.value)


def test_a_password_in_the_settings_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SMTP_PASSWORD must be env:NAME") as refused:
        load(tmp_path / "none.toml", {"PIM_SMTP_PASSWORD": WORD})
    assert WORD not in str(refused.value)
    assert load(tmp_path / "none.toml", {"PIM_SMTP_PASSWORD": "env:X"}) == Settings(smtp_password="env:X")
    with pytest.raises(SettingsError, match="only where smtp_host is this machine"):
        load(tmp_path / "none.toml", {"PIM_SMTP_HOST": "mail.example", "PIM_SMTP_SECURITY": "none"})


def test_a_credential_is_read_where_systemd_lends_it_and_nowhere_else(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError, match="no credential word here"):
        secret("credential:word")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(file.parent))
    file.chmod(0o440)
    assert secret("credential:word") == WORD, "the mask of an access list shows as rights of the group"
    file.chmod(0o444)
    for reference in ("credential:word", "credential:../word", "credential:.."):
        with pytest.raises(SettingsError):
            secret(reference)


def test_a_file_of_somebody_else_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: file.stat().st_uid + 1)
    if file.stat().st_uid:
        with pytest.raises(SettingsError, match="somebody else's"):
            secret(f"file:{file}")
    else:
        assert secret(f"file:{file}") == WORD, "what is root's was put there for this account"


def test_a_program_sees_no_other_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_MAIL", WORD)
    monkeypatch.setenv("GNUPGHOME", "/keys")
    told = secret(says("import os; print(dict(os.environ))"))
    assert WORD not in told
    assert "/keys" in told
