"""What every table shares: the database behind them, and fields that refuse what they cannot keep."""

from __future__ import annotations

from datetime import date
from typing import Any

from peewee import BigIntegerField, Check, DatabaseProxy, Field, IntegerField, Model, TextField

from ..domain.text import clean

database = DatabaseProxy()


class WholeField(BigIntegerField):
    """An integer that stays one: 10.99, "7" and True are refused instead of being rounded."""

    def adapt(self, value: Any) -> int:
        if type(value) is not int:
            raise TypeError(f"{self.name} takes a whole number, not {value!r}")
        return value


class YesField(IntegerField):
    """Yes or no, kept as 1 or 0 on every engine."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default=False, **options)

    def db_value(self, value: Any) -> int:
        return int(bool(value))

    def python_value(self, value: Any) -> bool:
        return bool(value)


class DayField(Field):
    """A calendar date, kept as ISO text so that both engines sort and show it alike."""

    field_type = "TEXT"

    def db_value(self, value: date | str | None) -> str | None:
        return value.isoformat() if isinstance(value, date) else value

    def python_value(self, value: str | None) -> date | None:
        return date.fromisoformat(value) if value else None


class LineField(TextField):
    """One line of text from outside, cleaned when written and at most ``limit`` characters long."""

    lines = False

    def __init__(self, limit: int, **options: Any) -> None:
        self.limit = limit
        options.setdefault("default", None if options.get("null") else "")
        super().__init__(**options)

    def bind(self, model: type[Model], name: str, set_attribute: bool = True) -> None:
        super().bind(model, name, set_attribute)
        limit = Check(f"length({self.column_name}) <= {self.limit}")
        self.constraints = [*(self.constraints or ()), limit]

    def db_value(self, value: Any) -> Any:
        return clean(value, limit=self.limit, lines=self.lines) if isinstance(value, str) else value


class ProseField(LineField):
    """Several lines of text from outside, cleaned when written."""

    lines = True


def one_of(column: str, *allowed: str) -> Any:
    """A constraint: ``column`` holds one of ``allowed``."""
    return Check(f"{column} in ({', '.join(repr(word) for word in allowed)})")


class Table(Model):
    """A row of the clinic's book."""

    id: int

    class Meta:
        database = database
        legacy_table_names = False


class Versioned(Table):
    """A record that people edit: every change names the version it was made from and raises it by one."""

    version = WholeField(default=1)
