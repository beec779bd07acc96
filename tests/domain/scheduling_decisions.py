"""Where our answer to a recorded case about working time is not the expected one, and why.

Nothing else may differ.
A case that is listed here and agrees fails the test, so that the list stays as short as it looks.
"""

AVAILABILITY: dict[str, str] = {}
"""Cases of the working time between two instants, by id. Travel (another zone between two dates) is no
setting of the book: the clinic stays where it is. The rule takes the zone of each day it is asked
about, and so the recorded journey is met all the same."""

OPENING_HOURS: dict[str, str] = {}
"""Cases of being open at a time, and of the next and the last opening and closing, by id."""
