"""A death or closing entered by mistake: who may put it right, what stands again, and what is said to be left."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.base.models import OPEN_END, AuditEvent, OutboxMessage
from portal.base.refused import Refused
from services.casework import ending, undoing
from services.casework.stopped_words import hand_lines, stopped_lines
from services.models import (
    CareAgreement,
    CarePlan,
    CirclePerson,
    Contract,
    DeathNotice,
    EndingState,
    FileChange,
    FileEnding,
    HouseholdTeamGrant,
    HouseholdUserGrant,
    Offer,
    Person,
    PersonCategory,
    Task,
)
from services.recipients import deaths
from services.recipients.lifecycle import ENDING
from services.recipients.opening import grant_person
from tests import makers
from tests.services.casework.test_file_events import Scene, refused

pytestmark = pytest.mark.django_db
WHY = "村里上门见到本人，是同名的人去世"
ALLOWED = {("stands", "ask"), ("asked", "keep"), ("stands", "undo"), ("asked", "undo")}


@pytest.mark.parametrize("state", EndingState.values)
@pytest.mark.parametrize("verb", ENDING.moves)
def test_only_the_listed_moves_are_allowed(state, verb):
    assert ENDING.allows(state, verb) is ((state, verb) in ALLOWED)


class Mistaken(Scene):
    """The scene with papers of the person, a task under a contract, a colleague and the bureau."""

    def __init__(self):
        super().__init__()
        today = timezone.localdate()
        self.colleague = makers.make_post("township_cadre", self.township)
        self.bureau = makers.make_post("bureau_staff", self.township.parent)
        self.category = PersonCategory.objects.create(
            person=self.person, mode="dispersed", valid_from=date(2024, 1, 1)
        )
        self.daughter = CirclePerson.objects.create(
            household=self.household, person=self.person, part="contact", name="女儿", relation="child",
            valid_from=date(2024, 1, 1),
        )  # fmt: skip
        self.agreement = CareAgreement.objects.create(
            no=f"X-{makers.serial()}", person=self.person, carer_name="王大嫂", carer_tie="neighbour", content="做饭",
            frequency="每天", monthly_fen=36500, starts_on=today - timedelta(days=30),
            ends_on=today + timedelta(days=300), state="live", signed_on=today, drafted_by=self.cadre,
        )  # fmt: skip
        self.plan = CarePlan.objects.create(
            no=f"J-{makers.serial()}", person=self.person, state="approved", starts_on=today, drafted_by=self.cadre,
            approved_by=self.colleague, approved_at=timezone.now(),
        )  # fmt: skip
        self.contract = makers.make_contract(self.provider, [self.township])
        Task.objects.filter(pk=self.task.pk).update(contract=self.contract)

    def ending(self):
        return FileEnding.objects.select_related("household__region", "person").latest("pk")

    def undo(self, **more):
        row = self.ending()
        return undoing.undo_ending(
            **{"by": self.colleague, "row": row, "version": row.version, "reason": WHY} | more
        )


@pytest.fixture
def scene():
    return Mistaken()


def test_everything_that_can_stand_again_does_and_the_rest_is_named(scene):
    scene.die()
    assert not scene.seen_by(scene.manager)
    row = scene.undo()
    assert scene.fresh().state == "active"
    assert Person.objects.get(pk=scene.person.pk).died_on is None
    assert PersonCategory.objects.get().valid_to == OPEN_END.date()
    assert CirclePerson.objects.get().valid_to == OPEN_END.date()
    agreement = CareAgreement.objects.get()
    assert (agreement.state, agreement.ended_on, agreement.end_reason) == ("live", None, "")
    assert CarePlan.objects.get().state == "approved"
    assert scene.household.needs.get().state == "placed"
    task = Task.objects.get()
    assert (task.state, task.valid_to, task.epoch) == ("unassigned", OPEN_END, scene.task.epoch + 1)
    assert scene.states() == ["cancelled", "cancelled"]
    assert scene.seen_by(scene.manager)
    assert not scene.seen_by(scene.worker)
    assert [(each["kind"], each["why"]) for each in row.left] == [
        ("money", "money"),
        ("task", "assign"),
        ("visit", "plan"),
        ("visit", "plan"),
    ]
    assert task.no in "".join(hand_lines(row))


def test_nothing_is_silent_and_the_history_stays(scene):
    scene.die()
    scene.undo()
    notice = DeathNotice.objects.get()
    assert notice.undone_at is not None
    assert FileChange.objects.filter(person=scene.person).count() == 2
    event = AuditEvent.objects.get(verb="person.death_undone")
    assert (event.actor, event.purpose, event.detail["by_hand"]) == (scene.colleague, WHY, 4)
    verbs = set(AuditEvent.objects.filter(household_no=scene.household.no).values_list("verb", flat=True))
    assert {
        "person.died", "household.reopened", "person.category_restored", "circle.restored", "agreement.restored",
        "plan.restored", "need.restored", "task.restored",
    } <= verbs  # fmt: skip
    told = set(OutboxMessage.objects.filter(topic="ending_answered").values_list("receiver", flat=True))
    assert told == {scene.cadre.pk}
    assert OutboxMessage.objects.get(topic="task_restored").receiver == scene.manager


def test_whoever_entered_it_asks_and_another_person_decides(scene):
    scene.die()
    refused("own_ending", scene.undo, by=scene.cadre)
    row = scene.ending()
    refused("reason_empty", undoing.ask_undo, by=scene.cadre, row=row, version=row.version, reason=" 错 ")
    row = undoing.ask_undo(by=scene.cadre, row=row, version=row.version, reason=WHY)
    assert (row.state, row.asked_by, row.asked_why) == ("asked", scene.cadre, WHY)
    assert OutboxMessage.objects.get(topic="ending_asked").receiver == scene.colleague
    assert list(undoing.endings_asked(scene.bureau)) == [row]
    assert Person.objects.get(pk=scene.person.pk).died_on is not None
    refused("own_ending", scene.undo, by=scene.cadre)
    scene.undo(by=scene.bureau)
    assert Person.objects.get(pk=scene.person.pk).died_on is None


def test_the_database_refuses_one_person_for_both_steps(scene):
    scene.die()
    rows = FileEnding.objects.filter(pk=scene.ending().pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="undone", undone_by=scene.cadre, undone_at=timezone.now())
    assert rows.update(state="undone", undone_by=scene.bureau, undone_at=timezone.now()) == 1


def test_a_request_that_is_wrong_is_answered_and_the_death_stands(scene):
    scene.die()
    row = scene.ending()
    row = undoing.ask_undo(by=scene.cadre, row=row, version=row.version, reason=WHY)
    row = undoing.keep_ending(by=scene.colleague, row=row, version=row.version, reason="派出所的证明核对过")
    assert row.state == "stands"
    assert scene.fresh().state == "closed"
    assert OutboxMessage.objects.get(topic="ending_answered").receiver == scene.cadre
    assert AuditEvent.objects.get(verb="ending.kept").purpose == "派出所的证明核对过"


def test_of_two_corrections_one_wins_and_a_stranger_has_none(scene):
    scene.die()
    version = scene.ending().version
    stranger = makers.make_post("township_cadre", makers.make_region("township"))
    refused("not_your_area", scene.undo, by=stranger)
    scene.undo()
    refused("wrong_state", scene.undo, by=scene.bureau, version=version)


def test_a_task_whose_contract_is_over_is_not_brought_back_and_its_need_waits(scene):
    scene.die()
    Contract.objects.update(state="terminated")
    row = scene.undo()
    assert Task.objects.get().state == "ended"
    assert scene.household.needs.get().state == "to_match"
    assert ("task", "rematch") in [(each["kind"], each["why"]) for each in row.left]
    assert not scene.seen_by(scene.manager)
    assert not HouseholdTeamGrant.objects.filter(valid_to=OPEN_END).exists()


def test_papers_past_their_term_offers_and_other_sights_are_left_to_people(scene):
    inspector = makers.make_post("inspector", scene.township.parent)
    grant_person(household=scene.household, user=inspector, cause="inspection:I-7", since=timezone.now())
    offered = makers.make_need(scene.household, service="cleaning", state="offered")
    Offer.objects.create(
        no="O-1", need=offered, provider=scene.provider, contract=scene.contract, sent_by=scene.cadre,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    scene.die()
    CareAgreement.objects.update(ends_on=timezone.localdate())
    row = scene.undo()
    left = {(each["kind"], each["no"], each["why"]) for each in row.left}
    assert {
        ("agreement", scene.agreement.no, "over"), ("offer", "O-1", "send"), ("sight", "inspection:I-7", "open"),
    } <= left  # fmt: skip
    assert CareAgreement.objects.get().state == "ended"
    assert scene.household.needs.get(service="cleaning").state == "to_match"
    assert not HouseholdUserGrant.objects.filter(valid_to=OPEN_END).exists()
    assert len(hand_lines(row)) == 6


def test_drafts_come_back_as_drafts(scene):
    CareAgreement.objects.update(state="to_sign", signed_on=None)
    CarePlan.objects.update(state="submitted", approved_by=None, approved_at=None)
    scene.die()
    scene.undo()
    assert CareAgreement.objects.get().state == "draft"
    assert CarePlan.objects.get().state == "draft"


def test_the_one_who_led_the_household_leads_it_again(scene):
    son = Person.objects.create(
        household=scene.household, name="周小明", relation="child", sex="m", birth_date=date(1980, 1, 1)
    )
    name = scene.household.name
    scene.die(facts={"new_head": son}, care_goes_on=True)
    assert scene.fresh().name == "周小明"
    row = scene.undo()
    assert scene.fresh().name == name
    assert Person.objects.get(pk=son.pk).relation == "child"
    assert Person.objects.get(pk=scene.person.pk).relation == "self"
    assert scene.states() == ["planned", "planned"]
    assert [each["kind"] for each in row.left] == ["money"]
    assert HouseholdTeamGrant.objects.get().name_key == scene.fresh().name_key


def test_where_the_head_changed_since_a_person_is_asked_to_look(scene):
    son = Person.objects.create(
        household=scene.household, name="周小明", relation="child", sex="m", birth_date=date(1980, 1, 1)
    )
    wife = Person.objects.create(
        household=scene.household, name="吴秀英", relation="spouse", sex="f", birth_date=date(1950, 1, 1)
    )
    scene.die(facts={"new_head": son}, care_goes_on=True)
    Person.objects.filter(pk=son.pk).update(relation="child")
    Person.objects.filter(pk=wife.pk).update(relation="self")
    FileEnding.objects.update(stopped={"file": {}, "relation": {str(son.uid): "child"}})
    row = scene.undo()
    assert row.left[0]["kind"] == "head"
    assert Person.objects.get(pk=scene.person.pk).relation == "other"


def test_somebody_can_die_after_a_mistake_was_put_right(scene):
    scene.die()
    scene.undo()
    person = Person.objects.get(pk=scene.person.pk)
    deaths.note_death(
        by=scene.cadre, person=person, version=person.version, today=timezone.localdate(),
        facts=deaths.DeathFacts(timezone.localdate(), "hospital"),
    )  # fmt: skip
    assert DeathNotice.objects.filter(undone_at=None).count() == 1
    assert DeathNotice.objects.count() == 2


def close(scene):
    for need in scene.household.needs.all():
        need.state = "closed"
        need.save(update_fields=["state"])
    return ending.close_file(
        by=scene.cadre, household=scene.fresh(), version=scene.version(), reason="搬出本县"
    )


def test_a_closing_by_mistake_is_put_right_in_the_same_way(scene):
    grant_person(
        household=scene.household, user=makers.make_post("inspector", scene.township.parent),
        cause="inspection:I-8", since=timezone.now(),
    )  # fmt: skip
    scene.pause()
    close(scene)
    assert scene.fresh().state == "closed"
    refused("own_ending", scene.undo, by=scene.cadre)
    row = scene.undo()
    assert scene.fresh().state == "paused"
    assert [each["kind"] for each in row.left] == ["sight"]
    assert AuditEvent.objects.get(verb="household.close_undone").purpose == WHY


def test_a_file_closed_for_another_reason_is_opened_by_its_own_correction_first(scene):
    son = Person.objects.create(
        household=scene.household, name="周小明", relation="child", sex="m", birth_date=date(1980, 1, 1)
    )
    scene.die(facts={"new_head": son}, care_goes_on=False)
    death = scene.ending()
    close(scene)
    refused("file_closed", scene.undo, row=death, version=death.version)
    scene.undo()
    scene.undo(row=death, version=death.version)
    assert Person.objects.get(pk=scene.person.pk).died_on is None


def test_a_second_death_that_closed_the_file_does_not_keep_the_first_from_being_undone(scene):
    wife = Person.objects.create(
        household=scene.household, name="吴秀英", relation="spouse", sex="f", birth_date=date(1950, 1, 1)
    )
    scene.die(person=wife, care_goes_on=False)
    first = scene.ending()
    scene.person.refresh_from_db()
    scene.die()
    assert scene.fresh().state == "closed"
    scene.undo(row=first, version=first.version)
    assert scene.fresh().state == "active"
    assert Person.objects.get(pk=scene.person.pk).died_on is not None


def test_what_was_erased_cannot_come_back(scene):
    scene.die()
    FileEnding.objects.update(stopped={})
    refused("erased", scene.undo)
    assert Person.objects.get(pk=scene.person.pk).died_on is not None


def address(scene, step=""):
    row = scene.ending()
    if step:
        return reverse(f"services:files:ending_{step}", args=[scene.household.no, row.uid])
    return reverse("services:files:ending", args=[scene.household.no, row.uid])


def test_the_page_lists_what_ended_and_takes_the_correction(client, scene):
    scene.die()
    makers.sign_in(client, scene.colleague)
    told = client.get(reverse("services:recipients:detail", args=[scene.household.no])).content.decode()
    assert address(scene) in told
    page = client.get(address(scene)).content.decode()
    for line in stopped_lines(scene.ending()):
        assert line.what in page
    assert scene.task.no in page
    sent = {"version": scene.ending().version, "reason": "错"}
    answer = client.post(address(scene, "undo"), sent)
    assert answer.status_code == 422
    assert "至少 4 个字" in answer.content.decode()
    answer = client.post(address(scene, "undo"), sent | {"reason": WHY}, follow=True)
    assert "请机构重新派人" in answer.content.decode()
    assert scene.fresh().state == "active"


def test_the_page_of_whoever_entered_it_only_asks(client, scene):
    scene.die()
    makers.sign_in(client, scene.cadre)
    page = client.get(address(scene)).content.decode()
    assert "要求改正" in page
    assert "改正：登错了" not in page
    sent = {"version": scene.ending().version, "reason": WHY}
    assert client.post(address(scene, "undo"), sent).status_code == 422
    client.post(address(scene, "ask"), sent)
    assert scene.ending().state == "asked"
    makers.sign_in(client, scene.bureau)
    listed = client.get(reverse("services:files:endings")).content.decode()
    assert scene.household.name not in listed
    assert scene.household.no in listed


def test_a_village_officer_and_another_township_find_nothing(client, scene):
    scene.die()
    officer = makers.make_post("livelihood_officer", scene.village)
    stranger = makers.make_post("township_cadre", makers.make_region("township"))
    for user in (officer, stranger):
        makers.sign_in(client, user)
        assert client.get(address(scene)).status_code == 404
        assert client.post(address(scene, "undo"), {"version": 1, "reason": WHY}).status_code == 404
    with pytest.raises(Refused):
        scene.undo(by=officer)
