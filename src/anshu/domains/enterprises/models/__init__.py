"""Whom we regulate, and all that is kept about each of them."""

from anshu.domains.enterprises.models.assets import Asset, Chemical, Improvement, StorageUnit
from anshu.domains.enterprises.models.checks import SelfCheck
from anshu.domains.enterprises.models.files import Enterprise, Premises, within
from anshu.domains.enterprises.models.grades import GradeEvent, GradeOverride
from anshu.domains.enterprises.models.insurance import Policy, Service
from anshu.domains.enterprises.models.lists import ListEntry
from anshu.domains.enterprises.models.papers import Certificate, Standardisation
from anshu.domains.enterprises.models.rewards import WorkerReward
from anshu.domains.enterprises.models.risks import Method, RiskArea, RiskDeclaration, RiskPoint, RiskStudy, Threat

__all__ = [
    "Asset",
    "Certificate",
    "Chemical",
    "Enterprise",
    "GradeEvent",
    "GradeOverride",
    "Improvement",
    "ListEntry",
    "Method",
    "Policy",
    "Premises",
    "RiskArea",
    "RiskDeclaration",
    "RiskPoint",
    "RiskStudy",
    "SelfCheck",
    "Service",
    "Standardisation",
    "StorageUnit",
    "Threat",
    "WorkerReward",
    "within",
]
