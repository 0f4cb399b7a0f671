from datetime import timedelta

import pytest
from django.utils import timezone

from partners.models import Application, ApplicationState, Organisation, Region
from partners.vetting import actions
from portal.templatetags.portal_ui import form_problems
from tests import makers
from tests.partners.casting import (
    BAD_USCC,
    PASSWORD,
    USCC,
    apply_as_organisation,
    apply_as_volunteer,
    make_cast,
    new_phone,
)

pytestmark = pytest.mark.django_db


def agency_form(cast, **more):
    """A sound form as a browser sends it."""
    stated = {
        "kind": "social_service_org",
        "name": "测试社工中心（虚构）",
        "uscc": USCC,
        "registrar": "测试县民政局",
        "registered_until": (timezone.localdate() + timedelta(days=300)).isoformat(),
        "legal_representative": "测试乙",
        "services": ["visit_care"],
        "townships": [cast.town.code],
        "office": cast.town.code,
        "address": "测试路12号",
        "contact_name": "测试甲",
        "login_phone": new_phone(),
        "password": PASSWORD,
        "password_again": PASSWORD,
        "introduction": "做了八年照料",
    }
    return {**stated, **more}


def volunteer_form(cast, **more):
    """A sound form as a browser sends it."""
    stated = {
        "name": "测试丙",
        "id_number": "430321195001010018",
        "login_phone": new_phone(),
        "password": PASSWORD,
        "password_again": PASSWORD,
        "home": cast.village.code,
        "towns": [cast.town.code],
        "services": ["visit_care"],
        "times": ["weekend"],
        "skills": "会量血压",
        "consent": "on",
    }
    return {**stated, **more}


def test_an_organisation_registers_and_reads_its_state(client):
    cast = make_cast()
    data = agency_form(cast)
    answer = client.post("/join/agency/", data)
    assert answer.status_code == 302
    no = Application.objects.get().no
    assert no in client.get(answer.url).content.decode()
    assert client.login(username=Application.objects.get().applicant.username, password=PASSWORD)
    page = client.get("/join/status/").content.decode()
    assert no in page
    assert "待审核" in page


def test_the_answer_is_the_same_for_a_known_phone(client):
    cast = make_cast()
    known = apply_as_organisation(cast).applicant.phone
    fresh = client.post("/join/agency/", agency_form(cast))
    taken = client.post("/join/agency/", agency_form(cast, login_phone=known))
    assert (fresh.status_code, taken.status_code) == (302, 302)
    pages = [client.get(answer.url).content.decode() for answer in (fresh, taken)]
    plain = [page.replace(answer.url, "") for page, answer in zip(pages, (fresh, taken), strict=True)]
    assert len(plain[0]) == len(plain[1])
    assert Application.objects.count() == 2


AGENCY_ERRORS = [
    ({"name": ""}, "name", "请填“单位全称”"),
    ({"kind": "circus"}, "kind", "circus"),
    ({"uscc": "123"}, "uscc", "应是 18 位，现在是 3 位"),
    ({"uscc": "52430321MJJ99999IU"}, "uscc", "代码里不会有"),
    ({"uscc": BAD_USCC}, "uscc", "第 18 位对不上"),
    ({"uscc": BAD_USCC, "uscc_confirmed": "on"}, "uscc_reason", "请写怎么核对的"),
    ({"registered_until": "2020-01-01"}, "registered_until", "证书已经过期"),
    ({"registered_until": "明年"}, "registered_until", "这样的日期"),
    ({"legal_representative": "张3"}, "legal_representative", "姓名里不能有数字"),
    ({"services": []}, "services", "请选“能做哪些服务”"),
    ({"townships": []}, "townships", "请选“在哪些乡镇服务”"),
    ({"townships": ["x"]}, "townships", "请从列表里选乡镇"),
    ({"office": "x"}, "office", "请从列表里选一个乡镇"),
    ({"address": ""}, "address", "请填“办公地址”"),
    ({"lat": "27.7"}, "lng", "要一起填"),
    ({"lat": "99", "lng": "112.9"}, "lat", "本县的纬度"),
    ({"lat": "nan", "lng": "112.9"}, "lat", "数"),
    ({"login_phone": "1380000000"}, "login_phone", "手机号应是 11 位，现在是 10 位"),
    ({"password": "short", "password_again": "short"}, "password", "10"),
    ({"password_again": "another-password"}, "password_again", "两次密码不一样"),
]


@pytest.mark.parametrize(("wrong", "field", "message"), AGENCY_ERRORS)
def test_a_wrong_value_is_told_beside_its_field_and_nothing_typed_is_lost(client, wrong, field, message):
    cast = make_cast()
    answer = client.post("/join/agency/", agency_form(cast, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert list(answer.context["form"].errors) == [field]
    assert f'href="#id_{field}' in page
    kept = set(agency_form(cast)) & {"registrar", "introduction", "contact_name"}
    assert all(str(agency_form(cast)[name]) in page for name in kept)
    assert not Application.objects.exists()


@pytest.mark.parametrize("path", ["/join/agency/", "/join/volunteer/"])
def test_what_is_to_mend_is_listed_in_the_order_of_the_page(client, path):
    answer = client.post(path, {"name": ""})
    page = answer.content.decode()
    listed = [problem["target"] for problem in form_problems(answer.context["form"])]
    assert len(listed) > 5
    places = [page.index(f'id="{target}"') for target in listed]
    assert places == sorted(places), listed


def test_empty_password_boxes_say_why_they_are_empty(client):
    words = "请重新输"
    assert words not in client.get("/join/agency/").content.decode()
    answer = client.post("/join/agency/", agency_form(make_cast(), address=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert PASSWORD not in page


def test_where_a_tick_makes_words_necessary_no_label_says_that_they_can_stay_empty(client):
    data = agency_form(make_cast(), uscc=BAD_USCC)
    page = client.post("/join/agency/", data).content.decode()
    label = page.split('for="id_uscc_reason"')[1].split("</label>")[0]
    assert "怎么核对的" in label
    assert "可以不填" not in label
    assert "可以不填" in page.split('for="id_introduction"')[1].split("</label>")[0], "the control"


def test_a_wrong_check_digit_goes_through_with_a_persons_word(client):
    cast = make_cast()
    data = agency_form(cast, uscc=BAD_USCC)
    first = client.post("/join/agency/", data).content.decode()
    assert "我核对过证件，就是这个号" in first
    assert "我核对过证件，就是这个号" not in client.get("/join/agency/").content.decode()
    answer = client.post("/join/agency/", {**data, "uscc_confirmed": "on", "uscc_reason": "和原件逐位对过"})
    assert answer.status_code == 302
    row = Organisation.objects.get()
    assert (row.uscc, row.uscc_checksum_ok, row.uscc_override_reason) == (BAD_USCC, False, "和原件逐位对过")
    desk = makers.sign_in(client, cast.cadre).get(f"/desk/vetting/{Application.objects.get().no}/")
    assert "和原件逐位对过" in desk.content.decode()


VOLUNTEER_ERRORS = [
    ({"name": "<b>"}, "name", "姓名里不能有数字和符号"),
    ({"id_number": "430321193802290014"}, "id_number", "没有这一天"),
    ({"id_number": "430321195001010019"}, "id_number", "第 18 位对不上"),
    ({"id_number": "430321500101001"}, "id_number", "15 位的老号码"),
    ({"id_number": ""}, "id_number", "请填“身份证号”"),
    ({"home": "x"}, "home", "请从列表里选一个村"),
    ({"towns": []}, "towns", "请选“愿意去哪些乡镇”"),
    ({"times": ["midnight"]}, "times", "midnight"),
    ({"services": []}, "services", "请选“想做哪些”"),
    ({"login_phone": "12345678901"}, "login_phone", "13 到 19"),
    ({"consent": ""}, "consent", "要同意才能报名"),
    ({"skills": "长" * 201}, "skills", "200"),
]


@pytest.mark.parametrize(("wrong", "field", "message"), VOLUNTEER_ERRORS)
def test_a_volunteers_wrong_value_is_told_beside_its_field(client, wrong, field, message):
    cast = make_cast()
    answer = client.post("/join/volunteer/", volunteer_form(cast, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert list(answer.context["form"].errors) == [field]
    assert volunteer_form(cast, **wrong)["skills"] in page
    assert not Application.objects.exists()


def test_a_volunteer_registers_with_spaces_and_full_width_digits(client):
    cast = make_cast()
    data = volunteer_form(cast, id_number="４３０３２１ 19500101 0018")
    answer = client.post("/join/volunteer/", data)
    assert answer.status_code == 302
    assert Application.objects.get().township == cast.town


def test_a_child_is_refused_kindly(client):
    cast = make_cast()
    born = timezone.localdate().replace(day=1) - timedelta(days=365 * 15)
    from portal.base.identifiers import id_check_character

    first = f"430321{born:%Y%m%d}001"
    answer = client.post(
        "/join/volunteer/", volunteer_form(cast, id_number=first + id_check_character(first))
    )
    assert answer.status_code == 422
    assert "满 16 周岁才能报名" in answer.content.decode()


def test_who_is_logged_in_gives_no_phone_and_no_password(client):
    cast = make_cast()
    makers.sign_in(client, cast.outsider)
    assert 'type="password"' not in client.get("/join/volunteer/").content.decode()
    answer = client.post("/join/volunteer/", volunteer_form(cast))
    assert answer.status_code == 302
    assert Application.objects.get().applicant == cast.outsider


def returned(cast):
    """An organisation's application, sent back."""
    application = apply_as_organisation(cast)
    return actions.return_application(application=application, by=cast.cadre, reason="有效期看不清")


def completion(client, application):
    """The prefilled form as a browser would send it back."""
    form = client.get(f"/join/status/{application.no}/complete/").context["form"]
    return {name: value for name in form.fields if (value := form[name].value()) not in (None, "", False)}


def test_a_returned_application_shows_why_and_is_completed(client):
    cast = make_cast()
    application = returned(cast)
    makers.sign_in(client, application.applicant)
    assert "有效期看不清" in client.get("/join/status/").content.decode()
    data = completion(client, application)
    assert data["uscc"] == USCC
    answer = client.post(f"/join/status/{application.no}/complete/", data | {"name": "改过的社工中心"})
    assert (answer.status_code, answer.url) == (302, "/join/status/")
    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED
    assert (
        application.organisation.name == "改过的社工中心"
        or Organisation.objects.get().name == "改过的社工中心"
    )


def test_a_stale_completion_shows_the_conflict_and_keeps_what_was_typed(client):
    cast = make_cast()
    application = returned(cast)
    makers.sign_in(client, application.applicant)
    data = completion(client, application) | {"name": "刚打好的名字", "version": application.version - 1}
    answer = client.post(f"/join/status/{application.no}/complete/", data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "刚刚有人改过" in page
    assert "刚打好的名字" in page
    again = client.post(f"/join/status/{application.no}/complete/", data | {"version": application.version})
    assert again.status_code == 302


def test_a_volunteer_completes_without_the_id_number_again(client):
    cast = make_cast()
    application = apply_as_volunteer(cast)
    actions.return_application(application=application, by=cast.cadre, reason="请写清楚时间")
    makers.sign_in(client, application.applicant)
    data = completion(client, application) | {"times": ["weekday_am"], "consent": "on"}
    page = client.get(f"/join/status/{application.no}/complete/").content.decode()
    assert "430321195001010018" not in page
    assert client.post(f"/join/status/{application.no}/complete/", data).status_code == 302
    application.volunteer.refresh_from_db()
    assert application.volunteer.times == ["weekday_am"]
    assert application.volunteer.user.identity.id_number == "430321195001010018"


def test_withdrawing_asks_once_more(client):
    cast = make_cast()
    application = apply_as_organisation(cast)
    makers.sign_in(client, application.applicant)
    url = f"/join/status/{application.no}/withdraw/"
    assert client.get(url).status_code == 200
    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED
    assert client.post(url, {"version": application.version}).status_code == 302
    application.refresh_from_db()
    assert application.state == ApplicationState.WITHDRAWN


@pytest.mark.parametrize("verb", ["complete", "withdraw"])
def test_the_application_of_another_is_as_if_it_never_was(client, verb):
    cast = make_cast()
    application = returned(cast)
    makers.sign_in(client, cast.outsider)
    assert client.get(f"/join/status/{application.no}/{verb}/").status_code == 404
    assert client.get(f"/join/status/A-00000000/{verb}/").status_code == 404
    makers.sign_in(client, application.applicant)
    assert client.get(f"/join/status/{application.no}/{verb}/").status_code == 200


def test_a_forged_receipt_shows_nothing(client):
    assert client.get("/join/agency/done/?receipt=A-12345678:xx").status_code == 302


def test_the_english_pages_exist(client):
    make_cast()
    assert [client.get(f"/en{path}").status_code for path in ("/join/", "/join/agency/", "/providers/")] == [
        200,
        200,
        200,
    ]


@pytest.mark.parametrize("rows", [3, 30])
def test_the_form_asks_as_little_for_thirty_villages_as_for_three(
    client, rows, django_assert_max_num_queries
):
    cast = make_cast()
    for _row in range(rows):
        makers.make_region("village", cast.town)
    with django_assert_max_num_queries(8):
        client.get("/join/volunteer/")
    assert Region.objects.filter(level="village").count() == rows + 1


def test_a_flood_of_forms_from_one_address_is_slowed(client):
    make_cast()
    answers = [client.post("/join/agency/", {"name": ""}).status_code for _form in range(21)]
    assert answers[:20] == [422] * 20
    assert answers[20] == 429
    assert client.get("/join/agency/").status_code == 200
