"""Aliyun: short messages (Dysmsapi 2017-05-25) and spoken ones (Dyvmsapi 2017-05-25), RPC signature version 1.0.

Protocol: help.aliyun.com, "RPC API signature", "SendSms", "QuerySendDetails", "SingleCallByTts".
"""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from django.utils import timezone

from portal.base.carriers.calling import ask
from portal.base.carriers.letters import AlreadyTaken, CarrierDown, Letter, Receipt, Undeliverable

VERSION = "2017-05-25"
_NO_SUCH_NUMBER = {"isv.MOBILE_NUMBER_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT", "isv.INVALID_NUMBER"}
_NONCES = uuid.UUID("6f1f7a2e-5d0b-5c39-9b9e-2f6f6f3c1a10")


def _coded(text: str) -> str:
    return quote(text, safe="-_.~")


def signature(method: str, params: dict[str, str], secret: str) -> str:
    """HMAC-SHA1 over method, path and the sorted parameters, each encoded by RFC 3986; base64."""
    query = "&".join(f"{_coded(name)}={_coded(params[name])}" for name in sorted(params))
    to_sign = f"{method}&{_coded('/')}&{_coded(query)}"
    digest = hmac.new(f"{secret}&".encode(), to_sign.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def nonce_of(letter: Letter) -> str:
    """The same for each try whose outcome is unknown, so that the gateway itself refuses the second one."""
    return str(uuid.uuid5(_NONCES, f"{letter.channel}:{letter.key}:{letter.refusals}"))


class Aliyun:
    """One account with one signature of texts; `given` is checked by the settings."""

    name = "aliyun"

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given

    def _call(self, action: str, params: dict[str, str], nonce: str) -> dict[str, Any]:
        every = {
            "AccessKeyId": self.given["key_id"],
            "Action": action,
            "Format": "JSON",
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": nonce,
            "SignatureVersion": "1.0",
            "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Version": VERSION,
            **params,
        }
        every["Signature"] = signature("POST", every, self.given["key_secret"])
        told = ask("POST", self.given["endpoint"], data=every)
        code = str(told.get("Code", "no_code"))
        if code == "SignatureNonceUsed":
            raise AlreadyTaken(code)
        if code in _NO_SUCH_NUMBER:
            raise Undeliverable(code)
        if code != "OK":
            raise CarrierDown(code)
        return told

    def _template(self, letter: Letter) -> str:
        try:
            return str(self.given["templates"][letter.template])
        except KeyError:
            raise CarrierDown("template_unknown") from None


class AliyunSms(Aliyun):
    """Short messages."""

    def send(self, letter: Letter) -> str:
        """Hand it over; returns the BizId."""
        told = self._call(
            "SendSms",
            {
                "PhoneNumbers": letter.to.removeprefix("+86"),
                "SignName": self.given["sign_name"],
                "TemplateCode": self._template(letter),
                "TemplateParam": json.dumps(letter.params),
                "OutId": letter.key[-64:],
            },
            nonce_of(letter),
        )
        return str(told.get("BizId", ""))

    def receipt(self, to: str, reference: str, handed_at: datetime) -> Receipt:
        """Whether the message reached the phone."""
        told = self._call(
            "QuerySendDetails",
            {
                "PhoneNumber": to.removeprefix("+86"),
                "BizId": reference,
                "SendDate": timezone.localtime(handed_at).strftime("%Y%m%d"),
                "PageSize": "1",
                "CurrentPage": "1",
            },
            str(uuid.uuid4()),
        )
        rows = told.get("SmsSendDetailDTOs", {}).get("SmsSendDetailDTO", [])
        status = rows[0].get("SendStatus") if rows else 1
        return Receipt(
            {2: "failed", 3: "delivered"}.get(status, "open"), str(rows[0].get("ErrCode", "")) if rows else ""
        )


class AliyunVoice(Aliyun):
    """A call that reads the text aloud, twice: for who cannot read small letters, or has no signal for messages."""

    def send(self, letter: Letter) -> str:
        """Place the call; returns the CallId."""
        told = self._call(
            "SingleCallByTts",
            {
                "CalledNumber": letter.to.removeprefix("+86"),
                "TtsCode": self._template(letter),
                "TtsParam": json.dumps(letter.params),
                "PlayTimes": "2",
                "OutId": hashlib.sha256(letter.key.encode()).hexdigest()[:15],
            },
            nonce_of(letter),
        )
        return str(told.get("CallId", ""))
