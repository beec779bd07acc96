"""What the terminal shows, kept cell by cell, so that only what a key changed is sent.

`profile` says what the terminal can, `pens` and `cells` turn what Textual painted into cells of that
terminal, `difference` writes the way from the picture that is shown to the one that is wanted, and
`driver` holds both pictures between Textual and the line.
"""
