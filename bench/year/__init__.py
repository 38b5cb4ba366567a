"""A year of regulation in the largest district, written straight into the tables: for measuring, not for showing."""

from year.filling import fill as fill
from year.filling import filled as filled
