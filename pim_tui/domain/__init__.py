"""The clinic's rules as pure functions."""
