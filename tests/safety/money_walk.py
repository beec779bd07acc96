"""The till of :mod:`tests.safety.money` on long walks: ``python -m tests.safety.money_walk 40 150 7``.

So many walks of so many steps, from this seed on. What is likely at a till is likely here, so that long
chains come about: sold, part paid, asked back, approved, paid out, parted, credited. A step that breaks
something is told with its seed, which breaks it again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from random import Random
from typing import Any

from tests.safety.money import GOODS, NOBODY, PEOPLE, STAFF, TAXED, THE_PAYER, Till
from tests.services.shop import BANDAGE, FIRST_PAIR, SECOND_PAIR, TABLETS

STEPS: dict[str, tuple[int, Callable[[Random], dict[str, Any]]]] = {
    "sell": (10, lambda one: {
        "customer": one.choice((*PEOPLE, *PEOPLE, NOBODY)),
        "kind": one.choice(("sale", "sale", "income", "dispense")),
        "goods": [(one.choice(GOODS), one.randint(1, 6), one.choice((0, 0, 10, 33, 100)),
                   one.choice(tuple(TAXED)))
                  for _ in range(one.randint(1, 4))],
        "off": one.choice((0, 0, one.randint(1, 25), 100)),
        "share": one.choice((0, 0, 33_333, 80_000, 100_000)),
        "paid": one.choice((0, 50, 100, 130)), "method": one.choice(("cash", "card", "both")),
        "credit": one.choice((0, 0, 37, 100)), "park": one.random() < 0.15,
    }),
    "take_up": (2, lambda one: {"at": _at(one), "drop": one.random() < 0.5}),
    "lend": (2, lambda one: {
        "customer": one.choice(PEOPLE), "pair": one.choice((FIRST_PAIR, SECOND_PAIR)),
        "fee": one.choice((0, 1500)),
    }),
    "come_back": (2, lambda one: {"at": _at(one), "lost": one.random() < 0.3}),
    "pay": (4, lambda one: {
        "customer": one.choice(PEOPLE), "amount": one.randint(1, 2000),
        "method": one.choice(("cash", "card")),
    }),
    "payer_pays": (2, lambda one: {"amount": one.randint(1, 8000)}),
    "settle": (4, lambda one: {
        "at": _at(one), "amount": one.choice((0, one.randint(1, 2000))),
        "credit": one.choice((0, one.randint(1, 2000))), "of_payer": one.random() < 0.3,
    }),
    "ask_back": (7, lambda one: {"at": _at(one), "units": [one.choice((0, 1, 2, 9)) for _ in range(4)]}),
    "ask_out": (4, lambda one: {
        "whose": one.choice((*PEOPLE, THE_PAYER)), "amount": one.randint(1, 1500),
        "method": one.choice(("original", "original", "cash", "card")),
    }),
    "decide": (10, lambda one: {"at": _at(one), "by": one.choice(STAFF), "yes": one.random() < 0.85}),
    "pay_back": (8, lambda one: {"at": _at(one), "by": one.choice(STAFF), "again": one.random() < 0.5}),
    "void_bill": (2, lambda one: {"at": _at(one)}),
    "void_paper": (2, lambda one: {"at": _at(one), "of": one.choice(("payments", "notes"))}),
    "at_drawer": (4, lambda one: {
        "amount": one.randint(-3000, 20_000), "do": one.choice(("open", "open", "move", "count")),
    }),
    "another_day": (1, lambda one: {"days": one.choice((1, 1, 2, 20)), "close": one.random() < 0.5}),
    "adjust": (4, lambda one: {"at": _at(one), "amount": one.randint(-3000, 3000)}),
    "give_up": (2, lambda one: {
        "at": _at(one), "amount": one.randint(1, 1500), "of_payer": one.random() < 0.3,
    }),
    "part": (3, lambda one: {"at": _at(one), "of": _at(one)}),
    "join": (3, lambda one: {"at": _at(one), "of": _at(one), "amount": one.randint(1, 3000)}),
    "receive": (2, lambda one: {
        "product": one.choice((BANDAGE, TABLETS)), "quantity": one.randint(1, 60),
    }),
}  # fmt: skip
"""Every step: how often it comes, and with what."""


def _at(one: Random) -> int:
    return one.randrange(10**6)


def walk(seed: int, steps: int) -> None:
    """One till from empty; after every step all of it is looked at."""
    one, till = Random(seed), Till()
    names, often = list(STEPS), [weight for weight, _ in STEPS.values()]
    till.open(
        currency=one.choice(("EUR", "JPY", "KWD")),
        inclusive=one.random() < 0.5,
        step=one.choice((1, 5, 10)),
        per=one.choice(("line", "rate")),
        below=one.random() < 0.5,
        rounding=one.choice(("half_up", "half_even")),
        alone=one.choice((0, 0, 2_000)),
    )
    try:
        for number in range(steps):
            name = one.choices(names, often)[0]
            with_ = STEPS[name][1](one)
            try:
                getattr(till, name)(**with_)
                till.look()
            except Exception as error:
                error.add_note(f"seed {seed}, step {number}: {name} {with_}")
                raise
    finally:
        till.teardown()


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    walks, steps, first = (*given, *(40, 150, 1)[len(given) :])
    for seed in range(first, first + walks):
        walk(seed, steps)
    print("every step added up")
