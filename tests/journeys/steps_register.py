"""Fourth: a village officer reports a household, the township verifies it and says what it needs."""

from datetime import timedelta

from django.utils import timezone

from tests.journeys.stage import ADDRESS, DOOR, HOUSEHOLD, HOUSEHOLD_PHONE, PASSWORD, Play
from tests.journeys.steps_joining import id_number

INDICATORS = ("adl_eating", "adl_dressing", "adl_bed", "adl_toilet", "adl_walking", "adl_bathing")
TODAY_WORDS = "一个人住，走路不稳，米快吃完了。"


def the_village_reports_a_household(play: Play) -> None:
    """On the phone: who, where, what, how urgent; a receipt."""
    one = play.enters("gucheng", phone=True)
    one.log_in("gucheng", PASSWORD)
    one.open("/village/")
    one.shot("20-village")
    one.open("/village/report/")
    one.press("报上去")
    assert one.status == 422, "an empty report"
    one.fill(person_name=HOUSEHOLD, words=TODAY_WORDS)
    one.page.locator("select[name=region]").select_option(index=1)
    one.choose("trouble", "care")
    one.choose("urgent", "no")
    one.press("报上去")
    one.says("报上去了")
    one.shot("21-report-received")
    play.numbers["report"] = one.page.locator("main strong").first.inner_text().strip()


def the_township_opens_a_file(play: Play) -> None:
    """A birthday that no calendar has is refused beside its field; nothing typed is lost."""
    one, no = play["shitan"], play.numbers["report"]
    one.open("/desk/")
    one.says(no)
    one.shot("22-desk-township")
    one.open(f"/desk/reports/{no}/")
    one.says(HOUSEHOLD, TODAY_WORDS)
    one.shot("23-report")
    one.follow("没有这户，建新档")
    assert one.page.locator("[name=name]").input_value() == HOUSEHOLD
    impossible, right = id_number("43032119480231002"), id_number("43032119480302002")
    one.fill(
        id_number=impossible,
        phone=HOUSEHOLD_PHONE,
        address=ADDRESS,
        lat=str(DOOR[0]),
        lng=str(DOOR[1]),
        health_notes="高血压，右膝痛",
        door_note="耳背，敲门要重",
        dialect="湘潭话",
    )
    one.press("建档")
    assert one.status == 422
    assert one.page.locator(".field--bad [name=id_number]").count() == 1, (
        "the message is not beside the field"
    )
    one.shot("24-household-refused")
    kept = {
        name: one.page.locator(f"[name={name}]").input_value() for name in ("id_number", "address", "phone")
    }
    assert kept == {"id_number": impossible, "address": ADDRESS, "phone": HOUSEHOLD_PHONE}
    one.fill(id_number=right)
    one.press("建档")
    one.page.wait_for_url("**household=H-**")
    play.numbers["household"] = one.page.url.split("household=")[1]
    one.choose("household", play.numbers["household"])
    one.choose("services", "visit_care")
    one.press("核实无误")
    one.says("已核实")
    one.shot("25-report-verified")
    play.numbers["need"] = (
        one.page.locator("a[href*='/desk/needs/N-']").first.get_attribute("href").split("/")[-2]
    )


def the_township_assesses_and_verifies(play: Play) -> None:
    """Tekun, the six indicators and their class, then the need with how often and how long."""
    one, no = play["shitan"], play.numbers["household"]
    today = timezone.localdate()
    file = f"/households/{no}/"
    one.open(file)
    one.shot("26-household")
    one.follow("登记类别", exact=False)
    one.choose("kind", "tekun")
    one.choose("mode", "dispersed")
    one.day("on", today - timedelta(days=400))
    one.press("保存")
    one.follow("做自理评估", exact=False)
    one.day("on", today)
    for name in INDICATORS:
        one.choose(name, "no" if name in ("adl_walking", "adl_bathing") else "yes")
    one.press("记下评估")
    one.says("半失能")
    one.shot("27-household-assessed")
    one.open(f"/desk/needs/{play.numbers['need']}/")
    one.fill(visits_per_month="4", minutes="90", wish="上午来")
    one.choose("part", "purchased")
    one.press("核实无误")
    one.says("待匹配")
    one.shot("28-need-verified")
