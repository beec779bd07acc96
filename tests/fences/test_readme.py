"""What README and manual say is so: commands run, examples are read, tables are the program's."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from pim_tui.cli.parser import parse
from pim_tui.config import load
from pim_tui.errors import Gate
from pim_tui.tui.keys import Keys
from tests.fences.fresh import OFFLINE, checkout, environment, lend_packages, opens_and_quits, run, said
from tests.fences.rules import ROOT
from tests.readme.pages import PAGES, astray, blocks, words
from tests.readme.tables import renewed
from tests.tui.ptyterm import PtyTerm

WORDS = words()
CI = ROOT / ".ci"
FILES = {
    "people.csv": "First Name,Last Name,Name Prefix,Birthday,Notes\nJane,Doe,Mrs.,1984-03-01,Likes tea\n",
    "calendar.ics": (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
        "DTSTART:20990302T090000Z\r\nDTEND:20990302T093000Z\r\nSUMMARY:Ann Roe\r\nEND:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    ),
    "products.csv": "name,price\nBandage,2.50\n",
}
SYNTHEA = {
    "organizations.csv": "Id,NAME\no-1,Quay Street Clinic\n",
    "providers.csv": "Id,ORGANIZATION,NAME\nd-1,o-1,Ann Bo\n",
    "patients.csv": (
        "Id,BIRTHDATE,DEATHDATE,SSN,PREFIX,FIRST,LAST,MAIDEN,GENDER,ZIP\np-1,1984-03-01,,,,Ann,Roe,,F,\n"
    ),
    "encounters.csv": (
        "Id,START,STOP,PATIENT,PROVIDER,ENCOUNTERCLASS\n"
        "e-1,2020-12-14T07:26:48Z,2020-12-14T07:41:48Z,p-1,d-1,ambulatory\n"
    ),
}
SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin")


LINES = [line for block in blocks("sh") for line in block.splitlines()]
DEMO, TESTS = (line for line in LINES if line.startswith("python3 "))
COMMANDS = [line for line in LINES if line not in (DEMO, TESTS)]


def test_every_command_is_one_that_is_run_here() -> None:
    assert [line for line in COMMANDS if not re.match(r"pim-tui( |$)", line)] == []
    kinds = set(re.findall(r"^```(\w.*)$", WORDS, re.MULTILINE))
    assert kinds == {
        "sh", "toml", "text pim_keys", "text sshd_config", "text sshd_config accounts", "python verify.py",
        "text crontab", "text line",
        "sh downtime-loop", "text crontab deliver", "ini pim-deliver.service", "ini pim-deliver.timer",
        "ini pim-worker.service", "text crontab backup", "ini pim-backup.service", "ini pim-backup.timer",
        "ini pim-host.socket", "ini pim-host.service", "text pim-memory.conf", "sql roles", "sql desks",
        "text pg_hba.conf", "text pg_ident.conf",
        "sh parts", "sh standby", "sql confirmed", "sh promote", "sh by-hand",
    }  # fmt: skip


def test_the_tables_are_the_programs() -> None:
    pages = {page: page.read_text("utf-8") for page in PAGES}
    assert renewed(pages) == pages, "run python -m tests.readme.tables"
    assert renewed({page: text.replace("`F1`, `?`", "`F9`") for page, text in pages.items()}) == pages


def test_every_file_and_heading_they_point_to_is_there() -> None:
    assert WORDS.count("](") > 50
    assert list(astray()) == []


def set_up(line: str, folder: Path) -> tuple[str, dict[str, str]]:
    """Run what ``line`` says up to its last step in a fresh checkout; that step, and where to run it."""
    project, env = checkout(folder / "checkout"), environment(folder / "home")
    make, install, last = line.split(" && ")
    said(run(make, env, project))
    lend_packages(project / ".venv")
    said(run(" ".join((install, *OFFLINE)), env, project))
    return f"cd '{project}' && exec {last}", env


@pytest.mark.walk
def test_the_first_command_opens_the_demo_clinic(tmp_path: Path) -> None:
    last, env = set_up(DEMO, tmp_path)
    with PtyTerm(["sh", "-c", last], env=env) as terminal:
        opens_and_quits(terminal, "Robin Park")


@pytest.mark.walk
def test_the_second_command_runs_the_tests(tmp_path: Path) -> None:
    """On one test, which imports the program from the checkout; the whole suite is what runs this."""
    last, env = set_up(TESTS, tmp_path)
    env["PYTEST_ADDOPTS"] = "-n 0 tests/domain/test_states.py"
    assert re.search(r"\d passed", said(run(last, env)))


def test_the_checks_end_with_the_second_command_and_fix_every_version() -> None:
    assert (CI / "run").read_text("utf-8").splitlines()[-1] == TESTS
    fixed = dict(line.split("==") for line in (CI / "constraints.txt").read_text("utf-8").splitlines()[1:])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    wanted += [line for extra in project["project"]["optional-dependencies"].values() for line in extra]
    for requirement in map(Requirement, wanted):
        assert fixed[requirement.name.lower()] in requirement.specifier, requirement
    assert version("pim-tui") == project["project"]["version"]
    assert f"## {project['project']['version']}:" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_changelog_tells_of_each_thing_once() -> None:
    """Of two paragraphs of one name the one is what the other was before."""
    for version_ in (ROOT / "CHANGELOG.md").read_text("utf-8").split("\n## ")[1:]:
        names = re.findall(r"^\*\*(.+?)\*\*", version_, re.MULTILINE)
        assert [name for name in names if names.count(name) > 1] == []


@pytest.mark.walk
@pytest.mark.timeout(300)
def test_the_commands_do_what_they_say_one_after_another(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "folder").mkdir()
    for name, text in SYNTHEA.items():
        (tmp_path / "folder" / name).write_text(text, "utf-8")
    env = environment(tmp_path / "home")
    answers = {}
    for line in COMMANDS:
        if line == "pim-tui":
            with PtyTerm(["sh", "-c", f"cd '{tmp_path}' && {line}"], env=env) as terminal:
                opens_and_quits(terminal, "Harbour Clinic")
            continue
        answers[line.split()[1]] = said(run(line, env, tmp_path))
    assert "Doe, Jane" in answers["find"]
    assert "blood pressure review" in answers["day"].lower()
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "large.db").is_file()
    assert "Import 3 (products.csv) is taken back: 1 record." in answers["import"]
    assert answers["manual"].startswith("The till\n")
    assert answers["deliver"] == "Nothing waits, and nothing has failed.\n"
    assert "The setting smtp_host is empty" in answers["doctor"]
    assert answers["sync"] == "No service is set up that is asked for anything.\n"
    (delivering,), (service,) = blocks("text crontab deliver"), blocks("ini pim-deliver.service")
    *when, command = delivering.split(maxsplit=5)
    assert when == ["*"] * 5
    assert said(run(command.strip(), env, tmp_path)) == ""
    assert f"ExecStart=/opt/pim/bin/{command}" in service
    assert "The last good backup was made on" in answers["backup"]
    assert "is the book as it was" in answers["drill"]
    (hourly,) = blocks("text crontab backup")
    for line in hourly.splitlines():
        said(run(line.split(maxsplit=5)[5], env, tmp_path))
    (tmp_path / "downtime").mkdir()
    ((cron,), (loop,)) = blocks("text crontab"), blocks("sh downtime-loop")
    *when, command = cron.split(maxsplit=5)
    assert when == ["0", "18", "*", "*", "*"]
    for line in (command.strip(), f"sleep() {{ exit 0; }}; {loop}"):
        assert "is in downtime" in said(run(line, env, tmp_path))
    endings = [file.suffix for file in sorted((tmp_path / "downtime").iterdir())]
    assert endings == [".pdf", ".txt"]


def test_systemd_takes_the_units_and_what_they_run_is_a_command(tmp_path: Path) -> None:
    runs = {
        "pim-deliver.service": "delivery:deliver",
        "pim-deliver.timer": "",
        "pim-worker.service": "delivery:deliver",
        "pim-backup.service": "backups:backup",
        "pim-backup.timer": "",
        "pim-host.socket": "",
        "pim-host.service": "hosting:host",
    }
    names = tuple(runs)
    units = {name: blocks(f"ini {name}")[0] for name in names}
    for name in names:
        (tmp_path / name).write_text(units[name].replace("/opt/pim/bin/pim-tui", "/bin/true"), "utf-8")
        for line in re.findall(r"^ExecStart=/opt/pim/bin/pim-tui (.*)$", units[name], re.MULTILINE):
            assert parse(line.split()).run == runs[name]
    if (analyze := shutil.which("systemd-analyze")) is None:
        pytest.skip("there is no systemd on this machine")
    files = [str(tmp_path / name) for name in names]
    read = run((analyze, "verify", *files), environment(tmp_path))
    assert (read.returncode, read.stdout, read.stderr) == (0, "", "")
    (tmp_path / names[0]).write_text(units[names[0]], "utf-8")
    assert run((analyze, "verify", files[0]), environment(tmp_path)).returncode != 0


def test_the_kernel_is_told_to_look_for_equal_memory(tmp_path: Path) -> None:
    (lines,) = blocks("text pim-memory.conf")
    if (tmpfiles := shutil.which("systemd-tmpfiles")) is None:
        pytest.skip("there is no systemd on this machine")
    switch, file = tmp_path / "sys/kernel/mm/ksm/run", tmp_path / "pim-memory.conf"
    switch.parent.mkdir(parents=True)
    switch.write_text("0\n", "utf-8")
    file.write_text(lines, "utf-8")
    said(run((tmpfiles, f"--root={tmp_path}", "--create", str(file)), environment(tmp_path)))
    assert switch.read_text("utf-8").strip() == "1"


def test_the_examples_of_settings_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "pim_tui.toml"
    examples = blocks("toml")
    assert len(examples) == 11
    for example in examples:
        file.write_text(example, "utf-8")
        Keys(load(file, {}).keys)


@pytest.mark.walk
@pytest.mark.parametrize("term", ["linux; reboot", "xterm-256color"])
def test_the_forced_command_opens_the_book_and_nothing_the_client_sent(tmp_path: Path, term: str) -> None:
    (line,) = blocks("text pim_keys")
    command = re.findall(r'^restrict,pty,command="/opt/pim/bin/python3 (.*) --key anna" ssh-', line)[0]
    env = environment(tmp_path / "home")
    said(run(("pim-tui", "init", "--clinic", "Quay"), env))
    asked = [sys.executable, *command.split(), "--home", str(tmp_path / "home")]
    sent = {**env, "PIM_HOME": str(tmp_path / "none"), "PIM_DATABASE": "elsewhere.db", "COLUMNS": "30"}
    with PtyTerm(asked, env=sent, term=term) as terminal:
        opens_and_quits(terminal, "Quay")
    refused = run([*asked, "--key", "anna"], {**sent, "SSH_ORIGINAL_COMMAND": "scp -t /"})
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "carries out nothing else" in refused.stderr
    assert not (tmp_path / "none").exists()


def read_by_a_server(config: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What a real SSH server, which then ends, makes of its configuration for the account ``pim``."""
    if SSHD is None or not Path("/run/sshd").is_dir():
        pytest.skip("there is no sshd on this machine, or no folder /run/sshd (Debian: openssh-server)")
    env, key, file = environment(folder), folder / "key", folder / "config"
    if not key.exists():
        said(run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)), env))
    file.write_text(config, "utf-8")
    user = "user=pim,host=x,addr=127.0.0.1"
    return run((SSHD, "-T", "-C", user, "-h", str(key), "-f", str(file)), env)


def test_a_real_ssh_server_takes_the_configurations(tmp_path: Path) -> None:
    (config,), (accounts,) = blocks("text sshd_config"), blocks("text sshd_config accounts")
    understood = said(read_by_a_server(config, tmp_path))
    for line in (
        "authorizedkeysfile /etc/ssh/pim_keys",
        "disableforwarding yes",
        "clientaliveinterval 15",
        "maxstartups 50:30:200",
    ):
        assert line in understood
    understood = said(read_by_a_server(accounts.replace("Group pim-staff", "User pim"), tmp_path))
    forced = re.findall(r"^forcecommand sudo -n -u pim (\S+ -I -m pim_tui (.*))$", understood, re.MULTILINE)
    assert parse(forced[0][1].split()).sudo
    assert f"NOPASSWD: {forced[0][0]}`" in WORDS
    misspelt = config.replace("DisableForwarding", "DisableForwardings")
    assert read_by_a_server(misspelt, tmp_path).returncode != 0


def test_every_exit_code_of_a_book_that_is_not_opened_is_told() -> None:
    assert [int(code) for code in re.findall(r"^\| (\d\d) \| .* \|$", WORDS, re.MULTILINE)] == [*Gate]


def test_a_server_that_is_not_there_or_has_no_driver_here_is_told(tmp_path: Path) -> None:
    done = run(
        "pim-tui check", environment(tmp_path, PIM_DATABASE="postgresql://x:secret@localhost:1/clinic")
    )
    assert done.returncode == 1
    assert "pip install 'pim-tui[postgresql]'" in done.stderr or "has a password in it" in done.stderr
    assert "secret" not in done.stderr
