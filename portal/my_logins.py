"""One's own logins: where they are, ending them, the lost phone, and closing the account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.closing import close_account, held_by
from portal.accounts.devices import devices_of, end_device, end_others, lose_phone
from portal.base.refused import Refused
from portal.permissions.gate import public, signed_in
from services.sync.devices import live_phones, shut_phone
from services.visits.forms import read_uid


@signed_in
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is logged in, and which phones bring visits; a POST ends one login, or all others."""
    here = request.session.session_key
    if request.method != "POST":
        devices = devices_of(request.user, here, timezone.now())
        context = {"devices": devices, "phones": list(live_phones(request.user))}
        return render(request, "usersessions/usersession_list.html", context)
    chosen = request.POST.get("session", "")
    if not chosen:
        end_others(user=request.user, here=here)
    elif not end_device(user=request.user, pk=_number(chosen), here=here):
        raise Http404
    messages.success(request, _("已经退出了。别人再用那台设备，要重新登录"))
    return redirect("usersessions_list")


def _number(text: str) -> int:
    """A row's number as the form sends it; what no row can have is nought."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


@signed_in(methods=("POST",))
def shut(request: HttpRequest) -> HttpResponse:
    """One of one's own phones gets no more slips, and forgets what it holds when it calls next."""
    uid = read_uid(request.POST.get("phone", ""))
    if uid is None or not shut_phone(user=request.user, uid=uid):
        raise Http404
    messages.success(request, _("这部手机停用了。它下次联网，存的资料就清掉；没传的记录还能交"))
    return redirect("usersessions_list")


@signed_in(methods=("POST",))
def lost_phone(request: HttpRequest) -> HttpResponse:
    """One button: every other login ends now, and the people concerned are told."""
    here = request.session.session_key
    ended = lose_phone(user=request.user, here=here, by=request.user)
    messages.success(
        request,
        ngettext(
            "好了，别处的 %(count)d 个登录退出了。也告诉了管您的人",
            "好了，别处的 %(count)d 个登录退出了。也告诉了管您的人",
            ended,
        )
        % {"count": ended},
    )
    messages.info(request, _("动态码在那部手机上的，请马上到“动态码”里重设；再把密码改掉"))
    return redirect("usersessions_list")


@signed_in
def close(request: HttpRequest) -> HttpResponse:
    """What goes and what stays; the second click closes the account for good."""
    if request.method != "POST":
        return render(request, "portal/close.html", {"held": held_by(request.user)})
    try:
        close_account(user=request.user)
    except Refused:
        context = {"held": held_by(request.user)}
        return render(request, "portal/close.html", context, status=422)
    logout(request)
    return redirect("portal:closed")


@public
def closed(request: HttpRequest) -> HttpResponse:
    """The last page of an account."""
    return render(request, "portal/closed.html")
