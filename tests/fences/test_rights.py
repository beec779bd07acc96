"""Nobody does what they have no right to: every use case names one and refuses without it, first of all."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from pim_tui import services
from pim_tui.domain.rights import ROLES, TITLES, Right, rights_of
from pim_tui.domain.session import Session
from pim_tui.errors import Forbidden, NotFound, PimError
from pim_tui.queries.gate import on_behalf_of
from pim_tui.queries.roles import roles
from pim_tui.services.corrections import standing
from pim_tui.services.payouts import payable
from pim_tui.services.refunds import Owner
from pim_tui.services.usecase import RIGHTS
from tests.fences.rules import PACKAGE
from tests.services.clinic import ANNA, JANE, Practice

INSIDE = {
    "pim_tui.services.audit.append",
    "pim_tui.services.customer_rows.insert_customers",
    "pim_tui.services.refusals.refusals_told",
}
"""Steps of a use case: they run inside its transaction, after its check; the last watches it."""


def modules() -> list[Any]:
    """Every module of the services, imported."""
    return [import_module(f"{services.__name__}.{found.name}") for found in iter_modules(services.__path__)]


MODULES = modules()


def acts() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the services that is told who is working, and every use case."""
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            full = f"{function.__module__}.{name}"
            if function.__module__ != module.__name__ or full in INSIDE:
                continue
            if full in RIGHTS or (not name.startswith("_") and _is_told_who(function)):
                yield full, function


def _is_told_who(function: Callable[..., Any]) -> bool:
    first = next(iter(inspect.signature(function).parameters.values()), None)
    return first is not None and str(first.annotation).endswith("Session")


ACTS = dict(acts())
CASES = {name: right for name, right in RIGHTS.items() if name in ACTS}
"""The use cases of the program: tests make some of their own."""


def methods() -> Iterator[tuple[str, type, str]]:
    """Every public method of a class of the services that is told who is working: chores are such."""
    for module in MODULES:
        for _, cls in inspect.getmembers(module, inspect.isclass):
            if cls.__module__ != module.__name__ or getattr(cls, "_is_protocol", False):
                continue
            for name, function in inspect.getmembers(cls, inspect.isfunction):
                told = list(inspect.signature(function).parameters.values())[1:2]
                if not name.startswith("_") and told and str(told[0].annotation).endswith("Session"):
                    yield f"{module.__name__}.{cls.__name__}.{name}", cls, name


METHODS = {full: (cls, name) for full, cls, name in methods()}


def test_the_use_cases_are_found() -> None:
    ours = {name for name in RIGHTS if name.startswith("pim_tui.")}
    assert {"pim_tui.services.booking.book", "pim_tui.services.undo.undo"} <= ours <= set(ACTS)
    assert len(ACTS) >= 10


def test_every_service_asks_for_a_right_before_anything_else(clinic: Practice, tmp_path: Path) -> None:
    nobody = replace(clinic.session, rights=frozenset())
    for name in ACTS:
        with refused(name, "right"):
            call(name, nobody, tmp_path)
    untouched(clinic)


def test_no_chore_is_done_without_a_right(clinic: Practice) -> None:
    assert len(METHODS) >= 7
    nobody = replace(clinic.session, rights=frozenset())
    for full, (cls, name) in METHODS.items():
        # Nothing was given to it: whatever it does before it looks at the rights fails otherwise.
        with refused(full, "right"):
            getattr(cls, name)(object.__new__(cls), nobody, lambda: False)
    untouched(clinic)


def test_every_other_right_is_not_enough(clinic: Practice, tmp_path: Path) -> None:
    for name, right in CASES.items():
        somebody = replace(clinic.session, rights=frozenset(Right) - {right})
        with refused(name, f"the right to {TITLES[right]}."):
            call(name, somebody, tmp_path)
    untouched(clinic)


@pytest.mark.parametrize("role", ROLES)
def test_every_service_is_allowed_or_refused_to_every_role_as_the_tables_say(
    clinic: Practice, role: str, tmp_path: Path
) -> None:
    """What is allowed gets past its check, to where it misses its command: those that are no use case got
    there when it was asked what they need."""
    rights = rights_of(role)
    become(clinic, role)
    for name in ACTS:
        lacking = [right for right in needs(name, clinic.session, tmp_path) if right not in rights]
        somebody = replace(clinic.session, rights=rights)
        if lacking:
            with refused(name, f"the right to {TITLES[lacking[0]]}."):
                call(name, somebody, tmp_path)
        elif name in RIGHTS:
            assert _lacked(name, somebody, tmp_path) is None, name
    become(clinic, "owner")
    untouched(clinic)


def test_a_right_that_is_withdrawn_is_gone_at_once_and_so_is_somebody_who_left(
    clinic: Practice, tmp_path: Path
) -> None:
    """The session was given everything when it began."""
    become(clinic, "cashier")
    for name, right in CASES.items():
        if right not in rights_of("cashier"):
            with refused(name, "no longer"):
                call(name, clinic.session, tmp_path)
    become(clinic, "owner", active=False)
    for name in CASES:
        with refused(name, "no longer"):
            call(name, clinic.session, tmp_path)
    become(clinic, "owner")
    untouched(clinic)


def become(clinic: Practice, role: str, *, active: bool = True) -> None:
    """Whoever works here has another role from now on, or works here no more."""
    with clinic.store.write_tx():
        clinic.store.db.execute_sql(
            "update staff set role = ?, active = ?, version = version + 1 where id = ?",
            (role, active, clinic.session.staff_id),
        )


def untouched(clinic: Practice) -> None:
    """Nothing was done; that somebody tried may be in the journal."""
    assert set(clinic.actions()) <= {"refused"}


NO_COMMAND = (AttributeError, TypeError, KeyError, IndexError, PimError)
"""What comes of carrying out nothing at all."""

_NEEDS: dict[str, tuple[Right, ...]] = {}


def needs(name: str, session: Session, folder: Path) -> tuple[Right, ...]:
    """The rights a service asks for without looking at its command, one after the other: those it is told
    with, and else those that it stops for."""
    if name in RIGHTS:
        return (RIGHTS[name],)
    if name not in _NEEDS:
        found: list[Right] = []
        while (lacked := _lacked(name, replace(session, rights=frozenset(found)), folder)) is not None:
            found.append(lacked)
        _NEEDS[name] = tuple(found)
    return _NEEDS[name]


def _lacked(name: str, session: Session, folder: Path) -> Right | None:
    """The right for want of which a service stops, None where it got past its checks."""
    try:
        call(name, session, folder)
    except Forbidden as error:
        return Right(error.right)
    except NO_COMMAND:
        return None
    return None


@contextmanager
def refused(name: str, why: str) -> Iterator[None]:
    """That is refused for this reason; ``name`` is told where it is not."""
    with pytest.raises(Forbidden) as told:
        yield
    assert why in told.value.message, name


def call(name: str, session: Any, folder: Path) -> None:
    """Call a service with nothing but a session: it must not come to reading the rest."""
    act = getattr(import_module(name.rpartition(".")[0]), name.rpartition(".")[2])
    parameters = list(inspect.signature(inspect.unwrap(act)).parameters.values())[1:]
    needed = [one for one in parameters if one.default is inspect.Parameter.empty]
    positional = [
        folder if "Path" in str(one.annotation) else None for one in needed if one.kind != one.KEYWORD_ONLY
    ]
    named = {one.name: True for one in needed if one.kind == one.KEYWORD_ONLY}
    act(session, *positional, **named)


def test_a_role_nobody_wrote_down_may_do_nothing() -> None:
    assert rights_of("emperor") == frozenset()
    assert rights_of("owner") == frozenset(Right)


LEAVES = {Right.PRINT, Right.EXPORT, Right.EXPORT_MANY}
"""By which something leaves the house."""
NO_PAPER = ("bill_mail.email_bill", "account_mail.email_account", "files.picture")
"""What is sent, or looked at, by other rights than those."""
OUTWARDS = {
    "exporting.export_customers": {Right.EXPORT, Right.SEE_CUSTOMER},
    "exporting.export_appointments": {Right.EXPORT, Right.SEE_APPOINTMENT},
    "exporting_money.export_money": {Right.EXPORT, Right.SEE_BILL},
    "exporting_money.export_journal": {Right.EXPORT, Right.SEE_BILL, Right.SEE_JOURNAL},
    "exporting_reports.export_report": {Right.EXPORT, Right.SEE_REPORT},
    "person_export.export_person": {
        Right.EXPORT, Right.SEE_CUSTOMER, Right.SEE_APPOINTMENT, Right.SEE_BILL, Right.SEE_NOTE,
        Right.SEE_FILE, Right.PRINT,
    },
    "exporting_journal.export_lines": {Right.EXPORT, Right.SEE_JOURNAL, Right.SEE_CUSTOMER},
    "files.save_copy": {Right.EXPORT, Right.SEE_CUSTOMER},
    "calendar_papers.day_paper": {Right.PRINT, Right.SEE_APPOINTMENT},
    "calendar_papers.week_paper": {Right.PRINT, Right.SEE_APPOINTMENT},
    "calendar_papers.month_paper": {Right.PRINT, Right.SEE_APPOINTMENT},
    "calendar_papers.schedule_paper": {Right.PRINT, Right.SEE_APPOINTMENT},
    "daysheet.assemble": {Right.PRINT, Right.SEE_APPOINTMENT},
    "downtime.downtime_paper": {Right.PRINT, Right.SEE_APPOINTMENT},
    "customer_papers.card_paper": {Right.PRINT, Right.SEE_CUSTOMER, Right.SEE_APPOINTMENT},
    "customer_papers.list_paper": {Right.PRINT, Right.SEE_CUSTOMER},
    "customer_papers.register_paper": {Right.PRINT, Right.SEE_PRODUCT},
    "bill_papers.posting_paper": {Right.PRINT, Right.SEE_BILL},
    "bill_papers.label_paper": {Right.PRINT, Right.SEE_BILL},
    "draft_papers.draft_paper": {Right.PRINT, Right.SEE_BILL},
    "close_papers.close_paper": {Right.PRINT, Right.SEE_BILL},
    "account_papers.ledger_paper": {Right.PRINT, Right.SEE_BILL},
    "report_papers.report_paper": {Right.PRINT, Right.SEE_REPORT},
    "account_papers.statement_paper": {Right.PRINT, Right.SEE_BILL},
    "record_papers.record_paper": {Right.PRINT, Right.SEE_CUSTOMER, Right.SEE_BILL, Right.SEE_APPOINTMENT},
    "bill_mail.email_bill": {Right.POST_BILL, Right.SEE_BILL},
    "account_mail.email_account": {Right.POST_BILL, Right.SEE_BILL},
    "files.picture": {Right.SEE_CUSTOMER, Right.SEE_FILE},
}  # fmt: skip
"""What leaves the house asks for the right to see each part of it, besides the right to let it leave."""


CARRIERS = {
    "downtime_files": "keep_pack", "exporting": "export_list", "files": "_tell_copy",
    "issuing": "_tell hand_out", "leaving": "_tell hand_out write_paper write_sheet", "papers": "make",
    "printers": "_tell_test became_of listed print_test", "printing": "_not_taken _tell preview print_paper",
    "stationery": "render", "stepup": "stepped_up_for",
}  # fmt: skip
"""What carries out of the house whatever others have made by rights of their own, or tells the journal so."""


def test_what_leaves_the_house_needs_the_right_to_see_every_part_of_it(
    clinic: Practice, tmp_path: Path
) -> None:
    """Whatever asks for the right to let something leave is in one of the two tables."""
    carriers = {f"{module}.{name}" for module, names in CARRIERS.items() for name in names.split()}
    found = {
        name.removeprefix("pim_tui.services."): rights
        for name in ACTS
        if (rights := set(needs(name, clinic.session, tmp_path))) & LEAVES
    }
    told = {name: rights for name, rights in found.items() if name not in carriers}
    also = {name: set(needs(f"pim_tui.services.{name}", clinic.session, tmp_path)) for name in NO_PAPER}
    assert told | also == OUTWARDS
    assert carriers <= set(found)


ROOMS = ("tui", "cli", "line", "host", "*.py")
"""Whoever may call a service: the rooms above it, and what lies beside them."""
FOR_ANYBODY = {
    "approvals": ("may_say_yes", "names, which whoever asks for a second yes chooses from"),
    "backups": (
        "backups_in copied_out tidied",
        "the names of files that the caller can list; the copy itself, once take_backup_apart has asked",
    ),
    "clinicrules": ("calendar_rules house_rules", "reads settings"),
    "corrections": ("standing", "asks a guarded query"),
    "discounts": ("may_agree", "names, which whoever gives a discount chooses from"),
    "demo": ("furnish", "furnishes a book that nobody has opened yet"),
    "demo_large": ("furnish_large", "furnishes a book that nobody has opened yet"),
    "event_places": ("with_whom", "reads nothing"),
    "exporting": ("kinds_of", "reads nothing"),
    "house": ("house_of", "reads settings"),
    "incoming": ("options_of", "reads settings"),
    "morning": ("pages_due", "a day, and no page of the book"),
    "payouts": ("payable", "asks guarded queries"),
    "posting": ("require_one_currency", "the money of the book, which is on every paper of its"),
    "printers": ("can_print configured", "reads settings"),
    "refusals": ("called refusals_told", "watches what asks"),
    "restoring": ("restore", "may be by nobody in that book; the command asks where there is one"),
    "setup": ("office_hours set_up", "the first person of a book that has nobody yet"),
    "signing": ("anybody_has_a_pin", "asked before anybody is signed in"),
    "stationery": ("stationery", "reads settings"),
    "turned_away": ("turned_away", "tells the journal of somebody who was not let in"),
    "uploads": ("digest_of new_secret", "reads nothing"),
    "usecase": ("answered", "what this very request was answered before"),
    "wanted": ("report_stem", "reads nothing"),
    "zoom": ("missing told_missing", "reads settings"),
}
"""What other rooms call without saying who they are, and why that gives nothing away."""


def called_from_outside() -> set[str]:
    """Every function of the services that another room imports, by itself or by its module."""
    found = set()
    for room in ROOMS:
        files = [*PACKAGE.glob(room)] if "*" in room else [*(PACKAGE / room).rglob("*.py")]
        assert files, room
        for tree in (ast.parse(file.read_text("utf-8")) for file in files):
            found |= {f"{act.__module__}.{act.__name__}" for act in _services_in(tree)}
    return found


def _services_in(tree: ast.Module) -> Iterator[Callable[..., Any]]:
    modules: dict[str, Any] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or "services" not in (node.module or "").split("."):
            continue
        short = (node.module or "").partition("services")[2].removeprefix(".")
        for alias in node.names:
            place = ".".join(filter(None, (services.__name__, short)))
            if short:
                yield from filter(_is_service, [getattr(import_module(place), alias.name)])
            else:
                modules[alias.asname or alias.name] = import_module(f"{place}.{alias.name}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield from filter(_is_service, [getattr(modules[node.value.id], node.attr, None)])


def _is_service(found: Any) -> bool:
    return inspect.isfunction(found) and found.__module__.startswith(f"{services.__name__}.")


def test_what_other_rooms_call_asks_for_a_right_or_is_known_to_need_none() -> None:
    known = {
        f"{services.__name__}.{module}.{name}"
        for module, (names, _) in FOR_ANYBODY.items()
        for name in names.split()
    }
    called = called_from_outside()
    assert len(called) > 100
    assert called - set(ACTS) == known


def test_a_service_that_asks_for_nothing_is_seen() -> None:
    """The control: one that is called by its name, and one by its module."""
    tree = ast.parse(
        "from ..services.payments import open_drawer\nfrom ..services import tries\ntries.forget_old(0)"
    )
    assert {act.__name__ for act in _services_in(tree)} == {"open_drawer", "forget_old"}


def test_what_reads_without_saying_for_whom_is_refused_by_what_it_asks(clinic: Practice) -> None:
    for read in (partial(payable, Owner(JANE)), partial(standing, 1)):
        with on_behalf_of(clinic.as_(ANNA, Right.SEE_BILL)), pytest.raises(Forbidden):
            read()
        with on_behalf_of(clinic.session), suppress(NotFound):
            read()


def test_a_new_book_begins_with_the_roles_of_the_program(clinic: Practice) -> None:
    assert {role.name: role.rights for role in roles()} == ROLES
