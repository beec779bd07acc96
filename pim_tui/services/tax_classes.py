"""Tax classes: added, changed, taken out of use. Bills keep their past: their lines hold the taxes."""

from __future__ import annotations

from dataclasses import dataclass

from ..db.bulk import insert
from ..db.connection import current, select
from ..domain.rights import Right
from ..domain.taxes import Tax as Taxed
from ..domain.taxline import meant, read_taxes, taxes_text
from ..domain.text import fold, tidy
from ..errors import Difference, Fault, Invalid, Refused, Stale
from ..models import Product, Tax, TaxClass
from ..queries.tax_classes import TaxClassRow, tax_class, tax_classes
from .usecase import use_case
from .work import Done, Work

NAME = 40


@dataclass(frozen=True, slots=True)
class AddTaxClass:
    """Add a class. ``taxes`` is a line as :func:`~..domain.taxline.read_taxes` reads it; empty for none."""

    name: str
    taxes: str
    request: str = ""


@dataclass(frozen=True, slots=True)
class ChangeTaxClass:
    """Change a class: ``was`` is its name and line as the form had them, at ``version``."""

    id: int
    version: int
    was: tuple[str, str]
    name: str
    taxes: str
    request: str = ""


@dataclass(frozen=True, slots=True)
class RetireTaxClass:
    """Take a class out of use, or back (``active``)."""

    id: int
    version: int
    active: bool = False
    request: str = ""


@dataclass(frozen=True, slots=True)
class MatchTaxes:
    """Give every product without a class the one that the text of its table means."""

    request: str = ""


@use_case(Right.CHANGE_PRODUCT)
def add_tax_class(work: Work, command: AddTaxClass) -> Done:
    """Add a class. Raises Invalid with every fault."""
    name, taxes = _read(work, command.name, command.taxes, None)
    id_ = int(TaxClass.insert(name=name, active=True).execute())
    _store_taxes(id_, taxes)
    work.changed("create", "tax_class", id_, None, _told(work, name, taxes))
    return Done("tax_class", (id_,), (), 1, f"Tax class {name} added.")


@use_case(Right.CHANGE_PRODUCT)
def change_tax_class(work: Work, command: ChangeTaxClass) -> Done:
    """Change a class for what is sold from now on. Raises Invalid, NotFound, Stale, Refused."""
    found = tax_class(command.id)
    line = taxes_text(found.taxes, work.session.currency)
    if found.version != command.version:
        raise Stale(found.name, _differences(command, found.name, line), found.version)
    name, taxes = _read(work, command.name, command.taxes, found.id)
    if (name, taxes) == (found.name, found.taxes):
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    _update(found, name=name)
    _take_off_taxes(found.id)
    _store_taxes(found.id, taxes)
    before, after = _told(work, found.name, found.taxes), _told(work, name, taxes)
    work.changed("change", "tax_class", found.id, before, after)
    return Done("tax_class", (found.id,), (), found.version + 1, f"Tax class {name} changed.")


@use_case(Right.CHANGE_PRODUCT)
def retire_tax_class(work: Work, command: RetireTaxClass) -> Done:
    """Take a class out of use or back; products keep it. Raises NotFound, Stale, Refused."""
    found = tax_class(command.id)
    if found.version != command.version:
        raise Stale(found.name, (), found.version)
    if found.active == command.active:
        raise Refused(f"{found.name} is {'in' if found.active else 'out of'} use already.")
    _update(found, active=command.active)
    verb = "reactivate" if command.active else "retire"
    told = {"name": found.name}
    work.changed(
        verb, "tax_class", found.id, {**told, "active": found.active}, {**told, "active": command.active}
    )
    says = f"Tax class {found.name} is {'in use again' if command.active else 'out of use'}"
    rest = f"; {found.products} products still have it" if found.products and not command.active else ""
    return Done("tax_class", (found.id,), (), found.version + 1, f"{says}{rest}.")


@use_case(Right.CHANGE_PRODUCT)
def match_taxes(work: Work, command: MatchTaxes) -> Done:
    """Give products the class that their text means (``19%``, ``VAT 20``). Refused when none fits."""
    classes = [one.named() for one in tax_classes()]
    waiting = select(
        "select id, version, name, tax from product where tax_class_id is null and tax <> '' and active = 1"
        " order by id"
    )
    fitting = [(row, one) for row in waiting if (one := meant(row[3], classes))]
    if not fitting:
        raise Refused("No product waits for a tax class that there is.", "Add a class of that name or rate.")
    for (id_, version, name, text), one in fitting:
        Product.update(version=version + 1, tax_class=one.id).where(
            Product.id == id_, Product.version == version
        ).execute()
        work.changed(
            "change", "product", id_, {"name": name}, {"name": name, "tax": text, "tax_class": one.name}
        )
    left = len(waiting) - len(fitting)
    rest = f" {left} have a tax that no class means." if left else ""
    ids = tuple(row[0] for row, _ in fitting)
    return Done("product", ids, (), 0, f"{len(ids)} products have a tax class now.{rest}")


def _read(work: Work, name: str, line: str, own: int | None) -> tuple[str, tuple[Taxed, ...]]:
    faults, kept = list[Fault](), tidy(name, limit=NAME + 1)
    if not kept:
        faults.append(Fault("name", "is empty"))
    if len(kept) > NAME:
        faults.append(Fault("name", f"takes at most {NAME} characters"))
    if any(fold(one.name) == fold(kept) and one.id != own for one in tax_classes(retired=True)):
        faults.append(Fault("name", "is taken by another tax class"))
    taxes: tuple[Taxed, ...] = ()
    hint = "Nothing was saved."
    try:
        taxes = read_taxes(line, work.session.currency)
    except Invalid as error:
        faults += error.faults
        hint = error.hint
    if faults:
        raise Invalid(faults, hint)
    return kept, taxes


def _take_off_taxes(class_id: int) -> None:
    """The taxes as they were are in the journal, and on the lines of the bills that were charged them."""
    db = current().db
    db.execute_sql(f"delete from tax where tax_class_id = {db.param}", [class_id])


def _store_taxes(class_id: int, taxes: tuple[Taxed, ...]) -> None:
    insert(
        (Tax.tax_class, Tax.position, Tax.name, Tax.kind, Tax.rate, Tax.in_next_base),
        (
            (class_id, position, tax.name, tax.kind, tax.rate, tax.in_next_base)
            for position, tax in enumerate(taxes)
        ),
    )


def _update(found: TaxClassRow, **columns: object) -> None:
    stored = (
        TaxClass.update(version=found.version + 1, **columns)
        .where(TaxClass.id == found.id, TaxClass.version == found.version)
        .execute()
    )
    if stored != 1:
        raise AssertionError("the tax class changed under the write lock")


def _told(work: Work, name: str, taxes: tuple[Taxed, ...]) -> dict[str, object]:
    return {"name": name, "taxes": taxes_text(taxes, work.session.currency)}


def _differences(command: ChangeTaxClass, name: str, line: str) -> list[Difference]:
    rows = zip(("name", "taxes"), command.was, (name, line), (command.name, command.taxes), strict=True)
    return [Difference(field, was, theirs, yours) for field, was, theirs, yours in rows if was != theirs]
