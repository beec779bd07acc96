"""Stock in a table of products: taken in lot by lot with new products, and kept for good."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pim_tui.db.connection import Book, select
from pim_tui.imports.report import Count
from pim_tui.queries.product_records import product_record
from pim_tui.queries.stock import OnHand, lots_of, on_hand
from pim_tui.services.import_kinds import survey_file
from pim_tui.services.incoming import USUAL
from pim_tui.services.tax_classes import AddTaxClass, add_tax_class
from pim_tui.services.undoing_imports import Held, undo_import
from tests.services.desk import TODAY, desk
from tests.services.goods import movements
from tests.services.test_importing_products import both, table, told

STOCK = (
    "code,name,price,cost,tax,on hand,batch,expiry date,reorder level\n"
    "G10,Gauze,4.50,1.20,VAT 19,40,,,10\n"
    "CS,Cough syrup,7.20,3,19%,6,A1,05/2027,4\n"
    "CS,Cough syrup,7.20,3,19%,5,B2,31.12.2026,4\n"
    "CS,Cough syrup,7.20,3,19%,5,B2,31.12.2026,4\n"
    "OLD,Old drops,2,1,10%,3,,2026-01,\n"
)


@pytest.fixture(autouse=True)
def _clinic(book: Book) -> None:
    """All of these need a book."""


def ids() -> dict[str, int]:
    return dict(select("select code, id from product"))


def test_a_table_with_stock_comes_in_lot_by_lot(tmp_path: Path) -> None:
    add_tax_class(desk(), AddTaxClass("Standard", "VAT 19%"))
    report = both(table(tmp_path, STOCK))
    assert report.counts == (Count("products", 3, 0, 1, 1), Count("lots in stock", 4, 0, 0, 1))
    assert told(report) == [
        "products.csv:5: has the code of line 3 again, which stands",
        "products.csv:6: has the tax “10%”, which is no tax class here",
        "products.csv:6: expired on Sat 31 Jan 2026 and goes into quarantine",
    ]
    gauze, syrup, old = ids()["G10"], ids()["CS"], ids()["OLD"]
    assert on_hand(gauze, TODAY) == OnHand(40)
    assert [(row.code, row.shelf, row.expires_on) for row in lots_of(syrup)] == [
        ("B2", 5, date(2026, 12, 31)),
        ("A1", 6, date(2027, 5, 31)),
    ]
    assert (on_hand(old, TODAY), lots_of(old)[0].code) == (OnHand(0, 0, 3), "exp 2026-01-31")
    kept = product_record(gauze)
    assert (kept.fields.reorder_at, kept.fields.tax_class, kept.fields.tracked, kept.fields.lots) == (
        "10",
        "Standard",
        True,
        False,
    )
    assert movements(gauze) == [("receipt", "shelf", 40, 40)]
    assert select("select cost, reason from stock_movement order by id limit 1") == [(120, "import 1")]


def test_stock_of_what_is_here_already_is_told_and_left(tmp_path: Path) -> None:
    both(table(tmp_path, STOCK))
    report = both(table(tmp_path, STOCK, "again.csv"))
    assert report.counts == (Count("products", 0, 5, 0, 5),)
    assert told(report)[0] == (
        "again.csv:2: is here already; its stock is not taken from a file: receive or count it"
    )
    assert on_hand(ids()["G10"], TODAY) == OnHand(40)


def test_an_import_with_stock_is_not_taken_back_and_says_so_before(tmp_path: Path) -> None:
    file = table(tmp_path, STOCK)
    facts = dict(survey_file(desk(), "products", file, USUAL).facts)
    assert facts["stock"] == "is taken in; an import with stock cannot be taken back"
    both(file)
    with pytest.raises(Held, match="Gauze has stock, whose register stays"):
        undo_import(desk(), 1)
    assert len(ids()) == 3


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("Pump,2,S1", "quantity: is 1 for a thing with a serial number"),
        ("Pump,many,", "quantity: “many” is no whole number"),
        ("Pump,1.5,", "quantity: “1.5” is no whole number"),
        ("Pump,9999999999,", "quantity: is at most 1000000000"),
    ],
)
def test_a_quantity_that_cannot_be_refuses_its_row(tmp_path: Path, cells: str, why: str) -> None:
    report = both(table(tmp_path, f"name,quantity,serial\n{cells}\n"))
    assert [one.reason for one in report.refusals] == [why]


def test_things_with_serial_numbers_come_in_one_by_one(tmp_path: Path) -> None:
    text = "code,name,quantity,serial number\nP,Pump,1,S1\nP,Pump,1,S2\nP,Pump,1,S2\nM,Mat,-2,\n"
    report = both(table(tmp_path, text))
    assert report.counts == (Count("products", 2, 0, 1, 1), Count("lots in stock", 2))
    assert told(report)[1] == "products.csv:5: stock of -2 is not taken in"
    assert [row.serial for row in lots_of(ids()["P"])] == ["S1", "S2"]
