"""A passkey in a real browser with a virtual authenticator: added, named, the whole login, the second factor, removed."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from portal.models import AuditEvent
from tests import makers

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only("sqlite"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PASSWORD = "a-long-password"


def give_authenticator(one: Any) -> tuple[Any, str]:
    """A phone with a fingerprint reader, as the browser sees it."""
    tool = one.context.new_cdp_session(one.page)
    tool.send("WebAuthn.enable")
    made = tool.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return tool, made["authenticatorId"]


def test_a_passkey_is_added_opens_the_desk_alone_and_behind_the_password_and_goes_again(
    visitor: Callable[..., Any],
) -> None:
    cache.clear()
    user = makers.make_post(
        "township_cadre", makers.make_region("township"), makers.make_user(username="pass-key")
    )
    one = visitor(phone=True)
    give_authenticator(one)
    one.open("/accounts/login/")
    one.shot("passkey-login")
    one.log_in("pass-key", PASSWORD)
    assert one.page.url.endswith("/accounts/2fa/totp/activate/"), "the post demands a second factor"
    one.follow("加一个通行密钥")
    one.fill(name="我的手机")
    one.shot("passkey-add")
    one.press("加上")
    assert one.page.url.endswith("/accounts/2fa/recovery-codes/")
    one.open("/accounts/2fa/passkeys/")
    assert one.page.locator("h2").first.inner_text() == "我的手机"
    one.shot("passkey-list")
    row = Authenticator.objects.get(user=user, type="webauthn")
    assert row.wrap().name == "我的手机"

    # the whole login
    one.context.clear_cookies()
    one.open("/accounts/login/?next=/accounts/2fa/passkeys/")
    one.press("用通行密钥登录")
    assert one.page.url.endswith("/accounts/2fa/passkeys/")
    assert one.knocks("/desk/") == 200
    assert AuditEvent.objects.filter(verb="account.logged_in", actor=user).count() == 2

    # behind the password
    one.context.clear_cookies()
    one.log_in("pass-key", PASSWORD)
    assert one.page.url.endswith("/accounts/2fa/authenticate/")
    assert one.knocks("/desk/") == 302, "the password alone opens nothing"
    one.shot("passkey-factor")
    one.press("用通行密钥")
    assert one.knocks("/desk/") == 200

    # named and removed
    one.open("/accounts/2fa/passkeys/")
    one.fill(name="办公室电脑")
    one.press("改名 我的手机", exact=False)
    one.says("办公室电脑")
    one.press("删掉 办公室电脑", exact=False)
    one.says("这是最后一个，不能删")
    user.posts.update(valid_to=user.posts.get().valid_from)
    one.open("/accounts/2fa/passkeys/")
    one.press("删掉 办公室电脑", exact=False)
    one.says("还没有通行密钥")
    assert not Authenticator.objects.filter(user=user).exists()


def test_a_finger_that_is_not_the_owners_opens_nothing(visitor: Callable[..., Any]) -> None:
    cache.clear()
    makers.make_user(username="pass-key")
    one = visitor()
    tool, which = give_authenticator(one)
    one.log_in("pass-key", PASSWORD)
    one.open("/accounts/2fa/passkeys/add/")
    one.press("加上")
    one.context.clear_cookies()
    one.open("/accounts/login/")
    known = tool.send("WebAuthn.getCredentials", {"authenticatorId": which})
    assert len(known["credentials"]) == 1
    tool.send("WebAuthn.setUserVerified", {"authenticatorId": which, "isUserVerified": False})
    one.page.get_by_role("button", name="用通行密钥登录").click()
    one.page.get_by_text("没有成功").wait_for(state="visible")
    assert one.knocks("/me/") == 302


def test_without_script_the_pages_say_what_else_helps(visitor: Callable[..., Any]) -> None:
    cache.clear()
    makers.make_user(username="pass-key")
    one = visitor(scripts=False)
    one.open("/accounts/login/")
    one.says("通行密钥要浏览器能运行脚本才能用")
    assert not one.page.get_by_role("button", name="用通行密钥登录").is_visible()
    one.log_in("pass-key", PASSWORD)
    assert one.knocks("/me/") == 200
