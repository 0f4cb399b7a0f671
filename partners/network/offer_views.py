"""The answers of who was invited to a post and has an account already."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners.network import offers
from portal.base.refused import Refused
from portal.permissions.gate import signed_in


@signed_in(takes_object="partners.Post", methods=("POST",))
@require_POST
def take(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say yes to a post."""
    return _answer(request, uid, offers.take_post, _("您有了一个新岗位"))


@signed_in(takes_object="partners.Post", methods=("POST",))
@require_POST
def decline(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say no to it."""
    return _answer(request, uid, offers.decline_post, _("已经谢绝"))


def _answer(request: HttpRequest, uid: UUID, act: Callable[..., object], words: str) -> HttpResponse:
    post = offers.own_offer_for(request.user, uid)
    try:
        act(post=post, by=request.user)
        messages.success(request, words)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("portal:hats")
