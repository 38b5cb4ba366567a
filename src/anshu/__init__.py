"""Anshu (安枢): the operating system of a district emergency-management bureau."""

__version__ = "0.1.0"
