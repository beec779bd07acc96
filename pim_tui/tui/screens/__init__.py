"""Whole screens: compose, keys, fetch and submit."""
