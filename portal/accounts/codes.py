"""Six digits by SMS or voice: asking for them, sending them, spending them.

Asking answers alike for every number: a row is written either way, in the same statements, and the
sending is done afterwards by a job, so neither text nor status nor time tells who has an account.
"""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.attempts import network_of
from portal.accounts.models import CodePurpose, PhoneCode, User
from portal.accounts.phones import user_by_phone
from portal.base import worker
from portal.base.carriers import CarrierDown, send_now
from portal.base.identifiers import mobile_e164
from portal.base.privacy import blind_index
from portal.base.refused import Refused
from portal.base.tally import Limit, take

logger = logging.getLogger(__name__)

LIFE = timedelta(minutes=5)
MOST_TRIES = 5
# What asking costs: for one number, from one address (a village shares one), and for the site and day.
NUMBER_PAUSE = Limit("code-pause", 1, 60)
NUMBER_HOUR = Limit("code-hour", 5, 3600)
NUMBER_DAY = Limit("code-day", 10, 86_400)
ADDRESS_HOUR = Limit("code-address-hour", 60, 3600)
ADDRESS_DAY = Limit("code-address-day", 300, 86_400)
TEMPLATES = {
    CodePurpose.LOGIN: "login_code",
    CodePurpose.OLD_PHONE: "phone_code",
    CodePurpose.NEW_PHONE: "phone_code",
}


def _site_day() -> Limit:
    return Limit("code-site-day", settings.SMS_CODES_A_DAY, 86_400)


def _digest(row: PhoneCode, code: str) -> str:
    return blind_index(f"{row.uid}|{code}", "phone_code")


def ask_code(*, phone: str, address: str, purpose: str, voice: bool = False, user: Any = None) -> PhoneCode:
    """Note that six digits are wanted for this number; the job sends them where somebody should get them.

    Refused: phone, too_soon, too_many. They say the same of a number that nobody has.
    """
    number = mobile_e164(phone)
    network = network_of(address)
    if not take(ADDRESS_HOUR, network) or not take(ADDRESS_DAY, network):
        raise Refused("too_many", _("这里要的验证码太多了。请过一小时再试，或用密码登录"))
    if not take(NUMBER_PAUSE, number):
        raise Refused("too_soon", _("刚才已经发过，请等 1 分钟再要"))
    if not take(NUMBER_HOUR, number) or not take(NUMBER_DAY, number):
        raise Refused("too_many", _("这个号码要的验证码太多了。请过一小时再试，或用密码登录"))
    meant = user if user is not None else user_by_phone(number)
    if meant is not None and not meant.is_active:
        meant = None
    code = f"{secrets.randbelow(10**6):06d}"
    row = PhoneCode(
        user=meant,
        purpose=purpose,
        phone=number,
        channel="voice" if voice else "sms",
        code=code,
        valid_to=timezone.now() + LIFE,
    )
    row.digest = _digest(row, code)
    row.save(force_insert=True)
    return row


def _waiting() -> QuerySet[PhoneCode]:
    return PhoneCode.objects.filter(sent_at=None, valid_to__gt=timezone.now())


def send_codes() -> int:
    """Hand what waits to the carriers, each once; returns how many were taken. One that is down is tried again."""
    sent = 0
    for row in list(_waiting().select_related("user").order_by("pk")[:50]):
        if row.user is None:
            _waiting().filter(pk=row.pk).update(sent_at=timezone.now(), code="")
        elif take(_site_day(), "all"):
            sent += _send(row)
        else:
            logger.error("the day's codes are used up: SMS_CODES_A_DAY is %s", settings.SMS_CODES_A_DAY)
            _waiting().filter(pk=row.pk).update(sent_at=timezone.now(), code="")
    return sent


def _send(row: PhoneCode) -> int:
    params = {"code": row.code, "minutes": str(int(LIFE.total_seconds() // 60))}
    try:
        send_now(row.channel, row.phone, TEMPLATES[CodePurpose(row.purpose)], params, f"code:{row.uid}")
    except CarrierDown as down:
        logger.warning("a code waits: %s", down.code)
        return 0
    return _waiting().filter(pk=row.pk).update(sent_at=timezone.now(), code="")


def check_codes(asked: list[tuple[str, str, str]], at: datetime) -> list[PhoneCode]:
    """The rows of these (uid, purpose, digits), all of them right. Refused: code_wrong, alike for wrong, old,
    used, overtried and never sent.

    The try is counted before the digits are compared, so tries at one moment count one by one. Nothing is used up.
    """
    found = []
    for uid, purpose, code in asked:
        live = PhoneCode.objects.filter(uid=uid, purpose=purpose, used_at=None, valid_to__gt=at)
        row = live.first()
        counted = live.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1)
        fits = row is not None and secrets.compare_digest(row.digest, _digest(row, code.strip()))
        if counted and fits and row is not None and row.user_id is not None:
            found.append(row)
    if len(found) < len(asked):
        raise _wrong()
    return found


def use_code(row: PhoneCode, at: datetime) -> None:
    """Use it up; of two who bring it at once one wins. Refused: code_wrong."""
    if not PhoneCode.objects.filter(pk=row.pk, used_at=None).update(used_at=at):
        raise _wrong()


def spend_code(*, uid: str, code: str, purpose: str, at: datetime) -> User:
    """Use six digits up and say whose they were. Refused: code_wrong."""
    row = check_codes([(uid, purpose, code)], at)[0]
    use_code(row, at)
    user = User.objects.filter(pk=row.user_id, is_active=True).first()
    if user is None:
        raise _wrong()
    return user


def _wrong() -> Refused:
    return Refused("code_wrong", _("验证码不对，或者过期了。请核对短信，或再要一个"), "code")


def forget_codes() -> int:
    """Rows older than a day go; returns how many."""
    return PhoneCode.objects.filter(valid_to__lt=timezone.now() - timedelta(days=1)).delete()[0]


def register_jobs() -> None:
    """Called once by the app's `ready`."""
    worker.register(
        worker.Job(
            "send_codes", send_codes, timedelta(0), lambda: _waiting().exists(), hold=timedelta(seconds=30)
        )
    )
    worker.register(worker.Job("forget_codes", forget_codes, timedelta(hours=6)))
