"""The own page of standing: what the engine says today of each service, with the reason, and never a stored day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners.models import Membership, Provider, ServiceCode
from partners.vetting.qualification import qualification_of
from partners.vetting.standing_queries import standing_of
from tests import makers
from tests.partners.casting import approved_organisation, make_cast, make_paper, make_requirement

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
PAGE = "/agency/qualification/"


def scene():
    """An approved organisation of two services; cleaning alone asks for an insurance."""
    provider = approved_organisation(make_cast()).organisation.provider
    make_requirement(
        "organisation", "liability", sort="insurance", validity="date", service="cleaning", name_zh="责任险"
    )
    manager = Membership.objects.get(provider=provider, role="manager").user
    return Provider.objects.select_related("organisation").get(pk=provider.pk), manager


# The last day of the insurance from today on, the word for cleaning, the word of the requirement.
INSURED = [
    (None, "not_yet", "还没交"),
    (-1, "lapsed", "已过期"),
    (30, "lapsing", "快到期"),
    (380, "valid", ""),
]


@pytest.mark.parametrize(("days", "word", "reason"), INSURED)
@pytest.mark.parametrize("stored", [-30, 900])
def test_each_service_stands_for_itself_with_its_reason_whatever_day_is_stored(
    client, days, word, reason, stored
):
    provider, manager = scene()
    Provider.objects.filter(pk=provider.pk).update(qualified_until=TODAY + timedelta(days=stored))
    for day in [days] if days is not None else []:
        make_paper("liability", provider=provider, valid_until=TODAY + timedelta(days=day))
    now = timezone.now()
    provider.refresh_from_db()
    found = qualification_of(provider, now)
    words = {service.label: service.standing.word for service in found.services}
    assert words == {ServiceCode("cleaning").label: word, ServiceCode("visit_care").label: "valid"}
    assert [standing_of(provider, now, code).word for code in ("cleaning", "visit_care")] == [word, "valid"]
    text = makers.sign_in(client, manager).get(PAGE).content.decode()
    assert ("责任险：" + reason in text) is bool(reason)
    assert "要的都齐" in text


@pytest.mark.parametrize(("days", "word"), [(400, "有效"), (30, "快到期"), (-1, "已过期")])
def test_where_nothing_is_asked_the_day_of_the_register_stands(client, days, word):
    provider = makers.make_provider(qualified_until=TODAY + timedelta(days=days))
    manager = makers.make_member(provider, "manager")
    page = makers.sign_in(client, manager).get(PAGE)
    assert word in page.content.decode() and page.context["found"].standing.holds is (days >= 0)


def test_papers_stand_in_the_frame_of_ones_hat(client):
    provider, manager = scene()
    worker = makers.make_member(provider)
    frames = {
        manager: "portal/staff.html",
        worker: "portal/phone.html",
        makers.make_user(): "portal/public.html",
    }
    for person, frame in frames.items():
        answer = makers.sign_in(client, person).get("/me/papers/")
        used = {template.name for template in answer.templates}
        assert used & set(frames.values()) == {frame}
        assert answer.content.decode().count("<h1") == 1
