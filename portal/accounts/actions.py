"""How an account begins and is given back: one-time links, without SMS."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.arrivals import arrivals
from portal.accounts.devices import end_sessions, lose_phone
from portal.accounts.models import Activation, ActivationCause, User
from portal.accounts.phones import phone_blind, set_phone, user_by_phone
from portal.accounts.resets import may_reset
from portal.base.audit import record
from portal.base.identifiers import mobile_e164
from portal.base.models import record_number
from portal.base.refused import Refused

LINK_DAYS = 7
INVITING = ("partners.invite_person", "partners.appoint_person", "partners.manage_team")


def digest_of(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _issue(user: User, cause: str, by: Any, at: datetime) -> str:
    secret = secrets.token_urlsafe(24)
    user.activations.filter(used_at__isnull=True, valid_to__gt=at).update(valid_to=at)
    Activation.objects.create(
        user=user,
        digest=digest_of(secret),
        cause=cause,
        issued_by=by,
        valid_to=at + timedelta(days=LINK_DAYS),
    )
    return secret


@transaction.atomic
def invite(*, name: str, phone: str, by: Any, username: str = "") -> tuple[User, str]:
    """Make an account for somebody and the secret of the link by which they choose a password.

    `by` is None only for commands. What the person may do comes from posts and memberships.
    Refused: not_allowed, phone, phone_taken, username_taken.
    """
    if by is not None and not any(by.has_perm(permission) for permission in INVITING):
        raise Refused("not_allowed", _("您的岗位不能邀请别人开账号。请找县民政局"))
    user = User(username=username.strip() or record_number("U").lower().replace("-", ""), name=name.strip())
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Refused("username_taken", _("这个登录名已有人用，请换一个"), "username") from None
    if phone:
        set_phone(user, phone)
    secret = _issue(user, ActivationCause.INVITED, by, timezone.now())
    record(by, "account.invited", user)
    return user, secret


@transaction.atomic
def invite_unseen(*, name: str, phone: str, by: Any) -> tuple[User, str, User | None]:
    """As `invite`, but the answer, the page and the work are the same where the number is somebody's login already.

    Then the account that is made keeps the number for showing only, and that somebody is returned besides: the caller
    asks them, and never shows that they exist. Refused: not_allowed, phone, busy (two at once for one number).
    """
    if not any(by.has_perm(permission) for permission in INVITING):
        raise Refused("not_allowed", _("您的岗位不能邀请别人开账号。请找县民政局"))
    number = mobile_e164(phone)
    holder = user_by_phone(number)
    user = User(
        username=record_number("U").lower().replace("-", ""),
        name=name.strip(),
        phone=number,
        phone_blind=None if holder is not None else phone_blind(number),
    )
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Refused("busy", _("没有存上，请再按一次")) from None
    secret = _issue(user, ActivationCause.INVITED, by, timezone.now())
    record(by, "account.invited", user)
    return user, secret, holder


@transaction.atomic
def issue_invitation(*, user: User, by: Any) -> str:
    """A fresh link for somebody invited who has not chosen a password yet. Refused: not_allowed, already_active."""
    if by is not None and not any(by.has_perm(permission) for permission in INVITING):
        raise Refused("not_allowed", _("您的岗位不能邀请别人开账号。请找县民政局"))
    user.refresh_from_db(fields=["password"])
    if user.has_usable_password():
        raise Refused("already_active", _("这个人已经设过密码。忘了密码请用“重设”"))
    secret = _issue(user, ActivationCause.INVITED, by, timezone.now())
    record(by, "account.invited", user)
    return secret


@transaction.atomic
def drop_unused(*, user: User, by: Any, at: datetime) -> None:
    """An invited account that was never opened goes out of use; its telephone number is free again."""
    if user.has_usable_password() or not user.is_active:
        return
    user.activations.filter(used_at__isnull=True, valid_to__gt=at).update(valid_to=at)
    user.is_active, user.phone, user.phone_blind = False, "", None
    user.save(update_fields=["is_active", "phone", "phone_blind"])
    record(by, "account.dropped", user)


@transaction.atomic
def issue_reset(*, user: User, by: Any, lost_phone: bool = False) -> str:
    """The secret of a link by which `user` chooses a new password; `lost_phone` also drops the second factor.

    With a lost phone every login of the person ends now, not only when the link is used.
    Refused: not_allowed (by the registered rules of `resets`).
    """
    if not may_reset(by, user):
        raise Refused("not_allowed", _("您不能给这个人重设密码"))
    if lost_phone:
        lose_phone(user=user, here=None, by=by)
    secret = _issue(
        user, ActivationCause.LOST_PHONE if lost_phone else ActivationCause.RESET, by, timezone.now()
    )
    record(by, "account.reset_issued", user, lost_phone=lost_phone)
    return secret


def open_activation(secret: str, at: datetime) -> Activation | None:
    """The live link of this secret; None for used, ended and unknown ones alike."""
    return (
        Activation.objects.filter(
            digest=digest_of(secret), used_at__isnull=True, valid_to__gt=at, user__is_active=True
        )
        .select_related("user")
        .first()
    )


@transaction.atomic
def activate(*, secret: str, password: str, at: datetime) -> User:
    """Set the password and burn the link; other links and all sessions of the person end.

    Where the telephone number has an account already, its holder answers there: then the link is burnt and nothing
    else is kept, after the same work, and neither the answer nor its time tells. Refused: link_dead, weak_password.
    """
    found = open_activation(secret, at)
    won = found and Activation.objects.filter(
        pk=found.pk, used_at__isnull=True, valid_to__gt=at, user__is_active=True
    ).update(used_at=at)
    if not found or not won:
        raise Refused("link_dead", _("这个链接已经用过或过期了。请让给您链接的人再发一个"))
    user = found.user
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused("weak_password", " ".join(error.messages), "password") from None
    try:
        with transaction.atomic():
            _choose(user, password, found.cause, at)
    except Refused as no:
        if no.code != "own_account":
            raise
        user.set_unusable_password()
    user.activations.filter(used_at__isnull=True, valid_to__gt=at).update(valid_to=at)
    if found.cause == ActivationCause.LOST_PHONE:
        Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    record(
        user,
        "account.activated" if user.has_usable_password() else "account.link_used",
        user,
        cause=found.cause,
    )
    return user


def _choose(user: User, password: str, cause: str, at: datetime) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    if cause == ActivationCause.INVITED:
        for arrived in arrivals():
            arrived(user=user, at=at)
