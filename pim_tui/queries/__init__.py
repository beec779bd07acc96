"""The read side: one select becomes frozen rows."""
