"""What the matrix knows of the partners: applications, memberships, posts, places."""

from datetime import date
from typing import Any

from django.utils import timezone

from partners.models import Application, Course, Membership, Organisation, Post
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


def partner_rows(people: dict[str, User], shitan: Any, huashi: Any, tonghe: Any, nuanlin: Any) -> dict:
    asked = _organisation(makers.make_provider(state="pending"), "申请中")
    other = _organisation(makers.make_provider(state="pending"), "别处申请")
    load_courses()
    return {
        "course": {"door": Course.objects.get(code="door")},
        "application": {
            "shitan": _application("organisation", people["applicant"], shitan, organisation=asked),
            "huashi": _application("organisation", makers.make_user(), huashi, organisation=other),
        },
        "membership": {
            "tonghe": Membership.objects.get(user=people["worker-tonghe"]),
            "nuanlin": Membership.objects.get(user=people["worker-nuanlin"]),
        },
        "region": {"shitan": shitan, "huashi": huashi},
        "post": {
            "shitan": Post.objects.get(user=people["township-shitan"]),
            "huashi": Post.objects.get(user=people["township-huashi"]),
        },
        "user": {"tonghe": people["worker-tonghe"], "huashi": people["village-luohan"]},
    }
