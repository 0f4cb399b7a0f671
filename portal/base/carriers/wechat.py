"""WeChat service account: template messages to people whose openid is known.

Protocol: developers.weixin.qq.com, "stable access token", "template message".
"""

import hashlib
from typing import Any

from django.core.cache import cache

from portal.base.carriers.calling import ask
from portal.base.carriers.letters import CarrierDown, Letter, Undeliverable
from portal.base.privacy import Tampered, seal, unseal

_TOKEN = "carriers.wechat.token"  # noqa: S105 - the name of the place, not the token
_TOKEN_OVER = {40001, 40014, 42001}
_NO_SUCH_PERSON = {40003, 43004, 43101}
# The field of a template that takes a short sentence holds so many characters.
_LONGEST = 20


class WeChat:
    """One service account; `given` is checked by the settings."""

    name = "wechat"

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given

    def send(self, letter: Letter) -> str:
        """Hand it over; returns the msgid. A token that ran out is fetched anew, once."""
        template = self.given["templates"].get(letter.template)
        if template is None:
            raise CarrierDown("template_unknown")
        words = letter.words.rpartition("】")[2][:_LONGEST]
        wanted = {
            "touser": letter.to,
            "template_id": template,
            "client_msg_id": hashlib.sha256(letter.key.encode()).hexdigest()[:32],
            "data": {self.given["field"]: {"value": words}},
        }
        told = self._post(wanted, self._token())
        if told.get("errcode") in _TOKEN_OVER:
            told = self._post(wanted, self._token(fresh=True))
        code = int(told.get("errcode", -1))
        if code in _NO_SUCH_PERSON:
            raise Undeliverable(str(code))
        if code:
            raise CarrierDown(str(code))
        return str(told.get("msgid", ""))

    def _post(self, wanted: dict[str, Any], token: str) -> dict[str, Any]:
        url = f"{self.given['endpoint']}cgi-bin/message/template/send"
        return ask("POST", url, params={"access_token": token}, json=wanted)

    def _token(self, fresh: bool = False) -> str:
        """The access token; it lies sealed in the cache until shortly before its end."""
        if not fresh:
            try:
                if kept := unseal(cache.get(_TOKEN, ""), _TOKEN):
                    return kept
            except Tampered:
                cache.delete(_TOKEN)
        told = ask(
            "POST",
            f"{self.given['endpoint']}cgi-bin/stable_token",
            json={
                "grant_type": "client_credential",
                "appid": self.given["app_id"],
                "secret": self.given["app_secret"],
                "force_refresh": fresh,
            },
        )
        token = str(told.get("access_token", ""))
        if not token:
            raise CarrierDown(str(told.get("errcode", "no_token")))
        cache.set(_TOKEN, str(seal(token, _TOKEN)), max(int(told.get("expires_in", 0)) - 300, 60))
        return token
