"""The street with its workshop, for every test of this domain."""

from regulated import street, time

__all__ = ["street", "time"]
