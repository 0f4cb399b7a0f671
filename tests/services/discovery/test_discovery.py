"""Policy finds people: what the published rules say of the register, checked by a person, and not asked twice."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.rules.queries import Answer, Facts, Figure, Figures, Reason, Span, judge
from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage
from services.discovery import actions, missing, running
from services.discovery.lifecycle import DISCOVERY
from services.discovery.missing import LOOKED_FOR, OnFile, mark_of
from services.discovery.models import DiscoveryState, HelpKind, RunState
from services.models import CirclePerson, Discovery, DiscoveryRun, PersonCategory, Report
from services.recipients.merging import _carry
from tests import makers

TODAY = date(2026, 11, 28)
FIGURES = Figures({"elder_age": Figure(60, TODAY), "minor_age": Figure(18, TODAY)})
NONE = OnFile()


def helps(facts, kept=NONE):
    """What is missing, by code: likely or to be asked."""
    return {each.help: each.likely for each in missing.missing(facts, kept, FIGURES, TODAY)}


def test_who_is_in_tekun_support_at_home_and_has_no_carer_is_likely_missing_care():
    facts = Facts(age=Span(70, 70), tekun=True, dibao=False, at_home=True)
    assert helps(facts) == {"home_care": True}
    assert helps(facts, OnFile(cared_for=True)) == {}


def test_an_old_person_outside_tekun_support_is_to_be_asked_and_never_called_likely():
    assert helps(Facts(age=Span(70, 70), tekun=False, dibao=True))["tekun"] is False
    assert "tekun" not in helps(Facts(age=Span(40, 40), tekun=False, dibao=True, incapable=False))


def test_somebody_with_an_able_supporter_is_not_asked_about_tekun_support():
    assert "tekun" not in helps(Facts(age=Span(70, 70), tekun=False, supported=True))


def test_a_child_without_anybody_is_likely_until_its_category_is_on_file():
    facts = Facts(age=Span(9, 9), tekun=False, dibao=False, supported=False)
    assert helps(facts)["child"] is True
    assert "child" not in helps(facts, OnFile(child=True))


def test_what_is_looked_for_has_a_name_of_its_own():
    assert list(LOOKED_FOR) == HelpKind.values


def test_nothing_known_speaks_for_nothing():
    assert helps(Facts()) == {}


@pytest.mark.parametrize("code", LOOKED_FOR)
def test_help_that_is_on_file_is_not_missing(code):
    on_file = Facts(age=Span(70, 70), tekun=True, dibao=True, at_home=True, severe=True)
    assert code not in helps(on_file, OnFile(child=True, cared_for=True))


def test_the_mark_changes_with_what_the_rule_says_and_not_with_a_birthday():
    def mark(facts):
        return {each.help: each.mark for each in missing.missing(facts, NONE, FIGURES, TODAY)}["tekun"]

    seventy = Facts(age=Span(70, 70), tekun=False, dibao=True)
    assert mark(seventy) == mark(Facts(age=Span(71, 71), tekun=False, dibao=True))
    assert mark(seventy) != mark(Facts(age=Span(70, 70), tekun=False, dibao=True, supported=False))
    found = next(each for each in judge(seventy, FIGURES, TODAY) if each.rule.code == "tekun")
    other = type(found)(found.rule, found.answer, (*found.reasons, Reason(Answer.YES, "新的条款")))
    assert mark_of(found) != mark_of(other)


@pytest.fixture
def place(db):
    """A township with its cadre, and an old person in tekun support at home without a carer."""
    township = makers.make_region("township")
    village = makers.make_region("village", township)
    cadre = makers.make_post("township_cadre", township)
    household = alone(village)
    return township, village, cadre, household


def alone(village):
    """A household of one in tekun support at home."""
    household = makers.make_household(village)
    PersonCategory.objects.create(
        person=household.persons.get(), mode="dispersed", valid_from=date(2024, 1, 1)
    )
    return household


def searched(cadre, region):
    """A run asked for and done."""
    run = actions.ask_run(by=cadre, region=region)
    assert running.run_next() is True
    run.refresh_from_db()
    return run


def test_a_run_finds_tells_its_asker_and_finds_the_same_again_only_once(place):
    township, _village, cadre, household = place
    run = searched(cadre, township)
    assert (run.state, run.judged, run.households, run.found) == ("done", 1, 1, 1)
    found = Discovery.objects.get()
    assert (found.household, found.help, found.likely, found.state) == (household, "home_care", True, "open")
    assert OutboxMessage.objects.filter(topic="discovery_done", receiver=cadre).count() == 1
    searched(cadre, township)
    assert Discovery.objects.count() == 1
    verbs = AuditEvent.objects.filter(object_no=run.no).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["discovery.asked", "discovery.run_done"]


def test_what_somebody_dismissed_is_not_asked_again_until_the_facts_change(place):
    township, village, cadre, _household = place
    old = makers.make_household(village)
    searched(cadre, township)
    found = Discovery.objects.get(household=old)
    assert (found.help, found.likely) == ("tekun", False)
    with pytest.raises(Refused, match="为什么不是"):
        actions.dismiss_discovery(by=cadre, row=found, version=1, reason=" ")
    actions.dismiss_discovery(by=cadre, row=found, version=1, reason="女儿在管")
    searched(cadre, township)
    assert [(row.state, row.reason) for row in Discovery.objects.filter(household=old)] == [
        ("dismissed", "女儿在管")
    ]
    # Another fact, another question: nobody who is bound to support is able to.
    CirclePerson.objects.create(
        household=old,
        part="obligor",
        name="某人",
        relation="child",
        ability="old_dibao",
        valid_from=date(2024, 1, 1),
    )
    searched(cadre, township)
    assert sorted(Discovery.objects.filter(household=old).values_list("state", flat=True)) == [
        "dismissed",
        "open",
    ]


def test_a_report_begins_the_usual_way_and_who_came_too_late_is_told(place):
    township, _village, cadre, household = place
    searched(cadre, township)
    found = Discovery.objects.get()
    done = actions.report_discovery(by=cadre, row=found, version=1)
    report = Report.objects.get()
    assert done.state == "begun" and done.report == report and household.no in report.words
    assert report.state == "received" and report.region == household.region
    with pytest.raises(Refused, match="现在不能做"):
        actions.dismiss_discovery(by=cadre, row=done, version=2, reason="看过了")
    found.state = "open"
    with pytest.raises(Refused, match="刚被别人办过"):
        actions.dismiss_discovery(by=cadre, row=found, version=1, reason="看过了")
    assert Report.objects.count() == 1


def test_what_no_longer_holds_lapses_and_comes_back_with_the_facts(place):
    township, _village, cadre, household = place
    searched(cadre, township)
    need = makers.make_need(household)
    searched(cadre, township)
    assert Discovery.objects.get().state == "lapsed"
    need.state = "closed"
    need.save()
    searched(cadre, township)
    assert Discovery.objects.get().state == "open"


def test_one_run_a_place_at_a_time_and_only_in_ones_own_area(place):
    township, _village, cadre, _household = place
    actions.ask_run(by=cadre, region=township)
    with pytest.raises(Refused, match="正在查"):
        actions.ask_run(by=cadre, region=township)
    with pytest.raises(Refused, match="不归您查"):
        actions.ask_run(by=cadre, region=makers.make_region("township"))


def test_a_run_that_was_cut_off_begins_anew_and_ends(place, monkeypatch):
    township, _village, cadre, _household = place
    run = actions.ask_run(by=cadre, region=township)
    with monkeypatch.context() as broken:
        broken.setattr(running, "facts_by_person", lambda households, on: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            running.run_next()
    run.refresh_from_db()
    assert (run.state, Discovery.objects.count()) == (RunState.RUNNING, 0)
    assert running.run_next() and Discovery.objects.count() == 1


def test_the_statements_of_a_run_do_not_grow_with_its_households(place, monkeypatch):
    township, village, cadre, _household = place
    counts = []
    for more in (2, 20):
        for _ in range(more):
            alone(village)
        actions.ask_run(by=cadre, region=township)
        with CaptureQueriesContext(connection) as asked:
            running.run_next()
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 25


def test_the_list_asks_as_often_for_thirty_people_as_for_three(place):
    township, village, cadre, _household = place
    client, page, counts = makers.sign_in(Client(), cadre), reverse("services:discovery:list"), []
    for more in (2, 27):
        for _ in range(more):
            alone(village)
        searched(cadre, township)
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        counts.append(len(asked))
    assert Discovery.objects.count() == 30 and counts[0] == counts[1] <= 20


def test_another_township_meets_nothing_and_the_bureau_looks_and_does_not_answer(place):
    township, _village, cadre, household = place
    searched(cadre, township)
    no = Discovery.objects.get().no
    detail, dismissing = (
        reverse("services:discovery:detail", args=[no]),
        reverse("services:discovery:dismiss", args=[no]),
    )
    other = makers.sign_in(
        Client(), makers.make_post("township_cadre", makers.make_region("township", township.parent))
    )
    assert other.get(detail).status_code == 404
    assert no not in other.get(reverse("services:discovery:list")).content.decode()
    bureau = makers.sign_in(Client(), makers.make_post("bureau_staff", township.parent))
    page = bureau.get(detail).content.decode()
    assert household.persons.get().name not in page and "上门照料" in page
    assert bureau.post(dismissing, {"version": 1, "reason": "看过了"}).status_code == 404
    own = makers.sign_in(Client(), cadre)
    page = own.get(detail).content.decode()
    assert household.persons.get().name in page and "已经在享受特困供养" not in page
    assert own.post(dismissing, {"version": 1, "reason": ""}).status_code == 422
    assert own.post(dismissing, {"version": 1, "reason": "女儿天天来"}).status_code == 302
    assert own.post(dismissing, {"version": 2, "reason": "再来"}).status_code == 409


def test_the_list_tells_no_health_to_who_reads_masked_names(place):
    township, village, cadre, _household = place
    household = makers.make_household(village)
    person = household.persons.get()
    PersonCategory.objects.create(
        person=person, kind="disability", disability="sight", grade=1, valid_from=date(2024, 1, 1)
    )
    searched(cadre, township)
    asked = {"dibao_single", "tekun"}
    assert asked & set(Discovery.objects.filter(person=person).values_list("help", flat=True))
    own = makers.sign_in(Client(), cadre).get(reverse("services:discovery:list")).content.decode()
    bureau = makers.sign_in(Client(), makers.make_post("bureau_staff", township.parent))
    masked = bureau.get(reverse("services:discovery:list")).content.decode()
    assert "一级或二级残疾" in own
    assert "残疾" not in masked.split("<tbody>")[1].split("</tbody>")[0] and "档案里还有记录" in masked


@pytest.mark.parametrize("state", DiscoveryState.values)
@pytest.mark.parametrize("verb", DISCOVERY.moves)
def test_only_the_listed_moves_are_allowed(state, verb):
    listed = {("open", "report"), ("open", "dismiss"), ("open", "lapse"), ("lapsed", "reopen")}
    assert DISCOVERY.allows(state, verb) is ((state, verb) in listed)


def test_the_database_keeps_one_open_question_and_no_report_that_is_not_there(place):
    _township, _village, _cadre, household = place
    facts = {"household": household, "person": household.persons.get(), "help": "tekun"}
    Discovery.objects.create(no="F-1", mark="a", **facts)
    for more in ({"mark": "b"}, {"mark": "a", "state": "lapsed"}, {"mark": "c", "state": "begun"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Discovery.objects.create(no="F-2", **facts, **more)
    with pytest.raises(IntegrityError), transaction.atomic():
        DiscoveryRun.objects.create(
            no="FR-9", region=household.region, asked_by=makers.make_user(), judged=2, households=1
        )
    assert timezone.now() - Discovery.objects.get().created_at < timedelta(minutes=5)


def test_two_files_of_one_person_are_joined_though_both_were_asked_the_same(place):
    township, village, cadre, household = place
    double = alone(village)
    searched(cadre, township)
    assert Discovery.objects.filter(state="open").count() == 2
    one = household.persons.get()
    _carry(double.persons.get(), one)
    assert list(Discovery.objects.values_list("household", "person")) == [(household.pk, one.pk)]
