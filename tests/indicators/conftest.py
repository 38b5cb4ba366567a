"""The street with its workshop, for figures."""

from regulated import after, found, ordered, street, submitted, time

__all__ = ["after", "found", "ordered", "street", "submitted", "time"]
