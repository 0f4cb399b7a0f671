"""Row-level security: a query that forgets the door returns nothing; what the door shows stays shown."""

import random
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from partners.models import Post
from portal.base import row_security
from portal.base.row_security import ACTION, NOBODY, OPENINGS, SYSTEM, as_person, as_system, beyond
from portal.models import AuditEvent, Identity, User
from services.casework import second_lock
from services.models import (
    Household,
    HouseholdTeamGrant,
    HouseholdUserGrant,
    KinTie,
    Likeness,
    Person,
    Report,
    Task,
    VisitRecord,
)
from services.recipients.access import close_file, open_file
from services.recipients.actions import HouseholdFacts, create_household
from services.recipients.kin import is_kin
from services.recipients.people import PersonFacts
from tests import makers
from tests.architecture.reading import code
from tests.services.imports.files import as_csv, person
from tests.services.imports.test_import import bring, counts

on_postgresql = pytest.mark.only("postgresql")
OWN = ("portal", "partners", "content", "services")


def ways() -> dict[str, set[tuple[str, str]]]:
    """Every table that hangs from a household, with the columns that lead on and where to."""
    models = [
        model for app in OWN for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]
    found: dict[type, set[tuple[str, str]]] = {Household: set()}
    while True:
        new = {
            model: {
                (field.column, field.related_model._meta.db_table)
                for field in model._meta.local_fields
                if field.remote_field and field.related_model in found
            }
            for model in models
        }
        grown = {model: leads for model, leads in new.items() if leads} | {Household: set()}
        if set(grown) == set(found):
            return {model._meta.db_table: leads for model, leads in grown.items()}
        found = grown


def test_every_table_that_hangs_from_a_household_is_locked_and_no_other():
    hanging, listed = ways(), second_lock.conditions()
    assert len(hanging) > 25
    missing = set(hanging) - set(listed)
    assert missing == set(), "add a line to LOCKED in services/casework/second_lock.py"
    assert set(listed) - set(hanging) == set(), "take the line out of services/casework/second_lock.py"
    wrong = {row.table for row in second_lock.LOCKED if (row.column, row.to) not in hanging[row.table]}
    assert wrong == set()


@pytest.mark.only("sqlite")
@pytest.mark.django_db
def test_on_sqlite_the_command_says_that_it_needs_postgresql():
    with pytest.raises(CommandError, match="PostgreSQL"):
        call_command("row_security", "on")


@pytest.fixture
def locked(db, settings):
    """Policies up and switched on, the connection in a role that cannot pass by them."""
    second_lock.put_up(connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        role = f"reader_{cursor.fetchone()[0]}"
        cursor.execute(f'CREATE ROLE "{role}"')
        cursor.execute(f'GRANT ALL ON ALL TABLES IN SCHEMA public TO "{role}"')
        cursor.execute(f'GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
        cursor.execute(f'SET LOCAL ROLE "{role}"')
    settings.ROW_LEVEL_SECURITY = True


class TestLocked:
    pytestmark = [on_postgresql, pytest.mark.django_db]

    def test_the_lock_has_no_problems(self, locked):
        assert second_lock.problems(connection) == []

    def test_a_query_that_forgets_the_door_returns_nothing(self, locked):
        visit = a_visit()
        household = visit.task.need.household
        outsider = makers.make_member(makers.make_provider(), "manager")
        tables = (Household, Person, Task, type(visit), HouseholdTeamGrant)
        assert all(model.objects.exists() for model in tables)
        for pk in (outsider.pk, makers.make_user().pk, None):
            with as_person(pk):
                assert [model for model in tables if model.objects.exists()] == []
                assert Household.objects.filter(pk=household.pk).update(name="改了") == 0

    def test_the_control_with_the_switch_off_shows_the_rows(self, locked, settings):
        a_visit()
        outsider = makers.make_user()
        with as_person(outsider.pk):
            assert Household.objects.count() == 0
        settings.ROW_LEVEL_SECURITY = False
        second_lock_off()
        with as_person(outsider.pk):
            assert Household.objects.count() == 1

    def test_the_carer_the_team_and_the_place_see_their_rows_and_what_hangs_from_them(self, locked):
        visit = a_visit()
        task = visit.task
        household = task.need.household
        makers.make_household()
        manager = makers.make_member(task.provider, "manager")
        for user in (
            visit.assignment.user,
            manager,
            makers.make_post("township_cadre", household.township),
            makers.make_post("livelihood_officer", household.region),
        ):
            with as_person(user.pk):
                assert [row.pk for row in Household.objects.all()] == [household.pk]
                assert list(Task.objects.values_list("pk", flat=True)) == [task.pk]
                assert list(type(visit).objects.values_list("pk", flat=True)) == [visit.pk]
        with as_system():
            assert Household.objects.count() == 2

    def test_another_person_on_the_same_connection_sees_only_their_own(self, locked):
        visits = [a_visit() for _ in range(2)]
        people = [visit.assignment.user.pk for visit in visits]
        for _ in range(3):
            for visit, pk in zip(visits, people, strict=True):
                with as_person(pk):
                    assert [row.pk for row in type(visit).objects.all()] == [visit.pk]
            with as_person(None):
                assert not Household.objects.exists()

    def test_a_rollback_that_takes_the_name_back_does_not_leave_the_person_before(self, locked):
        visits = [a_visit() for _ in range(2)]
        first, second = (visit.assignment.user.pk for visit in visits)
        with as_person(first):
            assert [row.pk for row in type(visits[0]).objects.all()] == [visits[0].pk]
        with as_person(second):
            with transaction.atomic():
                assert [row.pk for row in type(visits[0]).objects.all()] == [visits[1].pk]
                transaction.set_rollback(True)
            assert [row.pk for row in type(visits[0]).objects.all()] == [visits[1].pk]

    def test_an_action_reads_no_more_than_its_person_but_for_a_named_opening(self, locked):
        a_visit()
        outsider = makers.make_user()
        with as_person(outsider.pk, may_write=True):
            with beyond("move"):
                assert Household.objects.count() == 0
            with transaction.atomic():
                assert Household.objects.count() == 0
                assert Household.objects.update(address="改了") == 0
                with beyond("move"):
                    assert Household.objects.count() == 1
                assert Household.objects.count() == 0
        with as_person(outsider.pk), transaction.atomic():
            with beyond("move"):
                assert Household.objects.count() == 0
            with beyond("counts"):
                assert Household.objects.count() == 1
        with pytest.raises(ValueError, match="not in the table"), beyond("anything"):
            pass

    def test_an_opening_that_fails_leaves_the_action_at_work_for_its_person(self, locked):
        household = makers.make_household()
        with as_person(makers.make_user().pk, may_write=True), transaction.atomic():
            with pytest.raises(IntegrityError), transaction.atomic(), beyond("move"):
                Household.objects.create(no=household.no, region_id=household.region_id,
                                         township_id=household.township_id, name="重号")  # fmt: skip
            assert Household.objects.count() == 0

    def test_what_is_posted_reads_no_more_than_what_is_read(self, locked, client, monkeypatch):
        from services.recipients import door

        household = makers.make_household()
        elsewhere = makers.make_post(
            "township_cadre", makers.make_region("township", household.township.parent)
        )
        monkeypatch.setattr(door, "visible_condition", lambda user, at=None: door.Q())
        monkeypatch.setattr("services.recipients.access.may_household", lambda *given: True)
        makers.sign_in(client, elsewhere)
        address = f"/households/{household.no}/close/"
        assert client.post(address, {"version": 1, "reason": "试试"}).status_code == 404
        assert Household.objects.get().state == "active"
        second_lock_off()
        assert client.post(address, {"version": 1, "reason": "试试"}).status_code == 302
        assert Household.objects.get().state == "closed"

    def test_near_kin_read_nothing_of_the_household_under_any_account(self, locked):
        visit = a_visit()
        household = visit.task.need.household
        cadre = makers.make_post("township_cadre", household.township)
        second = makers.make_post("township_cadre", household.township)
        manager = makers.make_member(visit.task.provider, "manager")
        worker = visit.assignment.user
        tables = (Household, Person, Task, type(visit), HouseholdTeamGrant, HouseholdUserGrant)
        for user in (cadre, second, manager, worker):
            with as_person(user.pk):
                assert Household.objects.count() == 1
        identity = Identity.objects.create(name="测试同一人")
        User.objects.filter(pk__in=[cadre.pk, second.pk]).update(identity=identity)
        for user in (cadre, manager, worker):
            KinTie.objects.create(user=user, household=household, declared_by=user)
        for user in (cadre, second, manager, worker):
            with as_person(user.pk, may_write=True):
                assert [model for model in tables if model.objects.exists()] == []
                assert KinTie.objects.exists(), "the door must know the tie"
                with transaction.atomic():
                    assert [model for model in tables if model.objects.exists()] == []
        KinTie.objects.update(
            valid_to=timezone.now() - timedelta(seconds=1), valid_from=timezone.now() - timedelta(days=1)
        )
        for user in (cadre, second, manager, worker):
            with as_person(user.pk):
                assert Household.objects.count() == 1

    def test_what_is_remembered_of_a_person_is_whole_whoever_asked_first(self, locked):
        household = makers.make_household()
        cadre = makers.make_post("township_cadre", household.township)
        KinTie.objects.create(user=cadre, household=household, declared_by=cadre)
        with as_person(makers.make_user().pk):
            assert not KinTie.objects.exists()
            assert is_kin(User.objects.get(pk=cadre.pk), household.pk, timezone.now())

    def test_an_id_number_that_stands_out_of_sight_is_found_and_not_told(self, locked):
        number = "43052319480315002X"
        there = makers.make_household()
        cadre = makers.make_post("township_cadre", makers.make_region("township", there.township.parent))
        village = makers.make_region("village", Post.objects.get(user=cadre).region)
        for where in (there.region, village):
            by = makers.make_post("township_cadre", where.parent) if where == there.region else cadre
            with as_person(by.pk, may_write=True):
                create_household(
                    by=by, facts=HouseholdFacts(where, "测试户"), head=PersonFacts("测试户", id_number=number),
                    on=timezone.localdate(),
                )  # fmt: skip
        assert Person.objects.filter(name="测试户", id_blind=None).count() == 1
        assert AuditEvent.objects.filter(verb="person.number_twice").count() == 1

    def test_what_was_taken_back_is_gone_with_the_next_statement(self, locked):
        task = makers.make_task()
        manager = makers.make_member(task.provider, "manager")
        with as_person(manager.pk):
            assert Household.objects.count() == 1
        close_file(cause=f"task:{task.no}", at=timezone.now() - timedelta(seconds=1))
        with as_person(manager.pk):
            assert Household.objects.count() == 0

    def test_a_page_answers_the_same_and_a_page_that_forgets_shows_nothing(self, locked, client, monkeypatch):
        from services.recipients import door

        household = makers.make_household()
        cadre = makers.make_post("township_cadre", household.township)
        elsewhere = makers.make_post(
            "township_cadre", makers.make_region("township", household.township.parent)
        )
        address = f"/households/{household.no}/"
        assert [status(client, user, address) for user in (cadre, elsewhere)] == [200, 404]
        monkeypatch.setattr(door, "visible_condition", lambda user, at=None: door.Q())
        assert [status(client, user, address) for user in (cadre, elsewhere)] == [200, 404]
        second_lock_off()
        assert status(client, elsewhere, address) == 200

    @pytest.mark.parametrize("seed", range(4))
    def test_the_rows_of_the_second_lock_are_those_of_the_door(self, locked, seed):
        people = a_random_world(random.Random(seed))
        seen = 0
        for pk in people:
            with as_system():
                user = User.objects.get(pk=pk)
                truth = set(Household.objects.visible_to(user).values_list("pk", flat=True))
            with as_person(pk):
                assert set(Household.objects.values_list("pk", flat=True)) == truth
            seen += len(truth)
        assert seen > 10

    def test_a_report_shows_to_its_place_and_to_who_made_it(self, locked):
        household = makers.make_household()
        village = household.region
        officer = makers.make_post("livelihood_officer", village)
        other = makers.make_post("livelihood_officer", makers.make_region(parent=village.parent))
        Report.objects.create(
            no="R-1", region=village, trouble="sudden", reported_by=officer, due_at=timezone.now()
        )
        with as_person(officer.pk):
            assert Report.objects.count() == 1
        with as_person(other.pk):
            assert Report.objects.count() == 0

    def test_visit_records_hang_too(self, locked):
        with as_person(makers.make_user().pk):
            assert VisitRecord.objects.count() == 0


@on_postgresql
@pytest.mark.django_db
def test_an_import_meets_a_number_that_stands_out_of_sight_and_goes_on(locked):
    village = makers.make_region(name="古城村")
    cadre = makers.make_post("township_cadre", village.parent)
    elsewhere = makers.make_region("township", village.parent.parent)
    other = makers.make_post("township_cadre", elsewhere)
    makers.make_region("village", elsewhere, name="白沙村")
    with as_system():
        bring(other, elsewhere, as_csv([person(1, "白沙村")]))
        batch = bring(cadre, village.parent, as_csv([person(1, "古城村"), person(2, "古城村")]))
        assert counts(batch) == (2, 0, 0, 0)
        assert Likeness.objects.filter(kind="number").count() == 1
    with as_person(cadre.pk):
        assert (Household.objects.count(), Likeness.objects.count()) == (2, 1)
    with as_person(other.pk):
        assert (Household.objects.count(), Likeness.objects.count()) == (1, 0)


def a_visit():
    """A planned visit of an assigned worker."""
    task = makers.make_task()
    return makers.make_planned(makers.make_assignment(task, makers.make_member(task.provider)))


def second_lock_off() -> None:
    """As the owner again, without policies; the reader's role goes on."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("RESET ROLE")
    second_lock.take_down(connection)


def status(client, user: User, address: str) -> int:
    """What a person with two factors gets."""
    makers.sign_in(client, user)
    return client.get(address).status_code


def a_random_world(rng: random.Random) -> list[int]:
    """Places, teams and grants by chance; returns the people."""
    now = timezone.now()
    county = makers.make_region("county")
    towns = [makers.make_region("township", county) for _ in range(2)]
    villages = [makers.make_region("village", town) for town in towns for _ in range(2)]
    households = [makers.make_household(rng.choice(villages)) for _ in range(12)]
    providers = [makers.make_provider() for _ in range(2)]
    people = [makers.make_member(provider, role) for provider in providers for role in ("manager", "worker")]
    people += [makers.make_post("township_cadre", towns[0]), makers.make_post("bureau_staff", county)]
    people += [makers.make_post("livelihood_officer", villages[1]), makers.make_post("finance", county)]
    people.append(makers.make_user())
    for user in rng.sample(people, 4):
        at = now + timedelta(days=rng.choice([-3, 1]))
        KinTie.objects.create(
            user=user, household=rng.choice(households), declared_by=user, valid_from=at,
            valid_to=at + timedelta(days=rng.choice([1, 9])),
        )  # fmt: skip
    for n in range(30):
        at = now + timedelta(days=rng.choice([-9, -2, 3]))
        until = {} if rng.random() < 0.6 else {"until": max(at, now + timedelta(days=rng.choice([-1, 1])))}
        whom = {"user": rng.choice(people)} if rng.random() < 0.5 else {"team": rng.choice(providers).team}
        open_file(rng.choice(households), cause=f"cause:{n}", at=at, **whom, **until)
    providers[1].state = rng.choice(["live", "suspended"])
    providers[1].save()
    return [user.pk for user in people]


def test_every_opening_is_used_and_every_use_is_in_the_table():
    used = {
        name for path in code("services", "portal", "partners", "content")
        for name in re.findall(r'\bbeyond\("(\w+)"\)', path.read_text())
    }  # fmt: skip
    assert used == set(OPENINGS)


def test_names_are_told_only_with_the_switch_on():
    with override_settings(ROW_LEVEL_SECURITY=False):
        assert row_security.name_for(connection) is None
    with override_settings(ROW_LEVEL_SECURITY=True):
        assert row_security.name_for(connection) == SYSTEM
        with as_person(7):
            assert row_security.name_for(connection) == "7"
        with as_person(None):
            assert row_security.name_for(connection) == NOBODY
    assert len({SYSTEM, ACTION, NOBODY}) == 3
