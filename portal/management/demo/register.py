"""The demo's households: who lives where, who is tekun, how far they care for themselves."""

from datetime import date, datetime, timedelta

from partners.models import Region, RegionLevel
from portal.base.privacy import blind_index
from portal.management.demo.chance import Chance
from portal.management.demo.places import make_groups, near, village_points
from portal.models import User
from services.models import Assessment, Household, Person, PersonCategory, SupportMode
from services.recipients.assessment import INDICATORS, self_care_class
from services.recipients.names import name_key

HEALTH = [
    "高血压，每天吃药。",
    "听力差，说话要大声。",
    "膝盖痛，走远路要扶。",
    "白内障，看不清小字。",
    "糖尿病，打胰岛素。",
    "",
]
DOOR_NOTES = ["院里有狗，先喊一声。", "从后门进，前门常锁。", "白天多在菜园里。", "耳背，敲门要重些。", ""]
FIRST_VILLAGES = {"430321112": "430321112237", "430321107": "430321107206"}


def _villages() -> list[Region]:
    """Seven villages of each township; in two of them the villages of the fixed accounts come first."""
    chosen = []
    for town in Region.objects.filter(level=RegionLevel.TOWNSHIP).order_by("code"):
        villages = list(town.children.order_by("path"))
        first = FIRST_VILLAGES.get(town.code)
        villages.sort(key=lambda village: (village.code != first, village.path))
        chosen += villages[:7]
    return chosen


def _indicators(chance: Chance) -> dict[str, bool | None]:
    lost = chance.random.choices([0, 1, 2, 3, 4, 5, 6], weights=[52, 14, 10, 8, 7, 5, 4])[0]
    missing = set(chance.random.sample(INDICATORS, lost))
    return {indicator: indicator not in missing for indicator in INDICATORS}


def make_households(
    chance: Chance, count: int, assessor: User, now: datetime, today: date
) -> list[Household]:
    """`count` households spread over the townships, with their persons, status and assessment."""
    villages = _villages()
    groups = make_groups(chance, villages)
    middle = village_points(chance)
    by_pk = {region.pk: region for region in Region.objects.all()}
    households, persons, indicators = [], [], {}
    for order in range(count):
        village = villages[order % len(villages)]
        group = groups[village.pk][order // len(villages) % 4]
        sex = chance.random.choice("fm")
        born = date(
            chance.random.randint(1934, 1965), chance.random.randint(1, 12), chance.random.randint(1, 28)
        )
        name = chance.old_name(sex)
        place = near(chance, middle[village.pk], 0.012)
        household = Household(
            uid=chance.uid(), no=f"H-{20000000 + order * 37 + 11}", region=group, township=by_pk[village.parent_id], name=name,
            name_key=name_key(name), address=f"{group.name}{chance.random.randint(1, 60)}号", phone=chance.phone(),
            lat=place[0], lng=place[1], accuracy_m=30, door_note=chance.random.choice(DOOR_NOTES), dialect="湘方言",
            created_at=now - timedelta(days=30 + order * 7 % 120),  # files came over township by township
        )  # fmt: skip
        indicators[household.no] = _indicators(chance) if order % 40 else dict.fromkeys(INDICATORS)
        household.self_care = self_care_class(indicators[household.no])
        number = chance.id_number(born, sex, order % 499 + 1)
        households.append(household)
        persons.append(
            Person(
                uid=chance.uid(),
                household=household,
                name=name,
                name_key=household.name_key,
                sex=sex,
                birth_date=born,
                id_number=number,
                id_blind=blind_index(number, "id_number"),
                health_notes=chance.random.choice(HEALTH),
            )  # fmt: skip
        )
    Household.objects.bulk_create(households)
    Person.objects.bulk_create(persons)
    PersonCategory.objects.bulk_create(
        PersonCategory(
            uid=chance.uid(), person=person, mode=SupportMode.INSTITUTIONAL if order % 6 == 5 else SupportMode.DISPERSED,
            valid_from=today - timedelta(days=700 + order), confirmed_by=assessor,
            verified_on=today - timedelta(days=110 + order % 275),  # a few are over the year
        )
        for order, person in enumerate(persons)
        if order % 30 != 29
    )  # fmt: skip
    Assessment.objects.bulk_create(
        Assessment(
            uid=chance.uid(), person=person, assessed_on=today - timedelta(days=200 + order % 90), assessor=assessor,
            self_care=person.household.self_care, **indicators[person.household.no],
        )
        for order, person in enumerate(persons)
        if order % 40
    )  # fmt: skip
    return households
