"""The write side: one use case, one transaction, one audit line."""
