"""An appointment book, customer record and till for clinics, in the terminal."""

import sys

__version__ = "0.1.0"

sys.modules.setdefault("psycopg", None)  # type: ignore[arg-type]  # "not there", for Python
"""Peewee would load PostgreSQL's driver wherever it is installed, which doubles the time that Peewee takes;
:mod:`pim_tui.db.server` does when a book is on a server."""
