"""Phone numbers of logins: one person, one number, found by blind index."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.base.identifiers import mobile_e164
from portal.base.index_rotation import index_store, register_index
from portal.base.privacy import blind_index, blind_indexes
from portal.base.refused import Refused

PURPOSE = "phone"


def phone_blind(phone: str) -> str:
    """The blind index of a normalised number."""
    return blind_index(phone, PURPOSE)


def phone_blinds(phone: str) -> list[str]:
    """The blind indexes by which a normalised number is found."""
    return blind_indexes(phone, PURPOSE)


def user_by_phone(phone: str) -> User | None:
    """Whose login this number is. Refused: phone."""
    return User.objects.filter(phone_blind__in=phone_blinds(mobile_e164(phone))).first()


def set_phone(user: Any, phone: str, *, verified: bool = False) -> None:
    """Give `user` this number for logging in; the database decides between two who ask at once.

    Refused: phone, phone_taken.
    """
    number = mobile_e164(phone)
    user.phone, user.phone_blind, user.phone_verified = number, phone_blind(number), verified
    # While the index key is rotated, the holder may still stand under the older one.
    if User.objects.filter(phone_blind__in=phone_blinds(number)[1:]).exclude(pk=user.pk).exists():
        raise _taken()
    try:
        with transaction.atomic():
            user.save(
                update_fields=["phone", "phone_blind", "phone_verified"] if user.pk else None,
                force_insert=not user.pk,
            )
    except IntegrityError:
        if not User.objects.filter(phone_blind=user.phone_blind).exclude(pk=user.pk).exists():
            raise
        raise _taken() from None


def _taken() -> Refused:
    return Refused("phone_taken", _("这个手机号不能用来开新账号，请核对号码，或问县民政局"), "phone")


register_index(index_store(User, "phone", "phone_blind", PURPOSE))
