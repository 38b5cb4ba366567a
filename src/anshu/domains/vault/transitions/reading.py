"""Turning the two keys. Passphrases and shares live in these functions and nowhere else."""

import json

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of, require
from anshu.access.secrets import seal, unseal
from anshu.domains.vault import queries
from anshu.domains.vault.models import HeldShare, Identity, Opening
from anshu.domains.vault.rules import envelopes, shares
from anshu.domains.vault.transitions.opening import countersign, read
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import log


def countersign_with(each: Opening, passphrase: str, *, by: Actor) -> Opening:
    """Countersign and lay the own share beside the opening, where it says nothing without the other one."""
    share = _own_share(each, passphrase, by)
    with transaction.atomic():
        log.lock()
        HeldShare.objects.filter(opening=each).delete()
        HeldShare.objects.create(opening=each, sealed=seal(share.hex()).encode())
        return countersign(each, by=by)


def read_identity(each: Opening, passphrase: str, *, by: Actor) -> dict[str, str]:
    """Both shares together open the identity, once. What is returned is shown and kept nowhere."""
    own = _own_share(each, passphrase, by)
    with transaction.atomic():
        log.lock()
        held = HeldShare.objects.select_for_update().filter(opening=each).first()
        if held is None:
            raise Refused(_("the second key has not been turned, or the window has passed"), code="not_countersigned")
        other = bytes.fromhex(unseal(bytes(held.sealed).decode()))
        identity = Identity.objects.get(subject_id=each.subject_id)
        private = shares.join(own, other)
        content = envelopes.open_with(private, bytes(identity.sealed), each.subject_id.bytes)
        read(each, by=by)
    told: dict[str, str] = json.loads(content)
    return told


def _own_share(each: Opening, passphrase: str, by: Actor) -> bytes:
    """The actor's share of the key behind this identity. A wrong passphrase leaves its row in the log."""
    require(by, "vault.countersign")
    account = account_of(by)
    holder = queries.keyholder(account) if account else None
    if holder is None:
        raise Refused(_("enrol your own key first, on the page of the vault"), code="not_enrolled")
    share = queries.share_of(Identity.objects.get(subject_id=each.subject_id), holder)
    if share is None:
        raise Refused(
            _("this identity was sealed before you had a share; officers of that time open it"), code="no_share"
        )
    try:
        private = envelopes.unlock(bytes(holder.locked), passphrase)
    except Invalid:
        with transaction.atomic():
            log.write("vault.wrong_passphrase", each, by)
        raise
    return envelopes.open_with(private, bytes(share.sealed), share.key_id.bytes)
