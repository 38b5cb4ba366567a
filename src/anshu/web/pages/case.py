"""The room of a penalty case: its clocks, the steps of the procedure with what stands in the way, the band of the fine,
the documents, the parties, and what has happened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of, may_on
from anshu.access.roles import ROLES, permits
from anshu.domains.enforcement import queries
from anshu.domains.enforcement.ledger import CASES
from anshu.domains.enforcement.models import Case
from anshu.domains.enforcement.transitions import CASE_LOOP, hindrance
from anshu.domains.inspections.models import OfficerLicence
from anshu.kernel import clock
from anshu.kernel.rule_packs import Rule
from anshu.ledger import parameters
from anshu.ledger.papers import papers_of
from anshu.reports import contents, drafts
from anshu.reports.forms.declaration import forms
from anshu.web import rule_words
from anshu.web.pages.papers import title_of
from anshu.web.pages.pictures import gallery
from anshu.web.pages.registers import after, arrow_named, deeds, ledger_named, record_of
from anshu.workflow import clocks, rules
from anshu.workflow.models import Change, Clock

PARTS = ("head", "timeline", "steps", "papers")
HISTORY_SHOWN = 200
"""Steps whose form asks for circumstances, and so is the room's own."""
PROPOSING = ("conclude", "propose_again")
"""Clocks that run beside the state: name → what ends when they do."""
CLOCKS: dict[str, str | Promise] = {
    "decision": gettext_lazy("decision due"),
    "publicity": gettext_lazy("publication due"),
    "withdrawal": gettext_lazy("withdrawal of the publication due"),
}
"""What the part of a range is called."""
BANDS: dict[str, str | Promise] = {
    "light": pgettext_lazy("band", "light"),
    "normal": pgettext_lazy("band", "normal"),
    "heavy": pgettext_lazy("band", "heavy"),
}


@dataclass(frozen=True)
class Term:
    """A time that runs: what ends, from when to when, and the basis in words with whether anybody has checked it."""

    title: str
    started_at: datetime
    due_at: datetime
    basis: str
    doubt: str = ""

    @property
    def last_day(self) -> datetime:
        """The last moment of it: a deadline is the end of its day, which is the first moment of the next."""
        return self.due_at - timedelta(seconds=1)

    @property
    def days_left(self) -> int:
        """Whole days until its last day; negative when it is over."""
        return (timezone.localdate(self.last_day) - timezone.localdate(clock.now())).days


@require_GET
def room(request: HttpRequest, key: Any) -> HttpResponse:
    """The whole room."""
    actor = actor_of(request)
    case = case_of(actor, key)
    context: dict[str, Any] = {"case": case, "record": case, "ledger": CASES}
    for name in PARTS:
        context |= GATHER[name](case, actor)
    return render(request, "case/room.html", context)


@require_GET
def part(request: HttpRequest, key: Any, part: str) -> HttpResponse:
    """One part of the room, as the page fetches it when something has changed."""
    if part not in PARTS:
        raise Http404(part)
    actor = actor_of(request)
    case = case_of(actor, key)
    found = {"case": case, "record": case, "ledger": CASES, **GATHER[part](case, actor)}
    return render(request, f"case/{part}.html", found)


def case_of(actor: Person, key: Any) -> Any:
    """A case that the person may see; Forbidden for those who may see none."""
    return record_of(ledger_named("cases", actor), actor, key)


def head(case: Case, _actor: Person) -> dict[str, Any]:
    owed = queries.owed_on(case)
    return {
        "terms": sorted(terms(case), key=lambda term: term.due_at),
        "owner": CASE_LOOP.owner.get(case.state, ""),
        "owed": owed,
        "surcharge": max(owed + case.paid_yuan - case.fine_yuan, Decimal(0)) if case.fine_yuan and case.pay_by else 0,
    }


def terms(case: Case) -> Iterator[Term]:
    """Everything that runs for the case now: its clocks, the time of the party, and until when it can be punished."""
    rows = Clock.objects.filter(subject=case._meta.label_lower, subject_id=case.pk, stopped_at=None)
    for row in rows:
        limit = clocks.EXTRA.get(row.name) or CASE_LOOP.limit.get(case.state)
        if limit is not None:
            rule = rules.at(limit.rule, row.started_at)
            title = str(CLOCKS.get(row.name) or rule.title.told(get_language()))
            yield _term(title, row.started_at, row.due_at, rule, limit.rule)
    ends = queries.window_ends(case)
    if case.state == Case.State.NOTIFIED and not case.waived and ends is not None and case.notified_at is not None:
        path = queries.window_rule(case)
        rule = rules.at(path, case.notified_at)
        yield _term(rule.title.told(get_language()), case.notified_at, ends, rule, path)
    if case.state == Case.State.REPORTED:
        path = queries.limitation_rule(case)
        began = _begins(case.occurred_on)
        yield _term(_("can be punished"), began, _begins(queries.limitation_ends_on(case)), rules.at(path), path)


def _term(title: str, began: datetime, due: datetime, rule: Rule, path: str) -> Term:
    basis, doubt = rule_words.basis(rules.packs()[path.partition("/")[0]], rule), rule_words.doubt(rule)
    return Term(title, began, due, basis, "" if rule.basis.verified or doubt == basis else doubt)


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def timeline(case: Case, _actor: Person) -> dict[str, Any]:
    return {"history": history(case)[:HISTORY_SHOWN]}


def history(case: Case) -> Any:
    return Change.objects.filter(subject=case._meta.label_lower, subject_id=case.pk).order_by("-id")


def steps(case: Case, actor: Person) -> dict[str, Any]:
    mine = {each["arrow"].verb: each for each in deeds(case, actor)}
    found = [_shown(case, stand, mine, actor) for stand in queries.stands(case, history(case))]
    taken = {each["arrow"].verb for row in found for each in row["deeds"]}
    return {
        "steps": found,
        "rest": [each for verb, each in mine.items() if verb not in taken],
        "band": band(case),
        "hearing": hearing(case),
        "circumstances": circumstances(),
        "propose": [_propose(case, mine[verb]) for verb in PROPOSING if verb in mine],
    }


def _shown(case: Case, stand: queries.Stand, mine: dict[str, Any], actor: Person) -> dict[str, Any]:
    """A step as the page shows it: how it stands, its articles, who may take it, what this person can do, and why not
    yet."""
    now = stand.how == "now"
    verbs = (stand.step.verb, *stand.step.beside) if now else ()
    doable = [mine[verb] for verb in verbs if verb in mine]
    why = hindrance(stand.step.verb, case) if now and stand.step.verb not in mine else None
    return {
        "stand": stand,
        "basis": _articles(stand.step.articles),
        "who": [str(role.title) for role in ROLES.values() if permits(role.permits, f"enforcement.{stand.step.verb}")],
        "deeds": [{**each, "why": hindrance(each["arrow"].verb, case, actor)} for each in doable],
        "why": why,
    }


def _articles(paths: Iterable[str]) -> str:
    """The articles that the rules name, those of one source together."""
    found: dict[str, list[str]] = {}
    for path in paths:
        basis = rules.at(path).basis
        source = rule_words.word(rules.packs()[path.partition("/")[0]], basis.source)
        found.setdefault(source.removeprefix("中华人民共和国"), []).append(basis.article)
    cited = [{"source": source, "article": "、".join(articles)} for source, articles in found.items()]
    return _("; ").join(_("%(source)s, art. %(article)s") % each for each in cited)


def _propose(case: Case, deed: dict[str, Any]) -> dict[str, Any]:
    """The deed with what the case says already, for the form with circumstances."""
    known = {"facts": case.facts, "fine_yuan": case.fine_yuan, "other_penalty": case.other_penalty}
    asks = [{**ask, "value": known.get(ask["name"], "")} for ask in deed["asks"]]
    return {**deed, "asks": asks}


def band(case: Case) -> dict[str, Any]:
    """The range of the law, the part of it that the circumstances lead to, and where the fine lies, with the shares of
    the range (per cent) at which a page draws them."""
    least, most = queries.range_of(case)
    found = queries.band(case, case.factors)
    pack = rules.packs()["discretion"]
    rule = rules.at(f"discretion/{case.matter}")
    fine = case.fine_yuan
    return {
        "matter": rule.title.told(get_language()),
        "basis": rule_words.basis(pack, rule),
        "least": least,
        "most": most,
        "band": found,
        "step": BANDS[found.step],
        "lighter": [rule_words.word(pack, code) for code in found.lighter],
        "heavier": [rule_words.word(pack, code) for code in found.heavier],
        "from_percent": _share(found.least, least, most),
        "to_percent": _share(found.most, least, most),
        "fine_percent": None if fine is None else _share(fine, least, most),
        "within": fine is not None and found.holds(fine),
        "doubt": rule_words.doubt(rules.at("discretion/parting")),
    }


def _share(amount: Decimal, least: Decimal, most: Decimal) -> float:
    return round(float(100 * (amount - least) / (most - least)), 1)


def circumstances() -> list[dict[str, Any]]:
    """The circumstances of the discretion standard, those that lighten before those that weigh."""
    pack = rules.packs()["discretion"]
    return [
        {"code": str(code), "word": rule_words.word(pack, str(code)), "heavier": side == "heavier"}
        for side in ("lighter", "heavier")
        for code in rules.at(f"discretion/{side}").items()
    ]


def hearing(case: Case) -> dict[str, Any]:
    """Whether the party may ask to be heard, from which fine on, and until when."""
    rule = rules.at("penalty_clocks/hearing_from")
    return {
        "may": queries.may_be_heard(case),
        "amount": queries.amount_for_hearing(case),
        "doubt": rule_words.doubt(rule),
        "until": timezone.localdate(ends - timedelta(seconds=1)) if (ends := queries.window_ends(case)) else None,
    }


def papers(case: Case, actor: Person) -> dict[str, Any]:
    made = list(papers_of(case))
    held = {paper.kind for paper in made}
    usual = [kind for kind in contents.kinds_for(case) if kind not in held]
    missing = [kind for kind in queries.papers_missing(case) if kind not in usual]
    listed = {*usual, *missing}
    return {
        "made": made,
        "wanted": [_wanted(case, kind, now=True) for kind in usual],
        "later": [_wanted(case, kind, now=False) for kind in missing],
        "others": sorted((kind, title_of(each)) for kind, each in forms().items() if kind not in listed),
        "may_make": may_on(actor, "enforcement.make_out", case),
        "licences": licences(case),
        "gallery": gallery(case, actor),
    }


def _wanted(case: Case, kind: str, *, now: bool) -> dict[str, Any]:
    """A document that is not made yet: its title, whether the file needs it, and what the case does not know for it."""
    asked = forms()[kind]
    lacking = drafts.lacking(asked, drafts.begun(asked, case)) if now else []
    return {
        "kind": kind,
        "title": title_of(asked),
        "filed": kind in queries.FILED,
        "lacking": [field.label for field in lacking],
    }


def licences(case: Case) -> dict[Any, OfficerLicence]:
    """The licence of each officer that runs longest, by the id of the person."""
    rows = OfficerLicence.objects.filter(person__in=case.officers).order_by("valid_until")
    return {licence.person_id: licence for licence in rows}


GATHER = {"head": head, "timeline": timeline, "steps": steps, "papers": papers}


@require_POST
def propose(request: HttpRequest, key: Any, verb: str) -> HttpResponse:
    """End the investigation, or propose anew: the circumstances are ticked, the band follows from them."""
    actor = actor_of(request)
    case = case_of(actor, key)
    if verb not in PROPOSING:
        raise Http404(verb)
    arrow = arrow_named(case, verb)
    given = {name: str(value) for name, value in request.POST.items()}
    arrow.call(case, by=actor, factors=request.POST.getlist("factor"), **parameters.read(arrow, actor, given))
    return after(request, f"/cases/{case.pk}")
