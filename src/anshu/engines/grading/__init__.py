"""How dangerous something is, by the methods of the trade; every number of them is in a rule pack (`risk_grading`).

    tables = read_tables(pack, on)
    danger(tables.lec, L, E, C); risk(tables.ls, L, S); major_hazard(tables.major_hazard, substances, exposed)
    premium(tables.premium, base_yuan, changes)

All in whole numbers, decimals and fractions: nothing is ever on the wrong side of a bound by a rounding. Which class
owns a bound is said by the tables.
"""

from anshu.engines.grading.methods import Danger, MajorHazard, Substance, danger, major_hazard, premium, risk, worst
from anshu.engines.grading.tables import Bands, LecTable, LsTable, MajorHazardTable, PremiumTable, Tables, read_tables

__all__ = [
    "Bands",
    "Danger",
    "LecTable",
    "LsTable",
    "MajorHazard",
    "MajorHazardTable",
    "PremiumTable",
    "Substance",
    "Tables",
    "danger",
    "major_hazard",
    "premium",
    "read_tables",
    "risk",
    "worst",
]
