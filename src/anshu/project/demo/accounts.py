"""The demonstration log-ins. All have one password, which is printed; they are made only where nobody else has one."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from anshu.access.models import Account, Grant, Token
from anshu.domains.duty.models import Shift
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.people.models import Organisation, Person
from anshu.domains.places.models import Area
from anshu.project.demo import firms
from anshu.project.demo.insertion import IMPORT
from anshu.project.demo.staging import Scene
from anshu.project.settings import state_path
from anshu.workflow import log

PASSWORD = "Anshu-demo-2026"  # noqa: S105  # shown on purpose: it opens nothing but a demonstration
GATEWAY = "wangguan"
OFFICER, LEADER = "zhiban", "daiban"
ENFORCERS, SECTION, COMMISSION, GRID = ("zhifa", "zhifa2"), "keshi", "anwei", "wangge1"
STREET_PREFIX, FIRM_PREFIX = "jiedao", "qiye"
SCOPES = ["telemetry.append", "warnings.relay"]


@dataclass(frozen=True)
class Login:
    """An account to be made: user name, role, area (or the credit code of the enterprise it acts for), post, and the
    person whose it is, or a name for one who is none."""

    username: str
    role: str
    territory: str
    post: str
    person: Person | None = None
    name: str = ""
    holder: str = ""


def open_all(scene: Scene) -> Iterator[str]:
    """Make the log-ins that are missing and the gateway's token; says who they are, or why none are made."""
    wanted = list(logins(scene))
    names = [login.username for login in wanted]
    ours = Q(username__in=names) | Q(username__startswith=STREET_PREFIX) | Q(username__startswith=FIRM_PREFIX)
    others = Account.objects.exclude(ours).count()
    if others:
        yield f"accounts: none made, because this database has {others} of its own"
        return
    there = set(Account.objects.values_list("username", flat=True))
    new = [login for login in wanted if login.username not in there]
    _make(new, scene)
    token = _token()
    if not new:
        yield f"accounts: already there ({len(wanted)}){token}"
        return
    yield f"accounts: {len(new)} made, password of all: {PASSWORD}{token}"
    for login in new:
        where = f"{login.holder} {login.name}" if login.holder else login.territory
        yield f"  {login.username:<10} {login.post:<14} {login.role:<24} {where}"


def logins(scene: Scene) -> Iterator[Login]:
    """Every log-in of the demonstration, in the order in which they are told."""
    root = scene.root
    shift = Shift.objects.filter(territory=root, state=Shift.State.ON_DUTY).select_related("officer", "leader").first()
    units = dict(Organisation.objects.values_list("number", "name"))
    yield Login(OFFICER, "duty_officer", root, "值班员", shift.officer if shift else None, "值班员")
    yield Login(LEADER, "duty_leader", root, "带班领导", shift.leader if shift else None, "带班领导")
    yield Login("quzhang", "district_leader", root, "区领导", name="区领导")
    for serial, street in enumerate(scene.struck, start=1):
        officer = _first(f"{street}-S", "值班员")
        post = f"{units.get(f'{street}-S', street)}值班员"
        yield Login(f"{STREET_PREFIX}{serial}", "street_officer", street, post, officer, f"街道值班员{serial}")
    community = _community(scene)
    yield Login(GRID, "grid_officer", community, "安格员", _first_in(community, "安格员"), "安格员")
    yield Login("zhuanjia", "expert", root, "专家", name="专家")
    for serial, (code, name) in enumerate(firms.shown(scene), start=1):
        yield Login(f"{FIRM_PREFIX}{serial}", "enterprise", "", "企业安全员", name=name, holder=code)
    yield Login("bumen", "department_officer", root, "部门联络员", name="部门联络员")
    yield Login("jubao", "tip_off_officer", root, "举报受理员", name="举报受理员")
    yield Login("chuna", "cashier", root, "出纳", name="出纳")
    for serial in (1, 2):
        yield Login(f"baomi{serial}", "vault_officer", root, f"保密员{serial}", name=f"保密员{serial}")
    yield Login("dengji", "registrar", root, "台账管理员", _first_of_bureau("三防科科长"), "台账管理员")
    yield Login(COMMISSION, "safety_commission", root, "安委办", name="安委办经办人")
    yield Login("jijian", "discipline_officer", root, "纪检监督员", name="纪检监督员")
    yield Login("juzhang", "bureau_head", root, "局长", name="局领导")
    yield Login("fazhi", "legal_reviewer", root, "法制审核员", name="法制审核员")
    yield Login("zhifa", "enforcement_officer", root, "执法人员", _first_of_bureau("执法人员"))
    yield Login("zhifa2", "enforcement_officer", root, "执法人员", _first_of_bureau("执法人员", 1), name="执法人员2")
    yield Login(SECTION, "section_officer", root, "业务科室", name="业务科室经办人")
    yield Login("sysadmin", "system_administrator", root, "系统管理员", name="系统管理员")
    yield Login("secadmin", "security_administrator", root, "安全管理员", name="安全管理员")
    yield Login("auditor", "audit_administrator", root, "审计管理员", name="审计管理员")
    yield Login(GATEWAY, "device", root, "数据网关", name="数据网关")


def _community(scene: Scene) -> str:
    """The community of the first enterprise with a log-in, as far as its area is known, so that the grid officer has
    premises to go to; without one, the first community of the street that is struck first."""
    for code, _name in firms.shown(scene):
        return Enterprise.objects.get(credit_code=code).territory[:12]
    rows = Area.objects.filter(level=Area.Level.COMMUNITY, number__startswith=scene.struck[0]).order_by("number")
    return rows.values_list("number", flat=True).first() or scene.struck[0]


def _first(unit: str, post: str) -> Person | None:
    return Person.objects.filter(organisation__number=unit, post=post).order_by("number").first()


def _first_in(area: str, post: str) -> Person | None:
    return Person.objects.filter(territory__startswith=area, post=post).order_by("number").first()


def _first_of_bureau(post: str, after: int = 0) -> Person | None:
    """The first holder of a post in the bureau, or the one so many places after."""
    rows = Person.objects.filter(organisation__kind=Organisation.Kind.BUREAU, post=post)
    return rows.order_by("number")[after : after + 1].first()


def _make(new: list[Login], scene: Scene) -> None:
    if not new:
        return
    password, units = make_password(PASSWORD), _units()
    with transaction.atomic():
        log.lock()
        for login in new:
            person = login.person
            account = Account.objects.create(
                username=login.username,
                password=password,
                post=login.post,
                name=person.name if person else login.name,
                unit=units.get(str(person.organisation_id), "") if person else "",
            )
            Grant.objects.create(account=account, role=login.role, territory=login.territory, holder=login.holder)
            if person is not None:
                Person.objects.filter(pk=person.pk, account=None).update(account=account)
        log.write(
            "access.add",
            Area.objects.filter(number=scene.root).first(),
            IMPORT,
            details={"register": "access.account", "added": [login.username for login in new]},
        )


def _units() -> Mapping[str, str]:
    return {str(pk): name for pk, name in Organisation.objects.values_list("pk", "name")}


def _token() -> str:
    """Make the gateway's token where its file is missing or no longer opens anything; its owner alone may read it."""
    path = state_path("demo-token")
    digest = Token.digest_of(path.read_text().strip()) if path.exists() else ""
    if Token.objects.filter(digest=digest, revoked_at=None).exists():
        return ""
    with transaction.atomic():
        log.lock()
        account = Account.objects.get(username=GATEWAY)
        text = Token.issue(account, SCOPES, label="demonstration storm")
        details = {"register": "access.token", "account": GATEWAY, "scopes": SCOPES}
        log.write("access.add", None, IMPORT, details=details)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
    return f"; token of {GATEWAY} kept in {path}"
