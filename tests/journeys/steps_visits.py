"""Seventh and eighth: the worker at the door, the alert, the record, its completion and confirmation."""

from io import BytesIO
from typing import Any

from PIL import Image

from portal.base.relay import relay
from services.models import Contract, PlannedVisit, VisitPhoto, VisitRecord
from tests.journeys.stage import ADDRESS, HOUSEHOLD, Play
from tests.journeys.steps_matching import UNIT_FEN

MAKE, GPS = 0x010F, 0x8825
ASKED_FOR = "请写明米还剩几斤，谁去买"


def picture_with_position() -> bytes:
    """A photo as a phone takes it: with the maker and the place in its EXIF."""
    exif = Image.Exif()
    exif[MAKE] = "TELLTALE-PHONE"
    exif.get_ifd(GPS).update({1: "N", 2: (27.0, 41.0, 38.4), 3: "E", 4: (112.0, 40.0, 1.2)})
    out = BytesIO()
    Image.new("RGB", (1200, 900), (90, 140, 120)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def planned_today(play: Play) -> Any:
    """The visit of today."""
    return PlannedVisit.objects.filter(task__no=play.numbers["task"]).order_by("starts_at").first()


def the_worker_arrives(play: Play) -> None:
    """Without a position a written ground is asked for; with one, the phone tells the distance."""
    no = play.numbers["visit"] = planned_today(play).no
    worker = play["worker"]
    worker.open("/my/today/")
    worker.says("周*莲", "奶奶", "访视照料", "荷塘组" if "荷塘组" in place_of(play) else "古城村")
    worker.silent(HOUSEHOLD, ADDRESS)
    worker.shot("40-today")
    worker.follow("到了，签到", exact=False)
    worker.shot("41-visit-arriving")
    worker.press("到了，签到")
    assert worker.status == 422, "neither a position nor a ground"
    worker.says("有 1 处要改")
    worker.shot("42-check-in-refused")
    if play.scripts:
        worker.context.grant_permissions(["geolocation"])
        worker.context.set_geolocation({"latitude": 27.6941, "longitude": 112.6671, "accuracy": 12})
        worker.open(f"/my/visits/{no}/")
    else:
        worker.fill(ground="手机定不到位置，门口有人作证")
    worker.press("到了，签到")
    worker.says("已签到", "离住处约" if play.scripts else "手动签到")
    worker.shot("43-serving")


def place_of(play: Play) -> str:
    """Village and group as the carer reads them."""
    household = planned_today(play).task.need.household
    return str(household.region)


def the_door_opens_on_a_click(play: Play) -> None:
    """Name, door and phone show after a click that is logged, to the worker and for now only."""
    worker, no = play["worker"], play.numbers["visit"]
    with worker.context.expect_page() as opened:
        worker.page.get_by_role("button", name="看门牌和电话").click()
    page = opened.value
    page.wait_for_load_state()
    text = page.locator("body").inner_text()
    assert HOUSEHOLD in text and ADDRESS in text and "138 0000 0018" in text, text
    page.close()
    assert worker.knocks(f"/my/visits/{no}/") == 200


def an_alert_reaches_three_desks(play: Play) -> None:
    """No food in the house: agency, township and bureau have it at once."""
    worker, no = play["worker"], play.numbers["visit"]
    worker.open(f"/my/visits/{no}/alert/")
    worker.page.get_by_role("button", name="马上报告").click()
    worker.page.wait_for_load_state()
    worker.choose("flag", "no_food")
    worker.fill(words="米缸空了，昨天起没吃饭")
    worker.shot("44-alert")
    worker.press("马上报告")
    worker.says("三处都收到了")
    worker.shot("45-alert-told")
    relay()
    for name, area in (("manager", "agency"), ("shitan", "desk"), ("bureau", "desk")):
        desk = play[name]
        desk.open("/me/inbox/")
        desk.says("紧急情况，请马上处理")
        desk.open(f"/{area}/alerts/")
        desk.says("断粮")
    play["shitan"].shot("46-alerts-desk")
    desk = play["shitan"]
    desk.open(desk.page.locator("main a[href*='/desk/alerts/A-']").first.get_attribute("href"))
    desk.press("我来处理")
    desk.fill(outcome="已送米二十斤，村里每天来看")
    desk.press("记下结果，结束")
    desk.says("已送米二十斤")
    desk.shot("47-alert-closed")


def the_worker_hands_in(play: Play) -> None:
    """What was looked at, a note, a photo; an abnormal line without words is asked for and nothing is lost."""
    worker, no = play["worker"], play.numbers["visit"]
    worker.open(f"/my/visits/{no}/")
    worker.tick("rest")
    worker.choose("state_VC-03", "abnormal")
    worker.fill(note="周奶奶精神还好，米缸空了。")
    photo = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": picture_with_position()}
    worker.page.locator("input[name=photo_1]").set_input_files(photo)
    worker.press("完成，存好")
    assert worker.status == 422, "abnormal without words"
    worker.shot("48-record-refused")
    assert worker.page.locator("[name=note]").input_value() == "周奶奶精神还好，米缸空了。"
    assert worker.page.locator("input[name=kept]").count() == 1, "the photo is lost"
    assert worker.page.locator("input[name=rest]").is_checked()
    worker.fill(**{"note_VC-03": "米缸空了"})
    worker.press("完成，存好")
    worker.says("收到了", "1 张")
    worker.shot("49-receipt")
    play.numbers["record"] = VisitRecord.objects.get(planned__no=no).no
    play.numbers["photo"] = str(VisitPhoto.objects.get(record__no=play.numbers["record"]).file.uid)


def the_photo_has_lost_its_position(play: Play) -> None:
    """What is stored and shown has no EXIF; the worker, who handed it over, sees it no more."""
    address = f"/photos/{play.numbers['photo']}/"
    answer = play["manager"].context.request.get(play["manager"].base + address)
    assert answer.status == 200 and answer.headers["cache-control"] == "private, no-store"
    body = answer.body()
    assert b"TELLTALE" in picture_with_position(), "the control: the maker stands in what was sent"
    assert b"TELLTALE" not in body and b"Exif" not in body
    assert not Image.open(BytesIO(body)).getexif()


def the_record_goes_back_and_is_confirmed(play: Play) -> None:
    """Returned with a reason, completed, confirmed: the price is drawn once and the bureau sees it."""
    manager, worker, no = play["manager"], play["worker"], play.numbers["record"]
    page = f"/agency/visits/{no}/"
    manager.open("/agency/visits/")
    manager.says("待确认" if "待确认" in manager.page.locator("body").inner_text() else "已提交")
    manager.shot("50-agency-visits")
    manager.open(page)
    manager.says("米缸空了")
    manager.shot("51-record")
    manager.fill(reason=ASKED_FOR)
    manager.press("退回补充")
    manager.says("退回补充")
    worker.open("/my/today/")
    worker.says("有一份记录要补充")
    worker.shot("52-today-returned")
    worker.open(f"/my/visits/{play.numbers['visit']}/complete/")
    worker.says(ASKED_FOR)
    if not worker.page.locator("[name='note_VC-03']").input_value():
        worker.choose("state_VC-03", "abnormal")
        worker.fill(**{"note_VC-03": "米缸空了"})
    worker.fill(note="米一斤不剩。乡镇已送二十斤。")
    worker.press("交补充")
    manager.open(page)
    manager.says("乡镇已送二十斤")
    manager.press("确认")
    manager.says("已确认")
    manager.shot("53-record-confirmed")
    assert Contract.objects.get(no=play.numbers["contract"]).drawn_fen == UNIT_FEN
    bureau = play["bureau"]
    bureau.open("/desk/visits/")
    bureau.shot("54-desk-visits")
    bureau.open(f"/desk/visits/{no}/")
    bureau.says("已确认")
    bureau.shot("55-desk-record")
    bureau.open(f"/desk/contracts/{play.numbers['contract']}/")
    bureau.says("58")
