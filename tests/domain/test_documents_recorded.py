"""Whole bills that four shops recorded, worked out by our rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from pim_tui.domain.basket import Basket, BasketLine, Discount
from pim_tui.domain.pricing import PricedBill, Terms, price
from pim_tui.domain.returns import quote
from pim_tui.domain.rounding import rounded
from pim_tui.domain.taxes import Tax, TaxClass
from tests.domain.bills import sold
from tests.domain.money_decisions import DOCUMENTS
from tests.domain.test_taxes import recorded_tax

Case = dict[str, Any]
EXCLUSIVE = Terms("EUR", inclusive=False)


def _cents(text: str) -> int:
    """The records of one shop are unrounded; shown, they are rounded."""
    return rounded(Fraction(text) * 100)


def _rate(text: str) -> int:
    return int(Fraction(text) * 1000)


def _bill(lines: list[BasketLine], terms: Terms, discount: Discount = Discount()) -> PricedBill:  # noqa: B008
    return price(Basket("sale", tuple(lines), discount), terms)


# --- one shop at a time: whether our bill says what theirs does -----------------------------------


def _odoo(case: Case) -> bool:
    lines = [
        BasketLine(
            "thing",
            raw["quantity"],
            _cents(raw["unit_price"]),
            taxes=TaxClass(
                "",
                tuple(
                    recorded_tax(tax, Fraction(1, 100), str(number))
                    for number, tax in enumerate(raw["taxes"])
                ),
            ),
        )
        for raw in case["lines"]
    ]
    bill, wanted = _bill(lines, EXCLUSIVE), case["expect"]
    assert case["rounding"] == "round_per_line"
    return [bill.net, bill.tax, bill.total, *(tax.amount for tax in bill.taxes)] == [
        _cents(text) for text in (wanted["base"], wanted["tax"], wanted["total"], *wanted["tax_by_tax"])
    ]


def _gobl(case: Case) -> bool:
    def taxes(raw: Case) -> list[Tax]:
        name, rate, surcharge = raw["category"], raw["rate"], raw.get("surcharge")
        if "(retained)" in name:
            return []
        found = [Tax(f"{name} {rate} {surcharge or ''}", 0 if rate == "exempt" else _rate(rate))]
        return [*found, Tax(f"{name} {rate} surcharge", _rate(surcharge))] if surcharge else found

    lines = [
        BasketLine(
            "thing",
            1,
            _cents(raw["amount"]),
            taxes=TaxClass("", tuple(t for tax in raw["taxes"] for t in taxes(tax))),
        )
        for raw in case["lines"]
    ]
    terms = replace(EXCLUSIVE, inclusive=case["prices_include_vat"], tax_per="rate")
    bill = _bill(lines, terms)
    wanted = []
    for group in case["expect"]["groups"]:
        name = f"{group['category']} {group['rate']}"
        surcharge = group.get("surcharge_rate")
        wanted.append((f"{name} {surcharge or ''}", _cents(group["base"]), _cents(group["amount"])))
        if surcharge:
            wanted.append((f"{name} surcharge", _cents(group["base"]), _cents(group["surcharge"])))
    found = [(tax.name, tax.base, tax.amount) for tax in bill.taxes]
    return sorted(found) == sorted(wanted) and bill.tax == _cents(case["expect"]["tax_sum"])


def _vendure(case: Case) -> bool:
    """Prices in cents. What is charged besides is a line; what is taken off besides is a discount."""
    extras = [one for key in ("shipping", "surcharges") for one in _several(case[key])]
    reductions = _several(case["order_discount"])
    lines = [
        BasketLine(
            "thing",
            raw["quantity"],
            raw["unit_price"],
            discount=_line_discount(reductions, raw["unit_price"]),
            taxes=_vat(raw["tax_rate"]),
        )
        for raw in case["lines"]
    ]
    lines += [
        BasketLine("extra", 1, one["price"], taxes=_vat(one["tax_rate"]))
        for one in extras
        if one["price"] > 0
    ]
    terms = replace(EXCLUSIVE, inclusive=case["prices_include_tax"])
    total = sum(line.quantity * line.unit_price for line in lines)
    amount = sum(-one["price"] for one in extras if one["price"] < 0)
    bill = _bill(lines, terms, Discount(amount=amount) if amount else _bill_discount(reductions, total))
    things = [line for line in bill.lines if line.line.description == "thing"]
    goods = bill.lines if case["surcharges"] else things
    found = {
        "subtotal": sum(line.net for line in goods),
        "subtotal_with_tax": sum(line.total for line in goods),
        "line_totals_with_tax": [line.total for line in things],
        "shipping": bill.net - sum(line.net for line in things),
        "shipping_with_tax": bill.total - sum(line.total for line in things),
        "total": bill.net,
        "total_with_tax": bill.total,
        "tax_summary": [
            {"rate": f"{tax.rate / 1000:g}", "base": tax.base, "tax": tax.amount} for tax in bill.taxes
        ],
    }
    return all(found[name] == value for name, value in case["expect"].items())


def _several(raw: Any) -> list[Case]:
    """None, one or several."""
    return raw if isinstance(raw, list) else [raw] if raw else []


def _vat(rate: str) -> TaxClass:
    return TaxClass(rate, (Tax("VAT", _rate(rate)),))


def _line_discount(reductions: list[Case], unit_price: int) -> Discount:
    found = [
        Discount(percent=_rate(one["value"]))
        for one in reductions
        if one["kind"] == "percent_items" and one.get("only_unit_price", unit_price) == unit_price
    ]
    return found[0] if found else Discount()


def _bill_discount(reductions: list[Case], total: int) -> Discount:
    made: dict[str, Callable[[Any], Discount]] = {
        "order_percent": lambda value: Discount(percent=_rate(value)),
        "order_amount": lambda value: Discount(amount=value),
        "order_fixed_price": lambda value: Discount(amount=total - value),
    }
    found = [made[one["kind"]](one["value"]) for one in reductions if one["kind"] in made]
    return found[0] if found else Discount()


def _medusa(case: Case) -> bool:
    def bill(raws: list[Case] | None) -> PricedBill:
        return _bill([_medusa_line(raw) for raw in raws or []], replace(EXCLUSIVE, tax_per="rate"))

    goods, sent = bill(case["lines"]), bill(case.get("shipping"))
    found: Case = {
        "subtotal": goods.net, "tax": goods.tax, "total": goods.total, "line_total": goods.total,
        "item_total": goods.total, "item_tax": goods.tax,
        "shipping_total": sent.total, "shipping_tax": sent.tax,
        "lines": [{"subtotal": one.net, "tax": one.tax, "total": one.total} for one in goods.lines],
    }  # fmt: skip
    if "returned" in case:
        (line,) = sold(goods)
        first = quote([(line, 1)]).total
        last = quote([(replace(line, returned=1), 1)]).total
        found |= {"per_unit": first, "return_received": first, "return_dismissed": last, "write_off": last}
        found["refundable"] = goods.total - first - last
    wanted = {name: _in_cents(value) for name, value in case["expect"].items()}
    return all(found[name] == value for name, value in wanted.items())


def _medusa_line(raw: Case) -> BasketLine:
    tax = Tax(f"VAT {raw['tax_rate']}", _rate(raw["tax_rate"]), included=raw["price_includes_tax"])
    return BasketLine(
        "thing",
        raw.get("quantity", 1),
        _cents(raw.get("unit_price", raw.get("price"))),
        discount=Discount(amount=_cents(raw["discount"])),
        taxes=TaxClass("", (tax,)),
    )


def _in_cents(value: Any) -> Any:
    if isinstance(value, list):
        return [{name: _cents(text) for name, text in one.items()} for one in value]
    return _cents(value)


def _solidus(case: Case) -> bool:
    lines = [
        BasketLine("thing", raw["quantity"], _cents(raw["unit_price"]), taxes=_vat(raw["tax_rate"]))
        for raw in case["lines"]
    ]
    bill, wanted = _bill(lines, replace(EXCLUSIVE, inclusive=case["prices_include_tax"])), case["expect"]
    return [bill.tax, bill.net, bill.total] == [
        _cents(wanted[name]) for name in ("included_tax", "net", "total")
    ]


SHOPS = {"odoo": _odoo, "gobl": _gobl, "vendure": _vendure, "medusa": _medusa, "solidus": _solidus}


def test_every_recorded_bill_comes_out_the_same(shared: Path) -> None:
    cases = json.loads((shared / "data/money/documents.json").read_text())["cases"]
    assert len(cases) == 30
    assert sorted(case["id"] for case in cases if not SHOPS[case["source"]](case)) == sorted(DOCUMENTS)
