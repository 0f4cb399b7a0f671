"""Those around a household, risks, handover, positions, changes, and a stale save that chooses field by field."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.base import geocoding
from portal.base.geo import wgs_to_bd, wgs_to_gcj
from portal.base.models import AuditEvent
from portal.base.refused import Refused
from services.models import CirclePerson, FileChange, HandoverNote, Household, HouseholdRisk
from services.recipients import circle, positions, risks
from services.recipients.circle import CircleFacts
from services.recipients.county_map import county_map, frame
from services.recipients.positions import Position
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def household():
    return makers.make_household()


@pytest.fixture
def cadre(household):
    return makers.make_post("township_cadre", household.township)


@pytest.fixture
def desk(client, cadre):
    return makers.sign_in(client, cadre)


def refused(code, call, **kwargs):
    with pytest.raises(Refused) as refusal:
        call(**kwargs)
    assert refusal.value.code == code


def facts(**more):
    base = {"part": "carer", "name": "王五", "relation": "neighbour", "on": timezone.localdate()}
    return CircleFacts(**base | more)


def test_those_around_a_household_are_dated_and_versioned(household, cadre):
    today = timezone.localdate()
    common = {"by": cadre, "today": today}
    row = circle.add_circle_person(household=household, facts=facts(), **common)
    changed = circle.change_circle_person(row=row, version=1, facts=facts(phone="13907310001"), **common)
    assert (changed.phone, changed.version) == ("13907310001", 2)
    refused("stale", circle.change_circle_person, row=row, version=1, facts=facts(), **common)
    end = {"by": cadre, "row": changed, "on": today}
    refused("reason_empty", circle.end_circle_person, **end, reason=" ")
    refused(
        "circle_order", circle.end_circle_person, **end | {"on": today - timedelta(days=1)}, reason="搬走"
    )
    circle.end_circle_person(**end, reason="搬走")
    refused("circle_over", circle.end_circle_person, **end, reason="搬走")
    assert CirclePerson.objects.get().valid_to == today


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"part": "obligor"}, "ability_empty"),
        ({"part": "contact"}, "nobody_to_reach"),
        ({"name": " "}, "name_empty"),
        ({"id_number": "430321195001010019"}, "id_check"),
    ],
)
def test_what_a_part_asks_for_is_asked(household, cadre, more, code):
    with pytest.raises(Refused) as refusal:
        circle.add_circle_person(
            by=cadre, household=household, facts=facts(**more), today=timezone.localdate()
        )
    assert refusal.value.code.startswith(code[:3])
    assert not CirclePerson.objects.exists()


def test_a_person_of_another_household_is_not_theirs(household, cadre):
    other = makers.make_household().persons.get()
    refused(
        "person_elsewhere", circle.add_circle_person, by=cadre, household=household, today=timezone.localdate(),
        facts=facts(person=other),
    )  # fmt: skip


def test_an_agency_sees_those_around_masked_until_it_asks(household, cadre, client):
    task = makers.make_task(makers.make_need(household, state="placed"))
    manager = makers.make_member(task.provider, "manager")
    circle.add_circle_person(
        by=cadre, household=household, today=timezone.localdate(), facts=facts(phone="13907310001")
    )
    makers.sign_in(client, manager)
    page = client.get(f"/households/{household.no}/").content.decode()
    assert "王五" not in page
    assert "139 0731 0001" not in page
    opened = client.post(f"/households/{household.no}/unmask/", {"field": "circle"}).content.decode()
    assert "王五" in opened
    assert "139 0731 0001" in opened
    assert AuditEvent.objects.filter(verb="household.unmasked", detail__field="circle").count() == 1


def test_a_risk_stands_once_until_it_is_over(household, cadre):
    now = timezone.now()
    row = risks.note_risk(by=cadre, household=household, kind="dog", words="先喊", at=now)
    refused("risk_known", risks.note_risk, by=cadre, household=household, kind="dog", words="", at=now)
    refused("reason_empty", risks.end_risk, by=cadre, row=row, reason="", at=now)
    risks.end_risk(by=cadre, row=row, reason="狗送走了", at=now)
    refused("risk_over", risks.end_risk, by=cadre, row=row, reason="狗送走了", at=now)
    risks.note_risk(by=cadre, household=household, kind="dog", words="又养了", at=now)
    assert HouseholdRisk.objects.count() == 2


def test_the_worker_reads_risks_and_handover_before_the_visit(household, cadre, client):
    task = makers.make_task(makers.make_need(household, state="placed"), state="live")
    before, after = makers.make_member(task.provider), makers.make_member(task.provider)
    makers.make_assignment(task, before, part="companion")
    planned = makers.make_planned(makers.make_assignment(task, after))
    risks.note_risk(by=cadre, household=household, kind="infection", words="戴口罩", at=timezone.now())
    risks.write_handover(by=before, household=household, words="药在左边抽屉")
    makers.sign_in(client, after)
    assert (
        "传染风险" in client.get("/my/schedule/").content.decode() + client.get("/my/today/").content.decode()
    )
    page = client.get(f"/my/visits/{planned.no}/").content.decode()
    assert "戴口罩" in page
    assert "药在左边抽屉" in page
    assert client.get(f"/households/{household.no}/handover/").status_code == 200


def test_only_the_author_or_the_office_strikes_a_line(household, cadre, client):
    task = makers.make_task(makers.make_need(household, state="placed"), state="live")
    author, other = makers.make_member(task.provider), makers.make_member(task.provider)
    for user in (author, other):
        makers.make_assignment(task, user, part="lead" if user == author else "companion")
    note = risks.write_handover(by=author, household=household, words="药在左边抽屉")
    url = f"/households/{household.no}/handover/{note.uid}/strike/"
    makers.sign_in(client, other)
    assert client.post(url).status_code == 404
    makers.sign_in(client, author)
    assert client.post(url).status_code == 302
    assert HandoverNote.objects.get().struck_by == author
    refused("handover_struck", risks.strike_handover, by=cadre, row=note, at=timezone.now())


@pytest.mark.parametrize(("datum", "turned"), [("wgs", lambda *p: p), ("gcj", wgs_to_gcj), ("bd", wgs_to_bd)])
def test_typed_numbers_of_any_map_become_one_place(household, cadre, datum, turned):
    lat, lng = turned(27.75, 112.85)
    placed = positions.place_household(
        by=cadre, household=household, version=1, position=Position("typed", lat, lng, datum)
    )
    assert (round(placed.lat, 5), round(placed.lng, 5)) == (27.75, 112.85)
    assert placed.position_source == "typed"
    assert "lat" in FileChange.objects.get().fields


def test_a_village_gives_a_rough_place_and_nonsense_is_refused(household, cadre):
    place = {"by": cadre, "household": household}
    village = positions.place_household(**place, version=1, position=Position("village"))
    assert (village.lat, village.accuracy_m) == (household.region.lat, 1500)
    refused("stale", positions.place_household, **place, version=1, position=Position("village"))
    refused("half_a_position", positions.place_household, **place, version=2, position=Position("pin", 27.7))
    refused(
        "outside_county", positions.place_household, **place, version=2, position=Position("pin", 39.9, 116.4)
    )
    gone = positions.place_household(**place, version=2, position=Position("typed"))
    assert (gone.lat, gone.position_source, gone.accuracy_m) == (None, "", None)


def test_the_map_is_drawn_where_the_pin_is():
    drawn = county_map(None, (27.7, 112.9))
    assert drawn.outline.startswith("M")
    assert (drawn.pin.x, drawn.pin.y) == frame().point(27.7, 112.9)
    assert 0 < drawn.pin.x < frame().width
    assert 0 < drawn.pin.y < frame().height


def test_an_address_leaves_the_house_only_where_a_key_is_set(household, desk, settings, monkeypatch):
    url = f"/households/{household.no}/position/"
    sent = {"lookup": "1", "version": "1", "way": "pin"}
    asked = []
    monkeypatch.setattr(geocoding, "find", lambda address: asked.append(address) or (27.71, 112.81))
    assert "按门牌地址查" not in desk.get(url).content.decode()
    desk.post(url, sent)
    assert asked == []
    settings.BAIDU_MAP_KEY = "k"
    page = desk.post(url, sent).content.decode()
    assert household.address in asked[0]
    assert "27.71" in page
    assert Household.objects.get(pk=household.pk).lat != 27.71
    assert AuditEvent.objects.filter(verb="household.looked_up").count() == 1


EDIT = {"version": "1", "name": "周新莲", "address": "新屋组1号", "phone": "", "door_note": "", "dialect": ""}


def test_a_stale_save_shows_both_and_each_field_is_chosen(desk, household):
    code = household.region.code
    url = f"/households/{household.no}/edit/"
    assert desk.post(url, EDIT | {"region": code, "door_note": "院里有狗"}).status_code == 302
    mine = EDIT | {"region": code, "name": "周旧莲", "address": household.address, "dialect": "湘方言"}
    page = desk.post(url, mine)
    words = page.content.decode()
    assert page.status_code == 409
    assert "新屋组1号" in words
    assert household.address in words
    # What I never touched is proposed as it stands now; what I typed as I typed it.
    assert 'name="pick_address" value="theirs" id="pick-address-theirs" checked' in words
    assert 'name="pick_dialect" value="yours" id="pick-dialect-yours" checked' in words
    picks = {
        "pick_address": "theirs",
        "pick_name": "yours",
        "pick_door_note": "theirs",
        "pick_dialect": "yours",
    }
    assert desk.post(url, mine | picks | {"version": "2"}).status_code == 302
    row = Household.objects.get(pk=household.pk)
    assert (row.name, row.address, row.door_note, row.dialect) == (
        "周旧莲",
        "新屋组1号",
        "院里有狗",
        "湘方言",
    )


def test_the_changes_say_what_stood_before_to_those_who_may_read_it(desk, household, client):
    desk.post(f"/households/{household.no}/edit/", EDIT | {"region": household.region.code})
    page = desk.get(f"/households/{household.no}/changes/").content.decode()
    assert household.address in page
    assert "新屋组1号" in page
    bureau = makers.make_post("bureau_staff", household.township.parent)
    makers.sign_in(client, bureau)
    page = client.get(f"/households/{household.no}/changes/").content.decode()
    assert "没显示" in page
    assert "新屋组1号" not in page
    officer = makers.make_post("livelihood_officer", household.region)
    makers.sign_in(client, officer)
    assert client.get(f"/households/{household.no}/changes/").status_code == 404
