"""The manual: one page of text, MANUAL.md, which comes with the program, and how it is read by subject.

Like everything here it knows neither a book nor a screen.
"""
