"""``pim-tui export ledger|bills|customer``: which rows, and an audit file that anybody can verify."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from pim_tui.db.connection import open_book
from pim_tui.domain.rights import rights_of
from pim_tui.domain.session import Session
from tests.cli.shell import Shell
from tests.readme.pages import block
from tests.services.desk import TODAY, ZONE
from tests.services.posted import Posted, Sold, noon

VERIFY = block("python verify.py")


@pytest.fixture
def sold(clinic: Shell) -> Shell:
    """A clinic in which customer 1 has bought and paid something."""
    book = open_book(str(clinic.book))
    session = Session(1, "Desk", ZONE, lambda: noon(TODAY), rights_of("owner"), "desk", "US")
    post = Posted(TODAY, session)
    post.bill(1, Sold("Soap", 1000), Sold("=Pen", 50), paid=500)
    post.bill(2, Sold("Bandage", 300))
    book.close()
    return clinic


def test_the_ledger_goes_into_a_pipe_narrowed(sold: Shell) -> None:
    done = sold.run("export", "ledger", "--customer", "1", "--kind", "sale,Payment", "--to", "-")
    assert (done.code, done.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.out, newline="")))
    assert [(row["number"], row["account"], row["amount"]) for row in rows] == [
        ("S-2026-000001", "receivable", "10.50"),
        ("S-2026-000001", "income", "-10.50"),
        ("P-2026-000001", "cash", "5.00"),
        ("P-2026-000001", "receivable", "-5.00"),
    ]


def test_bills_and_one_customers_account_are_files_of_json_lines(sold: Shell) -> None:
    done = sold.run("export", "bills", "--format", "jsonl", "--json")
    told = json.loads(done.out)
    bills = [json.loads(line) for line in Path(told["file"]).read_text("utf-8").splitlines()]
    assert [(bill["number"], bill["left"], bill["status"]) for bill in bills] == [
        ("S-2026-000001", "5.50", "part"),
        ("S-2026-000002", "3.00", "unpaid"),
    ]
    file = sold.home / "one.jsonl"
    assert sold.run("export", "customer", "1", "--to", str(file)).code == 0
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [(row["record"], row["item"], row["balance"]) for row in rows] == [
        ("posting", None, "10.50"),
        ("line", "Soap", None),
        ("line", "=Pen", None),
        ("posting", None, "5.50"),
    ]


def test_an_auditor_verifies_the_chain_by_the_manual_alone(sold: Shell) -> None:
    """And sees when a single letter of it was changed."""
    file = sold.home / "audit.jsonl"
    assert sold.run("export", "ledger", "--audit", "--to", str(file)).code == 0

    def verified() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", VERIFY], cwd=sold.home, capture_output=True, text=True, timeout=30
        )

    assert verified().stdout.endswith("lines, unbroken\n")
    file.write_text(file.read_text("utf-8").replace('"post"', '"pose"', 1), "utf-8")
    assert verified().returncode != 0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("ledger --audit --customer 1", "Narrow it by days alone"),
        ("bills --kind payment", "payment is not a kind. Choose from sale, income, borrow, dispense"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(sold: Shell, line: str, says: str) -> None:
    done = sold.run("export", *line.split())
    assert done.code == 2
    assert says in done.complaint


def test_everything_about_one_person_is_one_private_archive(sold: Shell) -> None:
    file = sold.home / "one.zip"
    done = sold.run("export", "person", "1", "--to", str(file), "--json")
    assert (done.code, json.loads(done.out)["file"]) == (0, str(file))
    with ZipFile(file) as archive:
        told = json.loads(archive.read("person.json"))
        assert archive.read("record.pdf").startswith(b"%PDF")
    assert [row["description"] for row in told["rows"]["bill_line"]] == ["Soap", "=Pen"]
    assert file.stat().st_mode & 0o777 == 0o600
    again = sold.run("export", "person", "1", "--to", str(file))
    assert (again.code, "is there already" in again.complaint) == (1, True)
