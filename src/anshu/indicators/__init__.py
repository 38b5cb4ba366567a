"""Figures: what each one counts, the rows behind it, the same a year before, and what it was on the day it was frozen.

A figure is declared once, in `book/`, as the rows that it counts. Its value, its list of rows, its parts by area and
its comparison are made from these, so that a number and what stands behind it cannot differ.
"""
