"""Accidents as they enter the statistics, and the bulletins that warn of them."""

from anshu.domains.accidents.models.accidents import Accident
from anshu.domains.accidents.models.bulletins import AccidentBulletin

__all__ = ["Accident", "AccidentBulletin"]
