"""Tencent Cloud: short messages (sms 2021-01-11), signature TC3-HMAC-SHA256.

Protocol: cloud.tencent.com, "Signature method v3", "SendSms", "PullSmsSendStatusByPhoneNumber".
"""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from portal.base.carriers.calling import ask
from portal.base.carriers.letters import CarrierDown, Letter, Receipt, Undeliverable
from portal.base.carriers.templates import TEMPLATES

VERSION = "2021-01-11"
CONTENT = "application/json; charset=utf-8"
_NO_SUCH_NUMBER = {
    "InvalidParameterValue.IncorrectPhoneNumber",
    "FailedOperation.PhoneNumberInBlacklist",
    "UnsupportedOperation.UnsupportedRegion",
}


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def authorization(key_id: str, secret: str, service: str, host: str, body: str, at: int) -> str:
    """The Authorization header of a POST of JSON to this host at this second."""
    day = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{service}/tc3_request"
    signed = "content-type;host"
    digest = hashlib.sha256(body.encode()).hexdigest()
    asked = f"POST\n/\n\ncontent-type:{CONTENT}\nhost:{host}\n\n{signed}\n{digest}"
    to_sign = f"TC3-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = _keyed(_keyed(_keyed(f"TC3{secret}".encode(), day), service), "tc3_request")
    made = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={signed}, Signature={made}"


class TencentSms:
    """One application of one account; `given` is checked by the settings."""

    name = "tencent"

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given

    def send(self, letter: Letter) -> str:
        """Hand it over; returns the SerialNo. `SessionContext` carries the key back in the receipt."""
        template = self.given["templates"].get(letter.template)
        if template is None:
            raise CarrierDown("template_unknown")
        told = self._call(
            "SendSms",
            {
                "PhoneNumberSet": [letter.to],
                "SmsSdkAppId": self.given["app_id"],
                "SignName": self.given["sign_name"],
                "TemplateId": template,
                "TemplateParamSet": [letter.params[name] for name in TEMPLATES[letter.template].params],
                "SessionContext": letter.key[-512:],
            },
        )
        rows = told.get("SendStatusSet") or [{}]
        _refuse(str(rows[0].get("Code", "no_code")))
        return str(rows[0].get("SerialNo", ""))

    def receipt(self, to: str, reference: str, handed_at: datetime) -> Receipt:
        """Whether the message reached the phone."""
        told = self._call(
            "PullSmsSendStatusByPhoneNumber",
            {
                "BeginTime": int(handed_at.timestamp()) - 60,
                "EndTime": int(time.time()),
                "Offset": 0,
                "Limit": 100,
                "PhoneNumber": to,
                "SmsSdkAppId": self.given["app_id"],
            },
        )
        for row in told.get("PullSmsSendStatusSet") or []:
            if row.get("SerialNo") == reference:
                came = row.get("ReportStatus") == "SUCCESS"
                return Receipt("delivered" if came else "failed", str(row.get("Description", "")))
        return Receipt("open", "")

    def _call(self, action: str, params: dict[str, Any]) -> dict[str, Any]:
        body, at = json.dumps(params), int(time.time())
        host = urlsplit(self.given["endpoint"]).netloc
        headers = {
            "Authorization": authorization(
                self.given["key_id"], self.given["key_secret"], "sms", host, body, at
            ),
            "Content-Type": CONTENT,
            "X-TC-Action": action,
            "X-TC-Timestamp": str(at),
            "X-TC-Version": VERSION,
            "X-TC-Region": self.given["region"],
        }
        told = ask("POST", self.given["endpoint"], data=body.encode(), headers=headers).get("Response", {})
        if "Error" in told:
            _refuse(str(told["Error"].get("Code", "no_code")))
        return dict(told)


def _refuse(code: str) -> None:
    if code in _NO_SUCH_NUMBER:
        raise Undeliverable(code)
    if code != "Ok":
        raise CarrierDown(code)
