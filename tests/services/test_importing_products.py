"""Products come in once, stay as they are, and go again when the import is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.db.connection import Book, select
from pim_tui.errors import FileProblem
from pim_tui.imports.report import Count, Report
from pim_tui.queries.products import find_products
from pim_tui.queries.tillgoods import priced_product
from pim_tui.services.import_kinds import import_file, survey_file
from pim_tui.services.importing import import_products
from pim_tui.services.incoming import USUAL
from pim_tui.services.tax_classes import AddTaxClass, MatchTaxes, add_tax_class, match_taxes
from pim_tui.services.undoing_imports import undo_import
from tests.services.desk import TODAY, desk
from tests.services.imported import held


def both(file: Path) -> Report:
    """The report of a real import, once the dry run has told the same and written nothing."""
    session = desk()
    before = held()
    foretold = import_products(session, file, dry_run=True)
    assert held() == before
    report = import_products(session, file, dry_run=False)
    assert (foretold.counts, foretold.refusals, foretold.notices) == (
        report.counts,
        report.refusals,
        report.notices,
    )
    return report


def table(folder: Path, text: str, name: str = "products.csv") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def told(report: Report) -> list[str]:
    return [str(one) for one in (*report.refusals, *report.notices)]


DRUGS = "code,name,price,barcode\n0002,Zyprexa,12.50,\n0003,ZYPREXA,13,4014400400008\n,Gel,,\n"


def test_a_clinic_without_tax_classes_is_told_once_that_nothing_is_taxed(book: Book, tmp_path: Path) -> None:
    report = both(table(tmp_path, "code,name,price,tax\nA,Gel,1,\nB,Balm,2,19%\nC,Soap,3,7%\n"))
    (says,) = told(report)
    assert says.startswith("products.csv:3: has the tax “19%”, and there are no tax classes yet: nothing is")
    ids = dict(select("select code, id from product"))
    assert priced_product(ids["B"], TODAY).unmatched == "19%"
    add_tax_class(desk(), AddTaxClass("Standard", "VAT 19%"))
    match_taxes(desk(), MatchTaxes())
    assert [priced_product(ids[code], TODAY).unmatched for code in "ABC"] == ["", "", "7%"]


def test_a_table_comes_in_with_its_remarks(book: Book, tmp_path: Path) -> None:
    report = both(table(tmp_path, DRUGS))
    assert report.counts == (Count("products", 3, 0, 0, 2),)
    assert told(report) == [
        "products.csv:3: the check digit of barcode 4014400400008 is wrong: 7 would be right",
        "products.csv:3: has the name of line 2 in another spelling; both are kept",
    ]
    rows = select("select code, name, sort_name, price, currency, barcode, active from product order by id")
    assert rows == [
        ("0002", "Zyprexa", "zyprexa", 1250, "USD", "", 1),
        ("0003", "ZYPREXA", "zyprexa", 1300, "USD", "4014400400008", 1),
        ("", "Gel", "gel", None, "", "", 1),
    ]
    kinds = select("select kind, count(*) from journal where action = 'import' group by kind")
    assert kinds == [("product", 3)]


def test_the_same_again_adds_nothing_and_what_differs_is_told_and_left(book: Book, tmp_path: Path) -> None:
    both(table(tmp_path, DRUGS))
    assert both(table(tmp_path, DRUGS)).counts == (Count("products", 0, 3),)
    report = both(table(tmp_path, "code,name,price\n0002,Zyprexa,14.00\n0009,zyprexa,\n", "other.csv"))
    assert report.counts == (Count("products", 1, 1, 0, 2),)
    assert told(report) == [
        "other.csv:2: is here already and stays as it is; this file has another price (12.50, there 14.00)",
        "other.csv:3: has the name of the product 0003 ZYPREXA, which is here already",
    ]
    assert select("select price, version from product where code = '0002'") == [(1250, 1)]


def test_a_code_that_comes_twice_is_refused_with_the_line_it_had(book: Book, tmp_path: Path) -> None:
    report = both(table(tmp_path, "code,name\n1,A\n1,B\n,C\n,C\n"))
    assert report.counts == (Count("products", 2, 1, 1),)
    assert told(report) == ["products.csv:3: has the code of line 2 again, which stands"]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("barcodes_food.csv", Count("products", 15)),
        ("openlmis_ndc.csv", Count("products", 58)),
        ("products_from_synthea.csv", Count("products", 101, 0, 1)),
        ("vendure_multiple_languages.csv", Count("products", 3, notices=1)),
        ("vendure_products_head.csv", Count("products", 5, notices=1)),
    ],
)
def test_each_shared_file_comes_in_and_twice_adds_nothing(
    book: Book, shared: Path, name: str, count: Count
) -> None:
    file = shared / "data/products" / name
    assert both(file).counts == (count,)
    assert both(file).counts == (Count("products", 0, count.added, count.refused),)


def test_a_whole_import_is_taken_back(book: Book, tmp_path: Path) -> None:
    desk()
    before = held()
    report = both(table(tmp_path, DRUGS))
    assert report.number
    undo_import(desk(), report.number)
    assert held() == before
    assert both(table(tmp_path, DRUGS)).count("products").added == 3


def test_the_mapping_is_asked_for_where_no_column_names_the_product(book: Book, tmp_path: Path) -> None:
    file = table(tmp_path, "colour\nred\n")
    assert survey_file(desk(), "products", file, USUAL).problems == ("choose a column for name",)
    with pytest.raises(FileProblem, match="No column is known for the names"):
        import_file(desk(), "products", file, dry_run=True, options=USUAL)


def test_names_that_no_database_rule_foresees_come_in(book: Book, tmp_path: Path) -> None:
    names = ["﷽" * 30, "!!!", "50% off_x", "[@click=app.leave]x[/]", "山田", "ß" * 299]
    rows = "\n".join(f"c{n},{name}" for n, name in enumerate(names))
    system = f"code_system,code,name\n{'ﷺ' * 30},{'9' * 60},Long key\n"
    assert both(table(tmp_path, f"code,name\n{rows}\n")).count("products").added == len(names)
    assert both(table(tmp_path, system, "system.csv")).count("products").added == 1
    assert [one.name for one in find_products("!!", 9)] == ["!!!"]
    assert [one.name for one in find_products("off x", 9)] == ["50% off_x"]


def test_finding_goes_from_the_scanned_number_to_words_inside_the_name(book: Book, tmp_path: Path) -> None:
    both(
        table(
            tmp_path,
            "code,name,barcode\nL15,Laptop 15 inch,036000291452\nL13,Laptop 13 inch,\n"
            "15L,Bag for Laptop,4014400400007\n",
        )
    )
    assert [one.code for one in find_products("", 9)] == ["15L", "L13", "L15"]
    assert [one.code for one in find_products("lap", 9)] == ["L13", "L15", "15L"]
    assert [one.code for one in find_products("15 lap", 9)] == ["L15"]
    assert [one.code for one in find_products("l1", 9)] == ["L13", "L15"]
    assert [one.code for one in find_products("0036000291452", 9)] == ["L15"]
    assert [one.code for one in find_products("4014400400007", 1)] == ["15L"]
    assert [one.code for one in find_products("40144", 9)] == ["15L"]
    assert find_products("nothing", 9) == ()
