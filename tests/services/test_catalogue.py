"""Products and tax classes: what is kept, what is refused, what is only told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.db.connection import Book, select, write_tx
from pim_tui.domain.money import written
from pim_tui.domain.productfields import ProductFields
from pim_tui.domain.taxes import Tax
from pim_tui.domain.taxline import Named, meant, read_taxes, taxes_text
from pim_tui.errors import Invalid, NotFound, Refused, Stale
from pim_tui.models import Product
from pim_tui.queries.product_records import product_record
from pim_tui.queries.products import find_products
from pim_tui.queries.tax_classes import tax_class, tax_classes
from pim_tui.services.catalogue import (
    AddProduct,
    ChangeProduct,
    RetireProduct,
    add_product,
    change_product,
    retire_product,
)
from pim_tui.services.tax_classes import (
    AddTaxClass,
    ChangeTaxClass,
    MatchTaxes,
    RetireTaxClass,
    add_tax_class,
    change_tax_class,
    match_taxes,
    retire_tax_class,
)
from tests.services.desk import desk
from tests.services.goods import SYRUP, product, receive


@pytest.fixture(autouse=True)
def _clinic(book: Book) -> None:
    """All of these need a book."""


def change(id_: int, **changes: Any) -> str:
    """Change fields from what the record holds now."""
    was = product_record(id_)
    fields = replace(was.fields, **changes)
    return change_product(desk(), ChangeProduct(id_, was.version, was.fields, fields)).says


def add_class(name: str = "Standard", taxes: str = "VAT 19%") -> int:
    return add_tax_class(desk(), AddTaxClass(name, taxes)).ids[0]


@pytest.mark.parametrize(("currency", "price"), [("KWD", 1500), ("CLF", 12345), ("JPY", 12345)])
def test_the_form_takes_the_price_that_it_shows(currency: str, price: int) -> None:
    session = replace(desk(), currency=currency)
    fields = ProductFields(name="Gel", price=written(price, currency))
    id_ = add_product(session, AddProduct(fields)).ids[0]
    was = product_record(id_)
    change_product(
        session, ChangeProduct(id_, was.version, was.fields, replace(was.fields, name="Gel, blue"))
    )
    assert select("select name, price from product where id = ?", [id_]) == [("Gel, blue", price)]


def test_a_product_is_kept_as_it_was_typed() -> None:
    add_class()
    fields = replace(
        SYRUP, tax_class="standard", barcode="4 014400 400007", reorder_at="5", lendable=True, loan_days="30",
        directions="3 x 5 ml", unit="bottle", pack="200 ml", description="Shake.\nKeep cool.", tracked=True,
    )  # fmt: skip
    kept = product_record(add_product(desk(), AddProduct(fields)).ids[0])
    assert kept.fields == replace(fields, tax_class="Standard", barcode="4014400400007")
    assert (kept.price, kept.currency, kept.version, kept.active) == (720, "USD", 1, True)


def test_every_fault_is_told_at_once() -> None:
    wrong = ProductFields(
        name=" ", kind="service", price="4.5555", barcode="12", reorder_at="-1", loan_days="9999", lots=True,
        tax_class="none such",
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        add_product(desk(), AddProduct(wrong))
    assert [fault.field for fault in refused.value.faults] == [
        "name", "price", "barcode", "reorder_at", "loan_days", "lots", "tax_class",
    ]  # fmt: skip
    assert select("select count(*) from product") == [(0,)]


def test_a_wrong_check_digit_and_a_code_that_is_taken_are_told_and_kept() -> None:
    product()
    says = add_product(
        desk(), AddProduct(ProductFields(name="Other", code="G10", barcode="4014400400008"))
    ).says
    assert says == (
        "Other added. The check digit of barcode 4014400400008 is wrong: 7 would be right."
        " Gauze 10x10 has the code G10 too."
    )


def test_what_is_told_apart_by_lot_has_a_stock() -> None:
    assert product_record(product(SYRUP)).fields.tracked
    assert product_record(product(name="Morphine", tracked=False, controlled=True)).fields.tracked


def test_a_change_stores_what_differs_and_the_journal_tells_both_values() -> None:
    id_ = product()
    assert change(id_, price="5", name="Gauze 10 x 10") == "Gauze 10 x 10: name, price changed."
    rows = select("select before, after from journal_values order by seq_id desc limit 1")
    assert rows == [('{"name":"Gauze 10x10","price":450}', '{"name":"Gauze 10 x 10","price":500}')]
    assert [one.name for one in find_products("gauze 10 x", 5)] == ["Gauze 10 x 10"]
    with pytest.raises(Refused, match="Nothing was changed"):
        change(id_)


def test_a_code_is_found_by_its_beginning_whatever_its_capitals() -> None:
    product(name="Bandage", code="Vb-5_x")
    product(name="Vase", code="vb%")
    assert [one.name for one in find_products("VB", 5)] == ["Bandage", "Vase"]
    assert [[one.name for one in find_products(text, 5)] for text in ("vb-5_X", "VB%", "b-5", "vb_5")] == [
        ["Bandage"], ["Vase"], [], [],
    ]  # fmt: skip


def test_a_stale_change_shows_both_values() -> None:
    id_ = product()
    was = product_record(id_).fields
    change(id_, price="5")
    with pytest.raises(Stale) as stale:
        change_product(desk(), ChangeProduct(id_, 1, was, replace(was, price="6")))
    (difference,) = stale.value.differences
    assert (difference.field, difference.was, difference.theirs, difference.yours) == (
        "price",
        "4.50",
        "5.00",
        "6",
    )
    with pytest.raises(NotFound):
        change_product(desk(), ChangeProduct(99, 1, was, was))


def test_how_items_are_told_apart_stays_while_there_are_some() -> None:
    id_ = product()
    receive(id_, 3)
    with pytest.raises(Refused, match="“by lot” cannot change while 3 of Gauze 10x10 are in stock"):
        change(id_, lots=True)
    with pytest.raises(Refused, match="“stock is kept” cannot change"):
        change(id_, tracked=False)
    assert change(id_, controlled=True).endswith("controlled changed.")


def test_a_product_out_of_use_is_not_found_and_comes_back() -> None:
    id_ = product()
    receive(id_, 2)
    says = retire_product(desk(), RetireProduct(id_, 1)).says
    assert says == "Gauze 10x10 is out of use. 2 are still in stock."
    assert find_products("gauze", 5) == ()
    with pytest.raises(Refused, match="out of use already"):
        retire_product(desk(), RetireProduct(id_, 2))
    retire_product(desk(), RetireProduct(id_, 2, active=True))
    assert [one.id for one in find_products("gauze", 5)] == [id_]


# --- taxes -------------------------------------------------------------------------------------------


def test_a_class_holds_several_taxes_in_their_order() -> None:
    id_ = add_class("Quebec", "GST 5% then; QST 9,975 %; bottle 0.25 each; levy 2% of total")
    assert tax_class(id_).taxes == (
        Tax("GST", 5_000, in_next_base=True),
        Tax("QST", 9_975),
        Tax("bottle", 25, "per_unit"),
        Tax("levy", 2_000, "of_total"),
    )


@pytest.mark.parametrize(
    ("name", "taxes", "why"),
    [
        ("", "VAT 19%", "name: is empty"),
        ("STANDARD", "VAT 19%", "is taken by another"),
        ("New", "VAT", "“VAT” has no rate"),
        ("New", "VAT 19.12345%", "at most three decimals"),
        ("New", "a 60% of total; b 40% of total", "leave nothing"),
        ("New", "1%;2%;3%;4%;5%;6%;7%", "more than can be"),
    ],
)
def test_a_class_that_cannot_be_is_refused(name: str, taxes: str, why: str) -> None:
    add_class()
    with pytest.raises(Invalid, match=why):
        add_class(name, taxes)


def test_another_rate_is_a_new_version_of_the_class() -> None:
    id_ = add_class()
    says = change_tax_class(
        desk(), ChangeTaxClass(id_, 1, ("Standard", "VAT 19%"), "Standard", "VAT 20%")
    ).says
    assert says == "Tax class Standard changed."
    assert (tax_class(id_).version, tax_class(id_).rate) == (2, 20_000)
    with pytest.raises(Stale) as stale:
        change_tax_class(desk(), ChangeTaxClass(id_, 1, ("Standard", "VAT 19%"), "Standard", "VAT 21%"))
    assert [(one.field, one.theirs) for one in stale.value.differences] == [("taxes", "VAT 20%")]


def test_a_class_out_of_use_stays_where_it_is_and_goes_nowhere_else() -> None:
    class_id = add_class()
    id_ = product(tax_class="Standard")
    says = retire_tax_class(desk(), RetireTaxClass(class_id, 1)).says
    assert says == "Tax class Standard is out of use; 1 products still have it."
    assert tax_classes() == ()
    assert change(id_, price="5.10") == "Gauze 10x10: price changed."
    with pytest.raises(Invalid, match="no tax class in use"):
        product(name="Other", tax_class="Standard")


def test_a_text_means_a_class_by_its_name_or_by_its_only_rate() -> None:
    classes = [
        Named(1, "Standard", 19_000),
        Named(2, "Reduced", 7_000),
        Named(3, "Swiss", 7_700),
        Named(4, "Two", None),
    ]
    assert [one and one.id for one in (meant(text, classes) for text in (
        "standard", "19%", "VAT 19", "MwSt. 7,0 %", "7.7%", "VAT 20", "19% + 7%", "full", "",
    ))] == [1, 1, 1, 2, 3, None, None, None, None]  # fmt: skip
    assert meant("19", [Named(1, "A", 19_000), Named(2, "B", 19_000)]) is None


def test_products_that_came_with_a_text_get_the_class_once_there_is_one() -> None:
    with_text = product(name="One"), product(name="Two"), product(name="Three")
    for id_, text in zip(with_text, ("VAT 19", "19 %", "lowest"), strict=True):
        with write_tx():
            Product.update(tax=text, version=2).where(Product.id == id_).execute()
    with pytest.raises(Refused, match="No product waits"):
        match_taxes(desk(), MatchTaxes())
    class_id = add_class()
    assert match_taxes(desk(), MatchTaxes()).says == (
        "2 products have a tax class now. 1 have a tax that no class means."
    )
    assert [product_record(id_).tax_class_id for id_ in with_text] == [class_id, class_id, None]


TAXES = st.lists(
    st.builds(
        Tax,
        st.sampled_from(["VAT", "GST", "bottle 2", "Tax"]),
        st.integers(0, 16_000),
        st.sampled_from(["percent", "of_total", "per_unit"]),
        in_next_base=st.booleans(),
    ),
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(TAXES, st.sampled_from(["USD", "JPY", "KWD"]))
def test_the_line_of_taxes_is_read_as_it_was_written(taxes: list[Tax], currency: str) -> None:
    assert read_taxes(taxes_text(taxes, currency), currency) == tuple(taxes)
