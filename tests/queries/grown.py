"""A clinic that has been open for so many days, each as full as the other, written by plain SQL.

Whatever one screen shows is the same in a young and in an old one: what costs more in the old one grows with
the book. Customer 1 has the same few rows in each; customers come with the days.
"""

from __future__ import annotations

from datetime import date, timedelta

from pim_tui.db.connection import Book
from pim_tui.models import AppointmentType, Clinic, Staff, WorkingHours

ZONE = "Europe/Berlin"
TODAY = date(2026, 11, 23)
NOW = 1_795_508_400
"""09:20 of that day."""
AHEAD = 30
"""Days after today that are booked."""
LATELY = 60
"""Days from the last one on in which something is still open: unpaid, lent, failed."""
MINE = 20
"""Visits and bills of customer 1."""
PEOPLE = 10
"""Customers who come with each day."""

_FIRSTS = "case n % 8 when 0 then 'anna' when 1 then 'jose' when 2 then 'mary' when 3 then 'abel'"
FIRST = f"{_FIRSTS} when 4 then 'lena' when 5 then 'otto' when 6 then 'mia' else 'sven' end"
LAST = "'s' || substr('aeiou', 1 + n % 5, 1) || 'nd' || substr('aeiou', 1 + n / 5 % 5, 1) || (n % 97)"
PHONE = "'+4930' || (1000000 + n * 7919 % 9000000)"


def furnish(book: Book) -> None:
    """Who works there, and what for."""
    Clinic.create(id=1, name="Grown Clinic", zone=ZONE, created_at=0)
    for position, name in enumerate(("Anna Berg", "Dr Lee", "Dr Sato", "Nurse Ito")):
        Staff.create(
            name=name, initials=name[0], position=position, active=True, books=position > 0, role="owner"
        )
    for staff_id in (2, 3, 4):
        for weekday in range(7):
            WorkingHours.create(staff=staff_id, weekday=weekday, starts=480, ends=1020)
    for name in ("Follow-up", "First visit", "Phone call"):
        AppointmentType.create(name=name, alias=name[0], minutes=30, active=True)


def grow(book: Book, days: int) -> None:
    """Fill a furnished book with ``days`` days, the last of them :data:`AHEAD` of today.

    Its rules are taken off before: they would look at each row, and nothing is written afterwards.
    """
    with book.write_tx():
        fill(book, days)
    if book.file is None:
        book.db.execute_sql("analyze")


def fill(book: Book, days: int) -> None:
    """The same within a transaction."""
    _lift_rules(book)
    _calendar(book, days)
    _people(book, days * PEOPLE)
    _visits(book)
    _stock(book)
    _money(book)
    _words(book)


def _lift_rules(book: Book) -> None:
    if book.file is None:
        for table in book.db.get_tables():
            book.db.execute_sql(f"alter table {table} disable trigger user")
        return
    for (name,) in book.select("select name from sqlite_master where type = 'trigger'"):
        book.db.execute_sql(f"drop trigger {name}")


def _calendar(book: Book, days: int) -> None:
    """The days by number, and as many numbers as anything has rows."""
    book.db.execute_sql("create temporary table d (n integer primary key, day text, at bigint)")
    last = TODAY + timedelta(days=AHEAD)
    for n in range(days):
        day = last - timedelta(days=n)
        at = (day - date(1970, 1, 1)).days * 86_400 + 7 * 3600
        book.db.execute_sql("insert into d values (?, ?, ?)", [n, day.isoformat(), at])


def _fill(book: Book, table: str, source: str, **given: str) -> None:
    """Rows of ``table`` from the rows of ``source``; each column as ``given``, else null, '' or 0."""
    names, values = [], []
    for column in book.db.get_columns(table):
        empty = "null" if column.null else ("''" if column.data_type.upper() == "TEXT" else "0")
        names.append(f'"{column.name}"')
        values.append(given.get(column.name, empty))
    book.db.execute_sql(
        f"insert into {table} ({', '.join(names)}) select {', '.join(values)} from ({source}) as rows_of"
    )


def _numbers(count: int, first: int = 0) -> str:
    return (
        f"with recursive c(n) as (select {first} union all select n + 1 from c where n < {first + count - 1})"
        " select n from c"
    )


def _each_day(rows: int) -> str:
    """``rows`` rows a day: ``i`` counts on from day to day, ``v`` those of the day ``n``."""
    return (
        f"select d.at / 86400 * {rows} + k.n as i, k.n as v, d.n as n, d.day as day, d.at as at"
        f" from d cross join ({_numbers(rows)}) as k"
    )


def _people(book: Book, count: int) -> None:
    rows = _numbers(count, 1)
    _fill(
        book, "customer", rows, id="n", version="1", number="n", first_name=FIRST, last_name=LAST,
        sort_name=f"{LAST} || ' ' || {FIRST}", active="1",
        birth_date="(1940 + n % 70) || '-' || (10 + n % 3) || '-' || (10 + n % 19)",
    )  # fmt: skip
    _fill(book, "phone", rows, id="n", customer_id="n", number=PHONE, e164=PHONE)
    _fill(book, "email", rows, id="n", customer_id="n", address="'p' || n || '@x.example'",
          folded="'p' || n || '@x.example'")  # fmt: skip
    _fill(book, "consent", rows, id="n", customer_id="n", channel="'email'", answer="'yes'")
    for word in (FIRST, LAST):
        _fill(book, "search_word", rows, word=word, customer_id="n")
    for digits in range(3, 11):
        _fill(book, "search_digits", rows, tail=f"substr({PHONE}, {13 - digits})", customer_id="n")
    _fill(book, "search_sound", rows, sound="'sound' || (n % 97)", customer_id="n")


_PAST = f"n > {AHEAD}"
_WHO = f"2 + i * 13 % ((select count(*) from d) * {PEOPLE} - 1)"
_MY_DAYS = f"select n as i, n, day, at, 0 as v from d where n >= {AHEAD - 5} and n < {AHEAD - 5 + MINE}"


def _visits(book: Book) -> None:
    """Twenty a day in turn with three doctors; the last hour is customer 1's."""

    def visits(rows: str, id_: str, who: str, hour: str) -> None:
        _fill(
            book, "appointment", rows, id=id_, version="1", customer_id=who, staff_id="2 + v % 3",
            type_id="1 + v % 3", mode="'in_person'", starts_at=f"at + {hour} * 3600",
            ends_at=f"at + {hour} * 3600 + 1800", minutes="30", day="day", wall="'08:00'",
            zone=f"'{ZONE}'", occupied_from=f"at + {hour} * 3600", occupied_to=f"at + {hour} * 3600 + 1800",
            status=f"case when {_PAST} then 'C' else 'S' end", reason="'check'",
            marked_at=f"case when {_PAST} then at + 86400 end", created_at="at - 86400", created_by_id="1",
        )  # fmt: skip

    visits(_each_day(20), "i", _WHO, "v / 3")
    visits(_MY_DAYS, "i", "1", "9")
    _fill(book, "note", _each_day(3), id="i", version="1", customer_id=_WHO, author_id="2", text="'well'",
          written_at="at + v")  # fmt: skip
    _fill(book, "note", _MY_DAYS, id="-i", version="1", customer_id="1", author_id="2", text="'well'",
          written_at="at")  # fmt: skip
    _fill(book, "waiting_entry", _each_day(1), id="i", version="1", customer_id=_WHO, minutes="30",
          state=f"case when n < {MINE} then 'waiting' else 'withdrawn' end", created_at="at",
          closed_at=f"case when n >= {MINE} then at end", created_by_id="1")  # fmt: skip


def _money(book: Book) -> None:
    """Five sales a day with two lines each, all paid but the last of each late day; a loan each day."""
    for rows, who in ((_each_day(5), _WHO), (_MY_DAYS, "1")):
        _trade(book, rows, who)
    _lent(book)


def _trade(book: Book, rows: str, who: str) -> None:
    """A sale of two lines for each of the rows, and its payment: but for the last of each late day."""
    sale, payment = "i * 3", "i * 3 + 1"
    paid = f"select * from ({rows}) as every where n >= {LATELY} or v <> 4"
    for source, id_, kind in ((rows, sale, "sale"), (paid, payment, "payment")):
        _fill(
            book, "posting", source, id=id_, kind=f"'{kind}'", year="2026", number=id_, state="'posted'",
            at="at", day="day", staff_id="1", customer_id=who, currency="'EUR'", amount="1000",
            appointment_id="at / 86400 * 20 + v" if (kind, who) == ("sale", _WHO) else "null",
        )  # fmt: skip
        sign = "" if kind == "sale" else "-"
        for at, (account, amount) in enumerate((("receivable", "1000"), ("cash", "-1000"))):
            _fill(
                book, "entry", source, id=f"({id_}) * 2 + {at}", posting_id=id_, account=f"'{account}'",
                amount=f"{sign}({amount})", customer_id=who if not at else "null", day="day",
            )  # fmt: skip
    for at in (0, 1):
        _fill(
            book, "bill_line", rows, id=f"({sale}) * 2 + {at}", bill_id=sale, position=f"{at + 1}",
            product_id=f"1 + (i + {at}) % 50", description="'Bandage'", quantity="1", unit_price="500",
            net="500", total="500", customer_share="500",
        )  # fmt: skip
    _fill(book, "payment_part", paid, id=payment, payment_id=payment, position="1", method="'cash'",
          amount="1000")  # fmt: skip
    _fill(book, "allocation", paid, id=payment, credit_id=payment, debit_id=sale, account="'receivable'",
          amount="1000", at="at", day="day", staff_id="1")  # fmt: skip


def account(book: Book, lines: int) -> None:
    """So many more lines of customer 1's account, half of them sales and half payments, over the years."""
    half = lines // 2
    first = (TODAY - date(1970, 1, 1)).days * 86_400 - half * 86_400 // 2
    book.db.execute_sql("create temporary table h (n integer primary key, day text, at bigint)")
    for n in range(half):
        at = first + n * 86_400 // 2
        day = date(1970, 1, 1) + timedelta(days=at // 86_400)
        book.db.execute_sql("insert into h values (?, ?, ?)", [n, day.isoformat(), at])
    _trade(book, "select n + 1000000 as i, 999 as n, day, at, 0 as v from h", "1")


def _lent(book: Book) -> None:
    rows = _each_day(1)
    _fill(book, "posting", rows, id="i", kind="'borrow'", year="2026", number="i", state="'posted'",
          at="at", day="day", staff_id="1", customer_id=_WHO, currency="'EUR'")  # fmt: skip
    _fill(book, "bill_line", rows, id="i * 2", bill_id="i", position="1", product_id="1",
          description="'Crutches'", quantity="1")  # fmt: skip
    _fill(book, "loan", rows, id="i", line_id="i * 2", customer_id=_WHO, quantity="1", due_on="day",
          at="at", staff_id="1")  # fmt: skip
    _fill(book, "loan_event", f"select * from ({rows}) as every where n >= {LATELY}", id="i", loan_id="i",
          kind="'hand_back'", quantity="1", disposition="'restock'", at="at", day="day",
          staff_id="1")  # fmt: skip


def _stock(book: Book) -> None:
    """Fifty products of a lot each, of which eight items a day go or come."""
    products = _numbers(50, 1)
    _fill(book, "product", products, id="n", version="1", code="'P' || n", name="'Thing ' || n",
          sort_name="'thing ' || n", kind="'product'", tracked="1", active="1", loan_days="14")  # fmt: skip
    _fill(book, "lot", products, id="n", version="1", product_id="n", code="'L' || n",
          expires_on=f"'{TODAY + timedelta(days=9)}'")  # fmt: skip
    _fill(book, "stock_movement", _each_day(8), id="i", lot_id="1 + i % 50", place="'shelf'",
          kind="'receipt'", quantity="1", on_hand="7", cost="3", at="at", day="day",
          staff_id="1")  # fmt: skip


def _words(book: Book) -> None:
    """What went out and came in, documents, and the journal of it all."""
    _fill(
        book, "outbox", _each_day(8), id="i", kind="'reminder'", payload="'{}'", due_at="at + v",
        state=f"case when n <= {AHEAD} then 'waiting' when n < {LATELY} and v = 0 then 'failed'"
        " else 'sent' end",
        created_at="at", channel="'email'", customer_id=_WHO, sent_at=f"case when {_PAST} then at end",
    )  # fmt: skip
    _fill(book, "inbound_text", _each_day(1), id="i", service="'x'", key="'k' || i", sender="'+49'",
          text="'yes'", customer_id=_WHO, at="at")  # fmt: skip
    _fill(book, "stored_file", _each_day(1), id="i", sha256="substr('" + "0" * 64 + "' || i, length(i || '')"
          " + 1)", size="9", media_type="'application/pdf'")  # fmt: skip
    _fill(book, "attachment", _each_day(1), id="i", version="1", customer_id=_WHO, file_id="i",
          kind="'document'", name="'letter'", added_at="at", added_by_id="1")  # fmt: skip
    _fill(book, "journal", _each_day(10), seq="i", at_ms="at * 1000", staff_id="1 + v % 4", session="'s'",
          action="'see'", kind="'customer'", row_id=_WHO, hash="'h' || i")  # fmt: skip
