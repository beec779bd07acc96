"""Nobody does what they have no right to: every use case names one and refuses without it, first of all."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from pim_tui import services
from pim_tui.domain.rights import ROLES, Right, rights_of
from pim_tui.errors import Forbidden
from pim_tui.queries.roles import roles
from pim_tui.services.usecase import RIGHTS
from tests.services.clinic import Practice, practice

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


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Practice]:
    """A clinic that everything is refused in."""
    made = practice(tmp_path)
    yield made
    made.store.close()


def test_the_use_cases_are_found() -> None:
    ours = {name for name in RIGHTS if name.startswith("pim_tui.")}
    assert {"pim_tui.services.booking.book", "pim_tui.services.undo.undo"} <= ours <= set(ACTS)
    assert len(ACTS) >= 10


@pytest.mark.parametrize("name", ACTS)
def test_without_any_right_nothing_is_done(clinic: Practice, name: str, tmp_path: Path) -> None:
    nobody = replace(clinic.session, rights=frozenset())
    with pytest.raises(Forbidden, match="right"):
        call(name, nobody, tmp_path)
    assert set(clinic.actions()) <= {"refused"}


def test_no_chore_is_done_without_a_right(clinic: Practice) -> None:
    assert len(METHODS) >= 7
    nobody = replace(clinic.session, rights=frozenset())
    for full, (cls, name) in METHODS.items():
        # Nothing was given to it: whatever it does before it looks at the rights fails otherwise.
        with pytest.raises(Forbidden, match="right"):
            getattr(cls, name)(object.__new__(cls), nobody, lambda: False)
        assert clinic.count("journal") == 0, full


@pytest.mark.parametrize("name", sorted(RIGHTS))
def test_every_other_right_is_not_enough(clinic: Practice, name: str, tmp_path: Path) -> None:
    somebody = replace(clinic.session, rights=frozenset(Right) - {RIGHTS[name]})
    with pytest.raises(Forbidden, match=RIGHTS[name].value):
        call(name, somebody, tmp_path)


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


def test_a_new_book_begins_with_the_roles_of_the_program(clinic: Practice) -> None:
    assert {role.name: role.rights for role in roles()} == ROLES
