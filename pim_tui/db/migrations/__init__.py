"""Numbered schema changes, run in order."""
