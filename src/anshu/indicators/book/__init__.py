"""Every figure there is, by the part of the work it tells of. Importing this enters them all."""

from anshu.indicators.book import (
    accidents,
    campaigns,
    construction,
    enforcement,
    enterprises,
    hazards,
    inspections,
    insurance,
    people,
    risks,
    stations,
    supervision,
    tipoffs,
)
from anshu.indicators.figures import FIGURES

__all__ = [
    "FIGURES",
    "accidents",
    "campaigns",
    "construction",
    "enforcement",
    "enterprises",
    "hazards",
    "inspections",
    "insurance",
    "people",
    "risks",
    "stations",
    "supervision",
    "tipoffs",
]
