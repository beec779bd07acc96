"""Find as you type, and the quick line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from pim_tui.db.connection import Book, select
from pim_tui.domain.moments import day_of, wall
from pim_tui.domain.quickline import Named, Names, Reader, TypeNamed
from pim_tui.domain.text import fold
from pim_tui.queries.catalogue import Catalogue, catalogue
from pim_tui.queries.proposals import Context, propose
from pim_tui.queries.search import find
from tests.bench.clinics import BIG, CROWD, ZONE, opened
from tests.bench.figures import Figure, each_ms, percentile

PEOPLE = 60
COMMON = ("a", "an", "m s", "s m", "e o", "a a", "ma sm", "an sm", "jo jo")
"""What begins the names of very many."""
LINES = (
    "{name} 7d 10:30 30m follow-up - blood pressure review",
    "{name} tomorrow 3pm with dr {doctor}",
    "30m {name} next tue 11:15 in room 2 - sore knee",
    "{name} 14 dec 9:00 online",
    "{name} fri 1030",
    "{name}",
)


def queries(book: Book, seed: int) -> dict[str, list[str]]:
    """What people type for customers drawn by chance, by kind."""
    rng = Random(seed)
    ((last,),) = book.select("select max(id) from customer")
    ids = rng.sample(range(1, last + 1), PEOPLE)
    marks = ", ".join("?" * len(ids))
    names = book.select(
        f"select lower(first_name), lower(last_name) from customer where id in ({marks})", ids
    )
    numbers = [
        row[0]
        for row in book.select(f"select e164 from phone where customer_id in ({marks}) and e164 <> ''", ids)
    ]
    born = [
        day for (day,) in book.select(f"select birth_date from customer where id in ({marks})", ids) if day
    ]
    return {
        "one letter": [first[:1] for first, _ in names],
        "three letters": [last[:3] for _, last in names],
        "a name": [last for _, last in names],
        "two beginnings": [f"{last[:3]} {first[:2]}" for first, last in names],
        "two names": [f"{first} {last}" for first, last in names],
        "two letters": [f"{first[:1]} {last[:1]}" for first, last in names],
        "typed out": [
            f"{last} {first}"[:typed] for first, last in names[:20] for typed in range(1, len(last) + 4)
        ],
        "without accents": [fold(last) for _, last in names if fold(last) != last],
        "misspelt": [last[:2] + last[3:] for _, last in names if len(last) > 5],
        "no such name": [f"{first}zz" for first, _ in names],
        "birth date": [f"{day[8:]}.{day[5:7]}.{day[:4]}" for day in born],
        "number": [str(id_) for id_ in ids],
        "three digits": [number[-3:] for number in numbers],
        "six digits": [number[-6:] for number in numbers],
        "name and digits": [
            f"{last[:4]} {number[-4:]}" for (_, last), number in zip(names, numbers, strict=False)
        ],
    }


def figures() -> Iterator[Figure]:
    """Search in 100 000 and in a million, then the quick line."""
    for size, label, goal in ((BIG, "100 k", 3.0), (CROWD, "1 M", 10.0)):
        book, session = opened(size)
        today = day_of(session.clock(), ZONE)
        yield from _search(queries(book, 1), today, label, goal)
        if size == BIG:
            yield from _quick(book, session.clock(), today)
        book.close()


def _search(asked: dict[str, list[str]], today: date, label: str, goal: float) -> Iterator[Figure]:
    every: list[float] = []

    def find_today(text: str) -> object:
        return find(text, today=today)

    for kind, texts in asked.items():
        took = each_ms(find_today, texts)
        every += took
        yield Figure(f"find, {label}, {kind}, p95", percentile(took, 0.95), "ms")
    plain = each_ms(_beginning, [text.split()[0] for text in asked["three letters"]])
    yield Figure(f"find, {label}, all, p50", percentile(every, 0.5), "ms", percentile(plain, 0.5))
    yield Figure(f"find, {label}, common beginnings, worst", max(each_ms(find_today, COMMON)), "ms")
    yield Figure(f"find, {label}, all, p95", percentile(every, 0.95), "ms", goal=goal)


def _beginning(text: str) -> object:
    """Twenty names that begin so, by a plain index: what the search is held against."""
    sql = "select id, sort_name from customer where sort_name >= ? and sort_name < ? order by 2 limit 20"
    return select(sql, [text, text + "\U0010ffff"])


def _quick(book: Book, now: int, today: date) -> Iterator[Figure]:
    asked = queries(book, 2)["two names"]
    ((doctor,),) = book.select("select lower(name) from staff where books = 1 limit 1")
    lines = [line.format(name=name, doctor=doctor.split()[-1]) for name in asked[:20] for line in LINES]
    kept = catalogue()
    reader = Reader(_names(kept, now, today))
    context = Context(ZONE, today, now, staff_id=kept.staff[0].id)
    took = each_ms(reader.read, lines)
    yield Figure("quick line, reading, p95", percentile(took, 0.95), "ms", goal=1.0)
    took = each_ms(lambda line: propose(reader.read(line), kept, context), lines)
    yield Figure("quick line, with collision check, p95", percentile(took, 0.95), "ms", goal=20.0)


def _names(kept: Catalogue, now: int, today: date) -> Names:
    """What the dialog hands to the reader."""
    return Names(
        ZONE, today, wall(now, ZONE), 15,
        tuple(Named(one.id, one.name, (one.initials,)) for one in kept.staff),
        tuple(Named(one.id, one.name, (one.initials,)) for one in kept.rooms),
        tuple(TypeNamed(one.id, one.name, (one.alias,), one.minutes, one.mode) for one in kept.types),
    )  # fmt: skip
