"""Screens under test settle on what they do, and each app does not read the same style sheets again.

Textual's own pause looks whether the process is at rest in steps of 20 milliseconds, which in thousands
of pauses is most of the time the tests take. Hundreds of apps follow each other in one process: what one
of them has understood of a style sheet is right for every other that has the same colours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from inspect import CO_VARARGS, CO_VARKEYWORDS, signature
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

import pytest
from textual import _callback, _wait
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.message import Message
from textual.message_pump import MessagePump

from pim_tui.db.connection import current
from tests.tui.stage import Stage, set_up

_STEP = 1 / 250

assert (_wait.SLEEP_GRANULARITY, _wait.SLEEP_IDLE) == (1 / 50, 1 / 1000), "Textual pauses in another way now"
_wait.SLEEP_GRANULARITY, _wait.SLEEP_IDLE = _STEP, _STEP / 20

_read = Stylesheet._parse_rules


@cache
def _rules(variables: frozenset[tuple[str, str]], css: str, *where: object) -> list[RuleSet]:
    """The rules of a style sheet: the sheet itself, its place and rank, and the colours it may name."""
    return _read(Stylesheet(variables=dict(variables)), css, *where)  # type: ignore[arg-type]


def _rules_read_once(
    self: Stylesheet, css: str, read_from: object, is_default_rules: bool = False, tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:  # fmt: skip
    return _rules(frozenset(self._variables.items()), css, read_from, is_default_rules, tie_breaker, scope)


Stylesheet._parse_rules = _rules_read_once  # type: ignore[method-assign, assignment]

RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]
"""The same number, without a call of Python for each rule of each widget."""

_look_through = MessagePump._get_dispatch_methods


@cache
def _answering(widget: type[MessagePump], name: str, message: type[Message]) -> tuple[type, ...] | None:
    """The classes of a widget that answer a message by a method's name; None if one does so by ``@on``."""
    for cls in widget.__mro__:
        if not cls.__dict__.get("_decorated_handlers", {}).keys().isdisjoint(message.__mro__):
            return None
    return tuple(cls for cls in widget.__mro__ if f"_{name}" in cls.__dict__ or name in cls.__dict__)


def _dispatched(self: MessagePump, name: str, message: Message) -> Iterable[tuple[type, Callable[..., Any]]]:
    """The same methods in the same order, without looking through a dozen classes for each message."""
    if (classes := _answering(type(self), name, type(message))) is None:
        yield from _look_through(self, name, message)
        return
    for cls in classes:
        if message._no_default_action:
            return
        method = cls.__dict__.get(f"_{name}") or cls.__dict__.get(name)
        if method is not None and not getattr(method, "_textual_on", None):
            yield cls, method.__get__(self, cls)


MessagePump._get_dispatch_methods = _dispatched  # type: ignore[method-assign]


def _parameters(called: Callable[..., Any]) -> int:
    """How many parameters something takes: of plain functions it stands in their code."""
    bound = isinstance(called, MethodType)
    function = called.__func__ if isinstance(called, MethodType) else called
    if type(function) is not FunctionType or function.__dict__:
        return len(signature(called).parameters)
    code = function.__code__
    stars = bool(code.co_flags & CO_VARARGS) + bool(code.co_flags & CO_VARKEYWORDS)
    return code.co_argcount + code.co_kwonlyargcount + stars - bound


_callback._count_parameters = _parameters


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """The usual clinic on a Monday: two doctors and a nurse who work from 8 to 17, four customers, nothing
    booked."""
    return set_up(tmp_path)


@pytest.fixture
def watch() -> Iterator[ThreadPoolExecutor]:
    """The thread of the watcher, which looks when a test says so."""
    with ThreadPoolExecutor(1) as pool:
        yield pool
        pool.submit(lambda: current().close()).result()
