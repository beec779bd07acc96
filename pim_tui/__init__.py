"""An appointment book, customer record and till for clinics, in the terminal."""

__version__ = "0.1.0"
