"""Bills, receipts and credit notes, read back from the PDF and as text."""

from __future__ import annotations

import dataclasses
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from pim_tui.documents.bill import Bill, BillLine, Party, Sum, TaxRow
from pim_tui.documents.billpaper import BillPaper
from pim_tui.documents.fonts import Fonts
from pim_tui.documents.paper import Printed
from pim_tui.documents.slip import slip_of
from pim_tui.domain.money import figures
from pim_tui.domain.text import cell_width
from pim_tui.errors import UsageError
from tests.documents.daysheet_samples import CREATED, HOSTILE, NAMES
from tests.documents.paper_samples import PIXELS
from tests.documents.till_samples import AT, TILL, bill, bills
from tests.walks import some_rows

SIZES = ("A4", "A5", "letter", "roll")
KINDS = tuple(bills(NAMES))
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 9
MANY_WORDS = "".join(f"w{number:03} " for number in range(60)).strip()
"""As long as what is billed may be."""
UNPARTED = "".join(f"w{number:03}" for number in range(75))
"""So is this, without a space; in other scripts that is usual."""


def pages(printed: Printed) -> list[str]:
    """The words of each page."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(printed.data)).pages]


def words(paper: BillPaper, fonts: Fonts, size: str = "A4") -> str:
    """All words of the PDF."""
    return " ".join(pages(paper.pdf(CREATED, size=size, fonts=fonts)))


def amounts(one: Bill) -> list[str]:
    """Every amount of a bill, as it must stand on its paper."""
    minor = [one.total, *(step.amount for step in one.steps)]
    for line in one.lines:
        minor += [line.unit, line.total, *([-line.discount] if line.discount else [])]
    minor += [amount for row in one.taxes for amount in (row.base, row.tax)]
    minor += [found.amount for found in (*one.payments, *one.settles, *one.goes_back)]
    return [figures(amount, one.currency) for amount in minor]


@pytest.mark.parametrize(("kind", "size"), some_rows(tuple(zip(KINDS, SIZES * 2, strict=False)), 3))
def test_a_bill_says_everything_that_was_given(kind: str, size: str, roboto: Fonts) -> None:
    paper = bills(NAMES)[kind]
    one, found, text = paper.bill, words(paper, roboto, size), paper.text()
    told = [one.title, one.number, AT, "Cashier Anna Berg", TILL.tax_number, "Leeds LS1 4AB", one.corrects]
    told += [one.customer.name, "Customer C-000123"] if one.customer else ["without a customer"]
    told += [line.text for line in one.lines] + [line.code for line in one.lines]
    told += [label.label for label in (*one.steps, *one.payments, *one.settles, *one.goes_back)]
    told += [f"lot {line.lot}" for line in one.lines if line.lot] + [banner.word for banner in one.banners]
    for part in (*told, *amounts(one), *one.remarks):
        assert " ".join(part.split()) in found
        assert " ".join(part.split()) in " ".join(text.split())


def test_a_draft_says_so_on_every_page_and_a_bill_does_not(roboto: Fonts) -> None:
    draft = BillPaper(bill(NAMES, 60, number="", copy=0))
    for size in ("A5", "roll"):
        found = pages(draft.pdf(CREATED, size=size, fonts=roboto))
        assert all("DRAFT - NOT A RECEIPT" in page for page in found)
    assert len(pages(draft.pdf(CREATED, size="A5", fonts=roboto))) > 1
    assert "*** DRAFT - NOT A RECEIPT ***" in draft.text()
    assert "DRAFT" not in words(BillPaper(bill(NAMES)), roboto)


def test_a_copy_and_a_void_bill_are_marked_on_every_page(roboto: Fonts) -> None:
    void = BillPaper(bill(NAMES, 60, void=f"{AT} by Dr Lee: wrong customer", copy=3))
    found = pages(void.pdf(CREATED, size="A5", fonts=roboto))
    assert len(found) > 1
    assert all("VOID" in page and "COPY 3" in page for page in found)
    assert "by Dr Lee: wrong customer" in found[0]


def test_the_parts_lead_to_the_total_and_the_payments_to_what_is_left() -> None:
    one = bill(NAMES, 4, payer="Insurer", payer_share=1_000, rounding=2, left=0)
    told = {step.label: step.amount for step in one.steps}
    assert told["Lines"] + told["Discount on the bill"] == told["Total"] == one.total
    assert told["Payer's share"] + told["Customer's share"] == one.total
    on_top = bill(NAMES, 4, tax_on_top=1_900, taxes=(TaxRow("19 %", 10_000, 1_900),))
    assert {"Lines", "Tax added"} <= {step.label for step in on_top.steps}


def test_what_no_line_has_makes_no_column(roboto: Fonts) -> None:
    plain = tuple(BillLine(1, name, 100, 100) for name in NAMES)
    found = words(BillPaper(bill(NAMES, 4, lines=plain, discount=0, taxes=())), roboto)
    assert "Qty Description Price Total EUR" in found


def test_a_long_bill_goes_on_with_its_titles_on_every_page(roboto: Fonts) -> None:
    paper = BillPaper(bill(NAMES, 70))
    found = pages(paper.pdf(CREATED, fonts=roboto))
    assert all("Qty Description" in page for page in found[:-1])
    for number, page in enumerate(found, 1):
        assert f"page {number} of {len(found)}" in page
        assert "S-2026-000042" in page
    assert [amount for amount in amounts(paper.bill) if amount not in " ".join(found)] == []


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sold_and_to_whom_is_never_cut(size: str, roboto: Fonts) -> None:
    lines = tuple(
        BillLine(1, text, 123_456_789, 123_456_789, discount=1_000_000, tax="19 %", code="C" * 60, note=text)
        for text in (MANY_WORDS, UNPARTED)
    )
    address = (*(f"{number} {'Long Street ' * 7}end{number}" for number in range(4)), "Leeds LS2 7XY", "GB")
    who = Party("Maximiliane " * 9 + "Last", "C-000123", address)
    paper = BillPaper(bill(lines=lines, customer=who, remark="a word of the note " * 20 + "noted"))
    texts = [words(paper, roboto, size), *(paper.text(width=width) for width in (60, 80))]
    texts += ["\n".join(line.text for line in slip_of(paper, columns)) for columns in (32, 48)]
    told = (*MANY_WORDS.split(), "Last", *(f"end{number}" for number in range(4)), "LS2 7XY", "GB", "noted")
    for text in texts:
        assert [one for one in told if one not in text] == []
        assert "…" not in text


def test_a_roll_is_as_long_as_it_needs_and_never_longer_than_a_reader_takes(roboto: Fonts) -> None:
    tall = []
    for count in (0, 3, 400):
        paper = BillPaper(bill(NAMES, count)).pdf(CREATED, size="roll", fonts=roboto)
        boxes = [page.mediabox for page in PdfReader(io.BytesIO(paper.data)).pages]
        assert {round(float(box.width)) for box in boxes} == {227}
        tall.append(sum(float(box.height) for box in boxes))
        assert all(box.height < 14_400 for box in boxes)
    assert tall == sorted(tall)
    assert tall[0] < 400


def test_a_roll_is_printed_in_black_only(roboto: Fonts) -> None:
    paper = bills(NAMES)["void"].pdf(CREATED, size="roll", fonts=roboto)
    (page,) = PdfReader(io.BytesIO(paper.data)).pages
    contents = page.get_contents()
    assert contents is not None
    told = [line.split() for line in contents.get_data().split(b"\n") if line.endswith((b" g", b" G"))]
    assert {line[-2] for line in told} == {b"0"}


@pytest.mark.parametrize(("kind", "size"), some_rows(tuple(zip(KINDS, SIZES * 2, strict=False)), 3))
def test_hostile_and_long_names_cut_no_amount(kind: str, size: str, roboto: Fonts) -> None:
    paper = bills((*HOSTILE, LONG), 29)[kind]
    found = words(paper, roboto, size)
    assert not any(ord(char) < 32 for char in found)
    assert [amount for amount in amounts(paper.bill) if amount not in found] == []
    for width, ascii_only in ((60, False), (80, True)):
        text = paper.text(width=width, ascii_only=ascii_only)
        lines = text.split("\n")
        assert [line for line in lines if cell_width(line) > width] == []
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for line in lines for char in line)
        assert text.isascii() or not ascii_only
        assert [amount for amount in amounts(paper.bill) if amount not in text] == []


MINOR = st.integers(-(10**13), 10**13)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sold=st.lists(st.tuples(st.integers(1, 10**9), MINOR, st.integers(0, 10**12), MINOR), max_size=3),
    minor=st.tuples(MINOR, MINOR, MINOR, MINOR),
    currency=st.sampled_from(("EUR", "JPY", "KWD", "CLF")),
    size=st.sampled_from(SIZES),
)
def test_amounts_of_every_currency_stand_whole(
    sold: list[tuple[int, int, int, int]],
    minor: tuple[int, int, int, int],
    currency: str,
    size: str,
    roboto: Fonts,
) -> None:
    lines = tuple(
        BillLine(quantity, LONG, unit, total, discount, "19.975 %")
        for quantity, unit, discount, total in sold
    )
    one = bill(
        (LONG,), 0, lines=lines, currency=currency, total=minor[0], payments=(Sum(LONG, minor[1]),),
        taxes=(TaxRow("19.975 %", minor[2], minor[3]),), left=minor[1], rounding=minor[2],
        payer_share=minor[3], given=0, change=0,
    )  # fmt: skip
    found = words(BillPaper(one), roboto, size).replace(" ", "")
    assert [amount for amount in amounts(one) if amount not in found] == []
    assert [line for line in lines if str(line.quantity) not in found] == []


def test_the_same_bill_is_the_same_file_and_carries_the_logo(roboto: Fonts) -> None:
    one = bill(NAMES, clinic=dataclasses.replace(TILL, logo=PIXELS))
    for size in ("A4", "roll"):
        data = BillPaper(one).pdf(CREATED, size=size, fonts=roboto).data
        assert data == BillPaper(one).pdf(CREATED, size=size, fonts=roboto).data
        assert len(PdfReader(io.BytesIO(data)).pages[0].images) == 1


def test_a_paper_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="no paper size"):
        BillPaper(bill(NAMES)).pdf(CREATED, size="a7")
