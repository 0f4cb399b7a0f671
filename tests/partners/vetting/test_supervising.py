"""Suspensions with their dates, the nightly copy and the live answer, and what a change of requirements would do."""

import time
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.models import Organisation, Paper, Provider, Requirement, Volunteer
from partners.vetting import jobs, requirements, supervising
from partners.vetting.actions import approve_application
from partners.vetting.parties import Party
from partners.vetting.standing import standing
from partners.vetting.standing_queries import standing_of, subject_of
from portal.base.periods import day_start
from portal.models import AuditEvent, OutboxMessage, User
from portal.permissions.hats import hats
from tests import makers
from tests.partners.casting import (
    apply_as_volunteer,
    approved_organisation,
    make_cast,
    make_paper,
    make_requirement,
)
from tests.partners.vetting.test_papers import refused

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
WHY = {"ground": "合同第九条", "reason": "连续三次漏访", "appeal": "60 日内申请复议"}


def agency(cast):
    """An approved organisation and its manager."""
    application = approved_organisation(cast)
    provider = Provider.objects.get(pk=application.organisation.provider_id)
    return provider, application.applicant


def stop(cast, provider, start=NOW, end=None, by=None, **more):
    """The bureau stops it."""
    return supervising.suspend(
        party=Party(provider), start=start, end=end, by=by or cast.bureau, at=NOW, **{**WHY, **more}
    )


def test_a_suspension_holds_from_its_instant_to_its_end_and_people_see_nothing_meanwhile():
    cast = make_cast()
    provider, manager = agency(cast)
    row = stop(cast, provider, end=NOW + timedelta(days=3))
    provider.refresh_from_db()
    assert (provider.state, standing_of(provider, NOW).word) == ("suspended", "suspended")
    assert hats(manager, NOW) == ()
    later = NOW + timedelta(days=3)
    assert standing_of(provider, later).word != "suspended"
    assert supervising.settle_states(later) == 1
    assert [hat.role for hat in hats(manager, later)] == ["manager"]
    assert AuditEvent.objects.filter(verb="provider.suspended").count() == 1
    assert OutboxMessage.objects.filter(topic="provider_suspended", receiver=manager).count() == 1
    assert row.by == cast.bureau


def test_one_that_begins_later_stops_nobody_before():
    cast = make_cast()
    provider, _manager = agency(cast)
    start = NOW + timedelta(days=2)
    stop(cast, provider, start=start)
    assert standing_of(provider, NOW).word != "suspended"
    assert standing_of(provider, start).word == "suspended"
    asked = [NOW, start - timedelta(seconds=1), start, start + timedelta(days=900)]
    assert [supervising.stopped_at(provider.pk, at) for at in asked] == [False, False, True, True]


def test_a_visit_made_before_the_suspension_counts_whenever_it_is_sent_in():
    cast = make_cast()
    provider, _manager = agency(cast)
    made = NOW - timedelta(hours=1)
    stop(cast, provider)
    assert not supervising.stopped_at(provider.pk, made)
    assert supervising.stopped_at(provider.pk, NOW)


REFUSALS = [
    ({}, "bureau", ""),
    ({}, "cadre", "not_yours"),
    ({"ground": " "}, "bureau", "ground_missing"),
    ({"reason": " "}, "bureau", "reason_missing"),
    ({"start": NOW - timedelta(days=1)}, "bureau", "begins_past"),
    ({"end": NOW - timedelta(days=1)}, "bureau", "order"),
]


@pytest.mark.parametrize(("more", "who", "code"), REFUSALS)
def test_who_stops_whom_and_with_what(more, who, code):
    cast = make_cast()
    provider, _manager = agency(cast)
    assert refused(stop, cast, provider, by=getattr(cast, who), **more) == code


def test_two_suspensions_do_not_overlap_and_lifting_frees():
    cast = make_cast()
    provider, _manager = agency(cast)
    stop(cast, provider)
    assert refused(stop, cast, provider) == "stopped_already"
    supervising.lift(party=Party(provider), by=cast.bureau)
    provider.refresh_from_db()
    assert provider.state == "live"
    assert refused(supervising.lift, party=Party(provider), by=cast.bureau) == "not_stopped"


def test_a_suspended_volunteer_has_no_hat_until_it_ends():
    cast = make_cast()
    application = apply_as_volunteer(cast)
    approve_application(application=application, by=cast.cadre)
    volunteer = Volunteer.objects.get(pk=application.volunteer_id)
    supervising.suspend(party=Party(volunteer), start=NOW, end=None, by=cast.bureau, at=NOW, **WHY)
    assert hats(volunteer.user, NOW) == ()
    volunteer.refresh_from_db()
    assert standing_of(volunteer).word == "suspended"
    supervising.lift(party=Party(volunteer), by=cast.bureau)
    assert [hat.role for hat in hats(volunteer.user, timezone.now())] == ["volunteer"]


def test_what_the_bureau_looked_up_counts_at_once():
    cast = make_cast()
    provider, _manager = agency(cast)
    make_requirement("organisation", "credit", sort="register", validity="months", months=12)
    row = Organisation.objects.get(provider=provider)
    facts = {name: getattr(row, name) for name in supervising.REGISTER}
    assert not standing_of(provider).holds
    clean = facts | {"credit": "clean", "credit_checked_on": TODAY}
    assert (
        refused(supervising.write_register, organisation=row, by=cast.cadre, version=row.version, **clean)
        == "not_yours"
    )
    supervising.write_register(organisation=row, by=cast.bureau, version=row.version, **clean)
    provider = Provider.objects.get(pk=provider.pk)
    assert standing_of(provider).holds
    stale = {"organisation": row, "by": cast.bureau, "version": row.version - 1}
    assert refused(supervising.write_register, **stale, **clean) == "stale"
    listed = facts | {"credit": "serious", "credit_checked_on": TODAY}
    supervising.write_register(organisation=row, by=cast.bureau, version=row.version, **listed)
    assert not standing_of(Provider.objects.get(pk=provider.pk)).holds


dates = st.dates(date(2023, 6, 1), date(2025, 6, 30))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.sampled_from("ab"), dates, st.one_of(st.none(), st.integers(0, 500))), max_size=5),
    st.lists(st.tuples(dates, st.integers(1, 60)), max_size=2),
    dates,
)
def test_the_nightly_job_and_the_live_answer_agree(facts, stops, on):
    Paper.objects.all().delete()
    Requirement.objects.all().delete()
    provider = makers.make_provider(created_at=day_start(date(2020, 1, 1)))
    make_requirement("organisation", "a", validity="months", months=12)
    make_requirement("organisation", "b", validity="date", valid_from=date(2024, 2, 29))
    for code, issued, days in facts:
        until = issued + timedelta(days=days) if days is not None else None
        make_paper(code, provider=provider, issued_on=issued, valid_until=until)
    for day, length in stops:
        provider.suspensions.create(
            by=makers.make_user(), reason="x", valid_from=day_start(day),
            valid_to=day_start(day + timedelta(days=length)),
        )  # fmt: skip
    at = day_start(on) + timedelta(hours=12)
    supervising.settle_states(at)
    jobs.keep_standing(at)
    provider.refresh_from_db()
    live = standing_of(provider, at)
    by_copy = provider.state == "live" and (
        provider.qualified_until is None or provider.qualified_until >= on
    )
    assert by_copy is live.holds
    in_bulk = {row.pk: word for row, _subject, word in jobs.standing_of_all(at) if isinstance(row, Provider)}
    assert in_bulk[provider.pk] == live == standing(subject_of(provider, on), at)


def crowd(volunteers: int, firms: int) -> None:
    """So many of each, every one with papers."""
    county = makers.make_region("county")
    town = makers.make_region("township", county)
    by = makers.make_user()
    count = volunteers + firms
    teams = Group.objects.bulk_create(Group(name=f"crowd-{n}") for n in range(count))
    providers = Provider.objects.bulk_create(
        Provider(
            no=f"P-9{n:07d}", kind="agency" if n < firms else "volunteer", name=f"测试{n}", state="live",
            team=teams[n], home=town,
        )
        for n in range(count)
    )  # fmt: skip
    Organisation.objects.bulk_create(
        Organisation(
            no=f"O-9{n:07d}", provider=providers[n], kind="enterprise", name=f"测试{n}", uscc=f"T{n:017d}",
            registrar="x", registered_until=TODAY + timedelta(days=n), legal_representative="x", contact_name="x",
            contact_phone="+8619900000000", address="x",
        )
        for n in range(firms)
    )  # fmt: skip
    users = User.objects.bulk_create(User(username=f"crowd{n}", name="测") for n in range(volunteers))
    people = Volunteer.objects.bulk_create(
        Volunteer(
            no=f"VO-9{n:07d}", user=users[n], provider=providers[firms + n], state="approved", home=town
        )
        for n in range(volunteers)
    )
    owners = [{"provider": p} for p in providers[:firms]] + [{"volunteer": v} for v in people]
    Paper.objects.bulk_create(
        Paper(
            no=f"PA-9{n:07d}", code=code, issued_on=TODAY - timedelta(days=n % 400), state="accepted",
            valid_until=TODAY + timedelta(days=n % 300), handed_in_at=NOW, decided_by=by, decided_at=NOW, **owner,
        )
        for n, (owner, code) in enumerate((owner, code) for owner in owners for code in ("cover", "health"))
    )  # fmt: skip


@pytest.mark.parametrize(("volunteers", "firms"), [(30, 3), (5000, 300)])
def test_the_standing_of_everybody_takes_at_most_ten_queries(
    volunteers, firms, django_assert_max_num_queries, record_property
):
    for party in ("volunteer", "organisation"):
        make_requirement(party, "cover", validity="date")
        make_requirement(party, "health", validity="months", months=12)
    crowd(volunteers, firms)
    began = time.perf_counter()
    with django_assert_max_num_queries(10) as used:
        found = jobs.standing_of_all(NOW)
    seconds = time.perf_counter() - began
    record_property("seconds", round(seconds, 2))
    print(f"{len(found)} standings: {len(used)} queries, {seconds:.2f} s")
    assert len(found) == volunteers + firms
    assert {word.word for _row, _subject, word in found} >= {"valid", "lapsing"}
    assert seconds < 30


def test_partners_are_told_before_and_after_the_last_day():
    cast = make_cast()
    provider, manager = agency(cast)
    make_requirement("organisation", "cover", validity="date")
    last = TODAY + timedelta(days=7)
    make_paper("cover", provider=provider, valid_until=last)
    for days in range(10):
        jobs.keep_standing(day_start(TODAY + timedelta(days=days)) + timedelta(hours=3))
        jobs.keep_standing(day_start(TODAY + timedelta(days=days)) + timedelta(hours=15))
    told = OutboxMessage.objects.filter(receiver=manager, topic__startswith="standing_").order_by("pk")
    assert [row.topic for row in told] == ["standing_lapsing", "standing_lapsing", "standing_lapsed"]


def rule(**more) -> Requirement:
    """A requirement not yet stored."""
    return Requirement(
        **{
            "party": "organisation", "sort": "paper", "code": "cover", "name_zh": "保险", "validity": "date",
            "decided_by": "bureau", "shown_to": "bureau", "source": "测试", "valid_from": TODAY, **more,
        }
    )  # fmt: skip


def test_a_change_is_made_only_for_those_whom_the_bureau_was_shown():
    cast = make_cast()
    provider, _manager = agency(cast)
    effect = requirements.effect_of_setting(rule(), None)
    assert [party.no for party in effect.fall] == [provider.no]
    assert standing_of(provider).holds
    assert refused(requirements.set_requirement, row=rule(), by=cast.bureau, seen="x") == "effect_changed"
    requirements.set_requirement(row=rule(), by=cast.bureau, seen=effect.seen)
    provider.refresh_from_db()
    assert not standing_of(provider).holds
    assert provider.qualified_until < TODAY
    back = Requirement.objects.get(code="cover")
    tomorrow = TODAY + timedelta(days=1)
    effect = requirements.effect_of_ending(back, tomorrow)
    assert [party.no for party in effect.rise] == [provider.no]
    requirements.end_requirement(row=back, on=tomorrow, by=cast.bureau, seen=effect.seen)
    assert standing_of(provider, day_start(tomorrow)).holds


def test_a_changed_requirement_takes_the_place_of_the_old_one_from_its_day():
    cast = make_cast()
    old = make_requirement("organisation", "cover", validity="date")
    new = requirements.copy_of(old)
    new.name_zh, new.valid_from = "公众责任险", TODAY
    seen = requirements.effect_of_setting(new, old).seen
    requirements.set_requirement(row=new, by=cast.bureau, seen=seen, replaces=old)
    rows = list(Requirement.objects.filter(code="cover").order_by("valid_from"))
    assert [(row.name_zh, row.valid_to == TODAY) for row in rows] == [
        ("材料cover", True),
        ("公众责任险", False),
    ]


def test_the_list_to_begin_with_is_taken_once_and_names_its_sources():
    by = makers.make_user()
    rows = requirements.take_starter(by=by, on=TODAY)
    assert all(row.source and row.name_en for row in rows)
    assert {row.party for row in rows} == {"organisation", "station", "volunteer", "worker"}
    assert refused(requirements.take_starter, by=by, on=TODAY) == "list_exists"
