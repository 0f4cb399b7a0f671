"""Papers are handed in, accepted or not, by whom it belongs to; what is asked decides who gets in and who may be asked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from partners.models import Membership, Paper, PaperState, Requirement
from partners.vetting import actions, papers, parties
from partners.vetting.paper_models import OPEN_DAY
from partners.vetting.standing_queries import standing_of
from portal.accounts.identities import identity_of
from portal.base.identifiers import check_id_number
from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage, User
from tests import makers
from tests.partners.casting import (
    ID_NUMBER,
    apply_as_organisation,
    apply_as_volunteer,
    approved_organisation,
    make_cast,
    make_paper,
    make_requirement,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def refused(act, *args, **more) -> str:
    """The code of the refusal; empty when it is done. An application is as it was before."""
    try:
        act(*args, **more)
    except Refused as no:
        for row in (more[key] for key in ("application",) if key in more):
            row.refresh_from_db()
        return no.code
    return ""


def asked(cast, **more):
    """An organisation that is approved, and a certificate that is asked of it from now on."""
    application = approved_organisation(cast)
    provider = application.organisation.provider
    provider.refresh_from_db()
    rule = make_requirement("organisation", "certificate", **{"validity": "date", **more})
    return application.applicant, parties.Party(provider), rule


def handed_in(cast, **more):
    """A paper of that organisation that waits."""
    manager, party, rule = asked(cast, **more)
    return papers.hand_in(
        party=party, requirement=rule, issued_on=TODAY, valid_until=TODAY + timedelta(days=300), by=manager
    )


def test_a_paper_handed_in_and_accepted_makes_the_standing_hold():
    cast = make_cast()
    paper = handed_in(cast)
    assert not standing_of(paper.provider).holds
    assert standing_of(paper.provider).word == "not_yet"
    papers.accept_paper(paper=paper, by=cast.cadre)
    paper.provider.refresh_from_db()
    found = standing_of(paper.provider)
    assert (found.word, found.until) == ("valid", TODAY + timedelta(days=300))
    assert paper.provider.qualified_until == found.until
    verbs = ["paper.handed_in", "paper.accepted"]
    assert [AuditEvent.objects.filter(verb=verb, object_no=paper.no).count() for verb in verbs] == [1, 1]
    topics = ["paper_to_decide", "paper_accepted"]
    assert [OutboxMessage.objects.filter(topic=t, object_no=paper.no).count() for t in topics] == [1, 1]


WHO = [
    ("township", "cadre", ""),
    ("township", "bureau", ""),
    ("township", "other_cadre", "not_yours"),
    ("township", "outsider", "not_yours"),
    ("bureau", "cadre", "not_yours"),
    ("bureau", "bureau", ""),
]


@pytest.mark.parametrize("verb", ["accept", "refuse"])
@pytest.mark.parametrize(("office", "who", "code"), WHO)
def test_who_decides_a_paper(verb, office, who, code):
    cast = make_cast()
    paper = handed_in(cast, decided_by=office)
    act = {"accept": papers.accept_paper, "refuse": papers.refuse_paper}[verb]
    more = {"reason": "看不清"} if verb == "refuse" else {}
    assert refused(act, paper=paper, by=getattr(cast, who), **more) == code
    paper.refresh_from_db()
    assert (paper.state == PaperState.HANDED_IN) is bool(code)


def test_nobody_decides_a_paper_of_their_own_organisation_or_one_they_handed_in():
    cast = make_cast()
    paper = handed_in(cast)
    makers.make_member(paper.provider, user=cast.cadre)
    assert refused(papers.accept_paper, paper=paper, by=cast.cadre) == "own_case"
    paper.handed_in_by = cast.bureau
    paper.save()
    assert refused(papers.accept_paper, paper=paper, by=cast.bureau) == "own_case"
    assert refused(papers.accept_paper, paper=paper, by=cast.second_bureau) == ""


def test_a_second_account_of_one_human_stands_on_the_same_side():
    cast = make_cast()
    paper = handed_in(cast)
    twin = makers.make_member(paper.provider)
    identity = identity_of(check_id_number(ID_NUMBER, on=TODAY), name="同一人")
    User.objects.filter(pk__in=[twin.pk, cast.cadre.pk]).update(identity=identity)
    cadre = SimpleLazyObject(lambda: User.objects.get(pk=cast.cadre.pk))
    assert refused(papers.accept_paper, paper=paper, by=cadre) == "own_case"
    assert refused(papers.accept_paper, paper=paper, by=cast.bureau) == ""


def test_no_without_a_reason_is_refused_and_the_owner_reads_the_reason():
    cast = make_cast()
    paper = handed_in(cast)
    assert refused(papers.refuse_paper, paper=paper, by=cast.cadre, reason=" ") == "reason_missing"
    papers.refuse_paper(paper=paper, by=cast.cadre, reason="章看不清，请重拍")
    assert Paper.objects.get(pk=paper.pk).reason == "章看不清，请重拍"
    assert refused(papers.accept_paper, paper=paper, by=cast.cadre) == "wrong_state"


def test_of_two_who_saw_the_same_paper_only_the_first_is_heard():
    cast = make_cast()
    first = handed_in(cast)
    second = Paper.objects.get(pk=first.pk)
    papers.accept_paper(paper=first, by=cast.cadre)
    assert refused(papers.refuse_paper, paper=second, by=cast.bureau, reason="x") == "stale"


@pytest.mark.parametrize(
    ("issued", "until", "code"),
    [(0, 100, ""), (1, 100, "issued_later"), (0, None, "until_missing"), (-9, -1, "lapsed_already")],
)
def test_the_dates_of_a_paper_are_looked_at(issued, until, code):
    manager, party, rule = asked(make_cast())
    dates = {
        "issued_on": TODAY + timedelta(days=issued),
        "valid_until": None if until is None else TODAY + timedelta(days=until),
    }
    assert refused(papers.hand_in, party=party, requirement=rule, by=manager, **dates) == code


def test_a_newer_paper_takes_the_place_of_the_one_that_waits():
    cast = make_cast()
    first = handed_in(cast)
    rule = Requirement.objects.get(code="certificate")
    papers.hand_in(
        party=parties.Party(first.provider),
        requirement=rule,
        issued_on=TODAY,
        valid_until=TODAY,
        by=cast.outsider,
    )
    assert Paper.objects.filter(state=PaperState.HANDED_IN).count() == 1
    first.refresh_from_db()
    assert first.state == PaperState.REFUSED


def test_a_check_is_recorded_by_the_office_and_needs_no_paper():
    cast = make_cast()
    application = apply_as_volunteer(cast)
    party = parties.Party(application.volunteer)
    rule = make_requirement("volunteer", "door", sort="check", validity="months", months=12)
    assert (
        refused(actions.approve_application, application=application, by=cast.cadre) == "requirement_lacking"
    )
    assert refused(papers.record_check, party=party, requirement=rule, by=cast.other_cadre) == "not_yours"
    papers.record_check(party=party, requirement=rule, by=cast.cadre)
    assert refused(actions.approve_application, application=application, by=cast.cadre) == ""


def test_nobody_is_approved_while_nothing_is_asked():
    cast = make_cast()
    application = apply_as_volunteer(cast)
    Requirement.objects.filter(party="volunteer").update(valid_to=TODAY)
    assert refused(actions.approve_application, application=application, by=cast.cadre) == "nothing_asked"
    Requirement.objects.filter(party="volunteer").update(valid_to=OPEN_DAY)
    assert refused(actions.approve_application, application=application, by=cast.cadre) == ""


@pytest.mark.parametrize(("service", "code"), [("cleaning", "requirement_lacking"), ("psych_support", "")])
def test_what_is_asked_for_a_service_binds_who_asks_for_that_service(service, code):
    cast = make_cast()
    application = apply_as_organisation(cast)
    make_requirement("organisation", "tools", service=service)
    actions.check_application(application=application, by=cast.cadre)
    assert refused(actions.approve_application, application=application, by=cast.bureau) == code


@pytest.mark.parametrize(
    ("kind", "code"), [("enterprise", ""), ("social_service_org", "requirement_lacking")]
)
def test_what_is_asked_of_one_kind_of_organisation_binds_that_kind(kind, code):
    cast = make_cast()
    application = apply_as_organisation(cast)
    make_requirement("organisation", "report", organisation_kind=kind)
    actions.check_application(application=application, by=cast.cadre)
    assert refused(actions.approve_application, application=application, by=cast.bureau) == code


def test_a_manager_hands_in_for_the_own_team_and_for_no_other():
    cast = make_cast()
    application = approved_organisation(cast)
    own = makers.make_member(application.organisation.provider)
    other = makers.make_member(makers.make_provider())
    numbers = {user.pk: Membership.objects.get(user=user).no for user in (own, other)}
    assert parties.own_party(application.applicant, numbers[own.pk]).user == own
    with pytest.raises(Http404):
        parties.own_party(application.applicant, numbers[other.pk])
    assert [party.no for party in parties.own_parties(own)] == [numbers[own.pk]]


def test_a_certificate_of_social_work_sets_the_level_of_the_worker():
    cast = make_cast()
    application = approved_organisation(cast)
    user = makers.make_member(application.organisation.provider)
    member = Membership.objects.get(user=user)
    rule = make_requirement("worker", "social_work", validity="date")
    paper = papers.hand_in(
        party=parties.Party(member), requirement=rule, issued_on=TODAY, valid_until=TODAY + timedelta(days=1000),
        level="social_worker_certified", by=user,
    )  # fmt: skip
    papers.accept_paper(paper=paper, by=cast.cadre)
    member.refresh_from_db()
    assert member.certificate_level == "social_worker_certified"


BROKEN = [
    {"valid_until": TODAY - timedelta(days=2)},
    {"provider": None},
    {"state": "refused", "decided_by": "somebody", "decided_at": timezone.now(), "reason": ""},
    {"state": "accepted"},
]


@pytest.mark.parametrize("broken", [{}, *BROKEN])
def test_the_database_itself_refuses_a_paper_that_cannot_be(broken):
    more = {key: makers.make_user() if value == "somebody" else value for key, value in broken.items()}
    row = {
        "no": "PA-1", "provider": makers.make_provider(), "code": "x", "issued_on": TODAY,
        "handed_in_at": timezone.now(), **more,
    }  # fmt: skip
    try:
        with transaction.atomic():
            Paper.objects.create(**row)
    except IntegrityError:
        assert broken
    assert Paper.objects.exists() is not bool(broken)


def test_a_paper_that_was_never_accepted_counts_for_nothing():
    cast = make_cast()
    application = approved_organisation(cast)
    provider = application.organisation.provider
    make_requirement("organisation", "cover", validity="date")
    make_paper("cover", provider=provider, state="handed_in", valid_until=TODAY + timedelta(days=90))
    make_paper("cover", provider=provider, state="refused", valid_until=TODAY + timedelta(days=90))
    provider.refresh_from_db()
    assert not standing_of(provider).holds
    make_paper("cover", provider=provider, valid_until=TODAY + timedelta(days=90))
    assert standing_of(provider).holds
