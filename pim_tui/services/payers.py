"""Third parties who pay a share (P6): added, changed, taken out of use; and whom they stand in for (M6)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ..db.connection import select
from ..domain.dates import Order
from ..domain.moments import day_of
from ..domain.payer import TITLES, CoverageFields, PayerFields, read_coverage, read_payer, share_text
from ..domain.product import sort_name
from ..domain.rights import Right
from ..domain.text import tidy
from ..domain.versions import meanwhile
from ..errors import Invalid, NotFound, Refused, Stale
from ..models import Coverage, Payer
from ..queries.payers import Cover, coverage, payer
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class AddPayer:
    """Add a payer."""

    fields: PayerFields
    request: str = ""


@dataclass(frozen=True, slots=True)
class ChangePayer:
    """Change a payer: ``was`` is what the form was filled with at ``version``, ``fields`` what it holds."""

    id: int
    version: int
    was: PayerFields
    fields: PayerFields
    request: str = ""


@dataclass(frozen=True, slots=True)
class RetirePayer:
    """Take a payer out of use, or back (``active``)."""

    id: int
    version: int
    active: bool = False
    reason: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class AddCoverage:
    """A payer stands in for a customer. ``order`` is how a date of numbers alone is read."""

    customer_id: int
    payer_id: int
    fields: CoverageFields
    order: Order = "dmy"
    request: str = ""


@dataclass(frozen=True, slots=True)
class ChangeCoverage:
    """Change what was agreed; ``was`` and ``version`` as for a payer."""

    id: int
    version: int
    was: CoverageFields
    fields: CoverageFields
    order: Order = "dmy"
    request: str = ""


@dataclass(frozen=True, slots=True)
class EndCoverage:
    """The payer does not stand in for the customer any more; what was billed stays."""

    id: int
    version: int
    request: str = ""


@use_case(Right.CHANGE_PAYER)
def add_payer(work: Work, command: AddPayer) -> Done:
    """Add a payer. Raises Invalid with every fault."""
    values = _payer_values(command.fields)
    id_ = int(Payer.insert(**values, sort_name=sort_name(values["name"]), active=True).execute())
    work.changed("create", "payer", id_, None, {key: value for key, value in values.items() if value})
    return Done("payer", (id_,), (), 1, f"{values['name']} added.")


@use_case(Right.CHANGE_PAYER)
def change_payer(work: Work, command: ChangePayer) -> Done:
    """Change a payer. Raises Invalid, NotFound, Stale with both values, Refused."""
    found = payer(command.id)
    if found.version != command.version:
        raise Stale(found.name, meanwhile(command.was, found.fields, command.fields), found.version)
    values, before = _payer_values(command.fields), asdict(found.fields)
    dirty = [key for key, value in values.items() if before[key] != value]
    if not dirty:
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    changed = {key: values[key] for key in dirty}
    _update_payer(found.id, found.version, **changed, sort_name=sort_name(values["name"]))
    work.changed(
        "change",
        "payer",
        found.id,
        {"name": found.name, **{key: before[key] for key in dirty}},
        {"name": values["name"], **changed},
    )
    titles = ", ".join(TITLES[key] for key in dirty)
    return Done("payer", (found.id,), (), found.version + 1, f"{values['name']}: {titles} changed.")


@use_case(Right.CHANGE_PAYER)
def retire_payer(work: Work, command: RetirePayer) -> Done:
    """Take a payer out of use or back; what it owes stays. Raises NotFound, Stale, Refused."""
    found = payer(command.id)
    if found.version != command.version:
        raise Stale(found.name, (), found.version)
    if found.active == command.active:
        raise Refused(f"{found.name} is {'in' if found.active else 'out of'} use already.")
    _update_payer(found.id, found.version, active=command.active)
    before, after = ({"name": found.name, "active": value} for value in (found.active, command.active))
    verb = "reactivate" if command.active else "retire"
    work.changed(verb, "payer", found.id, before, after, tidy(command.reason))
    says = f"{found.name} is {'in use again' if command.active else 'out of use'}."
    return Done("payer", (found.id,), (), found.version + 1, says)


@use_case(Right.CHANGE_PAYER)
def add_coverage(work: Work, command: AddCoverage) -> Done:
    """Let a payer stand in for a customer. Raises Invalid, NotFound, Refused when it does already."""
    values, who = _coverage_values(work, command.fields, command.order), payer(command.payer_id)
    if not select("select 1 from customer where id = ?", [command.customer_id]):
        raise NotFound("That customer does not exist.", "Search again.")
    if not who.active:
        raise Refused(
            f"{who.name} is out of use.", "Choose another payer, or take it back into use.", rule="P6"
        )
    if select(
        "select 1 from coverage where customer_id = ? and payer_id = ? and active = 1",
        [command.customer_id, who.id],
    ):
        raise Refused(
            f"{who.name} pays for this customer already.", "Change what was agreed instead.", rule="P6"
        )
    id_ = Coverage.insert(customer=command.customer_id, payer=who.id, active=True, **values).execute()
    told = _told(command.customer_id, who.name, values)
    work.changed("create", "coverage", int(id_), None, told)
    return _covered(command.customer_id, 1, f"{who.name} pays a share from now on.")


@use_case(Right.CHANGE_PAYER)
def change_coverage(work: Work, command: ChangeCoverage) -> Done:
    """Change policy, share or last day. Raises Invalid, NotFound, Stale with both values, Refused."""
    found = coverage(command.id)
    if found.version != command.version:
        raise Stale(found.payer, meanwhile(command.was, found.fields, command.fields), found.version)
    values = _coverage_values(work, command.fields, command.order)
    before = {"policy": found.policy, "share": found.share, "valid_to": found.valid_to}
    if values == before:
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    _update_coverage(found, **values)
    work.changed(
        "change",
        "coverage",
        found.id,
        _told(found.customer_id, found.payer, before),
        _told(found.customer_id, found.payer, values),
    )
    return _covered(found.customer_id, found.version + 1, f"{found.payer}: changed.")


@use_case(Right.CHANGE_PAYER)
def end_coverage(work: Work, command: EndCoverage) -> Done:
    """End it; no later bill proposes the share. Raises NotFound, Stale, Refused."""
    found = coverage(command.id)
    if found.version != command.version:
        raise Stale(found.payer, (), found.version)
    if not found.active:
        raise Refused(f"{found.payer} does not pay for this customer any more.")
    _update_coverage(found, active=False)
    about = {"customer_id": found.customer_id, "name": found.payer}
    work.changed("end", "coverage", found.id, {**about, "active": True}, {**about, "active": False})
    return _covered(found.customer_id, found.version + 1, f"{found.payer} pays no share any more.")


# --- reading and storing -------------------------------------------------------------------------------


def _payer_values(form: PayerFields) -> dict[str, str]:
    values, faults = read_payer(form)
    if faults:
        raise Invalid(faults, "Nothing was saved.")
    return values


def _coverage_values(work: Work, form: CoverageFields, order: Order) -> dict[str, object]:
    today = day_of(work.now, work.session.zone)
    policy, share, valid_to, faults = read_coverage(form, today, order)
    if faults:
        raise Invalid(faults, "Nothing was saved.")
    return {"policy": policy, "share": share, "valid_to": valid_to}


def _update_payer(id_: int, version: int, **columns: object) -> None:
    _require_one(
        Payer.update(version=version + 1, **columns)
        .where(Payer.id == id_, Payer.version == version)
        .execute()
    )


def _update_coverage(found: Cover, **columns: object) -> None:
    _require_one(
        Coverage.update(version=found.version + 1, **columns)
        .where(Coverage.id == found.id, Coverage.version == found.version)
        .execute()
    )


def _require_one(stored: int) -> None:
    if stored != 1:
        raise AssertionError("the row changed under the write lock")


def _told(customer_id: int, name: str, values: dict[str, object]) -> dict[str, object]:
    day, share = values["valid_to"], values["share"]
    return {
        "customer_id": customer_id,
        "name": name,
        "policy": values["policy"],
        "share": share_text(share) if isinstance(share, int) else "",
        "valid_to": str(day or ""),
    }


def _covered(customer_id: int, version: int, says: str) -> Done:
    return Done("customer", (customer_id,), (), version, says)
