"""The desk's partners: who stands how, one partner with its papers, and what the bureau does after approval."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners.organisations.models import BankAccount, BankState
from partners.providers.models import ProviderKind
from partners.vetting import access, paper_queries, papers, parties, supervising
from partners.vetting.desk_tabs import desk_tabs
from partners.vetting.paper_models import PartyKind
from partners.vetting.standing import standing
from partners.vetting.standing_queries import read_rules, subjects_of
from partners.vetting.supervising_forms import PartnerFilter, RegisterForm, SuspendForm
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs

PER_PAGE = 50
TABS = (PartyKind.ORGANISATION, PartyKind.STATION, PartyKind.VOLUNTEER)


@needs(access.CHECK, access.DECIDE, methods=("GET",))
def partners(request: HttpRequest) -> HttpResponse:
    """Every partner at the places of the desk with its live standing; `standing` picks one word."""
    now = timezone.now()
    kind = request.GET.get("kind", "")
    kind = kind if kind in TABS else PartyKind.ORGANISATION
    form = PartnerFilter(request.GET or None, initial={"kind": kind})
    word = form.cleaned_data["standing"] if form.is_valid() else ""
    rows = _rows(request.user, kind)
    if word:
        rows = list(rows)
        every = _words(rows, now)
        rows = [row for row in rows if every[row.pk].word == word]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    words = _words(list(page), now)
    context = {
        "page": page,
        "shown": [{"party": parties.Party(row), "standing": words[row.pk]} for row in page],
        "tabs_by_kind": [
            {"label": PartyKind(one).label, "url": f"?kind={one}", "current": one == kind, "count": None}
            for one in TABS
        ],
        "filter": form,
        "kind": kind,
        "desk_tabs": desk_tabs(request.user, "partners:partners"),
    }
    return render(request, "partners/vetting/partners.html", context)


@needs(access.CHECK, access.DECIDE, takes_object="partners.Provider", methods=("GET",))
def partner(request: HttpRequest, no: str) -> HttpResponse:
    """One partner: what is asked of it and how it stands, its suspensions, and what I can do."""
    return _page(request, parties.desk_party(request.user, no))


@needs(access.CHECK, access.DECIDE, takes_object="partners.Provider", methods=("POST",))
@require_POST
def check(request: HttpRequest, no: str, code: str) -> HttpResponse:
    """I have looked into it myself."""
    party = parties.desk_party(request.user, no)
    requirement = papers.asked_of(party, code, timezone.localdate())
    if requirement is None or papers.objection(request.user, party, requirement) is not None:
        raise Http404
    try:
        papers.record_check(party=party, requirement=requirement, by=request.user)
    except Refused as refusal:
        return _page(request, party, refusal=refusal.message, status=422)
    return redirect("partners:partner", party.no)


@needs(access.DECIDE, takes_object="partners.Provider")
def suspend(request: HttpRequest, no: str) -> HttpResponse:
    """Stop a partner: on what ground, from when, until when, and how it can appeal."""
    party = _bureaus_party(request.user, no)
    form = SuspendForm(request.POST or None, initial={"appeal": _default_appeal()})
    if form.is_valid():
        try:
            supervising.suspend(party=party, by=request.user, **form.suspension(timezone.now()))
            return redirect("partners:partner", party.no)
        except Refused as refusal:
            blame(form, refusal)
    return _form_page(request, form, "partners/vetting/suspend.html", party)


@needs(access.DECIDE, takes_object="partners.Provider", methods=("POST",))
@require_POST
def lift(request: HttpRequest, no: str) -> HttpResponse:
    """Let it go on."""
    party = _bureaus_party(request.user, no)
    try:
        supervising.lift(party=party, by=request.user)
    except Refused as refusal:
        return _page(request, party, refusal=refusal.message, status=422)
    return redirect("partners:partner", party.no)


@needs(access.DECIDE, takes_object="partners.Provider")
def register(request: HttpRequest, no: str) -> HttpResponse:
    """What the bureau looked up: certificate, grade, annual report, credit lists."""
    party = _bureaus_party(request.user, no)
    organisation = getattr(party.row, "organisation", None)
    if organisation is None:
        raise Http404
    first = {name: getattr(organisation, name) for name in supervising.REGISTER}
    form = RegisterForm(request.POST or None, initial=first | {"version": organisation.version})
    if form.is_valid():
        try:
            supervising.write_register(organisation=organisation, by=request.user, **form.cleaned_data)
            return redirect("partners:partner", party.no)
        except Refused as refusal:
            blame(form, refusal)
            if refusal.code == "stale":
                organisation.refresh_from_db()
                form.data = form.data.copy()
                form.data["version"] = organisation.version
    return _form_page(request, form, "partners/vetting/register.html", party)


def _rows(user: Any, kind: str) -> Any:
    if kind == PartyKind.VOLUNTEER:
        return parties.desk_volunteers(user).order_by("no")
    wanted = (
        [ProviderKind.STATION]
        if kind == PartyKind.STATION
        else [ProviderKind.AGENCY, ProviderKind.INDIVIDUAL]
    )
    return parties.desk_providers(user).filter(kind__in=wanted).order_by("name_key", "no")


def _words(rows: list[Any], at: datetime) -> dict[int, Any]:
    subjects = subjects_of(rows, on=timezone.localdate(at), rules=read_rules())
    return {key: standing(subject, at) for key, subject in subjects.items()}


def _bureaus_party(user: Any, no: str) -> parties.Party:
    """A partner whom this person may stop; Http404 otherwise."""
    party = parties.desk_party(user, no)
    no_right = supervising.objection(user, party)
    if (no_right is not None and no_right.code == "not_yours") or party.kind == PartyKind.WORKER:
        raise Http404
    return party


def _page(request: HttpRequest, party: parties.Party, refusal: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    sheet = paper_queries.sheet_of(party, now)
    own = supervising.objection(request.user, party)
    is_bureau = own is None or own.code != "not_yours"
    stops = supervising.shown_suspensions(party.provider if party.kind != PartyKind.WORKER else None)
    context = {
        "party": party,
        "sheet": sheet,
        "papers": paper_queries.papers_shown(request.user, party, now),
        "checkable": {
            row.requirement.code
            for row in sheet.rows
            if row.requirement.sort == "check"
            and papers.objection(request.user, party, row.requirement) is None
        },
        "stops": [
            {"row": row, "until": supervising.day_of(row), "runs": row.valid_to > now} for row in stops
        ],
        "stopped": any(row.valid_to > now for row in stops),
        "is_bureau": is_bureau and party.kind != PartyKind.WORKER,
        "organisation": getattr(party.row, "organisation", None),
        "members": paper_queries.workers_shown(party, now),
        "refusal": refusal,
        "bank_waits": BankAccount.objects.filter(
            organisation__provider__no=party.no, state=BankState.ASKED
        ).exists(),
    }
    return render(request, "partners/vetting/partner.html", context, status=status)


def _form_page(request: HttpRequest, form: Any, page: str, party: parties.Party) -> HttpResponse:
    return render(request, page, {"form": form, "party": party}, status=422 if form.errors else 200)


def _default_appeal() -> str:
    return _("不服的，60 日内可以申请行政复议，6 个月内可以向人民法院起诉")
