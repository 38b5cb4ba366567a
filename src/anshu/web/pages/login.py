"""Coming in and going out: password, one-time code, lock-out, language."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from anshu.access import second_factor
from anshu.access.models import Account
from anshu.access.policy import Person, actor_of
from anshu.access.roles import ROLES, home_of
from anshu.workflow import log
from anshu.workflow.models import Change

HALF = "half_logged_in"
"""Kept in the session while somebody must choose a password of their own before anything else."""
FIRST_PASSWORD = "first_password"  # noqa: S105  # a name, no password
ADMINISTRATORS = ("system_administrator", "security_administrator", "audit_administrator")


def next_page(request: HttpRequest) -> str:
    """Where the person wanted to go, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"


def enter(request: HttpRequest) -> HttpResponse:
    """The log-in page."""
    if request.method != "POST":
        return render(request, "login.html", {"next": next_page(request)})
    account = authenticate(
        request, username=request.POST.get("username", "").strip(), password=request.POST.get("password", "")
    )
    if not isinstance(account, Account):
        words = _("The name or the password is not right. After five wrong tries the account is closed for 15 minutes.")
        return render(request, "login.html", {"next": next_page(request), "error": words}, status=401)
    if account.totp_secret:
        request.session[HALF] = str(account.pk)
        return render(request, "login_code.html", {"next": next_page(request)})
    return _let_in(request, account)


def code(request: HttpRequest) -> HttpResponse:
    """The second step: the one-time code."""
    account = Account.objects.filter(pk=request.session[HALF]).first() if HALF in request.session else None
    if account is None or request.method != "POST":
        return HttpResponseRedirect("/login")
    if not second_factor.accept(account, request.POST.get("code", "").strip()):
        tries = request.session["code_tries"] = request.session.get("code_tries", 0) + 1
        if tries >= settings.AXES_FAILURE_LIMIT:
            request.session.flush()
            return HttpResponseRedirect("/login")
        words = _("This code is not right, or was used already. Wait for the next one.")
        return render(request, "login_code.html", {"next": next_page(request), "error": words}, status=401)
    return _let_in(request, account)


def _let_in(request: HttpRequest, account: Account) -> HttpResponse:
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    with transaction.atomic():
        log.write("access.log_in", account, Person(account), details={"from": request.META.get("REMOTE_ADDR", "")})
    roles = {role for role, _where in (*account.grant_rows, *account.own_rows)}
    request.session[FIRST_PASSWORD] = has_first_password(account)
    if not account.totp_secret and settings.ANSHU.second_factor == "required" and roles & set(ADMINISTRATORS):
        address = "/me/second-factor"
    elif next_page(request) != "/":
        address = next_page(request)
    else:
        address = home_of(roles)
    response = HttpResponseRedirect(address)
    if account.language:  # what answers beside the pages (the API, a refusal) then speaks it as well
        remember(response, account.language)
    return response


def has_first_password(account: Account) -> bool:
    """Whether the password is still the one that the bureau handed out: of both rows the log holds the later one."""
    verbs = ("enterprises.invite", "access.change_password")
    rows = Change.objects.filter(subject=Account._meta.label_lower, subject_id=account.pk, verb__in=verbs)
    return rows.order_by("-id").values_list("verb", flat=True).first() == verbs[0]


def remember(response: HttpResponse, chosen: str) -> None:
    """Keep the language with the browser."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=31_536_000, samesite="Lax")


def locked_out(request: HttpRequest, _credentials: Any = None, *_rest: Any, **_more: Any) -> HttpResponse:
    """What somebody sees whose account is closed for a while after too many wrong tries."""
    words = _(
        "Too many wrong tries. The account is closed for 15 minutes; a security administrator can open it earlier."
    )
    return render(request, "login.html", {"next": "/", "error": words}, status=429)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Log out."""
    if isinstance(request.user, Account):
        with transaction.atomic():
            log.write("access.log_out", request.user, Person(request.user))
    logout(request)
    return HttpResponseRedirect("/login")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language; it is remembered with the account, or with the browser before log-in."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(next_page(request))
    if chosen in dict(settings.LANGUAGES):
        translation.activate(chosen)
        remember(response, chosen)
        if isinstance(request.user, Account):
            Account.objects.filter(pk=request.user.pk).update(language=chosen)
    return response


class NewPassword(forms.Form):
    """The old password, and a new one that the rules accept."""

    old = forms.CharField(widget=forms.PasswordInput)
    new = forms.CharField(widget=forms.PasswordInput)

    def __init__(self, account: Account, *args: Any) -> None:
        super().__init__(*args)
        self.account = account

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.account.check_password(old):
            raise forms.ValidationError(_("The old password is not right."))
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.account)
        return new


def me(request: HttpRequest) -> HttpResponse:
    """A person's own page: what they may do where, their password, their second factor."""
    person = actor_of(request)
    form = NewPassword(person.account, request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        person.account.set_password(form.cleaned_data["new"])
        person.account.save(update_fields=("password",))
        with transaction.atomic():
            log.write("access.change_password", person.account, person)
        login(request, person.account, backend="django.contrib.auth.backends.ModelBackend")
        request.session[FIRST_PASSWORD] = False
        return HttpResponseRedirect("/me?done=1")
    held = (*person.account.grant_rows, *person.account.own_rows)
    grants = [(ROLES[role], where) for role, where in held if role in ROLES]
    return render(
        request,
        "me.html",
        {
            "form": form,
            "grants": grants,
            "done": "done" in request.GET,
            "first": request.session.get(FIRST_PASSWORD, False),
        },
    )


def enrol(request: HttpRequest) -> HttpResponse:
    """Set up the one-time code."""
    person = actor_of(request)
    secret = request.session.setdefault("totp_offer", second_factor.begin(person.account))
    error = ""
    if request.method == "POST":
        if second_factor.confirm(person.account, secret, request.POST.get("code", "").strip()):
            del request.session["totp_offer"]
            with transaction.atomic():
                log.write("access.enrol_second_factor", person.account, person)
            return HttpResponseRedirect("/me")
        error = _("This code does not fit. Is the clock of the telephone right?")
    picture = mark_safe(second_factor.picture(person.account, secret))  # noqa: S308  # an SVG we drew ourselves
    return render(request, "enrol.html", {"picture": picture, "secret": secret, "error": error})
