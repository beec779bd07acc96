"""One warm process for everybody: it takes terminals over a local socket and runs a session on each."""
