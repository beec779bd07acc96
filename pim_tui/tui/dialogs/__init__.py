"""Questions that return a value and write nothing."""
