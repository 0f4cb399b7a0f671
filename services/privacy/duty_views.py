"""Pages of the keeper's duties: periods and clearing, annexes and certificates, impact assessments."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.base.audit import record
from portal.base.forms import blame
from portal.base.models import record_number
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.contracts.access import MANAGE, OWN, READ, contract_for
from services.privacy import annexes, periods, retention
from services.privacy.forms import CertificateForm, ImpactForm, PeriodForm
from services.privacy.models import ImpactAssessment, RetentionRun

CLEAR, ASSESS = "services.run_retention", "services.assess_impact"
ROWS = 50


@needs(CLEAR, methods=("GET",))
def retention_page(request: HttpRequest) -> HttpResponse:
    """How long each class is kept, and what a clearing today would touch. Looking changes nothing."""
    lines = retention.preview(timezone.localdate())
    context = {
        "lines": lines,
        "due": sum(line.due for line in lines),
        "coming": [
            (rule, retention.CLASSES[rule.kind].name) for rule in periods.coming(timezone.localdate())
        ],
        "runs": [
            (
                run,
                [
                    (retention.CLASSES[kind].name, n)
                    for kind, n in run.counts.items()
                    if kind in retention.CLASSES
                ],
            )
            for run in RetentionRun.objects.select_related("by")[:10]
        ],
    }
    return render(request, "services/privacy/retention.html", context)


@needs(CLEAR, methods=("POST",))
@require_POST
def retention_run(request: HttpRequest) -> HttpResponse:
    """Clear what is due today."""
    run = retention.clear(by=request.user, on=timezone.localdate(), at=timezone.now())
    total = sum(run.counts.values())
    messages.success(
        request, _("清理完了，共 %(n)s 条") % {"n": total} if total else _("没有到期的，什么也没动")
    )
    return redirect("services:privacy:retention")


@needs(CLEAR)
def period_new(request: HttpRequest) -> HttpResponse:
    """Set a new period: what it would delete is shown first, and only then it can be set."""
    today, seen = timezone.localdate(), None
    form = PeriodForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked, looked = form.asked, form.cleaned_data["looked"] == form.mark
        try:
            periods.check_period(**asked, today=today)
            seen = periods.outlook(**asked)
            form.data = form.data.copy()
            form.data["looked"] = form.mark
            if not (form.cleaned_data["sure"] and looked):
                raise Refused("look_first", _("请先看下面会删多少，再打勾"), field="sure")
            words = {name: form.cleaned_data[name] for name in ("source", "reason")}
            periods.set_period(by=request.user, **asked, **words, today=today)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("定好了。到那天自动改用新期限"))
            return redirect("services:privacy:retention")
    status = 422 if form.is_bound else 200
    context = {"form": form, "outlook": seen}
    return render(request, "services/privacy/period.html", context, status=status)


@needs(MANAGE, READ, OWN, takes_object="contract", methods=("GET",))
def annex(request: HttpRequest, no: str) -> HttpResponse:
    """The data-processing annex of a contract, to read, agree to and print."""
    contract = contract_for(request.user, no)
    agreed = annexes.annex_of(contract)
    version = agreed.text_version if agreed else annexes.VERSION
    context = {
        "contract": contract,
        "annex": agreed,
        "terms": annexes.TERMS[version],
        "version": version,
        "may_agree": agreed is None
        and annexes.leads_provider(request.user, contract)
        and not annexes.over(contract, timezone.localdate()),
        "over": annexes.over(contract, timezone.localdate()),
    }
    return render(request, "services/privacy/annex.html", context)


@needs(OWN, takes_object="contract", methods=("POST",))
@require_POST
def annex_agree(request: HttpRequest, no: str) -> HttpResponse:
    """The provider agrees."""
    contract = contract_for(request.user, no)
    try:
        annexes.agree(by=request.user, contract=contract)
        messages.success(request, _("签好了"))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("services:privacy:annex", no)


@needs(MANAGE, READ, OWN, takes_object="contract")
def certificate(request: HttpRequest, no: str) -> HttpResponse:
    """The certificate at a contract's end: the provider fills it in, everybody entitled prints it."""
    contract = contract_for(request.user, no)
    found = annexes.annex_of(contract)
    form = CertificateForm(request.POST or None)
    if request.method == "POST":
        if not annexes.leads_provider(request.user, contract):
            raise Http404
        if form.is_valid():
            try:
                annexes.certify(by=request.user, contract=contract, **form.cleaned_data)
            except Refused as refusal:
                blame(form, refusal)
            else:
                messages.success(request, _("证明交上去了，等县民政局核收"))
                return redirect("services:privacy:certificate", no)
    certified = bool(found and found.certified_at)
    context = {
        "contract": contract,
        "annex": found,
        "seen": annexes.seen_under(contract),
        "over": annexes.over(contract, timezone.localdate()),
        "may_certify": annexes.leads_provider(request.user, contract) and not (found and found.accepted_at),
        "may_accept": certified
        and not (found and found.accepted_at)
        and request.user.has_perm(annexes.ACCEPT),
        "certified": certified,
        "form": form,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "services/privacy/certificate.html", context, status=status)


@needs(annexes.ACCEPT, takes_object="contract", methods=("POST",))
@require_POST
def certificate_accept(request: HttpRequest, no: str) -> HttpResponse:
    """The bureau accepts the certificate."""
    contract = contract_for(request.user, no)
    try:
        annexes.accept(by=request.user, contract=contract)
        messages.success(request, _("核收了"))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("services:privacy:certificate", no)


@needs(ASSESS, methods=("GET",))
def impact_list(request: HttpRequest) -> HttpResponse:
    """Impact assessments, newest first."""
    page = Paginator(ImpactAssessment.objects.all(), ROWS).get_page(request.GET.get("page"))
    rows = [(row, dict(ImpactForm.CONCLUSIONS).get(row.conclusion, row.conclusion)) for row in page]
    return render(request, "services/privacy/impacts.html", {"page": page, "rows": rows})


@needs(ASSESS)
def impact_new(request: HttpRequest) -> HttpResponse:
    """A new assessment, with the questions of the law."""
    form = ImpactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = form.save(commit=False)
        row.no, row.assessed_by = record_number("I"), request.user
        row.save()
        record(request.user, "impact.assessed", row)
        return redirect("services:privacy:impact", row.no)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "services/privacy/impact_new.html", {"form": form}, status=status)


@needs(ASSESS, takes_object="impact", methods=("GET",))
def impact(request: HttpRequest, no: str) -> HttpResponse:
    """One assessment, to print."""
    row = get_object_or_404(ImpactAssessment.objects.select_related("assessed_by"), no=no)
    words = {
        "occasion": dict(ImpactForm.OCCASIONS).get(row.occasion),
        "conclusion": dict(ImpactForm.CONCLUSIONS).get(row.conclusion),
    }
    return render(request, "services/privacy/impact.html", {"row": row, **words})
