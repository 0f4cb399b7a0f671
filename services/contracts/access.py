"""Who sees a contract: the bureau and finance all of them, an agency its own."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from portal.permissions.hats import hats_with, teams_for
from services.contracts.lifecycle import CONTRACT
from services.contracts.models import Contract

MANAGE = "services.manage_contract"
READ = "services.view_contract"
OWN = "partners.view_own_contract"


def contracts_visible_to(user: Any) -> QuerySet[Contract]:
    """The contracts this person may read; an agency's drafts are the bureau's until they are active."""
    if hats_with(user, MANAGE) or hats_with(user, READ):
        return Contract.objects.all()
    return Contract.objects.filter(own_contracts(user))


def own_contracts(user: Any) -> Q:
    """A condition: contracts of the teams for which the person may read them."""
    return Q(provider__team_id__in=teams_for(user, OWN)) & ~Q(state="draft")


def contract_for(user: Any, no: str, *, to: str = "view") -> Contract:
    """The contract with this number if the person may do `to` with it; Http404 otherwise."""
    row = contracts_visible_to(user).select_related("provider", "signed_by").filter(no=no).first()
    if row is None or (to != "view" and not hats_with(user, MANAGE)):
        raise Http404
    return row


def verbs(user: Any, contract: Contract) -> list[str]:
    """The verbs whose buttons this person sees now."""
    if not hats_with(user, MANAGE):
        return []
    return [verb for verb in CONTRACT.moves if CONTRACT.allows(contract.state, verb)]
