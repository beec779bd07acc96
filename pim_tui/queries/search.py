"""Finding a customer as somebody types (P1).

A search is a few tokens, each a range of one index: words of names, tails of telephone numbers. The
rarest token is walked in its index, the others are looked up per customer found, and the walk stops
at a screenful. Short common tokens stop early, long ones are rare: the time depends on the screen
and not on the size of the book. Statements are written by hand; both engines take them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, combinations
from typing import Any, NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.names import PersonName, search_words, sounds
from ..domain.people import Order, SearchQuery, age, read_birth_date, read_search
from ..domain.phones import display
from ..domain.rights import Right
from ..domain.text import fold
from ..domain.text import words as folded_words
from .gate import guarded
from .merging import survivors

COUNTED, USUAL = 5_000, 30_000
"""How far a token's customers are counted: to tell rare from common, and names from mere letters."""
BEGINNINGS, GLANCED = 24, 3_000
"""Of several common tokens so many customers are looked at, of as many beginnings of each, before one of them
is walked to its end."""
SPELT = 4
"""A token that begins no more words than these is looked up by them."""
CANDIDATES = 100
"""How many hits of a single token are put in order before the screenful is cut."""
SCREENFUL = 40
"""The same of several tokens, whose hits cost more to find."""
LONGEST = 200
MOST_WORDS = 8
"""Characters and words beyond these are not looked at."""
FEW = 5
"""With fewer exact hits than this, names that sound alike are looked for too."""
SOUNDS_WALKED = 2_000
"""How many customers of one sound are looked at: an aid, so it may give up where a prefix may not."""
LAST = "\U0010ffff"
"""Sorts after every character an index holds."""
NEXT = "\x01"
"""Sorts before every character an index holds."""
WORD = 60
"""Characters of a word that the index holds."""


@dataclass(frozen=True, slots=True)
class Found:
    """One hit.

    ``age`` in completed years; ``phone`` as it was typed; ``last_visit`` and ``next_visit`` local days of a
    completed and of a scheduled appointment. ``former`` is the earlier name that matched, if only that
    did. ``sounds``: nothing is spelt as typed. ``twin``: somebody else in the list has the same name, or the
    same last name and birth date: ask for a second identifier before acting (P2).
    """

    id: int
    number: int
    listed: str
    full: str
    sex: str
    birth_date: date | None
    age: int | None
    phone: str
    last_visit: date | None
    next_visit: date | None
    former: str = ""
    sounds: bool = False
    twin: bool = False


@guarded(Right.SEE_CUSTOMER)
def find(query_text: str, *, today: date, limit: int = 20, order: Order = "dmy") -> tuple[Found, ...]:
    """Customers that *query_text* may mean, best first, at most *limit*.

    First those whose number or birth date it is, then those whose names hold the very words, begin with
    them, have them in another spelling or had them formerly, and at last those who sound alike; each by
    list name. ``order`` is how a birth date of numbers alone is read.

    Indexes: ``search_word (word, customer)`` and ``search_word_of``, ``search_digits (tail, customer)`` and
    ``search_digits_of``, ``search_sound (sound, customer)``; ``customer (birth_date)``, ``(number)``; of who
    is shown ``phone (customer)`` and ``appointment (customer, starts_at)``.
    """
    query_text = query_text[:LONGEST]
    query = _settled(read_search(query_text), query_text, order)
    hits = _exact(query, limit)
    if not hits and (query.digits or query.birth_dates or query.number):
        # Digits can belong to a name, too.
        query = _settled(SearchQuery(folded_words(query_text)), "", order)
        hits = _exact(query, limit)
    if len(hits) < FEW and query.words:
        hits += _alike(query, besides={hit.id for hit in hits})
    hits, pointers = _followed(hits)
    return _told(hits, query, today, limit, pointers)


def _followed(hits: list[Hit]) -> tuple[list[Hit], dict[int, str]]:
    """The hits with those who became part of another record replaced by that one (P4), and by what number
    each of these was found. Index: ``customer_merge_once``; only numbers and birth dates come to such."""
    moved = survivors([hit.id for hit in hits if hit.rank == 0])
    if not moved:
        return hits, {}
    numbers = dict(_pairs(select(f"select id, number from customer where id in ({marks(moved)})", [*moved])))
    names = dict(
        _pairs(select(f"select id, sort_name from customer where id in ({marks(moved)})", [*moved.values()]))
    )
    kept: dict[int, Hit] = {}
    for hit in hits:
        id_ = moved.get(hit.id, hit.id)
        kept.setdefault(id_, hit if id_ == hit.id else Hit(id_, names[id_], hit.rank))
    there = {hit.id for hit in hits}
    told = {id_: f"number {numbers[was]}" for was, id_ in moved.items() if id_ not in there}
    return _sorted(kept.values()), told


def _settled(query: SearchQuery, text: str, order: Order) -> SearchQuery:
    """*query* with each word once, and only the birth dates of the clinic's order where there are such."""
    words = tuple(dict.fromkeys(query.words))[:MOST_WORDS]
    if len(query.birth_dates) < 2:
        return replace(query, words=words)
    meant = {day for token in (text, *text.split()) for day in read_birth_date(token, order=order)}
    kept = tuple(day for day in query.birth_dates if day in meant)
    return replace(query, words=words, birth_dates=kept or query.birth_dates)


# --- tokens ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Token:
    """A range of one index: every entry of ``column`` that begins with ``text``, or with ``whole`` is it."""

    table: str
    column: str
    text: str
    whole: bool = False

    @property
    def bounds(self) -> list[object]:
        """The range, half-open; the one entry it is."""
        return [self.text] if self.whole else [self.text, self.text + LAST]

    @property
    def longer(self) -> int:
        """How many characters tell one beginning from another: a few more than were typed."""
        return len(self.text) + (1 if len(self.text) < 2 else 2)

    def of(self, row: str) -> str:
        """A condition: ``row`` of its table is an entry of it. Parameters: ``bounds``."""
        column = f"{row}.{self.column}"
        return f"{column} = ?" if self.whole else f"{column} >= ? and {column} < ?"

    def count(self, most: int) -> str:
        """How many entries it has, counted up to ``most``. Parameters: ``bounds``."""
        return f"(select count(*) from (select 1 {self.walk()} limit {most}) as c)"

    def walk(self) -> str:
        """The start of a walk ``w`` over its customers. Parameters: ``bounds``."""
        return f"from {self.table} w where {self.of('w')}"

    def held_by(self, customer: str, besides: Token | None = None) -> str:
        """A condition: ``customer``, a column, has it, in another word than ``besides``."""
        other = f" and o.{self.column} <> w.{self.column}" if besides and self.akin(besides) else ""
        held = f"o.customer_id = {customer} and {self.of('o')}{other}"
        return f"exists (select 1 from {self.table} o where {held})"

    def akin(self, other: Token) -> bool:
        """Whether one entry could stand for both: "jo john" wants two words."""
        same = self.table == other.table == "search_word"
        return same and (self.text.startswith(other.text) or other.text.startswith(self.text))


def _word(text: str) -> Token:
    return Token("search_word", "word", text[:WORD])


def _digits(text: str) -> Token:
    return Token("search_digits", "tail", text[:40])


def _sound(word: str) -> Token | None:
    """How *word* sounds; None when that says nothing: too short, or not in Latin letters."""
    code = sounds(word) if len(word) >= 3 else ""
    return Token("search_sound", "sound", code[:40], whole=True) if code else None


def _bounds(tokens: Iterable[Token]) -> list[object]:
    return [bound for token in tokens for bound in token.bounds]


SOUNDS = 4
"""The rank of hits that are not spelt as typed."""


# --- hits --------------------------------------------------------------------------------------------


class Hit(NamedTuple):
    """A customer that matched; ``rank`` 0 is best, from :data:`SOUNDS` on it only sounds as typed."""

    id: int
    sort_name: str
    rank: int


def _exact(query: SearchQuery, limit: int) -> list[Hit]:
    """Hits in which everything typed is found as it is spelt, in order."""
    words, digits = [_word(word) for word in query.words], [_digits(piece) for piece in query.digits]
    known = bool(query.birth_dates or query.number)
    # Digits alone can be a number, a date or a piece of a phone number; beside a written date they add to it.
    either = query.number is not None and query.digits in ((), (query.number,))
    hits: dict[int, Hit] = {}
    for id_, sort_name in _by_identifier(query, words if either else [*words, *digits]):
        hits[id_] = Hit(id_, sort_name, 0)
    if not known or (either and digits):
        for id_, sort_name in _by_tokens([*words, *digits], limit):
            if id_ not in hits:
                hits[id_] = Hit(id_, sort_name, _rank(query.words, sort_name))
    return _sorted(hits.values())


def _rank(words: Sequence[str], sort_name: str) -> int:
    """How well the list name itself answers: whole words, beginnings, or only by another spelling or name."""
    held = sort_name.split()
    if all(word in held for word in words):
        return 1
    return 2 if _covered(words, held) else 3


def _begins(typed: str, word: str) -> bool:
    return word.startswith(typed)


def _begins_or_sounds(typed: str, word: str) -> bool:
    return word.startswith(typed) or (len(typed) >= 3 and sounds(word) == sounds(typed) != "")


def _covered(
    words: Sequence[str], held: Collection[str], answers: Callable[[str, str], bool] = _begins
) -> bool:
    """Whether each of *words* is answered by another one of *held*."""
    if not words:
        return True
    for one in held:
        if answers(words[0], one) and (
            len(words) == 1 or _covered(words[1:], [other for other in held if other != one], answers)
        ):
            return True
    return False


def _by_identifier(query: SearchQuery, tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """(id, list name) of who has the customer number or a birth date asked for, and all *tokens*."""
    conditions: list[tuple[str, object]] = [("birth_date = ?", day.isoformat()) for day in query.birth_dates]
    if query.number and query.number.isdigit() and len(query.number) <= 15:
        conditions.insert(0, ("number = ?", int(query.number)))
    held = "".join(f" and {token.held_by('c.id')}" for token in tokens)
    for condition, value in conditions:
        yield from _pairs(
            select(
                f"select c.id, c.sort_name from customer c where c.{condition}{held}"
                f" order by c.sort_name, c.id limit {CANDIDATES}",
                [value, *_bounds(tokens)],
            )
        )


def _by_tokens(
    tokens: Sequence[Token], limit: int = SCREENFUL, walked: int = -1
) -> Iterator[tuple[int, str]]:
    """(id, list name) of who has all *tokens*, walking the rarest; at least *limit* if so many have, some of
    them twice. The walk gives up after ``walked`` entries, if that is not negative.
    """
    if not tokens:
        return
    stop = max(limit, SCREENFUL if len(tokens) > 1 else CANDIDATES)
    rarest, count = _rarest(tokens)
    if count < COUNTED or walked >= 0:
        yield from _walked(rarest, tokens, stop, walked)
    else:
        yield from _by_common(tokens, limit, stop)


def _by_common(tokens: Sequence[Token], limit: int, stop: int) -> Iterator[tuple[int, str]]:
    """The same where every token is common.

    Names go together by language, and so by letter: a walk may go a long way before it comes to those who
    have both. So it is looked here and there first, by the tokens that leave whole words to be looked up.
    Then names are held against each other as wholes; only mere letters are walked, the ones that had most.
    """
    met: dict[int, str] = {}
    had: dict[Token, int] = {}
    spelt = {token: _spelt(token) for token in tokens}
    apart = not any(one.akin(other) for one, other in combinations(tokens, 2))
    for place, one in enumerate(sorted(tokens, key=lambda token: (bool(spelt[token]), -len(token.text)))):
        found = dict(_glanced(one, tokens, spelt, stop))
        met.update(found)
        had[one] = len(found)
        if len(met) >= limit:
            break
        if place == 0 and apart and all(_count(token, USUAL) < USUAL for token in tokens):
            met.update(_in_all(tokens, stop))
            yield from met.items()
            return
    yield from met.items()
    if len(met) < limit:
        yield from _walked(max(had, key=lambda token: had[token]), tokens, stop, -1)


def _in_all(tokens: Sequence[Token], stop: int) -> Iterator[tuple[int, str]]:
    """Up to *stop* whom every one of *tokens* has, all of whose customers are gone through."""
    each = " intersect ".join(f"select w.customer_id {token.walk()}" for token in tokens)
    yield from _pairs(
        select(
            f"select c.id, c.sort_name from (select customer_id from ({each}) as s limit ?) as h"
            " join customer c on c.id = h.customer_id",
            [*_bounds(tokens), stop],
        )
    )


def _glanced(
    driver: Token, tokens: Sequence[Token], spelt: Mapping[Token, Sequence[Token]], stop: int
) -> Iterator[tuple[int, str]]:
    """Up to *stop* who have all *tokens*, among some customers of each beginning that *driver* goes on to.

    Of the others whole words are looked up in their own stretch of ``search_word (word, customer)``, which is
    a few pages; beginnings among all names of a customer, in ``search_word_of``: each is on another page.
    """
    others = [spelt[one] or (one,) for one in tokens if one is not driver]
    held = "".join(
        f" and ({' or '.join(one.held_by('w.customer_id', besides=driver) for one in either)})"
        for either in others
    )
    if starts := _beginnings(driver, BEGINNINGS, driver.longer, LAST):
        some = f"select * {driver.walk()} limit {GLANCED // len(starts) // (len(tokens) - 1 or 1)}"
        part = f"select customer_id from ({some}) as w where true{held}"
        found = f"select customer_id from ({' union all '.join([part] * len(starts))}) as s limit ?"
        params = _bounds(chain.from_iterable(others))
        bounds = [(start, start[: driver.longer] + LAST, *params) for start in starts]
        yield from _pairs(
            select(
                f"select c.id, c.sort_name from ({found}) as h join customer c on c.id = h.customer_id",
                [*chain.from_iterable(bounds), stop],
            )
        )


def _spelt(token: Token) -> Sequence[Token]:
    """The words that the token begins, if they are few."""
    if token.table != "search_word" or token.whole:
        return ()
    words = _beginnings(token, SPELT + 1, WORD, NEXT)
    return [replace(token, text=word, whole=True) for word in words] if len(words) <= SPELT else ()


def _beginnings(token: Token, most: int, length: int, after: str) -> list[str]:
    """The first entry of each beginning of so many characters that the token goes on to, up to *most*.

    ``after`` sorts behind all that begin so.
    """
    first = f"select min({token.column}) from {token.table} where {token.column} >= "
    until = f" and {token.column} < ?"
    rows = select(
        f"with recursive g(start, n) as (select ({first}?{until}), 1 union all"
        f" select ({first}substr(g.start, 1, ?) || ?{until}), n + 1 from g"
        f" where g.start is not null and n < {most}) select start from g where start is not null",
        [*token.bounds, length, after, token.bounds[1]],
    )
    return [start for (start,) in rows]


def _walked(driver: Token, tokens: Sequence[Token], stop: int, walked: int) -> Iterator[tuple[int, str]]:
    """The first *stop* who have all *tokens*, among the first ``walked`` entries of *driver*."""
    others = [one for one in tokens if one is not driver]
    held = "".join(f" and {other.held_by('w.customer_id', besides=driver)}" for other in others)
    start, walk = driver.bounds, driver.walk()
    if walked >= 0:
        start, walk = [*start, walked], f"from (select * {walk} limit ?) as w where true"
    # The inner limit stops the walk; names are looked up only for what it found.
    yield from _pairs(
        select(
            f"select c.id, c.sort_name from (select w.customer_id {walk}{held} limit ?) as h"
            " join customer c on c.id = h.customer_id",
            [*start, *_bounds(others), stop],
        )
    )


def _counts(tokens: Sequence[Token], most: int) -> Sequence[int]:
    """How many entries each has, counted up to *most*."""
    return select("select " + ", ".join(token.count(most) for token in tokens), _bounds(tokens))[0]


def _count(token: Token, most: int) -> int:
    """How many entries it has, counted up to *most*."""
    return int(_counts([token], most)[0])


def _rarest(tokens: Sequence[Token]) -> tuple[Token, int]:
    """The token with the fewest entries, and how many, up to :data:`COUNTED`; of several the longest.

    Nothing is counted of a single one.
    """
    if len(tokens) == 1:
        return tokens[0], 0
    ranked = zip(_counts(tokens, COUNTED), tokens, strict=True)
    count, rarest = min(ranked, key=lambda pair: (pair[0], -len(pair[1].text)))
    return rarest, count


def _alike(query: SearchQuery, besides: set[int]) -> list[Hit]:
    """Hits in which a word only sounds as typed, and the others do or are spelt so."""
    heard = {token: word for word in query.words if (token := _sound(word))}
    if not heard or query.digits or query.birth_dates or query.number:
        return []
    rarest, _ = _rarest(list(heard))
    others = [token for token in heard if token is not rarest]
    pairs = list(_by_sound(rarest, [word for word in query.words if word != heard[rarest]]))
    for token in others:
        # The rarest sound has been walked; what is left is its word spelt as typed.
        spelt = [_word(word) for word in query.words if word != heard[token]]
        pairs += _by_tokens([token, *spelt], walked=SOUNDS_WALKED)
    names = {id_: sort_name for id_, sort_name in pairs if id_ not in besides}
    held = _words_of(list(names))
    hits = (
        Hit(id_, names[id_], _sound_rank(query.words, names[id_]))
        for id_, words in held.items()
        if _covered(query.words, words, _begins_or_sounds)
    )
    return _sorted(hits)


def _sound_rank(words: Sequence[str], sort_name: str) -> int:
    """:data:`SOUNDS` where the list name itself sounds so, one more where only another name does."""
    return SOUNDS if _covered(words, sort_name.split(), _begins_or_sounds) else SOUNDS + 1


def _words_of(ids: Sequence[int]) -> dict[int, set[str]]:
    """The indexed words of each customer."""
    held: dict[int, set[str]] = {}
    if not ids:
        return held
    for id_, word in select(
        f"select customer_id, word from search_word where customer_id in ({marks(ids)})", ids
    ):
        held.setdefault(id_, set()).add(word)
    return held


def _by_sound(driver: Token, words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(id, list name) of who has a name of this sound, and *words* by spelling or by sound."""
    held, params = "", [*driver.bounds, SOUNDS_WALKED]
    for word in words:
        either = [_word(word), *filter(None, [_sound(word)])]
        held += f" and ({' or '.join(token.held_by('w.customer_id') for token in either)})"
        params += _bounds(either)
    # The walk ends at its inner limit whether or not the others match.
    yield from _pairs(
        select(
            f"select c.id, c.sort_name from (select w.customer_id {driver.walk()} limit ?) as w"
            f" join customer c on c.id = w.customer_id where true{held} limit {CANDIDATES}",
            params,
        )
    )


def _pairs(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, str]]:
    return ((int(id_), str(sort_name)) for id_, sort_name in rows)


def _sorted(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (hit.rank, hit.sort_name, hit.id))


# --- what is told of a hit -----------------------------------------------------------------------------


def _told(
    hits: Sequence[Hit], query: SearchQuery, today: date, limit: int, pointers: dict[int, str]
) -> tuple[Found, ...]:
    shown = hits[:limit]
    if not shown:
        return ()
    # A visit lies within a day of its local date in UTC, which lets the index narrow it down.
    tomorrow = (today - date(1970, 1, 1) + timedelta(days=2)) // timedelta(seconds=1)
    yesterday = tomorrow - 3 * 86_400
    day = today.isoformat()
    rows = select(
        "select c.id, c.number, c.prefix, c.first_name, c.middle_name, c.last_name, c.suffix, c.sex,"
        " c.birth_date,"
        " (select p.number from phone p where p.customer_id = c.id order by p.position, p.id limit 1),"
        " (select a.day from appointment a where a.customer_id = c.id and a.starts_at < ? and a.status = 'C'"
        " and a.day <= ? order by a.starts_at desc limit 1),"
        " (select a.day from appointment a where a.customer_id = c.id and a.starts_at > ? and a.status = 'S'"
        f" and a.day >= ? order by a.starts_at limit 1) from customer c where c.id in ({marks(shown)})",
        [tomorrow, day, yesterday, day, *(hit.id for hit in shown)],
    )
    by_id = {row[0]: row[1:] for row in rows}
    former = {**_former_of([hit.id for hit in shown if hit.rank == 3], query, by_id), **pointers}
    names = _shared(hit.sort_name for hit in hits)
    births = _shared((fold(row[4]), row[7]) for row in by_id.values() if row[7] and row[4])
    return tuple(
        _found(hit, by_id[hit.id], today, former.get(hit.id, ""), names, births)
        for hit in shown
        if hit.id in by_id
    )


def _found(
    hit: Hit, row: tuple[Any, ...], today: date, former: str, names: set[object], births: set[object]
) -> Found:
    number, prefix, first, middle, last, suffix, sex, born, phone, last_visit, next_visit = row
    name = PersonName(prefix, first, middle, last, suffix)
    birth = _day(born)
    return Found(
        hit.id, number, name.listed, name.full, sex, birth, age(birth, today) if birth else None,
        display(phone) if phone else "", _day(last_visit), _day(next_visit), former, hit.rank >= SOUNDS,
        hit.sort_name in names or (fold(last), born) in births,
    )  # fmt: skip


def _shared(keys: Iterable[object]) -> set[object]:
    """The keys that occur more than once."""
    seen: set[object] = set()
    twice: set[object] = set()
    for key in keys:
        (twice if key in seen else seen).add(key)
    return twice


def _former_of(ids: Sequence[int], query: SearchQuery, rows: dict[int, tuple[Any, ...]]) -> dict[int, str]:
    """The former name, per customer, without which what was typed would not have matched."""
    present = {id_: search_words(rows[id_][2:5]) for id_ in ids if id_ in rows}
    wanted = [id_ for id_, held in present.items() if not _covered(query.words, held)]
    if not wanted:
        return {}
    found: dict[int, str] = {}
    for id_, name in select(
        f"select customer_id, name from former_name where customer_id in ({marks(wanted)}) order by id",
        wanted,
    ):
        if id_ not in found and _covered(query.words, present[id_] | search_words([name])):
            found[id_] = name
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
