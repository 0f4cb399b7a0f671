"""Who reads and who changes agreements and plans: staff of the place, through the door of the household."""

from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import Http404

from partners.network.queries import in_subtrees
from portal.permissions.hats import places_for
from services.recipients.access import household_for
from services.recipients.care_models import CareAgreement, CarePlan
from services.recipients.lifecycle import AGREEMENT, PLAN
from services.recipients.models import Household, Person

READ_CARE = "services.verify_need"
AGREE = "services.manage_agreement"
DRAFT_PLAN, APPROVE_PLAN = "services.draft_plan", "services.approve_plan"
LOOK_IN, OPEN_ROUND, SET_RULES = "services.look_in", "services.open_round", "services.set_care_rules"
_HOME = ("person__household__region__parent", "person__household__township")
# Steps of an agreement that follow from others.
NO_BUTTON = {"lapse", "restore", "redraft"}
Row = TypeVar("Row", CareAgreement, CarePlan)


def _at_place(model: Any, user: Any, permission: str) -> QuerySet:
    places = places_for(user, permission)
    return model.objects.visible_to(user).filter(in_subtrees(places, "person__household__region__path"))


def agreements_of(user: Any, permission: str = READ_CARE) -> QuerySet[CareAgreement]:
    """The agreements of the places where the person holds a permission."""
    return _at_place(CareAgreement, user, permission)


def plans_of(user: Any, permission: str = READ_CARE) -> QuerySet[CarePlan]:
    """The plans of the places where the person holds a permission."""
    return _at_place(CarePlan, user, permission)


def _one(rows: QuerySet, no: str, *more: str) -> Any:
    row = rows.select_related(*_HOME, *more).filter(no=no).first()
    if row is None:
        raise Http404
    return row


def agreement_for(user: Any, no: str, *, to: str = "view") -> CareAgreement:
    """The agreement with this number if the person may do `to` with it; Http404 otherwise."""
    rows = agreements_of(user, READ_CARE if to == "view" else AGREE)
    return _one(rows, no, "drafted_by", "signed_by", "renews")


def plan_for(user: Any, no: str, *, to: str = "view") -> CarePlan:
    """The plan with this number if the person may do `to` with it; Http404 otherwise."""
    permission = {"view": READ_CARE, "approve": APPROVE_PLAN, "send_back": APPROVE_PLAN}.get(to, DRAFT_PLAN)
    return _one(plans_of(user, permission), no, "drafted_by", "approved_by", "assessment")


def person_for(user: Any, no: str, uid: Any, permission: str) -> tuple[Household, Person]:
    """A household and one of its people, for one who holds a permission there; Http404 otherwise."""
    household = household_for(user, no, permission)
    person = household.persons.select_related("household__region", "household__township").filter(uid=uid)
    found = person.first()
    if found is None:
        raise Http404
    return household, found


def agreement_verbs(user: Any, row: CareAgreement) -> list[str]:
    """The verbs whose buttons this person sees on an agreement."""
    if not agreements_of(user, AGREE).filter(pk=row.pk).exists():
        return []
    return [verb for verb in AGREEMENT.moves if verb not in NO_BUTTON and AGREEMENT.allows(row.state, verb)]


def plan_verbs(user: Any, row: CarePlan) -> list[str]:
    """The verbs whose buttons this person sees on a plan; nobody approves a plan of their own."""
    drafts = plans_of(user, DRAFT_PLAN).filter(pk=row.pk).exists()
    approves = row.drafted_by_id != user.pk and plans_of(user, APPROVE_PLAN).filter(pk=row.pk).exists()
    held = ({"change", "submit", "end"} if drafts else set()) | (
        {"approve", "send_back"} if approves else set()
    )
    return [verb for verb in PLAN.moves if verb in held and PLAN.allows(row.state, verb)]
