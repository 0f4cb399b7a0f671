"""What the matrix knows of the partners: applications, memberships, posts, places."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from content.models import StandardChange
from content.rules.questions import QUESTIONS
from partners.models import (
    Application,
    Course,
    Membership,
    Organisation,
    Paper,
    Post,
    Provider,
    Region,
    Requirement,
    WatchHome,
)
from partners.training.loading import load_courses
from portal.models import User
from tests import makers


def _application(kind: str, applicant: User, township: Any, **more: Any) -> Application:
    return Application.objects.create(
        no=f"A-{makers.serial():08d}", kind=kind, state="submitted", applicant=applicant, township=township,
        submitted_at=timezone.now(), **more,
    )  # fmt: skip


def _organisation(provider: Any, name: str) -> Organisation:
    n = makers.serial()
    return Organisation.objects.create(
        no=f"G-{n:08d}", provider=provider, kind="social_service_org", name=name, uscc=f"TEST{n:014d}",
        registrar="测试", registered_until=date(2030, 1, 1), legal_representative="测", contact_name="测",
        contact_phone="13900000000", address="测试路",
    )  # fmt: skip


def _requirement(party: str, code: str, sort: str, **more: Any) -> Requirement:
    return Requirement.objects.create(
        no=f"RQ-{makers.serial():08d}", party=party, code=code, sort=sort, name_zh=f"要求{code}", source="测试",
        validity="lasting", decided_by="township", shown_to="township", valid_from=date(2020, 1, 1), **more,
    )  # fmt: skip


def _paper(code: str, **owner: Any) -> Paper:
    return Paper.objects.create(
        no=f"PA-{makers.serial():08d}",
        code=code,
        issued_on=date(2026, 1, 1),
        handed_in_at=timezone.now(),
        **owner,
    )


def _asked(provider: Any, home: Any) -> dict[str, Any]:
    """What is asked of whom in the matrix's world: a service that no household of it needs, so nobody falls out."""
    Provider.objects.filter(pk=provider.pk).update(home=home)
    worker = _requirement("worker", "health", "paper", service="psych_support")
    _requirement("organisation", "premises", "check", service="psych_support")
    return {"requirement": {"health": worker}}


def _standard() -> StandardChange:
    """A proposal by somebody else of the bureau, counted."""
    now = timezone.now()
    return StandardChange.objects.create(
        no=f"ST-{makers.serial():08d}", kind="minor_age", area="430321", amount=19, document="试〔2026〕1号",
        starts_on=timezone.localdate() + timedelta(days=30), proposed_by=makers.make_user(), proposed_at=now,
        households=0, counted_at=now,
    )  # fmt: skip


def _invitation(provider: Any, user: User, by: User) -> Membership:
    now = timezone.now()
    return Membership.objects.create(
        no=f"M-{makers.serial():08d}", provider=provider, user=user, role="worker", state="invited", valid_from=now,
        valid_to=now, answer_by=now + timedelta(days=7), invited_by=by,
    )  # fmt: skip


def _offer(region: Region, user: User, role: str = "livelihood_officer") -> Post:
    """A post to which somebody with an account was invited by telephone number."""
    shell = makers.make_user(name="开通前")
    shell.set_unusable_password()
    shell.save()
    begins = timezone.now() + timedelta(days=1)
    return Post.objects.create(user=shell, role=role, region=region, meant_for=user, valid_from=begins)


def partner_rows(people: dict[str, User], shitan: Any, huashi: Any, tonghe: Any, nuanlin: Any) -> dict:
    gucheng = Region.objects.get(parent=shitan, name="古城村")
    asked = _organisation(makers.make_provider(state="pending"), "申请中")
    other = _organisation(makers.make_provider(state="pending"), "别处申请")
    asked_of = _asked(tonghe, shitan)
    Provider.objects.filter(pk=nuanlin.pk).update(home=huashi)
    members = {
        "tonghe": Membership.objects.get(user=people["worker-tonghe"]),
        "nuanlin": Membership.objects.get(user=people["worker-nuanlin"]),
    }
    load_courses()
    return {
        "course": {"door": Course.objects.get(code="door")},
        **asked_of,
        "paper": {label: _paper("health", membership=row) for label, row in members.items()},
        "papers_of": members,
        "partner": {"shitan": tonghe, "huashi": nuanlin},
        "application": {
            "shitan": _application("organisation", people["applicant"], shitan, organisation=asked),
            "huashi": _application("organisation", makers.make_user(), huashi, organisation=other),
        },
        "membership": members
        | {
            "head": Membership.objects.get(user=people["manager-tonghe"]),
        },
        "invitation": {
            "tonghe": _invitation(tonghe, people["volunteer-wu"], people["manager-tonghe"]),
            "nuanlin": _invitation(nuanlin, people["volunteer-zhao"], people["manager-nuanlin"]),
        },
        "post_offer": {
            "gucheng": _offer(gucheng, people["volunteer-wu"]),
            "elsewhere": _offer(huashi, people["volunteer-zhao"], "township_cadre"),
        },
        "region": {"shitan": shitan, "huashi": huashi, "gucheng": gucheng},
        "provider": {"tonghe": tonghe},
        "question": {"age": QUESTIONS[0]},
        "standard": {"other": _standard()},
        "home": {
            "gucheng": WatchHome.objects.create(region=makers.make_region("group", gucheng), name="荷塘")
        },
        "post": {
            "shitan": Post.objects.get(user=people["township-shitan"]),
            "huashi": Post.objects.get(user=people["township-huashi"]),
        },
        "user": {"tonghe": people["worker-tonghe"], "huashi": people["village-luohan"]},
    }
