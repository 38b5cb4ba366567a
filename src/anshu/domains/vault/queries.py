"""Questions about the vault; none of them opens anything."""

from typing import Any

from anshu.access.models import Account
from anshu.domains.vault.models import Identity, Keyholder, Opening, Share, VaultKey

OFFICERS = 2


def key_in_use() -> VaultKey | None:
    """The key to which identities are sealed now; None until the vault has been founded."""
    return VaultKey.objects.order_by("-made_at", "-pk").first()


def holds_for(subject_id: Any) -> bool:
    """Whether an identity is kept for the record of that id."""
    return Identity.objects.filter(subject_id=subject_id).exists()


def keyholders() -> list[Keyholder]:
    """Officers who have enrolled and whose accounts are open and still hold the role, in the order of enrolment."""
    rows = Keyholder.objects.select_related("account").filter(account__is_active=True)
    rows = rows.filter(account__grants__role="vault_officer").distinct()
    return list(rows.order_by("enrolled_at", "pk"))


def keyholder(account: Account) -> Keyholder | None:
    """The officer's key pair, if they have enrolled."""
    return Keyholder.objects.filter(account=account).first()


def share_of(identity: Identity, holder: Keyholder) -> Share | None:
    """The officer's share of the key to which that identity is sealed."""
    return Share.objects.filter(key=identity.key, holder=holder).first()


def has_read(account: Account | None, subject_id: Any) -> bool:
    """Whether that person has read, or helped to read, the identity behind a record."""
    if account is None:
        return False
    read = Opening.objects.filter(subject_id=subject_id, state__in=(Opening.State.READ, Opening.State.REVIEWED))
    return read.filter(asked_by=account).exists() or read.filter(second=account).exists()
