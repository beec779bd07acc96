"""Everything of the program that reads what strangers wrote, by its name on the fuzzer's command line."""

from __future__ import annotations

from tests.safety.answer_readers import ANSWERS
from tests.safety.backup_readers import BACKUPS
from tests.safety.part_readers import PARTS
from tests.safety.reader import Reader
from tests.safety.readers import FILES
from tests.safety.typed_readers import TYPED

READERS: dict[str, Reader] = FILES | PARTS | TYPED | ANSWERS | BACKUPS
"""A reader more is a line more in one of the five."""
