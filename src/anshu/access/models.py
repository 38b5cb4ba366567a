"""People who log in, what they may do where, and the tokens of programs."""

import hashlib
import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.roles import ROLES
from anshu.kernel import clock
from anshu.kernel.identifiers import uuid7


class Accounts(BaseUserManager["Account"]):
    """Makes accounts; a password goes through the validators in `open`."""

    def open(self, username: str, *, name: str, password: str, **fields: Any) -> "Account":
        """Create an account that can log in."""
        account = self.model(username=username, name=name, **fields)
        account.set_password(password)
        account.save()
        return account


class Account(AbstractBaseUser):
    """A person who can log in. Powers come from grants alone; there is no superuser."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    post = models.CharField(_("post"), max_length=80, blank=True)
    unit = models.CharField(_("unit"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    totp_secret = models.CharField(max_length=300, blank=True, editable=False)
    totp_step = models.BigIntegerField(default=0, editable=False)
    seen_change = models.BigIntegerField(default=0, editable=False)

    objects: ClassVar[Accounts] = Accounts()
    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def grant_rows(self) -> list[tuple[str, str]]:
        """(role code, territory) of every grant for an area, read once per request."""
        return [(role, territory) for role, territory, holder in self._all_grants() if not holder]

    @property
    def own_rows(self) -> list[tuple[str, str]]:
        """(role code, holder) of every grant for what one holder owns."""
        return [(role, holder) for role, _territory, holder in self._all_grants() if holder]

    def _all_grants(self) -> list[tuple[str, str, str]]:
        if not hasattr(self, "_grants"):
            self._grants = list(self.grants.values_list("role", "territory", "holder")) if self.is_active else []
        return self._grants


def role_choices() -> list[tuple[str, Any]]:
    """Every role with its title; asked when needed, so that a new role is no change of the table."""
    return [(code, role.title) for code, role in ROLES.items()]


class Grant(models.Model):
    """A role given to a person: for an area and everything below it, or, where a holder is named, for what that holder
    owns and nothing else (an enterprise by its credit code), wherever it lies."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="grants", verbose_name=_("account"))
    role = models.CharField(_("role"), max_length=40, choices=role_choices)
    territory = models.CharField(
        _("territory"), max_length=20, blank=True, help_text=_("division code; everything below is included")
    )
    holder = models.CharField(
        _("holder"), max_length=40, blank=True, default="", help_text=_("unified credit code of an enterprise")
    )

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = (models.UniqueConstraint(fields=("account", "role", "territory", "holder"), name="grant_once"),)

    def __str__(self) -> str:
        return f"{self.account} · {ROLES[self.role].title} · {self.holder or self.territory}"

    def clean(self) -> None:
        if ROLES[self.role].own != bool(self.holder):
            raise ValidationError(
                {
                    "holder": _("%(role)s is given for one holder, never for an area")
                    if ROLES[self.role].own
                    else _("%(role)s is given for an area, never for one holder")
                },
                params={"role": ROLES[self.role].title},
            )
        held = set(self.account.grants.exclude(pk=self.pk).values_list("role", flat=True))
        apart = {other for other, role in ROLES.items() if self.role in role.apart} | set(ROLES[self.role].apart)
        if clash := held & apart:
            raise ValidationError(
                _("%(role)s must not be held together with %(other)s: these powers are kept apart"),
                params={"role": ROLES[self.role].title, "other": ROLES[min(clash)].title},
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)


class Token(models.Model):
    """A program's key. Only its digest is kept; the text is shown once, when it is made."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    label = models.CharField(_("label"), max_length=80, blank=True)
    scopes = models.JSONField(_("scopes"), default=list, help_text=_("permission patterns such as telemetry.append"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return self.label or self.digest[:8]

    @staticmethod
    def digest_of(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def issue(cls, account: Account, scopes: list[str], *, label: str = "", expires_at: Any = None) -> str:
        """Make a token and return its text, which is not kept anywhere."""
        text = f"anshu_{secrets.token_urlsafe(32)}"
        cls.objects.create(
            account=account, scopes=scopes, label=label, digest=cls.digest_of(text), expires_at=expires_at
        )
        return text
