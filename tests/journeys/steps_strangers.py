"""Ninth: nobody else can see that household, by any of its addresses."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from partners.models import Volunteer
from portal.management.demo.accounts import totp_secret
from tests.journeys.stage import HOUSEHOLD, PASSWORD, Play, place, village_of
from tests.journeys.steps_matching import other_provider
from tests.makers import make_member, make_user, serial


def addresses(play: Play) -> list[str]:
    """Every page that shows the household: itself, need, task, visit, record, photo."""
    n = play.numbers
    return [
        f"/households/{n['household']}/",
        f"/households/{n['household']}/why/",
        f"/desk/needs/{n['need']}/",
        f"/desk/match/{n['need']}/",
        f"/agency/tasks/{n['task']}/",
        f"/my/visits/{n['visit']}/",
        f"/my/visits/{n['visit']}/receipt/",
        f"/agency/visits/{n['record']}/",
        f"/desk/visits/{n['record']}/",
        f"/photos/{n['photo']}/",
    ]


def those_concerned_still_see_it(play: Play) -> None:
    """The control: each of these addresses opens for somebody."""
    unseen = set(addresses(play))
    for name in ("shitan", "bureau", "manager", "worker"):
        unseen -= {path for path in unseen if play[name].knocks(path) == 200}
    assert not unseen, f"nobody at all sees {unseen}"


def strangers_see_nothing(play: Play) -> None:
    """Another agency, a volunteer without the task, the other township, the next village."""
    manager = make_user("熊佳宁", username="other-manager")
    make_member(other_provider(), "manager", manager)
    Authenticator.objects.create(
        user=manager,
        type=Authenticator.Type.TOTP,
        data={"secret": get_adapter().encrypt(totp_secret("other-manager"))},
    )
    idle = make_user("吴清和", username="idle-volunteer")
    row = Volunteer.objects.create(
        no=f"VO-{serial():08d}", user=idle, home=village_of("古城村", "石潭镇"), state="approved"
    )
    row.towns.add(place("石潭镇"))
    for name in ("other-manager", "idle-volunteer", "huashi", "neighbour"):
        play.logs_in(name, phone=name in ("idle-volunteer", "neighbour"), password=PASSWORD)
        _shut(play, name)


def the_worker_sees_nothing_once_replaced(play: Play) -> None:
    """With the assignment ended, the same session that did the visit is outside."""
    manager, task = play["manager"], play.numbers["task"]
    manager.open(f"/agency/tasks/{task}/reassign/")
    manager.page.locator("label", has_text="蒋清禾").click()
    manager.fill(reason="易明月请假")
    manager.press("换成这个人")
    _shut(play, "worker", besides={f"/my/visits/{play.numbers['visit']}/receipt/"})


def _shut(play: Play, name: str, besides: set[str] = frozenset()) -> None:
    one = play[name]
    open_doors = [
        (path, status)
        for path in addresses(play)
        if path not in besides and (status := one.knocks(path)) != 404
    ]
    assert not open_doors, f"{name}: {open_doors}"
    one.open("/me/")
    one.silent(HOUSEHOLD)
