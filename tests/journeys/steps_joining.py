"""Second and third: an agency and a volunteer register, are asked for more, and are approved."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from partners.models import Provider
from portal.base.identifiers import id_check_character, uscc_check_character
from portal.models import User
from tests.journeys.conftest import six_digits
from tests.journeys.stage import NEW_PASSWORD, Play, place, village_of

AGENCY = "清禾社会工作服务中心（虚构）"
MANAGER_PHONE, WORKER_PHONE, VOLUNTEER_PHONE = "13900000021", "13900000022", "13900000023"
ASKED_FOR = "请写明有几名护理员，可以上门几个村"


def wrong_uscc() -> str:
    """A code of the right form whose last character is not the one that belongs there."""
    first = "52430321MJJ000012"
    return first + ("8" if uscc_check_character(first) == "7" else "7")


def id_number(first17: str) -> str:
    """A number whose last digit belongs there."""
    return first17 + id_check_character(first17)


def an_agency_registers(play: Play) -> None:
    """The wrong check digit warns, keeps all that was typed, and takes a person's word for it."""
    one = play.enters("manager")
    one.open("/join/")
    one.shot("05-join")
    one.open("/join/agency/")
    one.select("kind", one.page.locator("select[name=kind] option").nth(1).get_attribute("value"))
    shitan = place("石潭镇")
    one.fill(
        name=AGENCY,
        uscc=wrong_uscc(),
        registrar="湘潭县民政局",
        registered_until=str(timezone.localdate() + timedelta(days=700)),
        legal_representative="蒋清禾",
        address="石潭镇老街 8 号",
        lat="27.6960",
        lng="112.6700",
        contact_name="蒋清禾",
        login_phone=MANAGER_PHONE,
        password=NEW_PASSWORD,
        password_again=NEW_PASSWORD,
    )
    one.choose("services", "visit_care", "cleaning")
    one.choose("townships", shitan.code)
    one.select("office", shitan.code)
    one.press("交上去")
    assert one.status == 422
    one.says("有 1 处要改", "第 18 位对不上")
    one.shot("06-join-agency-warned")
    assert one.page.locator("[name=name]").input_value() == AGENCY
    assert one.page.locator("[name=office]").input_value() == shitan.code
    one.tick("uscc_confirmed")
    one.fill(uscc_reason="和证书原件逐位对过", password=NEW_PASSWORD, password_again=NEW_PASSWORD)
    one.press("交上去")
    one.says("收下了")
    one.shot("07-join-done")
    play.numbers["agency"] = one.page.locator("main strong").first.inner_text().strip()
    one.open("/join/status/")
    if "/login/" in one.page.url:
        one.fill(login=MANAGER_PHONE, password=NEW_PASSWORD)
        one.press("登录")
    one.says("待审核", AGENCY)


def township_and_bureau_approve_it(play: Play) -> None:
    """Sent back with a reason, completed, checked, approved; each step is the applicant's to read."""
    no, applicant = play.numbers["agency"], play["manager"]
    shitan = play.logs_in("shitan", desk=True)
    shitan.open("/desk/vetting/")
    shitan.says(AGENCY)
    shitan.open(f"/desk/vetting/{no}/")
    shitan.shot("08-vetting")
    shitan.press("要补材料")
    assert shitan.status == 422, "sent back without a reason"
    shitan.fill(reason=ASKED_FOR)
    shitan.press("要补材料")

    applicant.open("/join/status/")
    applicant.says("要补材料", ASKED_FOR)
    applicant.shot("09-status-returned")
    applicant.open(f"/join/status/{no}/complete/")
    applicant.fill(introduction="有 6 名护理员，石潭镇各村都能上门。")
    applicant.press("补好了，再交")

    bureau = play.logs_in("bureau", desk=True)
    shitan.open(f"/desk/vetting/{no}/")
    shitan.says("6 名护理员")
    shitan.press("初审通过")
    bureau.open(f"/desk/vetting/{no}/")
    bureau.press("通过")
    assert bureau.status == 422, "approved without a certificate"
    bureau.says("还缺：登记证书")
    the_certificate_is_handed_in(applicant, shitan)
    bureau.open(f"/desk/vetting/{no}/")
    bureau.press("通过")
    bureau.says("已通过")
    bureau.shot("10-vetting-approved")


def the_certificate_is_handed_in(applicant: Any, shitan: Any) -> None:
    """What is missing stands on the applicant's page; the township accepts it."""
    applicant.open("/me/papers/")
    applicant.says("登记证书", "还没交")
    applicant.shot("09-papers")
    applicant.page.get_by_role("link", name="交这一样").click()
    applicant.page.wait_for_load_state()
    applicant.fill(issued_on="2026-01-05", valid_until="2029-01-04")
    applicant.shot("09-hand-in")
    applicant.press("交上去")
    applicant.says("等审核")
    shitan.open("/desk/vetting/papers/")
    shitan.shot("09-papers-desk")
    shitan.page.locator("table a").first.click()
    shitan.page.wait_for_load_state()
    shitan.press("认可")
    shitan.says("已认可")


def the_manager_sets_up_the_second_factor(play: Play) -> None:
    """Approved, the manager sees nothing of the agency before the phone is set up; then the recovery codes."""
    one = play["manager"]
    one.open("/agency/")
    assert "/2fa/totp/activate/" in one.page.url, one.page.url
    one.page.locator("summary").first.click()
    one.shot("11-second-factor")
    secret = one.page.locator("details code").inner_text().strip()
    one.fill(code=six_digits(secret))
    one.press("设好了")
    one.shot("12-recovery-codes")
    one.open("/agency/")
    assert one.page.url.endswith("/agency/"), one.page.url
    play.numbers["provider"] = Provider.objects.get(name=AGENCY).no


def the_manager_invites_a_worker(play: Play) -> None:
    """The link is shown once; the worker opens it on a phone and chooses a password."""
    manager = play["manager"]
    manager.open("/agency/workers/")
    manager.follow("加人员")
    manager.fill(name="易明月", phone=WORKER_PHONE, dialect="湘潭话")
    manager.choose("sex", "f")
    manager.page.locator("main form button").last.click()
    manager.page.wait_for_load_state()
    manager.look("invited")
    manager.shot("13-invited")
    link = manager.page.locator("#activation-url").input_value()
    worker = play.enters("worker", phone=True)
    worker.open(urlsplit(link).path)
    worker.fill(password1="12345", password2="12345")
    worker.press("设好密码")
    assert worker.status == 422, "a short password"
    worker.fill(password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    worker.press("设好密码")
    worker.shot("14-worker-active")
    if "/login/" in worker.page.url:
        worker.fill(login=WORKER_PHONE, password=NEW_PASSWORD)
        worker.press("登录")
    worker.open("/my/today/")
    worker.says("今天没有上门安排")
    worker.shot("15-today-empty")


def a_volunteer_registers_and_is_approved(play: Play) -> None:
    """On a phone, from the page that posters lead to; the township approves, and the badge is valid today."""
    one = play.enters("volunteer", phone=True)
    one.open("/join/")
    one.follow("报名当志愿者")
    shitan = place("石潭镇")
    one.fill(
        name="刘思源",
        id_number=id_number("43032119900230001"),
        login_phone=VOLUNTEER_PHONE,
        password=NEW_PASSWORD,
        password_again=NEW_PASSWORD,
        skills="量血压",
    )
    one.select("home", village_of("古城村", "石潭镇").code)
    one.choose("towns", shitan.code)
    one.choose("services", "visit_care")
    one.page.locator("input[name=times] + label").first.click()
    one.tick("consent")
    one.press("交上去")
    assert one.status == 422, "30 February"
    one.shot("16-volunteer-refused")
    assert one.page.locator("[name=name]").input_value() == "刘思源"
    one.fill(id_number=id_number("43032119900220001"), password=NEW_PASSWORD, password_again=NEW_PASSWORD)
    one.press("交上去")
    one.says("收下了")
    one.shot("17-volunteer-done")
    no = one.page.locator("main strong").first.inner_text().strip()
    shitan_desk = play["shitan"]
    shitan_desk.open(f"/desk/vetting/{no}/")
    shitan_desk.press("通过")
    assert shitan_desk.status == 422, "approved before anybody looked at the identity"
    shitan_desk.follow("看材料，登记核对")
    shitan_desk.press("我核对过了", exact=False)
    shitan_desk.open(f"/desk/vetting/{no}/")
    shitan_desk.press("通过")
    shitan_desk.says("已通过")
    one.open("/join/status/")
    if "/login/" in one.page.url:
        one.fill(login=VOLUNTEER_PHONE, password=NEW_PASSWORD)
        one.press("登录")
    one.open("/join/status/")
    one.says("已通过", "志愿者编号")
    one.open("/my/badge/")
    one.says("刘思源", "今天有效")
    one.shot("18-badge")
    play.numbers["volunteer"] = User.objects.get(name="刘思源").volunteer.no
