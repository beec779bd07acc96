"""Papers at their destinations: a receipt printer, a folder, the terminal; told to the journal, and once."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.moments import day_of
from pim_tui.errors import NotTaken, Refused, UsageError
from pim_tui.queries.bills import bill_page
from pim_tui.queries.timelines import timeline
from pim_tui.services.carrying import Ways
from pim_tui.services.printers import PrintTest, became_of, configured, listed, print_test
from pim_tui.services.printing import PrintPaper, Stationery, print_paper, stationery
from pim_tui.services.wanted import DayPaper, PostingPaper
from tests.integrations.programs import LP, put_program
from tests.integrations.test_terminal_and_socket import listener
from tests.services.clinic import NOW, ZONE, broken_line
from tests.services.shop import BANDAGE, Shop, card, cash, line


@pytest.fixture
def clinic(till: Shop) -> Shop:
    """A clinic that has goods to sell."""
    return till


def paper(port: int = 9, **more: str) -> Stationery:
    """The clinic's paper, with a printer of each kind."""
    table = {
        "front": "cups:Desk",
        "till": f"socket:127.0.0.1:{port} drawer",
        "here": "terminal:",
        "folder": "file:",
        "strip": "cups:Strip raw",
    }
    return stationery(Settings(clinic_name="Höfer Clinic", printers=table, **more))  # type: ignore[arg-type]


def journal(clinic: Shop) -> list[dict[str, object]]:
    """What the journal tells of prints, the oldest first."""
    rows = clinic.store.select(
        "select v.after from journal j join journal_values v on v.seq_id = j.seq where j.action = 'print'"
        " order by j.seq"
    )
    return [json.loads(after) for (after,) in rows]


def test_a_receipt_goes_to_the_till_and_opens_the_drawer_for_cash(clinic: Shop) -> None:
    bill_id = clinic.post(line(BANDAGE, 2), paid=(cash(20_000),)).ids[0]
    with listener() as (port, taken):
        usual = paper(port, receipt_printer="till")
        done = print_paper(clinic.session, PrintPaper(PostingPaper(bill_id), usual))
        again = print_paper(clinic.session, PrintPaper(PostingPaper(bill_id), usual))
    first, second = taken
    code = bill_page(bill_id).header.code
    assert done.says.endswith("was handed to till.")
    assert "COPY" in again.says or b"COPY 1" in second
    assert code.encode() in first
    assert b"\x1bp\x00" in first
    assert b"H\x1bt\x13\x94fer" in first
    assert b"\x1bp\x00" not in second
    assert [(one["to"], one["where"], one["copy"]) for one in journal(clinic)] == [
        ("printer", "till", 0),
        ("printer", "till", 1),
    ]


def test_a_card_payment_leaves_the_drawer_shut(clinic: Shop) -> None:
    bill_id = clinic.post(line(BANDAGE, 2), paid=(card(660),)).ids[0]
    with listener() as (port, taken):
        print_paper(clinic.session, PrintPaper(PostingPaper(bill_id), paper(port).through("till")))
    assert b"\x1bp\x00" not in taken[0]


def test_a_sheet_goes_to_a_receipt_printer_in_small_letters(clinic: Shop) -> None:
    with listener() as (port, taken):
        print_paper(clinic.session, PrintPaper(DayPaper(day_of(NOW, ZONE)), paper(port).through("till")))
    assert b"\x1bM\x01" in taken[0]
    assert b"Day sheet" in taken[0]


def test_a_file_is_private_and_called_by_its_number(clinic: Shop, tmp_path: Path) -> None:
    bill_id = clinic.post(line(BANDAGE, 2), paid=(card(660),)).ids[0]
    code = bill_page(bill_id).header.code
    ways, folder = Ways(str(tmp_path / "out")), paper().through("folder")
    for again in (False, True):
        print_paper(clinic.session, PrintPaper(PostingPaper(bill_id, again), folder), ways=ways)
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name for file in files] == [f"{code}-copy-1.pdf", f"{code}.pdf"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_the_terminals_printer_gets_the_text_in_one_piece(
    clinic: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    written: list[str] = []
    command = PrintPaper(DayPaper(day_of(NOW, ZONE)), paper().through("here"))
    print_paper(clinic.session, command, ways=Ways(write=written.append, media_copy="force"))
    (text,) = written
    assert text.startswith("\x1b[5iHöfer Clinic")
    assert text.count("\x1b") == 2
    assert text.endswith("\f\x1b[4i")


def test_what_cannot_go_out_is_refused_before_the_journal_tells_of_it(clinic: Shop) -> None:
    wanted = DayPaper(day_of(NOW, ZONE))
    for said, error, why in (
        ("here", Refused, "is off"),
        ("folder", Refused, "names no folder"),
        ("socket:", UsageError, "HOST"),
    ):
        with pytest.raises(error, match=why):
            print_paper(clinic.session, PrintPaper(wanted, paper().through(said)))
        with pytest.raises(error, match=why):
            print_test(clinic.session, PrintTest(said, paper()))
    assert journal(clinic) == []


def test_one_request_is_one_print(clinic: Shop) -> None:
    with listener() as (port, taken):
        command = PrintPaper(DayPaper(day_of(NOW, ZONE)), paper(port).through("till"), request="r-1")
        print_paper(clinic.session, command)
        again = print_paper(clinic.session, command)
    assert len(taken) == 1
    assert "asked for already" in again.says


def test_queues_get_receipts_raw_and_sheets_with_their_size(
    clinic: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_program(tmp_path, monkeypatch, "lp", LP)
    done = print_test(clinic.session, PrintTest("front", paper()))
    assert (done.job, done.says) == ("Desk-7", "The test page was sent to front.")
    print_test(clinic.session, PrintTest("strip", paper()))
    words = (tmp_path / "lp").read_text().split("\n")
    assert words[:4] == ["-o", "media=A4", "-d", "Desk"]
    assert words[words.index("raw") :][:3] == ["raw", "-d", "Strip"]
    assert [one["where"] for one in journal(clinic)] == ["front", "strip"]


def test_printers_are_listed_with_what_they_are_usual_for(
    clinic: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        'case "$*" in -e) echo Desk; echo Office;; *) echo "printer Desk is idle.  enabled since y";; esac'
    )
    put_program(tmp_path, monkeypatch, "lpstat", script)
    usual = paper(printer="Old_Queue", receipt_printer="till")
    rows = {row.said: row for row in listed(clinic.session, usual, "no")}
    assert list(rows) == ["Old_Queue", "front", "till", "here", "folder", "strip", "Office"]
    assert rows["Old_Queue"].usual_for == ("papers", "labels")
    assert (rows["till"].usual_for, rows["till"].address) == (("receipts",), "socket:127.0.0.1:9")
    assert rows["front"].state == "idle"
    assert "is off" in rows["here"].state
    assert [row.said for row in configured(paper())] == ["", "front", "till", "here", "folder", "strip"]


def test_what_became_of_a_print_is_told(
    clinic: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = 'case "$*" in *not-completed*) echo "Desk-7 root 1 x";; *) echo "printer Desk {state}";; esac'
    put_program(tmp_path, monkeypatch, "lpstat", script.replace("{state}", "is idle."))
    waits = became_of(clinic.session, "Desk-7")
    assert (waits.ended, waits.says) == (False, "is still queued (Desk-7)")
    put_program(tmp_path, monkeypatch, "lpstat", script.replace("{state}", "disabled since y"))
    stopped = became_of(clinic.session, "Desk-7")
    assert (stopped.ended, stopped.trouble) == (True, True)
    assert "disabled" in stopped.says


def test_what_no_printer_took_is_no_print_and_the_next_one_no_copy(clinic: Shop) -> None:
    bill_id = clinic.post(line(BANDAGE, 2), paid=(cash(20_000),)).ids[0]
    with listener() as (closed, _):
        pass
    wanted = PrintPaper(PostingPaper(bill_id), paper(closed, receipt_printer="till"))
    with pytest.raises(NotTaken, match="takes no connection"):
        print_paper(clinic.session, wanted)
    told = [(one.what, one.note) for one in timeline(bill_id)]
    assert told[-1] == ("not printed", "receipt, till")

    with listener() as (port, taken):
        usual = paper(port, receipt_printer="till")
        print_paper(clinic.session, PrintPaper(PostingPaper(bill_id), usual))
    assert b"COPY" not in taken[0]
    assert [(one.what, one.note) for one in timeline(bill_id)][-1] == ("printed", "receipt, till")
    assert broken_line(clinic.store) is None


def test_a_line_that_broke_in_the_middle_counts_as_printed(
    clinic: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may be on paper already is never printed a second time as if it were the first."""
    bill_id = clinic.post(line(BANDAGE, 2), paid=(cash(20_000),)).ids[0]

    def cut(*_: object) -> None:
        raise Refused("The printer cut the line: 40 % was sent.")

    with listener() as (port, _):
        usual = paper(port, receipt_printer="till")
        with monkeypatch.context() as patch:
            patch.setattr("pim_tui.integrations.rawsocket._pour", cut)
            with pytest.raises(Refused):
                print_paper(clinic.session, PrintPaper(PostingPaper(bill_id), usual))
        assert timeline(bill_id)[-1].what == "printed"
