"""The contract pages of the bureau, finance and the agencies."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.contracts import access, actions, queries
from services.contracts.forms import ContractForm, MoveForm, PriceForm, initial_of
from services.contracts.lifecycle import CONTRACT
from services.contracts.models import Contract, ContractState

ROWS = 50


@needs("services.manage_contract", "services.view_contract", methods=("GET",))
def desk_list(request: HttpRequest) -> HttpResponse:
    """All contracts, those that end soonest first."""
    return _list(request, "services/contracts/desk_list.html")


@needs("partners.view_own_contract", methods=("GET",))
def agency_list(request: HttpRequest) -> HttpResponse:
    """An agency's own contracts."""
    return _list(request, "services/contracts/agency_list.html")


def _list(request: HttpRequest, template: str) -> HttpResponse:
    state, today = request.GET.get("state", ""), timezone.localdate()
    page = Paginator(queries.listed(request.user, state), ROWS).get_page(request.GET.get("page"))
    rows = [
        {
            "contract": row,
            "standing": queries.standing(row, today),
            "words": queries.lot_words(row),
            "percent": queries.spent_percent(row),
            "last_day": actions.last_day(row),
        }
        for row in page
    ]
    return render(
        request,
        template,
        {
            "page": page,
            "rows": rows,
            "state": state,
            "states": ContractState.choices,
            "may_manage": request.user.has_perm(access.MANAGE),
        },
    )


@needs("services.manage_contract", "services.view_contract", takes_object="contract", methods=("GET",))
def desk_detail(request: HttpRequest, no: str) -> HttpResponse:
    """One contract for the bureau and finance."""
    return _detail(request, no, "services/contracts/desk_detail.html")


@needs("partners.view_own_contract", takes_object="contract", methods=("GET",))
def agency_detail(request: HttpRequest, no: str) -> HttpResponse:
    """One contract for the agency that holds it."""
    return _detail(request, no, "services/contracts/agency_detail.html")


def _detail(request: HttpRequest, no: str, template: str) -> HttpResponse:
    contract = access.contract_for(request.user, no)
    today = timezone.localdate()
    return render(
        request,
        template,
        {
            "contract": contract,
            "standing": queries.standing(contract, today),
            "services": queries.service_rows(contract, today),
            "percent": queries.spent_percent(contract),
            "left_fen": contract.budget_fen - contract.drawn_fen,
            "last_day": actions.last_day(contract),
            "lines": contract.drawdowns.order_by("-created_at")[:20],
            "verbs": access.verbs(request.user, contract),
        },
    )


@needs("services.manage_contract")
def new(request: HttpRequest) -> HttpResponse:
    """Write a draft."""
    form = ContractForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            contract = actions.create_contract(by=request.user, **form.terms())
            messages.success(request, _("草稿存好了。核对后点“生效”。"))
            return redirect("services:contracts:detail", contract.no)
        except Refused as refusal:
            add_refusal(form, refusal)
    return _form(request, "services/contracts/edit.html", form)


@needs("services.manage_contract", takes_object="contract")
def edit(request: HttpRequest, no: str) -> HttpResponse:
    """Rewrite a draft."""
    contract = access.contract_for(request.user, no, to="edit")
    if not CONTRACT.allows(contract.state, "edit"):
        raise Http404
    form = ContractForm(request.POST or None, initial=initial_of(contract))
    if request.method == "POST" and form.is_valid():
        contract.version = form.cleaned_data["version"]
        try:
            actions.edit_contract(contract=contract, by=request.user, **form.terms())
            messages.success(request, _("改好了"))
            return redirect("services:contracts:detail", no)
        except Refused as refusal:
            add_refusal(form, refusal)
    return _form(request, "services/contracts/edit.html", form, contract=contract)


@needs("services.manage_contract", takes_object="contract")
def move(request: HttpRequest, no: str, verb: str) -> HttpResponse:
    """Activate, suspend, resume or terminate, after a page that says what will happen."""
    contract = access.contract_for(request.user, no, to=verb)
    form = MoveForm(request.POST or None, initial={"version": contract.version})
    if request.method == "POST" and form.is_valid():
        contract.version = form.cleaned_data["version"]
        try:
            actions.move_contract(
                contract=contract, verb=verb, by=request.user, reason=form.cleaned_data["reason"]
            )
            return redirect("services:contracts:detail", no)
        except Refused as refusal:
            add_refusal(form, refusal)
    label, effect = move_words()[verb]
    return _form(
        request,
        "services/contracts/move.html",
        form,
        contract=contract,
        verb=verb,
        label=label,
        effect=effect,
        needs_reason=verb in {"suspend", "terminate"},
    )


def move_words() -> dict[str, tuple[str, str]]:
    """What each step is called, and what it does."""
    return {
        "activate": (_("生效"), _("生效后就能按这份合同派单，条款不能再改。")),
        "suspend": (_("暂停"), _("暂停后不再派新单，也不能记账。已接的照料先照常。")),
        "resume": (_("恢复"), _("恢复后可以继续派单、记账。")),
        "terminate": (_("终止"), _("终止后不能恢复，也不能再派单、记账。")),
    }


@needs("services.manage_contract", takes_object="contract")
def price(request: HttpRequest, no: str) -> HttpResponse:
    """A new price from a day on."""
    contract = access.contract_for(request.user, no, to="reprice")
    form = PriceForm(request.POST or None, contract=contract, initial={"version": contract.version})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        contract.version = data["version"]
        try:
            actions.change_price(
                contract=contract,
                service=data["service"],
                unit_fen=data["unit"],
                valid_from=data["valid_from"],
                by=request.user,
            )
            messages.success(request, _("新单价记好了"))
            return redirect("services:contracts:detail", no)
        except Refused as refusal:
            add_refusal(form, refusal)
    return _form(request, "services/contracts/price.html", form, contract=contract)


def add_refusal(form: Any, refusal: Refused) -> None:
    """A refusal beside its field, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def _form(request: HttpRequest, template: str, form: Any, **more: Any) -> HttpResponse:
    contract: Contract | None = more.get("contract")
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, "contract": contract, **more}, status=status)
