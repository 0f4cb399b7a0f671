"""The stage of the journey: the county's network, the staff who wait at their desks, and what the play remembers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from content.pages.tree import policy_index
from partners.models import Region
from partners.network.loading import load_departments, load_regions
from portal.management.demo.accounts import totp_secret
from portal.models import User
from tests.makers import make_post, make_user
from tests.partners.casting import make_requirement

PASSWORD = "a-long-password"
NEW_PASSWORD = "清早去古城村看周奶奶"
DOOR = (27.6940, 112.6670)
HOUSEHOLD = "周顺莲"
ADDRESS = "古城村荷塘组 18 号"
HOUSEHOLD_PHONE = "13800000018"


@dataclass
class Play:
    """Who is logged in at which screen, and the numbers that pages gave."""

    visitor: Callable[..., Any]
    scripts: bool = True
    people: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    def enters(self, name: str, *, phone: bool = False, **more: Any) -> Any:
        """Somebody opens a browser."""
        self.people[name] = self.visitor(phone=phone, scripts=self.scripts, **more)
        return self.people[name]

    def __getitem__(self, name: str) -> Any:
        return self.people[name]

    def logs_in(self, name: str, *, phone: bool = False, password: str = PASSWORD, **more: Any) -> Any:
        """A member of the staff comes through the login door, with six digits where they have a second factor."""
        user = User.objects.get(username=name)
        secret = totp_secret(name) if Authenticator.objects.filter(user=user).exists() else ""
        one = self.enters(name, phone=phone, **more)
        one.log_in(name, password, secret)
        return one


def place(name: str, level: str = "township") -> Region:
    """A township or village by its name."""
    return Region.objects.get(level=level, name=name)


def village_of(name: str, township: str) -> Region:
    """A village of a township."""
    return Region.objects.get(level="village", name=name, parent__name=township)


def staff(
    username: str, name: str, role: str, region: Region, *, two_factor: bool = True, **more: Any
) -> User:
    """Somebody who holds a post and, where the role asks for it, an authenticator."""
    user = make_post(role, region, make_user(name, username=username), **more)
    if two_factor:
        Authenticator.objects.create(
            user=user,
            type=Authenticator.Type.TOTP,
            data={"secret": get_adapter().encrypt(totp_secret(username))},
        )
    return user


def set_the_stage() -> None:
    """The network of the county with its posts; nobody else exists yet."""
    cache.clear()
    load_regions()
    load_departments()
    policy_index()
    make_requirement("organisation", "registration", sort="register", validity="date")
    make_requirement("organisation", "certificate", validity="date", name_zh="登记证书")
    make_requirement("volunteer", "identity", sort="check", name_zh="身份核对")
    county = Region.objects.get(level="county")
    staff("bureau", "沈子安", "bureau_staff", county, on_duty=True)
    staff("shitan", "田志远", "township_cadre", place("石潭镇"), on_duty=True)
    staff("huashi", "尹晓禾", "township_cadre", place("花石镇"), on_duty=True)
    staff("gucheng", "石嘉木", "livelihood_officer", village_of("古城村", "石潭镇"), two_factor=False)
    neighbour = Region.objects.filter(level="village", parent__name="石潭镇").exclude(name="古城村").first()
    staff("neighbour", "段雨桐", "livelihood_officer", neighbour, two_factor=False)
