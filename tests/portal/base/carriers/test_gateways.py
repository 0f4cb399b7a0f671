"""The gateways by their published protocols: signatures, what is asked, and what each answer means."""

import json
from datetime import UTC, datetime

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from portal.base.carriers import CarrierDown, Undeliverable
from portal.base.carriers.aliyun import AliyunSms, AliyunVoice, signature
from portal.base.carriers.calling import ask
from portal.base.carriers.letters import AlreadyTaken, Unanswered
from portal.base.carriers.port import letter_of
from portal.base.carriers.smtp import Smtp
from portal.base.carriers.tencent import TencentSms, authorization
from portal.base.carriers.wechat import WeChat
from portal.settings.carriers import carriers_from
from tests.portal.base.carriers.gateways import ALIYUN, TENCENT, WECHAT, gateway, mail_server

PHONE = "+8613900001234"


def code_letter(key: str = "k-1"):
    """A code to a phone."""
    return letter_of("sms", PHONE, "login_code", {"code": "482913", "minutes": "5"}, key)


# The worked examples of the gateways' own documentation.
REGIONS = {
    "AccessKeyId": "testid", "Action": "DescribeRegions", "Format": "XML", "SignatureMethod": "HMAC-SHA1",
    "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf", "SignatureVersion": "1.0",
    "Timestamp": "2016-02-23T12:46:24Z", "Version": "2014-05-26",
}  # fmt: skip
SEND_SMS = {
    "AccessKeyId": "testId", "Action": "SendSms", "Format": "XML", "OutId": "123", "PhoneNumbers": "15300000001",
    "RegionId": "cn-hangzhou", "SignName": "阿里云短信测试专用", "SignatureMethod": "HMAC-SHA1",
    "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466", "SignatureVersion": "1.0",
    "TemplateCode": "SMS_71390007", "TemplateParam": '{"customer":"test"}', "Timestamp": "2017-07-12T02:42:19Z",
    "Version": "2017-05-25",
}  # fmt: skip


def test_aliyun_signs_as_its_documentation_does():
    assert signature("GET", REGIONS, "testsecret") == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="
    assert signature("GET", SEND_SMS, "testSecret") == "zJDF+Lrzhj/ThnlvIToysFRq6t4="
    assert signature("POST", SEND_SMS, "testSecret") != "zJDF+Lrzhj/ThnlvIToysFRq6t4="


def test_tencent_signs_as_its_documentation_does():
    body = '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    made = authorization(
        "AKIDEXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "cvm", "cvm.tencentcloudapi.com", body, 1551113065
    )
    assert made.startswith("TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2019-02-25/cvm/tc3_request, ")
    assert made.endswith("Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168")


@pytest.mark.django_db
def test_aliyun_is_asked_for_a_short_message_and_one_try_has_one_nonce():
    with gateway({"Code": "OK", "BizId": "9006^0"}) as there:
        carrier = AliyunSms(ALIYUN | {"endpoint": there.url})
        assert carrier.send(code_letter()) == "9006^0"
        carrier.send(code_letter())
        carrier.send(code_letter("k-2"))
    asked = [one["given"] for one in there.asked]
    first = asked[0]
    assert (first["Action"], first["Version"]) == ("SendSms", "2017-05-25")
    assert (first["PhoneNumbers"], first["SignName"]) == ("13900001234", "测试")
    assert (first["TemplateCode"], first["OutId"]) == ("SMS_1001", "k-1")
    assert json.loads(first["TemplateParam"]) == {"code": "482913", "minutes": "5"}
    made = first.pop("Signature")
    assert made == signature("POST", first, "testsecret")
    assert asked[0]["SignatureNonce"] == asked[1]["SignatureNonce"] != asked[2]["SignatureNonce"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"Code": "isv.BUSINESS_LIMIT_CONTROL"}, CarrierDown),
        ({"Code": "isv.MOBILE_NUMBER_ILLEGAL"}, Undeliverable),
        ({"Code": "SignatureNonceUsed"}, AlreadyTaken),
        (b"<html>502</html>", Unanswered),
        (b"[]", Unanswered),
        (None, Unanswered),
    ],
)
def test_what_an_answer_of_aliyun_means(answer, error):
    with gateway(answer) as there, pytest.raises(CarrierDown) as down:
        AliyunSms(ALIYUN | {"endpoint": there.url}).send(code_letter())
    assert type(down.value) is error
    assert "13900001234" not in str(down.value)


@pytest.mark.django_db
def test_a_gateway_that_is_not_there_never_saw_the_letter():
    with gateway({}) as there:
        gone = there.url
    with pytest.raises(CarrierDown) as down:
        AliyunSms(ALIYUN | {"endpoint": gone}).send(code_letter())
    assert type(down.value) is CarrierDown


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "state"), [(1, "open"), (2, "failed"), (3, "delivered")])
def test_aliyun_says_what_became_of_a_message(status, state):
    rows = {"SmsSendDetailDTO": [{"SendStatus": status, "ErrCode": "DELIVERED"}]}
    with gateway({"Code": "OK", "SmsSendDetailDTOs": rows}) as there:
        carrier = AliyunSms(ALIYUN | {"endpoint": there.url})
        # An evening of UTC is the next day here.
        receipt = carrier.receipt(PHONE, "9006^0", datetime(2026, 11, 27, 17, tzinfo=UTC))
    assert receipt.state == state
    assert there.asked[0]["given"]["SendDate"] == "20261128"
    assert there.asked[0]["given"]["BizId"] == "9006^0"


@pytest.mark.django_db
def test_aliyun_calls_and_reads_the_code_aloud():
    with gateway({"Code": "OK", "CallId": "c-1"}) as there:
        carrier = AliyunVoice(ALIYUN | {"endpoint": there.url, "templates": {"login_code": "TTS_1001"}})
        letter = letter_of("voice", PHONE, "login_code", {"code": "482913", "minutes": "5"}, "k-1")
        assert carrier.send(letter) == "c-1"
    given = there.asked[0]["given"]
    assert (given["Action"], given["CalledNumber"], given["TtsCode"]) == (
        "SingleCallByTts",
        "13900001234",
        "TTS_1001",
    )


@pytest.mark.django_db
def test_tencent_is_asked_for_a_short_message():
    answer = {"Response": {"SendStatusSet": [{"Code": "Ok", "SerialNo": "5000:1"}]}}
    with gateway(answer) as there:
        assert TencentSms(TENCENT | {"endpoint": there.url}).send(code_letter()) == "5000:1"
    asked = there.asked[0]
    assert asked["given"] == {
        "PhoneNumberSet": [PHONE], "SmsSdkAppId": "1400006666", "SignName": "测试", "TemplateId": "2001",
        "TemplateParamSet": ["482913", "5"], "SessionContext": "k-1",
    }  # fmt: skip
    heads = asked["headers"]
    assert (heads["X-TC-Action"], heads["X-TC-Version"]) == ("SendSms", "2021-01-11")
    host = there.url.removeprefix("http://").strip("/")
    assert heads["Authorization"] == authorization(
        "testid99", "testsecret", "sms", host, asked["body"], int(heads["X-TC-Timestamp"])
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"Error": {"Code": "AuthFailure.SignatureFailure"}}, CarrierDown),
        ({"SendStatusSet": [{"Code": "LimitExceeded.PhoneNumberDailyLimit"}]}, CarrierDown),
        ({"SendStatusSet": [{"Code": "InvalidParameterValue.IncorrectPhoneNumber"}]}, Undeliverable),
        ({}, CarrierDown),
    ],
)
def test_what_an_answer_of_tencent_means(answer, error):
    with gateway({"Response": answer}) as there, pytest.raises(CarrierDown) as down:
        TencentSms(TENCENT | {"endpoint": there.url}).send(code_letter())
    assert type(down.value) is error


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([{"SerialNo": "5000:1", "ReportStatus": "SUCCESS"}], "delivered"),
        ([{"SerialNo": "5000:1", "ReportStatus": "FAIL", "Description": "UNDELIV"}], "failed"),
        ([{"SerialNo": "5000:2", "ReportStatus": "SUCCESS"}], "open"),
        (None, "open"),
    ],
)
def test_tencent_says_what_became_of_a_message(rows, state):
    with gateway({"Response": {"PullSmsSendStatusSet": rows}}) as there:
        carrier = TencentSms(TENCENT | {"endpoint": there.url})
        assert carrier.receipt(PHONE, "5000:1", datetime(2026, 11, 28, tzinfo=UTC)).state == state


@pytest.mark.django_db
def test_a_text_that_the_gateway_does_not_know_goes_to_the_second():
    letter = letter_of("sms", PHONE, "phone_changed", {}, "k-1")
    for carrier in (AliyunSms(ALIYUN | {"endpoint": "http://127.0.0.1:9/"}), TencentSms(TENCENT)):
        with pytest.raises(CarrierDown) as down:
            carrier.send(letter)
        assert down.value.code == "template_unknown"


@pytest.mark.django_db
def test_wechat_gets_a_token_once_and_a_fresh_one_when_it_ran_out():
    letter = letter_of("wechat", "openid-1", "notice_work", {}, "k-1")
    token = {"access_token": "T", "expires_in": 7200}
    sent, over = {"errcode": 0, "msgid": 7}, {"errcode": 42001}
    with gateway(token, sent, sent, over, token, sent) as there:
        carrier = WeChat(WECHAT | {"endpoint": there.url})
        assert [carrier.send(letter) for _again in range(3)] == ["7", "7", "7"]
    paths = [one["path"].rpartition("/")[2] for one in there.asked]
    assert paths == ["stable_token", "send", "send", "send", "stable_token", "send"]
    given = there.asked[1]["given"]
    assert (given["touser"], given["template_id"]) == ("openid-1", "a-template")
    assert given["data"] == {"thing1": {"value": "有一件事等您办，请登录看"}}
    assert given["client_msg_id"] == there.asked[2]["given"]["client_msg_id"]


@pytest.mark.django_db
def test_who_does_not_follow_the_account_cannot_be_reached():
    letter = letter_of("wechat", "openid-1", "notice_work", {}, "k-1")
    with gateway({"access_token": "T", "expires_in": 7200}, {"errcode": 43004}) as there:
        with pytest.raises(Undeliverable):
            WeChat(WECHAT | {"endpoint": there.url}).send(letter)


@pytest.mark.django_db
def test_a_mail_is_plain_names_nobody_and_is_known_again():
    letter = letter_of("mail", "somebody@example.org", "notice_work", {}, "k-1")
    with mail_server() as (given, mails):
        first = Smtp(given).send(letter)
        assert Smtp(given).send(letter) == first
    assert len(mails) == 2
    assert f"Message-ID: {first}" in mails[0]
    assert "To: somebody@example.org" in mails[0]


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "error"), [(550, Undeliverable), (451, CarrierDown)])
def test_a_mailbox_that_is_not_there_cannot_be_reached(code, error):
    letter = letter_of("mail", "somebody@example.org", "notice_work", {}, "k-1")
    with mail_server(refuse=code) as (given, _mails), pytest.raises(CarrierDown) as down:
        Smtp(given).send(letter)
    assert type(down.value) is error


@pytest.mark.django_db(transaction=True)
def test_no_gateway_is_called_inside_a_transaction():
    with gateway({"fine": 1}) as there:
        assert ask("POST", there.url) == {"fine": 1}
        with transaction.atomic(), pytest.raises(RuntimeError):
            ask("POST", there.url)
        assert len(there.asked) == 1


def read(monkeypatch, **given: str) -> dict:
    """The carriers that these values of the environment give."""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return carriers_from(environ.Env())


EVERY = ",".join(
    f"{name}=SMS_100{n}"
    for n, name in enumerate(
        [
            "login_code",
            "phone_code",
            "reset_code",
            "notice_danger",
            "notice_work",
            "notice_answer",
            "notice_account",
            "digest",
            "phone_changed",
            "device_new",
        ]
    )
)
SOUND = {
    "SMS_CARRIERS": "aliyun,sink",
    "ALIYUN_ACCESS_KEY_ID": "LTAItestonly1234",
    "ALIYUN_ACCESS_KEY_SECRET": "testonlysecret12",
    "ALIYUN_SMS_SIGN_NAME": "某县民政",
    "ALIYUN_SMS_TEMPLATES": EVERY,
}


def test_by_default_nothing_leaves_the_house(monkeypatch):
    assert {channel: [one["kind"] for one in rows] for channel, rows in read(monkeypatch).items()} == {
        "sms": ["sink"],
        "voice": ["sink"],
        "mail": ["sink"],
        "wechat": [],
    }


def test_the_order_of_carriers_is_the_order_of_the_setting(monkeypatch):
    assert [one["kind"] for one in read(monkeypatch, **SOUND)["sms"]] == ["aliyun_sms", "sink"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"SMS_CARRIERS": "pigeon"}, "SMS_CARRIERS"),
        (SOUND | {"ALIYUN_ACCESS_KEY_ID": ""}, "ALIYUN_ACCESS_KEY_ID is missing"),
        (SOUND | {"ALIYUN_ACCESS_KEY_SECRET": "with space"}, "ALIYUN_ACCESS_KEY_SECRET is malformed"),
        (SOUND | {"ALIYUN_SMS_TEMPLATES": "login_code=SMS_1001"}, "ALIYUN_SMS_TEMPLATES: phone_code"),
        (SOUND | {"ALIYUN_SMS_ENDPOINT": "ftp://x"}, "ALIYUN_SMS_ENDPOINT is malformed"),
        (SOUND | {"SMS_CARRIERS": "aliyun,tencent"}, "TENCENT_SECRET_ID is missing"),
        ({"MAIL_CARRIERS": "smtp", "MAIL_URL": "smtp://host"}, "MAIL_URL is malformed"),
        ({"MAIL_CARRIERS": "smtp", "MAIL_URL": "smtp://host:port"}, "MAIL_URL is malformed"),
        ({"MAIL_CARRIERS": "smtp", "MAIL_URL": "smtp+tls://h:587", "MAIL_FROM": "x"}, "MAIL_FROM is malformed"),
        ({"WECHAT_CARRIERS": "wechat"}, "WECHAT_APP_ID is missing"),
    ],
)  # fmt: skip
def test_a_missing_or_malformed_value_stops_the_start_with_its_name(monkeypatch, wrong, named):
    with pytest.raises(ImproperlyConfigured) as stop:
        read(monkeypatch, **wrong)
    assert named in str(stop.value)
