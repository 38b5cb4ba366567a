"""Every page against every role: who may see it, what it never shows, and what stands in its headers."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern
from one_of_each import PHONES, enter, records, still

from anshu.access.roles import ROLES, permits
from anshu.ledger.declaration import LEDGERS
from anshu.web.urls import urlpatterns

__all__ = ["enter", "records", "still"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]

"""Page → the permission it asks for; empty: whoever is logged in."""
PAGES = {
    "/field": "",
    "/field/": "inspections.answer",
    "/inspections/planner": "inspections.plan_visit",
    "/tipoffs/new": "tipoffs.tell",
    "/vault": "vault.view",
    "/weekly": "supervision.view",
    "/figures": "indicators.view",
    "/burden": "supervision.weigh_burden",
    "/burden/typing": "supervision.weigh_burden",
    "/burden/twice": "supervision.weigh_burden",
    "/burden/pictures": "supervision.weigh_burden",
    "/today": "",
    "/me": "",
    "/me/second-factor": "",
    "/search?q=x": "",
    "/": "",
    "/desk": "duty.view",
    "/desk/alarms": "duty.view",
    "/desk/strip": "duty.view",
    "/desk?all": "duty.view",
    "/silences/": "warnings.view",
    "/tuning/": "warnings.view",
    "/handover": "duty.view",
    "/intake": "incidents.report_incident",
    "/map": "situation.view",
    "/map/layers.json": "",
    "/map/base/streets.json": "situation.view",
    "/wall": "situation.view",
    "/wall/part/left": "situation.view",
    "/wall/part/right": "situation.view",
    "/wall/part/ticker": "situation.view",
    "/admin/": "system.operate",
    "/admin/rules": "system.operate",
    "/admin/quarantine": "telemetry.replay",
    "/admin/listeners": "system.operate",
    "/admin/accounts": "access.view",
    "/admin/audit": "workflow.audit",
    "/admin/audit?prove": "workflow.audit",
    "/gateways/simulator/": "warnings.hear",
    "/rules.yaml": "warnings.export",
    "/rules/yaml": "warnings.change",
}
"""Addresses that only take a form, or need what a page of another test gives them."""
POSTED = {
    "tell/similar",
    "returns/<slug:key>.<str:extension>",
    "tell/status",
    "tell/do/<slug:verb>",
    "tell/map/<slug:key>.json",
    "tipoffs/<uuid:key>/counter",
    "vault/<slug:deed>",
    "vault/<uuid:key>/<slug:deed>",
    "weekly/begin/<str:code>",
    "figures/freeze",
    "inspections/checklists/import",
    "inspections/checklists/<uuid:key>.xlsx",
    "inspections/draws/<uuid:key>.json",
    "inspections/planner/adopt",
    "inspections/planner/week",
    "inspections/planner/lines.json",
    "field/worker.js",
    "field/manifest.webmanifest",
    "firm/hazards",
    "enterprises/<uuid:key>/invite",
    "login",
    "login/code",
    "logout",
    "language",
    "silences/new",
    "incidents/<uuid:key>/dispatch",
    "cases/<uuid:key>/propose/<slug:verb>",
    "r/<slug:slug>/<uuid:key>/paper/<slug:kind>/now",
    "begin/<slug:slug>/<uuid:key>/<str:code>",
    "r/<slug:slug>/<uuid:key>/picture",
    "r/<slug:slug>/bulk",
    "r/<slug:slug>/views",
    "r/<slug:slug>/<uuid:key>/unmask",
    "do/<slug:slug>/<uuid:key>/<slug:verb>",
    "photos/<uuid:key>",
    "map/inside",
    "r/<slug:slug>/import",
    "r/<slug:slug>/export.<slug:form>",
    "rules/preview",
    "rules/<uuid:key>/adopt",
}
"""Addresses that need no log-in."""
OPEN = {"tell"}
"""Addresses with a record in them, written as the pages of one register or record."""
RECORDS = {
    "campaigns/<uuid:key>",
    "supervision/cards/<uuid:key>/rows",
    "tipoffs/<uuid:key>",
    "inspections/checklists/<uuid:key>/items",
    "inspections/draws/<uuid:key>",
    "inspections/draws/<uuid:key>/result",
    "inspections/visits/<uuid:key>/answers",
    "r/<slug:slug>/",
    "r/<slug:slug>/new",
    "r/<slug:slug>/<uuid:key>",
    "r/<slug:slug>/<uuid:key>/edit",
    "map/data/<slug:slug>.json",
    "incidents/<uuid:key>",
    "incidents/<uuid:key>/part/<slug:part>",
    "cases/<uuid:key>",
    "cases/<uuid:key>/part/<slug:part>",
    "desk/alarm/<uuid:key>",
    "hazards/<uuid:key>/clauses",
    "r/<slug:slug>/<uuid:key>/papers",
    "r/<slug:slug>/<uuid:key>/paper/<slug:kind>",
    "papers/<uuid:key>.<str:extension>",
    "desk/group/<uuid:key>",
    "tuning/<uuid:key>",
    "r/rules/new",
    "r/rules/<uuid:key>/edit",
    "rules/<uuid:key>/backtest",
    "rules/<uuid:key>/backtest/result",
    "enterprises/<uuid:key>",
    "figures/<str:key>",
    "figures/part/<slug:group>",
    "figures/frozen/<uuid:key>",
    "figures/frozen/<uuid:key>/<slug:group>",
    "portraits/area/<str:code>",
    "portraits/park/<uuid:key>",
    # An enterprise's own door is another matter than a permission: tests/web/pages/test_firm.py.
    "firm",
    "returns/<slug:key>",
    "returns/<slug:key>/rows",
    "firm/announced/<uuid:key>",
    "firm/calendar",
    "firm/receipts",
    "firm/hazards/<uuid:key>",
    "firm/check/<uuid:key>",
    "firm/declaration/<uuid:key>",
}


"""How many of the roles that may open a page do open it."""
OPENERS = 6


def held(role: str, code: str) -> bool:
    return not code or permits(ROLES[role].permits, code)


def unheld(address: str) -> bool:
    """Whether the address is of a record that no holder has, and so nobody who acts for one sees."""
    _empty, top, slug, *rest = [*address.split("/"), "", ""]
    return top == "r" and bool(rest[0]) and rest[0] != "new" and not LEDGERS[slug].model.held_by


def guarded(address: str) -> bool:
    """Whether the address is of a record of which its area alone does not settle who may know."""
    _empty, top, slug, *rest = [*address.split("/"), "", ""]
    return top == "r" and bool(rest[0]) and LEDGERS[slug].model.confidential


def test_every_address_is_covered_by_a_test() -> None:
    fixed = {address.lstrip("/").partition("?")[0] for address in PAGES} | {
        "map/base/<slug:key>.json",
        "wall/part/<slug:part>",
    }
    known = {str(entry.pattern) for entry in urlpatterns if isinstance(entry, URLPattern)}
    assert known - fixed - POSTED - RECORDS - OPEN == set()


def pages_of(records: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every page about a register or a record, with its permission."""
    for slug, ledger in LEDGERS.items():
        key, view = records[slug].pk, f"{ledger.domain}.view"
        yield f"/r/{slug}/", view
        yield f"/r/{slug}/{key}", view
        yield f"/r/{slug}/{key}?sheet", view
        if ledger.edit:
            yield f"/r/{slug}/new", f"{ledger.domain}.add"
            yield f"/r/{slug}/{key}/edit", f"{ledger.domain}.change"
        if ledger.layer:
            yield f"/map/data/{slug}.json", view
    yield f"/hazards/{records['hazards'].pk}/clauses", "hazards.view"
    yield f"/supervision/cards/{records['bypass-cards'].pk}/rows", "supervision.look_into_card"
    yield f"/desk/alarm/{records['alarms'].pk}", "warnings.view"
    yield f"/desk/group/{records['alarm-groups'].pk}", "warnings.view"
    yield f"/tuning/{records['rules'].pk}", "warnings.view"
    yield "/figures/hazards_found", "indicators.view"
    yield "/figures/part/hazards", "indicators.view"
    for part in ("", "/hazards"):
        yield f"/figures/frozen/{records['statements'].pk}{part}", "indicators.view"
    for part in ("", "/result"):
        yield f"/rules/{records['rules'].pk}/backtest{part}", "warnings.view"
    for part in ("", "/part/head", "/part/timeline", "/part/tasks", "/part/scene"):
        yield f"/incidents/{records['incidents'].pk}{part}", "incidents.view"
    for part in ("", "/part/head", "/part/timeline", "/part/steps", "/part/papers"):
        yield f"/cases/{records['cases'].pk}{part}", "enforcement.view"


def openers(place: int, code: str) -> set[str]:
    """Some of the roles that may open the page at a place in the table: different ones for each page."""
    may = [role for role in ROLES if held(role, code)]
    return {may[(place * OPENERS + turn) % len(may)] for turn in range(OPENERS)}


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_to_those_the_table_names(role: str, enter: Callable[..., Client], records: dict[str, Any]) -> None:
    """Every page is refused to each role that may not, and opened by some of those that may; and nothing that anybody
    may open shows a telephone number whole."""
    assert set(records) == set(LEDGERS)
    browser = enter(role)
    wrong = {}
    for place, (address, code) in enumerate([*pages_of(records), *PAGES.items()]):
        if held(role, code) and role not in openers(place, code):
            continue
        answer = browser.get(address)
        good = (200, 302) if held(role, code) and not (ROLES[role].own and unheld(address)) else (403, 404)
        good += (404,) if held(role, code) and guarded(address) else ()
        told = address != "/me/second-factor" and any(phone.encode() in answer.content for phone in PHONES)
        if answer.status_code not in good or told:
            wrong[address] = answer.status_code
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert wrong == {}


@pytest.mark.parametrize("role", ["street_officer", "registrar", "duty_officer"])
def test_what_lies_elsewhere_does_not_exist(role: str, enter: Callable[..., Client], records: dict[str, Any]) -> None:
    browser = enter(role, "440303002")
    seen = {}
    for address, code in pages_of(records):
        answer = browser.get(address)
        if "/new" in address or answer.status_code in (403, 404):
            continue
        if str(records["incidents"].pk).encode() in answer.content or address.count("-") >= 4:
            seen[address] = (answer.status_code, code)
    assert seen == {}


def test_what_is_not_there_is_told_in_the_language_of_the_reader(enter: Callable[..., Client]) -> None:
    browser = enter("street_officer")
    for address in ("/no-such-page", "/r/sites/00000000-0000-0000-0000-000000000000"):
        answer = browser.get(address)
        assert answer.status_code == 404 and "这里没有您可以查看的内容" in answer.content.decode()


def test_without_a_log_in_there_is_only_the_door(enter: Callable[..., Client], records: dict[str, Any]) -> None:
    browser = enter()
    for address in [*PAGES, *(address for address, _code in pages_of(records))]:
        answer = browser.get(address)
        if address.startswith("/gateways/"):
            assert answer.status_code == 403
            continue
        assert answer.status_code == 302 and answer["Location"].startswith("/login?next=")
    part = browser.get("/desk/alarms", headers={"HX-Request": "true"})
    assert part.status_code == 401 and part["HX-Redirect"].startswith("/login")
    part = browser.get("/desk/alarms", headers={"HX-Request": "true", "HX-Current-URL": "http://x/desk?a=1"})
    assert part["HX-Redirect"] == "/login?next=/desk%3Fa%3D1", "one comes back to the page, not to a part of it"
    door = browser.get("/login")
    assert door.status_code == 200 and "frame-ancestors 'none'" in door["Content-Security-Policy"]


@pytest.mark.parametrize("slug", LEDGERS)
@pytest.mark.parametrize("asked", ["nonsense=1", "order=nonsense", "since=yesterday", "page=many"])
def test_what_a_register_does_not_know_is_told(
    slug: str, asked: str, enter: Callable[..., Client], records: dict[str, Any]
) -> None:
    role = next(code for code, role in ROLES.items() if permits(role.permits, f"{LEDGERS[slug].domain}.view"))
    browser = enter(role)
    answer = browser.get(f"/r/{slug}/?{asked}")
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
