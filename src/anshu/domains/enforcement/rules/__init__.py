"""Pure rules of penalties: the band of a fine, what is owed when it is late, until when a breach can be punished."""

from anshu.domains.enforcement.rules.discretion import Band, band_of
from anshu.domains.enforcement.rules.money import limitation_ends, owed, surcharge

__all__ = ["Band", "band_of", "limitation_ends", "owed", "surcharge"]
