"""Things that draw; they know no screen."""
