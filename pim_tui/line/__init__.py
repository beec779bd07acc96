"""The line mode: a line of text goes in, lines of text come out.

For screen readers, teletypes and pipes. What can be asked for and how it is answered is here; nothing of it
knows a terminal, and nothing is drawn. A conversation (:mod:`.conversation`) hears a line and answers it;
what a command has to ask besides, it asks by yielding questions (:mod:`.answers`); whoever works at the line
reads and writes through a :class:`~.clerk.Clerk`, by the same guarded queries and services as the screens.
"""
