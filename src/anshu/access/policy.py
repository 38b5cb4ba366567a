"""The one place that answers: may this actor do this, here?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from django.db.models import F, Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils.translation import gettext_lazy as _

from anshu.access.models import Account, Token
from anshu.access.roles import ROBOTS, ROLES, permits
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden

Record = TypeVar("Record", bound=Model)
DISTRICT, STREET = 6, 9  # signs of the division codes of a district and a street


class Actor(Protocol):
    """Whoever does something: a person, a person's token, or one of our own programs."""

    @property
    def name(self) -> str: ...

    def reach(self, code: str) -> list[str]:
        """The division codes under which this actor holds the permission; an empty string means everywhere."""

    def owns(self, code: str) -> list[str]:
        """The holders for whose own records this actor holds the permission, wherever they lie."""


@dataclass(frozen=True)
class Robot:
    """A program of our own, acting under its own name with the powers of `ROBOTS`."""

    name: str

    def reach(self, code: str) -> list[str]:
        return [""] if permits(ROBOTS[self.name], code) else []

    def owns(self, code: str) -> list[str]:
        return []


@dataclass
class Person:
    """A logged-in account, as an actor. `scopes` narrow what a token may do with the account's powers."""

    account: Account
    scopes: tuple[str, ...] = ("*",)
    _reach: dict[str, list[str]] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        return self.account.name

    def reach(self, code: str) -> list[str]:
        if code not in self._reach:
            self._reach[code] = (
                sorted(
                    {
                        area
                        for role, area in self.account.grant_rows
                        if role in ROLES and permits(ROLES[role].permits, code)
                    }
                )
                if permits(self.scopes, code)
                else []
            )
        return self._reach[code]

    def owns(self, code: str) -> list[str]:
        if not permits(self.scopes, code):
            return []
        rows = self.account.own_rows
        return sorted({holder for role, holder in rows if role in ROLES and permits(ROLES[role].permits, code)})

    @property
    def roles(self) -> set[str]:
        return {role for role, _where in (*self.account.grant_rows, *self.account.own_rows)}

    @property
    def territory(self) -> str:
        """The widest area this person works in; empty when there is none."""
        return min((area for _role, area in self.account.grant_rows), key=len, default="")


def account_of(actor: Actor) -> Account | None:
    """The account behind an actor, or None for a program."""
    return actor.account if isinstance(actor, Person) else None


def may(actor: Actor, code: str, territory: str | None = None) -> bool:
    """Whether the actor holds the permission at the territory (None: anywhere at all, or for one holder)."""
    areas = actor.reach(code)
    if territory is None:
        return bool(areas) or bool(actor.owns(code))
    return any(territory.startswith(area) for area in areas)


def may_on(actor: Actor, code: str, record: Any) -> bool:
    """Whether the actor holds the permission for this record: by where it lies, or because its holder is theirs."""
    if may(actor, code, getattr(record, "territory", "")):
        return True
    owned = actor.owns(code)
    return bool(owned) and getattr(record, "holder", "") in owned


def require(actor: Actor, code: str, territory: str | None = None) -> None:
    """Raise `Forbidden` unless `may`."""
    if not may(actor, code, territory):
        raise Forbidden(_("%(who)s may not do this here (%(permission)s)"), who=actor.name, permission=code)


def require_on(actor: Actor, code: str, record: Any) -> None:
    """Raise `Forbidden` unless `may_on`."""
    if not may_on(actor, code, record):
        raise Forbidden(_("%(who)s may not do this here (%(permission)s)"), who=actor.name, permission=code)


def reaches_over(actor: Actor, code: str, territory: str) -> bool:
    """Whether some of what the actor holds the permission for lies inside the territory."""
    return any(area.startswith(territory) for area in actor.reach(code))


def over(areas: Iterable[str], column: str = "territory") -> Q:
    """The rows whose territory has one of the areas in it: what is said to a district is said to its streets."""
    return Q(**{f"{column}__in": sorted({area[:digits] for area in areas for digits in range(len(area))})})


def under(areas: Iterable[str], column: str = "territory", *, wide: int = DISTRICT) -> Q:
    """The rows whose territory lies in one of the areas. A prefix is asked as a range, which every index can serve, but
    for codes of at most `wide` signs. What is counted wants the range for a street; what is listed does not."""
    condition = Q(pk__in=())
    for area in areas:
        if not area:
            return Q()
        condition |= _wide(area, column) if len(area) <= wide else Q(**_range(area, column))
    return condition


def _range(area: str, column: str) -> dict[str, str]:
    return {f"{column}__gte": area, f"{column}__lt": successor(area)}


def _wide(area: str, column: str) -> Q:
    """A district holds nearly every row, a street many: asked so that no index is chosen for it, which would leave all
    those rows to be sorted, where the first page of a list can be read off the index of its order."""
    code = Coalesce(F(column), Value(""))
    return Q(GreaterThanOrEqual(code, area)) & Q(LessThan(code, successor(area)))


def successor(code: str) -> str:
    """The first string after all that begin with `code`."""
    return code[:-1] + chr(ord(code[-1]) + 1)


def visible_to(actor: Actor, rows: "QuerySet[Record]", code: str, column: str = "territory") -> "QuerySet[Record]":
    """The rows the actor may see, by territory. Every surface gets its rows through here."""
    return rows.filter(under(actor.reach(code), column, wide=STREET))


def actor_of(request: Any) -> Person:
    """The person behind a request, made once; raises `Forbidden` when nobody is logged in."""
    if not request.user.is_authenticated:
        raise Forbidden(_("log in first"), code="log_in")
    if not hasattr(request, "actor"):
        request.actor = Person(request.user)
    person: Person = request.actor
    return person


def bearer(text: str) -> Person | None:
    """The actor behind a token, or None when the token is unknown, revoked, expired or its account is closed."""
    token = Token.objects.select_related("account").filter(digest=Token.digest_of(text), revoked_at=None).first()
    if token is None or not token.account.is_active or (token.expires_at and token.expires_at <= clock.now()):
        return None
    return Person(token.account, tuple(token.scopes))
