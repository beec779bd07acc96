"""Trying out what is set up: each thing is good, not set up, or wrong, in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["good", "off", "wrong"]


class Off(Exception):
    """It is not set up; ``str`` of it names the setting that would."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Something to try: ``run`` says what is good about it, or raises :class:`Off` or what is wrong."""

    name: str
    run: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a trial; ``says`` is a sentence that holds no secret."""

    name: str
    state: State
    says: str
