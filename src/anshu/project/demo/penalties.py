"""Penalty cases of the demonstration, from the report to the archive, played move by move through the transitions at
the hours at which they would have happened, with their documents."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from anshu.access.policy import Person as Somebody
from anshu.domains.enforcement import transitions as enforcement
from anshu.domains.enforcement.models import Case
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards.models import Hazard
from anshu.domains.people.models import Organisation, Person
from anshu.engines.district.breaches import BREACHES, EVIDENCE, Breach
from anshu.kernel import clock
from anshu.ledger.papers import make_out
from anshu.project.demo.accounts import ENFORCERS
from anshu.project.demo.hours import Turn, office_hour
from anshu.project.demo.rectifying import PUBLISHED_IN, Cast, firms_about
from anshu.project.demo.staging import GENERATED, Scene
from anshu.reports import drafts
from anshu.reports.documents import form
from anshu.workflow import log
from anshu.workflow.clocks import WORK

HEAD, REVIEWER = "juzhang", "fazhi"
"""Minutes of cases differ from those of hazards by this serial number."""
FIRST_SERIAL = 3
HEARING_IN = timedelta(days=3, hours=2)
"""What a document asks and no record knows."""
ASKED = {"pages": "46", "kept": "30年"}


def play(scene: Scene) -> Iterator[str]:
    """Play everything, once; an installation that has penalty cases already is left as it is."""
    officers = tuple(Person.objects.filter(account__username__in=ENFORCERS).order_by("account__username"))
    firms, cast = firms_about(scene), Cast.of_all()
    if Case.objects.exists() or not firms or len(officers) < len(ENFORCERS):
        yield "penalty cases: already there, or no officers to open them"
        return
    now = clock.now()
    with transaction.atomic():
        log.lock()
        turns: list[Turn] = []
        for serial, breach in enumerate(BREACHES):
            firm = firms[-1 - serial % len(firms)]
            turns += Prosecuted(breach, firm, cast, officers, now, FIRST_SERIAL + serial).turns()
        for turn in sorted(turns):
            with clock.frozen(turn.at):
                turn.act()
        Case.objects.update(generated=True)
    yield f"penalty cases: {len(BREACHES)}"


@dataclass
class Prosecuted:
    """One case being played: each method makes the move of its name, as whoever makes it in a bureau."""

    breach: Breach
    firm: Enterprise
    cast: Cast
    officers: tuple[Person, ...]
    now: datetime
    serial: int
    case: Case = field(default_factory=Case)

    def turns(self) -> Iterator[Turn]:
        """Every move at its hour."""
        yield Turn(office_hour(self.now, self.breach.days_ago, self.serial, 0), self.report)
        for step, (verb, days_ago) in enumerate(self.breach.moves, start=1):
            name, _colon, kind = verb.partition(":")
            move: Callable[[], object] = partial(self.paper, kind) if kind else getattr(self, name)
            yield Turn(office_hour(self.now, days_ago, self.serial, step), move)

    def report(self) -> None:
        late = Hazard.objects.filter(state=Hazard.State.RECTIFYING, due_on__lt=timezone.localdate(clock.now()))
        hazard = late.filter(generated=True).order_by("due_on").first() if "{hazard}" in self.breach.facts else None
        self.case = enforcement.report_case(
            by=self.officer,
            matter=self.breach.matter,
            facts=self.breach.facts.format(hazard=hazard.summary if hazard else "配电箱无门，线头裸露"),
            occurred_on=timezone.localdate(clock.now()) - timedelta(days=1),
            lead=self.officers[0],
            second=self.officers[1],
            hazard=hazard,
            enterprise=None if hazard else self.firm,
        )

    @property
    def officer(self) -> Somebody:
        return self.cast.people[ENFORCERS[0]]

    @property
    def head(self) -> Somebody:
        return self.cast.people[HEAD]

    def paper(self, kind: str) -> None:
        """A document with what the case says, and what only people know."""
        asked = form(kind)
        said = drafts.begun(asked, self.case) | {name: text for name, text in ASKED.items() if name in asked.fields}
        make_out(self.case, drafts.finished(asked, said), by=self.officer)

    def open(self) -> None:
        enforcement.open_case(self.case, by=self.head)

    def evidence(self) -> None:
        kept = len(self.case.evidence.splitlines())
        enforcement.add_evidence(self.case, by=self.officer, text=EVIDENCE[kept % len(EVIDENCE)])

    def conclude(self) -> None:
        factors, fine = list(self.breach.factors), self.breach.fine_yuan
        enforcement.conclude(self.case, by=self.officer, facts=self.case.facts, factors=factors, fine_yuan=fine)

    def discuss(self) -> None:
        text = "局领导集体讨论：出席五人，一致同意承办人意见。"
        enforcement.discuss(self.case, by=self.head, text=text)

    def review(self) -> None:
        note = "事实清楚，证据充分，适用法律正确，程序合法，裁量适当。"
        enforcement.pass_review(self.case, by=self.cast.people[REVIEWER], note=note)

    def notify(self) -> None:
        enforcement.serve_notice(self.case, by=self.officer, receiver=self.receiver)

    @property
    def receiver(self) -> str:
        return self.case.enterprise.legal_person if self.case.enterprise else self.case.party

    def speak(self) -> None:
        text = "已当场清理并制定巡查制度，请求从轻处理。"
        enforcement.record_statement(self.case, by=self.officer, text=text)

    def waive(self) -> None:
        enforcement.waive(self.case, by=self.officer, note="当事人书面放弃陈述、申辩权利的声明1份")

    def ask_hearing(self) -> None:
        enforcement.request_hearing(self.case, by=self.officer, note="当事人提交听证申请书1份")

    def call(self) -> None:
        bureau = Person.objects.filter(organisation__kind=Organisation.Kind.BUREAU).order_by("number")
        host = bureau.exclude(pk__in=[officer.pk for officer in self.officers])[0]
        enforcement.call_hearing(self.case, by=self.officer, hearing_at=self.now + HEARING_IN, host=host)

    def decide(self) -> None:
        enforcement.decide(self.case, by=self.head)

    def publish(self) -> None:
        enforcement.publish(self.case, by=self.officer, published_in=PUBLISHED_IN)

    def deliver(self) -> None:
        enforcement.deliver(self.case, by=self.officer, receiver=self.receiver)

    def lapse(self) -> None:
        enforcement.lapse(self.case, by=WORK)

    def pay(self) -> None:
        receipt = f"{GENERATED}-缴款凭证-{self.case.number}"
        enforcement.record_payment(self.case, by=self.officer, amount_yuan=self.breach.fine_yuan, receipt=receipt)

    def close(self) -> None:
        enforcement.close_case(self.case, by=self.head)

    def archive(self) -> None:
        enforcement.archive(self.case, by=self.officer)

    def spare(self) -> None:
        reason = "违法行为轻微并及时改正，没有造成危害后果（行政处罚法第三十三条第一款）。"
        enforcement.spare(self.case, by=self.head, reason=reason)
