"""The registers of whom we regulate: files, what they have, papers, insurance, risks, grades, lists, self-checks."""

from anshu.domains.enterprises.ledger import files, papers, risks

__all__ = ["files", "papers", "risks"]
