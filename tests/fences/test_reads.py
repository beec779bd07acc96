"""Every query names the right it needs, or is known to be for everybody signed in, or for nobody's eyes."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest

from pim_tui import queries
from pim_tui.domain.rights import Right
from pim_tui.queries.gate import READS
from tests.fences.rules import PACKAGE

ANYBODY = {
    "calendar": ("staff_columns staff_name staff_names room_columns types", "names, which every form offers"),
    "catalogue": ("catalogue", "names, which every typed line is read by"),
    "checks": ("exposures", "reads nothing"),
    "customers": ("address_lines", "reads nothing"),
    "explain": ("parts_of", "reads nothing"),
    "billitems": ("told", "reads nothing"),
    "billtext": ("goods_called", "reads nothing"),
    "postingwords": ("methods_told", "reads nothing"),
    "proposals": ("resolved", "reads nothing"),
    "refundable": ("at_most", "reads nothing"),
    "merging": ("seal_of_rows", "reads nothing"),
    "matching": ("matcher require_few", "read nothing"),
    "toldapart": ("told_apart", "numbers of those whose names whoever asks has before them"),
    "page": ("told", "adds up what was read by its right"),
    "equipment": (
        "equipment equipment_by_type usual_equipment rooms_of_several equipment_places", "names and places",
    ),
    "resources": ("resource_list resource", "names and places"),
    "hours": ("holidays holidays_due", "public holidays"),
    "series": ("any_due", "whether there is work to do"),
    "outside": ("standing late_since", "how many wait since when, and why; of nobody in particular"),
    "delivery": ("newest_waiting", "a number, for whoever just wrote the message"),
    "calendars": ("left_over", "names of services"),
    "roles": ("role_names roles_with rights_of_role", "asked before anybody is signed in, and whom to ask"),
    "staff": ("approvers", "names, which whoever asks for a second yes chooses from"),
    "stock": ("witnesses", "names, which whoever needs a witness chooses from"),
    "templates": ("templates template words_for", "words without anybody's data"),
    "exporting": ("clinic_key staff_names type_names spans batches", "names and the clinic's own key"),
    "person": ("names", "names of staff, rooms, types and services"),
    "changes": ("last_line lines_between", "what other desks did; a screen tells what it shows"),
    "files": ("whose is_photo is_known", "whether there is such a file, for those who ask for a right by it"),
    "erasing": ("everybody forgotten_files", "ids and digests"),
    "standing": ("known_as standing", "what the lock asks about whoever has a place at this terminal"),
    "backups": ("unsaved_since", "a moment, for the word that the last backup is too old"),
    "desk_sessions": ("end_asked_by", "whether one's own session is to end"),
    "journal": ("journal_page with_reasons row_of", "asks a guarded query, and hides what is not theirs"),
    "journal_line": ("journal_line", "asks a guarded query, and hides what is not theirs"),
    "moving": ("count_text", "reads nothing"),
    "gate": (
        "on_behalf_of for_reader for_program guarded may reader_may require_reader still_may rights_now"
        " opened_by",
        "is what asks",
    ),
}  # fmt: skip
"""Per module: what whoever is signed in may ask, and why that gives nothing away."""

NOBODY = {
    "following", "freetime", "fitting", "known", "meetings", "bookings", "stood", "uploads", "worktime",
    "texting", "series", "series_plan", "outside", "delivery", "calendars", "changes", "products",
    "calendar_checks", "cash_checks", "money_checks", "place_checks", "money_seals", "paging", "trust_checks",
    "reports.heat", "reports.lead", "reports.lost", "reports.reading", "reports.reasons", "reports.returning",
    "reports.takings", "reports.use", "reports.working", "backups",
}  # fmt: skip
"""Modules of which the rest is asked by services and other queries alone: no screen, list or command does."""

ASKING = ("tui", "cli", "lists", "line", "host")


def modules() -> Iterator[tuple[str, object]]:
    for found in walk_packages(queries.__path__, f"{queries.__name__}."):
        yield found.name.removeprefix(f"{queries.__name__}."), import_module(found.name)


def asked() -> Iterator[tuple[str, str]]:
    """Every public function of the queries: its module and its name."""
    for short, module in modules():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):  # type: ignore[attr-defined]
                yield short, name


def unguarded() -> set[tuple[str, str]]:
    return {
        (module, name)
        for module, name in asked()
        if f"{queries.__name__}.{module}.{name}" not in READS
        and not (module == "reports" and f"{queries.__name__}.reports.{name}" in READS)
    }


def imported(room: str) -> Iterator[tuple[str, str]]:
    """What files of a room import from queries: module and name."""
    for file in (PACKAGE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.ImportFrom) or "queries" not in (node.module or ""):
                continue
            short = (node.module or "").partition("queries")[2].removeprefix(".")
            for alias in node.names:
                yield (short, alias.name) if short else (alias.name, "*")


def test_every_query_names_a_right_or_is_known_to_need_none() -> None:
    known = {(module, name) for module, (names, _) in ANYBODY.items() for name in names.split()}
    left = {(module, name) for module, name in unguarded() - known if module not in NOBODY}
    assert left == set()
    assert known - unguarded() == set(), "what is guarded by now is no longer for anybody"


@pytest.mark.parametrize("room", ASKING)
def test_what_only_services_ask_is_asked_by_no_screen_list_or_command(room: str) -> None:
    known = {(module, name) for module, (names, _) in ANYBODY.items() for name in names.split()}
    asked_of_nobody = {(module, name) for module, name in unguarded() - known if module in NOBODY}
    whole = {module for module, _ in asked_of_nobody}
    found = {
        (module, name)
        for module, name in imported(room)
        if (module, name) in asked_of_nobody or (name == "*" and module in whole)
    }
    assert found == set()


def test_each_right_to_see_something_guards_a_query() -> None:
    guarding = {right for rights in READS.values() for right in rights}
    seeing = {right for right in Right if right.name.startswith("SEE_")}
    assert seeing <= guarding


def test_the_tables_have_no_module_that_is_gone() -> None:
    assert set(ANYBODY) | NOBODY <= {short for short, _ in modules()}
