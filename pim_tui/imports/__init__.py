"""Readers of other programs' files: rows, or the reason why not."""
