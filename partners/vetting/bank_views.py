"""Stating a bank account, and the second person's comparison."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from partners.memberships.access import own_provider
from partners.organisations.models import BankAccount, BankState
from partners.vetting import access, bank, parties, supervising
from portal.base.forms import blame, sometimes
from portal.base.refused import Refused
from portal.permissions.gate import needs

MANAGE = "partners.manage_team"
NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


class BankForm(forms.Form):
    """As on the bank's certificate."""

    holder = forms.CharField(label=_("户名"), help_text=_("要和机构名称一样"), max_length=80)
    bank = forms.CharField(label=_("开户银行"), help_text=_("写到支行"), max_length=80)
    account = forms.CharField(
        label=_("账号"),
        help_text=_("加密保存，页面上只显示后四位"),
        max_length=60,
        widget=forms.TextInput(attrs=NUMBER),
    )


class CompareForm(forms.Form):
    """The number once more, from the paper; it is never shown here."""

    typed = sometimes(
        forms.CharField(
            label=_("照开户证明输一遍账号"),
            help_text=_("和机构填的对上了才算数"),
            max_length=60,
            widget=forms.TextInput(attrs=NUMBER),
        )
    )


@needs(MANAGE)
def own_bank(request: HttpRequest) -> HttpResponse:
    """Where we are paid, and a new account to be confirmed by the bureau."""
    provider = own_provider(request.user)
    organisation = getattr(provider, "organisation", None)
    if organisation is None:
        return redirect("partners:qualification")  # a station is paid through whoever operates it
    form = BankForm(request.POST or None)
    if form.is_valid():
        try:
            bank.ask_bank(organisation=organisation, by=request.user, **form.cleaned_data)
            return redirect("partners:own_bank")
        except Refused as refusal:
            blame(form, refusal)
    rows = BankAccount.objects.filter(
        organisation=organisation, state__in=[BankState.ASKED, BankState.CONFIRMED]
    )
    context = {"form": form, "provider": provider, "rows": rows.order_by("-asked_at")}
    return render(request, "partners/vetting/own_bank.html", context, status=422 if form.errors else 200)


@needs(access.DECIDE, takes_object="partners.Provider")
def compare_bank(request: HttpRequest, no: str) -> HttpResponse:
    """Compare what the organisation stated with the paper in one's hand."""
    party = parties.desk_party(request.user, no)
    no_right = supervising.objection(request.user, party)
    row = (
        BankAccount.objects.filter(organisation__provider__no=party.no, state=BankState.ASKED)
        .select_related("organisation__provider__home", "asked_by")
        .first()
    )
    if row is None or (no_right is not None and no_right.code == "not_yours"):
        raise Http404
    form = CompareForm(request.POST or None)
    if form.is_valid():
        try:
            if "refuse" in request.POST:
                bank.refuse_bank(row=row, by=request.user)
            else:
                bank.confirm_bank(row=row, typed=form.cleaned_data["typed"], by=request.user)
            return redirect("partners:partner", party.no)
        except Refused as refusal:
            blame(form, refusal)
    context = {"form": form, "party": party, "row": row}
    return render(request, "partners/vetting/compare_bank.html", context, status=422 if form.errors else 200)
