"""Who sees an application and who may take its next step. Two pairs of eyes, and never one's own case."""

import unicodedata
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.models import Membership
from partners.network.queries import in_subtrees
from partners.vetting.lifecycle import APPLICANTS, APPLICATION, OPEN
from partners.vetting.models import Application, ApplicationKin, ApplicationKind, RecusalCause
from portal.accounts.models import User
from portal.base.refused import Refused
from portal.permissions.hats import places_for

CHECK, DECIDE = "partners.check_application", "partners.decide_application"


def visible_to(user: Any) -> QuerySet[Application]:
    """Applications in the places where the person checks or decides."""
    places = sorted({*places_for(user, CHECK), *places_for(user, DECIDE)})
    return Application.objects.filter(in_subtrees(places, "township__path"))


def own_applications(user: Any) -> QuerySet[Application]:
    """What the person has asked for."""
    return Application.objects.filter(applicant=user)


def application_for(user: Any, no: str, *, to: str) -> Application:
    """One application: for the verb of an applicant among one's own, else among those of the desk.

    Raises Http404 for missing, invisible, and a verb that is not the person's.
    """
    rows = own_applications(user) if to in APPLICANTS or to == "follow" else visible_to(user)
    row = (
        rows.filter(no=no)
        .select_related(
            "township",
            "applicant__identity",
            "organisation__provider__home",
            "volunteer__user__identity",
            "volunteer__home__parent",
        )
        .first()
    )
    if row is None or (to not in {"follow", "view", *APPLICANTS} and not holds_right(user, row, to)):
        raise Http404
    return row


def right_for(application: Application, verb: str) -> tuple[str, ...]:
    """Which permissions carry the verb: a volunteer is decided by the township, an organisation by the bureau."""
    if application.kind == ApplicationKind.VOLUNTEER:
        return () if verb == "check" else (CHECK,)
    return {"check": (CHECK,), "return_": (CHECK, DECIDE)}.get(verb, (DECIDE,))


def holds_right(user: Any, application: Application, verb: str) -> bool:
    """Whether the person's place and permission reach this verb at all."""
    path = application.township.path
    return any(
        path.startswith(place)
        for permission in right_for(application, verb)
        for place in places_for(user, permission)
    )


def objection(user: Any, application: Application, verb: str) -> Refused | None:
    """Why this person may not take this step now; None when they may."""
    if not holds_right(user, application, verb):
        return Refused("not_yours", _("这一步不由您办"))
    if is_own_case(user, application):
        return Refused("own_case", _("这是您自己或您所在机构的申请，要由别人来办"))
    aside = next((r for r in application.recusals.select_related("user") if same_human(user, r.user)), None)
    if aside is not None and aside.cause != RecusalCause.DECLARED:
        return Refused("stood_aside", _("您已经回避，这份申请要由别人来办"))
    if aside is not None or any(bears(user, row) for row in application.kin.all()):
        return Refused("kin_declared", _("申请人说和您是亲属（或和您同名的人），这份申请要由别人来办"))
    if not APPLICATION.allows(application.state, verb):
        return Refused("wrong_state", _("这一步现在不能做，情况可能刚刚有变化。请刷新页面再看。"))
    if application.kind == ApplicationKind.VOLUNTEER:
        return None
    if verb == "check" and application.checked_by_id is not None:
        return Refused("checked_already", _("乡镇已经初审过，等县里审批"))
    if verb in {"approve", "refuse"} and application.checked_by is None:
        return Refused("not_checked", _("要先由乡镇初审，再由县里审批"))
    if verb in {"approve", "refuse"} and same_human(user, application.checked_by):
        return Refused("same_person", _("初审是您办的，审批要由另一个人来办"))
    return None


def plain_name(name: str) -> str:
    """A name as it is compared: in one writing, without blanks and dots."""
    return "".join(each for each in unicodedata.normalize("NFKC", name) if each.isalnum()).casefold()


def bears(user: Any, row: ApplicationKin) -> bool:
    """Whether this person has the name that the applicant gave, as a login or as a human."""
    names = {plain_name(user.name), plain_name(user.identity.name) if user.identity is not None else ""}
    return plain_name(row.name) in names - {""}


def same_human(one: Any, other: Any) -> bool:
    """Two accounts of one person count as one: by identity, else by login."""
    if one.pk == other.pk:
        return True
    return one.identity_id is not None and one.identity_id == other.identity_id


def is_own_case(user: Any, application: Application) -> bool:
    """Whether the person stands on the applicant's side: self, same identity, own phone, or a member."""
    if same_human(user, application.applicant):
        return True
    if application.volunteer is not None:
        return same_human(user, application.volunteer.user)
    organisation = application.organisation
    if organisation is None:
        return False
    if user.phone and user.phone == organisation.contact_phone:
        return True
    return Membership.objects.filter(
        provider=organisation.provider, user__in=accounts_of(user), valid_to__gt=timezone.now()
    ).exists()


def accounts_of(user: Any) -> list[Any]:
    """Every account of this human."""
    if user.identity_id is None:
        return [user.pk]
    return list(User.objects.filter(identity_id=user.identity_id).values_list("pk", flat=True))


def awaits_an_answer(user: Any) -> str:
    """A hold on closing one's account: an application that an office still works on."""
    if own_applications(user).filter(state__in=OPEN).exists():
        return _("您还有申请在办。请先撤回申请。")
    return ""
