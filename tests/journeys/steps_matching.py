"""Fifth and sixth: a contract, a match, an offer; accepted, somebody is sent."""

from datetime import timedelta

from django.utils import timezone

from partners.models import Provider
from services.models import Contract, Offer
from tests.journeys.stage import ADDRESS, HOUSEHOLD, HOUSEHOLD_PHONE, Play, place
from tests.journeys.steps_joining import AGENCY
from tests.makers import make_provider

UNIT, UNIT_FEN = "58.00", 58_00


def a_contract_begins(play: Play) -> None:
    """Lots, prices and a budget; a draft first, then in force."""
    one, today = play["bureau"], timezone.localdate()
    one.open("/desk/contracts/new/")
    one.select("provider", play.numbers["provider"])
    one.fill(
        title="2026 年石潭镇居家照料",
        starts_on=str(today - timedelta(days=1)),
        last_day=str(today + timedelta(days=800)),
        budget="50000.00",
        price_visit_care="五十八",
    )
    one.choose("townships", place("石潭镇").code)
    one.press("存草稿")
    assert one.status == 422, "words as a price"
    one.shot("30-contract-refused")
    one.fill(price_visit_care=UNIT)
    one.press("存草稿")
    assert one.status == 422, "more than 12 months without a justification"
    one.fill(last_day=str(today + timedelta(days=300)))
    one.press("存草稿")
    no = play.numbers["contract"] = one.page.url.rstrip("/").split("/")[-1]
    one.follow("生效")
    one.press("生效")
    one.says("履行中", no)
    one.shot("31-contract")


def the_bureau_sends_an_offer(play: Play) -> None:
    """Suggestions with their reasons; who was left out and why."""
    other = make_provider(name="远山护理院（虚构）", townships=[place("花石镇")])
    one = play["bureau"]
    one.open("/desk/")
    one.shot("32-desk-bureau")
    one.open("/desk/match/")
    one.follow(play.numbers["need"], exact=False)
    one.says(AGENCY, "公里", "没有列入")
    if one.page.locator("details summary").count():
        one.page.locator("details summary").first.click()
    one.says(other.name)
    one.shot("33-match")
    one.choose("provider", play.numbers["provider"])
    one.press("发出派单")
    one.says(f"已派给 {AGENCY}")
    one.shot("34-offered")
    play.numbers["offer"] = Offer.objects.get(provider__no=play.numbers["provider"]).no


def the_manager_accepts(play: Play) -> None:
    """The offer shows no name and no door; accepting opens the file."""
    one = play["manager"]
    one.open("/agency/")
    one.says(play.numbers["need"], "石潭镇")
    one.silent(HOUSEHOLD, HOUSEHOLD[1:], ADDRESS, HOUSEHOLD_PHONE)
    assert one.knocks(f"/households/{play.numbers['household']}/") == 404
    one.shot("35-agency-offer")
    one.follow("接受", exact=False)
    one.silent(HOUSEHOLD, HOUSEHOLD[1:], ADDRESS, HOUSEHOLD_PHONE)
    one.press("接受")
    play.numbers["task"] = (
        one.page.locator("a[href*='/agency/tasks/T-']").first.get_attribute("href").split("/")[3]
    )
    one.open(f"/agency/tasks/{play.numbers['task']}/")
    one.says("待派人", "周*莲")
    one.shot("36-task")
    assert one.knocks(f"/households/{play.numbers['household']}/") == 200


def somebody_is_sent(play: Play) -> None:
    """A worker, dates from today on, and a volunteer who goes along."""
    one, task = play["manager"], play.numbers["task"]
    one.open(f"/agency/tasks/{task}/assign/")
    one.page.locator("label", has_text="易明月").click()
    one.press("派这个人")
    soon = timezone.localtime() + timedelta(minutes=5)
    days = [soon.date(), soon.date() + timedelta(days=7)]
    one.open(f"/agency/tasks/{task}/dates/")
    one.fill(days="下个星期", clock=f"{soon:%H:%M}", minutes="90")
    one.press("排好")
    assert one.status == 422, "words as a date"
    one.fill(days="\n".join(str(day) for day in days))
    one.press("排好")
    one.says("日期排好了")
    one.open(f"/agency/tasks/{task}/companion/")
    one.page.locator("label", has_text="刘思源").click()
    one.press("请这位志愿者")
    one.says("志愿者加好了", "刘思源")
    one.shot("37-task-dispatched")


def price_drawn(play: Play) -> int:
    """What the contract has paid so far, in fen."""
    return Contract.objects.get(no=play.numbers["contract"]).drawn_fen


def other_provider() -> Provider:
    """The agency of the next township."""
    return Provider.objects.get(name="远山护理院（虚构）")
