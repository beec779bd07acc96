"""``pim-tui export``: which records, as what, and where to."""

from __future__ import annotations

import csv
import io
import json
import os
import stat

import pytest

from tests.cli.shell import Shell


def test_what_is_narrowed_goes_into_a_pipe_as_it_is(clinic: Shell) -> None:
    everything = clinic.run("export", "appointments", "--to", "-")
    assert (everything.code, everything.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(everything.out, newline="")))
    assert len(rows) == 640
    name, kind = rows[0]["staff"], rows[0]["type"]
    done = clinic.run(
        "export", "appointments", "--staff", name, "--type", kind, "--status", "C,missed",
        "--from", "1 jan 2020", "--until", "today", "--to", "-", "--format", "jsonl",
    )  # fmt: skip
    found = [json.loads(line) for line in done.out.splitlines()]
    wanted = [
        row["uid"]
        for row in rows
        if (row["staff"], row["type"]) == (name, kind) and row["status"] in ("completed", "missed")
    ]
    assert [one["uid"] for one in found] == wanted != []


def test_a_file_says_by_its_name_what_it_is_and_is_never_written_over(clinic: Shell) -> None:
    file = clinic.home / "jane.ics"
    done = clinic.run("export", "appointments", "--customer", "1", "--to", str(file), "--json")
    told = json.loads(done.out)
    assert (told["file"], told["rows"]) == (str(file), file.read_text("utf-8").count("BEGIN:VEVENT"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = clinic.run("export", "appointments", "--customer", "1", "--to", str(file))
    assert again.code == 1
    assert "--force" in again.complaint
    assert clinic.run("export", "appointments", "--customer", "1", "--to", str(file), "--force").code == 0


def test_without_a_name_it_goes_into_the_outbox(clinic: Shell) -> None:
    done = clinic.run("export", "customers", "--format", "vcf")
    (name,) = os.listdir(clinic.home / "data" / "outbox")
    assert name.endswith(".vcf")
    assert f"50 customers are in {clinic.home}/data/outbox/{name}." in done.out
    paper = clinic.run("export", "customers", "--to", str(clinic.home / "all.txt"))
    assert paper.code == 0
    assert "50 rows" in (clinic.home / "all.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("appointments --status z", 2, "is not a status"),
        ("appointments --from today --until yesterday", 2, "is before --from"),
        ("customers --to x.ics", 2, "--format csv|jsonl|vcf|pdf|txt"),
        ("appointments --to - --json", 2, "leave out --json"),
        ("appointments --type Nonsense", 1, "No type is called Nonsense"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(clinic: Shell, line: str, code: int, says: str) -> None:
    done = clinic.run("export", *line.split())
    assert done.code == code
    assert says in done.complaint
    assert done.out == ""
