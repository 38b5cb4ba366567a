"""Enrolling officers, founding the vault, and putting an identity into it."""

import json
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of, require
from anshu.domains.vault import queries
from anshu.domains.vault.models import Identity, Keyholder, Share, VaultKey
from anshu.domains.vault.rules import envelopes, shares
from anshu.kernel.errors import Invalid, Refused
from anshu.ledger.models import Registered
from anshu.workflow import log, rules


def enrol(passphrase: str, *, by: Actor) -> Keyholder:
    """Make an officer's key pair, locked by a passphrase kept nowhere: whoever forgets it has lost the share."""
    require(by, "vault.enrol")
    account, least = account_of(by), int(rules.at("vault/passphrase_signs").number())
    if account is None:
        raise Refused(_("a vault key belongs to a person"), code="needs_person")
    if len(passphrase) < least:
        raise Invalid(_("the passphrase has at least %(least)d signs"), field="passphrase", least=least)
    keys = envelopes.make_keys()
    with transaction.atomic():
        log.lock()
        if queries.keyholder(account) is not None:
            raise Refused(_("you have enrolled already; your share would be lost with the old key"), code="enrolled")
        made = Keyholder.objects.create(
            account=account, public=keys.public, locked=envelopes.lock(keys.private, passphrase)
        )
        log.write("vault.enrol", None, by)
    return made


def found(*, by: Actor) -> VaultKey:
    """Make the key of the vault, give each enrolled officer a share of its private half, and forget that half.

    Founding again makes a new key with the officers of that day; what was sealed before stays with the old shares.
    """
    require(by, "vault.found")
    holders = queries.keyholders()
    if len(holders) < queries.OFFICERS:
        raise Refused(_("the vault is founded when two officers have enrolled"), code="too_few")
    keys = envelopes.make_keys()
    with transaction.atomic():
        log.lock()
        key = VaultKey.objects.create(public=keys.public)
        for holder, share in zip(holders, shares.split(keys.private, len(holders)), strict=True):
            sealed = envelopes.seal_to(bytes(holder.public), share, key.pk.bytes)
            Share.objects.create(key=key, holder=holder, sealed=sealed)
        log.write("vault.found", None, by, details={"officers": [holder.account.name for holder in holders]})
    return key


def keep_identity(record: Registered, told: dict[str, Any]) -> None:
    """Seal who stands behind a record, once, inside the caller's transaction; Refused while there is no vault key."""
    key = queries.key_in_use()
    if key is None:
        raise Refused(_("the vault has not been founded: names cannot be taken yet"), code="no_vault")
    content = json.dumps(told, ensure_ascii=False).encode()
    Identity.objects.create(
        subject=record._meta.label_lower,
        subject_id=record.pk,
        key=key,
        sealed=envelopes.seal_to(bytes(key.public), content, record.pk.bytes),
    )
