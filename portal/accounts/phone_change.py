"""Another number for logging in: with proof of both numbers, or by somebody who has seen the person."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.codes import ask_code, check_codes, use_code
from portal.accounts.devices import end_sessions, tell
from portal.accounts.models import CodePurpose, User
from portal.accounts.phones import set_phone
from portal.accounts.resets import may_reset
from portal.base.audit import record
from portal.base.identifiers import mobile_e164
from portal.base.refused import Refused


def ask_for_change(*, user: User, phone: str, address: str, voice: bool = False) -> tuple[str, str]:
    """Send digits to the new number and, where there is one, to the old; returns the uids of both codes.

    Refused: phone, same_phone, too_soon, too_many.
    """
    if mobile_e164(phone) == user.phone:
        raise Refused("same_phone", _("这就是现在的号码"), "phone")
    new = ask_code(phone=phone, address=address, purpose=CodePurpose.NEW_PHONE, voice=voice, user=user)
    if not user.phone:
        return str(new.uid), ""
    old = ask_code(phone=user.phone, address=address, purpose=CodePurpose.OLD_PHONE, voice=voice, user=user)
    return str(new.uid), str(old.uid)


def change_phone(
    *, user: User, new: tuple[str, str], old: tuple[str, str], here: str | None, at: datetime
) -> None:
    """Both numbers answered: the new one logs in from now on. `new` and `old` are (uid, digits).

    Whether the new number belongs to another account shows only to who holds it. Refused: code_wrong, phone_taken.
    """
    asked = [(new[0], str(CodePurpose.NEW_PHONE), new[1])]
    if user.phone:
        asked.append((old[0], str(CodePurpose.OLD_PHONE), old[1]))
    rows = [row for row in check_codes(asked, at) if row.user_id == user.pk]
    if len(rows) < len(asked):
        raise Refused("code_wrong", _("验证码不对，或者过期了。请核对短信，或再要一个"))
    with transaction.atomic():
        for row in rows:
            use_code(row, at)
        _set(user, rows[0].phone, True, user, here, at)


@transaction.atomic
def change_persons_phone(*, user: User, phone: str, by: User) -> None:
    """Somebody who may reset this person has seen them, and gives them another number. Refused: not_allowed, phone, phone_taken."""
    if not may_reset(by, user):
        raise Refused("not_allowed", _("您不能给这个人换手机号"))
    _set(user, phone, False, by, None, timezone.now())


def _set(user: User, phone: str, verified: bool, by: User, here: str | None, at: datetime) -> None:
    set_phone(user, phone, verified=verified)
    end_sessions(user, but=here)
    record(by, "account.phone_changed", user, proved=verified)
    tell(user, "phone_changed", at)
