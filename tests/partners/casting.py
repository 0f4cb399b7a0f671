"""The cast of joining: a county with two townships and the people who vet there."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from partners.models import Application, Paper, Region, Requirement
from partners.organisations.facts import OrganisationFacts
from partners.vetting.actions import approve_application, check_application
from partners.vetting.joining import NewAccount, register_organisation, register_volunteer
from partners.volunteers.facts import VolunteerFacts
from portal.base.identifiers import check_id_number
from portal.models import User
from tests import makers

USCC = "52430321MJJ999997U"
BAD_USCC = "91350203M0001QAY9B"
ID_NUMBER = "430321195001010018"
PASSWORD = "a-long-password"


@dataclass
class Cast:
    """Places and people."""

    county: Region
    town: Region
    other_town: Region
    village: Region
    cadre: User
    other_cadre: User
    bureau: User
    second_bureau: User
    outsider: User


def make_cast() -> Cast:
    """Two townships, a cadre in each, two bureau people, and somebody without a hat."""
    county = makers.make_region("county", name="测试县")
    town = makers.make_region("township", county, name="石潭镇")
    other = makers.make_region("township", county, name="花石镇")
    make_requirement("organisation", "registration", sort="register", validity="date")
    make_requirement("volunteer", "identity", sort="check")
    return Cast(
        county=county,
        town=town,
        other_town=other,
        village=makers.make_region("village", town, name="古城村"),
        cadre=makers.make_post("township_cadre", town),
        other_cadre=makers.make_post("township_cadre", other),
        bureau=makers.make_post("bureau_staff", county),
        second_bureau=makers.make_post("bureau_staff", county),
        outsider=makers.make_user(),
    )


def make_requirement(party: str, code: str, **more: Any) -> Requirement:
    """One thing that is asked, from 2020 on and lasting."""
    stated = {
        "sort": "paper",
        "validity": "lasting",
        "name_zh": f"材料{code}",
        "decided_by": "township",
        "shown_to": "township",
        "source": "测试",
        "valid_from": date(2020, 1, 1),
    }
    return Requirement.objects.create(
        no=f"RQ-{makers.serial():08d}", party=party, code=code, **{**stated, **more}
    )


def make_paper(
    code: str, *, state: str = "accepted", issued_on: date = date(2026, 1, 1), **more: Any
) -> Paper:
    """A paper of somebody, accepted unless told otherwise."""
    decided = {} if state == "handed_in" else {"decided_by": makers.make_user(), "decided_at": timezone.now()}
    reason = {"reason": "看不清"} if state == "refused" else {}
    return Paper.objects.create(
        no=f"PA-{makers.serial():08d}", code=code, state=state, issued_on=issued_on,
        **{"handed_in_at": timezone.now(), **decided, **reason, **more},
    )  # fmt: skip


def new_phone() -> str:
    """A mobile number nobody has."""
    return f"+86199{makers.serial():08d}"


def account(phone: str = "") -> NewAccount:
    """Somebody who registers without an account."""
    return NewAccount(name="测试甲", phone=phone or new_phone(), password_hash=make_password(PASSWORD))


def organisation_facts(cast: Cast, **more: Any) -> OrganisationFacts:
    """What a sound organisation states."""
    stated = {
        "kind": "social_service_org",
        "name": f"测试社工中心{makers.serial()}（虚构）",
        "uscc": USCC,
        "registrar": "测试县民政局",
        "registered_until": timezone.localdate() + timedelta(days=400),
        "legal_representative": "测试乙",
        "contact_name": "测试甲",
        "contact_phone": new_phone(),
        "address": "测试路1号",
        "office": cast.town,
        "services": ("visit_care", "cleaning"),
        "townships": (cast.town,),
    }
    return OrganisationFacts(**{**stated, **more})


def volunteer_facts(cast: Cast, number: str = ID_NUMBER, **more: Any) -> VolunteerFacts:
    """What a sound volunteer states."""
    stated = {
        "home": cast.village,
        "towns": (cast.town,),
        "services": ("visit_care",),
        "times": ("weekend",),
        "card": check_id_number(number, on=date(2026, 11, 23)),
    }
    return VolunteerFacts(**{**stated, **more})


def apply_as_organisation(cast: Cast, **more: Any) -> Application:
    """An organisation's application, submitted."""
    return register_organisation(facts=organisation_facts(cast, **more), applicant=account())


def apply_as_volunteer(cast: Cast, number: str = ID_NUMBER, **more: Any) -> Application:
    """A volunteer's application, submitted, and the identity looked at."""
    application = register_volunteer(facts=volunteer_facts(cast, number, **more), applicant=account())
    make_paper("identity", volunteer=application.volunteer)
    return application


def approved_organisation(cast: Cast, **more: Any) -> Application:
    """An organisation that went all the way."""
    application = apply_as_organisation(cast, **more)
    check_application(application=application, by=cast.cadre)
    return approve_application(application=application, by=cast.bureau)
