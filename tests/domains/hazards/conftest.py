"""The street with its workshop, for every test of this domain."""

from regulated import after, found, ordered, street, submitted, time

__all__ = ["after", "found", "ordered", "street", "submitted", "time"]
