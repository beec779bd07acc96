"""Third parties who pay a share, and for whom (P6, M6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pim_tui.db.connection import Book, select
from pim_tui.domain.customer import CustomerFields
from pim_tui.domain.payer import CoverageFields, PayerFields
from pim_tui.errors import Invalid, NotFound, Refused, Stale
from pim_tui.queries.payers import coverage_of, coverages, payer, payers
from pim_tui.services.customers import CreateCustomer, create_customer
from pim_tui.services.payers import (
    AddCoverage,
    AddPayer,
    ChangeCoverage,
    ChangePayer,
    EndCoverage,
    RetirePayer,
    add_coverage,
    add_payer,
    change_coverage,
    change_payer,
    end_coverage,
    retire_payer,
)
from tests.services.desk import TODAY, desk

FUND = PayerFields("Health Fund", "1 Dock Rd\nQuincy", "+1 617 555 0100", "claims@fund.example")


@pytest.fixture
def customer(book: Book) -> int:
    return create_customer(desk(), CreateCustomer(CustomerFields(first="Jane", last="Doe"))).ids[0]


def add(fields: PayerFields = FUND) -> int:
    return add_payer(desk(), AddPayer(fields)).ids[0]


def cover(customer: int, payer_id: int, share: str = "80", **more: str) -> int:
    add_coverage(desk(), AddCoverage(customer, payer_id, CoverageFields(share=share, **more)))
    return coverages(customer)[-1].id


def test_a_payer_is_kept_and_found_and_no_customer(customer: int) -> None:
    id_ = add()
    assert payer(id_).fields == FUND
    assert [row.name for row in payers("fund quincy").rows] == ["Health Fund"]
    assert select("select count(*) from customer") == [(1,)]


def test_a_payer_without_a_name_or_with_a_wrong_address_is_refused(book: Book) -> None:
    with pytest.raises(Invalid, match=r"name: is empty; email: is not an email address"):
        add(PayerFields(email="fund"))


def test_a_stale_change_of_a_payer_shows_both_values(book: Book) -> None:
    id_ = add()
    change_payer(desk(), ChangePayer(id_, 1, FUND, replace(FUND, phone="1")))
    with pytest.raises(Stale) as stale:
        change_payer(desk(), ChangePayer(id_, 1, FUND, replace(FUND, phone="2")))
    assert [(one.field, one.theirs, one.yours) for one in stale.value.differences] == [("phone", "1", "2")]
    with pytest.raises(Refused, match="Nothing was changed"):
        change_payer(desk(), ChangePayer(id_, 2, FUND, replace(FUND, phone="1")))


def test_what_counts_today_is_proposed_the_largest_share_first(customer: int) -> None:
    fund, state, old = add(), add(PayerFields("State")), add(PayerFields("Old"))
    cover(customer, fund, "20,5 %", policy="A-1")
    cover(customer, state, "80")
    cover(customer, old, "90", valid_to="22.11.2026")
    found = coverage_of(customer, TODAY)
    assert [(one.payer, one.share) for one in found] == [("State", 80_000), ("Health Fund", 20_500)]
    assert found[1].says == "Health Fund 20.5 % · policy A-1"
    assert coverage_of(customer, date(2026, 11, 22))[0].payer == "Old"
    retire_payer(desk(), RetirePayer(state, 1))
    assert [one.payer for one in coverage_of(customer, TODAY)] == ["Health Fund"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (CoverageFields(share="101"), "no percentage from 0 to 100"),
        (CoverageFields(share="most"), "no percentage"),
        (CoverageFields(valid_to="never"), "is no day"),
    ],
)
def test_a_share_that_cannot_be_is_refused(customer: int, fields: CoverageFields, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        add_coverage(desk(), AddCoverage(customer, add(), fields))


def test_one_payer_stands_in_once_until_that_ends(customer: int) -> None:
    fund = add()
    first = cover(customer, fund)
    with pytest.raises(Refused, match="pays for this customer already"):
        cover(customer, fund)
    was = coverages(customer)[0].fields
    change_coverage(desk(), ChangeCoverage(first, 1, was, replace(was, share="50")))
    with pytest.raises(Stale):
        change_coverage(desk(), ChangeCoverage(first, 1, was, replace(was, share="60")))
    end_coverage(desk(), EndCoverage(first, 2))
    assert coverage_of(customer, TODAY) == ()
    cover(customer, fund, "10")
    assert [one.share for one in coverage_of(customer, TODAY)] == [10_000]


def test_a_payer_out_of_use_or_a_customer_who_is_not_there_gets_no_coverage(customer: int) -> None:
    fund = add()
    with pytest.raises(NotFound):
        cover(99, fund)
    retire_payer(desk(), RetirePayer(fund, 1))
    with pytest.raises(Refused, match="out of use"):
        cover(customer, fund)
    assert payers().rows == ()
    assert len(payers(retired=True).rows) == 1
