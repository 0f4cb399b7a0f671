"""What the applicant meets: register, read the state, complete, withdraw."""

from typing import Any

from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.organisations import forms as organisation_forms
from partners.organisations.actions import stated_facts
from partners.vetting import access, drafts, joining, kin, paper_queries, queries
from partners.vetting.forms import KinForm, VersionForm
from partners.vetting.lifecycle import APPLICATION, OPEN
from partners.vetting.models import Application, ApplicationKind, ApplicationState
from partners.volunteers import forms as volunteer_forms
from partners.volunteers.facts import CONSENT_VERSION
from partners.volunteers.models import Volunteer
from portal.accounts.attempts import JOIN, JOIN_DRAFT, take_of_address
from portal.base.forms import blame
from portal.base.models import record_number
from portal.base.refused import Refused
from portal.permissions.gate import public, signed_in

RECEIPT = Signer(salt="partners.receipt")


@public
def join(request: HttpRequest) -> HttpResponse:
    """What it takes to take part."""
    return render(request, "partners/vetting/join.html")


@public(methods=("GET", "POST"))
def join_agency(request: HttpRequest) -> HttpResponse:
    """An organisation registers."""
    if _too_often(request):
        return render(request, "429.html", status=429)
    fresh = not request.user.is_authenticated
    kind = ApplicationKind.ORGANISATION
    saved = _saved(request, kind)
    initial = _first(request, kind, organisation_forms.OrganisationForm)
    form = organisation_forms.OrganisationForm(_data(request), initial=initial, with_account=fresh)
    if form.is_valid():
        applicant = _applicant(request, form, name=form.cleaned_data["contact_name"])
        try:
            application = joining.register_organisation(
                facts=form.facts(), applicant=applicant, kin=form.cleaned_data.get("kin_name", "")
            )
            drafts.forget(request, kind)
            return _received("join_agency_done", application)
        except Refused as refusal:
            blame(form, refusal)
    return _saved_page(request, form, "partners/vetting/join_agency.html", saved, bool(initial))


@public(methods=("GET", "POST"))
def join_volunteer(request: HttpRequest) -> HttpResponse:
    """A person registers as a volunteer."""
    if _too_often(request):
        return render(request, "429.html", status=429)
    fresh = not request.user.is_authenticated
    kind = ApplicationKind.VOLUNTEER
    saved = _saved(request, kind)
    initial = _first(request, kind, volunteer_forms.VolunteerForm)
    known = None if fresh else Volunteer.objects.filter(user=request.user).select_related("user").first()
    form = volunteer_forms.VolunteerForm(
        _data(request),
        initial=initial,
        with_account=fresh,
        known=known,
        name="" if fresh else request.user.name,
    )
    if form.is_valid():
        applicant = _applicant(request, form, name=form.cleaned_data.get("name", ""))
        try:
            application = joining.register_volunteer(
                facts=form.facts(), applicant=applicant, kin=form.cleaned_data.get("kin_name", "")
            )
            drafts.forget(request, kind)
            return _received("join_volunteer_done", application)
        except Refused as refusal:
            blame(form, refusal)
    return _saved_page(request, form, "partners/vetting/join_volunteer.html", saved, bool(initial))


@public
def join_done(request: HttpRequest, kind: str) -> HttpResponse:
    """Received: the number, what comes next, by when. The same whether or not the phone was known."""
    try:
        no = RECEIPT.unsign(request.GET.get("receipt", ""))
    except BadSignature:
        return redirect("join")
    return render(request, "partners/vetting/done.html", {"no": no, "kind": kind})


@signed_in(methods=("GET",))
def status(request: HttpRequest) -> HttpResponse:
    """My applications: state, reasons, history, and what I can do now."""
    rows = list(
        access.own_applications(request.user)
        .select_related("township", "organisation", "volunteer")
        .prefetch_related("steps__by")
        .order_by("-submitted_at", "-pk")
    )
    names = paper_queries.requirement_names()
    shown = [
        {
            "row": row,
            "history": queries.history(row, with_names=False),
            "reason": queries.last_reason(row),
            "no": queries.last_no(row),
            "points": queries.points_of(queries.last_no(row), names),
            "office": queries.office_name(row),
            "can_complete": APPLICATION.allows(row.state, "complete"),
            "can_withdraw": APPLICATION.allows(row.state, "withdraw"),
        }
        for row in rows
    ]
    return render(request, "partners/vetting/status.html", {"shown": shown})


@signed_in(takes_object="partners.Application")
def complete(request: HttpRequest, no: str) -> HttpResponse:
    """The same form again, prefilled; handing in goes on with the same number."""
    application = access.application_for(request.user, no, to="complete")
    if not APPLICATION.allows(application.state, "complete"):
        return redirect("join_status")
    form = _completion_form(application, request.POST or None)
    if form.is_valid():
        application.version = form.cleaned_data["version"] or 0
        try:
            joining.complete_application(application=application, facts=form.facts(), by=request.user)
            return redirect("join_status")
        except Refused as refusal:
            blame(form, refusal)
            if refusal.code == "stale":
                return _conflict(request, form, no)
    return _form_page(
        request,
        form,
        f"partners/vetting/complete_{application.kind}.html",
        application=application,
        reason=queries.last_reason(application),
    )


@signed_in(takes_object="partners.Application")
def withdraw(request: HttpRequest, no: str) -> HttpResponse:
    """A page that asks once more, then the deed."""
    application = access.application_for(request.user, no, to="withdraw")
    if not APPLICATION.allows(application.state, "withdraw"):
        return redirect("join_status")
    form = VersionForm(request.POST or None, initial={"version": application.version})
    if form.is_valid():
        application.version = form.cleaned_data["version"]
        try:
            joining.withdraw_application(application=application, by=request.user)
            return redirect("join_status")
        except Refused as refusal:
            blame(form, refusal)
    return _form_page(request, form, "partners/vetting/withdraw.html", application=application)


@signed_in(takes_object="partners.Application")
def declare(request: HttpRequest, no: str) -> HttpResponse:
    """Name kin who work where the application is decided. The answer is the same whoever they are."""
    application = access.application_for(request.user, no, to="follow")
    if application.state not in OPEN:
        return redirect("join_status")
    form = KinForm(request.POST or None)
    if form.is_valid():
        try:
            kin.declare_kin(application=application, name=form.cleaned_data["name"], by=request.user)
            messages.success(request, _("收下了。您写的这个人不能办您的申请，由别人来办"))
            return redirect("join_status")
        except Refused as refusal:
            blame(form, refusal)
    context = {"application": application, "named": [row.name for row in application.kin.all()]}
    return _form_page(request, form, "partners/vetting/kin.html", **context)


def _completion_form(application: Application, data: Any) -> Any:
    first = {"version": application.version}
    if application.kind == ApplicationKind.ORGANISATION:
        initial = organisation_forms.stated(stated_facts(application.organisation.provider)) | first
        return organisation_forms.OrganisationForm(data, initial=initial, with_account=False)
    volunteer = application.volunteer
    return volunteer_forms.VolunteerForm(
        data,
        initial=volunteer_forms.stated(volunteer) | first,
        with_account=False,
        known=volunteer,
        name=volunteer.user.name,
    )


def _conflict(request: HttpRequest, form: Any, no: str) -> HttpResponse:
    """Somebody wrote in between: what was typed stays, the version becomes the present one."""
    now = access.application_for(request.user, no, to="follow")
    form.data = form.data.copy()
    form.data["version"] = now.version
    page = f"partners/vetting/complete_{now.kind}.html"
    context = {"form": form, "application": now, "reason": queries.last_reason(now)}
    context["consent_version"] = CONSENT_VERSION
    context["closed"] = now.state != ApplicationState.RETURNED
    return render(request, page, context, status=409)


def _too_often(request: HttpRequest) -> bool:
    """Whether this address hands in (or saves) more forms than a village office could."""
    limit = JOIN_DRAFT if "save" in request.POST else JOIN
    return request.method == "POST" and not take_of_address(limit, request)


def _data(request: HttpRequest) -> Any:
    """What is handed in; what is only saved is not judged."""
    return (request.POST or None) if "save" not in request.POST else None


def _first(request: HttpRequest, kind: str, form_class: Any) -> dict[str, Any]:
    """The first values of the form: what is being saved, or what was saved before."""
    if "save" in request.POST:
        return drafts.first_values(drafts.worth_keeping(request.POST), form_class)
    return drafts.typed_before(request, kind, form_class)


def _saved(request: HttpRequest, kind: str) -> str | None:
    """Keep what was typed when asked to; the token for the cookie, None when nothing was saved."""
    return drafts.keep(request, kind, request.POST) if "save" in request.POST else None


def _saved_page(request: HttpRequest, form: Any, page: str, saved: str | None, found: bool) -> HttpResponse:
    """The form; a script that saves by itself gets an empty answer, a person is told that it is kept."""
    if saved is None:
        return _form_page(request, form, page, kept=found and not form.is_bound)
    if request.headers.get("X-Autosave"):
        return drafts.remember(HttpResponse(status=204), saved)
    return drafts.remember(_form_page(request, form, page, just_saved=True), saved)


def _applicant(request: HttpRequest, form: Any, *, name: str) -> Any:
    if request.user.is_authenticated:
        return request.user
    return joining.NewAccount(
        name=name, phone=form.cleaned_data["login_phone"], password_hash=form.password_hash()
    )


def _received(page: str, application: Application | None) -> HttpResponse:
    no = application.no if application is not None else record_number("A")
    return redirect(f"{reverse(page)}?receipt={RECEIPT.sign(no)}")


def _form_page(request: HttpRequest, form: Any, page: str, **context: Any) -> HttpResponse:
    context = {"form": form, "consent_version": CONSENT_VERSION, **context}
    return render(request, page, context, status=422 if form.errors else 200)
