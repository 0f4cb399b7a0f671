"""Papers: what I still have to hand in, handing in, and the desk's answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from partners.vetting import access, paper_queries, papers, parties
from partners.vetting.desk_tabs import desk_tabs
from partners.vetting.paper_forms import DecisionForm, PaperForm
from partners.vetting.paper_models import Paper
from portal.base.audit import record
from portal.base.documents.models import StoredDocument
from portal.base.documents.storing import page_response, store_document
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs, signed_in
from portal.permissions.hats import permissions_of

PER_PAGE = 50
CARE = "services.log_visit"
KEPT = Signer(salt="partners.paper")


@dataclass(frozen=True)
class Frame:
    """The frame around a page, and whether it prints the heading itself."""

    template: str
    has_heading: bool = True


OFFICE, PHONE, PUBLIC = (
    Frame("portal/staff.html"),
    Frame("portal/phone.html"),
    Frame("portal/public.html", has_heading=False),
)


def _frame(user: Any) -> Frame:
    """That of the person's hat: a head's, a carer's; who has asked and not been let in yet stands outside."""
    held = permissions_of(user)
    if parties.MANAGE in held:
        return OFFICE
    if CARE in held:
        return PHONE
    return OFFICE if held else PUBLIC


@signed_in(methods=("GET",))
def my_papers(request: HttpRequest) -> HttpResponse:
    """What is missing, until when, and how to hand it in; for all that I stand for."""
    now = timezone.now()
    sheets = [paper_queries.sheet_of(party, now) for party in parties.own_parties(request.user)]
    context = {"sheets": sheets, "frame": _frame(request.user)}
    return render(request, "partners/vetting/my_papers.html", context)


@signed_in(takes_object="partners.Paper", methods=("GET",))
def papers_of(request: HttpRequest, no: str) -> HttpResponse:
    """The same for one worker of my team, or for one of what I stand for."""
    party = parties.own_party(request.user, no)
    sheet = paper_queries.sheet_of(party, timezone.now())
    context = {"sheets": [sheet], "frame": _frame(request.user)}
    return render(request, "partners/vetting/my_papers.html", context)


@signed_in(takes_object="partners.Paper")
def hand_in(request: HttpRequest, no: str, code: str) -> HttpResponse:
    """Hand one in."""
    party = parties.own_party(request.user, no)
    requirement = papers.asked_of(party, code, timezone.localdate())
    if requirement is None or requirement.sort not in papers.BY_HAND:
        raise Http404
    form = PaperForm(request.POST or None, request.FILES or None, requirement=requirement)
    document = _document(request, form) if form.is_bound else None
    if form.is_valid():
        stated = {key: value for key, value in form.cleaned_data.items() if key not in ("file", "kept")}
        try:
            papers.hand_in(party=party, requirement=requirement, by=request.user, document=document, **stated)
            return redirect("partners:papers_of", party.no)
        except Refused as refusal:
            blame(form, refusal)
    context = {"form": form, "party": party, "requirement": requirement, "document": document}
    context["frame"] = _frame(request.user)
    return render(request, "partners/vetting/hand_in.html", context, status=422 if form.errors else 200)


def _document(request: HttpRequest, form: PaperForm) -> StoredDocument | None:
    """The picture sent now, or the one kept from a try before; another mistake in the form does not lose it."""
    kept: StoredDocument | None = None
    try:
        uid = KEPT.unsign(request.POST.get("kept", ""))
        kept = StoredDocument.objects.filter(uid=uid, uploaded_by=request.user, papers=None).first()
    except BadSignature:
        kept = None
    if "file" in request.FILES:
        try:
            kept = store_document(request.FILES["file"], "paper", request.user)
        except Refused as refusal:
            form.add_error("file", refusal.message)
    form.data = form.data.copy()
    form.data["kept"] = KEPT.sign(str(kept.uid)) if kept is not None else ""
    return kept


@signed_in(takes_object="partners.Paper", methods=("GET",))
def page(request: HttpRequest, no: str, number: int) -> HttpResponse:
    """One page of a paper, for those who handed it in and those who decide on it; a look of the desk is recorded."""
    row = Paper.objects.filter(no=no, document__isnull=False).select_related("document").first()
    if row is not None and _is_own(request.user, row):
        return page_response(row.document, number)
    view = _paper_for(request.user, no)
    if view.paper.document is None:
        raise Http404
    answer = page_response(view.paper.document, number)
    record(request.user, "paper.looked_at", view.paper, page=number)
    return answer


def _is_own(user: Any, row: Paper) -> bool:
    try:
        parties.own_party(user, parties.party_of_paper(row).no)
    except Http404:
        return False
    return True


@needs(access.CHECK, access.DECIDE, methods=("GET",))
def papers_desk(request: HttpRequest) -> HttpResponse:
    """The papers that wait for an answer, the nearest deadline first."""
    rows = paper_queries.papers_to_decide(request.user)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    names = paper_queries.requirement_names()
    shown = [
        {"row": row, "party": parties.party_of_paper(row), "name": names.get(row.code, row.code)}
        for row in page
    ]
    context = {"page": page, "shown": shown, "today": timezone.localdate()}
    context["desk_tabs"] = desk_tabs(request.user, "partners:papers_desk")
    return render(request, "partners/vetting/papers_desk.html", context)


@needs(access.CHECK, access.DECIDE, takes_object="partners.Paper", methods=("GET",))
def paper(request: HttpRequest, no: str) -> HttpResponse:
    """One paper: what stands on it, of whom, and the answer."""
    view = _paper_for(request.user, no)
    return _page(request, view, DecisionForm(initial={"version": view.paper.version}))


@needs(access.CHECK, access.DECIDE, takes_object="partners.Paper", methods=("POST",))
@require_POST
def accept(request: HttpRequest, no: str) -> HttpResponse:
    """It is true."""
    return _answer(request, no, papers.accept_paper)


@needs(access.CHECK, access.DECIDE, takes_object="partners.Paper", methods=("POST",))
@require_POST
def refuse(request: HttpRequest, no: str) -> HttpResponse:
    """It is not, and why."""
    return _answer(request, no, papers.refuse_paper, reason="reason")


def _paper_for(user: Any, no: str) -> paper_queries.PaperView:
    """A paper that the desk's person may read. Raises Http404."""
    row = parties.desk_papers(user).filter(no=no).first()
    view = paper_queries.paper_view(user, row, timezone.localdate()) if row is not None else None
    if view is None:
        raise Http404
    return view


def _answer(request: HttpRequest, no: str, act: Callable[..., Paper], **words: str) -> HttpResponse:
    view = _paper_for(request.user, no)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, view, form, status=422)
    view.paper.version = form.cleaned_data["version"]
    try:
        act(
            paper=view.paper, by=request.user, **{key: form.cleaned_data[name] for key, name in words.items()}
        )
    except Refused as refusal:
        blame(form, refusal)
        now = _paper_for(request.user, no)
        form.data = form.data.copy()
        form.data["version"] = now.paper.version
        return _page(request, now, form, status=409 if refusal.code == "stale" else 422)
    return redirect("partners:paper", no)


def _page(
    request: HttpRequest, view: paper_queries.PaperView, form: DecisionForm, status: int = 200
) -> HttpResponse:
    return render(request, "partners/vetting/paper.html", {"view": view, "form": form}, status=status)
