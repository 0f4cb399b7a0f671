"""Who carries messages out of the house, read from the environment. By default a sink: nothing leaves.

SMS_CARRIERS, VOICE_CARRIERS, MAIL_CARRIERS and WECHAT_CARRIERS name the carriers in the order of asking, for
example `SMS_CARRIERS=aliyun,tencent`. A value that a chosen carrier needs and that is missing or malformed stops
the start with its name.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

# By channel the texts that its gateways must know (their numbers stand in the environment).
_CODES = ("login_code", "phone_code", "reset_code")
_NOTICES = ("notice_danger", "notice_work", "notice_answer", "notice_account", "digest")
_ALERTS = ("phone_changed", "device_new")


def carriers_from(env: environ.Env) -> dict[str, list[dict[str, Any]]]:
    """By channel the carriers in the order of asking, each with what it needs."""
    found: dict[str, list[dict[str, Any]]] = {}
    for channel, makers in _CHANNELS.items():
        name = f"{channel.upper()}_CARRIERS"
        chosen = env.list(name, default=[] if channel == "wechat" else ["sink"])
        if unknown := [kind for kind in chosen if kind not in makers]:
            raise ImproperlyConfigured(f"{name}: {unknown[0]!r} is none of {', '.join(makers)}")
        found[channel] = [makers[kind](env) for kind in chosen]
    return found


def _wanted(env: environ.Env, name: str, pattern: str = r"\S.*") -> str:
    value = str(env(name, default="")).strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is missing")
    if not re.fullmatch(pattern, value):
        raise ImproperlyConfigured(f"{name} is malformed")
    return value


def _templates(env: environ.Env, name: str, needed: tuple[str, ...], pattern: str) -> dict[str, str]:
    """`login_code=SMS_1,notice_work=SMS_2`: one for each text that is needed."""
    pairs = [pair.partition("=") for pair in _wanted(env, name).split(",")]
    found = {key.strip(): value.strip() for key, _, value in pairs}
    for template in needed:
        if not re.fullmatch(pattern, found.get(template, "")):
            raise ImproperlyConfigured(f"{name}: {template} is missing or malformed")
    return found


def _endpoint(env: environ.Env, name: str, usual: str) -> str:
    value = str(env(name, default=usual))
    if not re.fullmatch(r"https?://[\w.:\[\]-]+/", value):
        raise ImproperlyConfigured(f"{name} is malformed")
    return value


def _aliyun(env: environ.Env) -> dict[str, Any]:
    return {
        "key_id": _wanted(env, "ALIYUN_ACCESS_KEY_ID", r"[A-Za-z0-9]{8,64}"),
        "key_secret": _wanted(env, "ALIYUN_ACCESS_KEY_SECRET", r"[A-Za-z0-9]{8,64}"),
    }


def _aliyun_sms(env: environ.Env) -> dict[str, Any]:
    return _aliyun(env) | {
        "kind": "aliyun_sms",
        "sign_name": _wanted(env, "ALIYUN_SMS_SIGN_NAME", r".{2,12}"),
        "templates": _templates(env, "ALIYUN_SMS_TEMPLATES", _CODES + _NOTICES + _ALERTS, r"SMS_\d{4,}"),
        "endpoint": _endpoint(env, "ALIYUN_SMS_ENDPOINT", "https://dysmsapi.aliyuncs.com/"),
    }


def _aliyun_voice(env: environ.Env) -> dict[str, Any]:
    return _aliyun(env) | {
        "kind": "aliyun_voice",
        "templates": _templates(env, "ALIYUN_VOICE_TEMPLATES", _CODES, r"TTS_\d{4,}"),
        "endpoint": _endpoint(env, "ALIYUN_VOICE_ENDPOINT", "https://dyvmsapi.aliyuncs.com/"),
    }


def _tencent_sms(env: environ.Env) -> dict[str, Any]:
    return {
        "kind": "tencent_sms",
        "key_id": _wanted(env, "TENCENT_SECRET_ID", r"[A-Za-z0-9]{8,64}"),
        "key_secret": _wanted(env, "TENCENT_SECRET_KEY", r"[A-Za-z0-9]{8,64}"),
        "app_id": _wanted(env, "TENCENT_SMS_APP_ID", r"\d{6,16}"),
        "sign_name": _wanted(env, "TENCENT_SMS_SIGN_NAME", r".{2,12}"),
        "templates": _templates(env, "TENCENT_SMS_TEMPLATES", _CODES + _NOTICES + _ALERTS, r"\d{4,}"),
        "region": str(env("TENCENT_SMS_REGION", default="ap-guangzhou")),
        "endpoint": _endpoint(env, "TENCENT_SMS_ENDPOINT", "https://sms.tencentcloudapi.com/"),
    }


def _smtp(env: environ.Env) -> dict[str, Any]:
    """MAIL_URL is smtp://, smtp+tls:// or smtp+ssl:// with user, password, host and port."""
    url = urlsplit(_wanted(env, "MAIL_URL"))
    security = {"smtp": "none", "smtp+tls": "tls", "smtp+ssl": "ssl"}.get(url.scheme)
    try:
        port = url.port
    except ValueError:
        port = None
    if security is None or not url.hostname or not port:
        raise ImproperlyConfigured("MAIL_URL is malformed")
    return {
        "kind": "smtp",
        "host": url.hostname,
        "port": port,
        "security": security,
        "user": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "sender": _wanted(env, "MAIL_FROM", r"[^@\s,;]+@[\w.-]+"),
    }


def _wechat(env: environ.Env) -> dict[str, Any]:
    return {
        "kind": "wechat",
        "app_id": _wanted(env, "WECHAT_APP_ID", r"wx[0-9a-f]{16}"),
        "app_secret": _wanted(env, "WECHAT_APP_SECRET", r"[0-9a-f]{32}"),
        "templates": _templates(env, "WECHAT_TEMPLATES", _NOTICES, r"[\w-]{20,}"),
        "field": str(env("WECHAT_FIELD", default="thing1")),
        "endpoint": _endpoint(env, "WECHAT_ENDPOINT", "https://api.weixin.qq.com/"),
    }


def _nowhere(kind: str) -> Callable[[environ.Env], dict[str, Any]]:
    return lambda env: {"kind": kind}


_BOTH = {"sink": _nowhere("sink"), "console": _nowhere("console")}
_CHANNELS: dict[str, dict[str, Callable[[environ.Env], dict[str, Any]]]] = {
    "sms": _BOTH | {"aliyun": _aliyun_sms, "tencent": _tencent_sms},
    "voice": _BOTH | {"aliyun": _aliyun_voice},
    "mail": _BOTH | {"smtp": _smtp},
    "wechat": _BOTH | {"wechat": _wechat},
}
