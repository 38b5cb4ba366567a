"""The bureau and everybody who has a hand in a penalty case."""

from prosecuted import bureau, noticed, opened, reported
from regulated import after, found, ordered, street, submitted, time

__all__ = ["after", "bureau", "found", "noticed", "opened", "ordered", "reported", "street", "submitted", "time"]
